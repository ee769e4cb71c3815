package ingest_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// inBounds fails the test unless a time is one that is kept: in UTC, of the years
// 1970 to 9999.
func inBounds(t *testing.T, what string, at time.Time) {
	t.Helper()
	if at.Location() != time.UTC || at.Year() < 1970 || at.Year() > 9999 {
		t.Errorf("%s is %s", what, at)
	}
}

// text fails the test unless s is text of so many characters.
func text(t *testing.T, what, s string, least, most int) {
	t.Helper()
	if err := model.ValidateText(what, s, least, most); err != nil {
		t.Errorf("%q was let in: %v", s, err)
	}
}

func FuzzParseGitHub(f *testing.F) {
	bodies := examples(f)
	for _, event := range []string{"push", "workflow_run", "ping"} {
		f.Add(event, bodies[event])
	}
	f.Add("push", push().json(f))
	f.Add("push", push().with("commits", []object{}).with("head_commit", nil).json(f))
	f.Add("workflow_run", workflowRun("completed", "success", "2022-08-22T09:34:53Z").json(f))
	for _, body := range []string{"", "null", "[]", "{}", `{"commits":[null],"head_commit":{"id":""}}`} {
		f.Add("push", []byte(body))
		f.Add("workflow_run", []byte(body))
	}
	f.Add("", []byte("{}"))
	f.Add("star\x00\xff", []byte("{}"))
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		d, err := ingest.ParseGitHub(event, body)
		if err != nil {
			if model.KindOf(err) != model.KindInvalid {
				t.Errorf("got %v", err)
			}
			return
		}
		text(t, "event", d.Event, 0, 100)
		if d.Source != "github" || !bytes.Equal(d.Body, body) {
			t.Errorf("it is of %q, and its body is %q", d.Source, d.Body)
		}
		if d.Ignored != "" {
			text(t, "ignored", d.Ignored, 1, 1000)
			return
		}
		if err := model.ValidateRepositoryName(d.Repository.Name); err != nil {
			t.Error(err)
		}
		if err := model.ValidateURL("url", d.Repository.URL); err != nil {
			t.Error(err)
		}
		if len(d.Commits) == 0 && d.Build == nil {
			t.Error("it is to be applied, and says nothing")
		}
		for _, c := range d.Commits {
			if sha, err := model.ParseCommitSHA(string(c.SHA)); err != nil || sha != c.SHA {
				t.Errorf("commit %q: %v", c.SHA, err)
			}
			text(t, "subject", c.Subject, 0, 500)
			text(t, "author", c.AuthorName, 0, 200)
			inBounds(t, "committedAt", c.CommittedAt)
			if strings.ContainsAny(c.Subject+c.AuthorName, "\n\t") {
				t.Errorf("commit %s has lines in %q by %q", c.SHA, c.Subject, c.AuthorName)
			}
		}
		if b := d.Build; b != nil {
			checkBuild(t, b)
		}
	})
}

func checkBuild(t *testing.T, b *model.Build) {
	t.Helper()
	if b.Run < 1 || b.Attempt < 1 || b.Attempt > 10_000 || b.State.Rank() == 0 {
		t.Errorf("got %+v", b)
	}
	if sha, err := model.ParseCommitSHA(string(b.CommitSHA)); err != nil || sha != b.CommitSHA {
		t.Errorf("build of %q: %v", b.CommitSHA, err)
	}
	if err := model.ValidateURL("url", b.URL); err != nil {
		t.Error(err)
	}
	text(t, "workflow", b.Workflow, 0, 200)
	if b.StartedAt != nil {
		inBounds(t, "startedAt", *b.StartedAt)
	}
	if b.FinishedAt != nil {
		inBounds(t, "finishedAt", *b.FinishedAt)
		if !b.State.Final() {
			t.Errorf("it is %s, and ended at %s", b.State, b.FinishedAt)
		}
	}
}

func FuzzParseReport(f *testing.F) {
	for kind, bodies := range map[model.EnvironmentType][]string{
		model.EnvironmentECS: {
			reportOf(), reportOf(item("runner:16d9990"), item("runner:16d9990")), observed(5, item("runner:16d9990")),
			`{"artifacts":[{"digests":{"x":""},"creationTimestamp":1661158757.123457,"taskArn":"arn"}],"observedAt":null}`,
			`null`, `{}`, `{"artifacts":null}`, `{"artifacts":[null]}`, `{"artifacts":[{"digests":{},"creationTimestamp":253402300799.9999}]}`,
		},
		model.EnvironmentK8S:    {`{"artifacts":[{"digests":{"x":""},"podName":"p","namespace":"n","owners":null}]}`},
		model.EnvironmentServer: {`{"artifacts":[{"digests":{"/usr/bin/x":"` + fingerprint("x") + `","/usr/bin/y":"` + fingerprint("x") + `"},"creationTimestamp":-1}]}`},
	} {
		for _, body := range bodies {
			f.Add(string(kind), []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r, err := ingest.ParseReport(model.EnvironmentType(kind), body)
		if err != nil {
			if model.KindOf(err) != model.KindInvalid || !strings.HasPrefix(err.Error(), "Input payload validation failed") {
				t.Errorf("got %v", err)
			}
			return
		}
		if !bytes.Equal(r.Body, body) || r.Type != model.EnvironmentType(kind) {
			t.Errorf("it is of %q, and its body is %q", r.Type, r.Body)
		}
		if r.ObservedAt != nil {
			inBounds(t, "observedAt", r.ObservedAt.UTC())
		}
		for i, instance := range r.Instances {
			inBounds(t, "startedAt", instance.StartedAt)
			if instance.Digests == nil || instance.StartedAt.Nanosecond()%1000 != 0 {
				t.Errorf("instance %d is %+v", i, instance)
			}
		}
		running, err := r.Running()
		if err != nil {
			if k := model.KindOf(err); k != model.KindInvalid && k != model.KindTooLarge {
				t.Errorf("got %v", err)
			}
			return
		}
		for _, run := range running {
			text(t, "name", run.Name, 1, 500)
			if n := len(run.Fingerprint); n != 32 && (n != 0 || !r.Type.MayHideDigests()) {
				t.Errorf("%s has a fingerprint of %d bytes", run.Name, n)
			}
			if len(run.Starts) < 1 || len(run.Starts) > len(r.Instances) {
				t.Errorf("%s runs %d times in %d instances", run.Name, len(run.Starts), len(r.Instances))
			}
		}
	})
}
