package cli_test

import (
	"context"
	"net"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// TestMain lets scripts run landfall as a program of its own, with the clock
// stopped where the story ends.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"landfall": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			io := term.System()
			io.Now = func() time.Time { return apitest.Now }
			os.Exit(cli.Run(ctx, os.Args[1:], io))
		},
		// exits runs a command and prints its exit code, which scripts cannot see.
		"exits": runExits,
	})
}

func TestScript(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SERVER", server.URL)
			env.Setenv("TOKEN", apitest.Token)
			env.Setenv("NOWHERE", "http://"+closedAddress(t))
			env.Setenv("TZ", "Europe/Berlin")
			env.Setenv("HOME", env.WorkDir+"/home")
			env.Setenv("XDG_CONFIG_HOME", "")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each program takes a second to end
			return nil
		},
	})
}

// closedAddress is an address at which nothing listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
