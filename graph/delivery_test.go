package graph_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
)

// newDeliveries keeps deliveries of every state, and returns the tokens of callers
// by role. The body of the first is no UTF-8.
func (s *server) newDeliveries() map[model.Role]string {
	s.t.Helper()
	at := start.Add(24 * time.Hour)
	s.db.Now = func() time.Time { at = at.Add(time.Minute); return at }
	for i, d := range []struct {
		event      string
		repository string
		facts      *model.Facts
		cause      error
	}{
		{"push", "acme/runner", &model.Facts{Repository: model.Repository{Forge: model.ForgeGitHub, Name: "acme/runner", URL: "https://github.com/acme/runner"}}, nil},
		{"ping", "", &model.Facts{Ignored: "a ping says nothing"}, nil},
		{"push", "acme/differ", nil, model.Invalid("after", "after is no SHA")},
		{"workflow_run", "acme/runner", nil, model.Errorf(model.KindInternal, "secret of the server")},
	} {
		delivery := &model.Delivery{
			Source: model.ForgeGitHub.Source(), SourceID: fmt.Sprint("id-", i), Event: d.event, Repository: d.repository,
			Headers: []model.Header{{Name: "X-GitHub-Event", Value: d.event}}, Body: []byte(fmt.Sprintf("{\"n\": %d, \"x\": \"\xff\"}", i)),
		}
		var err error
		if d.cause != nil {
			_, err = s.db.KeepDelivery(s.t.Context(), s.org, delivery, d.cause)
		} else {
			_, err = s.db.ReceiveDelivery(s.t.Context(), s.org, delivery, d.facts)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	tokens := map[model.Role]string{model.RoleAdmin: s.token}
	for _, role := range []model.Role{model.RoleReader, model.RoleReporter, model.RoleMember} {
		_, secret, err := s.db.CreateToken(s.t.Context(), s.org, model.CreateTokenInput{Name: string(role), Role: role})
		if err != nil {
			s.t.Fatal(err)
		}
		tokens[role] = secret
	}
	return tokens
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.newDeliveries()
	for filter, want := range map[string]string{
		``:                                                          "id-3 id-2 id-1 id-0",
		`(filter: {})`:                                              "id-3 id-2 id-1 id-0",
		`(filter: {sources: GITHUB})`:                               "id-3 id-2 id-1 id-0",
		`(filter: {sources: [GITLAB, REPORT]})`:                     "",
		`(filter: {states: [FAILED, WAITING]})`:                     "id-3 id-2",
		`(filter: {states: IGNORED})`:                               "id-1",
		`(filter: {events: ["push"]})`:                              "id-2 id-0",
		`(filter: {repository: "acme/runner"})`:                     "id-3 id-0",
		`(filter: {sourceId: "id-2"})`:                              "id-2",
		`(filter: {since: "2022-08-23T09:04:00Z"})`:                 "id-3 id-2",
		`(filter: {until: "2022-08-23T09:03:00Z", events: "push"})`: "id-0",
		`(first: 2)`:                                                "id-3 id-2",
	} {
		var got struct {
			Organization struct {
				Deliveries struct{ Nodes []struct{ SourceID string } }
			}
		}
		s.must(`{ organization(name: "acme") { deliveries`+filter+` { nodes { sourceId } } } }`, &got)
		var ids []string
		for _, d := range got.Organization.Deliveries.Nodes {
			ids = append(ids, d.SourceID)
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%s: got %v, want %s", filter, ids, want)
		}
	}

	got := s.ask(s.token, `query ($filter: DeliveryFilter = {states: [FAILED]}) { organization(name: "acme") {
		deliveries(filter: $filter, first: 1) { nodes { source event repository state reason attempts nextAttemptAt size headers { name value } } pageInfo { hasNextPage } }
		delivery(source: GITHUB, sourceId: "id-1") { repository state reason body } } }`)
	want := `{"organization":{"deliveries":{"nodes":[{"source":"GITHUB","event":"push","repository":"acme/differ","state":"FAILED","reason":"after is no SHA",` +
		`"attempts":1,"nextAttemptAt":null,"size":18,"headers":[{"name":"X-GitHub-Event","value":"push"}]}],"pageInfo":{"hasNextPage":false}},` +
		`"delivery":{"repository":null,"state":"IGNORED","reason":"a ping says nothing","body":"{\"n\": 1, \"x\": \"` + "\uFFFD" + `\"}"}}}`
	if diff := cmp.Diff(want, string(got.Data)); diff != "" || len(got.Errors) > 0 {
		t.Errorf("%v (-want +got):\n%s", got.Errors, diff)
	}
}

func TestDeliveries_Pages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.newDeliveries()
	var ids []string
	after := "null"
	for range 10 {
		var got struct {
			Organization struct {
				Deliveries struct {
					Nodes    []struct{ SourceID string }
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
		}
		s.must(`{ organization(name: "acme") { deliveries(first: 1, after: `+after+`) { nodes { sourceId } pageInfo { hasNextPage endCursor } } } }`, &got)
		page := got.Organization.Deliveries
		ids = append(ids, page.Nodes[0].SourceID)
		if !page.PageInfo.HasNextPage {
			break
		}
		after = fmt.Sprintf("%q", page.PageInfo.EndCursor)
	}
	if diff := cmp.Diff([]string{"id-3", "id-2", "id-1", "id-0"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What came in is for members, its bodies for administrators, of the organization
// itself, also if it is public.
func TestDeliveries_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	tokens := s.newDeliveries()
	other := model.NewTokenSecret()
	s.newOrganization("globex", other)
	s.must(`mutation { updateOrganization(input: {organization: "acme", visibility: PUBLIC}) { organization { name } } }`, nil)
	id := string(model.NewID("delivery", "acme", "1"))
	queries := map[string]string{
		"List":    `{ organization(name: "acme") { deliveries { nodes { sourceId } } } }`,
		"One":     `{ organization(name: "acme") { delivery(source: GITHUB, sourceId: "id-0") { event } } }`,
		"None":    `{ organization(name: "acme") { delivery(source: GITHUB, sourceId: "nope") { event } } }`,
		"Node":    `{ node(id: "` + id + `") { id } }`,
		"Replay":  `mutation { replayDelivery(input: {deliveryId: "` + id + `"}) { delivery { event } } }`,
		"Replays": `mutation { replayDeliveries(input: {organization: "acme", filter: {states: FAILED}}) { count } }`,
		"Prune":   `mutation { pruneDeliveries(input: {organization: "acme", before: "2022-01-01T00:00:00Z"}) { count } }`,
		"Rotate":  `mutation { rotateWebhookSecret(input: {organization: "acme", forge: GITHUB}) { secret } }`,
	}
	for name, query := range queries {
		for who, token := range map[string]string{"Another": other, "Reader": tokens[model.RoleReader], "Reporter": tokens[model.RoleReporter]} {
			got := s.ask(token, query)
			if fmt.Sprint(got.codes()) != "[FORBIDDEN]" || strings.Contains(string(got.Data), "push") {
				t.Errorf("%s by %s: got %v %s", name, who, got.codes(), got.Data)
			}
		}
	}
	for _, name := range []string{"Prune", "Rotate"} {
		if got := s.ask(tokens[model.RoleMember], queries[name]); fmt.Sprint(got.codes()) != "[FORBIDDEN]" {
			t.Errorf("%s by a member: got %v", name, got.codes())
		}
	}
	const withBody = `{ organization(name: "acme") { delivery(source: GITHUB, sourceId: "id-0") { event body } } }`
	if got, want := string(s.ask(tokens[model.RoleMember], withBody).Data), `{"organization":{"delivery":{"event":"push","body":null}}}`; got != want {
		t.Errorf("a member gets %s, want %s", got, want)
	}

	for query, want := range map[string]string{
		`{ organization(name: "acme") { deliveries { nodes { body } } } }`:                                                         "COMPLEXITY_LIMIT_EXCEEDED",
		`{ organization(name: "acme") { deliveries(filter: {sourceId: ""}) { nodes { id } } } }`:                                   "INVALID",
		`{ organization(name: "acme") { delivery(source: GITHUB, sourceId: "nope") { id } } }`:                                     "NOT_FOUND",
		`{ node(id: "` + string(model.NewID("delivery", "acme", "99")) + `") { id } }`:                                             "NOT_FOUND",
		`mutation { replayDelivery(input: {deliveryId: "` + string(model.NewID("flow", "acme", "x")) + `"}) { delivery { id } } }`: "INVALID",
		`mutation { replayDeliveries(input: {organization: "acme", filter: {}}) { count } }`:                                       "INVALID",
		`mutation { pruneDeliveries(input: {organization: "acme", before: "2022-01-01T00:00:00Z", states: [WAITING]}) { count } }`: "INVALID",
		`mutation { rotateWebhookSecret(input: {organization: "acme", forge: GITHUB}) { secret } }`:                                "NOT_FOUND",
		`mutation { rotateWebhookSecret(input: {organization: "acme", forge: GITHUB, overlapSeconds: -1}) { secret } }`:            "INVALID",
	} {
		if got := s.ask(s.token, query); fmt.Sprint(got.codes()) != "["+want+"]" {
			t.Errorf("%s: got %v, want %s", query, got.Errors, want)
		}
	}
}

// replayerFunc is a Replayer that is a function.
type replayerFunc func(org *model.Organization, key int64) error

func (f replayerFunc) Replay(_ context.Context, org *model.Organization, key int64) error {
	return f(org, key)
}

func TestReplayDelivery(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.newDeliveries()
	replay := `mutation { replayDelivery(input: {deliveryId: "` + string(model.NewID("delivery", "acme", "3")) + `"}) { delivery { sourceId state attempts } } }`
	got := s.ask(s.token, replay)
	if want := `{"replayDelivery":{"delivery":{"sourceId":"id-2","state":"WAITING","attempts":0}}}`; string(got.Data) != want {
		t.Errorf("without a replayer: got %s %v, want %s", got.Data, got.Errors, want)
	}

	s.http = graph.NewHandler(s.db, slog.New(slog.DiscardHandler), graph.Options{Replayer: replayerFunc(func(org *model.Organization, key int64) error {
		if org.Name != "acme" || key != 3 {
			t.Errorf("asked to replay %d of %s", key, org.Name)
		}
		d, err := s.db.Delivery(t.Context(), org, key)
		if err != nil {
			return err
		}
		_, err = s.db.RetryDelivery(t.Context(), org, d, &model.Facts{Ignored: "it was a test"})
		return err
	})})
	got = s.ask(s.token, replay)
	if want := `{"replayDelivery":{"delivery":{"sourceId":"id-2","state":"IGNORED","attempts":0}}}`; string(got.Data) != want {
		t.Errorf("with a replayer: got %s %v, want %s", got.Data, got.Errors, want)
	}

	s.must(`mutation { replayDeliveries(input: {organization: "acme", filter: {sources: GITHUB}}) { count more endCursor } }`, nil)
	var waiting struct {
		Organization struct {
			Deliveries struct{ Nodes []struct{ SourceID string } }
		}
	}
	s.must(`{ organization(name: "acme") { deliveries(filter: {states: [WAITING]}) { nodes { sourceId } } } }`, &waiting)
	if n := len(waiting.Organization.Deliveries.Nodes); n != 4 {
		t.Errorf("%d deliveries wait, want all 4", n)
	}
	got = s.ask(s.token, `mutation { pruneDeliveries(input: {organization: "acme", before: "2030-01-01T00:00:00Z", states: [FAILED, APPLIED, IGNORED]}) { count more } }`)
	if want := `{"pruneDeliveries":{"count":0,"more":false}}`; string(got.Data) != want {
		t.Errorf("pruning what waits: got %s, want %s", got.Data, want)
	}
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, forge := range model.Forges() {
		const given = "a secret/with a slash"
		created := s.ask(s.token, `mutation { createWebhook(input: {organization: "acme", forge: `+string(forge)+`, secret: "`+given+`"}) { url secret created } }`)
		url := "https://landfall.example/webhooks/acme/" + forge.Slug()
		if forge == model.ForgeDockerHub { // which can prove nothing else
			url += "/a%20secret%2Fwith%20a%20slash"
		}
		if want := `{"createWebhook":{"url":"` + url + `","secret":"` + given + `","created":true}}`; string(created.Data) != want {
			t.Errorf("%s: got %s %v, want %s", forge, created.Data, created.Errors, want)
		}
		var rotated struct {
			RotateWebhookSecret struct {
				URL, Secret     string
				FormerExpiresAt time.Time
			}
		}
		s.must(`mutation { rotateWebhookSecret(input: {organization: "acme", forge: `+string(forge)+`}) { url secret formerExpiresAt } }`, &rotated)
		got := rotated.RotateWebhookSecret
		if got.Secret == given || !got.FormerExpiresAt.Equal(start.Add(48*time.Hour)) || !strings.HasPrefix(got.URL, "https://landfall.example/webhooks/acme/"+forge.Slug()) {
			t.Errorf("%s: got %+v", forge, got)
		}
		if inURL := strings.HasSuffix(got.URL, "/"+got.Secret); inURL != (forge == model.ForgeDockerHub) {
			t.Errorf("%s: the URL is %s", forge, got.URL)
		}
	}
}

func TestOrganization_Webhooks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	tokens := s.newDeliveries()
	other := model.NewTokenSecret()
	s.newOrganization("globex", other)
	for _, forge := range []string{"GITHUB", "DOCKER_HUB", "GITLAB"} {
		s.must(`mutation { createWebhook(input: {organization: "acme", forge: `+forge+`, secret: "a secret of sixteen"}) { webhook { forge deliveries(first: 1) { nodes { sourceId } } } } }`, nil)
	}
	s.must(`mutation { rotateWebhookSecret(input: {organization: "acme", forge: GITLAB, overlapSeconds: 3600}) { webhook { forge } } }`, nil)
	const query = `{ organization(name: "acme") { webhooks { nodes { id forge url formerSecretExpiresAt deliveries(first: 2) { nodes { sourceId } pageInfo { hasNextPage endCursor } } } } } }`
	type webhook struct {
		ID, Forge, URL        string
		FormerSecretExpiresAt *time.Time
		Deliveries            struct {
			Nodes    []struct{ SourceID string }
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
	}
	var got struct {
		Organization struct{ Webhooks struct{ Nodes []webhook } }
	}
	s.must(query, &got)
	var lines []string
	for _, w := range got.Organization.Webhooks.Nodes {
		lines = append(lines, fmt.Sprintf("%s %s %t %v %t", w.Forge, w.URL, w.FormerSecretExpiresAt != nil, w.Deliveries.Nodes, w.Deliveries.PageInfo.HasNextPage))
	}
	if diff := cmp.Diff([]string{
		"DOCKER_HUB https://landfall.example/webhooks/acme/docker-hub/ false [] false",
		"GITHUB https://landfall.example/webhooks/acme/github false [{id-3} {id-2}] true",
		"GITLAB https://landfall.example/webhooks/acme/gitlab true [] false",
	}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	github := got.Organization.Webhooks.Nodes[1]
	var node struct {
		Node struct {
			Forge      string
			Deliveries struct{ Nodes []struct{ SourceID string } }
		}
	}
	s.must(fmt.Sprintf(`{ node(id: %q) { ... on Webhook { forge deliveries(first: 9, after: %q) { nodes { sourceId } } } } }`, github.ID, github.Deliveries.PageInfo.EndCursor), &node)
	if said := fmt.Sprint(node.Node); said != "{GITHUB {[{id-1} {id-0}]}}" {
		t.Errorf("by its id: %s", said)
	}
	s.must(`mutation { updateOrganization(input: {organization: "acme", visibility: PUBLIC}) { organization { name } } }`, nil)
	for who, token := range map[string]string{"Another": other, "Member": tokens[model.RoleMember], "Reader": tokens[model.RoleReader]} {
		for _, query := range []string{query, `{ node(id: "` + github.ID + `") { id } }`} {
			if got := s.ask(token, query); fmt.Sprint(got.codes()) != "[FORBIDDEN]" {
				t.Errorf("%s: %v", who, got.codes())
			}
		}
	}
	s.db.Now = func() time.Time { return start.Add(1000 * time.Hour) }
	s.must(query, &got)
	if w := got.Organization.Webhooks.Nodes[2]; w.FormerSecretExpiresAt != nil {
		t.Errorf("a secret that is good no more: %+v", w)
	}
}
