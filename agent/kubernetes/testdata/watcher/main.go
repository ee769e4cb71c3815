// Watcher does with the pods of a cluster what an agent does, and nothing else. After
// each look it prints how many instances there are, how many looks there were, and
// what the process weighs.
//
// Usage: watcher KUBECONFIG
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/kubernetes"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, kubeconfig string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	cfg := agent.Kubernetes{Kubeconfig: kubeconfig}
	sources, err := kubernetes.New([]agent.Kubernetes{cfg}, nil, log)
	if err != nil {
		return err
	}
	changed := make(chan struct{}, 1)
	go func() {
		err := sources[0].Watch(ctx, func() {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
		log.Error("watch ended", "err", err)
	}()
	// Changes are gathered for a second, and an agent also looks when there are none.
	for range time.Tick(time.Second) {
		select {
		case <-changed:
		case <-time.After(4 * time.Second):
		}
		instances, err := sources[0].Look(ctx)
		if err != nil {
			log.Error("look", "err", err)
			continue
		}
		fmt.Printf("instances %d %s\n", len(instances), weight())
	}
	return nil
}

// weight is what the kernel says of the memory of the process, in kB.
func weight() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err.Error()
	}
	var parts []string
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		switch fields[0] {
		case "VmRSS:", "VmHWM:", "RssAnon:", "RssFile:":
			parts = append(parts, strings.TrimSuffix(fields[0], ":"), fields[1])
		}
	}
	return strings.Join(parts, " ")
}
