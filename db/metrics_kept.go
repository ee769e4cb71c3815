package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// Bounds of what is kept of metrics for the next pages of their changes.
const (
	metricsBytes = 32 << 20 // about three lists of model.MaxMetricsChanges
	changeBytes  = 1000     // a change, with its versions and figures
	keptTime     = time.Minute
)

// Metrics depend on what no event tells, such as when a build started and which files a
// commit touches, and on so much that an organization at work changes some of it every
// second. So nothing is kept for who begins to ask. Whoever asks for the next page of
// changes is told what was found for the first, as it was for the first, for a minute;
// then it is found out anew.

// metricsKey names what was asked for, to the moment.
type metricsKey struct {
	organization, environment int
	from, to, asked           int64
	step                      model.MetricsStep
	within                    int
	words, flows              string
	together                  bool
}

// keptMetrics are those of some flows, at a moment.
type keptMetrics struct {
	metrics []*model.DeliveryMetrics
	at      time.Time
}

// orKept returns metrics of flows: for a further page of their changes, those that were
// found for an earlier one.
func (db *DB) orKept(ctx context.Context, org *model.Organization, flows []*model.Flow, q model.MetricsQuery, together bool) ([]*model.DeliveryMetrics, error) {
	if !q.Lists {
		return db.newMetrics(ctx, org, flows, q, together)
	}
	e, err := db.Environment(ctx, org, q.Environment)
	if err != nil {
		return nil, err
	}
	now := db.now()
	key := newMetricsKey(org, e, flows, q, together)
	if kept, ok := db.metrics.get(key); ok && q.Continues && now.Sub(kept.at) < keptTime {
		return borrow(kept.metrics, e, flows), nil
	}
	found, err := db.newMetrics(ctx, org, flows, q, together)
	if err != nil {
		return nil, err
	}
	db.keepMetrics(key, found, now)
	return found, nil
}

func newMetricsKey(org *model.Organization, e *model.Environment, flows []*model.Flow, q model.MetricsQuery, together bool) metricsKey {
	var keys strings.Builder
	for _, f := range flows {
		fmt.Fprint(&keys, f.Key, " ")
	}
	return metricsKey{
		organization: org.Key, environment: e.Key, from: q.From.UnixMicro(), to: q.To.UnixMicro(), asked: q.Asked.UnixMicro(),
		step: q.Step, within: q.Hotfix.Within, words: strings.Join(q.Hotfix.Words, " "), flows: keys.String(), together: together,
	}
}

func borrow(kept []*model.DeliveryMetrics, e *model.Environment, flows []*model.Flow) []*model.DeliveryMetrics {
	byKey := make(map[int]*model.Flow, len(flows))
	for _, f := range flows {
		byKey[f.Key] = f
	}
	borrowed := make([]*model.DeliveryMetrics, len(kept))
	for i, m := range kept {
		borrowed[i] = m.Borrow(e, byKey)
	}
	return borrowed
}

// keepMetrics keeps what was found if there may be a next page of it.
func (db *DB) keepMetrics(key metricsKey, found []*model.DeliveryMetrics, at time.Time) {
	changes, more := 0, false
	for _, m := range found {
		changes += len(m.Rows)
		more = more || len(m.Rows) > 1
	}
	if !more {
		return
	}
	kept := make([]*model.DeliveryMetrics, len(found))
	bytes := len(key.flows) + len(key.words) + 400
	for i, m := range found {
		kept[i] = m.ForKeeping()
		bytes += 500 + 300*len(m.Series)
	}
	db.metrics.keep(key, keptMetrics{kept, at}, bytes+changes*changeBytes)
}
