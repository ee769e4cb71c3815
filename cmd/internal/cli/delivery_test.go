package cli_test

import (
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
)

// A body goes to a pipe as it came, and cannot steer a terminal.
func TestDeliveryBody(t *testing.T) {
	t.Parallel()
	env := signedIn(t, apitest.NewStory(t))
	args := []string{"get", "delivery", "6d2c1f8e-22d5-11ed-8f0e-3f4b1b7d9a10", "--body"}
	if got, want := run(t, setting{env: env}, args...), (result{out: "{\"esc\": \"\x1b[31m\"}"}); got != want {
		t.Errorf("pipe: got %+v, want %+v", got, want)
	}
	if got, want := run(t, setting{terminal: true, env: env}, args...), (result{out: "{\"esc\": \"\uFFFD[31m\"}\n"}); got != want {
		t.Errorf("terminal: got %+v, want %+v", got, want)
	}
	got := run(t, setting{env: env}, "get", "delivery", "delivery_two", "--body")
	if got.code != cli.ExitSignIn || got.out != "" || !strings.Contains(got.err, "for administrators") {
		t.Errorf("without a body: %+v", got)
	}
}

func TestDeliveries_UsedWrongly(t *testing.T) {
	t.Parallel()
	env := signedIn(t, apitest.NewStory(t))
	for name, tt := range map[string]struct {
		args []string
		code int
		hint string
	}{
		"NoFilter":      {[]string{"replay", "deliveries"}, cli.ExitUsage, "say which deliveries to replay"},
		"NoID":          {[]string{"replay", "delivery"}, cli.ExitUsage, "landfall replay deliveries"},
		"UnknownID":     {[]string{"replay", "delivery", "delivery_one", "nope"}, cli.ExitNotFound, `"nope" did not come in`},
		"NoAge":         {[]string{"prune", "deliveries"}, cli.ExitUsage, "older-than"},
		"WrongAge":      {[]string{"prune", "deliveries", "--older-than", "90 days"}, cli.ExitUsage, "write how long ago it is"},
		"PruneWaiting":  {[]string{"prune", "deliveries", "--older-than", "1d", "--state", "waiting"}, cli.ExitUsage, "APPLIED, IGNORED, STALE, FAILED"},
		"NoState":       {[]string{"list", "deliveries", "--state", "lost"}, cli.ExitUsage, "WAITING"},
		"NoForge":       {[]string{"create", "webhook", "sourcehut"}, cli.ExitUsage, "bitbucket or docker-hub"},
		"BodyAsJSON":    {[]string{"get", "delivery", "delivery_one", "--body", "-o", "json"}, cli.ExitUsage, "body"},
		"RotateNothing": {[]string{"rotate", "webhook"}, cli.ExitUsage, "name the forge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, setting{env: env}, tt.args...)
			if got.code != tt.code || !strings.Contains(got.err, tt.hint) {
				t.Errorf("got %+v, want code %d and %q", got, tt.code, tt.hint)
			}
		})
	}
	// What was replayed before the one that cannot be is shown.
	got := run(t, setting{env: env}, "replay", "delivery", "delivery_one", "nope")
	if !strings.Contains(got.out, "5be0b0a2-22d4-11ed-9d0c-0f3a6d0a2d11") {
		t.Errorf("got %+v", got)
	}
}
