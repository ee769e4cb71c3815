package graph_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
)

func TestTrustRepository(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	_, member, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "x", Role: model.RoleMember})
	if err != nil {
		t.Fatal(err)
	}
	const fields = `repository { name trusted trustedBranch }`
	trust := func(branch string) string {
		return `mutation { trustRepository(input: {organization: "acme", repository: "acme/runner", branch: ` + branch + `}) { ` + fields + ` } }`
	}
	distrust := `mutation { distrustRepository(input: {organization: "acme", repository: "acme/runner"}) { ` + fields + ` } }`
	for _, step := range []struct {
		query, want string
	}{
		{distrust, "NOT_FOUND"},
		{trust(`"main"`), `{"trustRepository":{"repository":{"name":"acme/runner","trusted":true,"trustedBranch":"main"}}}`},
		{trust(`"main"`), `{"trustRepository":{"repository":{"name":"acme/runner","trusted":true,"trustedBranch":"main"}}}`},
		{trust(`null`), `{"trustRepository":{"repository":{"name":"acme/runner","trusted":true,"trustedBranch":null}}}`},
		{trust(`""`), "INVALID"},
		{strings.Replace(trust("null"), "acme/runner", "runner", 1), "INVALID"},
		{`{ organization(name: "acme") { repositories { nodes { trusted } } } }`, `{"organization":{"repositories":{"nodes":[{"trusted":true}]}}}`},
		{distrust, `{"distrustRepository":{"repository":{"name":"acme/runner","trusted":false,"trustedBranch":null}}}`},
		{distrust, `{"distrustRepository":{"repository":{"name":"acme/runner","trusted":false,"trustedBranch":null}}}`},
	} {
		got := s.ask(s.token, step.query)
		if string(got.Data) != step.want && fmt.Sprint(got.codes()) != "["+step.want+"]" {
			t.Errorf("%s: got %s %v, want %s", step.query, got.Data, got.Errors, step.want)
		}
	}
	for _, query := range []string{trust("null"), distrust} {
		if got := s.ask(member, query); fmt.Sprint(got.codes()) != "[FORBIDDEN]" {
			t.Errorf("%s by a member: got %v", query, got.codes())
		}
	}
	s.must(trust(`"main"`), nil)
	trusted, err := s.db.TrustedRepository(t.Context(), "acme", "acme/runner")
	if err != nil || trusted.Organization.Key != s.org.Key || trusted.Repository.URL != "https://github.com/acme/runner" || *trusted.Trust.Branch != "main" {
		t.Errorf("got %+v, %v", trusted, err)
	}
	for _, names := range [][2]string{{"globex", "acme/runner"}, {"acme", "acme/other"}} {
		if _, err := s.db.TrustedRepository(t.Context(), names[0], names[1]); model.KindOf(err) != model.KindNotFound {
			t.Errorf("%v: got %v", names, err)
		}
	}
}

type callersFunc func(secret string) (*model.Caller, error)

func (f callersFunc) Caller(_ context.Context, secret string) (*model.Caller, error) {
	return f(secret)
}

func (f callersFunc) SessionCaller(_ context.Context, secret string) (*model.Caller, error) {
	return f(secret)
}

// Who is asking may be proven by something else than an API token.
func TestCallers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.http = graph.NewHandler(s.db, slog.New(slog.NewTextHandler(s.log, nil)), graph.Options{Callers: callersFunc(func(secret string) (*model.Caller, error) {
		if secret == "busy" {
			return nil, &model.Error{Kind: model.KindBusy, Message: "try again", Err: fmt.Errorf("why")}
		}
		if secret != "job" {
			return nil, model.Errorf(model.KindForbidden, "%q is not trusted", secret)
		}
		return &model.Caller{Organization: s.org, TokenName: "GitHub Actions of acme/runner", Role: model.RoleMember}, nil
	})})
	got := s.ask("job", `{ viewer { name role organization { name tokens { nodes { name } } } } }`)
	if want := `"name":"GitHub Actions of acme/runner","role":"MEMBER"`; fmt.Sprint(got.codes()) != "[FORBIDDEN]" {
		t.Errorf("got %s %v, want %s and no tokens", got.Data, got.Errors, want)
	}
	s.token = "job"
	s.must(`mutation { createFlow(input: {organization: "acme", name: "runner"}) { created } }`, nil)
	for secret, status := range map[string]int{"other": http.StatusForbidden, "busy": http.StatusServiceUnavailable} {
		if w := s.post(secret, strings.NewReader(`{"query": "{ viewer { name } }"}`)); w.Code != status || strings.Contains(w.Body.String(), "why") {
			t.Errorf("%s: got %d %s", secret, w.Code, w.Body)
		}
	}
}
