package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// agentOptions say how environments are reported.
type agentOptions struct {
	watch     bool
	interval  time.Duration
	spool     string
	spoolSize sizeFlag
	listen    string
	create    bool
	dryRun    bool
	output    outputFlag
}

// spoolOff is the --spool that keeps in memory what could not be sent.
const spoolOff = "off"

func (o *agentOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.watch, "watch", false, "keep running: report what changes at once, and at the interval that nothing did")
	flags.DurationVar(&o.interval, "interval", agent.DefaultInterval, "with --watch, look and report at least every `duration`")
	flags.StringVar(&o.spool, "spool", "", "with --watch, keep what cannot be sent in this `directory`, or off for in memory (default a folder of the user's)")
	o.spoolSize = agent.DefaultSpoolBytes
	flags.Var(&o.spoolSize, "spool-size", "with --watch, keep no more than this of all environments together: `size` as in 64MiB")
	flags.StringVar(&o.listen, "listen", "", "with --watch, serve /healthz, /readyz and /metrics at this `address`, as in 127.0.0.1:9100")
	flags.BoolVar(&o.create, "auto-environment", false, "create an environment that the server does not know; needs a token for members")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be reported, and send nothing")
	for _, flag := range []string{"interval", "spool-size", "listen"} {
		completeWith(cmd, flag, nil)
	}
	o.output.addForOne(cmd)
}

func (o *agentOptions) check() error {
	if o.watch {
		switch {
		case o.interval < time.Second:
			return usageErrorf("--interval is at least 1s")
		case o.dryRun:
			return usageErrorf("--dry-run looks once: leave out --watch")
		case o.output.format != "":
			return usageErrorf("with --watch there is no answer to format: leave out --output")
		}
		return nil
	}
	if o.spool != "" || o.listen != "" {
		return usageErrorf("--spool and --listen are for an agent that keeps running: add --watch")
	}
	return nil
}

// newSnapshotCmd makes the commands that look at what runs and report it.
func newSnapshotCmd(app *App) *cobra.Command {
	i := &inspection{verb: "snapshot", short: "Report %s"}
	var opts agentOptions
	i.flags = opts.add
	i.run = func(ctx context.Context, environments []agent.Environment) error {
		return runSnapshot(ctx, app, &opts, environments)
	}
	return newGroupCmd("snapshot", "Look at what runs, and report it", nil, runtimeCmds(app, i)...)
}

func runSnapshot(ctx context.Context, app *App, opts *agentOptions, environments []agent.Environment) error {
	if err := opts.check(); err != nil {
		return err
	}
	if app.Runtimes == nil {
		return app.startAgent()
	}
	var client *agent.Client
	if !opts.dryRun {
		var err error
		if client, err = app.reporting(); err != nil {
			return err
		}
	}
	log := app.agentLog(opts.watch)
	places, err := app.Runtimes(ctx, environments, log)
	if err != nil {
		return err
	}
	defer closePlaces(places)
	switch {
	case opts.dryRun:
		return writeDryRun(ctx, app, &opts.output, places)
	case opts.watch:
		return app.watch(ctx, opts, agent.New(client, places, log))
	default:
		return reportOnce(ctx, app, opts, agent.New(client, places, log))
	}
}

func closePlaces(places []agent.Place) {
	for _, p := range places {
		_ = p.Source.Close() // the program ends
	}
}

// reporting makes the client of reports that the settings describe.
func (app *App) reporting() (*agent.Client, error) {
	s, err := app.settings()
	if err != nil {
		return nil, err
	}
	if err := app.check(s); err != nil {
		return nil, err
	}
	if _, err := api.New(api.Config{Host: s.Host}); err != nil { // which reads the address
		return nil, err
	}
	app.signIn = s.tokenFrom
	token := func() (string, error) { return s.tokenNow(context.Background()) }
	return &agent.Client{Host: s.Host, Organization: s.Org, Token: token, Version: Version(), HTTP: agent.NewHTTPClient()}, nil
}

// agentLog writes text for people, and JSON for what collects logs. A single look has
// warnings to tell only.
func (app *App) agentLog(watch bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if watch {
		options.Level = slog.LevelInfo
	}
	if app.IO.ErrTerminal || !watch {
		return slog.New(slog.NewTextHandler(app.IO.Err, options))
	}
	return slog.New(slog.NewJSONHandler(app.IO.Err, options))
}

// watch runs the agent until it is told to stop, which is how it ends well.
func (app *App) watch(ctx context.Context, opts *agentOptions, a *agent.Agent) error {
	a.Interval, a.SpoolBytes, a.CreateEnvironment = opts.interval, int64(opts.spoolSize), opts.create
	a.SpoolDir = app.spoolDir(opts.spool)
	stop, err := serveHealth(ctx, opts.listen, a)
	if err != nil {
		return err
	}
	defer stop()
	a.Log.InfoContext(ctx, "watching", "environments", len(a.Places), "host", a.Client.Host, "organization", a.Client.Organization, "spool", orUnknown(a.SpoolDir), "version", Version())
	if err := a.Run(ctx); err != nil {
		return err
	}
	a.Log.InfoContext(ctx, "stopped")
	return nil
}

// spoolDir is where to keep what cannot be sent: as it was said, or where systemd or the
// user's home has a place for such things.
func (app *App) spoolDir(said string) string {
	if said == spoolOff {
		return ""
	}
	if said != "" {
		return said
	}
	if dir := app.Getenv("STATE_DIRECTORY"); dir != "" { // of a systemd unit
		first, _, _ := strings.Cut(dir, ":")
		return filepath.Join(first, "spool")
	}
	if dir := app.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "landfall", "spool")
	}
	if home, err := os.UserHomeDir(); err == nil {
		return filepath.Join(home, ".local", "state", "landfall", "spool")
	}
	return ""
}

// serveHealth serves what the agent tells of itself, if an address is given.
func serveHealth(ctx context.Context, address string, a *agent.Agent) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for health checks: %w", err)
	}
	server := &http.Server{Handler: a.Handler(), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.Log.ErrorContext(ctx, "health checks are not served any more", "err", err)
		}
	}()
	a.Log.InfoContext(ctx, "health checks", "address", listener.Addr().String())
	return func() { _ = server.Close() }, nil
}
