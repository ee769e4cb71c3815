package graph

import (
	"context"
	"maps"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of metrics.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"DeliveryMetrics": {
			"environment": inline(func(m *model.DeliveryMetrics) any { return m.Environment }),
			"changes":     pages(changesOfMetrics),
		},
		"DeliveredChange": {
			"flow":     inline(func(c *model.DeliveredChange) any { return c.Flow() }),
			"artifact": filled(fillDeliveredArtifacts, func(c *model.DeliveredChange) any { return orNothing(c.Artifact) }),
			"replaced": filled(fillReplacedArtifacts, func(c *model.DeliveredChange) any { return orNothing(c.Replaced) }),
			"snapshot": filled(fillDeliveredSnapshots, func(c *model.DeliveredChange) any { return orNothing(c.Snapshot) }),
			"commits":  filled(fillDeliveredCommits, func(c *model.DeliveredChange) any { return orNothing(c.Commits) }),
		},
	})
}

func metricsOfFlows(ctx context.Context, d *db.DB, org *model.Organization, flows []*model.Flow, args arguments) ([]answer, error) {
	query, err := args.metricsQuery(ctx, d.Time())
	if err != nil {
		return nil, err
	}
	metrics, err := d.MetricsOfFlows(ctx, org, flows, query)
	return answersOf(metrics), err
}

func metricsOfOrganization(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
	query, err := args.metricsQuery(ctx, d.Time())
	if err != nil {
		return nil, err
	}
	which, err := args.flowFilter()
	if err != nil {
		return nil, err
	}
	return d.Metrics(ctx, org, which, query)
}

// metricsQuery is what the arguments of metrics, and those of the lists of changes below
// them, ask for, given what is now.
func (a arguments) metricsQuery(ctx context.Context, now time.Time) (model.MetricsQuery, error) {
	none := model.MetricsQuery{}
	lists, since := listsOfChanges(ctx, now)
	if since != nil {
		now = *since
	}
	during, err := a.timeRange("during")
	if err != nil {
		return none, err
	}
	step := model.MetricsByWeek
	if a["step"] != nil {
		if err := step.UnmarshalGQL(a["step"]); err != nil {
			return none, err
		}
	}
	hotfix, err := a.hotfixRule("hotfix")
	if err != nil {
		return none, err
	}
	query, err := model.NewMetricsQuery(a.text("environment"), during, step, hotfix, now)
	query.Lists, query.Continues = lists, since != nil
	return query, err
}

// listsOfChanges reports whether the metrics that are being loaded are asked for lists of
// their changes; and if all of them go on after a page of the same list, since when.
func listsOfChanges(ctx context.Context, now time.Time) (lists bool, since *time.Time) {
	op := graphql.GetOperationContext(ctx)
	begins := false
	for _, f := range graphql.CollectFields(op, selectionFrom(ctx), []string{"DeliveryMetrics"}) {
		if f.Name != "changes" {
			continue
		}
		after, _ := f.ArgumentMap(op.Variables)["after"].(string)
		at, known := model.ListedSince(model.Cursor(after), now)
		begins = begins || !known || lists && !at.Equal(*since)
		lists, since = true, &at
	}
	if begins {
		since = nil
	}
	return lists, since
}

// below are the fields of an argument that is an input.
func (a arguments) below(name string) arguments {
	fields, _ := a[name].(map[string]any)
	return fields
}

func (a arguments) timeRange(name string) (model.TimeRangeInput, error) {
	ends := a.below(name)
	var during model.TimeRangeInput
	if err := during.From.UnmarshalGQL(ends["from"]); err != nil {
		return during, err
	}
	to := ends["to"]
	if to == nil {
		to = "now"
	}
	return during, during.To.UnmarshalGQL(to)
}

func (a arguments) hotfixRule(name string) (model.HotfixRule, error) {
	rule, said := model.DefaultHotfixRule(), a.below(name)
	if said["within"] != nil {
		var err error
		if rule.Within, err = said.number("within"); err != nil {
			return rule, err
		}
	}
	if said["words"] != nil {
		rule.Words = said.texts("words")
	}
	return rule, nil
}

// The changes are there already: the list is pages of them.
func changesOfMetrics(_ *db.DB, _ context.Context, _ *model.Organization, metrics []*model.DeliveryMetrics, p model.Page) ([]*model.DeliveredChangeConnection, error) {
	connections := make([]*model.DeliveredChangeConnection, len(metrics))
	for i, m := range metrics {
		page, err := m.PageOfChanges(p)
		if err != nil {
			return nil, err
		}
		connections[i] = page
	}
	return connections, nil
}

func fillDeliveredArtifacts(ctx context.Context, d *db.DB, org *model.Organization, changes []*model.DeliveredChange) error {
	return fillArtifacts(ctx, d, org, changes, func(c *model.DeliveredChange) (**model.Artifact, *model.Fingerprint, int) {
		return &c.Artifact, &c.Run.Version.Fingerprint, c.Flow().Key
	})
}

func fillReplacedArtifacts(ctx context.Context, d *db.DB, org *model.Organization, changes []*model.DeliveredChange) error {
	return fillArtifacts(ctx, d, org, changes, func(c *model.DeliveredChange) (**model.Artifact, *model.Fingerprint, int) {
		replaced := c.ReplacedVersion()
		if replaced == nil {
			return &c.Replaced, nil, 0
		}
		return &c.Replaced, &replaced.Fingerprint, c.Flow().Key
	})
}

func fillDeliveredSnapshots(ctx context.Context, d *db.DB, org *model.Organization, changes []*model.DeliveredChange) error {
	var asking []*model.DeliveredChange
	var asked []db.SnapshotKey
	for _, c := range changes {
		if c.Snapshot == nil {
			asking, asked = append(asking, c), append(asked, db.SnapshotKey{Environment: c.Environment.Key, Number: c.Run.Since})
		}
	}
	if len(asking) == 0 {
		return nil
	}
	found, err := d.SnapshotsByKey(ctx, org, asked)
	for i := range found {
		asking[i].Snapshot = found[i]
	}
	return err
}

// fillDeliveredCommits finds what lies between a version and the one that it replaced.
func fillDeliveredCommits(ctx context.Context, d *db.DB, org *model.Organization, changes []*model.DeliveredChange) error {
	if err := fillDeliveredArtifacts(ctx, d, org, changes); err != nil {
		return err
	}
	if err := fillReplacedArtifacts(ctx, d, org, changes); err != nil {
		return err
	}
	var asking []*model.DeliveredChange
	var pairs []db.CommitPair
	for _, c := range changes {
		if c.Replaced != nil && c.Commits == nil {
			asking, pairs = append(asking, c), append(pairs, db.CommitPair{From: c.Replaced.Commit, To: c.Artifact.Commit})
		}
	}
	if len(asking) == 0 {
		return nil
	}
	ranges, err := d.CommitRanges(ctx, org, pairs)
	for i, r := range ranges {
		asking[i].Commits = r
	}
	return err
}
