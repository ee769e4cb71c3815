package model

// CommitRangeResult is what two references to commits lead to: what lies between them,
// or what one of them fits if that is several commits.
type CommitRangeResult interface{ IsCommitRangeResult() }

// IsCommitRangeResult marks what two references to commits can lead to.
func (*CommitRange) IsCommitRangeResult() {}

// IsCommitRangeResult marks what two references to commits can lead to.
func (*AmbiguousCommit) IsCommitRangeResult() {}
