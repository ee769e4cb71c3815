package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// snapshotDocument is a snapshot in JSON.
type snapshotDocument struct {
	Ref          string     `json:"ref"`
	Number       int        `json:"number"`
	Environment  string     `json:"environment"`
	TakenAt      time.Time  `json:"takenAt"`
	RecordedAt   time.Time  `json:"recordedAt"`
	Until        *time.Time `json:"until"`
	ReplicaCount int        `json:"replicaCount"`
	ChangeCount  int        `json:"changeCount"`
}

func documentOfSnapshot(s api.Snapshot) snapshotDocument {
	return snapshotDocument{
		Ref: s.Ref, Number: s.Number, Environment: s.Environment.Name, TakenAt: s.TakenAt.UTC(),
		RecordedAt: s.RecordedAt.UTC(), Until: utc(s.Until), ReplicaCount: s.ReplicaCount, ChangeCount: s.ChangeCount,
	}
}

// runningDocument is what runs, in JSON.
type runningDocument struct {
	Name            string             `json:"name"`
	Names           []string           `json:"names"`
	Fingerprint     *string            `json:"fingerprint"`
	Artifact        *string            `json:"artifact"`
	Flow            *string            `json:"flow"`
	CommitSHA       *string            `json:"commitSha"`
	CommitURL       *string            `json:"commitUrl"`
	AmbiguousCommit *ambiguityDocument `json:"ambiguousCommit"`
	RunningSince    time.Time          `json:"runningSince"`
	Replicas        int                `json:"replicas"`
	Overlapping     bool               `json:"overlapping"`
}

func documentOfRunning(r api.RunningArtifact) runningDocument {
	d := runningDocument{
		Name: r.Name, Names: listOf(r.Names), Fingerprint: r.Fingerprint, Flow: known(r.Flow()),
		CommitSHA: known(r.CommitSHA()), CommitURL: known(r.CommitURL()),
		AmbiguousCommit: documentOfAmbiguity(r.AmbiguousCommit),
		RunningSince:    r.RunningSince.UTC(), Replicas: r.Replicas, Overlapping: r.Overlapping,
	}
	if r.Artifact != nil {
		d.Artifact = &r.Artifact.Ref
	}
	return d
}
