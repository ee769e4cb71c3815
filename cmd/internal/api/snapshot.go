package api

import (
	"context"
	"fmt"
	"time"
)

// Snapshot is the numbered state of an environment.
type Snapshot struct {
	Ref          string     `graphql:"ref"` // how to say it exactly
	Number       int        `graphql:"number"`
	Environment  Named      `graphql:"environment"`
	TakenAt      time.Time  `graphql:"takenAt"`
	RecordedAt   time.Time  `graphql:"recordedAt"`
	Until        *time.Time `graphql:"until"` // nil while it is the newest
	ReplicaCount int        `graphql:"replicaCount"`
	ChangeCount  int        `graphql:"changeCount"`
}

// SnapshotContent is a snapshot with all that runs in it.
type SnapshotContent struct {
	Snapshot
	Running  []RunningArtifact // the latest started first
	Reported Reported          // its environment
}

// RunningArtifact is one fingerprint as it ran in one snapshot.
type RunningArtifact struct {
	Fingerprint     *string       `graphql:"fingerprint"` // nil where the runtime does not tell
	Name            string        `graphql:"name"`
	Names           []string      `graphql:"names"`
	Replicas        int           `graphql:"replicas"`
	RunningSince    time.Time     `graphql:"runningSince"`
	Artifact        *ArtifactLink `graphql:"artifact"` // nil if no flow has the fingerprint
	Commit          *Commit       `graphql:"commit"`   // nil if not known
	AmbiguousCommit *Ambiguity    `graphql:"ambiguousCommit"`
	Overlapping     bool          `graphql:"overlapping"`
}

// ArtifactLink is what leads from what runs to the artifact.
type ArtifactLink struct {
	Ref       string  `graphql:"ref"`
	Flow      Named   `graphql:"flow"`
	CommitSHA *string `graphql:"commitSha"`
	CommitURL *string `graphql:"commitUrl"`
}

// Flow is the name of the flow; empty if no flow has the fingerprint.
func (r *RunningArtifact) Flow() string {
	if r.Artifact == nil {
		return ""
	}
	return r.Artifact.Flow.Name
}

// CommitSHA is the SHA that it was built from; empty if not known.
func (r *RunningArtifact) CommitSHA() string {
	switch {
	case r.Commit != nil:
		return r.Commit.SHA
	case r.Artifact != nil && r.Artifact.CommitSHA != nil:
		return *r.Artifact.CommitSHA
	default:
		return ""
	}
}

// CommitURL is the page of its commit; empty if not known.
func (r *RunningArtifact) CommitURL() string {
	switch {
	case r.Commit != nil:
		return r.Commit.URL
	case r.Artifact != nil && r.Artifact.CommitURL != nil:
		return *r.Artifact.CommitURL
	default:
		return ""
	}
}

// Snapshots lists the snapshots of an environment: at most limit of them, or all if
// it is 0.
func (c *Client) Snapshots(ctx context.Context, environment string, part Part, limit int) (List[Snapshot], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Snapshot], error) {
		var q struct {
			Organization struct {
				Environment struct {
					Snapshots page[Snapshot] `graphql:"snapshots(interval: $interval, direction: $direction, first: $first, after: $after)"`
				} `graphql:"environment(name: $environment)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Snapshots", &q, variables{
			"organization": c.organization, "environment": environment,
			"interval": part.interval(), "direction": part.direction(), "first": first, "after": after,
		})
		return q.Organization.Environment.Snapshots, err
	})
}

// snapshotContent is what is asked for about one snapshot.
type snapshotContent struct {
	Snapshot
	Reported Reported              `graphql:"reported: environment"`
	Running  page[RunningArtifact] `graphql:"running(first: $first, after: $after)"`
}

// Snapshot returns one snapshot with all that runs in it.
func (c *Client) Snapshot(ctx context.Context, ref string) (*SnapshotContent, error) {
	found, err := c.snapshot(ctx, ref, maxPage, nil)
	if err != nil {
		return nil, err
	}
	running, err := followFrom(ctx, c, found.Running, 0, func(first int, after *Cursor) (page[RunningArtifact], error) {
		// The exact reference: the newest may be another by now.
		next, err := c.snapshot(ctx, found.Ref, first, after)
		if err != nil {
			return page[RunningArtifact]{}, err
		}
		return next.Running, nil
	})
	if err != nil {
		return nil, err
	}
	return &SnapshotContent{Snapshot: found.Snapshot, Running: running.Items, Reported: found.Reported}, nil
}

func (c *Client) snapshot(ctx context.Context, ref string, first int, after *Cursor) (*snapshotContent, error) {
	var q struct {
		Organization struct {
			Snapshot *snapshotContent `graphql:"snapshot(ref: $ref)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Snapshot", &q, variables{
		"organization": c.organization, "ref": SnapshotRef(ref), "first": first, "after": after,
	})
	if err == nil && q.Organization.Snapshot == nil {
		err = &Error{Code: CodeNotFound, Message: fmt.Sprintf("no snapshot is %s", ref)}
	}
	return q.Organization.Snapshot, err
}
