package model

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRefName is how long the name of a branch or a tag may be, in bytes.
const maxRefName = 1000

// CommitRef is a way to say a commit: by a prefix of its SHA (`16d9990`), by a branch
// or a tag that points to it (`main`, `v1.2`, `refs/tags/v1.2`), or by the pull request
// that leads to it (`#276`), each with or without the repository
// (`cyber-dojo/runner@main`, `cyber-dojo/runner#276`); or by an artifact that was built
// from it (`runner:16d9990`, `runner@9af401c`).
type CommitRef struct {
	Repository  string
	Prefix      string      // 5 to 64 lower-case hexadecimal digits; empty if it cannot be one
	Name        string      // of a branch or a tag, in full if it begins with refs/; empty if it cannot be one
	PullRequest int         // its number; 0 if said otherwise
	Artifact    ArtifactRef // the zero value if said otherwise
}

// ParseCommitRef reads a reference to a commit. What can be a prefix can be the name of
// a branch, too, and both are in what it returns. What has an @ or a colon and no slash
// before it is an artifact, if digits follow. A name that has a # is only understood in
// full. It returns KindInvalid with examples for what is no reference.
func ParseCommitRef(s string) (CommitRef, error) {
	if ref, ok := readCommitRef(s); ok {
		return ref, nil
	}
	return CommitRef{}, Invalid("ref", "%q is not a reference to a commit: write %s", clip(s, 100), CommitRefForms)
}

// CommitRefForms says how people can say a commit.
const CommitRefForms = "a SHA or 5 digits or more of one, such as 16d9990 or cyber-dojo/runner@16d9990; a branch or a tag, such as main, v1.2 or cyber-dojo/runner@main; " +
	"a pull request, such as #276 or cyber-dojo/runner#276; or an artifact, such as runner:16d9990 (flow and commit) or runner@9af401c (flow and fingerprint)"

func readCommitRef(s string) (CommitRef, bool) {
	if isFullRefName(s) {
		return CommitRef{Name: s}, isRefName(s)
	}
	if before, number, found := strings.Cut(s, "#"); found && (before == "" || ValidateRepositoryName(before) == nil) {
		n, err := strconv.ParseUint(number, 10, 31)
		return CommitRef{Repository: before, PullRequest: int(n)}.orNone(err == nil && n > 0)
	}
	ref, said := CommitRef{}, s
	if before, after, found := strings.Cut(s, "@"); found && ValidateRepositoryName(before) == nil {
		ref.Repository, said = before, after
	} else if artifact, err := ParseArtifactRef(s); err == nil {
		return CommitRef{Artifact: artifact}.orNone(artifact.Flow != "")
	}
	if prefix := strings.ToLower(said); isPrefix(prefix, minTypedPrefix) {
		ref.Prefix = prefix
	}
	if isRefName(said) && (isFullRefName(said) || !strings.Contains(said, "#")) {
		ref.Name = said
	}
	return ref.orNone(ref.Prefix != "" || ref.Name != "")
}

func (r CommitRef) orNone(ok bool) (CommitRef, bool) {
	if !ok {
		return CommitRef{}, false
	}
	return r, true
}

// RefNames are the full names of the branches and tags that the reference may mean;
// none if it was said otherwise.
func (r CommitRef) RefNames() []string {
	switch {
	case r.Name == "":
		return nil
	case isFullRefName(r.Name):
		return []string{r.Name}
	default:
		return []string{BranchPrefix + r.Name, TagPrefix + r.Name}
	}
}

// String writes the reference as people do.
func (r CommitRef) String() string {
	said := r.Name
	switch {
	case r.Artifact != ArtifactRef{}:
		return r.Artifact.String()
	case r.PullRequest != 0:
		return fmt.Sprintf("%s#%d", r.Repository, r.PullRequest)
	case said == "":
		said = r.Prefix
	}
	if r.Repository != "" {
		return r.Repository + "@" + said
	}
	return said
}

// MarshalGQL writes the reference as a GraphQL string.
func (r CommitRef) MarshalGQL(w io.Writer) { writeQuoted(w, r.String()) }

// UnmarshalGQL reads a reference from a GraphQL string.
func (r *CommitRef) UnmarshalGQL(v any) (err error) {
	s, err := unmarshalString(v, "a reference to a commit")
	if err == nil {
		*r, err = ParseCommitRef(s)
	}
	return err
}

func isFullRefName(s string) bool { return strings.HasPrefix(s, "refs/") }

// isRefName reports whether git would take a text for the name of a branch or a tag:
// see git-check-ref-format(1). One that begins with a dash is left to options.
func isRefName(s string) bool {
	if s == "" || s == "@" || len(s) > maxRefName || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		return false
	}
	if strings.ContainsAny(s, " ~^:?*[\\") || strings.Contains(s, "..") || strings.Contains(s, "@{") || strings.HasSuffix(s, ".") || s[0] == '-' {
		return false
	}
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}
