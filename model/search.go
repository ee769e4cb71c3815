package model

import (
	"io"
	"regexp"
	"strconv"
	"strings"
)

// SearchKind is a kind of thing that can be found.
type SearchKind string

// The kinds of things that can be found.
const (
	SearchFlow            SearchKind = "FLOW"
	SearchEnvironment     SearchKind = "ENVIRONMENT"
	SearchRepository      SearchKind = "REPOSITORY"
	SearchArtifact        SearchKind = "ARTIFACT"
	SearchCommit          SearchKind = "COMMIT"
	SearchPullRequest     SearchKind = "PULL_REQUEST"
	SearchRunningArtifact SearchKind = "RUNNING_ARTIFACT"
)

// SearchKinds are all kinds, in the order in which things are listed that fit as well.
var SearchKinds = []SearchKind{
	SearchFlow, SearchEnvironment, SearchRepository, SearchArtifact, SearchCommit, SearchPullRequest, SearchRunningArtifact,
}

// MarshalGQL writes the kind as a GraphQL enum value.
func (k SearchKind) MarshalGQL(w io.Writer) { writeQuoted(w, string(k)) }

// UnmarshalGQL reads a kind from a GraphQL enum value.
func (k *SearchKind) UnmarshalGQL(in any) error { return unmarshalEnum(in, k, SearchKinds...) }

// SearchField is by what a thing can fit.
type SearchField string

// By what a thing can fit.
const (
	SearchBySHA         SearchField = "SHA"
	SearchByFingerprint SearchField = "FINGERPRINT"
	SearchByName        SearchField = "NAME"
	SearchByNumber      SearchField = "NUMBER"
	SearchByTag         SearchField = "TAG"
	SearchByBranch      SearchField = "BRANCH"
)

// MarshalGQL writes the field as a GraphQL enum value.
func (f SearchField) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads a field from a GraphQL enum value.
func (f *SearchField) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, f, SearchBySHA, SearchByFingerprint, SearchByName, SearchByNumber, SearchByTag, SearchByBranch)
}

// SearchResolution says how many things fit a search.
type SearchResolution string

// How many things can fit a search.
const (
	SearchNone    SearchResolution = "NONE"
	SearchOne     SearchResolution = "ONE"
	SearchSeveral SearchResolution = "SEVERAL"
)

// MarshalGQL writes the resolution as a GraphQL enum value.
func (r SearchResolution) MarshalGQL(w io.Writer) { writeQuoted(w, string(r)) }

// UnmarshalGQL reads a resolution from a GraphQL enum value.
func (r *SearchResolution) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, r, SearchNone, SearchOne, SearchSeveral)
}

// Search is what is looked for.
type Search struct {
	Said   string // as it was typed
	Text   string // in lower case
	Prefix string // of a SHA or a fingerprint; empty if it is none
	Number int    // of a pull request; 0 if it is none
	Kinds  []SearchKind
}

var numberText = regexp.MustCompile(`^#?([0-9]{1,9})$`)

// NewSearch reads what a person typed. It returns KindInvalid for text that is too
// short or too long, or that is no text.
func NewSearch(text string, kinds []SearchKind) (Search, error) {
	text = strings.TrimSpace(text)
	if err := ValidateText("text", text, 2, 200); err != nil {
		return Search{}, err
	}
	s := Search{Said: text, Text: strings.ToLower(text), Kinds: kinds}
	if m := numberText.FindStringSubmatch(text); m != nil {
		s.Number, _ = strconv.Atoi(m[1])
	}
	if prefix := strings.TrimPrefix(s.Text, "sha256:"); isPrefix(prefix, minTypedPrefix) {
		s.Prefix = prefix
	}
	return s, nil
}

// SearchTarget is what can be found.
type SearchTarget interface{ IsSearchTarget() }

// IsSearchTarget marks what can be found.
func (*Flow) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*Environment) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*Repository) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*Artifact) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*Commit) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*PullRequest) IsSearchTarget() {}

// IsSearchTarget marks what can be found.
func (*RunningArtifact) IsSearchTarget() {}

// SearchMatch is one thing that fits a search.
type SearchMatch struct {
	Kind      SearchKind
	MatchedBy SearchField
	Matched   string
	Target    SearchTarget
	Place     []string // its place in the list
}

// Summary is one line for people.
func (m *SearchMatch) Summary() string {
	switch t := m.Target.(type) {
	case *Flow:
		return describe("flow "+t.Name, t.Description)
	case *Environment:
		return describe("environment "+t.Name, t.Description)
	case *Repository:
		return "repository " + t.Name
	case *Artifact:
		return describe("artifact "+t.Name, "flow "+t.Flow.Name)
	case *Commit:
		return describe("commit "+t.ShortSha()+" of "+t.Repository.Name, t.Subject)
	case *PullRequest:
		return describe("pull request #"+strconv.Itoa(t.Number)+" of "+t.Repository.Name, t.Title)
	case *RunningArtifact:
		return describe(t.Name(), "runs in "+t.Snapshot.Ref().String()+", of no flow")
	}
	return m.Matched
}

func describe(what, more string) string {
	if more == "" {
		return what
	}
	return what + ": " + more
}

// SearchCursor is the place of a match in a list.
func SearchCursor(m *SearchMatch) Cursor { return NewCursor(m.Place...) }

// SearchMatchConnection is a page of what fits a search.
type SearchMatchConnection struct {
	*Connection[*SearchMatch]
	Resolution SearchResolution
}

// SearchMatchEdge is one place in a SearchMatchConnection.
type SearchMatchEdge = Edge[*SearchMatch]
