package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// ruleHelp says how to write what is expected.
const ruleHelp = "Write it as one of\n" +
	"  'runner: at least 3'     replicas of a flow, all its versions together; also\n" +
	"                           'at most 5', 'exactly 3', '2 to 5'\n" +
	"  'known provenance'       only artifacts that a flow has and whose commit was told;\n" +
	"                           also 'known provenance, except nginx*, */sidecar:*'\n" +
	"  'at most 30 days old'    also 'runner: at most 30 days old'\n" +
	"  'same as aws-beta'       the same artifacts, after an hour at most; also\n" +
	"                           'same as aws-beta within 15m'"

// expectationDocument is an expectation in JSON.
type expectationDocument struct {
	Summary   string          `json:"summary"`
	Kind      string          `json:"kind"`
	State     string          `json:"state"`
	CreatedAt time.Time       `json:"createdAt"`
	Breach    *breachDocument `json:"breach"`
}

func documentOfExpectation(e api.Expectation) expectationDocument {
	d := expectationDocument{Summary: e.Summary, Kind: e.Kind, State: e.State, CreatedAt: e.CreatedAt.UTC()}
	if e.Breach != nil {
		breach := documentOfBreach(*e.Breach)
		d.Breach = &breach
	}
	return d
}

// breachDocument is a breach in JSON.
type breachDocument struct {
	Summary     string     `json:"summary"`
	Environment string     `json:"environment"`
	Found       int        `json:"found"`
	StartedAt   time.Time  `json:"startedAt"`
	StartedIn   *string    `json:"startedIn"`
	EndedAt     *time.Time `json:"endedAt"`
	EndedIn     *string    `json:"endedIn"`
}

func documentOfBreach(b api.Breach) breachDocument {
	return breachDocument{
		Summary: b.Summary, Environment: b.Environment.Name, Found: b.Found, StartedAt: b.StartedAt.UTC(), StartedIn: known(b.Snapshot()),
		EndedAt: utc(b.EndedAt), EndedIn: known(b.End()),
	}
}

// foundOf says what is against an expectation, since when, and which snapshot was the
// first to show it.
func foundOf(io *term.IO, e api.Expectation) (since, snapshot, found string) {
	if e.Breach == nil {
		return term.Unknown, term.Unknown, term.Unknown
	}
	return io.Ago(e.Breach.StartedAt), orUnknown(e.Breach.Snapshot()), e.Breach.Summary
}
