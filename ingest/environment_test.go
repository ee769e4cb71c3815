package ingest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

func (s *server) putting(body string) call {
	return call{method: http.MethodPut, path: "/api/v2/environments/acme", body: strings.NewReader(body), header: bearer(s.tokens["MEMBER"])}
}

// getting asks as agents do: with the four bytes of null.
func (s *server) getting(name string) call {
	return call{method: http.MethodGet, path: "/api/v2/environments/acme/" + name, body: strings.NewReader("null"), header: bearer(s.tokens["READER"])}
}

// prod is the environment of tests as agents are told of it.
const prod = `{"name":"prod","type":"server","description":"ours","state":null,"last_reported_at":null,"tags":{},"policies":[]}`

// wantProd fails the test unless an answer tells of prod, and nothing else.
func wantProd(t *testing.T, got answer, status int) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got.raw, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(prod), &b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b, a); got.Status != status || diff != "" {
		t.Errorf("got %d, want %d (-want +got):\n%s", got.Status, status, diff)
	}
}

func TestEnvironment_CreateOnDemand(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if got := s.send(t, s.getting("prod")); got.Status != http.StatusNotFound {
		t.Errorf("before: got %d %s", got.Status, got.raw)
	}
	wantProd(t, s.send(t, s.putting(`{"name":"prod","type":"server","description":"ours","newerThanThis":[]}`)), 201)
	before := s.dump(t)
	wantProd(t, s.send(t, s.putting(`{"name":"prod","type":"server","description":"ours","newerThanThis":[]}`)), 200)
	wantProd(t, s.send(t, s.putting(`{"name":"prod","type":"server"}`)), 200) // another description changes nothing
	wantProd(t, s.send(t, s.getting("prod")), 200)
	s.unchanged(t, before)

	report := s.reporting(reportOf(item("/usr/bin/runner")))
	report.path = "/api/v2/environments/acme/prod/report/server"
	if got := s.send(t, report); got.Status != http.StatusCreated {
		t.Fatalf("got %d %s", got.Status, got.raw)
	}
	var after struct {
		LastReportedAt *float64 `json:"last_reported_at"`
	}
	got := s.send(t, s.getting("prod"))
	if err := json.Unmarshal(got.raw, &after); err != nil || after.LastReportedAt == nil {
		t.Fatalf("got %s, %v", got.raw, err)
	}
	if began, ended := float64(start.Unix()+24*3600), float64(start.Unix()+25*3600); *after.LastReportedAt < began || *after.LastReportedAt > ended {
		t.Errorf("last reported at %v, want from %v to %v", *after.LastReportedAt, began, ended)
	}
}

func TestEnvironment_Types(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, kind := range strings.Fields("K8S ECS S3 lambda server docker azure-apps cloud-run logical") {
		got := s.send(t, s.putting(`{"name":"env-`+kind+`","type":"`+kind+`","description":"","included_environments":null}`))
		if got.Status != http.StatusCreated || !strings.Contains(string(got.raw), `"type":"`+kind+`"`) {
			t.Errorf("%s: got %d %s", kind, got.Status, got.raw)
		}
	}
}

func TestEnvironment_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	body := func(text string) call { return call{body: strings.NewReader(text)} }
	const invalid = "Input payload validation failed"
	s.refuse(t, func() call { return s.putting(`{"name":"prod","type":"server"}`) }, map[string]refusal{
		"NoToken":             {call{header: map[string]string{"Authorization": ""}}, 401, "UNAUTHENTICATED", "no API token"},
		"RoleTooLow":          {call{header: bearer(s.tokens["REPORTER"])}, 403, "FORBIDDEN", "role REPORTER, and this needs MEMBER"},
		"OtherOrganization":   {call{header: bearer(s.tokens["globex"])}, 403, "FORBIDDEN", `not to "acme"`},
		"UnknownOrganization": {call{path: "/api/v2/environments/nobody"}, 403, "FORBIDDEN", `not to "nobody"`},
		"TooLarge":            {call{body: padded(`{"name":"prod","type":"server"}`, ingest.MaxEnvironmentBody+1)}, 413, "TOO_LARGE", "1 MiB"},
		"CutShort":            {call{body: cutShort{}}, 400, "INVALID", "cut short"},
		"BrokenJSON":          {body(`{"name":`), 400, "INVALID", invalid},
		"Null":                {body(`null`), 400, "INVALID", invalid},
		"NameIsNumber":        {body(`{"name":1,"type":"server"}`), 400, "INVALID", invalid},
		"NoType":              {body(`{"name":"prod"}`), 400, "INVALID", invalid},
		"WrongType":           {body(`{"name":"prod","type":"nomad"}`), 400, "INVALID", invalid + `: "nomad"`},
		"TypeInOtherCase":     {body(`{"name":"prod","type":"Server"}`), 400, "INVALID", invalid + `: "Server"`},
		"NoName":              {body(`{"type":"server"}`), 400, "INVALID", invalid + `: ""`},
		"WrongName":           {body(`{"name":"pr od","type":"server"}`), 400, "INVALID", invalid + `: "pr od"`},
		"NameOfNUL":           {body(`{"name":"pr\u0000od","type":"server"}`), 400, "INVALID", invalid + `: "pr\x00od"`},
		"NameTooLong":         {body(`{"name":"` + strings.Repeat("p", 129) + `","type":"server"}`), 400, "INVALID", invalid + `: "ppp`},
		"NameLikeAReference":  {body(`{"name":"prod~1","type":"server"}`), 400, "INVALID", invalid + `: "prod~1"`},
		"DescriptionTooLong":  {body(`{"name":"prod","type":"server","description":"` + strings.Repeat("d", 1001) + `"}`), 400, "INVALID", invalid + ": description has 1001"},
		"OtherType":           {body(`{"name":"aws-prod","type":"server"}`), 400, "INVALID", invalid + `: environment "aws-prod" is there already, of type ECS and not server`},
	})
	s.refuse(t, func() call { return s.getting("aws-prod") }, map[string]refusal{
		"GetNoToken":           {call{header: map[string]string{"Authorization": ""}}, 401, "UNAUTHENTICATED", "no API token"},
		"GetOtherOrganization": {call{header: bearer(s.tokens["globex"])}, 403, "FORBIDDEN", `not to "acme"`},
		"GetUnknown":           {call{path: "/api/v2/environments/acme/aws-test"}, 404, "NOT_FOUND", "Environment named 'aws-test' does not exist for organization 'acme'"},
		"GetCaseCounts":        {call{path: "/api/v2/environments/acme/AWS-prod"}, 404, "NOT_FOUND", "AWS-prod"},
		"GetOfNUL":             {call{path: "/api/v2/environments/acme/aws%00prod"}, 400, "INVALID", "not text"},
		"GetNotUTF8":           {call{path: "/api/v2/environments/acme/aws%ff"}, 400, "INVALID", "not text"},
	})
}

// What is wrong with a field is told of that field.
func TestEnvironment_Fields(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for body, field := range map[string]string{
		`{"name":"pr od","type":"server"}`: "name",
		`{"name":"prod","type":"nomad"}`:   "type",
		`{"name":"prod","type":"server","description":"` + strings.Repeat("d", 1001) + `"}`: "description",
	} {
		got := s.send(t, s.putting(body))
		if diff := cmp.Diff(map[string]string{field: got.Message}, got.Errors); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

// A logical environment is made of others, which PUT names, all of them each time.
func TestEnvironment_Logical(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, name := range []string{"prod", "beta"} {
		s.send(t, s.putting(`{"name":"`+name+`","type":"server"}`))
	}
	put := func(included string, status int, want string) {
		t.Helper()
		got := s.send(t, s.putting(`{"name":"all","type":"logical","description":"everything"`+included+`}`))
		if got.Status != status || !strings.Contains(string(got.raw), want) {
			t.Errorf("%s: got %d %s, want %d %s", included, got.Status, got.raw, status, want)
		}
	}
	put(`,"included_environments":["nope"]`, 400, `Input payload validation failed: environment \"nope\" does not exist`)
	put(`,"included_environments":["prod"]`, 201, `"included_environments":["prod"]`)
	put(`,"included_environments":["prod"]`, 200, `"included_environments":["prod"]`)
	put(`,"included_environments":["prod","beta"]`, 200, `"included_environments":["beta","prod"]`)
	put(``, 200, `"included_environments":["beta","prod"]`) // says nothing of them
	put(`,"included_environments":["prod","all"]`, 400, `all is a logical environment itself`)
	put(`,"included_environments":["prod","a b"]`, 400, `"errors":{"included_environments":`)
	put(`,"included_environments":[]`, 200, `"included_environments":[]`)
	put(`,"included_environments":["prod"]`, 200, `"included_environments":["prod"]`)
	if got := s.send(t, s.getting("all")); got.Status != 200 || !strings.Contains(string(got.raw), `"type":"logical"`) || !strings.Contains(string(got.raw), `"included_environments":["prod"]`) {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	if got := s.send(t, s.putting(`{"name":"other","type":"server","included_environments":["prod"]}`)); got.Status != 400 || !strings.Contains(got.Message, "only a logical environment has members") {
		t.Errorf("members of a server: %d %s", got.Status, got.raw)
	}
	for kind, want := range map[string]string{
		"logical": "a logical environment takes no reports, its members do", "server": "all is a logical environment: report for its members prod",
	} {
		report := s.reporting(reportOf(item("/usr/bin/runner")))
		report.path = "/api/v2/environments/acme/all/report/" + kind
		if got := s.send(t, report); got.Status != 400 || !strings.Contains(got.Message, want) {
			t.Errorf("a report: %d %s", got.Status, got.raw)
		}
	}
}

// An agent goes on under a former name, and is told what to do if its environment is
// archived: with a status after which it does not try again.
func TestEnvironment_RenamedAndArchived(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.send(t, s.putting(`{"name":"prod","type":"server"}`))
	name := "production"
	update := model.UpdateEnvironmentInput{Environment: "prod", Name: &name, Tags: []*model.Tag{{Key: "team", Value: "a"}}}
	if _, err := s.db.UpdateEnvironment(t.Context(), s.org, update); err != nil {
		t.Fatal(err)
	}
	send := func(what string) answer {
		report := s.reporting(reportOf(item(what)))
		report.path = "/api/v2/environments/acme/prod/report/server"
		return s.send(t, report)
	}
	for i, want := range []int{201, 200, 201, 200} {
		if got := send([]string{"/usr/bin/runner", "/usr/bin/differ"}[i/2]); got.Status != want {
			t.Errorf("report %d: got %d %s, want %d", i, got.Status, got.raw, want)
		}
	}
	if got := s.send(t, s.getting("prod")); got.Status != 200 || !strings.Contains(string(got.raw), `"name":"production"`) || !strings.Contains(string(got.raw), `"tags":{"team":"a"}`) {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	if got := s.send(t, s.putting(`{"name":"prod","type":"server"}`)); got.Status != 200 || !strings.Contains(string(got.raw), `"name":"production"`) {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	if _, err := s.db.ArchiveEnvironment(t.Context(), s.org, model.ArchiveEnvironmentInput{Environment: "prod", Archived: true}); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"/usr/bin/differ", "/usr/bin/other"} {
		if got := send(what); got.Status != 422 || got.Message != "environment \"production\" is archived: restore it with `landfall archive environment production --restore`" {
			t.Errorf("archived: %d %s", got.Status, got.raw)
		}
	}
}

// The first report makes an environment if the organization wants that.
func TestEnvironment_CreatedByReport(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	report := func(environment string) answer {
		call := s.reporting(reportOf(item("/usr/bin/runner")))
		call.path = "/api/v2/environments/acme/" + environment + "/report/server"
		return s.send(t, call)
	}
	if got := report("new"); got.Status != 404 || got.Message != "Environment named 'new' does not exist for organization 'acme'" {
		t.Errorf("before it is wanted: %d %s", got.Status, got.raw)
	}
	yes := true
	if _, err := s.db.UpdateOrganization(t.Context(), s.org, model.UpdateOrganizationInput{CreatesEnvironments: &yes}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{201, 200} {
		if got := report("new"); got.Status != want {
			t.Errorf("got %d %s, want %d", got.Status, got.raw, want)
		}
	}
	if got := s.send(t, s.getting("new")); got.Status != 200 || !strings.Contains(string(got.raw), `"type":"server"`) {
		t.Errorf("got %d %s", got.Status, got.raw)
	}
	if got := report("a%20b"); got.Status != 400 || !strings.Contains(got.Message, "cannot be the name") {
		t.Errorf("a wrong name: %d %s", got.Status, got.raw)
	}
}
