package ingest

import (
	"encoding/json"
	"testing"

	"github.com/go-playground/webhooks/v6/github"
	"github.com/google/go-cmp/cmp"
)

// What is read here of a run or a job is what the library for webhooks reads of it.
func FuzzGitHubWorkflowAsLibrary(f *testing.F) {
	for name, raw := range libraryExamples(f, "github") {
		f.Add(name == "workflow_job", raw)
	}
	f.Fuzz(func(t *testing.T, isJob bool, body []byte) {
		event := map[bool]github.Event{false: github.WorkflowRunEvent, true: github.WorkflowJobEvent}[isJob]
		hook, err := github.New()
		if err != nil {
			t.Fatal(err)
		}
		payload, err := hook.Parse(request("X-Github-Event", string(event), body), event)
		if err != nil {
			return // the library is stricter: it reads more
		}
		got, gotErr := readGitHubWorkflow(string(event), body)
		again, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr := readGitHubWorkflow(string(event), again)
		if (gotErr == nil) != (wantErr == nil) {
			t.Fatalf("it is read as %v, and from what the library has read as %v", gotErr, wantErr)
		}
		if gotErr != nil {
			return
		}
		if isJob { // whose workflow the library leaves out
			want.Builds[0].Workflow = got.Builds[0].Workflow
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the library reads something else (-library +here):\n%s", diff)
		}
	})
}
