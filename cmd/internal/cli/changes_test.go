package cli

import (
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

func TestEndsOf(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		want ends // nothing for a usage error
	}{
		"Environments":      {[]string{"aws-prod", "aws-beta"}, ends{"aws-prod", "aws-beta", eitherRef}},
		"Tags":              {[]string{"v1.1", "v1.2"}, ends{"v1.1", "v1.2", eitherRef}},
		"Numbers":           {[]string{"aws-prod#65", "aws-prod"}, ends{"aws-prod#65", "aws-prod", snapshotRef}},
		"CountedBack":       {[]string{"aws-prod", "aws-prod~1"}, ends{"aws-prod", "aws-prod~1", snapshotRef}},
		"Moments":           {[]string{"aws-prod@{2022-08-22 11:35}", "aws-prod"}, ends{"aws-prod@{2022-08-22 11:35}", "aws-prod", snapshotRef}},
		"Artifacts":         {[]string{"runner:85d83c6", "runner@9af401c"}, ends{"runner:85d83c6", "runner@9af401c", commitRef}},
		"Repository":        {[]string{"v1.1", "cyber-dojo/runner@main"}, ends{"v1.1", "cyber-dojo/runner@main", commitRef}},
		"Branch":            {[]string{"main", "fix/replicas"}, ends{"main", "fix/replicas", commitRef}},
		"PullRequest":       {[]string{"main", "#276"}, ends{"main", "#276", commitRef}},
		"PullRequestThere":  {[]string{"main", "cyber-dojo/runner#276"}, ends{"main", "cyber-dojo/runner#276", commitRef}},
		"TildeInAName":      {[]string{"a~b", "main"}, ends{"a~b", "main", eitherRef}},
		"Mixed":             {[]string{"aws-prod#65", "runner:16d9990"}, ends{}},
		"One":               {[]string{"aws-prod"}, ends{"aws-prod~1", "aws-prod", snapshotRef}},
		"OneByNumber":       {[]string{"aws-prod#65"}, ends{"aws-prod#64", "aws-prod#65", snapshotRef}},
		"OneCountedBack":    {[]string{"aws-prod~2"}, ends{"aws-prod~3", "aws-prod~2", snapshotRef}},
		"OneWithoutABefore": {[]string{"aws-prod#1"}, ends{}},
		"OneMoment":         {[]string{"aws-prod@{yesterday}"}, ends{}},
		"OneCommit":         {[]string{"runner:16d9990"}, ends{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := endsOf(tt.args)
			if got != tt.want || (err != nil) != (tt.want == ends{}) {
				t.Errorf("endsOf(%q) = %+v, %v; want %+v", tt.args, got, err, tt.want)
			}
		})
	}
}

func TestMarksOf(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]string{
		"Faster":                     "(#27, CD-1)",
		"Faster (#27)":               "(CD-1)",
		"Faster (#276), not #275":    "(#27, CD-1)",
		"Faster than #276: see #27!": "(CD-1)",
		"CD-1: faster, #27":          "",
		"CD-12: faster, #27":         "(CD-1)",
	} {
		var c api.ChangedCommit
		c.Subject, c.IssueKeys = subject, []string{"CD-1"}
		c.PullRequests.Nodes = []api.PullRequest{{Number: 27}}
		got := ""
		if marks := marksOf(c); len(marks) > 0 {
			got = marks[0]
		}
		if got != want {
			t.Errorf("marks of %q = %q, want %q", subject, got, want)
		}
	}
}
