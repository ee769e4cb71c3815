package model_test

import (
	"fmt"
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
	runner, web := &model.Flow{Key: 1, Name: "runner"}, &model.Flow{Key: 2, Name: "nginx"}
	runs := func(name string, flow *model.Flow) *model.RunningArtifact {
		r := &model.RunningArtifact{Names: []string{name}}
		if flow != nil {
			r.Artifact = &model.Artifact{Flow: flow}
		}
		return r
	}
	got := model.FlowsOfDiff(&model.SnapshotDiff{
		AddedRows:   []*model.RunningArtifact{runs("x:1", nil), runs("runner:4", runner), runs("runner:3", runner), runs("nginx:2", web), runs("saver:2", &model.Flow{Key: 3, Name: "saver"})},
		RemovedRows: []*model.RunningArtifact{runs("runner:2", runner), runs("runner:1", runner), runs("x:0", nil), runs("nginx:1", web), runs("web:1", &model.Flow{Key: 4, Name: "web"})},
	})
	var lines []string
	for _, c := range got {
		name := func(r *model.RunningArtifact) string {
			if r == nil {
				return "-"
			}
			return r.Name()
		}
		lines = append(lines, fmt.Sprintf("%s %s %s", c.Flow.Name, name(c.From), name(c.To)))
	}
	if diff := cmp.Diff([]string{"nginx nginx:1 nginx:2", "runner runner:2 runner:4", "saver - saver:2", "web web:1 -"}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
