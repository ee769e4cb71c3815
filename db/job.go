package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

const jobsOfBuilds = `
SELECT p.i AS parent, j.job_id, j.name, j.url, j.state, j.started_at, j.finished_at
FROM unnest($2::int[], $3::bigint[], $4::int[], $5::text[]) WITH ORDINALITY AS p(repository_id, run_id, attempt, system, i)
CROSS JOIN LATERAL (
  SELECT * FROM jobs j
  WHERE j.organization_id = $1 AND j.repository_id = p.repository_id AND j.run_id = p.run_id AND j.attempt = p.attempt AND j.system = p.system
    AND j.job_id > $6
  ORDER BY j.job_id LIMIT $7) j
ORDER BY p.i, j.job_id`

type jobOfParent struct {
	Parent     int
	JobID      int64
	Name, URL  string
	State      int
	StartedAt  *time.Time
	FinishedAt *time.Time
}

// JobsOfBuilds returns a page of the jobs of each build, in the order of their ids,
// which is that in which they were made.
func (db *DB) JobsOfBuilds(ctx context.Context, org *model.Organization, builds []*model.Build, p model.Page) ([]*model.JobConnection, error) {
	after, err := numberAfter(p)
	if err != nil {
		return nil, err
	}
	repositories, runs, attempts, systems := make([]int64, len(builds)), make([]int64, len(builds)), make([]int64, len(builds)), make([]string, len(builds))
	for i, b := range builds {
		repositories[i], runs[i], attempts[i], systems[i] = int64(b.Repository.Key), b.Run, int64(b.Attempt), string(b.System)
	}
	var rows []jobOfParent
	err = db.read(ctx, &rows, jobsOfBuilds, org.Key, pq.Array(repositories), pq.Array(runs), pq.Array(attempts), pq.Array(systems), after, p.First+1)
	if err != nil {
		return nil, wrap(err, "jobs")
	}
	groups := grouped(rows, len(builds), func(r *jobOfParent) int { return r.Parent })
	return connections(groups, p, func(r *jobOfParent) *model.Job {
		b := builds[r.Parent-1]
		return &model.Job{
			System: b.System, Run: b.Run, Attempt: b.Attempt, Key: r.JobID, Name: r.Name, URL: r.URL, State: model.BuildStateOfRank(r.State),
			StartedAt: utc(r.StartedAt), FinishedAt: utc(r.FinishedAt),
		}
	}, func(j *model.Job) model.Cursor { return model.NewCursor(model.IntKey(j.Key)) }), nil
}
