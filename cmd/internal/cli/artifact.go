package cli

import (
	"strings"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// artifactDocument is an artifact in JSON.
type artifactDocument struct {
	Ref         string    `json:"ref"`
	Name        string    `json:"name"`
	Flow        string    `json:"flow"`
	Fingerprint string    `json:"fingerprint"`
	CommitSHA   *string   `json:"commitSha"`
	CommitURL   *string   `json:"commitUrl"`
	BuildURL    *string   `json:"buildUrl"`
	CreatedAt   time.Time `json:"createdAt"`
	State       string    `json:"state"`
}

func documentOfArtifact(a api.Artifact) artifactDocument {
	return artifactDocument{
		Ref: a.Ref, Name: a.Name, Flow: a.Flow.Name, Fingerprint: a.Fingerprint, CommitSHA: a.CommitSHA,
		CommitURL: a.CommitURL, BuildURL: a.BuildURL, CreatedAt: a.CreatedAt.UTC(), State: a.State,
	}
}

// ambiguityDocument is what a name fits, if it fits several things, in JSON.
type ambiguityDocument struct {
	AskedFor string `json:"askedFor"`
	Summary  string `json:"summary"`
}

func documentOfAmbiguity(a *api.Ambiguity) *ambiguityDocument {
	if a == nil {
		return nil
	}
	return &ambiguityDocument{AskedFor: a.AskedFor, Summary: a.Summary}
}

// stateOf is a state of evidence as people write it: NON-COMPLIANT.
func stateOf(state string) string { return strings.ReplaceAll(state, "_", "-") }

func colorOfState(state string) term.Color {
	switch stateOf(state) {
	case "COMPLIANT":
		return term.Green
	case "NON-COMPLIANT":
		return term.Red
	default:
		return term.Yellow
	}
}

// shortSHA is a SHA as git and image tags write it; Unknown if it is empty.
func shortSHA(sha string) string {
	return orUnknown(sha[:min(len(sha), 7)])
}

// namedLines are the two cells that tell a thing that runs or was built: its
// name, and its fingerprint below.
func namedLines(name, fingerprint string) (string, string) {
	return "Name: " + name, "Fingerprint: " + orUnknown(fingerprint)
}
