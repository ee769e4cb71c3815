package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

func artifactsOfFlows(d *db.DB, ctx context.Context, org *model.Organization, flows []*model.Flow, p model.Page) ([]*model.ArtifactConnection, error) {
	return d.ArtifactsOfFlows(ctx, org, keys(flows, func(f *model.Flow) int { return f.Key }), p)
}

func artifactOfFlows(ctx context.Context, d *db.DB, org *model.Organization, flows []*model.Flow, args arguments) ([]answer, error) {
	ref, err := model.ParseArtifactRef(args.text("ref"))
	if err != nil {
		return nil, err
	}
	found, err := d.ArtifactsByRef(ctx, org, keys(flows, func(f *model.Flow) int { return f.Key }), ref)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(flows))
	for i, f := range flows {
		here := model.ArtifactRef{Flow: f.Name, ByFingerprint: ref.ByFingerprint, Prefix: ref.Prefix}
		switch {
		case ref.Flow != "" && ref.Flow != f.Name:
			answers[i].err = model.Invalid("ref", "%q names another flow than %q: leave the flow out here", ref.String(), f.Name)
		case len(found[i]) == 0:
			answers[i].err = db.NoSuchArtifact(here)
		default:
			answers[i].value = model.NewArtifactResult(here.String(), found[i])
		}
	}
	return answers, nil
}

func commitsOfFlows(d *db.DB, ctx context.Context, org *model.Organization, flows []*model.Flow, p model.Page) ([]*model.CommitConnection, error) {
	return d.CommitsOfFlows(ctx, org, keys(flows, func(f *model.Flow) int { return f.Key }), p)
}

func snapshotsOfEnvironments(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments) ([]answer, error) {
	direction, err := args.direction()
	if err != nil {
		return nil, err
	}
	return ofSpans(ctx, d, org, environments, args, func(spans []db.Span, p model.Page) ([]*model.SnapshotConnection, error) {
		return d.SnapshotsOfEnvironments(ctx, org, spans, direction, p)
	})
}

func eventsOfEnvironments(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments) ([]answer, error) {
	direction, err := args.direction()
	if err != nil {
		return nil, err
	}
	filter, err := args.logFilter()
	if err != nil {
		return nil, err
	}
	return ofSpans(ctx, d, org, environments, args, func(spans []db.Span, p model.Page) ([]*model.EventConnection, error) {
		return d.LogOfEnvironments(ctx, org, spans, filter, direction, p)
	})
}

// ofSpans reads a page for the interval that is asked for of each environment. One
// that it does not lead to anything in has an error of its own.
func ofSpans[N any](ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments, read func([]db.Span, model.Page) ([]*model.Connection[N], error)) ([]answer, error) {
	page, err := args.page()
	if err != nil {
		return nil, err
	}
	spans := db.Whole(keys(environments, func(e *model.Environment) int { return e.Key })...)
	if text := args.text("interval"); text != "" {
		interval, err := model.ParseSnapshotInterval(text)
		if err != nil {
			return nil, err
		}
		if spans, err = d.Spans(ctx, org, environments, interval); err != nil {
			return nil, err
		}
	}
	connections, err := read(spans, page)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(spans))
	for i, s := range spans {
		if answers[i].err = s.Err; s.Err == nil {
			answers[i].value = connections[i]
		}
	}
	return answers, nil
}

func snapshotOfEnvironments(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments) ([]answer, error) {
	ref := model.SnapshotRef{}
	if text := args.text("ref"); text != "" {
		var err error
		if ref, err = model.ParseSnapshotRef(text); err != nil {
			return nil, err
		}
	}
	found, err := d.SnapshotsByRef(ctx, org, keys(environments, func(e *model.Environment) int { return e.Key }), ref)
	if err != nil {
		return nil, err
	}
	named, err := keyOfNamed(ctx, d, org, environments, ref.Environment)
	if err != nil {
		return nil, err
	}
	answers := make([]answer, len(environments))
	for i, e := range environments {
		switch {
		case ref.Environment != "" && named != e.Key:
			answers[i].err = model.Invalid("ref", "%q names another environment than %q: leave it out here", ref.String(), e.Name)
		case found[i] != nil:
			answers[i].value = found[i]
		case args["ref"] != nil: // that there is no newest one is no error
			answers[i].err = db.NoSuchSnapshot(e, ref)
		}
	}
	return answers, nil
}
