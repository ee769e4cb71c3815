package model

import (
	"io"
	"time"
)

// Artifact is something built, in one flow.
type Artifact struct {
	Key               int64
	Flow              *Flow
	Fingerprint       Fingerprint
	Name              string
	Repository        *Repository // nil if not known
	CommitPrefix      string      // what was said of its commit: a SHA or a prefix; empty if nothing
	Commit            *Commit
	CommitIsAmbiguous bool // several commits fit what was said
	AmbiguousCommit   *AmbiguousCommit
	Build             *Build
	BuildURL          *string
	CreatedAt         time.Time
	Evidence          []Evidence    // the newest of each name
	Digests           []Fingerprint // others by which it is known; filled when they are asked for
	Names             []string      // all that it was told of by; filled when they are asked for
}

// IsNode marks what has an ID.
func (*Artifact) IsNode() {}

// IsArtifactResult marks what a reference to an artifact can lead to.
func (*Artifact) IsArtifactResult() {}

// ID is the artifact's id in the API.
func (a *Artifact) ID() ID {
	return NewID("artifact", a.Flow.Organization.Name, a.Flow.Name, string(a.Fingerprint))
}

// Ref says the artifact exactly: `runner@9af401c4…` in full.
func (a *Artifact) Ref() ArtifactRef {
	return ArtifactRef{Flow: a.Flow.Name, ByFingerprint: true, Prefix: string(a.Fingerprint)}
}

// CommitSha is the SHA it was built from; nil if that is not known.
func (a *Artifact) CommitSha() *CommitSHA {
	if a.Commit != nil {
		return &a.Commit.SHA
	}
	if sha, err := ParseCommitSHA(a.CommitPrefix); err == nil {
		return &sha
	}
	return nil
}

// CommitURL is the page of its commit on the forge; nil if SHA or repository
// are not known.
func (a *Artifact) CommitURL() *string {
	repository, sha := a.Repository, a.CommitSha()
	if a.Commit != nil {
		repository = a.Commit.Repository
	}
	if repository == nil || sha == nil {
		return nil
	}
	url := repository.CommitURL(*sha)
	return &url
}

// State is what follows from the evidence that its flow asks for and the
// evidence that is there.
func (a *Artifact) State() ComplianceState {
	return Judge(a.Requirements())
}

// Requirements says of each thing that its flow asks for whether it is there.
func (a *Artifact) Requirements() []*RequirementStatus {
	return Requirements(a.Flow.RequiredEvidence, a.Evidence)
}

// ArtifactResult is what a reference to an artifact leads to: one, or several.
type ArtifactResult interface{ IsArtifactResult() }

// AmbiguousArtifact is a reference that fits several artifacts.
type AmbiguousArtifact struct {
	AskedFor   string
	Candidates []*Artifact
}

// IsArtifactResult marks what a reference to an artifact can lead to.
func (*AmbiguousArtifact) IsArtifactResult() {}

// IsAmbiguity marks what names cannot tell apart.
func (*AmbiguousArtifact) IsAmbiguity() {}

// Summary says what the reference fits and how to say it exactly.
func (a *AmbiguousArtifact) Summary() string {
	said := make([]string, 0, len(a.Candidates))
	for _, c := range a.Candidates {
		said = append(said, c.Flow.Name+"@"+string(c.Fingerprint[:12])+" ("+clip(c.Name, 60)+")")
	}
	return ambiguitySummary(a.AskedFor, "artifacts", said)
}

// NewArtifactResult is what artifacts that fit a reference are as an answer; nil
// for none.
func NewArtifactResult(askedFor string, fitting []*Artifact) ArtifactResult {
	switch len(fitting) {
	case 0:
		return nil
	case 1:
		return fitting[0]
	default:
		return &AmbiguousArtifact{AskedFor: askedFor, Candidates: fitting}
	}
}

// ReportArtifactInput says what was built.
type ReportArtifactInput struct {
	Organization string
	Flow         string
	Fingerprint  Fingerprint
	Digests      []Fingerprint // others by which it is known: of the manifests for single platforms
	Name         string
	Commit       *CommitSHA
	Repository   *string
	BuildURL     *string
	At           *time.Time
}

// Validate checks bounds. It returns KindInvalid.
func (in *ReportArtifactInput) Validate() error {
	if err := ValidateText("name", in.Name, 1, 500); err != nil {
		return err
	}
	if n := len(in.Digests); n > maxDigests {
		return Invalid("digests", "%d digests were given, and %d are taken", n, maxDigests)
	}
	if in.Repository != nil {
		if err := ValidateRepositoryName(*in.Repository); err != nil {
			return err
		}
	}
	return nil
}

// maxDigests is how many manifests for platforms an image may have here.
const maxDigests = 100

// ReportArtifactPayload holds the artifact as it is now.
type ReportArtifactPayload struct {
	Artifact *Artifact
	Created  bool
}

// ComplianceState says whether the evidence that was asked for is there.
type ComplianceState string

// The states of an artifact.
const (
	Compliant    ComplianceState = "COMPLIANT"     // all is there, and holds
	NonCompliant ComplianceState = "NON_COMPLIANT" // some is there and does not hold
	Incomplete   ComplianceState = "INCOMPLETE"    // some is missing
)

// MarshalGQL writes the state as a GraphQL enum value.
func (s ComplianceState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *ComplianceState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, Compliant, NonCompliant, Incomplete)
}
