package ingest

// The limits, for tests that go up to them.
const (
	MaxEnvironmentBody = maxEnvironmentBody
	MaxGitHubBody      = maxDelivery
	MaxReportBody      = maxReportBody
)

// What reads bodies, for fuzz tests.
var (
	ParseGitHub = parseGitHub
	ParseReport = parseReport
)
