package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

var expectationEdges = map[string]edge{
	"environment": inline(func(e *model.Expectation) any { return e.Environment }),
	"breach":      inline(func(e *model.Expectation) any { return orNothing(e.Breach) }),
}

var breachEdges = map[string]edge{
	"environment": inline(func(b *model.Breach) any { return b.Environment() }),
	"expectation": inline(func(b *model.Breach) any { return b.Expectation }),
	"startedIn":   filled(fillBreachSnapshots, func(b *model.Breach) any { return orNothing(b.StartedIn) }),
	"endedIn":     filled(fillBreachSnapshots, func(b *model.Breach) any { return orNothing(b.EndedIn) }),
}

// flagged is an edge of an environment to pages of a list of which a flag tells which
// members it has.
func flagged[N any](flag string, read func(*db.DB, context.Context, *model.Organization, []int, bool, model.Page) ([]*model.Connection[N], error)) edge {
	return each(func(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments) ([]answer, error) {
		page, err := args.page()
		if err != nil {
			return nil, err
		}
		found, err := read(d, ctx, org, keys(environments, func(e *model.Environment) int { return e.Key }), args.is(flag), page)
		return answersOf(found), err
	})
}

func breachesOfOrganization(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
	page, err := args.page()
	if err != nil {
		return nil, err
	}
	return d.Breaches(ctx, org, args.is("ongoing"), page)
}

// fillBreachSnapshots fills in the snapshots in which breaches began and ended.
func fillBreachSnapshots(ctx context.Context, d *db.DB, org *model.Organization, breaches []*model.Breach) error {
	var asked []db.SnapshotKey
	var places []**model.Snapshot
	for _, b := range breaches {
		if b.StartedIn != nil {
			continue // it was filled in for another field
		}
		asked, places = append(asked, db.SnapshotKey{Environment: b.Environment().Key, Number: b.StartedNumber}), append(places, &b.StartedIn)
		if b.EndedNumber != nil {
			asked, places = append(asked, db.SnapshotKey{Environment: b.Environment().Key, Number: *b.EndedNumber}), append(places, &b.EndedIn)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := d.SnapshotsByKey(ctx, org, asked)
	for i := range found {
		*places[i] = found[i]
	}
	return err
}

// fillEventExpectations fills in what events say was expected.
func fillEventExpectations(ctx context.Context, d *db.DB, org *model.Organization, events []model.Event) error {
	var asked []int
	for _, e := range events {
		if f := e.Facts(); f.ExpectationKey > 0 && f.Expected == nil {
			asked = append(asked, f.ExpectationKey)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := d.ExpectationsByKey(ctx, org, asked)
	for _, e := range events {
		if f := e.Facts(); f.Expected == nil {
			f.Expected = found[f.ExpectationKey]
		}
	}
	return err
}
