package cli

import (
	"context"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// mostFollowed is how many of the newest events can come before those that follow.
const mostFollowed = 100

// runEnvironmentFollow writes the newest events of an environment and then each new
// one, until it is interrupted: that is how it ends well.
func runEnvironmentFollow(ctx context.Context, app *App, opts *environmentLogOptions, name string) error {
	switch {
	case opts.part.interval != "" || opts.part.reverse || len(opts.filter.Repositories) > 0:
		return usageErrorf("--follow takes neither an interval nor --reverse nor --repository: it shows the newest events and goes on from there")
	case opts.limit.n < 1 || opts.limit.n > mostFollowed:
		return usageErrorf("with --follow, --limit is from 1 to %d", mostFollowed)
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	if !opts.output.isJSON() {
		opts.output.forList(app.IO)
	}
	err = client.FollowEnvironment(ctx, api.FollowOptions{
		Environment: name, Flows: opts.filter.Flows, Newest: opts.limit.n,
		Lost: func(err error) { app.IO.Note("%s: trying again.", err) },
	}, func(e api.Event) error {
		if err := app.writeFollowed(e, opts.output.isJSON()); err != nil {
			return err
		}
		return app.IO.Flush()
	})
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// writeFollowed writes one event on one line.
func (app *App) writeFollowed(e api.Event, asJSON bool) error {
	switch {
	case asJSON:
		return app.IO.JSONLine(documentOfEvent(e))
	case app.IO.Plain:
		writeLog(app.IO, []api.Event{e})
	default:
		app.IO.Line("%s  %s  %s  %s", app.IO.Time(e.At), e.Summary, orUnknown(deref(e.ArtifactName)), orUnknown(deref(nameOf(e.Flow))))
	}
	return nil
}
