package db

import (
	"bytes"
	"context"
	"time"

	"github.com/lib/pq"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// Bounds of what is looked at for whereabouts. Beyond the first, whoever asks has to
// say which environments or flows; beyond the others, it is not known.
const (
	maxWhereabouts = 20_000  // answers
	maxVersions    = 20_000  // of the flows, made since the commit
	maxStays       = 100_000 // stretches of one version
)

// clocksDiffer is how much earlier than its commit an artifact may seem to be made.
const clocksDiffer = 24 * time.Hour

// Whereabouts returns where each commit is, at a moment or now: one answer for each
// flow that it counts for and each environment that is reported, in the order of flows
// and environments. The number of statements does not depend on how many there are. It
// returns KindNotFound for an environment that is named and does not exist, and
// KindInvalid if more would have to be told than anybody reads.
func (db *DB) Whereabouts(ctx context.Context, org *model.Organization, commits []*model.Commit, at *time.Time, filter *model.WhereaboutsFilter) ([][]model.Whereabouts, error) {
	if filter == nil {
		filter = &model.WhereaboutsFilter{}
	}
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	w := whereabouts{db: db, org: org, commits: commits, at: orNow(at, db.now()), past: at != nil, filter: filter}
	if err := w.read(ctx); err != nil {
		return nil, wrap(err, "whereabouts")
	}
	return w.chosen(), nil
}

// whereabouts is what is read to tell where commits are.
type whereabouts struct {
	db      *DB
	org     *model.Organization
	commits []*model.Commit
	at      time.Time
	past    bool
	filter  *model.WhereaboutsFilter

	places   []*place
	graphs   map[int]*ancestry.Graph
	became   [][]*model.Commit // by squashes, for each commit, step by step
	picks    [][]*model.Commit
	flows    [][]*model.Flow // for each commit
	running  map[flowPlace][]*runningVersion
	versions map[int][]*versionRow      // of each flow, by when they were made
	judged   []map[int64]*model.Version // for each commit, by the key of the artifact: of the flows that it counts for
	cut      map[int]time.Time          // of flows of which not all versions are read: those after this one are not
	stays    map[int64][]stay           // of each version

	answered [][]model.Whereabouts
	timed    []timed
}

// flowPlace is a flow in an environment, by their keys.
type flowPlace struct{ flow, environment int }

// read reads what is to be known, and answers. What does not depend on each other is
// read at the same time.
func (w *whereabouts) read(ctx context.Context) error {
	first, at := errgroup.WithContext(ctx)
	for _, read := range []func(context.Context) error{w.readFlows, w.readPlaces, w.readGraphs} {
		first.Go(func() error { return read(at) })
	}
	if err := first.Wait(); err != nil {
		return err
	}
	if err := w.bound(); err != nil {
		return err
	}
	if err := w.readVersions(ctx); err != nil {
		return err
	}
	w.judgeVersions()
	if err := w.readStays(ctx); err != nil {
		return err
	}
	w.judge()
	if err := w.readTimes(ctx); err != nil {
		return err
	}
	w.doubt()
	return w.readProgress(ctx)
}

// place is an environment and its snapshot that was current at the moment.
type place struct {
	environment *model.Environment
	snapshot    *model.Snapshot // nil if there was none yet
}

const (
	missingEnvironments = `
SELECT p.name FROM unnest($2::text[]) WITH ORDINALITY AS p(name, i)
WHERE NOT EXISTS (SELECT FROM environment_names n WHERE n.organization_id = $1 AND n.name = p.name) ORDER BY p.i LIMIT 1`
	missingFlows = `
SELECT p.name FROM unnest($2::text[]) WITH ORDINALITY AS p(name, i)
WHERE NOT EXISTS (SELECT FROM flows f WHERE f.organization_id = $1 AND f.name = p.name) ORDER BY p.i LIMIT 1`
)

// named makes sure that all that is named in the filter is there.
func (w *whereabouts) named(ctx context.Context, missing, noun, nouns string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	var rows []struct{ Name string }
	if err := w.db.read(ctx, &rows, missing, w.org.Key, pq.Array(names)); err != nil || len(rows) == 0 {
		return err
	}
	return w.db.doesNotExist(ctx, w.org, noun, nouns, rows[0].Name)
}

// placesOfWhereabouts are the environments that are chosen, with one of their snapshots. A
// logical environment stands for its members.
func placesOfWhereabouts(number, until string) string {
	return `
WITH named AS (
  SELECT n.environment_id AS id FROM environment_names n WHERE n.organization_id = $1 AND n.name = ANY ($3)
), chosen AS (
  SELECT id FROM named
  UNION
  SELECT m.member_id FROM named JOIN environment_members m ON m.organization_id = $1 AND m.environment_id = named.id AND m.left_at IS NULL
  UNION ALL
  SELECT id FROM environments WHERE organization_id = $1 AND cardinality($3::text[]) = 0
)
SELECT coalesce(s.number, 0) AS s_number, coalesce(s.observed_at, 'epoch') AS s_observed_at, coalesce(s.received_at, 'epoch') AS s_received_at,
  coalesce(s.replicas, 0) AS s_replicas, coalesce(s.changes, 0) AS s_changes, NULL::int[] AS s_members, NULL::int[] AS s_numbers,
  ` + until + ` AS s_until, ` + environmentColumns + `
FROM chosen
CROSS JOIN LATERAL (
  SELECT * FROM environments e
  WHERE e.organization_id = $1 AND e.id = chosen.id AND e.type <> 'logical' AND (e.archived_at IS NULL OR e.archived_at > $2::timestamptz) OFFSET 0) en
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
LEFT JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = en.id AND s.number = ` + number + `
ORDER BY en.name LIMIT $4`
}

var (
	placesNow  = placesOfWhereabouts(`h.number`, `NULL::timestamptz`)
	placesThen = placesOfWhereabouts(`(
  SELECT o.number FROM snapshots o
  WHERE o.organization_id = $1 AND o.environment_id = en.id AND o.observed_at <= $2
  ORDER BY o.observed_at DESC, o.number DESC LIMIT 1)`, `(
  SELECT n.observed_at FROM snapshots n
  WHERE n.organization_id = $1 AND n.environment_id = s.environment_id AND n.number = s.number + 1)`)
)

// readPlaces reads the environments that are asked about.
func (w *whereabouts) readPlaces(ctx context.Context) error {
	statement, moment := placesNow, any(nil)
	if w.past {
		statement, moment = placesThen, w.at
	}
	if err := w.named(ctx, missingEnvironments, "environment", "environments", w.filter.Environments); err != nil {
		return err
	}
	var rows []snapshotRow
	if err := w.db.read(ctx, &rows, statement, w.org.Key, moment, pq.Array(orEmpty(w.filter.Environments)), maxWhereabouts+1); err != nil {
		return err
	}
	for i := range rows {
		s := rows[i].snapshot(w.org)
		p := &place{environment: s.Environment}
		if s.Number > 0 {
			p.snapshot = s
		}
		w.places = append(w.places, p)
	}
	return nil
}

// bound refuses to answer more than anybody reads.
func (w *whereabouts) bound() error {
	asked := 0
	for _, flows := range w.flows {
		asked += max(len(flows), 1) * len(w.places)
	}
	if asked > maxWhereabouts {
		return model.Invalid("filter", "%d answers would have to be given, and %d are: name some environments or flows", asked, maxWhereabouts)
	}
	return nil
}

// A flow without a repository follows those that its artifacts are built from.
const flowsOfWhereabouts = `
SELECT p.i AS parent, ` + flowColumns + `
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits c ON c.organization_id = $1 AND c.repository_id = p.repository_id AND c.id = p.id
JOIN flows f ON f.organization_id = $1 AND ` + countsFor + `
  AND (f.repository_id = p.repository_id OR f.repository_id IS NULL AND EXISTS (
    SELECT FROM artifacts a WHERE a.organization_id = $1 AND a.flow_id = f.id AND a.repository_id = p.repository_id))
  AND (cardinality($4::text[]) = 0 OR f.name = ANY ($4))
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
ORDER BY p.i, f.name`

// readFlows reads the flows that each commit counts for.
func (w *whereabouts) readFlows(ctx context.Context) error {
	if err := w.named(ctx, missingFlows, "flow", "flows", w.filter.Flows); err != nil {
		return err
	}
	repositories, keys := commitKeys(w.commits)
	var rows []flowOfParent
	if err := w.db.read(ctx, &rows, flowsOfWhereabouts, w.org.Key, repositories, keys, pq.Array(orEmpty(w.filter.Flows))); err != nil {
		return err
	}
	w.flows = make([][]*model.Flow, len(w.commits))
	for i := range rows {
		p := rows[i].Parent - 1
		w.flows[p] = append(w.flows[p], rows[i].flow(w.org))
	}
	return nil
}

// readGraphs reads the histories, and what commits became that are in no branch.
func (w *whereabouts) readGraphs(ctx context.Context) (err error) {
	repositories := make([]int, len(w.commits))
	for i, c := range w.commits {
		repositories[i] = c.Repository.Key
	}
	if w.graphs, err = w.db.Ancestries(ctx, w.org, repositories); err != nil {
		return err
	}
	if w.became, err = w.db.becameOf(ctx, w.org, w.graphs, w.commits, w.at); err != nil {
		return err
	}
	picks, err := w.db.CherryPicksOfCommits(ctx, w.org, w.commits, model.Page{First: model.MaxPageSize})
	if err != nil {
		return err
	}
	for _, page := range picks {
		w.picks = append(w.picks, page.Nodes)
	}
	return nil
}

// forms are a commit and what it became, step by step.
func (w *whereabouts) forms(i int) []*model.Commit {
	return append([]*model.Commit{w.commits[i]}, w.became[i]...)
}

// sought is the commit that is looked for: what it became in the end, if it did.
func (w *whereabouts) sought(i int) *model.Commit {
	forms := w.forms(i)
	return forms[len(forms)-1]
}

// has tells whether a version has a commit, or anything that it became.
func (w *whereabouts) has(i int, v *versionRow) (model.Inclusion, model.UnknownReason) {
	switch {
	case v.Fitting > 1:
		return model.InclusionUnknown, model.UnknownAmbiguousCommit
	case v.SHA == nil && v.CommitRef == nil:
		return model.InclusionUnknown, model.UnknownNoProvenance
	case v.SHA == nil:
		return model.InclusionUnknown, model.UnknownCommitUnseen
	}
	if *v.RepositoryID != w.commits[i].Repository.Key {
		return model.InclusionUnknown, model.UnknownAncestry
	}
	graph, answer := w.graphs[*v.RepositoryID], ancestry.No
	for _, c := range w.forms(i) {
		sha := c.SHA.Bytes()
		if bytes.Equal(sha, v.SHA) {
			return model.BuiltFrom, ""
		}
		has := graph.Contains(v.SHA, sha)
		if has == ancestry.Yes {
			return model.Included, ""
		}
		answer = min(answer, has) // not known goes before no
	}
	if answer == ancestry.Unknown {
		return model.InclusionUnknown, model.UnknownAncestry
	}
	return model.Excluded, ""
}
