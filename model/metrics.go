package model

import (
	"io"
	"time"
)

// Bounds of what metrics are made of.
const (
	MaxMetricsChanges = 10_000  // changes in one query
	MaxMetricsCommits = 100_000 // commits that they bring
	maxMetricsYears   = 2
)

// MetricsStep is how a series of figures is cut, in UTC.
type MetricsStep string

// The ways to cut a series.
const (
	MetricsByDay   MetricsStep = "DAY"
	MetricsByWeek  MetricsStep = "WEEK" // from Monday
	MetricsByMonth MetricsStep = "MONTH"
)

// MarshalGQL writes the step as a GraphQL enum value.
func (s MetricsStep) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a step from a GraphQL enum value.
func (s *MetricsStep) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, MetricsByDay, MetricsByWeek, MetricsByMonth)
}

// next is the moment at which the step ends that a moment is in.
func (s MetricsStep) next(at time.Time) time.Time {
	year, month, day := at.UTC().Date()
	switch s {
	case MetricsByDay:
		day++
	case MetricsByMonth:
		month, day = month+1, 1
	default:
		day += 7 - (int(at.UTC().Weekday())+6)%7
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// TimeRangeInput is a stretch of time, as people say its ends.
type TimeRangeInput struct {
	From Moment
	To   Moment
}

// at are the ends, given what is now: what is yet to come is left out. It returns
// KindInvalid if nothing is left.
func (r TimeRangeInput) at(now time.Time) (from, to time.Time, err error) {
	from, to = r.From.At(now), r.To.At(now)
	if to.After(now) {
		to = now
	}
	if !from.Before(to) {
		err = Invalid("during", "it begins at %s and ends at %s: write the older end first; what is yet to come is left out", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	return from, to, err
}

// MetricsQuery asks how well flows deliver to an environment.
type MetricsQuery struct {
	Environment string
	From, To    time.Time // the second is not of it
	Step        MetricsStep
	Hotfix      HotfixRule

	Asked time.Time // when; of a further page of changes, when the first was asked for
	// Lists says that pages of the changes are asked for, and Continues that the first
	// was before: see ListedSince.
	Lists, Continues bool
}

// NewMetricsQuery makes a query of what was asked, given what is now: what is yet to
// come is left out. It returns KindInvalid for a time that is empty or too long, and
// for a rule out of bounds.
func NewMetricsQuery(environment string, during TimeRangeInput, step MetricsStep, hotfix HotfixRule, now time.Time) (MetricsQuery, error) {
	from, to, err := during.at(now)
	if err != nil {
		return MetricsQuery{}, err
	}
	q := MetricsQuery{Environment: environment, From: from, To: to, Step: step, Hotfix: hotfix, Asked: now}
	if q.To.After(q.From.AddDate(maxMetricsYears, 0, 0)) {
		return MetricsQuery{}, Invalid("during", "from %s to %s is more than %d years: ask for less, and again for the rest",
			q.From.Format(time.RFC3339), q.To.Format(time.RFC3339), maxMetricsYears)
	}
	return q, hotfix.Validate()
}

// TooManyChanges is the error that a query asks for more than is looked at.
func TooManyChanges() error {
	return Invalid("during", "more than %d changes would have to be looked at: ask for a shorter time, or for fewer flows by a tag", MaxMetricsChanges)
}

// TooManyCommits is the error that a query asks for more commits than are looked at.
func TooManyCommits() error {
	return Invalid("during", "the changes bring more than %d commits: ask for a shorter time, or for fewer flows by a tag", MaxMetricsCommits)
}

// NotOfLogical is the error that an environment is a union, in which the same version
// comes to run once in each member.
func NotOfLogical(name string) error {
	return Invalid("environment", "%s is a logical environment, in which a version comes to run once for each member: ask for one of its members", name)
}

// DeliveryMetrics says how well flows deliver to an environment.
type DeliveryMetrics struct {
	Environment *Environment
	From, To    time.Time
	Total       *DeliveryFigures
	Series      []*DeliveryFigures  // step by step, oldest first
	Excluded    []*MetricsExclusion // what was left out, by reason
	Rows        []*DeliveredChange  // newest first

	asked time.Time
	flows map[int]*Flow // by key, of what was kept; otherwise nil
}

// DeliveryFigures are the figures of one stretch of time.
type DeliveryFigures struct {
	From, To      time.Time
	Changes       int
	LeadTime      *DurationFigures // nil if nothing was measured
	Stages        []*StageFigures
	Judged        int // changes of which it is known whether they failed
	Failures      int
	TimeToRestore *DurationFigures // nil if nothing failed
}

// ChangesPerDay is how many changes there were a day.
func (f *DeliveryFigures) ChangesPerDay() float64 {
	return float64(f.Changes) / (f.To.Sub(f.From).Hours() / 24)
}

// FailureRate is the share of the changes that failed, of those of which it is known;
// nil if that is none.
func (f *DeliveryFigures) FailureRate() *float64 {
	if f.Judged == 0 {
		return nil
	}
	rate := float64(f.Failures) / float64(f.Judged)
	return &rate
}

// DurationFigures say how long something takes, in seconds.
type DurationFigures struct {
	Count         int
	MedianSeconds int
	P90Seconds    int
}

// StageFigures say how long one stage of the way takes.
type StageFigures struct {
	Stage    DeliveryStage
	Duration *DurationFigures
}

// DeliveryStage is a stage of the way from commit to running.
type DeliveryStage string

// The stages, in their order.
const (
	StageCommitToBuild        DeliveryStage = "COMMIT_TO_BUILD"
	StageBuildToArtifact      DeliveryStage = "BUILD_TO_ARTIFACT"
	StageArtifactToDeployment DeliveryStage = "ARTIFACT_TO_DEPLOYMENT"
	StageDeploymentToRunning  DeliveryStage = "DEPLOYMENT_TO_RUNNING"
)

func deliveryStages() []DeliveryStage {
	return []DeliveryStage{StageCommitToBuild, StageBuildToArtifact, StageArtifactToDeployment, StageDeploymentToRunning}
}

// MarshalGQL writes the stage as a GraphQL enum value.
func (s DeliveryStage) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a stage from a GraphQL enum value.
func (s *DeliveryStage) UnmarshalGQL(in any) error { return unmarshalEnum(in, s, deliveryStages()...) }

// MetricsExclusion says how many changes were left out for a reason.
type MetricsExclusion struct {
	Reason MetricsExclusionReason
	Count  int
}

// MetricsExclusionReason is why a change is left out of figures.
type MetricsExclusionReason string

// The reasons. Of several, the first counts.
const (
	ExcludedFirst      MetricsExclusionReason = "FIRST_DEPLOYMENT"
	ExcludedCommit     MetricsExclusionReason = "UNKNOWN_COMMIT"
	ExcludedIncomplete MetricsExclusionReason = "ANCESTRY_INCOMPLETE"
)

func exclusionReasons() []MetricsExclusionReason {
	return []MetricsExclusionReason{ExcludedFirst, ExcludedCommit, ExcludedIncomplete}
}

// MarshalGQL writes the reason as a GraphQL enum value.
func (r MetricsExclusionReason) MarshalGQL(w io.Writer) { writeQuoted(w, string(r)) }

// UnmarshalGQL reads a reason from a GraphQL enum value.
func (r *MetricsExclusionReason) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, r, exclusionReasons()...)
}

// DeliveryFailure is how a change failed.
type DeliveryFailure string

// The ways to fail.
const (
	FailedRolledBack DeliveryFailure = "ROLLED_BACK"
	FailedHotfixed   DeliveryFailure = "HOTFIXED"
)

// MarshalGQL writes it as a GraphQL enum value.
func (f DeliveryFailure) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads it from a GraphQL enum value.
func (f *DeliveryFailure) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, f, FailedRolledBack, FailedHotfixed)
}
