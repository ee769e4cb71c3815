package model

import (
	"strings"
	"time"
)

// JudgedArtifact is one fingerprint that runs in an environment, with what is known
// of it.
type JudgedArtifact struct {
	Fingerprint string // the 32 bytes; empty where the runtime does not tell
	Names       []string
	Replicas    int
	Known       []KnownArtifact // in each flow that has it
}

// KnownArtifact is what is known of a fingerprint in one flow.
type KnownArtifact struct {
	Flow      string
	CreatedAt time.Time
	HasCommit bool
}

// JudgedDifference is one fingerprint that runs in one of two environments only.
type JudgedDifference struct {
	JudgedArtifact
	Since time.Time // since when it does in one and does not in the other
}

// Verdict says whether a rule is met.
type Verdict struct {
	Met       bool
	Found     int        // replicas, or artifacts that should not be so
	Offenders []int      // which artifacts or differences, by their places; empty for replicas
	Since     *time.Time // since when it is not met, where the clock decides that
	Again     *time.Time // when the clock alone may change it; nil for never
}

// Judge says whether what runs at a moment meets the rule. Differences are only for
// rules that compare environments.
func (r Rule) Judge(running []JudgedArtifact, differences []JudgedDifference, at time.Time) Verdict {
	switch r.Kind {
	case ExpectReplicas:
		return r.judgeReplicas(running)
	case ExpectProvenance:
		return r.judgeProvenance(running)
	case ExpectMaxAge:
		return r.judgeAge(running, at)
	case ExpectSameAs:
		return r.judgeDifferences(differences, at)
	}
	return Verdict{Met: true}
}

func (r Rule) judgeReplicas(running []JudgedArtifact) Verdict {
	found := 0
	for _, a := range running {
		if a.isOf(r.Flow) {
			found += a.Replicas
		}
	}
	return Verdict{Met: r.AllowsReplicas(found), Found: found}
}

// AllowsReplicas reports whether so many replicas are as expected. A rule that is not
// about replicas allows none of what it finds.
func (r Rule) AllowsReplicas(n int) bool {
	if r.Kind != ExpectReplicas {
		return n == 0
	}
	return (r.AtLeast == nil || n >= *r.AtLeast) && (r.AtMost == nil || n <= *r.AtMost)
}

func (r Rule) judgeProvenance(running []JudgedArtifact) Verdict {
	v := Verdict{}
	for i, a := range running {
		if a.hasProvenance() || a.isNamed(r.Except) {
			continue
		}
		v.Offenders = append(v.Offenders, i)
	}
	v.Found, v.Met = len(v.Offenders), len(v.Offenders) == 0
	return v
}

func (r Rule) judgeAge(running []JudgedArtifact, at time.Time) Verdict {
	v := Verdict{}
	for i, a := range running {
		made, ok := a.madeIn(r.Flow)
		if !ok {
			continue // nobody knows how old it is
		}
		v.decide(i, made.AddDate(0, 0, r.Days), at)
	}
	v.Found, v.Met = len(v.Offenders), len(v.Offenders) == 0
	return v
}

func (r Rule) judgeDifferences(differences []JudgedDifference, at time.Time) Verdict {
	v := Verdict{}
	for i, d := range differences {
		if r.Flow == "" || d.isOf(r.Flow) {
			v.decide(i, d.Since.Add(r.Within), at)
		}
	}
	v.Found, v.Met = len(v.Offenders), len(v.Offenders) == 0
	return v
}

// decide counts what offends from a moment on.
func (v *Verdict) decide(place int, from, at time.Time) {
	if from.Before(at) {
		v.Offenders = append(v.Offenders, place)
		if v.Since == nil || from.Before(*v.Since) {
			v.Since = &from
		}
	} else if v.Again == nil || from.Before(*v.Again) {
		v.Again = &from
	}
}

func (a *JudgedArtifact) isOf(flow string) bool {
	for _, k := range a.Known {
		if k.Flow == flow {
			return true
		}
	}
	return false
}

func (a *JudgedArtifact) hasProvenance() bool {
	for _, k := range a.Known {
		if k.HasCommit {
			return true
		}
	}
	return false
}

// madeIn is when it was made, in one flow or in any: the earliest.
func (a *JudgedArtifact) madeIn(flow string) (made time.Time, ok bool) {
	for _, k := range a.Known {
		if (flow == "" || k.Flow == flow) && (!ok || k.CreatedAt.Before(made)) {
			made, ok = k.CreatedAt, true
		}
	}
	return made, ok
}

// isNamed reports whether one of its names fits one of some patterns.
func (a *JudgedArtifact) isNamed(patterns []string) bool {
	for _, name := range a.Names {
		for _, p := range patterns {
			if fits(name, p) {
				return true
			}
		}
	}
	return false
}

// fits reports whether a name fits a pattern whole, in which * is any text. What is
// between two of them is taken at the first place where it is, which leaves most to
// the rest: it takes linear time, whatever the pattern is.
func fits(name, pattern string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return name == pattern
	}
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	rest := name[len(first) : len(name)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	return true
}
