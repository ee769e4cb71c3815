// Package db keeps what Landfall knows in Postgres. Every SQL statement of the
// project is here. An exported method of DB is one unit of work and at most one
// transaction; what it is made of are functions that take a bun.IDB, so that
// they cannot reach past their transaction.
//
// Methods that read for a list of parents take all of them at once and answer in
// their order, so that the number of statements does not depend on the length of
// any list.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/landfall-dev/landfall/model"
)

// maxConnections bounds the pool. Beyond a few connections for each processor,
// more of them make Postgres slower and not faster.
const maxConnections = 24

// sessionSettings hold for every connection. Times are UTC. Compiling and
// parallel workers cost more than they bring to statements that take a
// millisecond, and a prepared statement is planned once.
var sessionSettings = map[string]string{
	"TimeZone":                            "UTC",
	"jit":                                 "off",
	"max_parallel_workers_per_gather":     "0",
	"plan_cache_mode":                     "force_generic_plan",
	"statement_timeout":                   "30s",
	"idle_in_transaction_session_timeout": "60s",
}

// DB is Landfall's database. Now is the clock: set it before use, in tests. Log is
// told what was put off.
type DB struct {
	Now func() time.Time
	Log *slog.Logger

	bun      *bun.DB
	sql      *sql.DB
	config   pq.Config
	prepared preparedStatements

	applyTime time.Duration // applyTimeout, but for tests
	lookedAt  int           // maxEventsLookedAt, but for tests
	changes   int           // model.MaxMetricsChanges, but for tests

	stepsByEvents int // maxStepsByEvents, but for tests

	unchanged gatherer[model.TokenReport, int]
	deltas    gatherer[deltaReport, int]
	newest    newestContents
	running   *byteCache[snapshotKey, []runningOfParent]
	graphs    graphs
	metrics   *byteCache[metricsKey, keptMetrics]
	received  gatherer[received, *model.Receipt]
	hints     hints
	sightings sightings
}

// Open connects to a Postgres database, whose URL or DSN lib/pq understands. It
// does not migrate: see Migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	config, err := pq.NewConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse database url: %w", err)
	}
	settings := maps.Clone(sessionSettings)
	maps.Copy(settings, config.Runtime) // what the URL says goes before
	config.Runtime = settings
	if config.ApplicationName == "" {
		config.ApplicationName = "landfall"
	}
	connector, err := pq.NewConnectorConfig(config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("connect to database: %w", err)
	}
	db := &DB{
		Now: time.Now, Log: slog.New(slog.DiscardHandler), bun: bun.NewDB(pool, pgdialect.New()), sql: pool, config: config,
		applyTime: applyTimeout, lookedAt: maxEventsLookedAt, changes: model.MaxMetricsChanges, stepsByEvents: maxStepsByEvents,
		graphs: newGraphs(),
	}
	db.newest, db.running = newNewestContents(), newByteCache[snapshotKey, []runningOfParent](runningBytes)
	db.metrics = newByteCache[metricsKey, keptMetrics](metricsBytes)
	db.deltas.do, db.deltas.atOnce = db.applyAllDeltas, deltasAtOnce
	db.unchanged.do, db.unchanged.atOnce = db.reportAllUnchanged, 1
	db.received.do, db.received.atOnce = db.receiveTogether, receivedAtOnce
	db.hints.start(db.tellHints)
	return db, nil
}

// Close tells others of the last events, writes down which agents were seen last, and
// closes all connections.
func (db *DB) Close() error {
	db.hints.close()
	db.writeLastAgents()
	return db.bun.Close()
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.sql.PingContext(ctx) }

// Statements returns how many statements the DB has sent, for tests that bound
// them.
func (db *DB) Statements() int64 {
	return int64(db.bun.DBStats().Queries) + db.prepared.sent.Load()
}

// Time is what the clock says.
func (db *DB) Time() time.Time { return db.now() }

// now is the time of one unit of work: UTC, to the microsecond, as Postgres
// keeps it.
func (db *DB) now() time.Time { return db.Now().UTC().Truncate(time.Microsecond) }

// orNow is the time that a caller gave, or else now.
func orNow(given *time.Time, now time.Time) time.Time {
	if given == nil {
		return now
	}
	return given.UTC().Truncate(time.Microsecond)
}

// inTx does something in a transaction. It returns KindBusy if the database is away
// when the transaction begins or ends, as what is done in it does of itself. After
// the commit, other servers are told of what was written that may be followed.
func (db *DB) inTx(ctx context.Context, do func(ctx context.Context, tx bun.Tx) error) error {
	ctx, w := withWritten(ctx)
	err := db.bun.RunInTx(ctx, nil, do)
	if err == nil || isAway(err) { // then it may have been committed
		for _, h := range w.hints {
			db.hints.add(h)
		}
	}
	if isAway(err) {
		return wrap(err, "transaction")
	}
	return err
}

// read runs a statement that is prepared once, and scans its rows into dest, a
// pointer to a slice of structs whose fields bun can name.
func (db *DB) read(ctx context.Context, dest any, statement string, args ...any) error {
	stmt, err := db.prepared.get(ctx, db.sql, statement) //nolint:sqlclosecheck // it is kept for the next time
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return db.scan(ctx, rows, dest)
}

// readIn is read within a transaction.
func (db *DB) readIn(ctx context.Context, tx bun.Tx, dest any, statement string, args ...any) error {
	var rows *sql.Rows
	var err error
	if stmt := db.prepared.soon(db.sql, statement); stmt != nil {
		rows, err = tx.Tx.StmtContext(ctx, stmt).QueryContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
	} else {
		rows, err = tx.Tx.QueryContext(ctx, statement, args...)
	}
	if err != nil {
		return err
	}
	return db.scan(ctx, rows, dest)
}

// scan reads all rows into dest, and closes them.
func (db *DB) scan(ctx context.Context, rows *sql.Rows, dest any) error {
	defer rows.Close()
	if err := db.bun.ScanRows(ctx, rows, dest); err != nil {
		return err
	}
	return rows.Err()
}

// execIn runs a statement that returns no rows within a transaction.
func (db *DB) execIn(ctx context.Context, tx bun.Tx, statement string, args ...any) (err error) {
	if stmt := db.prepared.soon(db.sql, statement); stmt != nil {
		_, err = tx.Tx.StmtContext(ctx, stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
		return err
	}
	_, err = tx.Tx.ExecContext(ctx, statement, args...)
	return err
}

// preparedStatements prepares each statement once. Their texts are constants of
// this package, so there are never more of them than the source has.
type preparedStatements struct {
	byText  sync.Map
	started sync.Map
	sent    atomic.Int64
}

func (p *preparedStatements) get(ctx context.Context, pool *sql.DB, text string) (*sql.Stmt, error) {
	p.sent.Add(1)
	return p.prepare(ctx, pool, text)
}

func (p *preparedStatements) prepare(ctx context.Context, pool *sql.DB, text string) (*sql.Stmt, error) {
	if stmt, ok := p.byText.Load(text); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := pool.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if other, loaded := p.byText.LoadOrStore(text, stmt); loaded {
		_ = stmt.Close() //nolint:sqlclosecheck // only the one that was too late is closed
		return other.(*sql.Stmt), nil
	}
	return stmt, nil
}

// soon returns a statement if it is prepared, and else nil: it is prepared in the
// background then. Who holds a transaction must not wait for another connection of
// the pool: all may be held by those who wait too.
func (p *preparedStatements) soon(pool *sql.DB, text string) *sql.Stmt {
	p.sent.Add(1)
	if stmt, ok := p.byText.Load(text); ok {
		return stmt.(*sql.Stmt)
	}
	if _, running := p.started.LoadOrStore(text, true); !running {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), applyTimeout)
			defer cancel()
			if _, err := p.prepare(ctx, pool, text); err != nil { //nolint:sqlclosecheck // it is kept for the next time
				p.started.Delete(text) // somebody else tries
			}
		}()
	}
	return nil
}

// grouped puts rows, which come in the order of their parents' places counting
// from 1, to their parents.
func grouped[R any](rows []R, parents int, place func(*R) int) [][]*R {
	groups := make([][]*R, parents)
	for i := range rows {
		p := place(&rows[i]) - 1
		groups[p] = append(groups[p], &rows[i])
	}
	return groups
}

// connections makes a page for each parent of rows that were read for all.
func connections[R, N any](groups [][]*R, p model.Page, node func(*R) N, cursor func(N) model.Cursor) []*model.Connection[N] {
	pages := make([]*model.Connection[N], len(groups))
	for i, group := range groups {
		nodes := make([]N, len(group))
		for j, row := range group {
			nodes[j] = node(row)
		}
		pages[i] = model.NewConnection(nodes, p, cursor)
	}
	return pages
}

// pgArray writes a slice as an array literal, for statements that bun formats.
func pgArray(slice any) any { return pgdialect.Array(slice) }
