package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// deliveryHistories are the histories that the changes of flows are traced in, one flow
// after the other. It remembers what they brought, to be filled in.
type deliveryHistories struct {
	graphs  map[int]*ancestry.Graph // by the key of the repository
	flow    int                     // the key of the one that is traced
	brought []broughtCommit
}

type broughtCommit struct {
	*model.Commit
	flow int
}

func (db *DB) deliveryHistories(ctx context.Context, org *model.Organization, runs map[int][]*model.VersionRun) (*deliveryHistories, error) {
	var repositories []int
	for _, ran := range runs {
		for _, r := range ran {
			if c := r.Version.Commit; c != nil {
				repositories = append(repositories, c.Repository.Key)
			}
		}
	}
	graphs, err := db.Ancestries(ctx, org, repositories)
	return &deliveryHistories{graphs: graphs}, err
}

// Contains reports whether a commit is another one, or has it in its history.
func (h *deliveryHistories) Contains(descendant, ancestor *model.Commit) (contains, known bool) {
	switch {
	case descendant.Repository.Key != ancestor.Repository.Key:
		return false, false
	case descendant.SHA == ancestor.SHA:
		return true, true
	}
	answer := h.graphs[descendant.Repository.Key].Contains(descendant.SHA.Bytes(), ancestor.SHA.Bytes())
	return answer == ancestry.Yes, answer != ancestry.Unknown
}

// Missing returns what a commit has that none of some others of its repository has. It
// is known if the history of the commit has no hole that one of the others has not too,
// and if none of what is found may be hidden from the others.
func (h *deliveryHistories) Missing(from []*model.Commit, to *model.Commit) (missing []*model.Commit, known bool) {
	graph := h.graphs[to.Repository.Key]
	without := make([][]byte, len(from))
	for i, f := range from {
		without[i] = f.SHA.Bytes()
		if c := graph.Compare(without[i], to.SHA.Bytes()); c.Known() {
			known = true
		}
	}
	if !known || h.tooMany() {
		return nil, known
	}
	brought, known := graph.Between(without, to.SHA.Bytes(), nil, model.MaxMetricsCommits+1-len(h.brought))
	if !known {
		return nil, false
	}
	for _, sha := range brought {
		for _, f := range without {
			if graph.Contains(f, sha) == ancestry.Unknown {
				return nil, false
			}
		}
		missing = append(missing, &model.Commit{Repository: to.Repository, SHA: model.CommitSHAOf(sha)})
	}
	for _, c := range missing {
		h.brought = append(h.brought, broughtCommit{c, h.flow})
	}
	return missing, true
}

// tooMany reports whether more commits were brought than are looked at.
func (h *deliveryHistories) tooMany() bool { return len(h.brought) > model.MaxMetricsCommits }

// Which files a commit touches may be long: whether it counts for the flow is enough.
const broughtCommits = `
SELECT p.i AS parent, c.committed_at, c.subject, ` + countsFor + ` AS counts
FROM unnest($2::bytea[], $3::int[], $4::int[]) WITH ORDINALITY AS p(sha, repository_id, flow_id, i)
JOIN commits c ON c.organization_id = $1 AND c.sha = p.sha AND c.repository_id = p.repository_id
JOIN flows f ON f.organization_id = $1 AND f.id = p.flow_id`

// readBrought fills in the commits that changes brought.
func (db *DB) readBrought(ctx context.Context, org *model.Organization, h *deliveryHistories) error {
	commits, flows := make([]*model.Commit, len(h.brought)), make([]int64, len(h.brought))
	for i, b := range h.brought {
		commits[i], flows[i] = b.Commit, int64(b.flow)
	}
	shas, repositories := commitSHAs(commits)
	var rows []struct {
		Parent      int
		CommittedAt time.Time
		Subject     string
		Counts      bool
	}
	if err := db.read(ctx, &rows, broughtCommits, org.Key, shas, repositories, pq.Array(flows)); err != nil {
		return wrap(err, "commits")
	}
	for _, r := range rows {
		c := commits[r.Parent-1]
		c.CommittedAt, c.Subject = r.CommittedAt.UTC(), r.Subject
		c.PathsKnown = !r.Counts // nothing that the flow is made from
	}
	return nil
}
