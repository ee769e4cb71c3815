package ingest

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
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

// LibraryExample is a payload that the library for webhooks brings: of a forge, and
// the event that it is one of.
type LibraryExample struct {
	Name  string
	Forge model.Forge
	Event string
	Body  []byte
}

// LibraryExamples are all payloads of the library's for the forges that are taken.
func LibraryExamples(t testing.TB) []LibraryExample {
	folders := map[string]model.Forge{
		"github": model.ForgeGitHub, "gitlab": model.ForgeGitLab, "gitea": model.ForgeGitea, "bitbucket": model.ForgeBitbucket, "docker": model.ForgeDockerHub,
	}
	var all []LibraryExample
	for folder, wants := range libraryWants {
		bodies := libraryExamples(t, folder)
		for file, e := range wants.examples {
			all = append(all, LibraryExample{folder + "/" + file, folders[folder], e.event, bodies[file]})
		}
	}
	return all
}
