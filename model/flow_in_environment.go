package model

// Bounds of what is asked of flows in environments.
const (
	MaxFlowEnvironments = 50 // in one question
	maxFlowVersions     = 20 // that run in one environment and are shown
)

// FlowInEnvironment is what of a flow runs now in one environment.
type FlowInEnvironment struct {
	Environment  *Environment
	Snapshot     *Snapshot          // nil if there is none yet
	Running      []*RunningArtifact // its versions, the latest started first
	ReplicaCount int                // of all versions

	Before *RunningArtifact // what runs in the closest environment before it; nil if nothing does
	Lag    *CommitRange     // filled when it is asked for
}

// FlowInEnvironments is what of a flow runs now in some environments, in the order in
// which versions get there.
type FlowInEnvironments []*FlowInEnvironment

// Members returns the environments, for code that does not know their type.
func (f FlowInEnvironments) Members() []any {
	members := make([]any, len(f))
	for i, in := range f {
		members[i] = in
	}
	return members
}

// NewFlowInEnvironments is what of a flow runs in environments, given the newest snapshot
// of each, nil for none, and the versions that run in it, the latest started first.
func NewFlowInEnvironments(environments []*Environment, snapshots []*Snapshot, versions [][]*RunningArtifact) FlowInEnvironments {
	all := make(FlowInEnvironments, len(environments))
	var before *RunningArtifact
	for i, e := range environments {
		in := &FlowInEnvironment{Environment: e, Snapshot: snapshots[i], Running: []*RunningArtifact{}}
		for _, r := range versions[i] {
			in.ReplicaCount += r.Replicas
		}
		if len(versions[i]) > 0 {
			in.Running, in.Before = versions[i][:min(len(versions[i]), maxFlowVersions)], before
			before = versions[i][0]
		}
		all[i] = in
	}
	return all
}

// ValidateFlowEnvironments checks names of environments. It returns KindInvalid if there
// are too many, or one is there twice.
func ValidateFlowEnvironments(names []string) error {
	if len(names) > MaxFlowEnvironments {
		return Invalid("environments", "%d environments were given, and %d are taken", len(names), MaxFlowEnvironments)
	}
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if seen[name] {
			return Invalid("environments", "%q is given twice", clip(name, 60))
		}
		seen[name] = true
	}
	return nil
}
