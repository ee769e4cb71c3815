package model_test

import (
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// Pauses double from a second, and stop at six hours; jitter takes at most half.
func TestDeliveryPause(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 14: 8192 * time.Second, 16: 6 * time.Hour, 1000: 6 * time.Hour} {
		if got := model.DeliveryPause(attempt, 0); got != want {
			t.Errorf("after attempt %d it waits %s, want %s", attempt, got, want)
		}
		if got := model.DeliveryPause(attempt, 1); got != want/2 {
			t.Errorf("after attempt %d it waits at least %s, want %s", attempt, got, want/2)
		}
	}
	var all time.Duration
	for attempt := 1; attempt < model.MaxDeliveryAttempts; attempt++ {
		all += model.DeliveryPause(attempt, 0)
	}
	if all < 24*time.Hour || all > 48*time.Hour {
		t.Errorf("a delivery is given up after %s", all)
	}
}

func TestForge_Slugs(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]model.Forge{
		"github": model.ForgeGitHub, "gitlab": model.ForgeGitLab, "gitea": model.ForgeGitea, "bitbucket": model.ForgeBitbucket, "docker-hub": model.ForgeDockerHub,
	} {
		got, ok := model.ForgeOfSlug(slug)
		if !ok || got != want || got.Slug() != slug {
			t.Errorf("%s is %s", slug, got)
		}
		if f, ok := got.Source().Forge(); !ok || f != want {
			t.Errorf("the source of %s is %s", want, got.Source())
		}
	}
	for _, slug := range []string{"", "GITHUB", "docker_hub", "report", "sourcehut"} {
		if got, ok := model.ForgeOfSlug(slug); ok {
			t.Errorf("%q is %s", slug, got)
		}
	}
	if f, ok := model.SourceReport.Forge(); ok {
		t.Errorf("reports are sent by %s", f)
	}
}

func TestRepository_CommitURL(t *testing.T) {
	t.Parallel()
	sha := model.CommitSHA("16d9990ad23a40eecaf087abac2a58a2d2a4b3f4")
	for forge, want := range map[model.Forge]string{
		model.ForgeGitHub: "https://forge.example/a/b/commit/", model.ForgeGitea: "https://forge.example/a/b/commit/",
		model.ForgeGitLab: "https://forge.example/a/b/-/commit/", model.ForgeBitbucket: "https://forge.example/a/b/commits/",
	} {
		r := &model.Repository{Forge: forge, URL: "https://forge.example/a/b"}
		if got := r.CommitURL(sha); got != want+string(sha) {
			t.Errorf("at %s the page of a commit is %s", forge, got)
		}
	}
}

func TestCommitPaths(t *testing.T) {
	t.Parallel()
	got, known := model.CommitPaths([]string{"b", "a"}, []string{"b", "c/d"}, nil)
	if !known || len(got) != 3 || got[0] != "a" || got[1] != "b" || got[2] != "c/d" {
		t.Errorf("the paths are %q, %v", got, known)
	}
	if got, known := model.CommitPaths(); !known || got == nil || len(got) != 0 {
		t.Errorf("of no files the paths are %q, %v", got, known)
	}
	many := make([]string, model.MaxCommitPaths+1)
	for i := range many {
		many[i] = string(rune('a'+i%26)) + "/" + string(rune('a'+i/26%26)) + "/" + string(rune('a'+i/676))
	}
	for name, files := range map[string][]string{"Many": many, "Empty": {""}, "Control": {"a\x1fb"}, "NoText": {"\xff"}} {
		if got, known := model.CommitPaths(files); known {
			t.Errorf("%s: %d paths are kept", name, len(got))
		}
	}
}

func TestTouchesAny(t *testing.T) {
	t.Parallel()
	files := []string{"README.md", "services/runner/main.go"}
	for path, want := range map[string]bool{
		"services": true, "services/runner": true, "services/runner/main.go": true, "README.md": true,
		"service": false, "services/run": false, "runner": false, "README": false,
	} {
		if got := model.TouchesAny(files, []string{"nowhere", path}); got != want {
			t.Errorf("%s is touched: %v", path, got)
		}
	}
	if !model.TouchesAny(nil, nil) || model.TouchesAny(nil, []string{"a"}) {
		t.Error("no paths stand for everything, and no files touch no path")
	}
}

func TestValidateFlowPaths(t *testing.T) {
	t.Parallel()
	if err := model.ValidateFlowPaths([]string{"services/runner", "go.mod", "über/weg"}); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"", "/", "/services", "services/", "../a", "a/../b", "*.go", "a\x00b"} {
		if err := model.ValidateFlowPaths([]string{path}); model.KindOf(err) != model.KindInvalid {
			t.Errorf("%q is taken: %v", path, err)
		}
	}
}
