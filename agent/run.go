package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"
)

// What an agent does unless it is told otherwise.
const (
	DefaultInterval   = time.Minute
	DefaultSpoolBytes = 128 << 20
)

const (
	lookTimeout = 10 * time.Minute // of one look; hashing a large bucket for the first time takes long
	stopTimeout = 5 * time.Second  // to send what is left when the agent is told to stop
)

// Place is an environment together with the source that looks at it.
type Place struct {
	Environment string
	Kind        string // of the environment, as the protocol has it
	Source      Source
}

// Agent reports what runs in places, as long as it runs: what changed at once, and
// at an interval that nothing did. What the server could not be told is kept, and
// told in order with the time at which it was seen.
type Agent struct {
	Client *Client
	Places []Place
	Log    *slog.Logger

	Interval          time.Duration // between looks, and between reports when nothing changes
	Gap               time.Duration // between looks when much changes
	SpoolDir          string        // what could not be sent is kept in a folder for each environment; empty keeps it in memory
	SpoolBytes        int64         // bound of what is kept; each environment has an equal share
	CreateEnvironment bool          // make an environment that the server does not know
	Clock             Clock

	health *health
}

// New returns an agent with what is not told otherwise. It reports nothing yet.
func New(client *Client, places []Place, log *slog.Logger) *Agent {
	return &Agent{
		Client: client, Places: places, Log: log,
		Interval: DefaultInterval, Gap: time.Second, SpoolBytes: DefaultSpoolBytes, Clock: SystemClock(),
		health: newHealth(),
	}
}

// Run reports until ctx ends, and then returns nil: what is left to send is tried once
// more, and kept if that fails. It returns an error only if it cannot begin, as when
// another agent uses the spool. An Agent runs once.
func (a *Agent) Run(ctx context.Context) error {
	keeper := newTimekeeper(a.Clock, a.Log)
	client := *a.Client
	client.keeper = keeper
	a.health.begin(keeper, a.Interval)
	reporters := make([]*reporter, 0, len(a.Places))
	defer func() {
		for _, r := range reporters {
			r.spool.close()
		}
	}()
	for _, place := range a.Places {
		spool, err := a.openSpool(ctx, place)
		if err != nil {
			return err
		}
		r := newReporter(a, place, spool, &client, keeper)
		reporters = append(reporters, r)
		a.health.add(r)
	}
	var running sync.WaitGroup
	for _, r := range reporters {
		running.Go(func() { r.run(ctx) })
	}
	running.Wait()
	return nil
}

// openSpool opens the spool of a place. One that the disk does not have is no reason
// not to report: then what cannot be sent is kept in memory.
func (a *Agent) openSpool(ctx context.Context, place Place) (*spool, error) {
	dir := ""
	if a.SpoolDir != "" {
		dir = filepath.Join(a.SpoolDir, a.Client.Organization, place.Environment)
	}
	share := a.SpoolBytes / int64(len(a.Places))
	s, err := openSpool(dir, share)
	switch {
	case errors.Is(err, ErrSpoolInUse):
		return nil, fmt.Errorf("%w: stop that one, or give this one another folder", err)
	case err != nil:
		a.Log.WarnContext(ctx, "no spool on disk: what cannot be sent is kept in memory, and lost if the agent ends", "environment", place.Environment, "err", err)
		return openSpool("", share)
	case s.state().reports > 0:
		a.Log.InfoContext(ctx, "reports of an earlier run are to be sent", "environment", place.Environment, "reports", s.state().reports)
	}
	return s, nil
}
