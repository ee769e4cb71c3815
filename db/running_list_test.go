package db_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// The pages of a large snapshot cost one statement for the first and one for all
// others, and are the same as when it is read whole.
func TestDB_RunningOfSnapshots_ManyPages(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	running := map[string]int{}
	for i := range 230 {
		running[fmt.Sprintf("service-%d", i)] = 1 + i%3
	}
	report(t, d, org, minute(1), running)
	s, err := d.Snapshot(t.Context(), org, model.SnapshotRefOf("aws-prod", 1))
	if err != nil {
		t.Fatal(err)
	}
	before := d.Statements()
	got := map[string]int{}
	p, pages := page(20), 0
	for {
		found, err := d.RunningOfSnapshots(t.Context(), org, []*model.Snapshot{s}, p)
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, r := range found[0].Nodes {
			got[r.Name()] += r.Replicas
		}
		info := found[0].PageInfo()
		if !info.HasNextPage {
			break
		}
		p.After = *info.EndCursor
	}
	if diff := cmp.Diff(running, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := d.Statements() - before; pages != 12 || n != 2 {
		t.Errorf("%d pages took %d statements, want 12 and 2", pages, n)
	}
	// What is read later is another snapshot.
	report(t, d, org, minute(2), map[string]int{"service-1": 1})
	found, err := d.RunningOfSnapshots(t.Context(), org, []*model.Snapshot{s}, p)
	if err != nil || len(found[0].Nodes) != 10 {
		t.Errorf("the last page of #1 has %d, %v", len(found[0].Nodes), err)
	}
}
