package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestCommitRange_Unknown(t *testing.T) {
	t.Parallel()
	r := model.UnknownRange(nil, nil, "%d reasons", 3)
	if r.Relation != model.CommitsUnknown || *r.Reason != "3 reasons" || r.Ahead != nil || r.Behind != nil {
		t.Errorf("got %+v", r)
	}
}

func TestFlowsOfDiff(t *testing.T) {
	t.Parallel()
	flows := map[string]*model.Flow{}
	for i, name := range []string{"runner", "nginx", "saver", "web", "repler", "differ"} {
		flows[name] = &model.Flow{Key: i + 1, Name: name}
	}
	runs := func(name string) *model.RunningArtifact {
		print := model.Fingerprint(name)
		r := &model.RunningArtifact{Names: []string{name}, Fingerprint: &print}
		if flow := flows[strings.Split(name, ":")[0]]; flow != nil {
			r.Artifact = &model.Artifact{Flow: flow}
		}
		return r
	}
	newest := func(names ...string) map[int]*model.RunningArtifact {
		byFlow := map[int]*model.RunningArtifact{}
		for _, name := range names {
			byFlow[flows[strings.Split(name, ":")[0]].Key] = runs(name)
		}
		return byFlow
	}
	var added, removed []*model.RunningArtifact
	for _, name := range []string{"x:1", "runner:4", "runner:3", "nginx:2", "saver:2", "differ:2"} {
		added = append(added, runs(name))
	}
	for _, name := range []string{"runner:2", "runner:1", "x:0", "nginx:1", "web:1", "repler:1"} {
		removed = append(removed, runs(name))
	}
	// repler:2 ran already when repler:1 went; differ:1 stays beside differ:2.
	got := model.FlowsOfDiff(&model.SnapshotDiff{AddedRows: added, RemovedRows: removed},
		newest("runner:2", "nginx:1", "web:1", "repler:2", "differ:1"), newest("runner:4", "nginx:2", "saver:2", "repler:2", "differ:2"))
	name := func(r *model.RunningArtifact) string {
		if r == nil {
			return "-"
		}
		return r.Name()
	}
	var lines []string
	for _, c := range got {
		lines = append(lines, fmt.Sprintf("%s %s %s", c.Flow.Name, name(c.From), name(c.To)))
	}
	want := []string{"differ differ:1 differ:2", "nginx nginx:1 nginx:2", "runner runner:2 runner:4", "saver - saver:2", "web web:1 -"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
