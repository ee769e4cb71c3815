package api

import (
	"context"
	"time"
)

// Moment is a moment as it was typed. The server alone understands it.
type Moment string

// TimeRangeInput is a stretch of time.
type TimeRangeInput struct {
	From Moment `json:"from"`
	To   Moment `json:"to"`
}

// MetricsStep is how a series of figures is cut: one of MetricsSteps.
type MetricsStep string

// MetricsSteps are the ways to cut a series.
var MetricsSteps = []string{"DAY", "WEEK", "MONTH"}

// HotfixRuleInput says what counts as mending the version before; what is nil is as
// the server takes it.
type HotfixRuleInput struct {
	Within *int     `json:"within,omitempty"` // seconds; 0 for no such rule
	Words  []string `json:"words,omitempty"`
}

// MetricsQuery asks how well software is delivered to an environment.
type MetricsQuery struct {
	Flow        string // empty for all
	Tags        []Tag  // only flows that have all of these; not with Flow
	Environment string
	During      TimeRangeInput
	Step        MetricsStep
	Hotfix      HotfixRuleInput
}

// Metrics say how well software is delivered to an environment.
type Metrics struct {
	Environment Named              `graphql:"environment"`
	From        time.Time          `graphql:"from"`
	To          time.Time          `graphql:"to"`
	Total       Figures            `graphql:"total"`
	Series      []Figures          `graphql:"series"` // step by step, oldest first
	Excluded    []MetricsExclusion `graphql:"excluded"`
}

// Figures are those of a stretch of time.
type Figures struct {
	From          time.Time        `graphql:"from"`
	To            time.Time        `graphql:"to"`
	Changes       int              `graphql:"changes"`
	ChangesPerDay float64          `graphql:"changesPerDay"`
	LeadTime      *DurationFigures `graphql:"leadTime"` // nil if nothing was measured
	Stages        []StageFigures   `graphql:"stages"`
	Judged        int              `graphql:"judged"`
	Failures      int              `graphql:"failures"`
	FailureRate   *float64         `graphql:"failureRate"`   // nil if nothing was judged
	TimeToRestore *DurationFigures `graphql:"timeToRestore"` // nil if nothing failed
}

// DurationFigures say how long something takes.
type DurationFigures struct {
	Count         int `graphql:"count"`
	MedianSeconds int `graphql:"medianSeconds"`
	P90Seconds    int `graphql:"p90Seconds"`
}

// StageFigures say how long one stage of the way takes.
type StageFigures struct {
	Stage    string          `graphql:"stage"` // as in COMMIT_TO_BUILD
	Duration DurationFigures `graphql:"duration"`
}

// MetricsExclusion says how many changes were left out for a reason.
type MetricsExclusion struct {
	Reason string `graphql:"reason"` // as in FIRST_DEPLOYMENT
	Count  int    `graphql:"count"`
}

// DeliveredChange is a version that came to run.
type DeliveredChange struct {
	Flow           Named              `graphql:"flow"`
	Artifact       DeliveredArtifact  `graphql:"artifact"`
	Snapshot       SnapshotOfChange   `graphql:"snapshot"`
	Replaced       *DeliveredArtifact `graphql:"replaced"`   // nil for the first of its flow
	NewCommits     *int               `graphql:"newCommits"` // nil if it is not known
	LeadTime       *DurationFigures   `graphql:"leadTime"`
	CommittedAt    *time.Time         `graphql:"committedAt"`
	BuildStartedAt *time.Time         `graphql:"buildStartedAt"`
	BuiltAt        time.Time          `graphql:"builtAt"`
	DeployedAt     *time.Time         `graphql:"deployedAt"`
	RunningAt      time.Time          `graphql:"runningAt"`
	Failure        *string            `graphql:"failure"` // ROLLED_BACK or HOTFIXED
	RestoredAt     *time.Time         `graphql:"restoredAt"`
	Excluded       *string            `graphql:"excluded"` // as in FIRST_DEPLOYMENT
}

// DeliveredArtifact is an artifact that came to run or was replaced.
type DeliveredArtifact struct {
	Name        string  `graphql:"name"`
	Fingerprint string  `graphql:"fingerprint"`
	CommitSHA   *string `graphql:"commitSha"`
}

// SnapshotOfChange is the snapshot that showed a change first.
type SnapshotOfChange struct {
	Ref string `graphql:"ref"`
}

// Metrics returns how well software is delivered to an environment.
func (c *Client) Metrics(ctx context.Context, query MetricsQuery) (Metrics, error) {
	if query.Flow != "" {
		var q struct {
			Organization struct {
				Flow struct {
					Metrics Metrics `graphql:"metrics(environment: $environment, during: $during, step: $step, hotfix: $hotfix)"`
				} `graphql:"flow(name: $flow)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "MetricsOfFlow", &q, c.metricsVariables(query))
		return q.Organization.Flow.Metrics, err
	}
	var q struct {
		Organization struct {
			Metrics Metrics `graphql:"metrics(environment: $environment, during: $during, step: $step, tags: $tags, hotfix: $hotfix)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Metrics", &q, c.metricsVariables(query))
	return q.Organization.Metrics, err
}

func (c *Client) metricsVariables(query MetricsQuery) variables {
	v := variables{
		"organization": c.organization, "environment": query.Environment, "during": query.During, "step": query.Step, "hotfix": query.Hotfix,
	}
	if query.Flow != "" {
		v["flow"] = query.Flow
	} else {
		v["tags"] = tagInputs(query.Tags)
	}
	return v
}

// DeliveredChanges lists the changes that metrics are made of, newest first: at most
// limit of them, or all if it is 0.
func (c *Client) DeliveredChanges(ctx context.Context, query MetricsQuery, limit int) (List[DeliveredChange], error) {
	type metrics struct {
		Changes page[DeliveredChange] `graphql:"changes(first: $first, after: $after)"`
	}
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[DeliveredChange], error) {
		v := c.metricsVariables(query)
		delete(v, "step") // of which there is none in a list
		v["first"], v["after"] = first, after
		if query.Flow != "" {
			var q struct {
				Organization struct {
					Flow struct {
						Metrics metrics `graphql:"metrics(environment: $environment, during: $during, hotfix: $hotfix)"`
					} `graphql:"flow(name: $flow)"`
				} `graphql:"organization(name: $organization)"`
			}
			err := c.query(ctx, "DeliveredChangesOfFlow", &q, v)
			return q.Organization.Flow.Metrics.Changes, err
		}
		var q struct {
			Organization struct {
				Metrics metrics `graphql:"metrics(environment: $environment, during: $during, tags: $tags, hotfix: $hotfix)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DeliveredChanges", &q, v)
		return q.Organization.Metrics.Changes, err
	})
}
