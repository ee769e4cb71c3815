package db

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/landfall-dev/landfall/model"
)

// commitByArtifact returns the commit that an artifact was built from. Artifacts that
// were built from one commit lead to it, however many they are. It returns
// KindNotFound, and KindAmbiguous if there are several and not all of their commits are
// known.
func (db *DB) commitByArtifact(ctx context.Context, org *model.Organization, ref model.CommitRef) (model.CommitResult, error) {
	result, err := db.ArtifactByRef(ctx, org, ref.Artifact)
	if err != nil {
		return nil, err
	}
	var artifacts []*model.Artifact
	switch found := result.(type) {
	case *model.Artifact:
		artifacts = []*model.Artifact{found}
	case *model.AmbiguousArtifact:
		artifacts = found.Candidates
	}
	known, unknown, err := db.commitsOfBuilt(ctx, org, artifacts)
	if err != nil {
		return nil, err
	}
	switch {
	case unknown != nil && len(known) == 0 && unknown.CommitPrefix == "":
		return nil, model.Errorf(model.KindNotFound, "nobody told which commit %s was built from: report it with its commit", ref)
	case unknown != nil && len(known) == 0:
		of := ""
		if unknown.Repository != nil {
			of = " of " + unknown.Repository.Name
		}
		return nil, model.Errorf(model.KindNotFound, "%s was built from commit %s%s, which is not known yet: it becomes known by a push webhook or by reportCommits", ref, unknown.CommitPrefix, of)
	case unknown != nil && len(known) == 1:
		return nil, model.Errorf(model.KindAmbiguous, "%s fits several artifacts, and not of all of them it is known from which commit they were built: write %s@%s",
			ref, known[0].Repository.Name, known[0].SHA[:12])
	}
	return model.NewCommitResult(ref.String(), known), nil
}

// commitsOfBuilt returns the commits that artifacts were built from, each once, by SHA
// and repository, and one of the artifacts of which it is not known; nil if it is of
// all.
func (db *DB) commitsOfBuilt(ctx context.Context, org *model.Organization, artifacts []*model.Artifact) (known []*model.Commit, unknown *model.Artifact, err error) {
	var queries []CommitQuery
	for _, a := range artifacts {
		switch {
		case a.CommitIsAmbiguous:
			queries = append(queries, CommitQueryOf(a))
		case a.Commit != nil:
			known = append(known, a.Commit)
		default:
			unknown = a
		}
	}
	if len(queries) > 0 {
		found, err := db.CommitsByPrefix(ctx, org, queries)
		if err != nil {
			return nil, nil, err
		}
		known = append(known, slices.Concat(found...)...)
	}
	slices.SortFunc(known, func(a, b *model.Commit) int {
		return cmp.Or(strings.Compare(string(a.SHA), string(b.SHA)), strings.Compare(a.Repository.Name, b.Repository.Name))
	})
	known = slices.CompactFunc(known, func(a, b *model.Commit) bool { return a.SHA == b.SHA && a.Repository.Key == b.Repository.Key })
	return known[:min(len(known), model.MaxCandidates)], unknown, nil
}
