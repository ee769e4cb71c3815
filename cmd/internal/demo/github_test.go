package demo_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

const secret = "It's a Secret to Everybody"

// receive reads a delivery as the server does.
func receive(tb testing.TB, d demo.Delivery, signedWith string) (any, error) {
	tb.Helper()
	hook, err := github.New(github.Options.Secret(secret))
	if err != nil {
		tb.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/webhooks/cyber-dojo/github", bytes.NewReader(d.Body))
	r.Header = d.Header(signedWith)
	return hook.Parse(r, github.PushEvent, github.WorkflowRunEvent)
}

// deliveries returns all webhooks of the story.
func deliveries(s *demo.Story) []demo.Delivery {
	var out []demo.Delivery
	for _, step := range s.Steps {
		if d, ok := step.(interface{ Delivery() demo.Delivery }); ok {
			out = append(out, d.Delivery())
		}
	}
	return out
}

func TestDelivery_Push(t *testing.T) {
	t.Parallel()
	for _, s := range steps[*demo.PushStep](load(t)) {
		got, err := receive(t, s.Delivery(), secret)
		if err != nil {
			t.Fatalf("line %d: %v", s.Line, err)
		}
		p, ok := got.(github.PushPayload)
		if !ok {
			t.Fatalf("line %d: got %T", s.Line, got)
		}
		head := s.Commits[len(s.Commits)-1]
		if p.Ref != "refs/heads/master" || p.Before != s.Before || p.After != head.SHA || p.HeadCommit.ID != head.SHA ||
			p.Created || p.Deleted || p.Forced || len(p.Commits) != len(s.Commits) {
			t.Errorf("line %d: wrong push %s %s..%s with %d commits", s.Line, p.Ref, p.Before, p.After, len(p.Commits))
		}
		if p.Repository.FullName != s.Repository || p.Repository.HTMLURL != "https://github.com/"+s.Repository ||
			p.Repository.Owner.Login != "cyber-dojo" || p.Repository.DefaultBranch != "master" {
			t.Errorf("line %d: wrong repository %+v", s.Line, p.Repository)
		}
		for i, c := range p.Commits {
			at, err := time.Parse(time.RFC3339, c.Timestamp)
			if err != nil || !at.Equal(s.Commits[i].CommittedAt) {
				t.Errorf("line %d: timestamp %q: %v", s.Line, c.Timestamp, err)
			}
			if c.ID != s.Commits[i].SHA || c.Message != s.Commits[i].Subject || c.Author.Name == "" || !c.Distinct ||
				c.URL != "https://github.com/"+s.Repository+"/commit/"+c.ID {
				t.Errorf("line %d: wrong commit %+v", s.Line, c)
			}
		}
	}
}

func TestDelivery_WorkflowRun(t *testing.T) {
	t.Parallel()
	for _, s := range steps[*demo.BuildStep](load(t)) {
		got, err := receive(t, s.Delivery(), secret)
		if err != nil {
			t.Fatalf("line %d: %v", s.Line, err)
		}
		p, ok := got.(github.WorkflowRunPayload)
		if !ok {
			t.Fatalf("line %d: got %T", s.Line, got)
		}
		run := p.WorkflowRun
		action, status := "requested", "queued"
		if s.Conclusion != "" {
			action, status = "completed", "completed"
		}
		if p.Action != action || run.Status != status || run.Conclusion != s.Conclusion || run.Event != "push" {
			t.Errorf("line %d: wrong state %s %s %s", s.Line, p.Action, run.Status, run.Conclusion)
		}
		if run.ID != s.Run || run.RunNumber != s.Number || run.RunAttempt != s.Attempt ||
			run.HeadSha != s.Head.SHA || run.HeadCommit.ID != s.Head.SHA || run.HeadBranch != "master" || run.HTMLURL != s.URL() {
			t.Errorf("line %d: wrong run %+v", s.Line, run)
		}
		if !run.UpdatedAt.Equal(s.At) || !run.CreatedAt.Equal(s.CreatedAt) || !run.RunStartedAt.Equal(s.StartedAt) {
			t.Errorf("line %d: wrong times %s %s %s", s.Line, run.CreatedAt, run.RunStartedAt, run.UpdatedAt)
		}
		if p.Repository.FullName != s.Repository || p.WorkflowRun.Repository.FullName != s.Repository {
			t.Errorf("line %d: wrong repository %q", s.Line, p.Repository.FullName)
		}
	}
}

func TestDelivery_Signature(t *testing.T) {
	t.Parallel()
	d := deliveries(load(t))[0]
	if _, err := receive(t, d, "another secret"); !errors.Is(err, github.ErrHMACVerificationFailed) {
		t.Errorf("signed with another secret: %v", err)
	}
	d.Body = append(bytes.Clone(d.Body), ' ')
	good := deliveries(load(t))[0]
	header := good.Header(secret)
	if header.Get("X-Hub-Signature-256") == d.Header(secret).Get("X-Hub-Signature-256") {
		t.Error("the signature does not depend on the body")
	}
}

// A second replay must be a redelivery, and no two steps may look like one.
func TestDelivery_IDs(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	first, second := deliveries(load(t)), deliveries(load(t))
	if len(first) < 200 || len(first) != len(second) {
		t.Fatalf("%d deliveries, then %d", len(first), len(second))
	}
	seen := map[string]bool{}
	for i, d := range first {
		if !uuid.MatchString(d.ID) || seen[d.ID] {
			t.Errorf("delivery id %q is none, or is there twice", d.ID)
		}
		seen[d.ID] = true
		if d.ID != second[i].ID || !bytes.Equal(d.Body, second[i].Body) {
			t.Errorf("delivery %s is another the second time", d.ID)
		}
	}
}

// The runs of one repository are numbered as GitHub numbers them.
func TestBuilds_AreNumbered(t *testing.T) {
	t.Parallel()
	number, id, runs := map[string]int64{}, map[string]int64{}, map[int64]string{}
	for _, b := range steps[*demo.BuildStep](load(t)) {
		if b.Conclusion != "" {
			continue
		}
		if where := b.Repository + b.Head.SHA; runs[b.Run] != "" && (runs[b.Run] != where || b.Attempt < 2) {
			t.Errorf("line %d: run %d is there twice", b.Line, b.Run)
		}
		if last := number[b.Repository]; b.Attempt == 1 && last != 0 && b.Number != last+1 || b.Attempt > 1 && b.Number != last {
			t.Errorf("line %d: number %d comes after %d", b.Line, b.Number, last)
		}
		if b.Run < id[b.Repository] {
			t.Errorf("line %d: run %d comes after %d", b.Line, b.Run, id[b.Repository])
		}
		number[b.Repository], id[b.Repository], runs[b.Run] = b.Number, b.Run, b.Repository+b.Head.SHA
	}
}
