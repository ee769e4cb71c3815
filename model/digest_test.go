package model_test

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

func TestParseFingerprint(t *testing.T) {
	t.Parallel()
	const f = "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"
	for name, in := range map[string]string{"Digits": f, "UpperCase": strings.ToUpper(f), "Named": "sha256:" + f, "NamedUpperCase": "sha256:" + strings.ToUpper(f)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := model.ParseFingerprint(in); err != nil || got != f {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	for name, in := range map[string]string{
		"Empty": "", "Short": f[1:], "Long": f + "0", "NoDigit": "g" + f[1:], "SHA1": f[:40], "OtherAlgorithm": "sha512:" + f, "NamedTwice": "sha256:sha256:" + f,
		"SpaceBefore": " " + f, "SpaceInPlaceOfDigit": f[1:] + " ", "NUL": f[1:] + "\x00", "NotUTF8": f[1:] + "\xff", "TwoBytesLong": strings.Repeat("é", 32),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseFingerprint(in)
			wantInvalid(t, err, "fingerprint")
			if got != "" {
				t.Errorf("got %q beside the error", got)
			}
		})
	}
}

func TestParseCommitSHA(t *testing.T) {
	t.Parallel()
	const s = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	long := strings.Repeat("0a", 32)
	for in, want := range map[string]model.CommitSHA{s: s, strings.ToUpper(s): s, long: model.CommitSHA(long)} {
		if got, err := model.ParseCommitSHA(in); err != nil || got != want {
			t.Errorf("%s: got %q, %v", in, got, err)
		}
	}
	for name, in := range map[string]string{
		"Empty": "", "Prefix": s[:7], "Short": s[1:], "Long": s + "0", "Between": s + s[:12], "NoDigit": s[1:] + "x", "Branch": "main", "NUL": s[1:] + "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseCommitSHA(in)
			wantInvalid(t, err, "commit")
			if got != "" {
				t.Errorf("got %q beside the error", got)
			}
		})
	}
}

func TestDigests_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "bytes")
		f := model.FingerprintOf(b)
		parsed, err := model.ParseFingerprint(string(f))
		if err != nil || parsed != f || !bytes.Equal(f.Bytes(), b) {
			t.Fatalf("fingerprint %s of %x is read as %s (%x), %v", f, b, parsed, parsed.Bytes(), err)
		}
		var read model.Fingerprint
		if err := read.UnmarshalGQL(throughGraphQL(t, f)); err != nil || read != f {
			t.Fatalf("fingerprint %s came back as %s, %v", f, read, err)
		}
		for _, size := range []int{20, 32} {
			s := model.CommitSHAOf(b[:size])
			parsed, err := model.ParseCommitSHA(string(s))
			if err != nil || parsed != s || !bytes.Equal(s.Bytes(), b[:size]) {
				t.Fatalf("SHA %s of %x is read as %s (%x), %v", s, b[:size], parsed, parsed.Bytes(), err)
			}
			var read model.CommitSHA
			if err := read.UnmarshalGQL(throughGraphQL(t, s)); err != nil || read != s {
				t.Fatalf("SHA %s came back as %s, %v", s, read, err)
			}
		}
	})
}
