package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

func (db *DB) judge(ctx context.Context, tx bun.Tx, org *model.Organization, environments []int, now time.Time) error {
	return nil
}
