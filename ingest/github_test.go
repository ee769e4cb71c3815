package ingest_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

const (
	head   = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	parent = "d0520daa95954af0cb64a32efc6039bc9a154b46"
)

// object is a JSON object that tests change before it is written.
type object map[string]any

func (o object) json(t testing.TB) []byte {
	t.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// with is a copy of the object in which the value at a path is another one.
func (o object) with(path string, value any) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	key, rest, deeper := strings.Cut(path, ".")
	if deeper {
		inner, _ := out[key].(object)
		value = inner.with(rest, value)
	}
	out[key] = value
	return out
}

var repository = object{"full_name": "cyber-dojo/runner", "html_url": "https://github.com/cyber-dojo/runner", "private": false}

func commit(sha, message, at string) object {
	return object{"id": sha, "message": message, "timestamp": at, "author": object{"name": "JonJagger", "email": "jon@example.org"}}
}

// push is a push of two commits, of which the head is the second.
func push() object {
	first, second := commit(parent, "runner: name the container", "2022-08-22T12:01:00+03:00"), commit(head, "ecs: run 3 replicas\n\nOne is too few.", "2022-08-22T12:32:16+03:00")
	return object{"ref": "refs/heads/main", "repository": repository, "commits": []object{first, second}, "head_commit": second}
}

// workflowRun is a run of head that has come to a status.
func workflowRun(status string, conclusion any, updated string) object {
	return object{
		"action": map[string]string{"queued": "requested"}[status], "repository": repository,
		"workflow_run": object{
			"id": 2902808452, "name": "CI", "head_sha": head, "status": status, "conclusion": conclusion, "run_attempt": 1,
			"html_url":       "https://github.com/cyber-dojo/runner/actions/runs/2902808452",
			"run_started_at": "2022-08-22T09:32:20Z", "created_at": "2022-08-22T09:32:20Z", "updated_at": updated,
			"head_commit": commit(head, "ecs: run 3 replicas\n\nOne is too few.", "2022-08-22T12:32:16+03:00"),
		},
	}
}

var ping = object{"zen": "Keep it logically awesome.", "hook_id": 1, "hook": object{"type": "Organization"}}

func TestGitHub_Unproven(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	body := push().json(t)
	good := sign(secret, body)
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	old := "sha1=" + hex.EncodeToString(mac.Sum(nil))
	refusals := map[string]refusal{}
	for name, header := range map[string]map[string]string{
		"NoSignature":       {"X-Hub-Signature-256": ""},
		"SHA1Only":          {"X-Hub-Signature-256": "", "X-Hub-Signature": old},
		"SHA1InItsPlace":    {"X-Hub-Signature-256": old},
		"SHA1Beside":        {"X-Hub-Signature-256": sign(otherSecret, body), "X-Hub-Signature": old},
		"Wrong":             {"X-Hub-Signature-256": sign("not the secret at all", body)},
		"OthersSecret":      {"X-Hub-Signature-256": sign(otherSecret, body)},
		"NoSecret":          {"X-Hub-Signature-256": sign("", body)},
		"OtherBody":         {"X-Hub-Signature-256": sign(secret, append(slices.Clone(body), ' '))},
		"OneDigitOff":       {"X-Hub-Signature-256": good[:len(good)-1] + string("0123456789abcdef"[(strings.IndexByte("0123456789abcdef", good[len(good)-1])+1)%16])},
		"AlgorithmOnly":     {"X-Hub-Signature-256": "sha256="},
		"NotHex":            {"X-Hub-Signature-256": "sha256=" + strings.Repeat("z", 64)},
		"Short":             {"X-Hub-Signature-256": good[:len(good)-2]},
		"Long":              {"X-Hub-Signature-256": good + "00"},
		"OddDigits":         {"X-Hub-Signature-256": good[:len(good)-1]},
		"Twice":             {"X-Hub-Signature-256": good + "," + good},
		"OtherAlgorithm":    {"X-Hub-Signature-256": strings.Replace(good, "sha256", "sha512", 1)},
		"TokenIsNoProof":    {"X-Hub-Signature-256": "", "Authorization": "Bearer " + s.tokens["ADMIN"]},
		"EventNobodyTakes":  {"X-Hub-Signature-256": "", "X-GitHub-Event": "star"},
		"EventNobodyTakes2": {"X-Hub-Signature-256": sign(otherSecret, body), "X-GitHub-Event": "star"},
		"NoEvent":           {"X-Hub-Signature-256": sign(otherSecret, body), "X-GitHub-Event": ""},
		"NoDeliveryID":      {"X-Hub-Signature-256": "", "X-GitHub-Delivery": ""},
		"FormEncoded":       {"X-Hub-Signature-256": "", "Content-Type": "application/x-www-form-urlencoded"},
		"GitLab":            {"X-Hub-Signature-256": "", "X-Gitlab-Token": secret},
	} {
		refusals[name] = refusal{call{header: header}, 401, "UNAUTHENTICATED", `this does not prove itself as the GitHub webhook of organization "acme"`}
	}
	for name, path := range map[string]string{
		"NoWebhook": "initech", "UnknownOrganization": "nobody", "OtherOrganization": "globex", "CaseCounts": "Acme", "OrganizationOfNUL": "ac%00me", "OrganizationNotUTF8": "ac%ffme",
	} {
		for of, key := range map[string]string{"Signed": secret, "SignedWithNothing": ""} {
			refusals[name+of] = refusal{
				call{path: "/webhooks/" + path + "/github", header: map[string]string{"X-Hub-Signature-256": sign(key, body)}}, 401, "UNAUTHENTICATED", "this does not prove itself as the GitHub webhook",
			}
		}
	}
	s.refuse(t, func() call { return delivery("push", "unproven", body) }, refusals)
}

// Who cannot prove anything learns nothing about which organizations there are,
// whatever is sent.
func TestGitHub_TellsNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, body := range map[string]func() io.Reader{
		"Small":    func() io.Reader { return strings.NewReader("{}") },
		"TooLarge": func() io.Reader { return padded("{}", ingest.MaxGitHubBody+1) },
		"CutShort": func() io.Reader { return cutShort{} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := map[string]string{}
			for _, org := range []string{"acme", "initech", "nobody"} {
				c := delivery("push", "1", []byte("{}"))
				c.path, c.body = "/webhooks/"+org+"/github", body()
				c.header["X-Hub-Signature-256"] = sign("not the secret at all", []byte("{}"))
				got := s.send(t, c)
				told[org] = fmt.Sprint(got.Status, " ", strings.ReplaceAll(string(got.raw), org, "…"))
			}
			if told["acme"] != told["initech"] || told["acme"] != told["nobody"] {
				t.Errorf("the answers differ: %q", told)
			}
		})
	}
}

func TestGitHub_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	header := func(name, value string) call { return call{header: map[string]string{name: value}} }
	large, err := io.ReadAll(padded("{}", ingest.MaxGitHubBody+1))
	if err != nil {
		t.Fatal(err)
	}
	s.refuse(t, func() call { return delivery("push", "refused", push().json(t)) }, map[string]refusal{
		"TooLarge":          {delivery("push", "large", large), 413, "TOO_LARGE", "26 MiB"},
		"TooLargeNobodys":   {delivery("star", "large", large), 413, "TOO_LARGE", "26 MiB"},
		"DeliveryIDTooLong": {header("X-GitHub-Delivery", strings.Repeat("d", 201)), 400, "INVALID", "delivery id has 201 characters"},
		"DeliveryIDNotUTF8": {header("X-GitHub-Delivery", "\xff"), 400, "INVALID", "delivery id holds characters that are not text"},
		"NoEvent":           {header("X-GitHub-Event", ""), 400, "INVALID", "event has 0 characters"},
		"EventTooLong":      {header("X-GitHub-Event", strings.Repeat("e", 101)), 400, "INVALID", "event has 101 characters"},
		"Packed":            {header("Content-Encoding", "gzip"), 415, "UNSUPPORTED", "packed"},
	})
}

// What is proven and not understood is kept, with what is wrong with it, and
// changes nothing else.
func TestGitHub_NotUnderstood(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.follow(t, s.org)
	before := s.dump(t, "deliveries")
	run := workflowRun("completed", "success", "2022-08-22T09:34:53Z")
	commits := func(c object) []byte { return push().with("commits", []object{c}).json(t) }
	of := func(path string, value any) []byte { return run.with(path, value).json(t) }
	for name, tt := range map[string]struct {
		event, message string
		body           []byte
	}{
		"NoBody":             {"push", "not a push event", nil},
		"BrokenJSON":         {"push", "not a push event", []byte(`{"ref":`)},
		"Null":               {"push", "repository", []byte(`null`)},
		"Array":              {"push", "not a push event", []byte(`[]`)},
		"PingBroken":         {"ping", "not a ping event", []byte(`{`)},
		"RunBroken":          {"workflow_run", "not a workflow_run event", []byte(`{"workflow_run":[]}`)},
		"OtherEvent":         {"workflow_run", "commit SHA", push().json(t)},
		"NoRepository":       {"push", "repository", push().with("repository", nil).json(t)},
		"RepositoryName":     {"push", `"run ner"`, push().with("repository.full_name", "run ner").json(t)},
		"RepositoryURL":      {"push", "html_url", push().with("repository.html_url", "javascript:alert(1)").json(t)},
		"CommitPrefix":       {"push", `"16d9990" is not a full commit SHA`, commits(commit(head[:7], "m", "2022-08-22T12:32:16Z"))},
		"CommitEmpty":        {"push", "commit SHA", commits(commit("", "m", "2022-08-22T12:32:16Z"))},
		"CommitNoTime":       {"push", "is no time", commits(commit(head, "m", ""))},
		"CommitTimeNoZone":   {"push", "is no time", commits(commit(head, "m", "2022-08-22T12:32:16"))},
		"CommitBefore1970":   {"push", "is no time", commits(commit(head, "m", "1970-01-01T00:00:00+14:00"))},
		"CommitAfter9999":    {"push", "is no time", commits(commit(head, "m", "9999-12-31T23:59:59-14:00"))},
		"HeadBroken":         {"push", "is no time", push().with("head_commit.timestamp", "now").json(t)},
		"RunOfNoCommit":      {"workflow_run", "commit SHA", of("workflow_run.head_sha", "")},
		"RunOfPrefix":        {"workflow_run", "commit SHA", of("workflow_run.head_sha", head[:7])},
		"RunZero":            {"workflow_run", "the id 0", of("workflow_run.id", 0)},
		"RunNegative":        {"workflow_run", "the id -1", of("workflow_run.id", -1)},
		"RunTooLarge":        {"workflow_run", "not a workflow_run event", of("workflow_run.id", json.Number("9223372036854775808"))},
		"AttemptNegative":    {"workflow_run", "the attempt -1", of("workflow_run.run_attempt", -1)},
		"AttemptOverflowing": {"workflow_run", "the attempt 4294967297", of("workflow_run.run_attempt", 1<<32+1)},
		"RunNoURL":           {"workflow_run", "html_url", of("workflow_run.html_url", "")},
		"RunURLTooLong":      {"workflow_run", "html_url", of("workflow_run.html_url", "https://ci.example/"+strings.Repeat("x", 2000))},
		"RunNoTime":          {"workflow_run", "not a workflow_run event", of("workflow_run.updated_at", "now")},
	} {
		got := s.send(t, delivery(tt.event, name, tt.body))
		if got.Status != http.StatusAccepted || !strings.HasPrefix(got.Message, "kept as failed: not understood: ") || !strings.Contains(got.Message, tt.message) {
			t.Errorf("%s: got %d %q, want %q", name, got.Status, got.Message, tt.message)
		}
	}
	form := delivery("push", "form", []byte("a=b"))
	form.header["Content-Type"] = "application/x-www-form-urlencoded"
	if got := s.send(t, form); got.Status != http.StatusAccepted || !strings.Contains(got.Message, "set the webhook's content type to application/json") {
		t.Errorf("got %d %q", got.Status, got.Message)
	}
	if diff := cmp.Diff(before, s.dump(t, "deliveries")); diff != "" {
		t.Errorf("something was changed (-before +after):\n%s", diff)
	}
}

// mustDeliver delivers to acme and fails the test unless the answer is 200 and
// this message.
func (s *server) mustDeliver(t testing.TB, c call, want string) {
	t.Helper()
	if got := s.send(t, c); got.Status != http.StatusOK || got.Message != want {
		t.Errorf("%s %s: got %d %q, want %q", c.header["X-GitHub-Event"], c.header["X-GitHub-Delivery"], got.Status, got.Message, want)
	}
}

// follow makes a flow of the organization that is made from the repository:
// without one, nobody asks for its builds.
func (s *server) follow(t testing.TB, org *model.Organization) {
	t.Helper()
	name := "cyber-dojo/runner"
	if _, _, err := s.db.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner", Repository: &name}); err != nil {
		t.Fatal(err)
	}
}

func (s *server) commit(t testing.TB, prefix string) *model.Commit {
	t.Helper()
	found, err := s.db.CommitByRef(t.Context(), s.org, model.CommitRef{Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := found.(*model.Commit)
	if !ok {
		t.Fatalf("%s leads to %v", prefix, found)
	}
	return c
}

func TestGitHub_Push(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.mustDeliver(t, delivery("push", "1", push().json(t)), "applied")
	for prefix, want := range map[string]string{
		head[:7]:   head + ` "ecs: run 3 replicas" by JonJagger at 2022-08-22 09:32:16 +0000 UTC, cyber-dojo/runner https://github.com/cyber-dojo/runner`,
		parent[:7]: parent + ` "runner: name the container" by JonJagger at 2022-08-22 09:01:00 +0000 UTC, cyber-dojo/runner https://github.com/cyber-dojo/runner`,
	} {
		c := s.commit(t, prefix)
		if got := fmt.Sprintf("%s %q by %s at %s, %s %s", c.SHA, c.Subject, c.AuthorName, c.CommittedAt, c.Repository.Name, c.Repository.URL); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if len(c.Parents) > 0 || c.ParentsComplete {
			t.Errorf("a push does not tell parents, and %s has %v, complete: %v", prefix, c.Parents, c.ParentsComplete)
		}
	}
}

// What people write into commits comes out as it went in, as far as it is text.
func TestGitHub_PushOfAnyText(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i, tt := range []struct{ message, want string }{
		{`it's "quoted" \ and ? and $1 and {a,b} and NULL`, `it's "quoted" \ and ? and $1 and {a,b} and NULL`},
		{"ünïcödé 🚀\r\nbody", "ünïcödé 🚀"},
		{"nul\x00 and escape \x1b[31m", "nul  and escape  [31m"},
		{"", ""},
		{strings.Repeat("é", 600), strings.Repeat("é", 500)},
	} {
		sha := fmt.Sprintf("%040x", i+1)
		c := commit(sha, tt.message, "2022-08-22T12:32:16Z")
		c["author"] = object{"name": tt.message}
		s.mustDeliver(t, delivery("push", sha, push().with("commits", []object{c}).with("head_commit", nil).json(t)), "applied")
		if got := s.commit(t, sha).Subject; got != tt.want {
			t.Errorf("%q: got the subject %q, want %q", tt.message, got, tt.want)
		}
	}
}

// A push that brings nothing, GitHub's ping and what nobody uses is kept, and
// changes nothing else.
func TestGitHub_Ignored(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	deleted := push().with("deleted", true).with("commits", []object{}).with("head_commit", nil)
	for name, tt := range map[string]struct {
		event string
		body  object
		want  string
	}{
		"Ping":     {"ping", ping, "ignored: a ping asks for nothing; its signature fits"},
		"Deleted":  {"push", deleted, "ignored: the push brings no commits, and does not tell when it was"},
		"Star":     {"star", object{"action": "created"}, `ignored: events of kind "star" are not used`},
		"OddEvent": {"'; DROP TABLE events; --", object{}, `ignored: events of kind "'; DROP TABLE events; --" are not used`},
	} {
		before := s.dump(t, "deliveries")
		s.mustDeliver(t, delivery(tt.event, name, tt.body.json(t)), tt.want)
		if diff := cmp.Diff(before, s.dump(t, "deliveries")); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
		var kept []string
		s.query(t, &kept, `SELECT event || ' ' || state || ' ' || convert_from(body, 'UTF8') FROM deliveries WHERE key = $1`, name)
		if diff := cmp.Diff([]string{tt.event + " ignored " + string(tt.body.json(t))}, kept); diff != "" {
			t.Errorf("%s: kept (-want +got):\n%s", name, diff)
		}
	}
}

// GitHub sends some deliveries again, by itself or because somebody asks it to.
func TestGitHub_Redelivered(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	deliveries := map[string]struct {
		event string
		body  object
	}{
		"1": {"push", push()}, "2": {"workflow_run", workflowRun("in_progress", nil, "2022-08-22T09:32:30Z")}, "3": {"ping", ping}, "4": {"star", object{}},
	}
	for key, d := range deliveries {
		if got := s.send(t, delivery(d.event, key, d.body.json(t))); got.Status != http.StatusOK {
			t.Fatalf("%s: got %d %s", d.event, got.Status, got.raw)
		}
	}
	before := s.dump(t)
	for key, d := range deliveries {
		s.mustDeliver(t, delivery(d.event, key, d.body.json(t)), "seen before")
		// Another body under a known id is no new delivery either.
		s.mustDeliver(t, delivery("workflow_run", key, workflowRun("completed", "failure", "2022-08-22T09:34:53Z").json(t)), "seen before")
	}
	s.unchanged(t, before)

	// A delivery id is one of its organization.
	c := delivery("push", "1", push().json(t))
	c.path, c.header["X-Hub-Signature-256"] = "/webhooks/globex/github", sign(otherSecret, push().json(t))
	s.mustDeliver(t, c, "applied")
}

func TestGitHub_RedeliveredAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const senders = 8
	answers := make([]string, senders)
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() { answers[i] = s.send(t, delivery("push", "1", push().json(t))).Message })
	}
	wg.Wait()
	slices.Sort(answers)
	if diff := cmp.Diff(append([]string{"applied"}, slices.Repeat([]string{"seen before"}, senders-1)...), answers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// permutations are all orders of n things.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, shorter := range permutations(n - 1) {
		for i := range n {
			all = append(all, slices.Insert(slices.Clone(shorter), i, n-1))
		}
	}
	return all
}

// sent is one delivery of several.
type sent struct {
	event string
	body  object
}

// Whatever the order in which deliveries arrive, and however often, the state is
// the same in the end, and is the one that was thought out.
func TestGitHub_AnyOrder(t *testing.T) {
	t.Parallel()
	queued := sent{"workflow_run", workflowRun("queued", nil, "2022-08-22T09:32:20Z")}
	running := sent{"workflow_run", workflowRun("in_progress", nil, "2022-08-22T09:32:30Z")}
	succeeded := sent{"workflow_run", workflowRun("completed", "success", "2022-08-22T09:34:53Z")}
	failed := sent{"workflow_run", workflowRun("completed", "failure", "2022-08-22T09:34:50Z")}
	later := sent{"workflow_run", workflowRun("completed", "success", "2022-08-22T09:35:53Z")}
	again := sent{"workflow_run", workflowRun("in_progress", nil, "2022-08-22T10:00:00Z").with("workflow_run.run_attempt", 2).with("workflow_run.run_started_at", "2022-08-22T10:00:00Z")}
	pushed := sent{"push", push()}
	tagged := sent{"push", push().with("ref", "refs/tags/v1").with("commits", []object{})}
	for name, tt := range map[string]struct {
		sent   []sent
		builds []string // state, started, finished of each attempt
	}{
		"WorkflowRun":    {[]sent{queued, running, succeeded}, []string{"1: 4 09:32:20 09:34:53"}},
		"PushAndRun":     {[]sent{pushed, queued, running, succeeded}, []string{"1: 4 09:32:20 09:34:53"}},
		"PushAndTag":     {[]sent{pushed, tagged}, []string{}},
		"OnlyRequested":  {[]sent{queued}, []string{"1: 1 - -"}},
		"NotYetDone":     {[]sent{running, queued}, []string{"1: 2 09:32:20 -"}},
		"Contradiction":  {[]sent{failed, succeeded, running}, []string{"1: 7 09:32:20 09:34:50"}},
		"TwoEnds":        {[]sent{succeeded, later, running}, []string{"1: 4 09:32:20 09:34:53"}},
		"SecondAttempt":  {[]sent{succeeded, again}, []string{"1: 4 09:32:20 09:34:53", "2: 2 10:00:00 -"}},
		"AttemptAndPush": {[]sent{again, pushed, queued}, []string{"1: 1 - -", "2: 2 10:00:00 -"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			var want []string
			for i, order := range permutations(len(tt.sent)) {
				name := fmt.Sprintf("order-%d", i)
				org := s.newOrganization(t, name, secret)
				s.follow(t, org)
				for _, places := range [][]int{order, order[:1], order} { // and twice is once
					for _, place := range places {
						d := tt.sent[place]
						c := delivery(d.event, fmt.Sprint(place), d.body.json(t))
						c.path = "/webhooks/" + name + "/github"
						if got := s.send(t, c); got.Status != http.StatusOK {
							t.Fatalf("got %d %s", got.Status, got.raw)
						}
					}
				}
				got := s.state(t, org)
				if i == 0 {
					want = got
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("in the order %v (-first order +this one):\n%s", order, diff)
				}
				builds := []string{}
				s.query(t, &builds, `
					SELECT attempt || ': ' || state || ' ' || coalesce(to_char(started_at AT TIME ZONE 'UTC', 'HH24:MI:SS'), '-')
					  || ' ' || coalesce(to_char(finished_at AT TIME ZONE 'UTC', 'HH24:MI:SS'), '-')
					FROM builds WHERE organization_id = $1 ORDER BY attempt`, org.Key)
				if diff := cmp.Diff(tt.builds, builds); diff != "" {
					t.Errorf("in the order %v (-want +got):\n%s", order, diff)
				}
			}
		})
	}
}

func TestGitHub_Conclusions(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.follow(t, s.org)
	run := int64(0)
	for status, conclusions := range map[string]map[string]model.BuildState{
		"queued": {"": model.BuildQueued}, "requested": {"": model.BuildQueued}, "waiting": {"": model.BuildQueued}, "pending": {"": model.BuildQueued}, "": {"": model.BuildQueued},
		"in_progress": {"": model.BuildRunning},
		"completed": {
			"success": model.BuildSucceeded, "failure": model.BuildFailed, "cancelled": model.BuildCancelled, "stale": model.BuildCancelled, "timed_out": model.BuildTimedOut,
			"skipped": model.BuildSkipped, "neutral": model.BuildSkipped, "action_required": model.BuildFailed, "startup_failure": model.BuildFailed, "": model.BuildFailed, "new": model.BuildFailed,
		},
	} {
		for conclusion, want := range conclusions {
			run++
			body := workflowRun(status, conclusion, "2022-08-22T09:34:53Z").with("workflow_run.id", run).with("workflow_run.run_attempt", 0)
			s.mustDeliver(t, delivery("workflow_run", fmt.Sprint(run), body.json(t)), "applied")
			b, err := s.db.Build(t.Context(), s.org, "cyber-dojo/runner", run, 1, model.GitHubActions)
			if err != nil {
				t.Fatal(err)
			}
			if b.State != want || b.CommitSHA != head || b.Workflow != "CI" {
				t.Errorf("%q %q: got %+v, want %s", status, conclusion, b, want)
			}
			if (b.FinishedAt != nil) != want.Final() || (b.StartedAt != nil) != (want != model.BuildQueued) {
				t.Errorf("%q %q: started %v, finished %v", status, conclusion, b.StartedAt, b.FinishedAt)
			}
		}
	}
}

// Times that GitHub leaves out are unknown, and not the year 1.
func TestGitHub_RunWithoutTimes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.follow(t, s.org)
	body := workflowRun("completed", "success", "0001-01-01T00:00:00Z").with("workflow_run.run_started_at", nil).with("workflow_run.head_commit", nil)
	s.mustDeliver(t, delivery("workflow_run", "1", body.json(t)), "applied")
	b, err := s.db.Build(t.Context(), s.org, "cyber-dojo/runner", 2902808452, 1, model.GitHubActions)
	if err != nil || b.StartedAt != nil || b.FinishedAt != nil || b.State != model.BuildSucceeded {
		t.Errorf("got %+v, %v", b, err)
	}
}

// What a run's artifact says of its commit becomes a link as soon as GitHub tells
// of the commit.
func TestGitHub_LinksLate(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if _, _, err := s.db.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: "runner"}); err != nil {
		t.Fatal(err)
	}
	f, err := model.ParseFingerprint(fingerprint("runner"))
	if err != nil {
		t.Fatal(err)
	}
	report := model.ReportArtifactInput{Flow: "runner", Name: "cyberdojo/runner:16d9990", Fingerprint: f}
	artifact, _, err := s.db.ReportArtifact(t.Context(), s.org, report)
	if err != nil || artifact.Commit != nil {
		t.Fatalf("before: got %+v, %v", artifact, err)
	}
	s.mustDeliver(t, delivery("push", "1", push().json(t)), "applied")
	artifact, _, err = s.db.ReportArtifact(t.Context(), s.org, report)
	if err != nil || artifact.Commit == nil || artifact.Commit.SHA != head {
		t.Errorf("after: got %+v, %v", artifact, err)
	}
}

// A body of exactly the size that is taken is taken.
func TestGitHub_Largest(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	body, err := io.ReadAll(padded(string(push().json(t)), ingest.MaxGitHubBody))
	if err != nil {
		t.Fatal(err)
	}
	s.mustDeliver(t, delivery("push", "1", body), "applied")
}

// examples are the deliveries that the library brings for its own tests, by
// event.
func examples(t testing.TB) map[string][]byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-playground/webhooks/v6").Output()
	if err != nil {
		t.Fatalf("find the library: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "testdata", "github", "*.json"))
	if err != nil || len(files) < 40 {
		t.Fatalf("found the examples %v, %v", files, err)
	}
	bodies := map[string][]byte{}
	for _, file := range files {
		event := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".json"), "-", "_")
		if bodies[event], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return bodies
}

// Every example is taken, by its own name and by those of others. What is made of
// each is tested where it is read.
func TestGitHub_Examples(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for event, body := range examples(t) {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			if got := s.send(t, delivery(event, event, body)); got.Status != http.StatusOK {
				t.Errorf("got %d %s", got.Status, got.raw)
			}
			for _, taken := range []string{"push", "workflow_run", "check_suite", "deployment_status", "package", "ping"} {
				got := s.send(t, delivery(taken, event+" as "+taken, body))
				if got.Status != http.StatusOK && (got.Status != http.StatusAccepted || !strings.HasPrefix(got.Message, "kept as failed: not understood: ")) {
					t.Errorf("as %s: got %d %s", taken, got.Status, got.raw)
				}
			}
		})
	}
}

func TestWebhook_UnknownForge(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, forge := range []string{"subversion", "GitHub", "docker_hub", "%00"} {
		c := delivery("push", "1", push().json(t))
		c.path = "/webhooks/acme/" + forge
		if got := s.send(t, c); got.Status != http.StatusNotFound || !strings.Contains(got.Message, "one of github, gitlab, gitea, bitbucket, docker-hub") {
			t.Errorf("%s: got %d %s", forge, got.Status, got.raw)
		}
	}
}

// The answer is the same over a real connection, where who sends too much is cut
// off before everything was read.
func TestGitHub_TooLargeOverTheWire(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	url := serve(t, s.http)
	c := delivery("push", "1", []byte("{}"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+c.path, io.MultiReader(bytes.NewReader([]byte("{}")), padded("", ingest.MaxGitHubBody)))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(raw), "TOO_LARGE") {
		t.Errorf("got %s %s, %v", resp.Status, raw, err)
	}
}
