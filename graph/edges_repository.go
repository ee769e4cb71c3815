package graph

import (
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of what forges and git tell of a repository.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"Repository": {
			"commit":       each(commitOfRepositories),
			"commits":      pages(commitsOfRepositories),
			"branches":     pages(refsOfRepositories(model.BranchPrefix)),
			"tags":         pages(refsOfRepositories(model.TagPrefix)),
			"pullRequest":  each(pullRequestOfRepositories),
			"pullRequests": pages(pullRequestsOfRepositories),
			"releases":     pages(releasesOfRepositories),

			"trusted":       filled(fillTrust, nil),
			"trustedBranch": filled(fillTrust, nil),
		},
		"Ref": {
			"repository": inline(func(r *model.Ref) any { return r.Repository }),
			"head": each(commitsOf(func(r *model.Ref) (*model.Repository, *model.CommitSHA) {
				return r.Repository, &r.HeadSha
			})),
		},
		"PullRequest": {
			"repository": inline(func(p *model.PullRequest) any { return p.Repository }),
			"head": each(commitsOf(func(p *model.PullRequest) (*model.Repository, *model.CommitSHA) {
				return p.Repository, &p.HeadSHA
			})),
			"mergeCommit": each(commitsOf(func(p *model.PullRequest) (*model.Repository, *model.CommitSHA) {
				return p.Repository, p.MergeSHA
			})),
		},
		"Release": {
			"repository": inline(func(r *model.Release) any { return r.Repository }),
		},
		"Commit": {
			"repository":   inline(func(c *model.Commit) any { return c.Repository }),
			"paths":        filled(fillPaths, nil),
			"cherryPicks":  pages((*db.DB).CherryPicksOfCommits),
			"flows":        pages((*db.DB).FlowsOfCommits),
			"pullRequests": pages((*db.DB).PullRequestsOfCommits),
			"whereabouts":  each(whereaboutsOfCommits),
			"artifacts":    pages((*db.DB).ArtifactsOfCommits),
			"builds":       pages((*db.DB).BuildsOfCommits),
		},
		"Build": {
			"repository": inline(func(b *model.Build) any { return b.Repository }),
			"jobs":       pages((*db.DB).JobsOfBuilds),
		},
	})
}
