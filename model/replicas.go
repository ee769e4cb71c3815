package model

import "time"

// ReplicaSeries is how many replicas ran in an environment, step by step.
type ReplicaSeries struct {
	Environment *Environment
	From, To    time.Time
	Exact       bool // each snapshot has a step of its own
	Steps       []*ReplicaStep
	Rows        []*FlowReplicas // by flow, and by image what has none
}

// ReplicaStep is one step of a series.
type ReplicaStep struct {
	At        time.Time
	Number    int // of the newest snapshot at its end; 0 if there was none yet
	Snapshots int // that began in it
}

// FlowReplicas is how many replicas of one flow ran.
type FlowReplicas struct {
	Flow     *Flow // nil for what is of no flow
	Name     string
	Replicas []int // at the end of each step, of all versions
	Lowest   []int // within each step
	Highest  []int
	Versions []*VersionReplicas // by their first steps
}

// VersionReplicas is how many replicas of one version ran.
type VersionReplicas struct {
	Fingerprint *Fingerprint // nil where the runtime does not tell
	Name        string
	Commit      *Commit // filled when it is asked for
	First       int     // the first step at whose end it ran
	Replicas    []int   // from then on
}

// The pages of replicas.
type (
	FlowReplicasConnection = Connection[*FlowReplicas]
	FlowReplicasEdge       = Edge[*FlowReplicas]
)
