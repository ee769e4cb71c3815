package ingest

// The limits, for tests that go up to them.
const (
	MaxEnvironmentBody = maxEnvironmentBody
	MaxGitHubBody      = maxGitHubBody
	MaxReportBody      = maxReportBody
)
