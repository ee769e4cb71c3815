package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// Bounds of a report.
const (
	MaxReportedInstances = 20_000
	maxRunningName       = 500
	maxClockSkew         = 5 * time.Minute
)

// Report is what an agent says runs in an environment at one moment: the whole
// truth, not a change.
type Report struct {
	Organization   string
	Environment    string
	Type           EnvironmentType
	ObservedAt     *time.Time // when the agent looked; nil stands for the time of arrival
	IdempotencyKey string
	Instances      []Instance
	Body           []byte // as it was received

	running []Running // once it was grouped
}

// Instance is one running task, pod, container or process.
type Instance struct {
	Digests   map[string]string // artifact's name to its SHA-256; empty where the runtime does not tell
	StartedAt time.Time         // zero where the runtime does not tell
}

// Running is what a report says of one fingerprint under one name.
type Running struct {
	Fingerprint string // the 32 bytes; empty where the runtime does not tell
	Name        string
	Starts      []time.Time // of its replicas, the first first
}

// CheckTime refuses a moment that is too far in the future for a clock that is
// off: it would make every later report look late. It returns KindInvalid.
func (r *Report) CheckTime(now time.Time) error {
	if r.ObservedAt != nil && r.ObservedAt.After(now.Add(maxClockSkew)) {
		return Invalid("observedAt", "observedAt is %s, which is in the future: it is %s here", r.ObservedAt.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}

// Running groups the instances by fingerprint and name, in order of both. An
// instance counts once for each fingerprint, whatever names it has for it. It
// returns KindInvalid for a digest that is none or a name that cannot be kept, and
// KindTooLarge for too many instances or artifacts.
func (r *Report) Running() ([]Running, error) {
	if r.running != nil {
		return r.running, nil
	}
	if len(r.Instances) > MaxReportedInstances {
		return nil, &Error{Kind: KindTooLarge, Field: "artifacts", Message: "a report takes 20000 running instances at most"}
	}
	type key struct{ fingerprint, name string }
	starts := make(map[key][]time.Time, len(r.Instances))
	names := map[string]string{} // of one instance, by fingerprint
	for _, instance := range r.Instances {
		clear(names)
		for name, digest := range instance.Digests {
			if err := ValidateText("name", name, 1, maxRunningName); err != nil {
				return nil, err
			}
			fingerprint := ""
			if digest != "" || !r.Type.MayHideDigests() {
				f, err := ParseFingerprint(digest)
				if err != nil {
					return nil, Invalid("digests", "the digest of %q is %q, and must be a SHA-256: 64 hexadecimal digits", clip(name, 100), clip(digest, 80))
				}
				fingerprint = string(f.Bytes())
			}
			if fingerprint == "" { // names are all that tells them apart
				k := key{name: name}
				starts[k] = append(starts[k], instance.StartedAt)
			} else if other, there := names[fingerprint]; !there || tellsMore(name, other) {
				names[fingerprint] = name
			}
		}
		for fingerprint, name := range names {
			k := key{fingerprint, name}
			starts[k] = append(starts[k], instance.StartedAt)
		}
	}
	if len(starts) > MaxReportedInstances { // an instance may carry any number of them
		return nil, &Error{Kind: KindTooLarge, Field: "artifacts", Message: "a report takes 20000 different artifacts at most"}
	}
	running := make([]Running, 0, len(starts))
	for k, s := range starts {
		slices.SortFunc(s, time.Time.Compare)
		running = append(running, Running{Fingerprint: k.fingerprint, Name: k.name, Starts: s})
	}
	slices.SortFunc(running, func(a, b Running) int {
		return cmp.Or(cmp.Compare(a.Fingerprint, b.Fingerprint), cmp.Compare(a.Name, b.Name))
	})
	r.running = running // never nil: an empty report was grouped, too
	return running, nil
}

// tellsMore reports whether of two names of one fingerprint the first is the one
// to show: the one that has a short SHA, and otherwise the first by its letters.
func tellsMore(name, other string) bool {
	if a, b := CommitPrefixOfName(name) != "", CommitPrefixOfName(other) != ""; a != b {
		return a
	}
	return name < other
}

// ContentHash is what tells a changed report from an unchanged one: the SHA-256
// of fingerprints, names and numbers of replicas. When replicas started is not
// part of it: a restart that leaves the count as it was is no change.
func ContentHash(running []Running) []byte {
	h := sha256.New()
	var n [8]byte
	write := func(s string) {
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	for _, r := range running {
		write(r.Fingerprint)
		write(r.Name)
		binary.BigEndian.PutUint64(n[:], uint64(len(r.Starts)))
		h.Write(n[:])
	}
	return h.Sum(nil)
}

// Outcome says what became of a report.
type Outcome string

// The outcomes of a report.
const (
	OutcomeChanged   Outcome = "changed"   // it made a new snapshot
	OutcomeUnchanged Outcome = "unchanged" // it says what the newest snapshot says
	OutcomeStale     Outcome = "stale"     // it is older than what is known: kept, and nothing else
)

// ReportResult says what became of a report.
type ReportResult struct {
	Outcome Outcome
	Number  int // of the snapshot that is the newest now
}

// TokenReport is a report that proves itself where it is applied: of what it says
// only the hash is there.
type TokenReport struct {
	TokenHash    []byte
	Organization string
	Environment  string
	Type         EnvironmentType
	Content      []byte
	ObservedAt   *time.Time
}
