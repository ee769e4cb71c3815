package model_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

var eventKinds = []model.EventKind{
	model.EventArtifactCreated, model.EventAttestationReceived, model.EventDeploymentCreated,
	model.EventStartedRunning, model.EventScaled, model.EventStoppedRunning, model.EventRunningNameChanged, model.EventRunningFlowChanged,
	model.EventReportingStopped, model.EventReportingResumed, model.EventExpectationBreached, model.EventExpectationMet,
	model.EventEnvironmentRenamed, model.EventEnvironmentArchived, model.EventEnvironmentRestored, model.EventMemberAdded, model.EventMemberRemoved,
}

func TestEventFacts_Summary(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		facts model.EventFacts
		want  string
	}{
		"ArtifactCreated":     {model.EventFacts{Kind: model.EventArtifactCreated}, "Artifact created"},
		"AttestationReceived": {model.EventFacts{Kind: model.EventAttestationReceived, Name: "branch-coverage", After: 1}, "branch-coverage evidence received"},
		"AttestationFailed":   {model.EventFacts{Kind: model.EventAttestationReceived, Name: "branch-coverage"}, "branch-coverage evidence received, and it does not hold"},
		"DeploymentCreated":   {model.EventFacts{Kind: model.EventDeploymentCreated, EnvironmentName: "aws-prod", Number: 19}, "Deployment #19 to aws-prod environment"},
		"StartedRunning":      {model.EventFacts{Kind: model.EventStartedRunning, EnvironmentName: "aws-prod", Number: 65, After: 3}, "Started running in aws-prod#65 environment"},
		"ScaledDown":          {model.EventFacts{Kind: model.EventScaled, EnvironmentName: "aws-prod", Number: 94, Before: 3, After: 1}, "Scaled down from 3 to 1 in aws-prod#94 environment"},
		"ScaledUp":            {model.EventFacts{Kind: model.EventScaled, EnvironmentName: "aws-prod", Number: 95, Before: 1, After: 3}, "Scaled up from 1 to 3 in aws-prod#95 environment"},
		"StoppedRunning":      {model.EventFacts{Kind: model.EventStoppedRunning, EnvironmentName: "aws-prod", Number: 96, Before: 1}, "No longer running in aws-prod#96 environment"},
		"RunningNameChanged":  {model.EventFacts{Kind: model.EventRunningNameChanged, EnvironmentName: "aws-prod", Number: 97, Name: "runner:latest"}, "Running under the name runner:latest in aws-prod#97 environment"},
		"ReportingStopped":    {model.EventFacts{Kind: model.EventReportingStopped, EnvironmentName: "aws-prod", Before: 900}, "No report of aws-prod environment for 15 minutes"},
		"ReportingResumed":    {model.EventFacts{Kind: model.EventReportingResumed, EnvironmentName: "aws-prod", After: 5400}, "aws-prod environment is reported again, after 90 minutes"},
		"ReportingSecond":     {model.EventFacts{Kind: model.EventReportingStopped, EnvironmentName: "aws-prod", Before: 1}, "No report of aws-prod environment for 1 second"},
		"ReportingDays":       {model.EventFacts{Kind: model.EventReportingResumed, EnvironmentName: "aws-prod", After: 200_000}, "aws-prod environment is reported again, after 2 days"},
		"EnvironmentRenamed":  {model.EventFacts{Kind: model.EventEnvironmentRenamed, EnvironmentName: "aws-prod", Name: "production"}, "Environment renamed to production"},
		"EnvironmentArchived": {model.EventFacts{Kind: model.EventEnvironmentArchived, EnvironmentName: "aws-prod"}, "Environment aws-prod archived"},
		"EnvironmentRestored": {model.EventFacts{Kind: model.EventEnvironmentRestored, EnvironmentName: "aws-prod"}, "Environment aws-prod restored"},
		"RunningFlowChanged":  {model.EventFacts{Kind: model.EventRunningFlowChanged, EnvironmentName: "aws-prod", Number: 7, Name: "runner"}, "Found to be of flow runner in aws-prod#7 environment"},
		"ExpectationBreached": {model.EventFacts{Kind: model.EventExpectationBreached, EnvironmentName: "aws-prod", Number: 7, Name: "runner: at least 3", After: 1}, "runner has 1 replica in aws-prod#7 environment, expected at least 3"},
		"ExpectationMet":      {model.EventFacts{Kind: model.EventExpectationMet, EnvironmentName: "aws-prod", Number: 8, Name: "runner: at least 3", After: 3}, "As expected again in aws-prod#8 environment: runner: at least 3"},
		"MemberAdded":         {model.EventFacts{Kind: model.EventMemberAdded, EnvironmentName: "all", Name: "aws-prod"}, "aws-prod added to all environment"},
		"MemberRemoved":       {model.EventFacts{Kind: model.EventMemberRemoved, EnvironmentName: "all", Name: "aws-prod", Number: 7}, "aws-prod removed from all#7 environment"},
		"KindOfTheFuture":     {model.EventFacts{Kind: "APPROVED"}, "APPROVED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tt.facts.Summary(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEventKind_Code(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(eventKinds, model.EventKinds()); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	for _, kind := range eventKinds {
		if got := model.EventKindOf(kind.Code()); got != kind {
			t.Errorf("code %d of %s is that of %q", kind.Code(), kind, got)
		}
	}
	// They are the order of what happened at one moment: an artifact is created
	// before there is evidence of it, and runs before it stops.
	if !slices.IsSortedFunc(eventKinds, func(a, b model.EventKind) int { return a.Code() - b.Code() }) {
		t.Error("the codes of the kinds do not follow the life of an artifact")
	}
	var running []model.EventKind
	for _, kind := range eventKinds {
		if kind.IsRunning() {
			running = append(running, kind)
		}
	}
	if diff := cmp.Diff(eventKinds[3:8], running); diff != "" {
		t.Errorf("kinds of what runs (-want +got):\n%s", diff)
	}
	if model.EventKindOf(99) != "" || model.EventKind("APPROVED").IsRunning() {
		t.Error("an unknown code is a kind, or an unknown kind tells of what runs")
	}
}

// Each kind has a type of its own, whose fields say what the facts do.
func TestNewEvent(t *testing.T) {
	t.Parallel()
	at := time.Date(2022, 8, 22, 9, 39, 22, 123_456_000, time.UTC)
	facts := func(kind model.EventKind) *model.EventFacts {
		return &model.EventFacts{Kind: kind, Number: 18, Before: 3, After: 1, Name: "a-name", At: at}
	}
	for i, kind := range eventKinds {
		e := model.NewEvent(facts(kind))
		if e.Facts().Kind != kind {
			t.Errorf("%s has the facts of %s", kind, e.Facts().Kind)
		}
		want := []string{
			"model.ArtifactCreated", "model.AttestationReceived", "model.DeploymentCreated",
			"model.StartedRunning", "model.Scaled", "model.StoppedRunning", "model.RunningNameChanged", "model.RunningFlowChanged",
			"model.ReportingStopped", "model.ReportingResumed", "model.ExpectationBreached", "model.ExpectationMet",
			"model.EnvironmentRenamed", "model.EnvironmentArchived", "model.EnvironmentRestored", "model.MemberAdded", "model.MemberRemoved",
		}[i]
		if got := fmt.Sprintf("%T", e); got != want {
			t.Errorf("%s is a %s, want %s", kind, got, want)
		}
		var got []any
		switch e := e.(type) {
		case model.AttestationReceived:
			got = []any{e.AttestationName(), e.Compliant()}
		case model.DeploymentCreated:
			got = []any{e.DeploymentNumber()}
		case model.StartedRunning:
			got = []any{e.ToReplicas()}
		case model.Scaled:
			got = []any{e.FromReplicas(), e.ToReplicas()}
		case model.StoppedRunning:
			got = []any{e.FromReplicas()}
		case model.RunningNameChanged:
			got = []any{e.ToName()}
		case model.RunningFlowChanged:
			got = []any{e.ToFlow()}
		case model.ExpectationBreached:
			got = []any{e.Found()}
		case model.ExpectationMet:
			got = []any{e.Found()}
		case model.ReportingStopped:
			got = []any{e.LastReportedAt()}
		case model.ReportingResumed:
			got = []any{e.SilentSeconds()}
		case model.EnvironmentRenamed:
			got = []any{e.ToName()}
		case model.MemberAdded:
			got = []any{e.MemberName()}
		case model.MemberRemoved:
			got = []any{e.MemberName()}
		}
		wantFields := [][]any{
			nil,
			{"a-name", true},
			{18},
			{1},
			{3, 1},
			{3},
			{"a-name"},
			{"a-name"},
			{at.Add(-3 * time.Second)},
			{1},
			{1},
			{1},
			{"a-name"},
			nil, nil,
			{"a-name"},
			{"a-name"},
		}[i]
		if diff := cmp.Diff(wantFields, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
	if e := model.NewEvent(facts("APPROVED")); e.Facts().Kind != "APPROVED" {
		t.Errorf("an unknown kind becomes %v", e)
	}
}

func TestEventCursor(t *testing.T) {
	t.Parallel()
	at := time.Date(2022, 8, 22, 9, 39, 22, 123_456_000, time.UTC)
	e := model.NewEvent(&model.EventFacts{Kind: model.EventScaled, At: at, Key: 77})
	key, err := model.EventCursor(e).Key(3)
	if err != nil {
		t.Fatal(err)
	}
	got, err := model.ParseTimeKey(key[0])
	if err != nil || got != at || key[1] != fmt.Sprint(model.EventScaled.Code()) || key[2] != "77" {
		t.Errorf("got %s %q, %v", got, key, err)
	}
}
