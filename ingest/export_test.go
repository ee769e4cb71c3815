package ingest

// The limits, for tests that go up to them.
const (
	MaxEnvironmentBody = maxEnvironmentBody
	MaxGitHubBody      = maxDelivery
	MaxReportBody      = maxReportBody
)

// ParseReport reads reports, for fuzz tests.
var ParseReport = parseReport
