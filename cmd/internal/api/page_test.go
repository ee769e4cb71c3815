package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// newLong starts a server whose organization is the given object.
func newLong(t *testing.T, organization apitest.Object) *apitest.Server {
	t.Helper()
	return apitest.New(t, apitest.Object{
		"organization": apitest.Resolver(func(map[string]any) (any, error) { return organization, nil }),
	}, nil)
}

func flow(name string, evidence ...string) apitest.Object {
	return apitest.Object{
		"name": name, "description": "", "visibility": "PUBLIC", "requiredEvidence": evidence, "paths": []string{}, "tags": []apitest.Object{},
		"createdAt": "2022-08-22T09:35:00Z",
	}
}

// TestClient_FlowsOverPages has fields in some elements that others lack, which
// show when a value of one page is used for the next.
func TestClient_FlowsOverPages(t *testing.T) {
	t.Parallel()
	var flows []apitest.Object
	for i := range 250 {
		f := flow(fmt.Sprintf("flow-%03d", i))
		if i%7 == 0 {
			f = flow(fmt.Sprintf("flow-%03d", i), "a", "b", "c")
			f["repository"] = apitest.Object{"name": "a/b"}
		}
		flows = append(flows, f)
	}
	tests := map[string]struct {
		limit int
		want  int
		more  bool
		pages []float64 // what was asked for
	}{
		"All":      {0, 250, false, []float64{100, 100, 100}},
		"Few":      {30, 30, true, []float64{30}},
		"Page":     {100, 100, true, []float64{100}},
		"Two":      {130, 130, true, []float64{100, 30}},
		"Exactly":  {250, 250, false, []float64{100, 100, 50}},
		"MoreThan": {1000, 250, false, []float64{100, 100, 100}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newLong(t, apitest.Object{"flows": apitest.Connection(flows...)})
			client := newClient(t, server.URL)
			var progress []int
			client.OnPage = func(n int) { progress = append(progress, n) }
			got, err := client.Flows(t.Context(), nil, tt.limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Items) != tt.want || got.More != tt.more {
				t.Fatalf("%d flows, more %v; want %d, %v", len(got.Items), got.More, tt.want, tt.more)
			}
			for i, f := range got.Items {
				evidence, repository := 0, false
				if i%7 == 0 {
					evidence, repository = 3, true
				}
				if f.Name != fmt.Sprintf("flow-%03d", i) || len(f.RequiredEvidence) != evidence || (f.Repository != nil) != repository {
					t.Fatalf("flow %d = %+v", i, f)
				}
			}
			var pages []float64
			for _, o := range server.Operations() {
				pages = append(pages, o.Variables["first"].(float64))
			}
			if diff := cmp.Diff(tt.pages, pages); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
			if len(progress) != len(tt.pages)-1 {
				t.Errorf("progress was told %d times, want %d", len(progress), len(tt.pages)-1)
			}
		})
	}
}

func TestClient_HistoryOverPages(t *testing.T) {
	t.Parallel()
	var events []apitest.Object
	for i := range 230 {
		e := apitest.Object{
			"__typename": "ArtifactCreated", "kind": "ARTIFACT_CREATED", "at": "2022-08-22T09:35:00Z",
			"recordedAt": "2022-08-22T09:35:00Z", "summary": fmt.Sprint(i),
		}
		if i%2 == 0 {
			e["__typename"], e["kind"] = "Scaled", "SCALED"
			e["fromReplicas"], e["toReplicas"] = i, i+1
		}
		events = append(events, e)
	}
	var refs []any
	server := newLong(t, apitest.Object{"artifact": apitest.Resolver(func(args map[string]any) (any, error) {
		refs = append(refs, args["ref"])
		return apitest.Object{
			"__typename": "Artifact", "ref": "runner@exact", "fingerprint": "f", "name": "n",
			"flow": apitest.Object{"name": "runner"}, "createdAt": "2022-08-22T09:35:00Z", "state": "COMPLIANT",
			"requirements": []apitest.Object{}, "history": apitest.Connection(events...),
		}, nil
	})})
	a, err := newClient(t, server.URL).Artifact(t.Context(), "runner:16d99")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.History) != 230 {
		t.Fatalf("%d events, want 230", len(a.History))
	}
	for i, e := range a.History {
		scaled := i%2 == 0
		if e.Summary != fmt.Sprint(i) || (e.FromReplicas != nil) != scaled || scaled && *e.ToReplicas != i+1 {
			t.Fatalf("event %d = %+v", i, e)
		}
	}
	want := []any{"runner:16d99", "runner@exact", "runner@exact"}
	if diff := cmp.Diff(want, refs); diff != "" {
		t.Errorf("what was asked for (-want +got):\n%s", diff)
	}
}

func running(n int) []apitest.Object {
	var list []apitest.Object
	for i := range n {
		list = append(list, apitest.Object{
			"name": fmt.Sprint(i), "names": []string{"a", "b"}[:i%3%2+1], "replicas": i,
			"runningSince": "2022-08-22T09:35:00Z", "overlapping": false,
		})
	}
	return list
}

func snapshotObject(ref string) apitest.Object {
	return apitest.Object{
		"ref": ref, "number": 1,
		"environment": apitest.Object{"name": "e", "type": "ECS", "reporting": apitest.Object{"state": "CURRENT"}},
		"takenAt":     "2022-08-22T09:35:00Z",
		"recordedAt":  "2022-08-22T09:35:00Z", "replicaCount": 1, "changeCount": 1,
	}
}

func TestClient_SnapshotOverPages(t *testing.T) {
	t.Parallel()
	var refs []any
	server := newLong(t, apitest.Object{"snapshot": apitest.Resolver(func(args map[string]any) (any, error) {
		refs = append(refs, args["ref"])
		s := snapshotObject("e#7")
		s["running"] = apitest.Connection(running(201)...)
		return s, nil
	})})
	s, err := newClient(t, server.URL).Snapshot(t.Context(), "e")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Running) != 201 || s.Running[200].Name != "200" || s.Ref != "e#7" {
		t.Errorf("%d run in %s", len(s.Running), s.Ref)
	}
	if diff := cmp.Diff([]any{"e", "e#7", "e#7"}, refs); diff != "" {
		t.Errorf("what was asked for (-want +got):\n%s", diff)
	}
}

func TestClient_DiffOverPages(t *testing.T) {
	t.Parallel()
	var changed []apitest.Object
	for i, r := range running(101) {
		changed = append(changed, apitest.Object{"from": r, "to": running(102)[i+1]})
	}
	var flows []apitest.Object
	for i := range 25 {
		flows = append(flows, apitest.Object{
			"flow": apitest.Object{"name": fmt.Sprint(i)}, "from": running(1)[0], "to": running(1)[0],
			"commits": apitest.Object{"relation": "UNKNOWN", "reason": "r", "added": apitest.Connection(), "removed": apitest.Connection()},
		})
	}
	var asked []string
	server := newLong(t, apitest.Object{"diff": apitest.Resolver(func(args map[string]any) (any, error) {
		asked = append(asked, fmt.Sprint(args["from"], " ", args["to"]))
		return apitest.Object{
			"from": snapshotObject("e#1"), "to": snapshotObject("e#2"), "empty": false, "summary": "s",
			"added": apitest.Connection(running(260)...), "removed": apitest.Connection(running(100)...),
			"changed": apitest.Connection(changed...), "flows": apitest.Connection(flows...), "unchanged": apitest.Connection(running(101)...),
		}, nil
	})})
	d, err := newClient(t, server.URL).Diff(t.Context(), "e~1", "e", true)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Added) != 260 || len(d.Removed) != 100 || len(d.Changed) != 101 {
		t.Errorf("%d added, %d removed, %d changed", len(d.Added), len(d.Removed), len(d.Changed))
	}
	if last := d.Changed[100]; last.From.Replicas != 100 || last.To.Replicas != 101 || d.Added[259].Name != "259" {
		t.Errorf("the last are %+v and %+v", last, d.Added[259])
	}
	if len(d.Flows) != 25 || d.Flows[24].Flow.Name != "24" || len(d.Unchanged) != 101 {
		t.Errorf("%d flows, %d unchanged", len(d.Flows), len(d.Unchanged))
	}
	if got, want := strings.Join(asked, ", "), "e~1 e"+strings.Repeat(", e#1 e#2", 6); got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

// A page may be empty and go on: where few of many fit.
func TestClient_EmptyPages(t *testing.T) {
	t.Parallel()
	pages := 0
	server := newLong(t, apitest.Object{"flows": apitest.Resolver(func(map[string]any) (any, error) {
		pages++
		nodes := []apitest.Object{}
		if pages == 3 {
			nodes = append(nodes, flow("last"))
		}
		return apitest.Object{"nodes": nodes, "pageInfo": apitest.Object{"hasNextPage": pages < 3, "endCursor": fmt.Sprint(pages)}}, nil
	})})
	got, err := newClient(t, server.URL).Flows(t.Context(), nil, 0)
	if err != nil || len(got.Items) != 1 || got.More || pages != 3 {
		t.Errorf("%+v after %d pages, %v", got, pages, err)
	}
}

func TestClient_StuckList(t *testing.T) {
	t.Parallel()
	server := newLong(t, apitest.Object{"flows": apitest.Resolver(func(map[string]any) (any, error) {
		return apitest.Object{"nodes": []apitest.Object{flow("a")}, "pageInfo": apitest.Object{"hasNextPage": true, "endCursor": "1"}}, nil
	})})
	_, err := newClient(t, server.URL).Flows(t.Context(), nil, 0)
	if err == nil || !strings.Contains(err.Error(), "goes on") {
		t.Errorf("err = %v", err)
	}
	if n := len(server.Operations()); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestClient_EndlessList(t *testing.T) {
	t.Parallel()
	server := newLong(t, apitest.Object{"flows": apitest.Resolver(func(map[string]any) (any, error) {
		return apitest.Object{"nodes": []apitest.Object{}, "pageInfo": apitest.Object{"hasNextPage": true}}, nil
	})})
	_, err := newClient(t, server.URL).Flows(t.Context(), nil, 0)
	if err == nil || !strings.Contains(err.Error(), "goes on") {
		t.Errorf("err = %v", err)
	}
	if n := len(server.Operations()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
