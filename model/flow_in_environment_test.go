package model_test

import (
	"fmt"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestNewFlowInEnvironments(t *testing.T) {
	t.Parallel()
	many := make([]*model.RunningArtifact, 25)
	for i := range many {
		many[i] = &model.RunningArtifact{Names: []string{fmt.Sprint("many-", i)}, Replicas: 2}
	}
	one := []*model.RunningArtifact{{Names: []string{"one"}, Replicas: 3}}
	environments := make([]*model.Environment, 5)
	got := model.NewFlowInEnvironments(environments, make([]*model.Snapshot, 5), [][]*model.RunningArtifact{nil, many, nil, one, many[3:5]})
	want := []string{"0 0 -", "20 50 -", "0 0 -", "1 3 many-0", "2 4 one"}
	for i, in := range got {
		before := "-"
		if in.Before != nil {
			before = in.Before.Name()
		}
		if line := fmt.Sprintf("%d %d %s", len(in.Running), in.ReplicaCount, before); line != want[i] {
			t.Errorf("place %d: %s, want %s", i, line, want[i])
		}
	}
}
