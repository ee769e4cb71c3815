package model

import (
	"encoding/hex"
	"io"
	"strings"
)

// Fingerprint is the SHA-256 of something built: 64 lower-case hexadecimal
// digits. Make one with ParseFingerprint or FingerprintOf.
type Fingerprint string

// ParseFingerprint reads a fingerprint, with or without `sha256:` before it and
// in either case of letters. It returns KindInvalid for anything else.
func ParseFingerprint(s string) (Fingerprint, error) {
	digits := strings.ToLower(strings.TrimPrefix(s, "sha256:"))
	if len(digits) != 64 || !isHex(digits) {
		return "", Invalid("fingerprint", "%q is not a fingerprint: it must be a SHA-256, 64 hexadecimal digits", clip(s, 80))
	}
	return Fingerprint(digits), nil
}

// FingerprintOf returns the fingerprint whose 32 bytes are given.
func FingerprintOf(b []byte) Fingerprint { return Fingerprint(hex.EncodeToString(b)) }

// Bytes returns the 32 bytes that the fingerprint stands for.
func (f Fingerprint) Bytes() []byte { return mustDecodeHex(string(f)) }

// MarshalGQL writes the fingerprint as a GraphQL string.
func (f Fingerprint) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads a fingerprint from a GraphQL string.
func (f *Fingerprint) UnmarshalGQL(v any) (err error) {
	s, err := unmarshalString(v, "a fingerprint")
	if err == nil {
		*f, err = ParseFingerprint(s)
	}
	return err
}

// CommitSHA is the full name of a git object: 40 or 64 lower-case hexadecimal
// digits. Make one with ParseCommitSHA or CommitSHAOf.
type CommitSHA string

// ParseCommitSHA reads a full SHA in either case of letters. It returns
// KindInvalid for anything else, prefixes too.
func ParseCommitSHA(s string) (CommitSHA, error) {
	digits := strings.ToLower(s)
	if (len(digits) != 40 && len(digits) != 64) || !isHex(digits) {
		return "", Invalid("commit", "%q is not a full commit SHA: it must be 40 hexadecimal digits (or 64)", clip(s, 80))
	}
	return CommitSHA(digits), nil
}

// CommitSHAOf returns the SHA whose 20 or 32 bytes are given.
func CommitSHAOf(b []byte) CommitSHA { return CommitSHA(hex.EncodeToString(b)) }

// Bytes returns the 20 or 32 bytes that the SHA stands for.
func (s CommitSHA) Bytes() []byte { return mustDecodeHex(string(s)) }

// MarshalGQL writes the SHA as a GraphQL string.
func (s CommitSHA) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a SHA from a GraphQL string.
func (s *CommitSHA) UnmarshalGQL(v any) (err error) {
	text, err := unmarshalString(v, "a commit SHA")
	if err == nil {
		*s, err = ParseCommitSHA(text)
	}
	return err
}

func mustDecodeHex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("not parsed before use: " + err.Error())
	}
	return b
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}

// clip shortens what a user sent before it is quoted back.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
