package db

import (
	"time"

	"github.com/landfall-dev/landfall/model"
)

// deliveryColumns are the columns of a delivery d but for its body.
const deliveryColumns = `
  d.id AS d_id, d.source AS d_source, d.key AS d_key, d.event AS d_event, d.repository AS d_repository, d.received_at AS d_received_at,
  d.state AS d_state, d.reason AS d_reason, d.due_at AS d_due_at, d.attempts AS d_attempts, d.headers AS d_headers, length(d.body) AS d_size`

type deliveryRow struct {
	DID         int64          `bun:"d_id"`
	DSource     string         `bun:"d_source"`
	DKey        string         `bun:"d_key"`
	DEvent      string         `bun:"d_event"`
	DRepository *string        `bun:"d_repository"`
	DReceivedAt time.Time      `bun:"d_received_at"`
	DState      string         `bun:"d_state"`
	DReason     *string        `bun:"d_reason"`
	DDueAt      *time.Time     `bun:"d_due_at"`
	DAttempts   int            `bun:"d_attempts"`
	DHeaders    []model.Header `bun:"d_headers,type:jsonb"`
	DSize       int            `bun:"d_size"`
	DBody       []byte         `bun:"d_body"`
}

func (r *deliveryRow) delivery(org *model.Organization) *model.Delivery {
	d := &model.Delivery{
		OrganizationName: org.Name, Key: r.DID, Source: sourceOfColumn(r.DSource), SourceID: r.DKey, Event: r.DEvent,
		ReceivedAt: r.DReceivedAt.UTC(), State: stateOfColumn(r.DState), NextAttemptAt: utc(r.DDueAt), Attempts: r.DAttempts,
		Headers: r.DHeaders, Size: r.DSize, Body: r.DBody,
	}
	if r.DRepository != nil {
		d.Repository = *r.DRepository
	}
	if r.DReason != nil {
		d.Reason = *r.DReason
	}
	return d
}
