package model

import (
	"fmt"
	"strings"
	"time"
)

// Commit is a commit of a git repository.
type Commit struct {
	Key             int64
	Repository      *Repository
	SHA             CommitSHA
	Subject         string
	AuthorName      string
	AuthorEmail     string   // in lower case; empty if not told
	IssueKeys       []string // of its message: see the function of that name
	CommittedAt     time.Time
	Parents         []CommitSHA
	ParentsComplete bool
	Paths           []string // what it touches, sorted
	PathsKnown      bool     // false if nobody told what it touches
}

// IsNode marks what has an ID.
func (*Commit) IsNode() {}

// IsCommitResult marks what a reference to a commit can lead to.
func (*Commit) IsCommitResult() {}

// ID is the commit's id in the API.
func (c *Commit) ID() ID {
	return NewID("commit", c.Repository.OrganizationName, c.Repository.Name, string(c.SHA))
}

// ShortSha is the first 7 digits of its SHA.
func (c *Commit) ShortSha() string { return string(c.SHA[:7]) }

// URL is its page on the forge.
func (c *Commit) URL() string { return c.Repository.CommitURL(c.SHA) }

// CommitResult is what a reference to a commit leads to: one, or several.
type CommitResult interface{ IsCommitResult() }

// Ambiguity is what names cannot tell apart.
type Ambiguity interface{ IsAmbiguity() }

// AmbiguousCommit is a reference that fits several commits.
type AmbiguousCommit struct {
	AskedFor   string
	Candidates []*Commit
}

// IsCommitResult marks what a reference to a commit can lead to.
func (*AmbiguousCommit) IsCommitResult() {}

// IsAmbiguity marks what names cannot tell apart.
func (*AmbiguousCommit) IsAmbiguity() {}

// Summary says what the reference fits and how to say it exactly.
func (a *AmbiguousCommit) Summary() string {
	said := make([]string, 0, len(a.Candidates))
	for _, c := range a.Candidates {
		said = append(said, fmt.Sprintf("%s@%s (%s)", c.Repository.Name, c.SHA[:12], clip(c.Subject, 60)))
	}
	return ambiguitySummary(a.AskedFor, "commits", said)
}

// MaxCandidates is how many things an ambiguous answer lists at most.
const MaxCandidates = 100

func ambiguitySummary(askedFor, things string, said []string) string {
	const shown = 5
	n := fmt.Sprint(len(said))
	if len(said) >= MaxCandidates {
		n = fmt.Sprintf("%d or more", MaxCandidates)
	}
	more := ""
	if len(said) > shown {
		said, more = said[:shown], ", …"
	}
	return fmt.Sprintf("%s fits %s %s: %s%s. Write one of these instead.", askedFor, n, things, strings.Join(said, ", "), more)
}

// NewCommitResult is what commits that fit a reference are as an answer; nil for
// none.
func NewCommitResult(askedFor string, fitting []*Commit) CommitResult {
	switch len(fitting) {
	case 0:
		return nil
	case 1:
		return fitting[0]
	default:
		return &AmbiguousCommit{AskedFor: askedFor, Candidates: fitting}
	}
}

// MaxReportedCommits is how many commits one call may report.
const MaxReportedCommits = 1000

// ReportCommitsInput tells of commits of one repository.
type ReportCommitsInput struct {
	Organization string
	Repository   string
	Commits      []*CommitInput
}

// CommitInput is a commit as git shows it.
type CommitInput struct {
	SHA             CommitSHA
	Parents         []CommitSHA
	ParentsComplete bool
	Subject         string
	Message         *string // the whole of it; nil if only its subject is told
	AuthorName      string
	AuthorEmail     string
	PatchID         *CommitSHA // what git patch-id --stable prints; nil if not told
	CommittedAt     time.Time
	Paths           []string // nil if not told
}

// IssueKeys are the keys of the issues that its message names, or its subject if that
// is all that is told.
func (c *CommitInput) IssueKeys() []string {
	if c.Message != nil {
		return IssueKeys(*c.Message)
	}
	return IssueKeys(c.Subject)
}

// Validate checks the input's bounds. It returns KindInvalid.
func (in *ReportCommitsInput) Validate() error {
	if err := ValidateRepositoryName(in.Repository); err != nil {
		return err
	}
	if n := len(in.Commits); n < 1 || n > MaxReportedCommits {
		return Invalid("commits", "%d commits were given, and one call takes from 1 to %d", n, MaxReportedCommits)
	}
	for _, c := range in.Commits {
		if len(c.Parents) > 100 {
			return Invalid("parents", "commit %s has %d parents, and 100 are taken", c.SHA, len(c.Parents))
		}
	}
	return nil
}

// ReportCommitsPayload says what was new.
type ReportCommitsPayload struct {
	Repository *Repository
	Added      int
}

// maxEmail is how long the address of an author may be; more is cut off.
const maxEmail = 320

// CleanEmail is the address of an author as it is kept and looked for: in lower case.
// git takes any text for one.
func CleanEmail(email string) string {
	return strings.ToLower(CleanText(strings.TrimSpace(email), maxEmail))
}

// Subject is the first line of a commit's message, fit to be kept.
func Subject(message string) string {
	first, _, _ := strings.Cut(message, "\n")
	return CleanText(strings.TrimSpace(first), 500)
}
