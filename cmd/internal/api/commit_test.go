package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// sent is the commits of each call that the server got.
func sent(t *testing.T, server *apitest.Server) [][]any {
	t.Helper()
	var calls [][]any
	for _, o := range server.Operations() {
		body, err := json.Marshal(o.Variables)
		if err != nil || len(body) > 1_510_000 {
			t.Errorf("a call of %d bytes, %v", len(body), err)
		}
		calls = append(calls, o.Variables["input"].(map[string]any)["commits"].([]any))
	}
	return calls
}

func TestClient_ReportCommits(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	commits := make([]api.CommitInput, 2001)
	for i := range commits {
		commits[i] = api.CommitInput{SHA: fmt.Sprintf("%040x", i), Subject: "s", CommittedAt: apitest.Now}
	}
	client := newClient(t, server.URL)
	var steps []int
	client.OnPage = func(n int) { steps = append(steps, n) }
	added, err := client.ReportCommitList(t.Context(), "a/b", commits)
	if err != nil || added != 2001 || fmt.Sprint(steps) != "[1000 2000]" {
		t.Errorf("added %d in %v: %v", added, steps, err)
	}
	if n := len(sent(t, server)); n != 3 {
		t.Errorf("%d calls, want 3", n)
	}
	if commits[0].Parents != nil {
		t.Error("the caller's commits were changed")
	}
}

// TestClient_ReportCommits_Size has commits that touch much: the size of a call is
// bounded, and nothing is lost or said twice.
func TestClient_ReportCommits_Size(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	paths := make([]string, 1000)
	for i := range paths {
		paths[i] = strings.Repeat("<", 30) + fmt.Sprint(i) // 6 bytes each in JSON
	}
	commits := make([]api.CommitInput, 20)
	for i := range commits {
		commits[i] = api.CommitInput{SHA: fmt.Sprintf("%040x", i), Subject: "s", CommittedAt: apitest.Now, Paths: &paths}
	}
	if added, err := newClient(t, server.URL).ReportCommitList(t.Context(), "a/b", commits); err != nil || added != 20 {
		t.Fatalf("added %d: %v", added, err)
	}
	calls, n := sent(t, server), 0
	for _, call := range calls {
		for _, commit := range call {
			if got, want := commit.(map[string]any)["sha"], commits[n].SHA; got != want {
				t.Fatalf("commit %d is %v, want %s", n, got, want)
			}
			n++
		}
	}
	if len(calls) < 2 || n != 20 {
		t.Errorf("%d commits in %d calls", n, len(calls))
	}
}

func TestClient_ReportCommits_Paths(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	commits := []api.CommitInput{
		{SHA: strings.Repeat("a", 40), CommittedAt: apitest.Now},
		{SHA: strings.Repeat("b", 40), CommittedAt: apitest.Now, Paths: &[]string{}},
	}
	if _, err := newClient(t, server.URL).ReportCommitList(t.Context(), "a/b", commits); err != nil {
		t.Fatal(err)
	}
	call := sent(t, server)[0]
	if paths, told := call[0].(map[string]any)["paths"]; told {
		t.Errorf("paths that are not known are %v", paths)
	}
	if paths, told := call[1].(map[string]any)["paths"]; !told || len(paths.([]any)) != 0 {
		t.Errorf("no paths are %v, %v", paths, told)
	}
}

func TestClient_ReportCommits_Error(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	broken := errors.New("git ended")
	told, _, err := newClient(t, server.URL).ReportCommits(t.Context(), "a/b", func(yield func(api.CommitInput, error) bool) {
		for i := range 1500 {
			if !yield(api.CommitInput{SHA: fmt.Sprintf("%040x", i), CommittedAt: apitest.Now}, nil) {
				return
			}
		}
		yield(api.CommitInput{}, broken)
	})
	if !errors.Is(err, broken) || told != 1000 {
		t.Errorf("told %d: %v", told, err)
	}
}

func TestClient_TokenFunc(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	asked := 0
	config := api.Config{Host: server.URL, Organization: apitest.Organization}
	config.TokenFunc = func(context.Context) (string, error) { asked++; return apitest.Token, nil }
	client, err := api.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Viewer(t.Context()); err != nil || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	config.TokenFunc = func(context.Context) (string, error) { return "", errors.New("no permission") }
	if client, err = api.New(config); err != nil {
		t.Fatal(err)
	}
	_, err = client.Viewer(t.Context())
	if api.CodeOf(err) != api.CodeUnauthenticated || err.Error() != "no permission" {
		t.Errorf("err = %v (%s)", err, api.CodeOf(err))
	}
}
