package model

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Shortest prefixes of a SHA: that a person may type, and that is believed when
// an image tag has it.
const (
	minTypedPrefix = 5
	minTagPrefix   = 7
)

// ArtifactRef is a way to say an artifact: by the commit it was built from
// (`runner:16d9990`) or by its fingerprint (`runner@9af401c`). The flow is empty
// where it is known from the place of the reference.
type ArtifactRef struct {
	Flow          string
	ByFingerprint bool
	Prefix        string // 5 to 64 lower-case hexadecimal digits
}

// ParseArtifactRef reads a reference to an artifact. It returns KindInvalid with
// an example for what is none.
func ParseArtifactRef(s string) (ArtifactRef, error) {
	bad := Invalid("ref", "%q is not a reference to an artifact: write runner:16d9990 (flow and commit) or runner@9af401c (flow and fingerprint), with %d digits or more", clip(s, 100), minTypedPrefix)
	i := strings.IndexAny(s, ":@")
	if i < 0 {
		return ArtifactRef{}, bad
	}
	ref := ArtifactRef{Flow: s[:i], ByFingerprint: s[i] == '@', Prefix: strings.ToLower(s[i+1:])}
	if ref.ByFingerprint {
		ref.Prefix = strings.TrimPrefix(ref.Prefix, "sha256:")
	}
	if ref.Flow != "" && ValidateName("flow", ref.Flow) != nil {
		return ArtifactRef{}, bad
	}
	if !isPrefix(ref.Prefix, minTypedPrefix) {
		return ArtifactRef{}, bad
	}
	return ref, nil
}

// String writes the reference as people do.
func (r ArtifactRef) String() string {
	if r.ByFingerprint {
		return r.Flow + "@" + r.Prefix
	}
	return r.Flow + ":" + r.Prefix
}

// MarshalGQL writes the reference as a GraphQL string.
func (r ArtifactRef) MarshalGQL(w io.Writer) { writeQuoted(w, r.String()) }

// UnmarshalGQL reads a reference from a GraphQL string.
func (r *ArtifactRef) UnmarshalGQL(v any) (err error) {
	s, err := unmarshalString(v, "a reference to an artifact")
	if err == nil {
		*r, err = ParseArtifactRef(s)
	}
	return err
}

// CommitRef is a way to say a commit: by a prefix of its SHA, with or without the
// repository (`cyber-dojo/runner@16d9990`), or by the pull request that leads to it
// (`#276`, `cyber-dojo/runner#276`).
type CommitRef struct {
	Repository  string
	Prefix      string // 5 to 64 lower-case hexadecimal digits; empty if said by pull request
	PullRequest int    // its number; 0 if said by SHA
}

// ParseCommitRef reads a reference to a commit. It returns KindInvalid with an
// example for what is none.
func ParseCommitRef(s string) (CommitRef, error) {
	bad := Invalid("ref", "%q is not a reference to a commit: write a SHA or %d digits or more of one, such as 16d9990 or cyber-dojo/runner@16d9990, or a pull request, such as #276 or cyber-dojo/runner#276", clip(s, 100), minTypedPrefix)
	ref, said := CommitRef{}, s
	i := strings.LastIndexAny(s, "@#")
	if i >= 0 {
		ref.Repository, said = s[:i], s[i+1:]
	}
	switch {
	case i >= 0 && s[i] == '#':
		n, err := strconv.ParseUint(said, 10, 31)
		if err != nil || n == 0 {
			return CommitRef{}, bad
		}
		ref.PullRequest = int(n)
	case i == 0:
		return CommitRef{}, bad
	default:
		ref.Prefix = strings.ToLower(said)
		if !isPrefix(ref.Prefix, minTypedPrefix) {
			return CommitRef{}, bad
		}
	}
	if ref.Repository != "" && ValidateRepositoryName(ref.Repository) != nil {
		return CommitRef{}, bad
	}
	return ref, nil
}

// String writes the reference as people do.
func (r CommitRef) String() string {
	switch {
	case r.PullRequest != 0:
		return fmt.Sprintf("%s#%d", r.Repository, r.PullRequest)
	case r.Repository != "":
		return r.Repository + "@" + r.Prefix
	default:
		return r.Prefix
	}
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

// SnapshotRef is a way to say a snapshot: the newest of an environment
// (`aws-prod`), by number (`aws-prod#65`), counted back from the newest
// (`aws-prod~1`), or as it was at a moment (`aws-prod@{2.weeks.ago}`). The
// environment is empty where it is known from the place of the reference.
type SnapshotRef struct {
	Environment string
	Number      int             // counting from 1; 0 if not said by number
	Back        int             // how many before the newest
	Moment      *RelativeMoment // nil if not said by time
	text        string
}

// RelativeMoment is a moment that may depend on now.
type RelativeMoment struct {
	at   time.Time
	unit string
	n    int
}

// At returns the moment, given what is now. It is never before the year 1:
// Postgres cannot be asked about what is long before.
func (m RelativeMoment) At(now time.Time) time.Time {
	at := m.at
	switch m.unit {
	case "":
	case "month":
		at = now.AddDate(0, -m.n, 0)
	case "year":
		at = now.AddDate(-m.n, 0, 0)
	default:
		at = now.Add(-time.Duration(m.n) * momentUnits[m.unit])
	}
	if at.Year() < 1 {
		return time.Time{}
	}
	return at
}

var (
	momentUnits = map[string]time.Duration{
		"second": time.Second, "minute": time.Minute, "hour": time.Hour,
		"day": 24 * time.Hour, "week": 7 * 24 * time.Hour, "month": 0, "year": 0,
	}
	momentPattern   = regexp.MustCompile(`^([0-9]{1,4})\.(second|minute|hour|day|week|month|year)s?\.ago$`)
	snapshotPattern = regexp.MustCompile(`^(.*?)(?:#([0-9]{1,9})|~([0-9]{1,9})|@\{([^{}]*)\})?$`)
)

// ParseSnapshotRef reads a reference to a snapshot. It returns KindInvalid with
// an example for what is none.
func ParseSnapshotRef(s string) (SnapshotRef, error) {
	bad := Invalid("ref", "%q is not a reference to a snapshot: write aws-prod, aws-prod#65, aws-prod~1, aws-prod@{2022-08-22T11:39:22+02:00} or aws-prod@{2.weeks.ago}", clip(s, 100))
	m := snapshotPattern.FindStringSubmatch(s)
	if m == nil || len(s) > 300 {
		return SnapshotRef{}, bad
	}
	ref := SnapshotRef{Environment: m[1], text: s}
	if ref.Environment != "" && ValidateName("environment", ref.Environment) != nil {
		return SnapshotRef{}, bad
	}
	switch {
	case m[2] != "":
		ref.Number, _ = strconv.Atoi(m[2])
		if ref.Number == 0 {
			return SnapshotRef{}, Invalid("ref", "%q: snapshots are counted from 1", s)
		}
	case m[3] != "":
		ref.Back, _ = strconv.Atoi(m[3])
	case m[4] != "":
		moment, err := parseMoment(m[4])
		if err != nil {
			return SnapshotRef{}, bad
		}
		ref.Moment = &moment
	case ref.Environment == "" || strings.HasSuffix(s, "@{}"):
		return SnapshotRef{}, bad
	}
	return ref, nil
}

func parseMoment(s string) (RelativeMoment, error) {
	if s == "now" {
		return RelativeMoment{unit: "second"}, nil
	}
	if s == "yesterday" {
		return RelativeMoment{unit: "day", n: 1}, nil
	}
	if m := momentPattern.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		return RelativeMoment{unit: m[2], n: n}, err
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	return RelativeMoment{at: at.UTC()}, err
}

// String returns the reference as it was written.
func (r SnapshotRef) String() string { return r.text }

// SnapshotRefOf is the exact reference to a snapshot by number.
func SnapshotRefOf(environment string, number int) SnapshotRef {
	return SnapshotRef{Environment: environment, Number: number, text: fmt.Sprintf("%s#%d", environment, number)}
}

// MarshalGQL writes the reference as a GraphQL string.
func (r SnapshotRef) MarshalGQL(w io.Writer) { writeQuoted(w, r.text) }

// UnmarshalGQL reads a reference from a GraphQL string.
func (r *SnapshotRef) UnmarshalGQL(v any) (err error) {
	s, err := unmarshalString(v, "a reference to a snapshot")
	if err == nil {
		*r, err = ParseSnapshotRef(s)
	}
	return err
}

// CommitPrefixOfName returns the short SHA that the tag of an artifact's name
// has: `16d9990` of `registry/runner:16d9990` and of `runner:main-16d9990` (or
// `-g16d9990`, as git describe writes it), and nothing if it has none of 7
// digits or more. Whether it is a commit, only a look at the commits tells.
func CommitPrefixOfName(name string) string {
	name, _, _ = strings.Cut(name, "@") // a digest may follow
	i := strings.LastIndexByte(name, ':')
	if i < 0 || strings.Contains(name[i:], "/") { // registry:5000/runner has no tag
		return ""
	}
	tag := strings.ToLower(name[i+1:])
	if isPrefix(tag, minTagPrefix) {
		return tag
	}
	last := tag[strings.LastIndexByte(tag, '-')+1:]
	if last == tag {
		return ""
	}
	if last = strings.TrimPrefix(last, "g"); isPrefix(last, minTagPrefix) {
		return last
	}
	return ""
}

// PrefixRange returns the first and the last of all the digests of 32 bytes or
// less that begin with a prefix of hexadecimal digits, odd numbers of them too.
func PrefixRange(prefix string) (low, high []byte) {
	even := prefix
	if len(even)%2 == 1 {
		even += "0"
	}
	return mustDecodeHex(even), mustDecodeHex(prefix + strings.Repeat("f", 64-len(prefix)))
}

func isPrefix(s string, atLeast int) bool {
	return len(s) >= atLeast && len(s) <= 64 && isHex(s)
}
