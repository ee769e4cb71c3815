package api

import (
	"context"
	"time"
)

// The states that a commit can have with respect to an environment.
const (
	StateRunning  = "RUNNING"
	StateIncluded = "INCLUDED"
	StateNotYet   = "NOT_YET"
	StateGone     = "GONE"
	StateUnknown  = "UNKNOWN"
)

// ReasonNoFlow is why it cannot be told where a commit is that counts for no flow.
const ReasonNoFlow = "NO_FLOW"

// Whereabouts is where a commit is, by one flow, with respect to one environment, at
// one moment. Fields that its state does not have are nil or empty.
type Whereabouts struct {
	whereabouts

	Since         *time.Time    // RUNNING, INCLUDED: it is there without a break
	FirstAt       *time.Time    // RUNNING, INCLUDED, GONE: it was there first
	CommitsLater  *int          // INCLUDED: nil if not countable
	CommitsBehind *int          // NOT_YET: nil if nothing runs, or not countable
	Progress      string        // NOT_YET: NOT_BUILT, BUILDING, BUILD_FAILED, BUILT or DEPLOYING
	Carrier       *ArtifactLink // NOT_YET: the first artifact with it; nil if none was built
	Build         *Build        // NOT_YET: the newest that makes it, made it or failed to
	Announced     *Announced    // NOT_YET: the newest deployment of the carrier to the environment
	GoneAt        *time.Time    // GONE
	Last          *ArtifactLink // GONE: the last version with it that ran there
	RolledBack    bool          // GONE: an older version took its place
	Reason        string        // UNKNOWN, as in NO_FLOW
	Remedy        string        // UNKNOWN: what to do about it, for people
}

// whereabouts is what all states have.
type whereabouts struct {
	State       string      `graphql:"state"`
	At          time.Time   `graphql:"at"`
	Became      *CommitLine `graphql:"became"` // by a squash or a rebase
	Flow        *Named      `graphql:"flow"`   // nil if there is none
	Environment Reported    `graphql:"environment"`
	Snapshot    *struct {
		Ref string `graphql:"ref"`
	} `graphql:"snapshot"` // nil if there was none yet
	Running    *RunningArtifact `graphql:"running"`    // nil if nothing of the flow runs there
	CherryPick *CommitLine      `graphql:"cherryPick"` // one that runs there
	Summary    string           `graphql:"summary"`    // one line for people
}

// Announced is a deployment that was announced.
type Announced struct {
	Number    int       `graphql:"number"` // in its flow
	CreatedAt time.Time `graphql:"createdAt"`
	URL       *string   `graphql:"url"`
}

// whereaboutsAnswer is what is asked for about one environment.
type whereaboutsAnswer struct {
	whereabouts

	CommitRunning struct {
		Since   *time.Time `graphql:"since"`
		FirstAt *time.Time `graphql:"firstAt"`
	} `graphql:"... on CommitRunning"`
	CommitIncluded struct {
		Since        *time.Time `graphql:"since"`
		FirstAt      *time.Time `graphql:"firstAt"`
		CommitsLater *int       `graphql:"commitsLater"`
	} `graphql:"... on CommitIncluded"`
	CommitNotYet struct {
		CommitsBehind *int          `graphql:"commitsBehind"`
		Progress      string        `graphql:"progress"`
		Carrier       *ArtifactLink `graphql:"carrier"`
		Build         *Build        `graphql:"build"`
		Deployment    *Announced    `graphql:"deployment"`
	} `graphql:"... on CommitNotYet"`
	CommitGone struct {
		FirstAt    *time.Time    `graphql:"firstAt"`
		GoneAt     *time.Time    `graphql:"goneAt"`
		Last       *ArtifactLink `graphql:"last"`
		RolledBack bool          `graphql:"rolledBack"`
	} `graphql:"... on CommitGone"`
	CommitUnknown struct {
		Reason string `graphql:"reason"`
		Remedy string `graphql:"remedy"`
	} `graphql:"... on CommitUnknown"`
}

// whereaboutsOf gives an answer the shape that callers see. The library fills a field
// in every fragment that has one of its name, so any of them will do.
func whereaboutsOf(a whereaboutsAnswer) Whereabouts {
	return Whereabouts{
		whereabouts: a.whereabouts,
		Since:       a.CommitRunning.Since, FirstAt: a.CommitRunning.FirstAt, CommitsLater: a.CommitIncluded.CommitsLater,
		CommitsBehind: a.CommitNotYet.CommitsBehind, Progress: a.CommitNotYet.Progress, Carrier: a.CommitNotYet.Carrier,
		Build: a.CommitNotYet.Build, Announced: a.CommitNotYet.Deployment,
		GoneAt: a.CommitGone.GoneAt, Last: a.CommitGone.Last, RolledBack: a.CommitGone.RolledBack,
		Reason: a.CommitUnknown.Reason, Remedy: a.CommitUnknown.Remedy,
	}
}

// CommitWhereabouts is a commit and where it is, by flow and environment.
type CommitWhereabouts struct {
	CommitLine
	CherryPicks []CommitLine // others that make the same change: the newest 20
	Whereabouts []Whereabouts
}

// WhereaboutsFilter says which whereabouts; what is empty fits all.
type WhereaboutsFilter struct {
	Environments []string `json:"environments,omitempty"`
	Flows        []string `json:"flows,omitempty"`
}

// whereIs is what is asked for about one commit.
type whereIs struct {
	CommitLine
	CherryPicks page[CommitLine]        `graphql:"cherryPicks(first: 20)"`
	Whereabouts page[whereaboutsAnswer] `graphql:"whereabouts(at: $at, filter: $filter, first: $first, after: $after)"`
}

// Whereabouts tells where a commit is, as it was at a moment, or now if that is nil.
// It returns an *AmbiguousCommitError if the reference fits several.
func (c *Client) Whereabouts(ctx context.Context, ref string, at *time.Time, filter WhereaboutsFilter) (*CommitWhereabouts, error) {
	found, err := c.whereIs(ctx, ref, at, filter, maxPage, nil)
	if err != nil {
		return nil, err
	}
	if first := found.Whereabouts.Nodes; len(first) > 0 {
		at = &first[0].At // of which all pages are to tell
	}
	answers, err := followFrom(ctx, c, found.Whereabouts, 0, func(first int, after *Cursor) (page[whereaboutsAnswer], error) {
		// The exact reference: what was typed may fit another commit by now.
		next, err := c.whereIs(ctx, found.exactly(), at, filter, first, after)
		if err != nil {
			return page[whereaboutsAnswer]{}, err
		}
		return next.Whereabouts, nil
	})
	if err != nil {
		return nil, err
	}
	where := &CommitWhereabouts{CommitLine: found.CommitLine, CherryPicks: found.CherryPicks.Nodes}
	for _, a := range answers.Items {
		where.Whereabouts = append(where.Whereabouts, whereaboutsOf(a))
	}
	return where, nil
}

func (c *Client) whereIs(ctx context.Context, ref string, at *time.Time, filter WhereaboutsFilter, first int, after *Cursor) (*whereIs, error) {
	var q struct {
		Organization struct {
			Commit struct {
				Type    string           `graphql:"__typename"`
				Commit  whereIs          `graphql:"... on Commit"`
				Several ambiguousCommits `graphql:"... on AmbiguousCommit"`
			} `graphql:"commit(ref: $ref)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Whereabouts", &q, variables{
		"organization": c.organization, "ref": CommitRef(ref), "at": dateTime(at), "filter": filter, "first": first, "after": after,
	})
	if err != nil {
		return nil, err
	}
	return &q.Organization.Commit.Commit, oneCommit(ref, q.Organization.Commit.Type, q.Organization.Commit.Several)
}
