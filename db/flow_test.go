package db_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/model"
)

func tagsLine(tags []*model.Tag) string {
	said := make([]string, len(tags))
	for i, t := range tags {
		said[i] = t.Key + "=" + t.Value
	}
	return strings.Join(said, " ")
}

func TestDB_UpdateFlow_Tags(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	in := model.CreateFlowInput{Name: "runner", Tags: []*model.Tag{{Key: "team", Value: "a"}, {Key: "cost", Value: "b"}, {Key: "team", Value: "c"}}}
	for _, created := range []bool{true, false} {
		f, wasCreated, err := d.CreateFlow(t.Context(), org, in)
		if err != nil || wasCreated != created || tagsLine(f.Tags) != "cost=b team=c" {
			t.Fatalf("created %v with tags %s: %v", wasCreated, tagsLine(f.Tags), err)
		}
	}
	description := "Runs tests"
	for _, step := range []struct {
		in   model.UpdateFlowInput
		want string
	}{
		{model.UpdateFlowInput{Description: &description}, "cost=b team=c"},
		{model.UpdateFlowInput{SetTags: []*model.Tag{{Key: "team", Value: "ü \"'\\"}, {Key: "a"}}}, `a= cost=b team=ü "'\`},
		{model.UpdateFlowInput{SetTags: []*model.Tag{{Key: "z", Value: "1"}}, RemoveTags: []string{"a", "nope", "team"}}, "cost=b z=1"},
		{model.UpdateFlowInput{Tags: []*model.Tag{{Key: "b", Value: "2"}}}, "b=2"},
		{model.UpdateFlowInput{Tags: []*model.Tag{}}, ""},
	} {
		step.in.Flow = "runner"
		f, err := d.UpdateFlow(t.Context(), org, step.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := tagsLine(f.Tags); got != step.want || f.Description != description {
			t.Errorf("after %+v it has the tags %q, want %q", step.in, got, step.want)
		}
	}
	_, _, err := d.CreateFlow(t.Context(), org, in)
	wantError(t, err, model.KindConflict, "says something else")
}

// A pipeline that creates a flow each time goes on when people have tagged it.
func TestDB_CreateFlow_TaggedSince(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner"}); err != nil {
		t.Fatal(err)
	}
	tag := &model.Tag{Key: "team", Value: "core"}
	if _, err := d.UpdateFlow(t.Context(), org, model.UpdateFlowInput{Flow: "runner", SetTags: []*model.Tag{tag}}); err != nil {
		t.Fatal(err)
	}
	for name, tags := range map[string][]*model.Tag{"Nothing": nil, "None": {}, "TheSame": {tag}} {
		f, created, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner", Tags: tags})
		if err != nil || created || tagsLine(f.Tags) != "team=core" {
			t.Errorf("%s: created %v, %v", name, created, err)
		}
	}
	_, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner", Tags: []*model.Tag{{Key: "team", Value: "web"}}})
	wantError(t, err, model.KindConflict, "says something else")
}

func TestDB_UpdateFlow_TagsAtOnce(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	const n = 8
	var group errgroup.Group
	for i := range n {
		group.Go(func() error {
			_, err := d.UpdateFlow(t.Context(), org, model.UpdateFlowInput{Flow: "runner", SetTags: []*model.Tag{{Key: fmt.Sprint("k", i)}}})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	f, err := d.Flow(t.Context(), org, "runner")
	if err != nil || len(f.Tags) != n {
		t.Errorf("of %d tags that were set at once, %d are there: %v", n, len(f.Tags), err)
	}
}

func TestDB_UpdateFlow_RefusedTags(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	many := make([]*model.Tag, model.MaxTags)
	for i := range many {
		many[i] = &model.Tag{Key: fmt.Sprint("k", i)}
	}
	if _, err := d.UpdateFlow(t.Context(), org, model.UpdateFlowInput{Flow: "runner", Tags: many}); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		in   model.UpdateFlowInput
		says string
	}{
		"OneTooMany": {model.UpdateFlowInput{SetTags: []*model.Tag{{Key: "one-more"}}}, `flow "runner" would have 51 tags`},
		"TooMany":    {model.UpdateFlowInput{Tags: append(many, &model.Tag{Key: "x"})}, "a flow has at most 50"},
		"Key":        {model.UpdateFlowInput{SetTags: []*model.Tag{{Key: "a b"}}}, `"a b" cannot be the key of a tag`},
		"KeyToTake":  {model.UpdateFlowInput{RemoveTags: []string{""}}, `"" cannot be the key of a tag`},
		"Twice":      {model.UpdateFlowInput{Tags: many, RemoveTags: []string{"k1"}}, "say either all tags"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.in.Flow = "runner"
			_, err := d.UpdateFlow(t.Context(), org, tt.in)
			wantError(t, err, model.KindInvalid, tt.says)
		})
	}
	_, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "web", Tags: []*model.Tag{{Key: "a", Value: strings.Repeat("v", 201)}}})
	wantError(t, err, model.KindInvalid, "must have from 0 to 200")
}

func TestDB_Flows_Tagged(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for name, tags := range map[string][]*model.Tag{
		"runner": {{Key: "team", Value: "core"}, {Key: "tier", Value: "1"}},
		"saver":  {{Key: "team", Value: "core"}},
		"web":    {{Key: "team", Value: "pages"}},
		"nginx":  nil,
	} {
		if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: name, Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		tags []*model.Tag
		want []string
	}{
		"None":      {nil, []string{"nginx", "runner", "saver", "web"}},
		"One":       {[]*model.Tag{{Key: "team", Value: "core"}}, []string{"runner", "saver"}},
		"Two":       {[]*model.Tag{{Key: "team", Value: "core"}, {Key: "tier", Value: "1"}}, []string{"runner"}},
		"OfNone":    {[]*model.Tag{{Key: "tier", Value: "2"}}, []string{}},
		"KeyInPart": {[]*model.Tag{{Key: "tea", Value: "core"}}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := d.Flows(t.Context(), org, model.FlowFilter{Tags: tt.tags}, page(10))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, f := range found.Nodes {
				got = append(got, f.Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	_, err := d.Flows(t.Context(), org, model.FlowFilter{Tags: []*model.Tag{{Key: " "}}}, page(10))
	wantError(t, err, model.KindInvalid, "cannot be the key of a tag")
}
