package model_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

func TestParseArtifactRef(t *testing.T) {
	t.Parallel()
	all := strings.Repeat("0123456789abcdef", 4)
	for name, tt := range map[string]struct {
		in   string
		want model.ArtifactRef
	}{
		"Commit":            {"runner:16d9990", model.ArtifactRef{Flow: "runner", Prefix: "16d9990"}},
		"Fingerprint":       {"runner@9af401c", model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: "9af401c"}},
		"FingerprintNamed":  {"runner@sha256:9af401c", model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: "9af401c"}},
		"CommitNoFlow":      {":16d9990", model.ArtifactRef{Prefix: "16d9990"}},
		"FingerprintNoFlow": {"@9af401c", model.ArtifactRef{ByFingerprint: true, Prefix: "9af401c"}},
		"CaseOfDigits":      {"Runner:16D999F", model.ArtifactRef{Flow: "Runner", Prefix: "16d999f"}},
		"CaseOfSha256":      {"runner@SHA256:9AF401C", model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: "9af401c"}},
		"FiveDigits":        {"runner:16d99", model.ArtifactRef{Flow: "runner", Prefix: "16d99"}},
		"AllDigits":         {"runner@" + all, model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: all}},
		"FlowOfManySigns":   {"a.b_c-d~e:16d9990", model.ArtifactRef{Flow: "a.b_c-d~e", Prefix: "16d9990"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseArtifactRef(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			var read model.ArtifactRef
			if err := read.UnmarshalGQL(throughGraphQL(t, got)); err != nil || read != got {
				t.Errorf("%s came back as %+v, %v", got, read, err)
			}
		})
	}
	for name, in := range map[string]string{
		"Empty": "", "FlowOnly": "runner", "NothingAfterColon": "runner:", "NothingAfterAt": "runner@",
		"FourDigits": "runner:16d9", "TooManyDigits": "runner:" + all + "0", "NoDigit": "runner:16d999g",
		"Sha256OfCommit": "runner:sha256:16d9990", "Sha256Twice": "runner@sha256:sha256:16d9990", "SpaceAfter": "runner:16d9990 ",
		"SpaceInFlow": "run ner:16d9990", "FlowBeginsWithDash": "-runner:16d9990", "FlowLikeSnapshot": "runner~1:16d9990",
		"Repository": "cyber-dojo/runner:16d9990", "TwoRefs": "runner:16d9990@9af401c", "NUL": "runner:16d9990\x00", "NotUTF8": "\xff:16d9990",
		"KelvinSign": "runner:\u212a6d9990", "FullWidthDigits": "runner:１６ｄ９９９０", "FlowTooLong": strings.Repeat("f", 129) + ":16d9990",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseArtifactRef(in)
			wantInvalid(t, err, "ref")
			if !strings.Contains(err.Error(), "runner:16d9990") || got != (model.ArtifactRef{}) {
				t.Errorf("got %+v and an error without an example: %v", got, err)
			}
		})
	}
}

// now is what it is in tests of moments: half past six in the evening, in UTC.
var now = time.Date(2022, 8, 24, 18, 30, 0, 0, time.UTC)

func TestParseSnapshotRef(t *testing.T) {
	t.Parallel()
	type want struct {
		Environment  string
		Number, Back int
		At           string // of the moment, in RFC 3339; empty if there is none
	}
	for name, tt := range map[string]struct {
		in   string
		want want
	}{
		"Newest":           {"aws-prod", want{Environment: "aws-prod"}},
		"Number":           {"aws-prod#65", want{Environment: "aws-prod", Number: 65}},
		"NumberOnly":       {"#65", want{Number: 65}},
		"LeadingZeros":     {"aws-prod#065", want{Environment: "aws-prod", Number: 65}},
		"LargestNumber":    {"aws-prod#999999999", want{Environment: "aws-prod", Number: 999_999_999}},
		"Back":             {"aws-prod~1", want{Environment: "aws-prod", Back: 1}},
		"BackNone":         {"aws-prod~0", want{Environment: "aws-prod"}},
		"BackOnly":         {"~2", want{Back: 2}},
		"TildeInName":      {"aws~prod~2", want{Environment: "aws~prod", Back: 2}},
		"TildeInNameOnly":  {"aws~prod", want{Environment: "aws~prod"}},
		"Now":              {"aws-prod@{now}", want{Environment: "aws-prod", At: "2022-08-24T18:30:00Z"}},
		"Yesterday":        {"aws-prod@{yesterday}", want{Environment: "aws-prod", At: "2022-08-23T18:30:00Z"}},
		"MomentOnly":       {"@{now}", want{At: "2022-08-24T18:30:00Z"}},
		"Seconds":          {"aws-prod@{90.seconds.ago}", want{Environment: "aws-prod", At: "2022-08-24T18:28:30Z"}},
		"Minute":           {"aws-prod@{1.minute.ago}", want{Environment: "aws-prod", At: "2022-08-24T18:29:00Z"}},
		"Hours":            {"aws-prod@{25.hours.ago}", want{Environment: "aws-prod", At: "2022-08-23T17:30:00Z"}},
		"Days":             {"aws-prod@{24.days.ago}", want{Environment: "aws-prod", At: "2022-07-31T18:30:00Z"}},
		"Weeks":            {"aws-prod@{2.weeks.ago}", want{Environment: "aws-prod", At: "2022-08-10T18:30:00Z"}},
		"Month":            {"aws-prod@{1.month.ago}", want{Environment: "aws-prod", At: "2022-07-24T18:30:00Z"}},
		"MonthsOverYear":   {"aws-prod@{9.months.ago}", want{Environment: "aws-prod", At: "2021-11-24T18:30:00Z"}},
		"Years":            {"aws-prod@{2.years.ago}", want{Environment: "aws-prod", At: "2020-08-24T18:30:00Z"}},
		"NoneAgo":          {"aws-prod@{0.days.ago}", want{Environment: "aws-prod", At: "2022-08-24T18:30:00Z"}},
		"TimeWithZone":     {"aws-prod@{2022-08-22T11:39:22+02:00}", want{Environment: "aws-prod", At: "2022-08-22T09:39:22Z"}},
		"TimeUTC":          {"aws-prod@{2022-08-22T11:39:22Z}", want{Environment: "aws-prod", At: "2022-08-22T11:39:22Z"}},
		"TimeWithFraction": {"aws-prod@{2022-08-22T11:39:22.123456Z}", want{Environment: "aws-prod", At: "2022-08-22T11:39:22.123456Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ref, err := model.ParseSnapshotRef(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got := want{Environment: ref.Environment, Number: ref.Number, Back: ref.Back}
			if ref.Moment != nil {
				got.At = ref.Moment.At(now).Format(time.RFC3339Nano)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if written := throughGraphQL(t, ref); written != tt.in || ref.String() != tt.in {
				t.Errorf("%s is written as %s and %s", tt.in, ref, written)
			}
		})
	}
	for name, in := range map[string]string{
		"Empty": "", "Zero": "aws-prod#0", "NumberMissing": "aws-prod#", "NumberNegative": "aws-prod#-1", "NumberTooLong": "aws-prod#1234567890",
		"BackMissing": "aws-prod~", "BackTooLong": "aws-prod~1234567890", "BackTwice": "aws-prod~1~1", "NumberAndBack": "aws-prod#65~1",
		"MomentEmpty": "aws-prod@{}", "MomentMissing": "aws-prod@", "MomentOpen": "aws-prod@{now", "MomentUnknown": "aws-prod@{tomorrow}",
		"MomentInTheFuture": "aws-prod@{2.weeks}", "MomentNegative": "aws-prod@{-2.weeks.ago}", "MomentTooFar": "aws-prod@{12345.days.ago}",
		"MomentOfDecades": "aws-prod@{2.decades.ago}", "NoSuchDay": "aws-prod@{2022-02-30T11:39:22Z}", "MomentTwice": "aws-prod@{now}@{now}",
		"NameBeginsWithDash": "-aws", "SpaceInName": "aws prod", "Newline": "aws-prod\n", "NUL": "aws-prod\x00#1", "NotUTF8": "\xff#1",
		"TooLong": strings.Repeat("a", 301), "NameTooLong": strings.Repeat("a", 129) + "#1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := model.ParseSnapshotRef(in)
			wantInvalid(t, err, "ref")
		})
	}
}

func TestSnapshotRefOf(t *testing.T) {
	t.Parallel()
	made := model.SnapshotRefOf("aws-prod", 65)
	parsed, err := model.ParseSnapshotRef(made.String())
	if err != nil || parsed != made || made.String() != "aws-prod#65" {
		t.Errorf("%+v is written %q and read as %+v, %v", made, made.String(), parsed, err)
	}
}

func TestRefs_NoString(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]interface{ UnmarshalGQL(any) error }{
		"ArtifactRef": new(model.ArtifactRef), "CommitRef": new(model.CommitRef), "SnapshotRef": new(model.SnapshotRef),
		"Fingerprint": new(model.Fingerprint), "CommitSHA": new(model.CommitSHA),
	} {
		for _, in := range []any{nil, 7, true, []any{"runner:16d9990"}, map[string]any{}} {
			if err := v.UnmarshalGQL(in); model.KindOf(err) != model.KindInvalid {
				t.Errorf("%s of %v: got error %v", name, in, err)
			}
		}
	}
}

func TestCommitPrefixOfName(t *testing.T) {
	t.Parallel()
	const digest = "sha256:9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"
	const all = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	for name, tt := range map[string]struct{ in, want string }{
		"Tag":                  {"runner:16d9990", "16d9990"},
		"Owner":                {"cyberdojo/runner:16d9990", "16d9990"},
		"Registry":             {"274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:16d9990", "16d9990"},
		"RegistryPort":         {"registry:5000/runner:16d9990", "16d9990"},
		"RegistryPortNoTag":    {"registry:5000/runner", ""},
		"PortLikeASha":         {"registry:1234567/runner", ""},
		"Digest":               {"runner:16d9990@" + digest, "16d9990"},
		"DigestNoTag":          {"runner@" + digest, ""},
		"PortDigestNoTag":      {"registry:5000/runner@" + digest, ""},
		"WholeSHA":             {"runner:" + all, all},
		"SHA256":               {"runner:" + strings.Repeat("ab", 32), strings.Repeat("ab", 32)},
		"TooLong":              {"runner:" + strings.Repeat("ab", 32) + "c", ""},
		"SixDigits":            {"runner:16d999", ""},
		"SevenDigits":          {"runner:1234567", "1234567"},
		"UpperCase":            {"runner:16D999F", "16d999f"},
		"Branch":               {"runner:main-16d9990", "16d9990"},
		"BranchWithDashes":     {"runner:feature-x-16d9990", "16d9990"},
		"GitDescribe":          {"runner:v1.2.3-14-g16d9990", "16d9990"},
		"GitDescribeUpperCase": {"runner:V1.2.3-14-G16D999F", "16d999f"},
		"GitDescribeShort":     {"runner:v1.2.3-14-g16d99", ""},
		"NoDashBeforeG":        {"runner:g16d9990", ""},
		"Version":              {"runner:v1.2.3", ""},
		"Latest":               {"runner:latest", ""},
		"NoTag":                {"runner", ""},
		"EmptyTag":             {"runner:", ""},
		"Empty":                {"", ""},
		"SlashedName":          {"/usr/bin/runner", ""},
		"NotLast":              {"runner:16d9990-amd64", ""},
		"EndsWithDash":         {"runner:16d9990-", ""},
		"Underscore":           {"runner:main_16d9990", ""},
		"Date":                 {"runner:2022-08-22", ""},
		// A date of eight digits may be a commit: only a look at the commits tells.
		"DateOfDigits":     {"runner:20220822", "20220822"},
		"NotHex":           {"runner:16d999z", ""},
		"FullWidth":        {"runner:１６ｄ９９９０", ""},
		"SeveralColons":    {"a:b:16d9990", "16d9990"},
		"AtInFront":        {"@runner:16d9990", ""},
		"WindowsPathNoTag": {`C:\abcdef0`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := model.CommitPrefixOfName(tt.in); got != tt.want {
				t.Errorf("got %q of %q, want %q", got, tt.in, tt.want)
			}
		})
	}
}

func TestPrefixRange(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string][2]string{
		"16d9990": {"16d99900", "16d9990" + strings.Repeat("f", 57)},
		"16d999":  {"16d999", "16d999" + strings.Repeat("f", 58)},
		"0":       {"00", "0" + strings.Repeat("f", 63)},
		"":        {"", strings.Repeat("f", 64)},
	} {
		low, high := model.PrefixRange(prefix)
		if got := [2]string{hex.EncodeToString(low), hex.EncodeToString(high)}; got != want {
			t.Errorf("%q: got %v, want %v", prefix, got, want)
		}
	}
	all := strings.Repeat("ab", 32)
	if low, high := model.PrefixRange(all); !bytes.Equal(low, high) || hex.EncodeToString(low) != all {
		t.Errorf("the range of a whole digest is %x to %x", low, high)
	}
}

// A digest begins with a prefix exactly if it lies in the prefix's range.
func TestPrefixRange_IsThePrefix(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.StringMatching(`[0-9a-f]{0,64}`).Draw(t, "prefix")
		low, high := model.PrefixRange(prefix)
		size := rapid.SampledFrom([]int{20, 32}).Draw(t, "size")
		var digest []byte
		switch rapid.SampledFrom([]string{"any", "with", "low", "high"}).Draw(t, "from") {
		case "any":
			digest = rapid.SliceOfN(rapid.Byte(), size, size).Draw(t, "digest")
		case "with": // begins as the prefix does, for so many digits
			n := rapid.IntRange(0, len(prefix)).Draw(t, "shared")
			rest := rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "rest")
			digest, _ = hex.DecodeString((prefix[:n] + rest)[:2*size])
		case "low": // just below, at and above the lower end
			digest = neighbour(low, size, rapid.IntRange(-1, 1).Draw(t, "step"))
		case "high":
			digest = neighbour(high, size, rapid.IntRange(-1, 1).Draw(t, "step"))
		}
		inside := bytes.Compare(low, digest) <= 0 && bytes.Compare(digest, high) <= 0
		if begins := strings.HasPrefix(hex.EncodeToString(digest), prefix); begins != inside {
			t.Fatalf("%x begins with %q: %v, lies from %x to %x: %v", digest, prefix, begins, low, high, inside)
		}
	})
}

// neighbour is a digest cut or filled to a size, as a number one more or less.
func neighbour(digest []byte, size, step int) []byte {
	out := make([]byte, size)
	copy(out, digest)
	for i := size - 1; i >= 0 && step != 0; i-- {
		n := int(out[i]) + step
		out[i] = byte(n)
		if n >= 0 && n <= 255 {
			break
		}
	}
	return out
}

func FuzzParseArtifactRef(f *testing.F) {
	for _, seed := range []string{"runner:16d9990", "runner@9af401c", ":16d9990", "@sha256:9af401c", "runner", "a~1:16d9990", "\xff@16d99", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		ref, err := model.ParseArtifactRef(in)
		if err != nil {
			wantInvalid(t, err, "ref")
			return
		}
		if again, err := model.ParseArtifactRef(ref.String()); err != nil || again != ref {
			t.Errorf("%q is %+v, which is written %q and read as %+v, %v", in, ref, ref.String(), again, err)
		}
		if written := throughGraphQL(t, ref); written != ref.String() {
			t.Errorf("GraphQL shows %q as %q", ref.String(), written)
		}
	})
}

func FuzzParseSnapshotRef(f *testing.F) {
	for _, seed := range []string{
		"aws-prod", "aws-prod#65", "#65", "aws-prod~1", "~0", "aws-prod@{2.weeks.ago}", "@{now}", "a~1~1", "aws-prod@{}",
		"aws-prod@{2022-08-22T11:39:22+02:00}", "aws-prod@{2022-08-22T11:39:22,5Z}", "aws-prod@{9999.years.ago}", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		ref, err := model.ParseSnapshotRef(in)
		if err != nil {
			wantInvalid(t, err, "ref")
			return
		}
		if ref.Environment != "" {
			if err := model.ValidateName("environment", ref.Environment); err != nil {
				t.Errorf("%q names an environment that cannot be: %v", in, err)
			}
		}
		if ref.Moment != nil && (ref.Number != 0 || ref.Back != 0) || ref.Number != 0 && ref.Back != 0 {
			t.Errorf("%q says two things at once: %+v", in, ref)
		}
		again, err := model.ParseSnapshotRef(ref.String())
		if err != nil {
			t.Fatalf("%q is written %q, which is refused: %v", in, ref.String(), err)
		}
		if ref.Moment != nil {
			if at := ref.Moment.At(now); again.Moment == nil || !again.Moment.At(now).Equal(at) || at.Year() < 0 {
				t.Errorf("%q is %v, and %q is %v", in, at, ref.String(), again.Moment)
			}
			ref.Moment, again.Moment = nil, nil
		}
		if again != ref {
			t.Errorf("%q is %+v, which is written %q and read as %+v", in, ref, ref.String(), again)
		}
		if written := throughGraphQL(t, ref); written != ref.String() {
			t.Errorf("GraphQL shows %q as %q", ref.String(), written)
		}
	})
}
