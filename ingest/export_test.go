package ingest

import (
	"log/slog"
	"net/http"
	"time"
)

// The limits, for tests that go up to them.
const (
	MaxEnvironmentBody = maxEnvironmentBody
	MaxGitHubBody      = maxDelivery
	MaxReportBody      = maxReportBody
)

// ParseReport reads reports, for fuzz tests.
var ParseReport = parseReport

// NewSmallHandler is NewHandler with room for so many requests, of which each has
// so much time for a body and waits as long for room.
func NewSmallHandler(store Store, log *slog.Logger, slots int64, patience time.Duration) http.Handler {
	return newHandler(store, log, limits{memory: productionLimits.memory, slots: slots, patience: patience, bodyTime: func(int64) time.Duration { return patience }})
}
