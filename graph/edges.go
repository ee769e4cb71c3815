package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// edges says, for each type, which of its fields lead to further objects, and how
// they are found for many parents at once. A field that leads nowhere is not here.
var edges map[string]map[string]edge

func init() { // at run time: the edges of a payload lead to those of other types
	edges = map[string]map[string]edge{
		"Organization": organizationEdges,
		"Flow": {
			"repository": inline(func(f *model.Flow) any { return orNothing(f.Repository) }),
			"artifact":   each(artifactOfFlows),
			"artifacts":  pages(artifactsOfFlows),
			"commits":    pages(commitsOfFlows),
		},
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
			"flows":        pages((*db.DB).FlowsOfCommits),
			"pullRequests": pages((*db.DB).PullRequestsOfCommits),
			"artifacts":    pages((*db.DB).ArtifactsOfCommits),
			"builds":       pages((*db.DB).BuildsOfCommits),
		},
		"Build": {
			"repository": inline(func(b *model.Build) any { return b.Repository }),
			"jobs":       pages((*db.DB).JobsOfBuilds),
		},
		"Artifact": {
			"digests":         filled(fillDigests, nil),
			"names":           filled(fillNames, nil),
			"flow":            inline(func(a *model.Artifact) any { return a.Flow }),
			"commit":          inline(func(a *model.Artifact) any { return orNothing(a.Commit) }),
			"ambiguousCommit": filled(fillAmbiguousCommits, func(a *model.Artifact) any { return orNothing(a.AmbiguousCommit) }),
			"build":           inline(func(a *model.Artifact) any { return orNothing(a.Build) }),
			"attestations":    pages((*db.DB).AttestationsOfArtifacts),
			"deployments":     pages((*db.DB).DeploymentsOfArtifacts),
			"runningIn":       pages((*db.DB).RunningNow),
			"history":         pages((*db.DB).HistoryOfArtifacts),
		},
		"AmbiguousArtifact": {
			"candidates": inline(func(a *model.AmbiguousArtifact) any { return asAny(a.Candidates) }),
		},
		"AmbiguousCommit": {
			"candidates": inline(func(a *model.AmbiguousCommit) any { return asAny(a.Candidates) }),
		},
		"GenericAttestation": {
			"flow":     inline(func(a *model.GenericAttestation) any { return a.Flow }),
			"artifact": filled(fillAttestationArtifacts, func(a *model.GenericAttestation) any { return orNothing(a.Artifact) }),
		},
		"Deployment": {
			"flow":        inline(func(d *model.Deployment) any { return d.Flow }),
			"artifact":    filled(fillDeploymentArtifacts, func(d *model.Deployment) any { return orNothing(d.Artifact) }),
			"environment": inline(func(d *model.Deployment) any { return d.Environment }),
		},
		"Environment": {
			"snapshot":  each(snapshotOfEnvironments),
			"snapshots": pages(snapshotsOfEnvironments),
			"events":    pages(eventsOfEnvironments),
		},
		"Snapshot": {
			"environment": inline(func(s *model.Snapshot) any { return s.Environment }),
			"running":     pages((*db.DB).RunningOfSnapshots),
		},
		"RunningArtifact": {
			"snapshot":        inline(func(r *model.RunningArtifact) any { return r.Snapshot }),
			"artifact":        filled(fillRunningArtifacts, func(r *model.RunningArtifact) any { return orNothing(r.Artifact) }),
			"commit":          filled(fillRunningCommits, func(r *model.RunningArtifact) any { return orNothing(r.Commit) }),
			"ambiguousCommit": filled(fillRunningCommits, func(r *model.RunningArtifact) any { return orNothing(r.AmbiguousCommit) }),
			"overlapping":     filled(fillOverlaps, nil),
		},
		"SnapshotDiff": {
			"from":    inline(func(d *model.SnapshotDiff) any { return d.From }),
			"to":      inline(func(d *model.SnapshotDiff) any { return d.To }),
			"added":   pages(addedOfDiffs),
			"removed": pages(removedOfDiffs),
			"changed": pages(changedOfDiffs),
		},
		"RunningChange": {
			"from": inline(func(c *model.RunningChange) any { return c.From }),
			"to":   inline(func(c *model.RunningChange) any { return c.To }),
		},

		"Delivery": {
			"body": filled(fillDeliveryBodies, nil),
		},

		"Viewer":                    {"organization": inline(func(v *model.Viewer) any { return v.Organization })},
		"UpdateOrganizationPayload": {"organization": inline(func(p *model.UpdateOrganizationPayload) any { return p.Organization })},
		"CreateFlowPayload":         {"flow": inline(func(p *model.CreateFlowPayload) any { return p.Flow })},
		"UpdateFlowPayload":         {"flow": inline(func(p *model.UpdateFlowPayload) any { return p.Flow })},
		"CreateEnvironmentPayload":  {"environment": inline(func(p *model.CreateEnvironmentPayload) any { return p.Environment })},
		"ReportCommitsPayload":      {"repository": inline(func(p *model.ReportCommitsPayload) any { return p.Repository })},
		"ReportArtifactPayload":     {"artifact": inline(func(p *model.ReportArtifactPayload) any { return p.Artifact })},
		"ReportDeploymentPayload":   {"deployment": inline(func(p *model.ReportDeploymentPayload) any { return p.Deployment })},
		"TrustRepositoryPayload":    {"repository": inline(func(p *model.TrustRepositoryPayload) any { return p.Repository })},
		"DistrustRepositoryPayload": {"repository": inline(func(p *model.DistrustRepositoryPayload) any { return p.Repository })},
		"ReplayDeliveryPayload":     {"delivery": inline(func(p *model.ReplayDeliveryPayload) any { return p.Delivery })},
		"ReportAttestationPayload":  {"attestation": inline(func(p *model.ReportAttestationPayload) any { return p.Attestation })},
	}
	for _, name := range []string{
		"ArtifactCreated", "AttestationReceived", "DeploymentCreated", "StartedRunning", "Scaled", "StoppedRunning", "RunningNameChanged",
	} {
		edges[name] = eventEdges
	}
}

var organizationEdges = map[string]edge{
	"flow": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.Flow(ctx, org, args.text("name"))
	}),
	"flows": list((*db.DB).Flows),
	"environment": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.Environment(ctx, org, args.text("name"))
	}),
	"environments": list((*db.DB).Environments),
	"repository": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.Repository(ctx, org, args.text("name"))
	}),
	"repositories": list((*db.DB).Repositories),
	"artifact": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		ref, err := model.ParseArtifactRef(args.text("ref"))
		if err != nil {
			return nil, err
		}
		return d.ArtifactByRef(ctx, org, ref)
	}),
	"artifacts": list((*db.DB).Artifacts),
	"commit": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		ref, err := model.ParseCommitRef(args.text("ref"))
		if err != nil {
			return nil, err
		}
		return d.CommitByRef(ctx, org, ref)
	}),
	"snapshot": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		ref, err := model.ParseSnapshotRef(args.text("ref"))
		if err != nil {
			return nil, err
		}
		return d.Snapshot(ctx, org, ref)
	}),
	"diff": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		from, err := model.ParseSnapshotRef(args.text("from"))
		if err != nil {
			return nil, err
		}
		to, err := model.ParseSnapshotRef(args.text("to"))
		if err != nil {
			return nil, err
		}
		return d.Diff(ctx, org, from, to)
	}),
	"tokens": only(model.RoleAdmin, list((*db.DB).Tokens)),
	"delivery": only(model.RoleMember, one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		var source model.DeliverySource
		if err := source.UnmarshalGQL(args["source"]); err != nil {
			return nil, err
		}
		return d.DeliveryBySource(ctx, org, source, args.text("sourceId"))
	})),
	"deliveries": only(model.RoleMember, edge{load: deliveriesOfOrganization}),
}

var eventEdges = map[string]edge{
	"flow":         filled(fillEventFlows, func(e model.Event) any { return orNothing(e.Facts().Flow) }),
	"artifact":     filled(fillEventArtifacts, func(e model.Event) any { return orNothing(e.Facts().Artifact) }),
	"artifactName": filled(fillEventNames, nil),
	"environment":  filled(fillEventEnvironments, func(e model.Event) any { return orNothing(e.Facts().Environment) }),
	"snapshot":     filled(fillEventSnapshots, func(e model.Event) any { return orNothing(e.Facts().Snapshot) }),
}
