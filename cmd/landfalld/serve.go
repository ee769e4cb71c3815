package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/cluster"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/identity"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/notify"
	"github.com/landfall-dev/landfall/signin"
	"github.com/landfall-dev/landfall/web"
)

const (
	drainTime = 10 * time.Second // for requests that have begun
	stopTime  = 15 * time.Second // for Postgres
)

// routesFunc makes what the server answers when it is ready.
type routesFunc func(d *db.DB, inbox *ingest.Inbox, streams *graph.Streams, notifier *notify.Worker, log *slog.Logger, base string) http.Handler

// routes is where each part of the server is mounted.
func (c *config) routes(d *db.DB, inbox *ingest.Inbox, streams *graph.Streams, notifier *notify.Worker, log *slog.Logger, base string) http.Handler {
	callers := identity.New(d, identity.Options{BaseURL: base, Issuers: c.Issuers, Now: d.Time, Log: log})
	mux := http.NewServeMux()
	options := graph.Options{
		BaseURL: base, Version: currentVersion(), Replayer: inbox, Callers: callers, Streams: streams,
		Cookie: signin.CookieName(base), Persisted: web.Operations(),
	}
	if notifier != nil {
		options.Notifier = notifier
	}
	mux.Handle("/graphql", graph.NewHandler(d, log, options))
	in := ingest.NewHandler(store{d, callers}, log)
	mux.Handle("/webhooks/", in)
	mux.Handle("/api/", in)
	people := signin.New(d, signin.Options{BaseURL: base, Provider: c.SignIn, Now: d.Time, Log: log})
	mux.Handle("/session", people)
	mux.Handle("/session/", people)
	mux.Handle("/", web.Handler())
	return mux
}

// store keeps what is taken in, and knows callers that prove themselves otherwise
// than by an API token too.
type store struct {
	*db.DB
	callers *identity.Callers
}

// Caller returns who a secret proves to be asking.
func (s store) Caller(ctx context.Context, secret string) (*model.Caller, error) {
	return s.callers.Caller(ctx, secret)
}

// server is what a running server is made of, in the order in which it is
// started. What is nil has not been started.
type server struct {
	cfg    config
	log    *slog.Logger
	stdout io.Writer
	routes routesFunc

	dir     *dataDir
	front   *front
	http    *http.Server
	failed  chan error // if it stops to accept connections
	cluster *cluster.Cluster
	db      *db.DB
	streams *graph.Streams
	inbox   worker
	hearing worker // what other servers tell of
	telling worker // places outside
	watch   worker
}

// worker is work that goes on until it is stopped.
type worker struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func (w *worker) start(ctx context.Context, run func(context.Context)) {
	ctx, w.cancel = context.WithCancel(ctx)
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		run(ctx)
	}()
}

// stop ends the work, and returns when it has ended.
func (w *worker) stop() {
	if w.cancel != nil {
		w.cancel()
		<-w.done
	}
}

// serve runs the server until ctx ends or something ends that it needs.
func serve(ctx context.Context, cfg config, log *slog.Logger, stdout io.Writer, routes routesFunc) (err error) {
	if cfg.tuneMemory {
		tuneMemory()
	}
	s := &server{cfg: cfg, log: log, stdout: stdout, routes: routes, failed: make(chan error, 1)}
	defer func() { err = errors.Join(err, s.stop(context.WithoutCancel(ctx))) }()
	err = s.start(ctx)
	if err != nil && ctx.Err() != nil {
		log.InfoContext(ctx, "stopped while starting", "err", err)
		return nil
	}
	if err != nil {
		return err
	}
	return s.wait(ctx)
}

// start starts everything. What can be refused is refused early: the data
// directory and the port are taken before anything else is touched.
func (s *server) start(ctx context.Context) (err error) {
	private := s.cfg.DatabaseURL == ""
	if private {
		if s.dir, err = lockDataDir(s.cfg.DataDir); err != nil {
			return err
		}
	} else if why := weakTLS(s.cfg.DatabaseURL); why != "" {
		s.log.WarnContext(ctx, "connection to the database is not safe from others", "why", why)
	}
	addr, err := s.listen(ctx)
	if err != nil {
		return err
	}
	url := s.cfg.DatabaseURL
	if private {
		if err := s.dir.setAddress(addr.String()); err != nil {
			return err
		}
		if url, err = s.startCluster(ctx); err != nil {
			return err
		}
	}
	if s.db, err = db.Open(ctx, url); err != nil {
		return err
	}
	s.db.Log = s.log
	if err := s.migrate(ctx); err != nil {
		return err
	}
	base := s.cfg.baseURL(addr)
	if err := bootstrap(ctx, s.db, s.cfg, base, s.log, s.stdout); err != nil {
		return err
	}
	if err := s.cfg.checkSignIn(ctx, s.db); err != nil {
		return err
	}
	inbox := &ingest.Inbox{Store: s.db, Log: s.log, KeepFor: s.cfg.KeepDeliveries}
	if s.cfg.Registry != "" {
		inbox.Registry = dockerHub{host: s.cfg.Registry}
	}
	feed := live.New(s.db, s.log, 0)
	s.streams = graph.NewStreams(feed, graph.StreamLimits{})
	notifier := notify.New(s.db, s.log, notify.Options{Private: s.cfg.NotifyPrivate, Version: currentVersion()})
	s.hearing.start(ctx, func(ctx context.Context) {
		db.Listen(ctx, cmp.Or(s.cfg.DirectURL, url), s.log, db.Heard{
			Events: func(organization int) {
				feed.Heard(organization)
				notifier.Heard(organization)
			},
			Deliveries: feed.HeardOfDelivery,
		})
	})
	s.front.open(s.routes(s.db, inbox, s.streams, notifier, s.log, base), s.db.Ping)
	s.inbox.start(ctx, inbox.Run)
	s.telling.start(ctx, notifier.Run)
	s.watch.start(ctx, (&ingest.Watch{Store: s.db, Log: s.log}).Run)
	s.log.InfoContext(ctx, "serving", "addr", addr.String(), "url", base, "version", currentVersion())
	return nil
}

// migrate brings the tables up to date. Servers that start together take turns by a
// lock of a session, which a pooler would lose.
func (s *server) migrate(ctx context.Context) error {
	if s.cfg.DirectURL == "" {
		return s.db.Migrate(ctx)
	}
	direct, err := db.Open(ctx, s.cfg.DirectURL)
	if err != nil {
		return fmt.Errorf("by LANDFALL_DATABASE_DIRECT_URL: %w", err)
	}
	return errors.Join(direct.Migrate(ctx), direct.Close())
}

// listen begins to answer: so far, that the server is starting.
func (s *server) listen(ctx context.Context) (net.Addr, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("%w (LANDFALL_LISTEN names another address)", err)
	}
	s.front = newFront(s.log)
	// A handler that reads or answers for longer than ReadTimeout has to lift
	// it for itself, with http.ResponseController.
	s.http = &http.Server{
		Handler:           s.front,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	go func() { s.failed <- s.http.Serve(listener) }()
	return listener.Addr(), nil
}

// startCluster starts the private Postgres and returns its database's address.
func (s *server) startCluster(ctx context.Context) (url string, err error) {
	const database = "landfall"
	s.cluster, err = cluster.Start(ctx, cluster.Options{Dir: s.clusterDir(), Log: s.log})
	if errors.Is(err, cluster.ErrNotInstalled) {
		return "", fmt.Errorf("%w; or set LANDFALL_DATABASE_URL to use a Postgres of your own", err)
	}
	if err != nil {
		return "", err
	}
	return s.cluster.URL(database), s.cluster.CreateDatabase(ctx, database)
}

func (s *server) clusterDir() string {
	return filepath.Join(s.cfg.DataDir, "postgres")
}

// wait returns nil when ctx ends, and an error if the server cannot go on.
func (s *server) wait(ctx context.Context) error {
	var died <-chan struct{}
	if s.cluster != nil {
		died = s.cluster.Done()
	}
	select {
	case <-ctx.Done():
		s.log.InfoContext(ctx, "stopping")
		return nil
	case <-died:
		return fmt.Errorf("postgres has ended unexpectedly: what it said is in %s", filepath.Join(s.clusterDir(), "postgres.log"))
	case err := <-s.failed:
		return fmt.Errorf("accept connections: %w", err)
	}
}

// stop ends what was started: first what uses something, then what is used.
func (s *server) stop(ctx context.Context) error {
	var problems []error
	if s.http != nil {
		problems = append(problems, s.drain(ctx))
	}
	s.inbox.stop()
	s.hearing.stop()
	s.telling.stop()
	s.watch.stop()
	if s.db != nil {
		problems = append(problems, s.db.Close())
	}
	if s.cluster != nil {
		ctx, cancel := context.WithTimeout(ctx, stopTime)
		defer cancel()
		problems = append(problems, s.cluster.Stop(ctx))
	}
	if s.dir != nil {
		problems = append(problems, s.dir.unlock())
	}
	return errors.Join(problems...)
}

// drain takes no new requests and waits for those that have begun. Streams, which
// have no end of their own, are ended.
func (s *server) drain(ctx context.Context) error {
	s.front.close()
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if s.streams != nil {
		s.streams.Stop(ctx)
	}
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.WarnContext(ctx, "cutting off requests that take too long")
		err = s.http.Close()
	}
	return err
}
