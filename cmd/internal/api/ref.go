package api

// ArtifactRef is a reference to an artifact as it was typed. The server alone
// understands it.
type ArtifactRef string

// CommitRef is a reference to a commit as it was typed. The server alone
// understands it.
type CommitRef string

// SnapshotRef is a reference to a snapshot as it was typed. The server alone
// understands it.
type SnapshotRef string

// Named is a thing of which only the name was asked for.
type Named struct {
	Name string `graphql:"name"`
}

// Ambiguity is what a name fits, if it fits several things.
type Ambiguity struct {
	AskedFor string `graphql:"askedFor"`
	Summary  string `graphql:"summary"`
}
