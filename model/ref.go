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

// SnapshotRef is a way to say a snapshot: the newest of an environment
// (`aws-prod`), by number (`aws-prod#65`), counted back from the newest
// (`aws-prod~1`), or as it was at a moment (`aws-prod@{2.weeks.ago}`). The
// environment is empty where it is known from the place of the reference. Numbers
// are counted from 1 and never from the end: that is what `~` is for.
type SnapshotRef struct {
	Environment string
	Number      int     // counting from 1; 0 if not said by number
	Back        int     // how many before the newest
	Moment      *Moment // nil if not said by time
	text        string
}

var snapshotPattern = regexp.MustCompile(`^(.*?)(?:#([0-9]{1,9})|~([0-9]{1,9})|@\{([^{}]*)\})?$`)

// ParseSnapshotRef reads a reference to a snapshot. It returns KindInvalid with
// an example for what is none.
func ParseSnapshotRef(s string) (SnapshotRef, error) {
	bad := Invalid("ref", "%q is not a reference to a snapshot: write aws-prod, aws-prod#65, aws-prod~1, aws-prod@{2022-08-22T11:39:22+02:00} or aws-prod@{2.weeks.ago}; an older one is counted back with ~, and not with a negative number", clip(s, 100))
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
		moment, err := ParseMoment(m[4])
		if err != nil {
			return SnapshotRef{}, err
		}
		ref.Moment = &moment
	case ref.Environment == "" || strings.HasSuffix(s, "@{}"):
		return SnapshotRef{}, bad
	}
	return ref, nil
}

// at is the moment of the reference, given what is now; nil if it is not said by
// time.
func (r SnapshotRef) at(now time.Time) *time.Time {
	if r.Moment == nil {
		return nil
	}
	at := r.Moment.At(now)
	return &at
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
