package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// metricsDocument are metrics in JSON.
type metricsDocument struct {
	Environment string              `json:"environment"`
	Flow        *string             `json:"flow"`
	Tags        []tagDocument       `json:"tags"`
	From        time.Time           `json:"from"`
	To          time.Time           `json:"to"`
	Total       figuresDocument     `json:"total"`
	Series      []figuresDocument   `json:"series"`
	Excluded    []exclusionDocument `json:"excluded"`
}

// figuresDocument are the figures of a stretch of time in JSON.
type figuresDocument struct {
	From          time.Time         `json:"from"`
	To            time.Time         `json:"to"`
	Changes       int               `json:"changes"`
	ChangesPerDay float64           `json:"changesPerDay"`
	LeadTime      *durationDocument `json:"leadTime"`
	Stages        []stageDocument   `json:"stages"`
	Judged        int               `json:"judged"`
	Failures      int               `json:"failures"`
	FailureRate   *float64          `json:"failureRate"`
	TimeToRestore *durationDocument `json:"timeToRestore"`
}

// durationDocument says in JSON how long something takes.
type durationDocument struct {
	Count         int `json:"count"`
	MedianSeconds int `json:"medianSeconds"`
	P90Seconds    int `json:"p90Seconds"`
}

// stageDocument says in JSON how long a stage takes.
type stageDocument struct {
	Stage    string           `json:"stage"`
	Duration durationDocument `json:"duration"`
}

// exclusionDocument says in JSON what was left out.
type exclusionDocument struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

func documentOfMetrics(q api.MetricsQuery, m api.Metrics) metricsDocument {
	return metricsDocument{
		Environment: m.Environment.Name, Flow: known(q.Flow), Tags: documentsOfTags(q.Tags), From: m.From.UTC(), To: m.To.UTC(),
		Total: documentOfFigures(m.Total), Series: documents(m.Series, documentOfFigures),
		Excluded: documents(m.Excluded, func(e api.MetricsExclusion) exclusionDocument { return exclusionDocument(e) }),
	}
}

func documentOfFigures(f api.Figures) figuresDocument {
	return figuresDocument{
		From: f.From.UTC(), To: f.To.UTC(), Changes: f.Changes, ChangesPerDay: f.ChangesPerDay, Judged: f.Judged, Failures: f.Failures, FailureRate: f.FailureRate,
		LeadTime: (*durationDocument)(f.LeadTime), TimeToRestore: (*durationDocument)(f.TimeToRestore),
		Stages: documents(f.Stages, func(s api.StageFigures) stageDocument {
			return stageDocument{Stage: s.Stage, Duration: durationDocument(s.Duration)}
		}),
	}
}
