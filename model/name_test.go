package model_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// wordOf is a word of n letters.
func wordOf(n int) string { return strings.Repeat("w", n) }

func TestValidateName(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"a", "7", "aws-prod", "A.b_c-d~e", "a~b1", "a~1b", wordOf(128)} {
		if err := model.ValidateName("environment", in); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
	for name, in := range map[string]string{
		"Empty": "", "TooLong": wordOf(129), "BeginsWithDash": "-a", "BeginsWithDot": ".a", "BeginsWithUnderscore": "_a", "BeginsWithTilde": "~a", "Space": "a b",
		"Slash": "a/b", "Colon": "a:b", "At": "a@b", "Hash": "a#1", "Umlaut": "ä", "Newline": "a\n", "NUL": "a\x00", "NotUTF8": "a\xff", "Percent": "a%20b",
		"LikeAnOlderSnapshot": "aws-prod~1", "LikeTheNewestSnapshot": "aws-prod~", "Deep": "a~1~22",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := model.ValidateName("environment", in)
			wantInvalid(t, err, "environment")
			if !strings.Contains(err.Error(), "the name of an environment") || len(err.Error()) > 400 {
				t.Errorf("got error %q", err)
			}
		})
	}
	if err := model.ValidateName("flow", ""); !strings.Contains(err.Error(), "the name of a flow") {
		t.Errorf("got error %q", err)
	}
}

// A name is never taken for a reference to something in it, nor a reference for
// a name.
func TestValidateName_IsNoReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z0-9][a-z0-9.~_-]{0,12}`).Draw(t, "name")
		ref, err := model.ParseSnapshotRef(name)
		if model.ValidateName("environment", name) != nil {
			if err == nil && ref.Environment == name {
				t.Fatalf("%q is no name, and is read as %+v", name, ref)
			}
			return
		}
		if err != nil || ref.Environment != name || ref.Number != 0 || ref.Back != 0 || ref.Moment != nil {
			t.Fatalf("%q is a name, and is read as %+v, %v", name, ref, err)
		}
	})
}

func TestValidateRepositoryName(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"cyber-dojo/runner", "a/b", "Group/sub/sub.project", ".github/.github", "a/b/c/d/e/f", "a/" + wordOf(198)} {
		if err := model.ValidateRepositoryName(in); err != nil {
			t.Errorf("%q: %v", in, err)
		}
	}
	for name, in := range map[string]string{
		"Empty": "", "NoOwner": "runner", "OwnerOnly": "cyber-dojo/", "NameOnly": "/runner", "TwoSlashes": "a//b", "Deep": "a/b/c/d/e/f/g", "Space": "a/b c",
		"TooLong": "a/" + wordOf(199), "URL": "https://github.com/a/b", "At": "a/b@c", "Newline": "a/b\n", "NUL": "a/b\x00", "NotUTF8": "a/\xff", "Umlaut": "ä/b",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantInvalid(t, model.ValidateRepositoryName(in), "repository")
		})
	}
}

func TestValidateText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in          string
		least, most int
		ok          bool
	}{
		"Empty":           {"", 0, 10, true},
		"EmptyRefused":    {"", 1, 10, false},
		"Least":           {"ab", 2, 3, true},
		"Most":            {"abc", 2, 3, true},
		"TooShort":        {"a", 2, 3, false},
		"TooLong":         {"abcd", 2, 3, false},
		"RunesNotBytes":   {"äöü", 3, 3, true},
		"LinesAndTabs":    {"a\n\tb", 0, 10, true},
		"NUL":             {"a\x00b", 0, 10, false},
		"Escape":          {"\x1b[31m", 0, 10, false},
		"CarriageReturn":  {"a\rb", 0, 10, false},
		"Delete":          {"a\x7f", 0, 10, false},
		"C1Control":       {"a\u0085", 0, 10, false},
		"NotUTF8":         {"a\xff", 0, 10, false},
		"Surrogate":       {"\xed\xa0\x80", 0, 10, false},
		"ReplacementRune": {"\uFFFD", 0, 10, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := model.ValidateText("description", tt.in, tt.least, tt.most)
			if tt.ok && err != nil {
				t.Error(err)
			}
			if !tt.ok {
				wantInvalid(t, err, "description")
			}
		})
	}
}

func TestValidateURL(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"https://github.com/cyber-dojo/runner/actions/runs/2902808452", "http://localhost:8080", "https://ci.example/a?b=c#d", "HTTPS://ci.example",
		"https://[::1]:8080/x", "https://ci.example/" + wordOf(2000-len("https://ci.example/")),
	} {
		if err := model.ValidateURL("url", in); err != nil {
			t.Error(err)
		}
	}
	for name, in := range map[string]string{
		"Empty": "", "NoScheme": "ci.example/x", "NoHost": "https:///x", "Relative": "/x", "SchemeRelative": "//ci.example/x", "Script": "javascript:alert(1)",
		"Data": "data:text/html,x", "FTP": "ftp://ci.example/x", "Opaque": "https:ci.example", "TooLong": "https://ci.example/" + wordOf(2001-len("https://ci.example/")),
		"NUL": "https://ci.example/\x00", "Newline": "https://ci.example/\nx", "NotUTF8": "https://ci.example/\xff", "BadEscape": "https://ci.example/%zz", "BadPort": "https://ci.example:x/",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantInvalid(t, model.ValidateURL("url", in), "url")
		})
	}
}

func TestCleanText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   string
		most int
		want string
	}{
		"Plain":    {"ecs: run 3 replicas", 100, "ecs: run 3 replicas"},
		"NUL":      {"a\x00b", 100, "a b"},
		"Lines":    {"a\nb\tc\r", 100, "a b c "},
		"Escape":   {"\x1b[31mred", 100, " [31mred"},
		"NotUTF8":  {"a\xff\xfeb", 100, "a\uFFFDb"},
		"Cut":      {"äöüß", 3, "äöü"},
		"Fits":     {"äöü", 3, "äöü"},
		"CutToNil": {"abc", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := model.CleanText(tt.in, tt.most); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever a forge sends, what is kept of it passes as text, and stays as it is
// when it is cleaned again.
func TestCleanText_IsText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		most := rapid.IntRange(0, 60).Draw(t, "most")
		got := model.CleanText(in, most)
		if err := model.ValidateText("text", got, 0, most); err != nil {
			t.Fatalf("%q is cleaned to %q: %v", in, got, err)
		}
		if again := model.CleanText(got, most); again != got {
			t.Fatalf("%q is cleaned to %q, and that to %q", in, got, again)
		}
		if plain := utf8.ValidString(in) && !strings.ContainsFunc(in, unicode.IsControl); plain && !strings.HasPrefix(in, got) {
			t.Fatalf("%q needed no cleaning, and became %q", in, got)
		}
	})
}
