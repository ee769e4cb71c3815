package graph

import (
	"context"
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of where commits are.
func init() {
	for _, w := range []model.Whereabouts{model.CommitRunning{}, model.CommitIncluded{}, model.CommitNotYet{}, model.CommitGone{}, model.CommitUnknown{}} {
		edges[typeName(w)] = maps.Clone(whereaboutsEdges)
	}
	maps.Copy(edges["CommitNotYet"], map[string]edge{
		"missing":    filled(fillMissing, func(w *model.CommitNotYet) any { return orNothing(w.Missing) }),
		"carrier":    filled(fillCarriers, func(w *model.CommitNotYet) any { return orNothing(w.Carrier) }),
		"build":      inline(func(w *model.CommitNotYet) any { return orNothing(w.Build) }),
		"deployment": inline(func(w *model.CommitNotYet) any { return orNothing(w.Deployment) }),
	})
	edges["CommitGone"]["last"] = filled(fillLast, func(w *model.CommitGone) any { return orNothing(w.Last) })
}

var whereaboutsEdges = map[string]edge{
	"commit":      inline(func(w model.Whereabouts) any { return w.Facts().Commit }),
	"became":      inline(func(w model.Whereabouts) any { return orNothing(w.Facts().Became) }),
	"flow":        inline(func(w model.Whereabouts) any { return orNothing(w.Facts().Flow) }),
	"environment": inline(func(w model.Whereabouts) any { return w.Facts().Environment }),
	"snapshot":    inline(func(w model.Whereabouts) any { return orNothing(w.Facts().Snapshot) }),
	"running":     inline(func(w model.Whereabouts) any { return orNothing(w.Facts().Running) }),
	"cherryPick":  inline(func(w model.Whereabouts) any { return orNothing(w.Facts().CherryPick) }),
}

func whereaboutsOfCommits(ctx context.Context, d *db.DB, org *model.Organization, commits []*model.Commit, args arguments) ([]answer, error) {
	page, err := args.page()
	if err != nil {
		return nil, err
	}
	at, err := args.moment("at")
	if err != nil {
		return nil, err
	}
	which, err := filter[model.WhereaboutsFilter](args, "environments", "flows", "states")
	if err != nil {
		return nil, err
	}
	found, err := d.Whereabouts(ctx, org, commits, at, which)
	if err != nil {
		return nil, err
	}
	places := make([]int, len(commits))
	for i := range places {
		places[i] = i
	}
	connections, err := pagesOfRows(places, page, func(i int) []model.Whereabouts { return found[i] }, model.WhereaboutsCursor)
	if err != nil {
		return nil, err
	}
	return answersOf(connections), nil
}

// fillMissing finds what lies between what runs and the commit.
func fillMissing(ctx context.Context, d *db.DB, org *model.Organization, waiting []*model.CommitNotYet) error {
	var asking []*model.CommitNotYet
	var asked []db.CommitOf
	for _, w := range waiting {
		if w.Missing == nil && w.RunningSHA != "" {
			asking, asked = append(asking, w), append(asked, db.CommitOf{Repository: w.Commit.Repository, SHA: w.RunningSHA})
		}
	}
	if len(asking) == 0 {
		return nil
	}
	running, err := d.Commits(ctx, org, asked)
	if err != nil {
		return err
	}
	pairs := make([]db.CommitPair, len(asking))
	for i, w := range asking {
		pairs[i] = db.CommitPair{From: running[i], To: w.Sought()}
	}
	ranges, err := d.CommitRanges(ctx, org, pairs)
	for i, r := range ranges {
		asking[i].Missing = r
	}
	return err
}

func fillCarriers(ctx context.Context, d *db.DB, org *model.Organization, waiting []*model.CommitNotYet) error {
	return fillByKey(ctx, d, org, waiting, func(w *model.CommitNotYet) (**model.Artifact, int64) { return &w.Carrier, w.CarrierKey })
}

func fillLast(ctx context.Context, d *db.DB, org *model.Organization, gone []*model.CommitGone) error {
	return fillByKey(ctx, d, org, gone, func(w *model.CommitGone) (**model.Artifact, int64) { return &w.Last, w.LastKey })
}

// fillByKey finds the artifacts of which the key is known.
func fillByKey[P any](ctx context.Context, d *db.DB, org *model.Organization, parents []P, of func(P) (**model.Artifact, int64)) error {
	var keys []int64
	var places []**model.Artifact
	for _, p := range parents {
		if place, key := of(p); *place == nil && key != 0 {
			keys, places = append(keys, key), append(places, place)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := d.ArtifactsByID(ctx, org, keys)
	for i, a := range found {
		*places[i] = a
	}
	return err
}
