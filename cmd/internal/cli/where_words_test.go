package cli

import (
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

const sha = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"

func ago(d time.Duration) *time.Time {
	return new(time.Date(2022, 9, 6, 12, 0, 0, 0, time.UTC).Add(-d))
}

// TestDetailOf has each state with all that may be known of it, and with little.
func TestDetailOf(t *testing.T) {
	t.Parallel()
	old := &api.RunningArtifact{Name: "registry/runner:85d83c6", Replicas: 1, Commit: &api.Commit{SHA: "85d83c6ab8e0ce800baeef3dfa4fa9f6eee338a4"}}
	nameless := &api.RunningArtifact{Name: "registry/runner:latest", Replicas: 2}
	link := func(sha *string) *api.ArtifactLink {
		return &api.ArtifactLink{Ref: "runner@9af4", Flow: api.Named{Name: "runner"}, CommitSHA: sha}
	}
	const since = "Tue, 06 Sep 2022 10:00:00 UTC • 2 hours ago"
	tests := map[string]struct {
		state   string
		running *api.RunningArtifact
		more    func(*api.Whereabouts)
		want    string
	}{
		"Running": {"RUNNING", old, func(w *api.Whereabouts) { w.Since, w.FirstAt = ago(2*time.Hour), ago(2*time.Hour) }, "1 replica since " + since},
		"RunningAgain": {
			"RUNNING", nameless, func(w *api.Whereabouts) { w.Since, w.FirstAt = ago(2*time.Hour), ago(3*time.Hour) },
			"2 replicas since " + since + "; here first on Tue, 06 Sep 2022 09:00:00 UTC",
		},
		"Included": {
			"INCLUDED", old, func(w *api.Whereabouts) {
				w.Since, w.FirstAt, w.CommitsLater = ago(2*time.Hour), ago(2*time.Hour), new(2)
			},
			"in runner:85d83c6, 2 commits later; here since " + since,
		},
		"IncludedNotCounted": {
			"INCLUDED", nameless, func(w *api.Whereabouts) { w.Since, w.FirstAt = ago(2*time.Hour), ago(2*time.Hour) },
			"in registry/runner:latest; here since " + since,
		},
		"NotBuilt": {"NOT_YET", old, func(w *api.Whereabouts) { w.CommitsBehind, w.Progress = new(1), "NOT_BUILT" }, "1 commit behind (runs runner:85d83c6); not built yet"},
		"NotCounted": {
			"NOT_YET", old, func(w *api.Whereabouts) {
				w.Progress, w.CherryPick = "BUILDING", &api.CommitLine{Commit: api.Commit{ShortSHA: "9f0e1d2"}}
			},
			"runs runner:85d83c6, which does not have it; being built; its cherry-pick 9f0e1d2 is there",
		},
		"Building": {
			"NOT_YET", nil, func(w *api.Whereabouts) { w.Progress, w.Build = "BUILDING", &api.Build{StartedAt: ago(time.Minute)} },
			"nothing of runner runs there; being built for 1 minute",
		},
		"Failed": {
			"NOT_YET", nil, func(w *api.Whereabouts) {
				w.Progress, w.Build = "BUILD_FAILED", &api.Build{State: "CANCELLED", URL: "https://ci.example/7"}
			},
			"nothing of runner runs there; its build was cancelled: https://ci.example/7",
		},
		"Built": {"NOT_YET", nil, func(w *api.Whereabouts) { w.Progress, w.Carrier = "BUILT", link(nil) }, "nothing of runner runs there; built as runner@9af4"},
		"Deploying": {
			"NOT_YET", nil, func(w *api.Whereabouts) {
				w.Progress, w.Carrier, w.Announced = "DEPLOYING", link(new(sha)), &api.Announced{Number: 7, CreatedAt: *ago(time.Hour)}
			},
			"nothing of runner runs there; deployment #7 of runner:16d9990 was announced 1 hour ago",
		},
		"RolledBack": {
			"GONE", old, func(w *api.Whereabouts) {
				w.FirstAt, w.GoneAt, w.Last, w.RolledBack = ago(3*time.Hour), ago(2*time.Hour), link(new(sha)), true
			},
			"was here from Tue, 06 Sep 2022 09:00:00 UTC to Tue, 06 Sep 2022 10:00:00 UTC; rolled back to runner:85d83c6",
		},
		"Replaced": {
			"GONE", nameless, func(w *api.Whereabouts) {
				w.FirstAt, w.GoneAt, w.Last = ago(3*time.Hour), ago(2*time.Hour), link(new("38e09244e5b2c1f8c1a66dc2a7c2a6d4c2b1a0f9"))
			},
			"was here from Tue, 06 Sep 2022 09:00:00 UTC to Tue, 06 Sep 2022 10:00:00 UTC, last in runner:38e0924; in its place runs registry/runner:latest",
		},
		"TakenAway": {
			"GONE", nil, func(w *api.Whereabouts) {
				w.FirstAt, w.GoneAt, w.Last = ago(3*time.Hour), ago(2*time.Hour), link(new(sha))
			},
			"was here from Tue, 06 Sep 2022 09:00:00 UTC to Tue, 06 Sep 2022 10:00:00 UTC; nothing of runner runs there",
		},
		"NoProvenance": {"UNKNOWN", nameless, func(w *api.Whereabouts) { w.Reason, w.Remedy = "NO_PROVENANCE", "tell it" }, "nobody told what registry/runner:latest was built from: tell it"},
		"NewReason":    {"UNKNOWN", nil, func(w *api.Whereabouts) { w.Reason, w.Remedy = "OUT_OF_ORDER", "wait" }, "out of order: wait"},
	}
	io := &term.IO{Now: func() time.Time { return *ago(0) }, Zone: time.UTC}
	where := &api.CommitWhereabouts{CommitLine: api.CommitLine{Commit: api.Commit{SHA: sha}}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w api.Whereabouts
			w.State, w.Running, w.Flow, w.At = tt.state, tt.running, &api.Named{Name: "runner"}, *ago(0)
			tt.more(&w)
			if got := detailOf(io, where, w); got != tt.want {
				t.Errorf("detailOf\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
