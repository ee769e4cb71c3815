package db

import (
	"context"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// received is a delivery that waits to be kept and applied together with others.
type received struct {
	org   *model.Organization
	d     *model.Delivery
	facts *model.Facts
}

// receivedAtOnce is how many transactions keep deliveries together at one time: while
// one waits for the disk, another one can work.
const receivedAtOnce = 2

// Bounds of what is applied together. Anything else is applied alone.
const (
	lightBody    = 128 << 10
	lightCommits = 50
)

// isLight reports whether a delivery may be applied together with others: it is
// small, and tells of commits and builds only, as nearly all do.
func isLight(f *model.Facts, d *model.Delivery) bool {
	return f.Ignored == "" && f.Note == "" && f.Repository.Name != "" && len(d.Body) <= lightBody && len(f.Commits) <= lightCommits &&
		f.PullRequest == nil && f.Release == nil && f.Image == nil && f.Deployment == nil && len(f.RefMoves) == 0
}

// receiveTogether keeps and applies deliveries in one transaction. It has no
// answer for those that are not as they were taken to be: they are left out, and
// have to be applied alone.
func (db *DB) receiveTogether(ctx context.Context, all []received) ([]*model.Receipt, error) {
	receipts := make([]*model.Receipt, len(all))
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.now()
		repositories, err := db.knownRepositories(ctx, tx, all)
		if err != nil {
			return err
		}
		var fresh facts
		places := map[deliveryKey]int{}
		for i, r := range all {
			known, ok := repositories[repositoryName{r.org.Key, r.facts.Repository.Name}]
			if _, twice := places[keyOf(r)]; twice || !ok || !known.isAs(r.facts) {
				continue
			}
			places[keyOf(r)] = i
		}
		kept, err := db.keepTogether(ctx, tx, all, places, now)
		if err != nil {
			return err
		}
		for key, i := range places {
			receipts[i] = &model.Receipt{Fresh: kept[key], State: model.DeliveryApplied}
		}
		for i, r := range all { // in the order in which they came
			if receipts[i] != nil && receipts[i].Fresh {
				known := repositories[repositoryName{r.org.Key, r.facts.Repository.Name}]
				fresh.add(r.org, known.ID, r.facts)
			}
		}
		return fresh.write(ctx, db, tx)
	})
	return receipts, err
}

type deliveryKey struct {
	org         int
	source, key string
}

func keyOf(r received) deliveryKey {
	return deliveryKey{r.org.Key, sourceColumn(r.d.Source), r.d.SourceID}
}

type repositoryName struct {
	org  int
	name string
}

// knownRepository is a repository that is there already.
type knownRepository struct {
	OrganizationID int
	ID             int
	Name           string
	Forge          string
	URL            string
	Told           bool
	Followed       bool
}

// isAs reports whether the repository is there as a delivery has it, so that
// nothing has to be said or changed about it.
func (k knownRepository) isAs(f *model.Facts) bool {
	return k.Told && k.Forge == string(f.Repository.Forge) && k.URL == f.Repository.URL && (k.Followed || !f.OfFlow())
}

const knownRepositories = `
SELECT r.organization_id, r.id, r.name, r.forge, r.url, r.told,
       EXISTS (SELECT FROM flows f WHERE f.organization_id = r.organization_id AND f.repository_id = r.id) AS followed
FROM unnest($1::int[], $2::text[]) AS p(organization_id, name)
JOIN repositories r ON r.organization_id = p.organization_id AND r.name = p.name`

func (db *DB) knownRepositories(ctx context.Context, tx bun.Tx, all []received) (map[repositoryName]knownRepository, error) {
	var orgs []int64
	var names []string
	known := map[repositoryName]knownRepository{}
	for _, r := range all {
		name := repositoryName{r.org.Key, r.facts.Repository.Name}
		if _, asked := known[name]; !asked {
			known[name] = knownRepository{}
			orgs, names = append(orgs, int64(name.org)), append(names, name.name)
		}
	}
	var rows []knownRepository
	if err := db.readIn(ctx, tx, &rows, knownRepositories, pq.Array(orgs), pq.Array(names)); err != nil {
		return nil, wrap(err, "repositories")
	}
	for _, row := range rows {
		known[repositoryName{row.OrganizationID, row.Name}] = row
	}
	return known, nil
}

// Bodies come as one, and where each begins and how long it is: an array of large
// ones would cost Postgres more to take apart than to keep.
const keepTogether = `
INSERT INTO deliveries (organization_id, received_at, source, key, event, repository, state, attempts, headers, content_hash, body)
SELECT organization_id, $1, source, key, event, repository, 'applied', 1, headers, content_hash, substring($9::bytea FROM first FOR size)
FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::bytea[], $10::int[], $11::int[])
  AS d(organization_id, source, key, event, repository, headers, content_hash, first, size)
ORDER BY organization_id, source, key
ON CONFLICT DO NOTHING
RETURNING organization_id, source, key`

// keepTogether writes down the deliveries at some places, each once, and returns
// those that were not seen before.
func (db *DB) keepTogether(ctx context.Context, tx bun.Tx, all []received, places map[deliveryKey]int, now time.Time) (map[deliveryKey]bool, error) {
	var (
		orgs                                  []int64
		sources, keys, events, names, headers []string
		hashes                                pq.ByteaArray
		bodies                                []byte
		firsts, sizes                         []int64
	)
	for key, i := range places {
		d := all[i].d
		orgs, sources, keys = append(orgs, int64(key.org)), append(sources, key.source), append(keys, key.key)
		events, names, headers = append(events, d.Event), append(names, d.Repository), append(headers, headersColumn(d.Headers))
		hashes, firsts, sizes = append(hashes, contentHash(d)), append(firsts, int64(len(bodies)+1)), append(sizes, int64(len(d.Body)))
		bodies = append(bodies, d.Body...)
	}
	var rows []struct {
		OrganizationID int
		Source, Key    string
	}
	err := db.readIn(ctx, tx, &rows, keepTogether, now, pq.Array(orgs), pq.Array(sources), pq.Array(keys), pq.Array(events),
		pq.Array(names), pq.Array(headers), hashes, bodies, pq.Array(firsts), pq.Array(sizes))
	if err != nil {
		return nil, wrap(err, "deliveries")
	}
	kept := map[deliveryKey]bool{}
	for _, row := range rows {
		wroteDeliveries(ctx, row.OrganizationID)
		kept[deliveryKey{row.OrganizationID, row.Source, row.Key}] = true
	}
	return kept, nil
}
