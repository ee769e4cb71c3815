package model_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

func TestIssueKeys(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"None":          {"run 3 replicas", nil},
		"Subject":       {"PROJ-12: run 3 replicas", []string{"PROJ-12"}},
		"InOrder":       {"fix ZZ-2 and AA-1\n\nRefs: MM-3", []string{"ZZ-2", "AA-1", "MM-3"}},
		"Once":          {"AB-1, AB-1 (AB-1)", []string{"AB-1"}},
		"Branch":        {"Merge branch 'feature/PROJ-12-more-replicas'", []string{"PROJ-12"}},
		"Underscores":   {"feature_PROJ-12_more", nil},
		"Brackets":      {"[PROJ-12] <OPS-3> \"QA-4\"", []string{"PROJ-12", "OPS-3", "QA-4"}},
		"EndOfSentence": {"fixes PROJ-12.", []string{"PROJ-12"}},
		"Link":          {"https://acme.atlassian.net/browse/PROJ-12?x=1", []string{"PROJ-12"}},
		"DigitsInName":  {"P2-7 X9Y-8", []string{"P2-7", "X9Y-8"}},
		"LongestName":   {"ABCDEFGHIJ-1 ABCDEFGHIJK-1", []string{"ABCDEFGHIJ-1"}},
		"OneLetter":     {"A-1", nil},
		"LowerCase":     {"proj-12 Proj-12 PRoJ-12", nil},
		"LongestNumber": {"AB-1234567 AB-12345678", []string{"AB-1234567"}},
		"WithinWord":    {"xAB-1 AB-1x éAB-1 AB-1é 1AB-1 _AB-1 AB-1_", nil},
		"AfterDigits":   {"12AB-1", nil},
		"Version":       {"RHEL-7.4 and RHEL-7. RHEL-8.", []string{"RHEL-7", "RHEL-8"}},
		"Standards":     {"UTF-8 SHA-256 SHA3-256 ISO-8859-1 RFC-9110 CVE-2024-3094 BSD-3-Clause GPL-3 MD-5 TLS-1", nil},
		"LikeStandards": {"UTFX-8 XSHA-256 ISOS-9", []string{"UTFX-8", "XSHA-256", "ISOS-9"}},
		"OtherHyphen":   {"PROJ\u201012", nil},
		"NotUTF8":       {"\xffPROJ-12\xff", []string{"PROJ-12"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(append([]string{}, tt.want...), model.IssueKeys(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Of a message without end, the beginning is read, and a number is not cut in two.
func TestIssueKeys_Bounds(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 30 {
		fmt.Fprintf(&many, "AB-%d ", i)
	}
	if got := model.IssueKeys(many.String()); len(got) != 20 || got[0] != "AB-0" || got[19] != "AB-19" {
		t.Errorf("got %q", got)
	}
	const limit = 64 << 10
	for name, tt := range map[string]struct {
		before int
		want   []string
	}{
		"Before": {limit - len("AB-12"), []string{"AB-12"}},
		"Across": {limit - len("AB-1"), []string{}},
		"Beyond": {limit, []string{}},
	} {
		if diff := cmp.Diff(tt.want, model.IssueKeys(strings.Repeat(" ", tt.before)+"AB-12")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The keys of a part of a message from its beginning, such as its subject, begin those
// of the whole: what two say of one commit can be merged by taking the greater.
func TestIssueKeys_OfBeginning(t *testing.T) {
	t.Parallel()
	key := regexp.MustCompile(`^[A-Z][A-Z0-9]{1,9}-[0-9]{1,7}$`)
	words := rapid.SampledFrom([]string{"PROJ-1", "OPS-22", "x", "UTF-8", "é", ".", "-", "_", "7", "AB", " "})
	rapid.Check(t, func(t *rapid.T) {
		subject := strings.Join(rapid.SliceOf(words).Draw(t, "subject"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		body := rapid.String().Draw(t, "body")
		keys, all := model.IssueKeys(subject), model.IssueKeys(subject+"\n\n"+body)
		if !slices.Equal(keys, all[:min(len(keys), len(all))]) {
			t.Fatalf("%q has %q, and with %q after it %q", subject, keys, body, all)
		}
		for i, k := range all {
			if !key.MatchString(k) || slices.Contains(all[:i], k) {
				t.Fatalf("%q of %q is no key, or is there twice", k, all)
			}
		}
	})
}

func FuzzIssueKeys(f *testing.F) {
	for _, seed := range []string{"PROJ-12", "fix: PROJ-12, OPS-3", "UTF-8", "RHEL-7.4", "ABCDEFGHIJKL-1", "AB-12AB-34", "\xffAB-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		keys := model.IssueKeys(message)
		if len(keys) > 20 {
			t.Errorf("%d keys", len(keys))
		}
		// Alone and in their order they are found again.
		if diff := cmp.Diff(keys, model.IssueKeys(strings.Join(keys, " "))); diff != "" {
			t.Errorf("of %q (-found +found again):\n%s", message, diff)
		}
	})
}
