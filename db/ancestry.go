package db

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// Bounds of what is kept in memory of the histories of repositories.
const (
	// graphBytes is enough for the commits of ten repositories of the size of the Linux
	// kernel's. One graph is kept, however large.
	graphBytes = 768 << 20
	// loadTime bounds reading a whole history, which goes on when nobody waits for it
	// any more.
	loadTime = 10 * time.Minute
	// manyCommits are enough, read at once, to give back the memory that it took.
	manyCommits = 100_000
)

// graphKey names a repository.
type graphKey struct{ organization, repository int }

// graphs are the histories of repositories, as far as they were asked for.
type graphs struct {
	mu    sync.Mutex
	known *byteCache[graphKey, *repositoryGraph]
}

// repositoryGraph is the history of a repository as it was when it was read last.
type repositoryGraph struct {
	*ancestry.Graph
	key graphKey

	reading chan struct{} // whoever reads what is new has put something in
	until   string        // what transactions before this one changed is read
}

func newGraphs() graphs {
	return graphs{known: newByteCache[graphKey, *repositoryGraph](graphBytes)}
}

// get returns the graphs of repositories, by their keys.
func (g *graphs) get(organization int, repositories []int) []*repositoryGraph {
	g.mu.Lock()
	defer g.mu.Unlock()
	found := make([]*repositoryGraph, len(repositories))
	for i, r := range repositories {
		key := graphKey{organization, r}
		known, ok := g.known.get(key)
		if !ok {
			known = &repositoryGraph{Graph: ancestry.New(), key: key, reading: make(chan struct{}, 1), until: "0"}
			g.known.keep(key, known, known.Bytes())
		}
		found[i] = known
	}
	return found
}

// grown notes how large graphs are now.
func (g *graphs) grown(read []*repositoryGraph) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range read {
		if known, ok := g.known.get(r.key); ok && known == r {
			g.known.keep(r.key, r, r.Bytes())
		}
	}
}

// Ancestries returns the commit graphs of repositories, by their keys, with all that
// was known of them when it was called. The first time, the whole history is read,
// about 250,000 commits in a second; then what was changed since, by one statement for
// all. It returns KindBusy if reading takes longer than the caller waits.
func (db *DB) Ancestries(ctx context.Context, org *model.Organization, repositories []int) (map[int]*ancestry.Graph, error) {
	asked := slices.Compact(slices.Sorted(slices.Values(repositories)))
	if len(asked) == 0 {
		return nil, nil
	}
	read := db.graphs.get(org.Key, asked)
	for i, r := range read { // in the order of the keys, so that nobody waits in a circle
		select {
		case r.reading <- struct{}{}:
		case <-ctx.Done():
			release(read[:i])
			return nil, stillReading(ctx)
		}
	}
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTime)
		defer cancel()
		before := commitsOf(read)
		err := db.readGraphs(ctx, org, read)
		if commitsOf(read)-before > manyCommits {
			debug.FreeOSMemory() // what they were read from is several times what they are
		}
		db.graphs.grown(read)
		release(read)
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			return nil, wrap(err, "ancestry")
		}
	case <-ctx.Done():
		return nil, stillReading(ctx)
	}
	found := make(map[int]*ancestry.Graph, len(read))
	for _, r := range read {
		found[r.key.repository] = r.Graph
	}
	return found, nil
}

func commitsOf(graphs []*repositoryGraph) (n int) {
	for _, g := range graphs {
		n += g.Len()
	}
	return n
}

func stillReading(ctx context.Context) error {
	return &model.Error{Kind: model.KindBusy, Message: "the history of a repository is being read: try again in a moment", Err: ctx.Err()}
}

func release(read []*repositoryGraph) {
	for _, r := range read {
		<-r.reading
	}
}

// A whole history is read in the order of its times, in which parents mostly come
// first; what is new by the transactions that made it. Rows of transactions that were
// under way the last time may come twice. The first row of each repository tells up to
// where all is read; it is the only one if nothing is new.
const commitsSince = `
SELECT p.i, pg_snapshot_xmin(pg_current_snapshot())::text, NULL::bytea, NULL::bytea[], NULL::boolean, NULL::timestamptz
FROM unnest($2::int[]) WITH ORDINALITY AS p(repository_id, i)
UNION ALL
SELECT p.i, NULL, c.sha, c.parents, c.parents_complete, c.committed_at
FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS p(repository_id, since, i)
CROSS JOIN LATERAL (
  SELECT * FROM (
    SELECT * FROM commits c WHERE c.organization_id = $1 AND c.repository_id = p.repository_id AND p.since = '0'
    ORDER BY c.committed_at, c.sha) c
  UNION ALL
  SELECT * FROM (
    SELECT * FROM commits c
    WHERE c.organization_id = $1 AND c.repository_id = p.repository_id AND p.since <> '0' AND c.changed >= p.since::xid8
    ORDER BY c.changed LIMIT $4) c) c`

// readGraphs reads what is new of each repository.
func (db *DB) readGraphs(ctx context.Context, org *model.Organization, graphs []*repositoryGraph) error {
	repositories, since := make([]int64, len(graphs)), make([]string, len(graphs))
	for i, g := range graphs {
		repositories[i], since[i] = int64(g.key.repository), g.until
	}
	rows, end, err := db.queryCommits(ctx, slices.Contains(since, "0"), org.Key, pq.Array(repositories), pq.Array(since), math.MaxInt32) //nolint:rowserrcheck // the reader checks
	if err != nil {
		return err
	}
	defer end()
	defer rows.Close()
	reader := graphReader{rows: rows, until: since}
	for reader.next() {
		i := reader.graph
		graphs[i].Add(reader.commits(i))
	}
	if reader.err != nil {
		return reader.err
	}
	for i, g := range graphs {
		g.until = reader.until[i]
	}
	return nil
}

// queryCommits begins to read commits. A whole history may take longer than any statement
// that people wait for.
func (db *DB) queryCommits(ctx context.Context, whole bool, args ...any) (rows *sql.Rows, end func(), err error) {
	statement, err := db.prepared.get(ctx, db.sql, commitsSince) //nolint:sqlclosecheck // it is kept for the next time
	if err != nil {
		return nil, nil, err
	}
	if !whole {
		rows, err = statement.QueryContext(ctx, args...)
		return rows, func() {}, err
	}
	tx, err := db.sql.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, err
	}
	end = func() { _ = tx.Rollback() } // nothing is written
	if _, err = tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0"); err == nil {
		rows, err = tx.StmtContext(ctx, statement).QueryContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
	}
	if err != nil {
		end()
	}
	return rows, end, err
}

// graphReader reads the commits of some graphs.
type graphReader struct {
	rows  *sql.Rows
	until []string // which was read by the next time
	err   error

	graph    int // of the row that is read
	commit   ancestry.Commit
	consumed bool
}

// next makes sure that there is a row that nobody has taken.
func (r *graphReader) next() bool {
	if r.commit.SHA != nil && !r.consumed {
		return true
	}
	for r.rows.Next() {
		var until sql.NullString
		var parents pq.ByteaArray
		var complete sql.NullBool
		var at sql.NullTime
		var sha []byte
		if r.err = r.rows.Scan(&r.graph, &until, &sha, &parents, &complete, &at); r.err != nil {
			return false
		}
		r.graph--
		if until.Valid {
			r.until[r.graph] = until.String
			continue
		}
		r.commit, r.consumed = ancestry.Commit{SHA: sha, Parents: parents, Complete: complete.Bool, At: at.Time}, false
		return true
	}
	r.commit, r.err = ancestry.Commit{}, cmp.Or(r.err, r.rows.Err())
	return false
}

// commits are those that come next and are of one graph.
func (r *graphReader) commits(graph int) iter.Seq[ancestry.Commit] {
	return func(yield func(ancestry.Commit) bool) {
		for r.next() && r.graph == graph {
			if r.consumed = true; !yield(r.commit) {
				return
			}
		}
	}
}
