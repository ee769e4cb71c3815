package db

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// buildsLookedAt is how many builds of a commit are looked at: the newest.
const buildsLookedAt = 20

// Of each version of a flow, the newest deployment to each environment.
const deploymentsOfVersions = `
SELECT p.i AS parent, ` + deploymentColumns + `
FROM unnest($2::bigint[]) WITH ORDINALITY AS p(artifact_id, i)
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (d.environment_id) * FROM deployments d
  WHERE d.organization_id = $1 AND d.artifact_id = p.artifact_id AND d.created_at <= $3 AND d.environment_id = ANY ($4)
  ORDER BY d.environment_id, d.number DESC) d` + deploymentJoins + `
ORDER BY p.i, d.environment_id`

// readProgress reads how far the commits have come that are not yet where they are
// looked for.
func (w *whereabouts) readProgress(ctx context.Context) error {
	waiting := w.waiting()
	if len(waiting) == 0 {
		return nil
	}
	builds, err := w.readBuilds(ctx)
	if err != nil {
		return err
	}
	carriers := map[flowOfCommit][]*versionRow{}
	var keys []int64
	for _, n := range waiting {
		key := flowOfCommit{n.commit, n.Flow.Key}
		if _, ok := carriers[key]; ok {
			continue
		}
		carriers[key] = w.carriers(n.commit, n.Flow)
		for _, v := range carriers[key] {
			keys = append(keys, v.ID)
		}
	}
	deployments, err := w.readDeployments(ctx, keys)
	if err != nil {
		return err
	}
	for _, n := range waiting {
		n.tell(w.at, builds[n.commit], carriers[flowOfCommit{n.commit, n.Flow.Key}], deployments)
	}
	return nil
}

// flowOfCommit is a flow that a commit counts for, by the place of the commit.
type flowOfCommit struct{ commit, flow int }

// notYet is an answer of which the progress is to be told.
type notYet struct {
	*model.CommitNotYet
	commit int
}

func (w *whereabouts) waiting() []notYet {
	var waiting []notYet
	for i, answers := range w.answered {
		for _, a := range answers {
			if n, ok := a.(*model.CommitNotYet); ok {
				waiting = append(waiting, notYet{n, i})
			}
		}
	}
	return waiting
}

// carriers are the versions of a flow that have a commit and were there at the moment,
// the first that was made first.
func (w *whereabouts) carriers(i int, flow *model.Flow) []*versionRow {
	const most = 100
	var carriers []*versionRow
	for _, v := range w.versions[flow.Key] {
		if w.judged[i][v.ID].Inclusion >= model.Included && !v.CreatedAt.After(w.at) && len(carriers) < most {
			carriers = append(carriers, v)
		}
	}
	return carriers
}

func (w *whereabouts) readBuilds(ctx context.Context) ([][]*model.Build, error) {
	sought := make([]*model.Commit, len(w.commits))
	for i := range w.commits {
		sought[i] = w.sought(i)
	}
	pages, err := w.db.BuildsOfCommits(ctx, w.org, sought, model.Page{First: buildsLookedAt})
	if err != nil {
		return nil, err
	}
	builds := make([][]*model.Build, len(pages))
	for i, page := range pages {
		builds[i] = slices.DeleteFunc(page.Nodes, func(b *model.Build) bool { return b.StartedAt != nil && b.StartedAt.After(w.at) })
	}
	return builds, nil
}

// deploymentKey is a version in an environment.
type deploymentKey struct {
	artifact    int64
	environment int
}

func (w *whereabouts) readDeployments(ctx context.Context, keys []int64) (map[deploymentKey]*model.Deployment, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	environments := make([]int64, len(w.places))
	for i, p := range w.places {
		environments[i] = int64(p.environment.Key)
	}
	var rows []deploymentOfParent
	if err := w.db.read(ctx, &rows, deploymentsOfVersions, w.org.Key, pq.Array(keys), w.at, pq.Array(environments)); err != nil {
		return nil, err
	}
	found := map[deploymentKey]*model.Deployment{}
	for i := range rows {
		d := rows[i].deployment(w.org)
		found[deploymentKey{keys[rows[i].Parent-1], d.Environment.Key}] = d
	}
	return found, nil
}

// tell puts the progress into an answer: the build, the first artifact with the commit,
// and of those with it the one that was announced last.
func (n *notYet) tell(at time.Time, builds []*model.Build, carriers []*versionRow, deployments map[deploymentKey]*model.Deployment) {
	for _, v := range carriers {
		if d := deployments[deploymentKey{v.ID, n.Environment.Key}]; d != nil && (n.Deployment == nil || d.Number > n.Deployment.Number) {
			n.Deployment = d
			n.carriedBy(v)
		}
	}
	if n.Deployment == nil && len(carriers) > 0 {
		n.carriedBy(carriers[0])
	}
	if len(builds) > 0 {
		n.Build, n.Building = builds[0], slices.ContainsFunc(builds, func(b *model.Build) bool { return b.UnderWay(at) })
	}
	n.Progress = n.progress()
}

func (n *notYet) carriedBy(v *versionRow) {
	n.CarrierKey = v.ID
	if v.SHA != nil {
		n.CarrierSHA = model.CommitSHAOf(v.SHA)
	}
}

func (n *notYet) progress() model.DeliveryProgress {
	switch {
	case n.Deployment != nil:
		return model.DeliveryDeploying
	case n.Building:
		return model.DeliveryBuilding
	case n.CarrierKey != 0:
		return model.DeliveryBuilt
	case n.Build != nil && n.Build.State.Rank() > model.BuildSucceeded.Rank():
		return model.DeliveryBuildFailed
	default:
		return model.DeliveryNotBuilt
	}
}
