package demo

import "time"

// Step is one thing that happened: an *EnvironmentStep, *FlowStep,
// *ExpectationStep, *PushStep, *BuildStep, *CommitsStep, *ArtifactStep, *EvidenceStep, *DeploymentStep or
// *ReportStep, and nothing else.
type Step interface {
	// Happened tells when it happened, and where the story tells it.
	Happened() Moment
}

// Moment is the part that all steps have.
type Moment struct {
	At   time.Time // when it happened
	Line int       // line of story.yaml
}

// Happened returns m itself.
func (m Moment) Happened() Moment { return m }

// EnvironmentStep is the making of an environment.
type EnvironmentStep struct {
	Moment
	Name        string
	Type        string // of the wire format, which has capitals: ECS
	Description string
}

// FlowStep is the making of a flow.
type FlowStep struct {
	Moment
	Name        string
	Description string
	Repository  string   // with its owner
	Evidence    []string // names of the evidence that its artifacts need
}

// ExpectationStep is that somebody says what must run in an environment.
type ExpectationStep struct {
	Moment
	Environment string
	Expect      string // as people write it: runner: at least 3
}

// PushStep is a push to GitHub. Its Delivery is the webhook that tells of it.
type PushStep struct {
	Moment
	Repository string // with its owner
	Branch     string
	Before     string   // SHA at the head of the branch before
	Commits    []Commit // parents first; the last is the new head
}

// Head is the commit at the head of the branch after the push.
func (s *PushStep) Head() Commit { return s.Commits[len(s.Commits)-1] }

// BuildStep is the start or the end of one attempt of one run of a workflow. Its
// Delivery is the webhook that tells of it.
type BuildStep struct {
	Moment
	Repository string // with its owner
	Branch     string
	Workflow   string
	Run        int64
	Number     int64
	Attempt    int64
	Head       Commit
	CreatedAt  time.Time // when the first attempt was asked for
	StartedAt  time.Time // when this attempt was
	Conclusion string    // empty at the start
}

// URL is the page of the run, the same for all its attempts.
func (s *BuildStep) URL() string { return buildURL(s.Repository, s.Run) }

// CommitsStep is CI reporting the commits up to the one that it checked out,
// parents first. It leaves out what an earlier step reported.
type CommitsStep struct {
	Moment
	Repository string // with its owner
	Commits    []Commit
}

// ArtifactStep is CI reporting what it made.
type ArtifactStep struct {
	Moment
	Flow     string
	Artifact Artifact
	BuildURL string
}

// EvidenceStep is CI reporting what it measured of an artifact.
type EvidenceStep struct {
	Moment
	Flow      string
	Artifact  Artifact
	Name      string
	Compliant bool
	BuildURL  string
}

// DeploymentStep is CI saying that an artifact is to run in an environment.
type DeploymentStep struct {
	Moment
	Flow        string
	Artifact    Artifact
	Environment string
	BuildURL    string
}

// ReportStep is an agent reporting all that runs in an environment.
type ReportStep struct {
	Moment
	Environment string
	Type        string // of the environment, and the last part of the path
	Unchanged   bool   // true if nothing but the time is new since the report before
	Report      Report // the body
}
