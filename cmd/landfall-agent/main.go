// Command landfall-agent is landfall with what looks at runtimes: it reports what runs
// in Docker, Kubernetes, ECS, Lambda, S3 and on this machine, once or as long as it runs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones also where the machine has none

	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/runtimes"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

func main() {
	tuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.RunWith(ctx, os.Args[1:], term.System(), runtimes.Open)
	stop()
	os.Exit(code)
}
