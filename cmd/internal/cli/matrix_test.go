package cli

import (
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// TestCellOf has a commit that counts for two flows, as each of them may be.
func TestCellOf(t *testing.T) {
	t.Parallel()
	something := &api.Named{Name: "x"}
	for name, tt := range map[string]struct {
		states []string // of the flows that run there
		want   string
	}{
		"None":           {nil, ""},
		"One":            {[]string{"RUNNING"}, "RUNNING"},
		"Both":           {[]string{"RUNNING", "INCLUDED"}, "INCLUDED"},
		"OneOfTwo":       {[]string{"NOT_YET", "INCLUDED"}, "PARTLY"},
		"OneNotKnown":    {[]string{"UNKNOWN", "RUNNING"}, "PARTLY"},
		"NotKnownAtAll":  {[]string{"NOT_YET", "UNKNOWN"}, "UNKNOWN"},
		"GoneAndNotYet":  {[]string{"NOT_YET", "GONE"}, "GONE"},
		"NeitherOfThem":  {[]string{"NOT_YET", "NOT_YET"}, "NOT_YET"},
		"ThreeAreThere":  {[]string{"RUNNING", "RUNNING", "RUNNING"}, "RUNNING"},
		"TwoOfThreeHere": {[]string{"RUNNING", "GONE", "RUNNING"}, "PARTLY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// What never ran there does not count, nor does what runs elsewhere.
			c := api.LocatedCommit{Whereabouts: []api.WhereaboutsLine{
				{State: "NOT_YET", Environment: api.Named{Name: "prod"}},
				{State: "GONE", Environment: api.Named{Name: "other"}, Running: something},
			}}
			for _, state := range tt.states {
				c.Whereabouts = append(c.Whereabouts, api.WhereaboutsLine{State: state, Environment: api.Named{Name: "prod"}, Running: something})
			}
			if got := cellOf(c, "prod"); got != tt.want {
				t.Errorf("cellOf = %q, want %q", got, tt.want)
			}
		})
	}
}
