package graph

import (
	"context"
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// edges says, for each type, which of its fields lead to further objects, and how
// they are found for many parents at once. A field that leads nowhere is not here.
var edges = map[string]map[string]edge{}

func init() { // at run time: the edges of a type lead to those of other types
	maps.Copy(edges, map[string]map[string]edge{
		"Organization": organizationEdges,
		"Flow": {
			"repository": inline(func(f *model.Flow) any { return orNothing(f.Repository) }),
			"artifact":   each(artifactOfFlows),
			"artifacts":  pages(artifactsOfFlows),
			"commits":    pages(commitsOfFlows),
			"metrics":    each(metricsOfFlows),

			"inEnvironments": each(flowsInEnvironments),
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
			"formerNames": filled(fillFormerNames, nil),
			"reporting":   filled(fillReporting, nil),
			"members":     pages((*db.DB).MembersOfEnvironments),
			"memberOf":    pages((*db.DB).UnionsOfEnvironments),
			"snapshot":    each(snapshotOfEnvironments),
			"snapshots":   each(snapshotsOfEnvironments),
			"events":      each(eventsOfEnvironments),
			"replicas":    each(replicasOfEnvironments),
			"agents":      only(model.RoleMember, pages((*db.DB).AgentsOfEnvironments)),

			"expectations": flagged("removed", (*db.DB).ExpectationsOfEnvironments),
			"breaches":     flagged("ongoing", (*db.DB).BreachesOfEnvironments),
		},
		"Agent": {
			"environment": inline(func(a *model.Agent) any { return a.Environment }),
		},
		"Expectation": expectationEdges,
		"Breach":      breachEdges,
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
	})
	for _, kind := range model.EventKinds() {
		edges[typeName(model.NewEvent(&model.EventFacts{Kind: kind}))] = eventEdges
	}
}

var organizationEdges = map[string]edge{
	"flow": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.Flow(ctx, org, args.text("name"))
	}),
	"flows":   {load: flowsOfOrganization},
	"metrics": one(metricsOfOrganization),
	"environment": one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.Environment(ctx, org, args.text("name"))
	}),
	"environments": {load: environmentsOfOrganization},
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
	"commits":     one(commitsOfOrganization),
	"commitRange": one(commitRangeOfOrganization),
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
	"breaches": one(breachesOfOrganization),
	"position": one(func(d *db.DB, ctx context.Context, org *model.Organization, _ arguments) (any, error) {
		p, err := d.Position(ctx, org)
		return p.Cursor(), err
	}),
	"search":   one(searchOfOrganization),
	"agents":   only(model.RoleMember, list((*db.DB).Agents)),
	"webhooks": only(model.RoleAdmin, list((*db.DB).Webhooks)),
	"tokens":   only(model.RoleAdmin, list((*db.DB).Tokens)),
	"notification": only(model.RoleAdmin, one(func(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
		return d.NotificationByName(ctx, org, args.text("name"))
	})),
	"notifications": only(model.RoleAdmin, list((*db.DB).Notifications)),
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
	"expectation":  filled(fillEventExpectations, func(e model.Event) any { return orNothing(e.Facts().Expected) }),
}
