package model_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestParseRule(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"runner: at least 3":                       "runner: at least 3",
		"runner:AT  least 3 replicas":              "runner: at least 3",
		"runner: at most 1 replica":                "runner: at most 1",
		"runner: exactly 3":                        "runner: exactly 3",
		"runner: 3 to 3":                           "runner: exactly 3",
		" runner : 2 to 5":                         "",
		"runner: 2 to 5":                           "runner: 2 to 5",
		"runner: at most 0":                        "runner: at most 0",
		"at most 1 day old":                        "at most 1 day old",
		"web-2.x: at most 30 days old":             "web-2.x: at most 30 days old",
		"known provenance":                         "known provenance",
		"Known provenance except b*, a, b*,":       "known provenance, except a, b*",
		"known provenance, except reg:5000/x:1":    "known provenance, except reg:5000/x:1",
		"same as aws-beta":                         "same as aws-beta within 1h",
		"same as aws-beta within 60m":              "same as aws-beta within 1h",
		"runner: same as aws-beta within 90s":      "runner: same as aws-beta within 90s",
		"same as aws-beta within 0h":               "same as aws-beta within 0s",
		"":                                         "",
		"at least 3":                               "",
		"runner: at least -1":                      "",
		"runner: at least 3.5":                     "",
		"runner: at least 99999999999999999999":    "",
		"runner: at least 0":                       "",
		"runner: 5 to 2":                           "",
		"runner: known provenance":                 "",
		"at most 0 days old":                       "",
		"same as aws beta":                         "",
		"same as aws-beta within 400d":             "",
		"same as -x":                               "",
		"runner: at least 3; drop table artifacts": "",
		"known provenance, except " + strings.Repeat("x,y", 900): "",
	} {
		got, err := model.ParseRule(in)
		switch {
		case want == "" && model.KindOf(err) != model.KindInvalid:
			t.Errorf("%q is read as %q, %v", in, got, err)
		case want != "" && (err != nil || got.String() != want):
			t.Errorf("%q is read as %q, %v, want %q", in, got, err, want)
		}
	}
}

// What is read is written in one way, which is read as the same.
func FuzzParseRule(f *testing.F) {
	for _, seed := range []string{
		"runner: at least 3", "a: 2 to 5", "known provenance, except a*, b", "web: at most 30 days old", "same as x within 90s", "x: same as y", "known provenance except *",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		rule, err := model.ParseRule(in)
		if err != nil {
			if model.KindOf(err) != model.KindInvalid {
				t.Fatalf("%q: %v", in, err)
			}
			return
		}
		again, err := model.ParseRule(rule.String())
		if err != nil {
			t.Fatalf("%q is written %q, which is refused: %v", in, rule.String(), err)
		}
		if diff := cmp.Diff(rule, again); diff != "" {
			t.Fatalf("%q (-first +again):\n%s", in, diff)
		}
		rule.Judge([]model.JudgedArtifact{{Names: []string{in}}}, nil, time.Unix(0, 0)) // its patterns are patterns
	})
}

func TestRule_Judge(t *testing.T) {
	t.Parallel()
	at := time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)
	known := func(flow string, days int, commit bool) model.KnownArtifact {
		return model.KnownArtifact{Flow: flow, CreatedAt: at.AddDate(0, 0, -days), HasCommit: commit}
	}
	running := []model.JudgedArtifact{
		{Names: []string{"runner:1"}, Replicas: 2, Known: []model.KnownArtifact{known("runner", 10, true)}},
		{Names: []string{"runner:2"}, Replicas: 1, Known: []model.KnownArtifact{known("runner", 1, true), known("other", 40, false)}},
		{Names: []string{"nginx:3", "reg/nginx:3"}, Replicas: 4},
		{Names: []string{"web"}, Replicas: 1, Known: []model.KnownArtifact{known("web", 3, false)}},
	}
	ago := func(days int) *time.Time { t := at.AddDate(0, 0, -days); return &t }
	for text, want := range map[string]model.Verdict{
		"runner: at least 3":                        {Met: true, Found: 3},
		"runner: at least 4":                        {Found: 3},
		"runner: at most 2":                         {Found: 3},
		"walker: exactly 0":                         {Met: true},
		"known provenance":                          {Found: 2, Offenders: []int{2, 3}},
		"known provenance, except reg/*":            {Found: 1, Offenders: []int{3}},
		"known provenance, except reg/ngin":         {Found: 2, Offenders: []int{2, 3}},
		"known provenance, except *w*b*, r*g/*:3":   {Met: true},
		"known provenance, except nginx:33, *ngi*x": {Found: 2, Offenders: []int{2, 3}},
		"known provenance, except web, *:3":         {Met: true},
		"at most 20 days old":                       {Found: 1, Offenders: []int{1}, Since: ago(20), Again: ago(-10)},
		"runner: at most 5 days old":                {Found: 1, Offenders: []int{0}, Since: ago(5), Again: ago(-4)},
		"at most 50 days old":                       {Met: true, Again: ago(-10)},
		"same as elsewhere within 0s":               {Met: true},
	} {
		rule, err := model.ParseRule(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rule.Judge(running, nil, at)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	rule, _ := model.ParseRule("same as elsewhere within 1d")
	differences := []model.JudgedDifference{{Since: *ago(2)}, {Since: at.Add(-time.Hour)}}
	if diff := cmp.Diff(model.Verdict{Found: 1, Offenders: []int{0}, Since: ago(1), Again: new(at.Add(23 * time.Hour))}, rule.Judge(running, differences, at)); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}
