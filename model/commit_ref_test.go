package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestParseCommitRef(t *testing.T) {
	t.Parallel()
	const all = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	const runner = "cyber-dojo/runner"
	built := func(prefix string) model.CommitRef {
		return model.CommitRef{Artifact: model.ArtifactRef{Flow: "runner", Prefix: prefix}}
	}
	fingerprint := model.CommitRef{Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: "9af401c"}}
	for name, tt := range map[string]struct {
		in   string
		want model.CommitRef
	}{
		"Prefix":         {"16d9990", model.CommitRef{Prefix: "16d9990", Name: "16d9990"}},
		"FiveDigits":     {"16d99", model.CommitRef{Prefix: "16d99", Name: "16d99"}},
		"SHA":            {all, model.CommitRef{Prefix: all, Name: all}},
		"SHA256":         {strings.Repeat("a", 64), model.CommitRef{Prefix: strings.Repeat("a", 64), Name: strings.Repeat("a", 64)}},
		"UpperCase":      {"16D999F", model.CommitRef{Prefix: "16d999f", Name: "16D999F"}},
		"Repository":     {"cyber-dojo/runner@16d9990", model.CommitRef{Repository: runner, Prefix: "16d9990", Name: "16d9990"}},
		"RepositoryCase": {"Cyber-Dojo/Runner@16D9990", model.CommitRef{Repository: "Cyber-Dojo/Runner", Prefix: "16d9990", Name: "16D9990"}},
		"Subgroups":      {"a/b/c@16d9990", model.CommitRef{Repository: "a/b/c", Prefix: "16d9990", Name: "16d9990"}},

		"PullRequest":   {"#276", model.CommitRef{PullRequest: 276}},
		"PullRequestOf": {"cyber-dojo/runner#276", model.CommitRef{Repository: runner, PullRequest: 276}},
		"LargestNumber": {"#2147483647", model.CommitRef{PullRequest: 1<<31 - 1}},

		"Branch":           {"main", model.CommitRef{Name: "main"}},
		"BranchWithSlash":  {"release/1.2", model.CommitRef{Name: "release/1.2"}},
		"BranchOf":         {"cyber-dojo/runner@main", model.CommitRef{Repository: runner, Name: "main"}},
		"SlashBranchOf":    {"cyber-dojo/runner@release/1.2", model.CommitRef{Repository: runner, Name: "release/1.2"}},
		"Tag":              {"v1.2", model.CommitRef{Name: "v1.2"}},
		"InFull":           {"refs/tags/v1.2", model.CommitRef{Name: "refs/tags/v1.2"}},
		"InFullOf":         {"cyber-dojo/runner@refs/tags/v1.2", model.CommitRef{Repository: runner, Name: "refs/tags/v1.2"}},
		"DigitsInFull":     {"refs/heads/16d9990", model.CommitRef{Name: "refs/heads/16d9990"}},
		"AtInFull":         {"refs/heads/a@16d9990", model.CommitRef{Name: "refs/heads/a@16d9990"}},
		"HashInFull":       {"refs/heads/fix#12", model.CommitRef{Name: "refs/heads/fix#12"}},
		"HashInFullOf":     {"cyber-dojo/runner@refs/heads/fix#12", model.CommitRef{Repository: runner, Name: "refs/heads/fix#12"}},
		"FourDigits":       {"16d9", model.CommitRef{Name: "16d9"}},
		"NoDigit":          {"16d999g", model.CommitRef{Name: "16d999g"}},
		"TooManyDigits":    {strings.Repeat("a", 65), model.CommitRef{Name: strings.Repeat("a", 65)}},
		"TagOfPackage":     {"runner@1.2.3", model.CommitRef{Name: "runner@1.2.3"}},
		"TagOfPackageOf":   {"a/b@runner@1.2.3", model.CommitRef{Repository: "a/b", Name: "runner@1.2.3"}},
		"TagOfScope":       {"@acme/runner@1.2.3", model.CommitRef{Name: "@acme/runner@1.2.3"}},
		"NotASCII":         {"größer", model.CommitRef{Name: "größer"}},
		"KelvinSign":       {"\u212a6d99", model.CommitRef{Name: "\u212a6d99"}},
		"TwoAtsWithDigits": {"cyber-dojo/runner@16d9990@16d9990", model.CommitRef{Repository: runner, Name: "16d9990@16d9990"}},

		"ArtifactByCommit":      {"runner:16d9990", built("16d9990")},
		"ArtifactByFingerprint": {"runner@9af401c", fingerprint},
		"ArtifactSha256":        {"runner@sha256:9AF401C", fingerprint},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseCommitRef(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			var read model.CommitRef
			if err := read.UnmarshalGQL(throughGraphQL(t, got)); err != nil || read != got {
				t.Errorf("%s came back as %+v, %v", got, read, err)
			}
		})
	}
	for name, in := range map[string]string{
		"Empty": "", "NoRepository": "@16d9990", "NoFlow": ":16d9990", "NoPrefix": "cyber-dojo/runner@", "Space": " 16d9990",
		"NUL": "16d9990\x00", "NotUTF8": "\xff\xff@16d9990", "FlowOfBranch": "runner:main", "FourDigitsOfFlow": "runner:16d9",
		"NoNumber": "#", "NumberZero": "#0", "NumberTooLarge": "#2147483648", "NegativeNumber": "#-1", "SignedNumber": "#+1", "NumberOfNobody": "runner#1",
		"NumberAndSHA": "cyber-dojo/runner#1@16d9990", "TwoNumbers": "cyber-dojo/runner#1#2", "HashNotInFull": "fix#12",
		"Ancestor": "HEAD~1", "Parent": "main^", "Upstream": "main@{u}", "Range": "v1..v2", "DashFirst": "-main", "DotFirst": ".main", "DotLast": "main.",
		"Lock": "main.lock", "SlashFirst": "/main", "SlashLast": "release/", "TwoSlashes": "a//b", "DotAfterSlash": "a/.b", "At": "@", "AtOf": "a/b@@",
		"Glob": "v*", "TooLong": strings.Repeat("main/", 200) + "x", "InFullOfNothing": "refs/heads/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseCommitRef(in)
			wantInvalid(t, err, "ref")
			for _, example := range []string{"cyber-dojo/runner@16d9990", "v1.2", "cyber-dojo/runner#276", "runner:16d9990", "runner@9af401c"} {
				if err != nil && !strings.Contains(err.Error(), example) {
					t.Errorf("the error has no example %s: %v", example, err)
				}
			}
			if got != (model.CommitRef{}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCommitRef_RefNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"main":               {"refs/heads/main", "refs/tags/main"},
		"a/b@release/1.2":    {"refs/heads/release/1.2", "refs/tags/release/1.2"},
		"16D9990":            {"refs/heads/16D9990", "refs/tags/16D9990"},
		"refs/heads/16d9990": {"refs/heads/16d9990"},
		"#276":               nil,
		"runner:16d9990":     nil,
	} {
		ref, err := model.ParseCommitRef(in)
		if diff := cmp.Diff(want, ref.RefNames()); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", in, err, diff)
		}
	}
}

func FuzzParseCommitRef(f *testing.F) {
	for _, seed := range []string{
		"16d9990", "cyber-dojo/runner@16D9990", "@16d9990", "a/b/c@16d99", "16d9", "İ16d9990", "", "#276", "a/b#276", "a#1", "main", "release/1.2",
		"refs/tags/v1.2", "a/b@refs/heads/x#1", "a/b@main@{0}", "@a/b@1.0", "runner:16d9990", "runner@sha256:9AF401C", "a/b@@", "@", "a/b@c#1", "\U000116db",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		ref, err := model.ParseCommitRef(in)
		if err != nil {
			wantInvalid(t, err, "ref")
			return
		}
		if again, err := model.ParseCommitRef(ref.String()); err != nil || again != ref {
			t.Errorf("%q is %+v, which is written %q and read as %+v, %v", in, ref, ref.String(), again, err)
		}
		if written := throughGraphQL(t, ref); written != ref.String() {
			t.Errorf("GraphQL shows %q as %q", ref.String(), written)
		}
		if ways := count(ref.Prefix != "" || ref.Name != "", ref.PullRequest != 0, ref.Artifact != model.ArtifactRef{}); ways != 1 {
			t.Errorf("%q is said in %d ways: %+v", in, ways, ref)
		}
	})
}

func count(of ...bool) int {
	n := 0
	for _, is := range of {
		if is {
			n++
		}
	}
	return n
}
