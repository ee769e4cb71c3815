package cli

import (
	"fmt"
	"strings"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// detailOf says on one line what is known of a commit in an environment.
func detailOf(io *term.IO, where *api.CommitWhereabouts, w api.Whereabouts) string {
	var parts []string
	switch w.State {
	case api.StateRunning:
		parts = []string{hereSince(io, w)}
		if w.Running != nil {
			parts[0] = counted(w.Running.Replicas, "replica") + " " + strings.TrimPrefix(parts[0], "here ")
		}
	case api.StateIncluded:
		parts = []string{"in " + versionOf(w), hereSince(io, w)}
		if w.CommitsLater != nil {
			parts[0] += ", " + counted(*w.CommitsLater, "commit") + " later"
		}
	case api.StateNotYet:
		parts = []string{distanceOf(w), progressOf(io, w)}
	case api.StateGone:
		parts = goneParts(io, where, w)
	default:
		return unknownReason(w) + ": " + w.Remedy
	}
	if w.CherryPick != nil {
		parts = append(parts, "its cherry-pick "+w.CherryPick.ShortSHA+" is there")
	}
	return strings.Join(parts, "; ")
}

// hereSince says since when it is there, and when it was there first if that was
// before a break.
func hereSince(io *term.IO, w api.Whereabouts) string {
	since := "here since " + io.Moment(timeOf(w.Since))
	if w.FirstAt != nil && w.Since != nil && w.FirstAt.Before(*w.Since) {
		since += "; here first on " + io.Time(*w.FirstAt)
	}
	return since
}

// versionOf is what runs: its flow and its commit, or else its name.
func versionOf(w api.Whereabouts) string {
	switch {
	case w.Running == nil:
		return "nothing"
	case w.Flow == nil || w.Running.CommitSHA() == "":
		return w.Running.Name
	default:
		return w.Flow.Name + ":" + shortSHA(w.Running.CommitSHA())
	}
}

// distanceOf says what runs in place of a commit that was never there.
func distanceOf(w api.Whereabouts) string {
	switch {
	case w.Running == nil:
		return nothingOf(w)
	case w.CommitsBehind == nil:
		return "runs " + versionOf(w) + ", which does not have it"
	default:
		return fmt.Sprintf("%s behind (runs %s)", counted(*w.CommitsBehind, "commit"), versionOf(w))
	}
}

func nothingOf(w api.Whereabouts) string {
	if w.Flow == nil {
		return "nothing of it runs there"
	}
	return "nothing of " + w.Flow.Name + " runs there"
}

// progressOf says how far a commit came on its way to an environment.
func progressOf(io *term.IO, w api.Whereabouts) string {
	switch w.Progress {
	case "BUILDING":
		if w.Build != nil && w.Build.StartedAt != nil {
			return "being built for " + term.Lasting(w.At.Sub(*w.Build.StartedAt))
		}
		return "being built"
	case "BUILD_FAILED":
		if w.Build == nil {
			return "its build failed"
		}
		return buildEnd(w.Build.State) + ": " + w.Build.URL
	case "BUILT":
		return "built as " + carrierOf(w)
	case "DEPLOYING":
		if w.Announced == nil {
			return "its deployment was announced"
		}
		return fmt.Sprintf("deployment #%d of %s was announced %s", w.Announced.Number, carrierOf(w), io.Ago(w.Announced.CreatedAt))
	default:
		return "not built yet"
	}
}

// buildEnd says how a build ended that made nothing.
func buildEnd(state string) string {
	switch state {
	case "CANCELLED":
		return "its build was cancelled"
	case "TIMED_OUT":
		return "its build ran out of time"
	case "SKIPPED":
		return "its build was skipped"
	default:
		return "its build failed"
	}
}

// carrierOf is the first artifact that has a commit.
func carrierOf(w api.Whereabouts) string {
	if w.Carrier == nil {
		return "an artifact"
	}
	return linkOf(w.Carrier)
}

// linkOf is an artifact by its commit, as people say it, or else exactly.
func linkOf(a *api.ArtifactLink) string {
	if a.CommitSHA == nil {
		return a.Ref
	}
	return a.Flow.Name + ":" + shortSHA(*a.CommitSHA)
}

func goneParts(io *term.IO, where *api.CommitWhereabouts, w api.Whereabouts) []string {
	was := "was here from " + io.Time(timeOf(w.FirstAt)) + " to " + io.Time(timeOf(w.GoneAt))
	if w.Last != nil && deref(w.Last.CommitSHA) != where.SHA {
		was += ", last in " + linkOf(w.Last)
	}
	switch {
	case w.RolledBack && w.Running != nil:
		return []string{was, "rolled back to " + versionOf(w)}
	case w.Running != nil:
		return []string{was, "in its place runs " + versionOf(w)}
	default:
		return []string{was, nothingOf(w)}
	}
}

// unknownReason says why it cannot be told.
func unknownReason(w api.Whereabouts) string {
	switch w.Reason {
	case api.ReasonNoFlow:
		return "it counts for no flow"
	case "NOT_OBSERVED":
		return "nothing was reported yet"
	case "NO_PROVENANCE":
		return "nobody told what " + versionOf(w) + " was built from"
	case "RUNNING_COMMIT_UNSEEN":
		return "the commit of " + versionOf(w) + " is not known yet"
	case "AMBIGUOUS_COMMIT":
		return "what " + versionOf(w) + " was built from fits several commits"
	case "ANCESTRY_INCOMPLETE":
		return "the history between it and " + versionOf(w) + " has a hole"
	case "TOO_MUCH_HISTORY":
		return "too much of the history would have to be looked at"
	default:
		return stateWord(w.Reason)
	}
}
