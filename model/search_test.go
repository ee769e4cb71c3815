package model_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestNewSearch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]model.Search{
		"runner":          {Said: "runner", Text: "runner"},
		"\tRunner\n":      {Said: "Runner", Text: "runner"},
		"16d9":            {Said: "16d9", Text: "16d9"},
		"16D99":           {Said: "16D99", Text: "16d99", Prefix: "16d99"},
		"sha256:9af401c4": {Said: "sha256:9af401c4", Text: "sha256:9af401c4", Prefix: "9af401c4"},
		"#276":            {Said: "#276", Text: "#276", Number: 276},
		"276":             {Said: "276", Text: "276", Number: 276},
		"12345":           {Said: "12345", Text: "12345", Number: 12345, Prefix: "12345"},
		"#0":              {Said: "#0", Text: "#0"},
		"1234567890":      {Said: "1234567890", Text: "1234567890", Prefix: "1234567890"},
	} {
		got, err := model.NewSearch(text, nil)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{"", "x", "  x  ", strings.Repeat("x", 201), "a\x00b", "\xff\xff"} {
		_, err := model.NewSearch(text, nil)
		wantInvalid(t, err, "text")
	}
}
