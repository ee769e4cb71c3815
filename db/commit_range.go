package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Bounds of what is read to find what lies between commits: of one repository, and of
// all that are asked for at once.
const (
	maxWalked    = 10_000
	maxWalkedAll = 40_000
)

// datesDiffer is how much later than its descendants a commit may be dated: clocks
// differ.
const datesDiffer = time.Hour

// CommitPair asks for what lies between two commits, either of which may be nil.
type CommitPair struct{ From, To *model.Commit }

// CommitRanges returns what lies between the two of each pair, by ancestry. Where the
// history that is known does not tell, or 10,000 commits are not enough, the relation
// is UNKNOWN, with the reason. It takes at most two statements: the first reads the
// commits of each repository that are dated between the ends of its pairs, which
// mostly are enough; the second reads on into the past where they are not.
func (db *DB) CommitRanges(ctx context.Context, org *model.Organization, pairs []CommitPair) ([]*model.CommitRange, error) {
	ranges := make([]*model.CommitRange, len(pairs))
	asking := map[int]*walk{} // by the key of the repository
	for i, p := range pairs {
		switch {
		case p.From == nil || p.To == nil:
			ranges[i] = model.UnknownRange(p.From, p.To, "nobody told which commit one of the two was built from")
		case p.From.Repository.Key != p.To.Repository.Key:
			ranges[i] = model.UnknownRange(p.From, p.To, "%s and %s are two repositories", p.From.Repository.Name, p.To.Repository.Name)
		default:
			asking[p.From.Repository.Key] = asking[p.From.Repository.Key].with(i, p)
		}
	}
	for range 2 {
		if len(asking) == 0 {
			break
		}
		if err := db.readWalks(ctx, org, asking); err != nil {
			return nil, err
		}
		for key, w := range asking {
			if asking[key] = w.compare(pairs, ranges); asking[key] == nil {
				delete(asking, key)
			}
		}
	}
	return ranges, nil
}

// walk is what is read of one repository, for some pairs.
type walk struct {
	pairs            []int
	earliest, latest time.Time
	toTheEnd         bool // from the latest on, without an earliest

	ancestry *model.Ancestry
	beyond   map[model.CommitSHA]bool
}

// with is a walk for one more pair.
func (w *walk) with(i int, p CommitPair) *walk {
	earliest, latest := p.From.CommittedAt, p.To.CommittedAt
	if latest.Before(earliest) {
		earliest, latest = latest, earliest
	}
	latest = latest.Add(datesDiffer)
	if w == nil {
		w = &walk{earliest: earliest, latest: latest}
	}
	if earliest.Before(w.earliest) {
		w.earliest = earliest
	}
	if latest.After(w.latest) {
		w.latest = latest
	}
	w.pairs = append(w.pairs, i)
	return w
}

// compare compares the pairs of a walk, and returns one that reads on for those for
// which it was not enough; nil if there are none.
func (w *walk) compare(pairs []CommitPair, ranges []*model.CommitRange) *walk {
	var next *walk
	for _, i := range w.pairs {
		p := pairs[i]
		found, missing := w.ancestry.Compare(p.From, p.To)
		switch {
		case found != nil:
			ranges[i] = found
		case !w.toTheEnd:
			next = next.with(i, p)
			next.toTheEnd = true
		case w.beyond[missing]:
			ranges[i] = model.UnknownRange(p.From, p.To, "too many commits would have to be looked at: not more than %d are", maxWalked)
		case w.ancestry.Has(missing):
			ranges[i] = model.UnknownRange(p.From, p.To, "the parents of %s are not known: report the commits of a whole checkout", missing[:7])
		default:
			ranges[i] = model.UnknownRange(p.From, p.To, "commit %s is not known: report the commits of a whole checkout", missing[:7])
		}
	}
	return next
}

// beyond are parents of what is read that are known, too, but not read on from.
const ancestryOfRepositories = `
WITH walked AS MATERIALIZED (
  SELECT p.i, c.repository_id, c.id, c.sha, c.committed_at, c.parents_complete, c.parents
  FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS p(repository_id, earliest, latest, i)
  CROSS JOIN LATERAL (
    SELECT * FROM commits c
    WHERE c.organization_id = $1 AND c.repository_id = p.repository_id AND c.committed_at <= p.latest AND c.committed_at >= p.earliest
    ORDER BY c.committed_at DESC, c.sha DESC LIMIT $5) c
)
SELECT i AS parent, id, sha, committed_at, parents_complete, false AS beyond,
  ARRAY(SELECT encode(parent, 'hex') FROM unnest(parents) AS parent) AS parents
FROM walked
UNION ALL
SELECT b.i, c.id, c.sha, c.committed_at, false, true, '{}'
FROM (
  SELECT w.i, w.repository_id, parent FROM walked w CROSS JOIN unnest(w.parents) AS parent
  EXCEPT SELECT w.i, w.repository_id, w.sha FROM walked w) b
JOIN commits c ON c.organization_id = $1 AND c.sha = b.parent AND c.repository_id = b.repository_id
ORDER BY parent`

type ancestryRow struct {
	Parent          int
	ID              int64
	SHA             []byte
	CommittedAt     time.Time
	ParentsComplete bool
	Beyond          bool
	Parents         []string `bun:",array"`
}

// readWalks reads the commits of all walks.
func (db *DB) readWalks(ctx context.Context, org *model.Organization, walks map[int]*walk) error {
	most := max(min(db.walked, maxWalkedAll/len(walks)), 1)
	var order []*walk
	var repositories []int64
	var earliest, latest []string
	for key, w := range walks {
		from := w.earliest
		if w.toTheEnd {
			from = time.Time{}
		}
		order, repositories = append(order, w), append(repositories, int64(key))
		earliest, latest = append(earliest, *timeText(&from)), append(latest, *timeText(&w.latest))
	}
	var rows []ancestryRow
	if err := db.read(ctx, &rows, ancestryOfRepositories, org.Key, pq.Array(repositories), pq.Array(earliest), pq.Array(latest), most); err != nil {
		return wrap(err, "ancestry")
	}
	for i, group := range grouped(rows, len(order), func(r *ancestryRow) int { return r.Parent }) {
		repository := &model.Repository{Key: int(repositories[i])}
		w := order[i]
		w.beyond = map[model.CommitSHA]bool{}
		commits := make([]*model.Commit, len(group))
		for j, r := range group {
			commits[j] = r.commit(repository)
			w.beyond[commits[j].SHA] = r.Beyond
		}
		w.ancestry = model.NewAncestry(commits)
	}
	return nil
}

func (r *ancestryRow) commit(repository *model.Repository) *model.Commit {
	c := &model.Commit{
		Key: r.ID, Repository: repository, SHA: model.CommitSHAOf(r.SHA), CommittedAt: r.CommittedAt.UTC(),
		ParentsComplete: r.ParentsComplete, Parents: make([]model.CommitSHA, len(r.Parents)),
	}
	for i, p := range r.Parents {
		c.Parents[i] = model.CommitSHA(p)
	}
	return c
}

const commitsByKey = `
SELECT p.i AS parent, ` + commitColumns + `
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits c ON c.organization_id = $1 AND c.repository_id = p.repository_id AND c.id = p.id
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id`

// ReadCommits reads all that is known of commits of which the key and the key of the
// repository are known.
func (db *DB) ReadCommits(ctx context.Context, org *model.Organization, commits []*model.Commit) error {
	repositories, keys := commitKeys(commits)
	var rows []commitOfParent
	if err := db.read(ctx, &rows, commitsByKey, org.Key, repositories, keys); err != nil {
		return wrap(err, "commits")
	}
	for i := range rows {
		*commits[rows[i].Parent-1] = *rows[i].commit(org)
	}
	return nil
}
