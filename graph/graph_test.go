package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// start is when the story of a test begins. The clock of tests stands a day later.
var start = time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)

// server is the API over an empty database, with the organization acme and its
// administrator's token.
type server struct {
	t     testing.TB
	db    *db.DB
	org   *model.Organization
	token string
	http  http.Handler
	log   *logBuffer
}

func newServer(t testing.TB) *server {
	t.Helper()
	d := dbtest.New(t)
	d.Now = func() time.Time { return start.Add(24 * time.Hour) }
	return serve(t, d)
}

func serve(t testing.TB, d *db.DB) *server {
	t.Helper()
	log := new(logBuffer)
	s := &server{t: t, db: d, token: model.NewTokenSecret(), log: log}
	s.http = graph.NewHandler(d, slog.New(slog.NewTextHandler(log, nil)), graph.Options{BaseURL: "https://landfall.example", Version: "test", Cookie: cookieName, Persisted: persisted()})
	s.org = s.newOrganization("acme", s.token)
	return s
}

// logBuffer keeps what is logged, from any goroutine.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (s *server) newOrganization(name, token string) *model.Organization {
	s.t.Helper()
	if _, err := s.db.Bootstrap(s.t.Context(), name, token); err != nil {
		s.t.Fatal(err)
	}
	org, err := s.db.Organization(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	return org
}

// response is what GraphQL answers.
type response struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code, Field string }
	}
}

// codes are the codes of the errors.
func (r response) codes() []string {
	codes := []string{}
	for _, e := range r.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes
}

// post sends a body as it is.
func (s *server) post(token string, body io.Reader) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/graphql", body)
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return s.do(r)
}

// executable is the schema with its costs, as the handler has it.
func (s *server) executable() graphql.ExecutableSchema {
	return graph.NewExecutableSchema(s.db, graph.Options{})
}

func (s *server) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	return w
}

// ask sends a query as the holder of a token.
func (s *server) ask(token, query string) response {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		s.t.Fatal(err)
	}
	var out response
	answer := s.post(token, bytes.NewReader(body))
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		s.t.Fatalf("answer %q: %v", answer.Body, err)
	}
	return out
}

// must sends a query as the administrator, fails the test on any error, and
// unpacks the data into what it is given.
func (s *server) must(query string, into any) {
	s.t.Helper()
	got := s.ask(s.token, query)
	if len(got.Errors) > 0 {
		s.t.Fatalf("%s\nerrors: %+v\nlog: %s", query, got.Errors, s.log)
	}
	if into != nil {
		if err := json.Unmarshal(got.Data, into); err != nil {
			s.t.Fatalf("%s: %v", got.Data, err)
		}
	}
}

// fingerprint is a fingerprint that a word stands for.
func fingerprint(word string) model.Fingerprint {
	sum := sha256.Sum256([]byte(word))
	return model.FingerprintOf(sum[:])
}

// sha is a commit's SHA that begins with a prefix.
func sha(prefix string) model.CommitSHA {
	return model.CommitSHA(prefix + fmt.Sprintf("%x", sha256.Sum256([]byte(prefix)))[:40-len(prefix)])
}

// jobs are n jobs of a run.
func jobs(n int, run int64, url string) []*model.Job {
	list := make([]*model.Job, n)
	for i := range list {
		list[i] = &model.Job{System: model.GitHubActions, Run: run, Attempt: 1, Key: int64(i + 1), Name: "job", URL: url, State: model.BuildSucceeded}
	}
	return list
}

// fill makes a history in which every list of the API has members, n of them
// where that can be.
func (s *server) fill(n int) {
	s.t.Helper()
	ctx := s.t.Context()
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	at := func(minutes int) *time.Time { t := start.Add(time.Duration(minutes) * time.Minute); return &t }
	for e := range n {
		_, _, err := s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: fmt.Sprintf("env-%d", e), Type: model.EnvironmentECS})
		ok(err)
		place, _, err := s.db.CreateNotification(ctx, s.org, model.CreateNotificationInput{
			Name: fmt.Sprintf("place-%d", e), Format: model.NotificationWebhook, URL: "https://hooks.example/secret", Environments: []string{fmt.Sprintf("env-%d", e)},
		})
		ok(err)
		ok(s.db.NoteNotificationTest(ctx, s.org, place.Key, nil, "refuses connections"))
	}
	running := []model.Instance{}
	for f := range n {
		flow, repository := fmt.Sprintf("flow-%d", f), fmt.Sprintf("%s/flow-%d", s.org.Name, f)
		_, _, err := s.db.CreateFlow(ctx, s.org, model.CreateFlowInput{Name: flow, Repository: &repository, RequiredEvidence: []string{"tests"}})
		ok(err)
		for a := range n {
			name := fmt.Sprintf("%s:%x%06x", flow, f+1, a)
			commit := sha(name[len(flow)+1:])
			_, err := s.db.ReportCommits(ctx, s.org, model.ReportCommitsInput{Repository: repository, Commits: []*model.CommitInput{
				{SHA: commit, Subject: name, Message: new(name + "\n\nPROJ-12"), AuthorEmail: "Ada@example.com", CommittedAt: *at(a), ParentsComplete: true, Paths: []string{"README.md", flow + "/main.go"}},
			}})
			ok(err)
			url := fmt.Sprintf("https://github.com/%s/actions/runs/%d", repository, a+1)
			_, err = s.db.ReceiveDelivery(ctx, s.org, &model.Delivery{
				Source: model.ForgeGitHub.Source(), SourceID: url, Event: "workflow_run", Body: []byte(url), Repository: repository,
			}, &model.Facts{
				Repository: model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: "https://github.com/" + repository},
				Builds:     []*model.Build{{System: model.GitHubActions, Run: int64(a + 1), Attempt: 1, Workflow: "CI", URL: url, State: model.BuildSucceeded, CommitSHA: commit}},
				Jobs:       jobs(n, int64(a+1), url),
				RefMoves: []*model.RefMove{
					{Ref: fmt.Sprintf("refs/heads/branch-%d", a), After: string(commit), At: *at(a)}, {Ref: fmt.Sprintf("refs/tags/v%d", a), After: string(commit), At: *at(a)},
				},
				PullRequest: &model.PullRequest{
					Number: a + 1, Title: name, URL: url, State: model.PullRequestMerged, AuthorLogin: "ada", HeadSHA: commit, MergeSHA: &commit,
					CreatedAt: *at(a), MergedAt: at(a), UpdatedAt: *at(a),
				},
				Release: &model.Release{Key: int64(a + 1), Tag: fmt.Sprintf("v%d", a), Name: name, URL: url, State: model.ReleasePublished, UpdatedAt: *at(a)},
			})
			ok(err)
			_, _, err = s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{
				Flow: flow, Name: name, Fingerprint: fingerprint(name), Digests: []model.Fingerprint{fingerprint(name + "/arm64")}, Commit: &commit, BuildURL: &url, At: at(a),
			})
			ok(err)
			for i := range n {
				_, _, err = s.db.ReportAttestation(ctx, s.org, model.ReportAttestationInput{
					Flow: flow, Fingerprint: fingerprint(name), Name: "tests", At: at(a + i + 1), Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: true}},
				})
				ok(err)
				_, _, err = s.db.ReportDeployment(ctx, s.org, model.ReportDeploymentInput{
					Artifact: model.ArtifactRef{Flow: flow, ByFingerprint: true, Prefix: string(fingerprint(name))}, Environment: fmt.Sprintf("env-%d", i), At: at(a + i + 1),
				})
				ok(err)
			}
			running = append(running, model.Instance{Digests: map[string]string{"registry.example/" + name: string(fingerprint(name))}, StartedAt: *at(a)})
		}
		// Two commits share eight digits and what they change, and something runs that was
		// built from either. They are older than all others.
		patch := sha("9a7c4")
		_, err = s.db.ReportCommits(ctx, s.org, model.ReportCommitsInput{Repository: repository, Commits: []*model.CommitInput{
			{SHA: sha(fmt.Sprintf("abcdef%02x0", f)), CommittedAt: *at(-2), PatchID: &patch}, {SHA: sha(fmt.Sprintf("abcdef%02x1", f)), CommittedAt: *at(-1), PatchID: &patch},
		}})
		ok(err)
		for _, tag := range []string{fmt.Sprintf("other:abcdef%02x", f), fmt.Sprintf("other:%x000000", f+1)} {
			running = append(running, model.Instance{Digests: map[string]string{tag: string(fingerprint(tag))}, StartedAt: *at(f)})
		}
		_, _, err = s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: flow, Name: fmt.Sprintf("x:abcdef%02x", f), Fingerprint: fingerprint("x" + flow), At: at(f)})
		ok(err)
	}
	// Something runs that nobody knows yet, and each environment is expected to have more
	// than it has first, and more than it ever has.
	running = append(running, model.Instance{Digests: map[string]string{"late": string(fingerprint("late"))}, StartedAt: *at(n)})
	for e := range n {
		_, _, err := s.db.CreateExpectation(ctx, s.org, model.CreateExpectationInput{Environment: fmt.Sprintf("env-%d", e), Expect: fmt.Sprintf("flow-0: at least %d", n+1)})
		ok(err)
		for i := range n {
			_, _, err := s.db.CreateExpectation(ctx, s.org, model.CreateExpectationInput{Environment: fmt.Sprintf("env-%d", e), Expect: fmt.Sprintf("flow-0: at least %d", 1000+i)})
			ok(err)
		}
	}
	for e := range n {
		for i := range n {
			r := &model.Report{Environment: fmt.Sprintf("env-%d", e), Type: model.EnvironmentECS, ObservedAt: at(100 + i), Instances: append([]model.Instance{}, running...), Body: []byte("{}")}
			for range i {
				r.Instances = append(r.Instances, running[0])
			}
			_, err := s.db.ApplyReport(ctx, s.org, r)
			ok(err)
		}
	}
	_, _, err := s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: "flow-0", Name: "late", Fingerprint: fingerprint("late"), At: at(n)})
	ok(err)
	s.fillEnvironments(n)
	s.fillDeliveries(n, running)
	for i := range n {
		_, _, err := s.db.CreateWebhook(ctx, s.org, model.CreateWebhookInput{Forge: model.Forges()[i]})
		ok(err)
		for e := range n {
			s.db.SawAgent(model.AgentSighting{
				Organization: s.org.Name, Environment: fmt.Sprintf("env-%d", e), TokenHash: [32]byte(model.HashToken(s.token)), Program: fmt.Sprintf("agent/%d", i),
			})
		}
	}
	ok(s.db.WriteAgents(ctx))
}

// fillDeliveries makes an environment in which each flow has a first version, and then
// others.
func (s *server) fillDeliveries(n int, running []model.Instance) {
	s.t.Helper()
	_, _, err := s.db.CreateEnvironment(s.t.Context(), s.org, model.CreateEnvironmentInput{Name: "live", Type: model.EnvironmentLambda})
	if err != nil {
		s.t.Fatal(err)
	}
	var first []model.Instance
	for f := range n {
		first = append(first, running[f*(n+2)])
	}
	for i, instances := range [][]model.Instance{first, running} {
		at := start.Add(time.Duration(100+i) * time.Minute)
		r := &model.Report{Environment: "live", Type: model.EnvironmentLambda, ObservedAt: &at, Instances: instances, Body: []byte("{}")}
		if _, err := s.db.ApplyReport(s.t.Context(), s.org, r); err != nil {
			s.t.Fatal(err)
		}
	}
}

// fillEnvironments makes logical environments of all that there are, and some that
// were renamed, archived and restored, were silent and heard again.
func (s *server) fillEnvironments(n int) {
	s.t.Helper()
	ctx := s.t.Context()
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	create := func(in model.CreateEnvironmentInput) {
		s.t.Helper()
		_, _, err := s.db.CreateEnvironment(ctx, s.org, in)
		ok(err)
	}
	update := func(in model.UpdateEnvironmentInput) {
		s.t.Helper()
		_, err := s.db.UpdateEnvironment(ctx, s.org, in)
		ok(err)
	}
	var members []string
	for e := range n {
		members = append(members, fmt.Sprintf("env-%d", e))
	}
	was := s.db.Now
	defer func() { s.db.Now = was }()
	tags := []*model.Tag{{Key: "team", Value: "a"}, {Key: "cost", Value: "b"}}
	for e := range n {
		name, union := fmt.Sprintf("old-%d", e), fmt.Sprintf("all-%d", e)
		create(model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentServer, Tags: tags, SilentAfterSeconds: 60})
		create(model.CreateEnvironmentInput{Name: union, Type: model.EnvironmentLogical, Members: append(members, name), Tags: tags})
		update(model.UpdateEnvironmentInput{Environment: union, RemoveMembers: []string{name}})
		for i := range n {
			former := fmt.Sprintf("%s-%d", name, i)
			update(model.UpdateEnvironmentInput{Environment: name, Name: &former})
		}
		for _, archived := range []bool{true, false} {
			_, err := s.db.ArchiveEnvironment(ctx, s.org, model.ArchiveEnvironmentInput{Environment: name, Archived: archived})
			ok(err)
		}
		for range 2 {
			_, err := s.db.ApplyReport(ctx, s.org, &model.Report{Environment: name, Type: model.EnvironmentServer, Body: []byte("{}")})
			ok(err)
			later := s.db.Now().Add(time.Hour)
			s.db.Now = func() time.Time { return later }
			_, _, err = s.db.TellSilences(ctx, start, 100)
			ok(err)
		}
	}
}
