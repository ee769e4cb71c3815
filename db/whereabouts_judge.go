package db

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// judge answers for each commit, flow and place.
func (w *whereabouts) judge() {
	w.answered = make([][]model.Whereabouts, len(w.commits))
	for i := range w.commits {
		if len(w.flows[i]) == 0 && len(w.filter.Flows) == 0 {
			for _, p := range w.places {
				w.answered[i] = append(w.answered[i], &model.CommitUnknown{WhereaboutsFacts: w.facts(i, nil, p), Reason: model.UnknownNoFlow})
			}
		}
		for _, flow := range w.flows[i] {
			stays := w.staysOf(i, flow)
			for _, p := range w.places {
				w.answered[i] = append(w.answered[i], w.answer(i, flow, p, stays[p.environment.Key]))
			}
		}
	}
}

func (w *whereabouts) facts(i int, flow *model.Flow, p *place) *model.WhereaboutsFacts {
	f := &model.WhereaboutsFacts{State: model.CommitIsUnknown, Commit: w.commits[i], Flow: flow, Environment: p.environment, At: w.at, Snapshot: p.snapshot}
	if steps := w.became[i]; len(steps) > 0 {
		f.Became = steps[len(steps)-1]
	}
	return f
}

// staysOf are the stays of the versions of a flow in each environment, with respect to a
// commit: of those that have it, or may have it, and of what runs.
func (w *whereabouts) staysOf(i int, flow *model.Flow) map[int][]model.Stay {
	stays := map[int][]model.Stay{}
	for _, row := range w.versions[flow.Key] {
		v := w.judged[i][row.ID]
		if v.Inclusion == model.Excluded { // its stays were read for another commit
			continue
		}
		for _, s := range w.stays[row.ID] {
			stays[s.environment] = append(stays[s.environment], model.Stay{Version: v, From: s.from, Until: s.until})
		}
	}
	for _, p := range w.places {
		for _, r := range w.running[flowPlace{flow.Key, p.environment.Key}] {
			if v := w.judged[i][*r.ArtifactID]; v.Inclusion == model.Excluded {
				stays[p.environment.Key] = append(stays[p.environment.Key], model.Stay{Version: v, From: *r.Since})
			}
		}
	}
	return stays
}

// answer tells where a commit is by a flow in one place.
func (w *whereabouts) answer(i int, flow *model.Flow, p *place, stays []model.Stay) model.Whereabouts {
	facts := w.facts(i, flow, p)
	if p.snapshot == nil {
		return &model.CommitUnknown{WhereaboutsFacts: facts, Reason: model.UnknownNotObserved}
	}
	verdict := model.JudgeStays(stays)
	facts.State = verdict.State
	if verdict.Current != nil {
		facts.Running, facts.RunningSHA = w.runningOf(flow, p, verdict.Current.Version.Artifact), verdict.Current.Version.SHA
	}
	switch verdict.State {
	case model.CommitIsRunning:
		a := &model.CommitRunning{WhereaboutsFacts: facts}
		w.timed = append(w.timed, timed{p, verdict.Since, &a.Since}, timed{p, verdict.First, &a.FirstAt})
		return a
	case model.CommitIsIncluded:
		a := &model.CommitIncluded{WhereaboutsFacts: facts, CommitsLater: w.ahead(w.formIn(i, facts.RunningSHA).SHA, facts.RunningSHA, w.commits[i])}
		w.timed = append(w.timed, timed{p, verdict.Since, &a.Since}, timed{p, verdict.First, &a.FirstAt})
		return a
	case model.CommitIsNotYet:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		return &model.CommitNotYet{WhereaboutsFacts: facts, CommitsBehind: w.ahead(facts.RunningSHA, w.sought(i).SHA, w.commits[i])}
	case model.CommitIsGone:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		a := &model.CommitGone{
			WhereaboutsFacts: facts, LastKey: verdict.Last.Version.Artifact,
			RolledBack: w.isOlder(i, facts.RunningSHA, verdict.Last.Version.SHA),
		}
		w.timed = append(w.timed, timed{p, verdict.First, &a.FirstAt}, timed{p, verdict.Last.Until, &a.GoneAt})
		return a
	default:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		return &model.CommitUnknown{WhereaboutsFacts: facts, Reason: verdict.Reason, Before: verdict.Last != nil}
	}
}

// timed is a time of an answer: when a snapshot was taken.
type timed struct {
	place  *place
	number int
	at     *time.Time
}

const timesOfSnapshots = `
SELECT p.i AS parent, s.observed_at FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS p(environment_id, number, i)
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = p.number`

// readTimes reads the times of all answers.
func (w *whereabouts) readTimes(ctx context.Context) error {
	var environments, numbers []int64
	places := map[SnapshotKey]int{}
	for _, t := range w.timed {
		key := SnapshotKey{t.place.environment.Key, t.number}
		if _, ok := places[key]; !ok {
			places[key] = len(environments)
			environments, numbers = append(environments, int64(key.Environment)), append(numbers, int64(key.Number))
		}
	}
	if len(environments) == 0 {
		return nil
	}
	var rows []struct {
		Parent     int
		ObservedAt time.Time
	}
	if err := w.db.read(ctx, &rows, timesOfSnapshots, w.org.Key, pq.Array(environments), pq.Array(numbers)); err != nil {
		return err
	}
	times := make([]time.Time, len(environments))
	for _, r := range rows {
		times[r.Parent-1] = r.ObservedAt.UTC()
	}
	for _, t := range w.timed {
		*t.at = times[places[SnapshotKey{t.place.environment.Key, t.number}]]
	}
	return nil
}

// doubt takes back what versions could make wrong that were too many to be read.
func (w *whereabouts) doubt() {
	for i, answers := range w.answered {
		for j, a := range answers {
			f, first := a.Facts(), time.Time{}
			if f.Flow == nil || f.State == model.CommitIsUnknown {
				continue
			}
			switch a := a.(type) {
			case *model.CommitRunning:
				first = a.FirstAt
			case *model.CommitIncluded:
				first = a.FirstAt
			}
			if made, cut := w.cut[f.Flow.Key]; cut && (first.IsZero() || first.After(made)) {
				f.State = model.CommitIsUnknown
				w.answered[i][j] = &model.CommitUnknown{WhereaboutsFacts: f, Reason: model.UnknownTooMuchHistory}
			}
		}
	}
}

// runningOf is a version as it runs in a place.
func (w *whereabouts) runningOf(flow *model.Flow, p *place, artifact int64) *model.RunningArtifact {
	versions := w.running[flowPlace{flow.Key, p.environment.Key}]
	at := slices.IndexFunc(versions, func(r *runningVersion) bool { return *r.ArtifactID == artifact })
	if at < 0 {
		return nil
	}
	running := runningVersions(versions, p.snapshot)
	at = slices.IndexFunc(running, func(r *model.RunningArtifact) bool {
		return *r.Fingerprint == model.FingerprintOf(versions[at].Fingerprint)
	})
	return running[at]
}

// ahead is how many commits one has that another has not; nil if that is not known.
func (w *whereabouts) ahead(from, to model.CommitSHA, of *model.Commit) *int {
	if from == "" || to == "" {
		return nil
	}
	c := w.graphs[of.Repository.Key].Compare(from.Bytes(), to.Bytes())
	if !c.Known() {
		return nil
	}
	return &c.Ahead
}

// formIn is the last form of a commit that a version has; that which is sought if it has
// none.
func (w *whereabouts) formIn(i int, version model.CommitSHA) *model.Commit {
	for _, c := range slices.Backward(w.forms(i)) {
		if w.graphs[c.Repository.Key].Contains(version.Bytes(), c.SHA.Bytes()) == ancestry.Yes {
			return c
		}
	}
	return w.sought(i)
}

// isOlder reports whether what runs is older than another version.
func (w *whereabouts) isOlder(i int, running, than model.CommitSHA) bool {
	return running != "" && running != than && w.graphs[w.commits[i].Repository.Key].Contains(than.Bytes(), running.Bytes()) == ancestry.Yes
}

// pickIn is a cherry-pick of a commit that is in what runs; nil if there is none.
func (w *whereabouts) pickIn(i int, running model.CommitSHA) *model.Commit {
	if running == "" {
		return nil
	}
	for _, c := range w.picks[i] {
		if w.graphs[c.Repository.Key].Contains(running.Bytes(), c.SHA.Bytes()) == ancestry.Yes {
			return c
		}
	}
	return nil
}

// chosen are the answers that the filter asks for.
func (w *whereabouts) chosen() [][]model.Whereabouts {
	if len(w.filter.States) == 0 {
		return w.answered
	}
	for i := range w.answered {
		w.answered[i] = slices.DeleteFunc(w.answered[i], func(a model.Whereabouts) bool { return !slices.Contains(w.filter.States, a.Facts().State) })
	}
	return w.answered
}
