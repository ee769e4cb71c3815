package model

import (
	"cmp"
	"io"
)

// WhereaboutsState is where a commit is with respect to an environment.
type WhereaboutsState string

// Where a commit can be.
const (
	CommitIsRunning  WhereaboutsState = "RUNNING"
	CommitIsIncluded WhereaboutsState = "INCLUDED"
	CommitIsNotYet   WhereaboutsState = "NOT_YET"
	CommitIsGone     WhereaboutsState = "GONE"
	CommitIsUnknown  WhereaboutsState = "UNKNOWN"
)

// MarshalGQL writes the state as a GraphQL enum value.
func (s WhereaboutsState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *WhereaboutsState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, CommitIsRunning, CommitIsIncluded, CommitIsNotYet, CommitIsGone, CommitIsUnknown)
}

// UnknownReason is why it cannot be told where a commit is.
type UnknownReason string

// The reasons.
const (
	UnknownNoFlow          UnknownReason = "NO_FLOW"
	UnknownNotObserved     UnknownReason = "NOT_OBSERVED"
	UnknownNoProvenance    UnknownReason = "NO_PROVENANCE"
	UnknownCommitUnseen    UnknownReason = "RUNNING_COMMIT_UNSEEN"
	UnknownAmbiguousCommit UnknownReason = "AMBIGUOUS_COMMIT"
	UnknownAncestry        UnknownReason = "ANCESTRY_INCOMPLETE"
	UnknownTooMuchHistory  UnknownReason = "TOO_MUCH_HISTORY"
)

// MarshalGQL writes the reason as a GraphQL enum value.
func (r UnknownReason) MarshalGQL(w io.Writer) { writeQuoted(w, string(r)) }

// UnmarshalGQL reads a reason from a GraphQL enum value.
func (r *UnknownReason) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, r, UnknownNoFlow, UnknownNotObserved, UnknownNoProvenance, UnknownCommitUnseen, UnknownAmbiguousCommit, UnknownAncestry, UnknownTooMuchHistory)
}

// DeliveryProgress is how far a commit has come that is not there yet.
type DeliveryProgress string

// How far a commit can have come.
const (
	DeliveryNotBuilt    DeliveryProgress = "NOT_BUILT"
	DeliveryBuilding    DeliveryProgress = "BUILDING"
	DeliveryBuildFailed DeliveryProgress = "BUILD_FAILED"
	DeliveryBuilt       DeliveryProgress = "BUILT"
	DeliveryDeploying   DeliveryProgress = "DEPLOYING"
)

// MarshalGQL writes the progress as a GraphQL enum value.
func (p DeliveryProgress) MarshalGQL(w io.Writer) { writeQuoted(w, string(p)) }

// UnmarshalGQL reads a progress from a GraphQL enum value.
func (p *DeliveryProgress) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, p, DeliveryNotBuilt, DeliveryBuilding, DeliveryBuildFailed, DeliveryBuilt, DeliveryDeploying)
}

// WhereaboutsFilter chooses whereabouts. All that is given must hold.
type WhereaboutsFilter struct {
	Environments []string
	Flows        []string
	States       []WhereaboutsState
}

// maxFilterNames is how many names a filter takes.
const maxFilterNames = 100

// Validate checks the filter's bounds. It returns KindInvalid.
func (f *WhereaboutsFilter) Validate() error {
	for field, n := range map[string]int{"environments": len(f.Environments), "flows": len(f.Flows)} {
		if n > maxFilterNames {
			return Invalid(field, "%d %s were given, and a filter takes %d", n, field, maxFilterNames)
		}
	}
	return nil
}

// Inclusion is whether something that was built has a commit.
type Inclusion int

// What can be known of it. What was built from the very commit has it, too.
const (
	InclusionUnknown Inclusion = iota
	Excluded
	Included
	BuiltFrom
)

// Version is an artifact of a flow, with respect to a commit that is looked for.
type Version struct {
	Artifact  int64     // its key
	SHA       CommitSHA // of the commit that it was built from; empty if not known
	Inclusion Inclusion
	Reason    UnknownReason // why it is not known whether it has the commit
}

// Stay is a stretch of snapshots of an environment in which a version ran.
type Stay struct {
	Version *Version
	From    int // the number of the first
	Until   int // the number of the first in which it did not run; 0 if it still did at the moment that is asked about
}

// WhereaboutsVerdict is where a commit is, and since which snapshots.
type WhereaboutsVerdict struct {
	State   WhereaboutsState
	Reason  UnknownReason // for CommitIsUnknown
	Current *Stay         // what runs that the state speaks of; nil if nothing of the flow does
	Last    *Stay         // for CommitIsGone: the last that had it; for CommitIsUnknown: the last that may have, if none of those runs
	Since   int           // since when without a break
	First   int           // in which it came for the first time; 0 if it never did
}

// JudgeStays tells where a commit is by the versions of a flow that ran in an
// environment up to a moment.
func JudgeStays(stays []Stay) WhereaboutsVerdict {
	var with, without, uncertain *Stay // the best of each that runs
	var before, doubt *Stay            // the last that ran with it, and one that may have
	first := 0
	for i := range stays {
		s := &stays[i]
		has, runs := s.Version.Inclusion, s.Until == 0
		if has >= Included && (first == 0 || s.From < first) {
			first = s.From
		}
		switch {
		case has >= Included && runs:
			if with == nil || cmp.Or(cmp.Compare(has, with.Version.Inclusion), cmp.Compare(s.From, with.From)) > 0 {
				with = s
			}
		case has >= Included:
			if before == nil || s.Until > before.Until {
				before = s
			}
		case has == Excluded && runs:
			without = laterBegin(without, s)
		case has == InclusionUnknown && runs:
			uncertain = laterBegin(uncertain, s)
		case has == InclusionUnknown:
			if doubt == nil || s.Until > doubt.Until {
				doubt = s
			}
		}
	}
	switch {
	case with != nil && with.Version.Inclusion == BuiltFrom:
		return WhereaboutsVerdict{State: CommitIsRunning, Current: with, First: first, Since: unbroken(stays, with, BuiltFrom)}
	case with != nil:
		return WhereaboutsVerdict{State: CommitIsIncluded, Current: with, First: first, Since: unbroken(stays, with, Included)}
	case uncertain != nil:
		return WhereaboutsVerdict{State: CommitIsUnknown, Reason: uncertain.Version.Reason, Current: uncertain}
	case before != nil:
		return WhereaboutsVerdict{State: CommitIsGone, Current: without, Last: before, First: first}
	case doubt != nil:
		return WhereaboutsVerdict{State: CommitIsUnknown, Reason: doubt.Version.Reason, Current: without, Last: doubt}
	default:
		return WhereaboutsVerdict{State: CommitIsNotYet, Current: without}
	}
}

func laterBegin(a, b *Stay) *Stay {
	if a == nil || b.From > a.From {
		return b
	}
	return a
}

// unbroken is since when there was always something with the commit.
func unbroken(stays []Stay, current *Stay, atLeast Inclusion) int {
	since := current.From
	for {
		earlier := since
		for i := range stays {
			s := &stays[i]
			if s.Version.Inclusion >= atLeast && (s.Until == 0 || s.Until >= since) {
				earlier = min(earlier, s.From)
			}
		}
		if earlier == since {
			return since
		}
		since = earlier
	}
}
