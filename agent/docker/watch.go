package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/events"
	"github.com/moby/moby/client"
)

// Watch calls changed whenever something happens to a container that may change
// what runs, and once when it begins to see, as something may have happened before.
// It returns an error when the daemon ends.
func (s *Source) Watch(ctx context.Context, changed func()) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	filters := client.Filters{}.Add("type", string(events.ContainerEventType))
	stream := s.client.Events(ctx, client.EventsListOptions{Filters: filters})
	changed()
	for {
		select {
		case event := <-stream.Messages:
			if mayChange(event.Action) {
				changed()
			}
		case err := <-stream.Err:
			return watchEnded(ctx, err)
		}
	}
}

// watchEnded is what Watch returns when there are no more events.
func watchEnded(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
	}
	if err == nil || errors.Is(err, io.EOF) {
		return errors.New("watch containers: Docker or Podman ended the stream of events")
	}
	return fmt.Errorf("watch containers: %w", err)
}

// harmless are actions that leave a container running what it runs. Some come often:
// each health check is several.
var harmless = []events.Action{
	"exec", "exec_die", "exec_died", events.ActionExecCreate, events.ActionExecStart, events.ActionExecDetach,
	events.ActionHealthStatus, events.ActionAttach, events.ActionDetach, events.ActionResize, events.ActionTop,
	events.ActionCopy, events.ActionArchivePath, events.ActionExtractToDir, events.ActionExport, events.ActionCommit,
}

func mayChange(action events.Action) bool {
	kind, _, _ := strings.Cut(string(action), ":") // what follows says what was executed
	return !slices.Contains(harmless, events.Action(kind))
}
