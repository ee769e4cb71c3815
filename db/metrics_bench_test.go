package db_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// BenchmarkDB_Metrics is a list of 2,000 changes, and one more page of it.
func BenchmarkDB_Metrics(b *testing.B) {
	d, org := newDB(b)
	const n = 2000
	commits := reportCommits(b, d, org, "cyber-dojo/runner", linear(n))
	newFlow(b, d, org, "runner")
	newEnvironment(b, d, org, "aws-prod")
	d.Now = func() time.Time { return hours(1000) }
	for i, c := range commits {
		at := hours(float64(i) / 10)
		name := fmt.Sprint("runner-", i)
		_, _, err := d.ReportArtifact(b.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: name, Fingerprint: fingerprint(name), Commit: &c.SHA, At: &at})
		if err != nil {
			b.Fatal(err)
		}
		report(b, d, org, at, map[string]int{name: 1})
	}
	f, err := d.Flow(b.Context(), org, "runner")
	if err != nil {
		b.Fatal(err)
	}
	q := model.MetricsQuery{Environment: "aws-prod", From: hours(0), To: hours(999), Step: model.MetricsByWeek, Hotfix: model.DefaultHotfixRule(), Asked: hours(1000), Lists: true}
	for name, continues := range map[string]bool{"FirstPage": false, "NextPage": true} {
		q.Continues = continues
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				found, err := d.MetricsOfFlows(b.Context(), org, []*model.Flow{f}, q)
				if err != nil || len(found[0].Rows) != n {
					b.Fatalf("%d changes, %v", len(found[0].Rows), err)
				}
				if _, err := found[0].PageOfChanges(model.Page{First: 100}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
