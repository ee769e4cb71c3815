package graph

import (
	"context"
	"slices"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// Each of these puts into all parents what one of their fields leads to. What is
// there already stays: the field may be asked for under two aliases, and what
// leads on from it was loaded for the object that is there.

func fillAmbiguousCommits(ctx context.Context, d *db.DB, org *model.Organization, artifacts []*model.Artifact) error {
	var asking []*model.Artifact
	var queries []db.CommitQuery
	for _, a := range artifacts {
		if a.CommitIsAmbiguous && a.AmbiguousCommit == nil {
			asking, queries = append(asking, a), append(queries, db.CommitQueryOf(a))
		}
	}
	if len(asking) == 0 {
		return nil
	}
	found, err := d.CommitsByPrefix(ctx, org, queries)
	for i := range found {
		asking[i].AmbiguousCommit = &model.AmbiguousCommit{AskedFor: queries[i].Prefix, Candidates: found[i]}
	}
	return err
}

func fillTrust(ctx context.Context, d *db.DB, org *model.Organization, repositories []*model.Repository) error {
	return d.ReadTrust(ctx, org, repositories)
}

func fillPaths(ctx context.Context, d *db.DB, org *model.Organization, commits []*model.Commit) error {
	return d.ReadCommitPaths(ctx, org, commits)
}

func fillDigests(ctx context.Context, d *db.DB, org *model.Organization, artifacts []*model.Artifact) error {
	found, err := d.OtherDigests(ctx, org, artifacts)
	for i := range found {
		artifacts[i].Digests = found[i]
	}
	return err
}

func fillNames(ctx context.Context, d *db.DB, org *model.Organization, artifacts []*model.Artifact) error {
	found, err := d.NamesOfArtifacts(ctx, org, artifacts)
	for i := range found {
		artifacts[i].Names = found[i]
	}
	return err
}

func fillAttestationArtifacts(ctx context.Context, d *db.DB, org *model.Organization, attestations []*model.GenericAttestation) error {
	return fillArtifacts(ctx, d, org, attestations, func(a *model.GenericAttestation) (**model.Artifact, *model.Fingerprint, int) {
		return &a.Artifact, &a.Fingerprint, a.Flow.Key
	})
}

func fillDeploymentArtifacts(ctx context.Context, d *db.DB, org *model.Organization, deployments []*model.Deployment) error {
	return fillArtifacts(ctx, d, org, deployments, func(d *model.Deployment) (**model.Artifact, *model.Fingerprint, int) {
		return &d.Artifact, &d.Fingerprint, d.Flow.Key
	})
}

func fillRunningArtifacts(ctx context.Context, d *db.DB, org *model.Organization, running []*model.RunningArtifact) error {
	return fillArtifacts(ctx, d, org, running, func(r *model.RunningArtifact) (**model.Artifact, *model.Fingerprint, int) {
		return &r.Artifact, r.Fingerprint, r.FlowKey
	})
}

// fillRunningCommits finds the commit of what runs: that of its artifact, or else
// the one that the tag of its name leads to.
func fillRunningCommits(ctx context.Context, d *db.DB, org *model.Organization, running []*model.RunningArtifact) error {
	if err := fillRunningArtifacts(ctx, d, org, running); err != nil {
		return err
	}
	var artifacts []*model.Artifact
	var asking []*model.RunningArtifact
	var queries []db.CommitQuery
	for _, r := range running {
		if r.Artifact != nil && r.Artifact.CommitPrefix != "" {
			artifacts = append(artifacts, r.Artifact)
		} else if prefix := model.CommitPrefixOfName(r.Name()); prefix != "" && r.Commit == nil && r.AmbiguousCommit == nil {
			asking, queries = append(asking, r), append(queries, db.CommitQuery{Prefix: prefix})
		}
	}
	if err := fillAmbiguousCommits(ctx, d, org, artifacts); err != nil {
		return err
	}
	for _, r := range running {
		if r.Artifact != nil && r.Artifact.CommitPrefix != "" && r.Commit == nil && r.AmbiguousCommit == nil {
			r.Commit, r.AmbiguousCommit = r.Artifact.Commit, r.Artifact.AmbiguousCommit
		}
	}
	if len(asking) == 0 {
		return nil
	}
	found, err := d.CommitsByPrefix(ctx, org, queries)
	for i := range found {
		switch len(found[i]) {
		case 0:
		case 1:
			asking[i].Commit = found[i][0]
		default:
			asking[i].AmbiguousCommit = &model.AmbiguousCommit{AskedFor: queries[i].Prefix, Candidates: found[i]}
		}
	}
	return err
}

func fillOverlaps(ctx context.Context, d *db.DB, org *model.Organization, running []*model.RunningArtifact) error {
	running = slices.DeleteFunc(slices.Clone(running), func(r *model.RunningArtifact) bool { return r.FlowKey != 0 })
	if len(running) == 0 {
		return nil
	}
	if err := fillRunningArtifacts(ctx, d, org, running); err != nil {
		return err
	}
	places := map[db.SnapshotKey]int{}
	var snapshots []*model.Snapshot
	for _, r := range running {
		key := db.SnapshotKey{Environment: r.Snapshot.Environment.Key, Number: r.Snapshot.Number}
		if _, ok := places[key]; !ok {
			places[key] = len(snapshots)
			snapshots = append(snapshots, r.Snapshot)
		}
	}
	overlapping, err := d.OverlappingFlows(ctx, org, snapshots)
	if err != nil {
		return err
	}
	for _, r := range running {
		key := db.SnapshotKey{Environment: r.Snapshot.Environment.Key, Number: r.Snapshot.Number}
		r.Overlapping = r.Artifact != nil && overlapping[places[key]][r.Artifact.Flow.Key]
	}
	return nil
}

// fillEventFlows finds the flow that an event belongs to: its own, or that of the
// artifact that was seen.
func fillEventFlows(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	if err := fillEventArtifacts(ctx, d, org, events); err != nil {
		return err
	}
	var asking []*model.EventFacts
	for _, e := range events {
		switch f := e.Facts(); {
		case f.Flow != nil:
		case f.Artifact != nil:
			f.Flow = f.Artifact.Flow
		case f.FlowKey != 0: // evidence whose artifact is not there yet
			asking = append(asking, f)
		}
	}
	if len(asking) == 0 {
		return nil
	}
	flows, err := d.FlowsByKey(ctx, org, keys(asking, func(f *model.EventFacts) int { return f.FlowKey }))
	for _, f := range asking {
		f.Flow = flows[f.FlowKey]
	}
	return err
}

func fillEventEnvironments(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	var asking []*model.EventFacts
	for _, e := range events {
		if f := e.Facts(); f.Environment == nil && f.EnvironmentKey != 0 {
			asking = append(asking, f)
		}
	}
	if len(asking) == 0 {
		return nil
	}
	environments, err := d.EnvironmentsByKey(ctx, org, keys(asking, func(f *model.EventFacts) int { return f.EnvironmentKey }))
	for _, f := range asking {
		f.Environment = environments[f.EnvironmentKey]
	}
	return err
}

func fillEventArtifacts(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	return fillArtifacts(ctx, d, org, events, func(e model.Event) (**model.Artifact, *model.Fingerprint, int) {
		return &e.Facts().Artifact, e.Facts().Fingerprint, e.Facts().FlowKey
	})
}

// fillArtifacts puts the artifact of a fingerprint into each parent; facts says
// where it belongs, which fingerprint, and of which flow: 0 for the one that had
// it first.
func fillArtifacts[P any](ctx context.Context, d *db.DB, org *model.Organization, parents []P, facts func(P) (**model.Artifact, *model.Fingerprint, int)) error {
	places := map[db.ArtifactKey][]**model.Artifact{} // many may have the same
	var asked []db.ArtifactKey
	for _, p := range parents {
		place, fingerprint, flow := facts(p)
		if fingerprint == nil || *place != nil {
			continue
		}
		key := db.ArtifactKey{Fingerprint: *fingerprint, Flow: flow}
		if places[key] == nil {
			asked = append(asked, key)
		}
		places[key] = append(places[key], place)
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := d.ArtifactsByKey(ctx, org, asked)
	for i, artifact := range found {
		for _, place := range places[asked[i]] {
			*place = artifact
		}
	}
	return err
}

// fillEventNames finds what it happened to by name: as the environment has it, or
// else as the flow has it.
func fillEventNames(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	if err := fillEventArtifacts(ctx, d, org, events); err != nil {
		return err
	}
	var asking []*model.EventFacts
	var asked []db.RunningName
	for _, e := range events {
		f := e.Facts()
		switch {
		case f.Fingerprint == nil && f.Kind.IsRunning():
			f.ArtifactName = &f.Name
		case f.Artifact != nil:
			f.ArtifactName = &f.Artifact.Name
		}
		if f.Kind.IsRunning() && f.Fingerprint != nil {
			asking = append(asking, f)
			asked = append(asked, db.RunningName{Environment: f.EnvironmentKey, Fingerprint: *f.Fingerprint, Number: f.Number})
		}
	}
	if len(asking) == 0 {
		return nil
	}
	names, err := d.RunningNames(ctx, org, asked)
	for i := range names {
		if names[i] != "" {
			asking[i].ArtifactName = &names[i]
		}
	}
	return err
}

func fillEventSnapshots(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	var asking []*model.EventFacts
	var asked []db.SnapshotKey
	for _, e := range events {
		if f := e.Facts(); f.ShowsSnapshot() && f.Snapshot == nil {
			asking, asked = append(asking, f), append(asked, db.SnapshotKey{Environment: f.EnvironmentKey, Number: f.Number})
		}
	}
	if len(asking) == 0 {
		return nil
	}
	found, err := d.SnapshotsByKey(ctx, org, asked)
	for i := range found {
		asking[i].Snapshot = found[i]
	}
	return err
}
