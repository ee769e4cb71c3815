package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// newClient makes a client of a server for the organization of the story.
func newClient(t *testing.T, url string) *api.Client {
	t.Helper()
	c, err := api.New(api.Config{
		Host: url, Organization: apitest.Organization, Token: apitest.Token, Version: "1.2.3", Timeout: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func metricsQuery(flow string) api.MetricsQuery {
	return api.MetricsQuery{
		Flow: flow, Tags: []api.Tag{{Key: "team", Value: "core"}}, Environment: "aws-prod", During: api.TimeRangeInput{From: "90.days.ago", To: "now"}, Step: "WEEK",
		Hotfix: api.HotfixRuleInput{Within: new(0), Words: []string{"hotfix"}},
	}
}

// calls has one call for each method of the client that speaks GraphQL. Each
// must be answered by a server that holds it against the schema.
var calls = map[string]func(t *testing.T, c *api.Client) error{
	"Flows": func(t *testing.T, c *api.Client) error {
		_, err := c.Flows(t.Context(), []api.Tag{{Key: "team", Value: "core"}}, 0)
		return err
	},
	"Environments": func(t *testing.T, c *api.Client) error {
		_, err := c.Environments(t.Context(), api.EnvironmentFilter{Name: "a", Types: []string{"ECS"}, Tags: []api.Tag{{Key: "team", Value: "b"}}}, 5)
		return err
	},
	"Environment": func(t *testing.T, c *api.Client) error { _, err := c.Environment(t.Context(), "aws-prod"); return err },
	"UpdateEnvironment": func(t *testing.T, c *api.Client) error {
		_, err := c.UpdateEnvironment(t.Context(), api.UpdateEnvironmentInput{
			Environment: "aws-prod", Name: new("production"), Description: new("d"), SilentAfterSeconds: new(0), AddMembers: []string{"a"}, RemoveMembers: []string{"b"},
			SetTags: []api.Tag{{Key: "k", Value: "v"}}, RemoveTags: []string{"l"},
		})
		return err
	},
	"ArchiveEnvironment": func(t *testing.T, c *api.Client) error {
		_, err := c.ArchiveEnvironment(t.Context(), "aws-prod", true)
		return err
	},
	"Artifacts": func(t *testing.T, c *api.Client) error {
		if _, err := c.Artifacts(t.Context(), "runner", 0); err != nil {
			return err
		}
		_, err := c.Artifacts(t.Context(), "", 0)
		return err
	},
	"Artifact": func(t *testing.T, c *api.Client) error {
		_, err := c.Artifact(t.Context(), "runner:16d9990")
		return err
	},
	"Search": func(t *testing.T, c *api.Client) error {
		_, err := c.Search(t.Context(), "all", []string{"FLOW"}, 0)
		return err
	},
	"Snapshots": func(t *testing.T, c *api.Client) error {
		_, err := c.Snapshots(t.Context(), "aws-prod", api.Part{}, 0)
		return err
	},
	"Snapshot": func(t *testing.T, c *api.Client) error { _, err := c.Snapshot(t.Context(), "aws-prod#65"); return err },
	"Diff": func(t *testing.T, c *api.Client) error {
		_, err := c.Diff(t.Context(), "aws-prod#65", "aws-prod#96", true)
		return err
	},
	"EnvironmentLog": func(t *testing.T, c *api.Client) error {
		_, _, err := c.EnvironmentLog(t.Context(), "aws-prod", api.Part{}, api.LogFilter{}, 0)
		return err
	},
	"Viewer": func(t *testing.T, c *api.Client) error { _, err := c.Viewer(t.Context()); return err },
	"Metrics": func(t *testing.T, c *api.Client) error {
		_, err := c.Metrics(t.Context(), metricsQuery(""))
		if err == nil {
			_, err = c.Metrics(t.Context(), metricsQuery("runner"))
		}
		return err
	},
	"DeliveredChanges": func(t *testing.T, c *api.Client) error {
		_, err := c.DeliveredChanges(t.Context(), metricsQuery(""), 0)
		if err == nil {
			_, err = c.DeliveredChanges(t.Context(), metricsQuery("runner"), 0)
		}
		return err
	},
	"CreateFlow": func(t *testing.T, c *api.Client) error {
		_, _, err := c.CreateFlow(t.Context(), api.CreateFlowInput{
			Name: "shas", Description: "d", Repository: "cyber-dojo/shas", RequiredEvidence: []string{"a"}, Tags: []api.Tag{{Key: "k", Value: "v"}},
		})
		return err
	},
	"UpdateFlow": func(t *testing.T, c *api.Client) error {
		_, err := c.UpdateFlow(t.Context(), api.UpdateFlowInput{
			Flow: "runner", Description: new("d"), Repository: new("a/b"), RequiredEvidence: &[]string{"a"}, SetTags: []api.Tag{{Key: "k"}}, RemoveTags: []string{"l"},
		})
		return err
	},
	"CreateEnvironment": func(t *testing.T, c *api.Client) error {
		_, _, err := c.CreateEnvironment(t.Context(), api.CreateEnvironmentInput{Name: "x", Type: "ECS", Description: "d", Members: []string{"a"}, Tags: []api.Tag{{Key: "k"}}, SilentAfterSeconds: new(60)})
		return err
	},
	"CreateNotification": func(t *testing.T, c *api.Client) error {
		_, _, err := c.CreateNotification(t.Context(), api.CreateNotificationInput{
			Name: "new", Format: "SLACK", URL: "https://x.example", Kinds: []string{"SCALED"}, Environments: []string{"aws-prod"}, Flows: []string{"runner"},
		})
		return err
	},
	"Notifications": func(t *testing.T, c *api.Client) error {
		_, err := c.Notifications(t.Context(), 10)
		return err
	},
	"Notification": func(t *testing.T, c *api.Client) error {
		_, err := c.Notification(t.Context(), "ours")
		return err
	},
	"DeleteNotification": func(t *testing.T, c *api.Client) error { return c.DeleteNotification(t.Context(), "ours") },
	"TestNotification": func(t *testing.T, c *api.Client) error {
		_, err := c.TestNotification(t.Context(), "ours")
		return err
	},
	"CreateToken": func(t *testing.T, c *api.Client) error {
		_, _, err := c.CreateToken(t.Context(), api.CreateTokenInput{Name: "x", Role: "MEMBER", ExpiresAt: &apitest.Now})
		return err
	},
	"CreateWebhook": func(t *testing.T, c *api.Client) error {
		_, err := c.CreateWebhook(t.Context(), api.CreateWebhookInput{Forge: "GITHUB", Secret: "0123456789abcdef"})
		return err
	},
	"CreateExpectation": func(t *testing.T, c *api.Client) error {
		_, _, err := c.CreateExpectation(t.Context(), "aws-prod", "runner: at most 5")
		return err
	},
	"RemoveExpectation": func(t *testing.T, c *api.Client) error {
		_, err := c.RemoveExpectation(t.Context(), "aws-prod", "runner: at most 5")
		return err
	},
	"Expectations": func(t *testing.T, c *api.Client) error {
		_, err := c.Expectations(t.Context(), "aws-prod", 1)
		return err
	},
	"Breaches": func(t *testing.T, c *api.Client) error { _, err := c.Breaches(t.Context(), true, 1); return err },
	"BreachesOf": func(t *testing.T, c *api.Client) error {
		_, err := c.BreachesOf(t.Context(), "aws-prod", true, 1)
		return err
	},
	"UpdateOrganization": func(t *testing.T, c *api.Client) error {
		_, err := c.UpdateOrganization(t.Context(), api.UpdateOrganizationInput{Visibility: "PUBLIC", CreatesEnvironments: new(true)})
		return err
	},
	"ReportCommits": func(t *testing.T, c *api.Client) error {
		_, _, err := c.ReportCommits(t.Context(), "a/b", func(yield func(api.CommitInput, error) bool) {
			yield(api.CommitInput{SHA: strings.Repeat("a", 40), Subject: "s", CommittedAt: apitest.Now}, nil)
		})
		return err
	},
	"ReportCommitList": func(t *testing.T, c *api.Client) error {
		_, err := c.ReportCommitList(t.Context(), "a/b", []api.CommitInput{
			{SHA: strings.Repeat("a", 40), ParentsComplete: new(false), Subject: "s", AuthorName: "n", CommittedAt: apitest.Now, Paths: &[]string{"a"}},
		})
		return err
	},
	"Commit": func(t *testing.T, c *api.Client) error {
		_, err := c.Commit(t.Context(), "16d9990")
		return err
	},
	"Whereabouts": func(t *testing.T, c *api.Client) error {
		_, err := c.Whereabouts(t.Context(), "16d9990", &apitest.Now, api.WhereaboutsFilter{Environments: []string{"aws-prod"}, Flows: []string{"runner"}})
		return err
	},
	"Commits": func(t *testing.T, c *api.Client) error {
		_, err := c.Commits(t.Context(), api.CommitFilter{Repository: "cyber-dojo/runner", AuthorEmail: "ada@example.com", Since: &apitest.Now}, 0)
		return err
	},
	"Changes": func(t *testing.T, c *api.Client) error {
		_, err := c.Changes(t.Context(), "aws-prod#65", "aws-prod#96", 20)
		return err
	},
	"CommitRange": func(t *testing.T, c *api.Client) error {
		_, err := c.CommitRange(t.Context(), "v1.1", "v1.2", 0)
		return err
	},
	"ReportArtifact": func(t *testing.T, c *api.Client) error {
		_, _, err := c.ReportArtifact(t.Context(), api.ReportArtifactInput{
			Flow: "runner", Fingerprint: strings.Repeat("b", 64), Digests: []string{strings.Repeat("c", 64)}, Name: "n", Commit: strings.Repeat("a", 40),
			Repository: "a/b", BuildURL: "https://x", At: &apitest.Now,
		})
		return err
	},
	"ReportDeployment": func(t *testing.T, c *api.Client) error {
		_, _, err := c.ReportDeployment(t.Context(), api.ReportDeploymentInput{
			Artifact: "runner:16d9990", Environment: "aws-prod", URL: "https://x", IdempotencyKey: "k", At: &apitest.Now,
		})
		return err
	},
	"Attest": func(t *testing.T, c *api.Client) error {
		_, _, err := c.Attest(t.Context(), api.ReportAttestationInput{
			Flow: "runner", Fingerprint: strings.Repeat("b", 64), Name: "n", Description: "d", URL: "https://x",
			IdempotencyKey: "k", At: &apitest.Now,
			Evidence: api.EvidenceInput{Generic: &api.GenericEvidenceInput{Compliant: true}},
		})
		return err
	},
}

// otherMethods are the methods of the client that do not speak GraphQL, and the one
// whose answer has no end: cmd/landfall holds it against a real server.
var otherMethods = []string{"Host", "Organization", "Report", "Deliver", "FollowEnvironment"}

func TestClient_OperationsFitTheSchema(t *testing.T) {
	t.Parallel()
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			if err := call(t, newClient(t, server.URL)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, o := range server.Operations() {
				if o.Name == "" || !strings.Contains(o.Query, " "+o.Name) {
					t.Errorf("the operation has no name of its own: %q in %s", o.Name, o.Query)
				}
				if got, want := o.Header.Get("User-Agent"), "landfall/1.2.3"; got != want {
					t.Errorf("User-Agent = %q, want %q", got, want)
				}
			}
			if len(server.Operations()) == 0 {
				t.Error("the server was not asked")
			}
		})
	}
	t.Run("NoneIsForgotten", func(t *testing.T) {
		t.Parallel()
		for m := range reflect.TypeFor[*api.Client]().Methods() {
			if calls[m.Name] == nil && !slices.Contains(otherMethods, m.Name) {
				t.Errorf("Client.%s is not held against the schema", m.Name)
			}
		}
	})
}

// TestClient_MisspeltField makes sure that the test above can fail.
func TestClient_MisspeltField(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/graphql",
		strings.NewReader(`{"operationName":"Q","query":"query Q{viewer{nam}}"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+apitest.Token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status = %d, want 422", resp.StatusCode)
	}
}

func TestWordsAreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	schema := apitest.Schema(t)
	for enum, words := range map[string][]string{"EnvironmentType": api.EnvironmentTypes, "Role": api.Roles, "NotificationFormat": api.NotificationFormats} {
		var want []string
		for _, v := range schema.Types[enum].EnumValues {
			want = append(want, v.Name)
		}
		if diff := cmp.Diff(want, words); diff != "" {
			t.Errorf("%s (-schema +client):\n%s", enum, diff)
		}
	}
}

func TestNew_Host(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"http://127.0.0.1:8080":  "http://127.0.0.1:8080",
		"https://x.example/ci/":  "https://x.example/ci",
		"localhost:8080":         "",
		"x.example":              "",
		"ftp://x.example":        "",
		"http://":                "",
		"http://me:pw@x.example": "",
		"http://x.example?a=b":   "",
	} {
		c, err := api.New(api.Config{Host: host})
		if want == "" {
			if api.CodeOf(err) != api.CodeInvalid || !strings.Contains(err.Error(), "http://127.0.0.1:8080") {
				t.Errorf("New(%q) = %v, want INVALID with an example", host, err)
			}
			continue
		}
		if err != nil || c.Host() != want {
			t.Errorf("New(%q) = %v, want %q", host, err, want)
		}
	}
}

func TestClient_Artifact(t *testing.T) {
	t.Parallel()
	c := newClient(t, apitest.NewStory(t).URL)
	a, err := c.Artifact(t.Context(), "runner:16d9990")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range a.History {
		got = append(got, fmt.Sprintf("%s|%s|%s|%v|%v|%v|%v", e.Kind, e.Summary, ref(e.Snapshot),
			show(e.Deployment), show(e.FromReplicas), show(e.ToReplicas), show(e.Compliant)))
	}
	want := []string{
		"ARTIFACT_CREATED|Artifact created||-|-|-|-",
		"ATTESTATION_RECEIVED|branch-coverage evidence received||-|-|-|true",
		"DEPLOYMENT_CREATED|Deployment #18 to aws-beta environment||18|-|-|-",
		"DEPLOYMENT_CREATED|Deployment #19 to aws-prod environment||19|-|-|-",
		"STARTED_RUNNING|Started running in aws-beta#84 environment|aws-beta#84|-|-|3|-",
		"STARTED_RUNNING|Started running in aws-prod#65 environment|aws-prod#65|-|-|3|-",
		"SCALED|Scaled down from 3 to 2 in aws-beta#117 environment|aws-beta#117|-|3|2|-",
		"STOPPED_RUNNING|No longer running in aws-beta#119 environment|aws-beta#119|-|2|-|-",
		"SCALED|Scaled down from 3 to 1 in aws-prod#94 environment|aws-prod#94|-|3|1|-",
		"STOPPED_RUNNING|No longer running in aws-prod#96 environment|aws-prod#96|-|1|-|-",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func show[T any](p *T) any {
	if p == nil {
		return "-"
	}
	return *p
}

func ref(s *api.EventSnapshot) string {
	if s == nil {
		return ""
	}
	return s.Ref
}

func TestClient_Ambiguous(t *testing.T) {
	t.Parallel()
	c := newClient(t, apitest.NewStory(t).URL)
	_, err := c.Artifact(t.Context(), "runner@9af40")
	several, ok := errors.AsType[*api.AmbiguousError](err)
	if !ok || api.CodeOf(err) != api.CodeAmbiguous {
		t.Fatalf("err = %v (%s), want an AmbiguousError", err, api.CodeOf(err))
	}
	if len(several.Candidates) != 2 || several.Candidates[1].Name != "cyberdojo/runner:85d83c6" ||
		several.AskedFor != "runner@9af40" || !strings.Contains(several.Summary, "fits 2") {
		t.Errorf("several = %+v", several)
	}
}

func TestClient_Deliver(t *testing.T) {
	t.Parallel()
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	if err := c.Deliver(t.Context(), "push", "id-1", "sha256=abc", []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if got.Method != "POST" || got.URL.Path != "/webhooks/cyber-dojo/github" {
		t.Errorf("%s %s", got.Method, got.URL)
	}
	for header, want := range map[string]string{
		"Authorization": "", "Content-Type": "application/json", "User-Agent": "landfall/1.2.3",
		"X-GitHub-Event": "push", "X-GitHub-Delivery": "id-1", "X-Hub-Signature-256": "sha256=abc",
	} {
		if got := got.Header.Get(header); got != want {
			t.Errorf("%s = %q, want %q", header, got, want)
		}
	}
}

func TestClient_Report(t *testing.T) {
	t.Parallel()
	status := http.StatusCreated
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	for _, want := range []bool{true, false} {
		changed, err := c.Report(t.Context(), "aws/prod", "ECS", []byte(`{"artifacts":[]}`))
		if err != nil || changed != want {
			t.Errorf("Report = %v, %v, want %v", changed, err, want)
		}
		status = http.StatusOK
	}
	if got.Method != "PUT" || got.URL.EscapedPath() != "/api/v2/environments/cyber-dojo/aws%2Fprod/report/ECS" {
		t.Errorf("%s %s", got.Method, got.URL.EscapedPath())
	}
	if got, want := got.Header.Get("Authorization"), "Bearer "+apitest.Token; got != want {
		t.Errorf("Authorization = %q, want %q", got, want)
	}
}
