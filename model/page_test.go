package model_test

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

func TestNewPage(t *testing.T) {
	t.Parallel()
	after := model.NewCursor("runner")
	for name, tt := range map[string]struct {
		first *int
		after *model.Cursor
		want  model.Page
	}{
		"Default": {nil, nil, model.Page{First: 20}},
		"Least":   {ptr(1), nil, model.Page{First: 1}},
		"Most":    {ptr(100), nil, model.Page{First: 100}},
		"After":   {ptr(5), &after, model.Page{First: 5, After: after}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := model.NewPage(tt.first, tt.after); err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
	for _, first := range []int{0, -1, 101, math.MaxInt, math.MinInt} {
		got, err := model.NewPage(&first, nil)
		wantInvalid(t, err, "first")
		if got != (model.Page{}) {
			t.Errorf("first %d: got %+v beside the error", first, got)
		}
	}
}

func TestCursor_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.StringMatching(`[^\x00]{0,20}`), 1, 4).Draw(t, "key")
		cursor := model.NewCursor(key...)
		got, err := cursor.Key(len(key))
		if err != nil || !cmp.Equal(got, key) {
			t.Fatalf("%s of %q is read as %q, %v", cursor, key, got, err)
		}
		for _, n := range []int{0, len(key) - 1, len(key) + 1} {
			if got, err := cursor.Key(n); err == nil {
				t.Fatalf("%s of %q is read as %d parts: %q", cursor, key, n, got)
			}
		}
		var read model.Cursor
		if err := read.UnmarshalGQL(throughGraphQL(t, cursor)); err != nil || read != cursor {
			t.Fatalf("%s came back as %s, %v", cursor, read, err)
		}
	})
}

func TestCursor_Hostile(t *testing.T) {
	t.Parallel()
	encode := func(raw string) model.Cursor {
		return model.Cursor("v1." + base64.RawURLEncoding.EncodeToString([]byte(raw)))
	}
	for name, in := range map[string]model.Cursor{
		"Empty": "", "VersionOnly": "v1.", "OtherVersion": "v2." + encode(`["a"]`)[3:], "NotBase64": "v1.!!!", "Padded": "v1.WyJhIl0=",
		"StandardAlphabet": "v1.WyL/Il0", "NoJSON": encode(`["a"`), "Object": encode(`{"a":"b"}`), "Number": encode(`[1]`), "Null": encode(`null`),
		"NullPart": encode(`[null, "a"]`), "TwoParts": encode(`["a","b"]`), "Trailing": encode(`["a"] ["a"]`), "NUL": encode(`["a\u0000"]`), "Deep": encode(strings.Repeat("[", 100_000)),
		"Huge": encode(`["` + strings.Repeat("a", 10_000_000) + `"`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := in.Key(1)
			wantInvalid(t, err, "after")
			if got != nil {
				t.Errorf("got %q beside the error", got)
			}
			if len(err.Error()) > 300 {
				t.Errorf("the error quotes what was sent: %d bytes", len(err.Error()))
			}
		})
	}
	var c model.Cursor
	if err := c.UnmarshalGQL(7); model.KindOf(err) != model.KindInvalid {
		t.Errorf("a number is a cursor: %v", err)
	}
}

func TestSortKeys_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "number")
		if got, err := model.ParseIntKey(model.IntKey(n)); err != nil || got != n {
			t.Fatalf("%d came back as %d, %v", n, got, err)
		}
		at := time.UnixMicro(rapid.Int64Range(0, 253_402_300_799_999_999).Draw(t, "time")).UTC()
		if got, err := model.ParseTimeKey(model.TimeKey(at)); err != nil || got != at {
			t.Fatalf("%s came back as %s, %v", at, got, err)
		}
	})
}

// Whoever makes up a cursor is told so, and no time that Postgres cannot keep
// gets through to it.
func TestSortKeys_Hostile(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", " 1", "1.5", "0x10", "1e3", "99999999999999999999", "a", "1;DROP TABLE events"} {
		if got, err := model.ParseIntKey(in); err == nil {
			t.Errorf("%q is the number %d", in, got)
		} else {
			wantInvalid(t, err, "after")
		}
	}
	for _, in := range []string{"", "noon", "-9223372036854775808", "-62135596800000001", "9223372036854775807", "253402300800000000"} {
		if got, err := model.ParseTimeKey(in); err == nil {
			t.Errorf("%q is the time %s", in, got)
		} else {
			wantInvalid(t, err, "after")
		}
	}
}

func TestConnection(t *testing.T) {
	t.Parallel()
	cursor := func(s string) model.Cursor { return model.NewCursor(s) }
	after := model.NewCursor("before")
	for name, tt := range map[string]struct {
		rows  []string
		page  model.Page
		nodes []string
		info  model.PageInfo
	}{
		"Empty":      {nil, model.Page{First: 2}, []string{}, model.PageInfo{}},
		"EmptyAfter": {nil, model.Page{First: 2, After: after}, []string{}, model.PageInfo{HasPreviousPage: true}},
		"Short": {
			[]string{"a"},
			model.Page{First: 2},
			[]string{"a"},
			model.PageInfo{StartCursor: ptr(cursor("a")), EndCursor: ptr(cursor("a"))},
		},
		"Full": {
			[]string{"a", "b"},
			model.Page{First: 2},
			[]string{"a", "b"},
			model.PageInfo{StartCursor: ptr(cursor("a")), EndCursor: ptr(cursor("b"))},
		},
		"OneMore": {
			[]string{"a", "b", "c"},
			model.Page{First: 2},
			[]string{"a", "b"},
			model.PageInfo{HasNextPage: true, StartCursor: ptr(cursor("a")), EndCursor: ptr(cursor("b"))},
		},
		"Middle": {
			[]string{"a", "b"},
			model.Page{First: 1, After: after},
			[]string{"a"},
			model.PageInfo{HasNextPage: true, HasPreviousPage: true, StartCursor: ptr(cursor("a")), EndCursor: ptr(cursor("a"))},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := model.NewConnection(tt.rows, tt.page, cursor)
			if diff := cmp.Diff(tt.nodes, c.Nodes); diff != "" {
				t.Errorf("nodes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(&tt.info, c.PageInfo()); diff != "" {
				t.Errorf("page info (-want +got):\n%s", diff)
			}
			edges := []*model.Edge[string]{}
			members := []any{}
			for _, node := range tt.nodes {
				edges = append(edges, &model.Edge[string]{Cursor: cursor(node), Node: node})
				members = append(members, node)
			}
			if diff := cmp.Diff(edges, c.Edges()); diff != "" {
				t.Errorf("edges (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(members, c.Members()); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
	var none *model.Connection[string]
	if got := none.Members(); got != nil {
		t.Errorf("no connection has the members %v", got)
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(string(model.NewCursor("runner")), 1)
	f.Add(string(model.NewCursor("1661160876000000", "2")), 2)
	for _, seed := range []string{"", "v1.", "v1.W10", "v1.bnVsbA", "v1.WyJhIl0=", "v1.WyJh\nIl0", "v2.WyJhIl0"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, in string, n int) {
		key, err := model.Cursor(in).Key(n)
		if err != nil {
			wantInvalid(t, err, "after")
			return
		}
		if len(key) != n {
			t.Fatalf("%q has %d parts, and %d were asked for", in, len(key), n)
		}
		again, err := model.NewCursor(key...).Key(n)
		if err != nil || (n > 0 && !cmp.Equal(again, key)) {
			t.Errorf("%q is %q, which is written %q and read as %q, %v", in, key, model.NewCursor(key...), again, err)
		}
	})
}
