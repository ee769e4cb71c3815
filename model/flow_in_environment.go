package model

// Bounds of what is asked of a flow in environments.
const (
	MaxFlowEnvironments = 50 // in one question
	MaxFlowVersions     = 20 // that run in one environment and are shown
)

// FlowInEnvironment is what of a flow runs now in one environment.
type FlowInEnvironment struct {
	Flow         *Flow
	Environment  *Environment
	Snapshot     *Snapshot          // nil if there is none yet
	Running      []*RunningArtifact // the versions that run there, the latest started first
	ReplicaCount int                // of all versions
	Ahead        *RunningArtifact   // what runs in the closest environment before it; nil if nothing does
	Lag          *CommitRange       // filled when it is asked for
}
