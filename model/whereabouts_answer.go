package model

import (
	"fmt"
	"strings"
	"time"
)

// Whereabouts is where a commit is, by one flow, with respect to one environment, at
// one moment, of the type that its state has.
type Whereabouts interface {
	IsWhereabouts()
	Facts() *WhereaboutsFacts
}

// WhereaboutsFacts are what is known of any whereabouts.
type WhereaboutsFacts struct {
	State       WhereaboutsState
	Commit      *Commit
	Became      *Commit // by a squash or a rebase
	Flow        *Flow   // nil if there is none
	Environment *Environment
	At          time.Time
	Snapshot    *Snapshot
	Running     *RunningArtifact
	RunningSHA  CommitSHA // that it was built from; empty if not known
	CherryPick  *Commit
}

// IsWhereabouts marks the types of whereabouts.
func (*WhereaboutsFacts) IsWhereabouts() {}

// Facts are what is known of any whereabouts.
func (f *WhereaboutsFacts) Facts() *WhereaboutsFacts { return f }

// Sought is the commit that is looked for: what it became, if it did.
func (f *WhereaboutsFacts) Sought() *Commit {
	if f.Became != nil {
		return f.Became
	}
	return f.Commit
}

// runningVersion names what runs: runner:85d83c6, or its name if its commit is not known.
func (f *WhereaboutsFacts) runningVersion() string { return f.version(f.RunningSHA, f.Running) }

func (f *WhereaboutsFacts) version(sha CommitSHA, running *RunningArtifact) string {
	switch {
	case sha != "":
		return f.Flow.Name + ":" + string(sha[:7])
	case running != nil && len(running.Names) > 0:
		return running.Name()
	default:
		return "another version"
	}
}

// picked says which cherry-pick is there; empty for none.
func (f *WhereaboutsFacts) picked() string {
	if f.CherryPick == nil {
		return ""
	}
	return fmt.Sprintf("; its cherry-pick %s is there, which is another commit", f.CherryPick.ShortSha())
}

// CommitRunning is where something runs that was built from the very commit.
type CommitRunning struct {
	*WhereaboutsFacts
	Since   time.Time
	FirstAt time.Time
}

// Summary says it in one line.
func (w *CommitRunning) Summary() string {
	return fmt.Sprintf("Running in %s with %s", w.Environment.Name, counted(w.Running.Replicas, "replica"))
}

// CommitIncluded is where something runs that was built from a descendant.
type CommitIncluded struct {
	*WhereaboutsFacts
	Since        time.Time
	FirstAt      time.Time
	CommitsLater *int
}

// Summary says it in one line.
func (w *CommitIncluded) Summary() string {
	s := fmt.Sprintf("Included in %s by %s", w.Environment.Name, w.runningVersion())
	if w.CommitsLater != nil && *w.CommitsLater > 0 {
		s += ", " + counted(*w.CommitsLater, "commit") + " later"
	}
	return s
}

// CommitNotYet is where what runs is older, or nothing of the flow runs.
type CommitNotYet struct {
	*WhereaboutsFacts
	CommitsBehind *int
	Missing       *CommitRange // filled when it is asked for
	Progress      DeliveryProgress
	CarrierKey    int64       // of the first artifact with it; 0 if there is none
	Carrier       *Artifact   // filled when it is asked for
	CarrierSHA    CommitSHA   // that it was built from
	Build         *Build      // the newest of the commit
	Building      bool        // it is under way
	Deployment    *Deployment // the newest to the environment
}

// Summary says it in one line.
func (w *CommitNotYet) Summary() string {
	parts := []string{}
	switch {
	case w.Running == nil:
		parts = append(parts, fmt.Sprintf("nothing of %s runs there", w.Flow.Name))
	case w.CommitsBehind != nil:
		parts = append(parts, fmt.Sprintf("%s is %s behind", w.runningVersion(), counted(*w.CommitsBehind, "commit")))
	default:
		parts = append(parts, fmt.Sprintf("%s runs there", w.runningVersion()))
	}
	carrier := ""
	if w.CarrierKey != 0 {
		carrier = w.version(w.CarrierSHA, nil)
	}
	if w.Deployment != nil {
		parts = append(parts, fmt.Sprintf("deployment #%d of %s is announced", w.Deployment.Number, carrier))
	} else if carrier != "" {
		parts = append(parts, carrier+" would bring it")
	}
	switch {
	case w.Building:
		parts = append(parts, "it is being built")
	case w.Progress == DeliveryBuildFailed:
		parts = append(parts, "its build did not succeed")
	case w.Progress == DeliveryNotBuilt:
		parts = append(parts, "no build of it was seen")
	}
	return fmt.Sprintf("Not yet in %s: %s%s", w.Environment.Name, strings.Join(parts, ", "), w.picked())
}

// CommitGone is where it was and is no longer.
type CommitGone struct {
	*WhereaboutsFacts
	FirstAt    time.Time
	GoneAt     time.Time
	LastKey    int64     // of the last artifact with it that ran there
	Last       *Artifact // filled when it is asked for
	RolledBack bool
}

// Summary says it in one line.
func (w *CommitGone) Summary() string {
	how := fmt.Sprintf("nothing of %s runs there any more", w.Flow.Name)
	switch {
	case w.RolledBack:
		how = "rolled back to " + w.runningVersion()
	case w.Running != nil:
		how = w.runningVersion() + " took its place"
	}
	return fmt.Sprintf("No longer in %s: %s%s", w.Environment.Name, how, w.picked())
}

// CommitUnknown is where it cannot be told.
type CommitUnknown struct {
	*WhereaboutsFacts
	Reason UnknownReason
	Before bool // the reason is of something that ran there before, and not of what runs
}

// doubted names what the reason is of.
func (w *CommitUnknown) doubted() string {
	if w.Before {
		return "a version that ran there before"
	}
	return w.runningVersion()
}

// unknownReasons are what each reason is, and what to do about it. They are told of
// the environment, the repository and what runs.
var unknownReasons = map[UnknownReason]struct {
	is, remedy func(w *CommitUnknown) string
}{
	UnknownNoFlow: {
		func(w *CommitUnknown) string {
			return "no flow follows " + w.Commit.Repository.Name + ", or what the commit touches"
		},
		func(w *CommitUnknown) string {
			return "landfall create flow NAME --repository " + w.Commit.Repository.Name
		},
	},
	UnknownNotObserved: {
		func(*CommitUnknown) string { return "nothing was reported of it" },
		func(w *CommitUnknown) string {
			return "Let an agent report it, such as landfall snapshot docker " + w.Environment.Name + " --watch"
		},
	},
	UnknownNoProvenance: {
		func(w *CommitUnknown) string {
			return "nobody told from which commit " + w.doubted() + " was built"
		},
		func(w *CommitUnknown) string {
			return "Tell it when it is built: landfall report artifact --flow " + w.Flow.Name + " --commit SHA"
		},
	},
	UnknownCommitUnseen: {
		func(w *CommitUnknown) string { return "the commit of " + w.doubted() + " is not known" },
		reportCommits,
	},
	UnknownAmbiguousCommit: {
		func(w *CommitUnknown) string {
			return "what is told of " + w.doubted() + " fits several commits"
		},
		func(w *CommitUnknown) string {
			return "Tell its whole SHA: landfall report artifact --flow " + w.Flow.Name + " --commit SHA"
		},
	},
	UnknownAncestry: {
		func(w *CommitUnknown) string {
			if w.Before {
				return "the history between it and " + w.doubted() + " has a hole"
			}
			return "the history between the two has a hole"
		},
		reportCommits,
	},
	UnknownTooMuchHistory: {
		func(w *CommitUnknown) string { return "too many versions of " + w.Flow.Name + " were built since" },
		func(*CommitUnknown) string { return "Ask about a newer commit." },
	},
}

func reportCommits(w *CommitUnknown) string {
	return "In a whole checkout of " + w.Commit.Repository.Name + ": landfall report commits"
}

// Summary says it in one line.
func (w *CommitUnknown) Summary() string {
	return fmt.Sprintf("Not known whether it is in %s: %s%s", w.Environment.Name, unknownReasons[w.Reason].is(w), w.picked())
}

// Remedy says what to do about it.
func (w *CommitUnknown) Remedy() string { return unknownReasons[w.Reason].remedy(w) }

// WhereaboutsCursor is the place of whereabouts in a list by flow and environment.
func WhereaboutsCursor(w Whereabouts) Cursor {
	f, flow := w.Facts(), ""
	if f.Flow != nil {
		flow = f.Flow.Name
	}
	return NewCursor(flow, f.Environment.Name)
}

// Pages of whereabouts.
type (
	WhereaboutsConnection = Connection[Whereabouts]
	WhereaboutsEdge       = Edge[Whereabouts]
)
