package cli

import "github.com/landfall-dev/landfall/cmd/internal/api"

// changesDocument is what changes between two snapshots, in JSON.
type changesDocument struct {
	From  snapshotDocument      `json:"from"`
	To    snapshotDocument      `json:"to"`
	Empty bool                  `json:"empty"`
	Flows []flowChangesDocument `json:"flows"`
}

// flowChangesDocument is what changes for one flow, in JSON.
type flowChangesDocument struct {
	Flow    string               `json:"flow"`
	From    *runningDocument     `json:"from"`
	To      *runningDocument     `json:"to"`
	Commits changedRangeDocument `json:"commits"`
}

// changedRangeDocument is what lies between two commits, in JSON.
type changedRangeDocument struct {
	From     *commitDocument         `json:"from"`
	To       *commitDocument         `json:"to"`
	Relation string                  `json:"relation"`
	Reason   *string                 `json:"reason"`
	Ahead    *int                    `json:"ahead"`
	Behind   *int                    `json:"behind"`
	Added    []changedCommitDocument `json:"added"`
	Removed  []changedCommitDocument `json:"removed"`
}

// changedCommitDocument is a commit that a change brings or takes away, in JSON.
type changedCommitDocument struct {
	commitDocument
	IssueKeys    []string              `json:"issueKeys"`
	PullRequests []pullRequestDocument `json:"pullRequests"`
}

func documentOfChanges(c *api.Changes) changesDocument {
	return changesDocument{
		From: documentOfSnapshot(c.From), To: documentOfSnapshot(c.To), Empty: c.Empty,
		Flows: documents(c.Flows, func(f api.FlowChanges) flowChangesDocument {
			return flowChangesDocument{
				Flow: f.Flow.Name, From: maybe(f.From, documentOfRunning), To: maybe(f.To, documentOfRunning),
				Commits: documentOfChangedRange(f.Commits),
			}
		}),
	}
}

func documentOfChangedRange(c api.ChangedCommits) changedRangeDocument {
	return changedRangeDocument{
		From: maybe(c.From, documentOfCommit), To: maybe(c.To, documentOfCommit),
		Relation: c.Relation, Reason: c.Reason, Ahead: c.Ahead, Behind: c.Behind,
		Added: documents(c.Added.Items, documentOfChangedCommit), Removed: documents(c.Removed.Items, documentOfChangedCommit),
	}
}

func documentOfChangedCommit(c api.ChangedCommit) changedCommitDocument {
	return changedCommitDocument{
		commitDocument: documentOfCommit(c.CommitLine), IssueKeys: listOf(c.IssueKeys),
		PullRequests: documents(c.PullRequests.Nodes, func(r api.PullRequest) pullRequestDocument { return pullRequestDocument(r) }),
	}
}
