package db

import (
	"context"
	"slices"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// judge answers for each commit, flow and place.
func (w *whereabouts) judge(context.Context) error {
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
	return nil
}

func (w *whereabouts) facts(i int, flow *model.Flow, p *place) *model.WhereaboutsFacts {
	return &model.WhereaboutsFacts{
		State: model.CommitIsUnknown, Commit: w.commits[i], Became: w.became[i], Flow: flow, Environment: p.environment, At: w.at, Snapshot: p.snapshot,
	}
}

// staysOf are the stays of the versions of a flow in each environment, with respect to a
// commit: of those that have it, or may have it, and of what runs.
func (w *whereabouts) staysOf(i int, flow *model.Flow) map[int][]model.Stay {
	stays := map[int][]model.Stay{}
	running := map[int64]*model.Version{}
	for _, row := range w.versions[flow.Key] {
		v := &model.Version{Artifact: row.ID, CreatedAt: row.CreatedAt}
		if row.SHA != nil {
			v.SHA = model.CommitSHAOf(row.SHA)
		}
		v.Inclusion, v.Reason = w.has(i, row)
		running[row.ID] = v
		if v.Inclusion == model.Excluded {
			continue
		}
		for _, s := range w.stays[row.ID] {
			stays[s.EnvironmentID] = append(stays[s.EnvironmentID], model.Stay{Version: v, From: s.From.UTC(), Until: utc(s.Until)})
		}
	}
	for _, p := range w.places {
		for _, r := range w.running[flowPlace{flow.Key, p.environment.Key}] {
			if v := running[*r.ArtifactID]; v.Inclusion == model.Excluded {
				stays[p.environment.Key] = append(stays[p.environment.Key], model.Stay{Version: v, From: r.StartedAt.UTC()})
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
	if made, cut := w.cut[flow.Key]; cut && (verdict.FirstAt.IsZero() || verdict.FirstAt.After(made)) && verdict.State != model.CommitIsUnknown {
		facts.State = model.CommitIsUnknown
		return &model.CommitUnknown{WhereaboutsFacts: facts, Reason: model.UnknownTooMuchHistory}
	}
	switch verdict.State {
	case model.CommitIsRunning:
		return &model.CommitRunning{WhereaboutsFacts: facts, Since: verdict.Since, FirstAt: verdict.FirstAt}
	case model.CommitIsIncluded:
		return &model.CommitIncluded{
			WhereaboutsFacts: facts, Since: verdict.Since, FirstAt: verdict.FirstAt,
			CommitsLater: w.ahead(w.sought(i).SHA, facts.RunningSHA, w.commits[i]),
		}
	case model.CommitIsNotYet:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		return &model.CommitNotYet{WhereaboutsFacts: facts, CommitsBehind: w.ahead(facts.RunningSHA, w.sought(i).SHA, w.commits[i])}
	case model.CommitIsGone:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		return &model.CommitGone{
			WhereaboutsFacts: facts, FirstAt: verdict.FirstAt, GoneAt: verdict.GoneAt, LastKey: verdict.Last.Version.Artifact,
			RolledBack: w.isOlder(i, facts.RunningSHA, verdict.Last.Version.SHA),
		}
	default:
		facts.CherryPick = w.pickIn(i, facts.RunningSHA)
		return &model.CommitUnknown{WhereaboutsFacts: facts, Reason: verdict.Reason}
	}
}

// runningOf is a version as it runs in a place.
func (w *whereabouts) runningOf(flow *model.Flow, p *place, artifact int64) *model.RunningArtifact {
	versions := w.running[flowPlace{flow.Key, p.environment.Key}]
	at := slices.IndexFunc(versions, func(r *runningVersion) bool { return *r.ArtifactID == artifact })
	if at < 0 {
		return nil
	}
	r := versions[at]
	row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.Names, Replicas: *r.Replicas, StartedAt: *r.StartedAt}
	return row.running(p.snapshot)
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
