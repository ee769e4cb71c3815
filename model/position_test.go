package model_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestPosition_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range []model.Position{{}, {Key: 7}, {Transaction: 3, Key: 1}, {Transaction: math.MaxInt64, Key: math.MaxInt64 - 1}} {
		got, err := model.ParsePosition(want.Cursor())
		if err != nil || got != want {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
}

func TestPosition_Order(t *testing.T) {
	t.Parallel()
	want := []model.Position{{}, {Key: 2}, {Key: 9}, {Transaction: 1, Key: 5}, {Transaction: 1, Key: 6}, {Transaction: 10, Key: 1}}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, model.Position.Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParsePosition_Refused(t *testing.T) {
	t.Parallel()
	for _, cursor := range []model.Cursor{
		"", "v1.", "v2.WyIxIiwiMiJd", "nonsense", model.NewCursor("1"), model.NewCursor("1", "2", "3"), model.NewCursor("-1", "2"),
		model.NewCursor("1", "-2"), model.NewCursor("1", "x"), model.NewCursor("9223372036854775808", "1"),
	} {
		got, err := model.ParsePosition(cursor)
		if model.KindOf(err) != model.KindInvalid {
			t.Errorf("%q is %v, %v", cursor, got, err)
		}
	}
}
