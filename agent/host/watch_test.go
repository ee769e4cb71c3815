package host_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/host"
)

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// watch runs Watch, and returns a channel on which its calls come.
func watch(t *testing.T, s *host.Source) <-chan struct{} {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	changes, ended := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, func() {
			select {
			case changes <- struct{}{}:
			default: // one that is not yet taken stands for this too
			}
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Watch returns %v", err)
		}
	})
	return changes
}

// lookUntil looks each time that something changed, until it sees what is wanted;
// nothing, if that is empty.
func lookUntil(t *testing.T, s *host.Source, changes <-chan struct{}, want string) {
	t.Helper()
	deadline := time.After(patience)
	var seen []agent.Instance
	for {
		select {
		case <-changes:
			seen = look(t, s)
			if want == "" && len(seen) == 0 || len(seen) == 1 && seen[0].Digests["app"] == want {
				return
			}
		case <-deadline:
			t.Fatalf("%v was seen when last told of a change, want %s", seen, want)
		}
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		path    string              // from a directory with what is below
		changes []func(dir string)  // each of which has to be told
		sum     func(string) string // nil: of the directory at the path
	}{
		"Content": {"/app", []func(string){
			func(dir string) { write(t, dir+"/app/a", "changed") },
			func(dir string) { write(t, dir+"/app/below/b", "changed") },
			func(dir string) { _ = os.Remove(dir + "/app/a") },
		}, nil},
		"NewDirectories": {"/app", []func(string){
			func(dir string) { write(t, dir+"/app/1/2/3/a", "x") },
			func(dir string) { write(t, dir+"/app/1/2/3/a", "changed") },
			func(dir string) { write(t, dir+"/app/1/2/b", "x") },
		}, nil},
		"MovedDirectory": {"/app", []func(string){
			func(dir string) { rename(t, dir+"/app/below", dir+"/app/moved") },
			func(dir string) { write(t, dir+"/app/moved/b", "changed") },
			func(dir string) { write(t, dir+"/app/below/deep/b", "x") }, // again
			func(dir string) { write(t, dir+"/app/below/deep/b", "changed") },
		}, nil},
		"RemovedDirectory": {"/app", []func(string){
			func(dir string) { _ = os.RemoveAll(dir + "/app/below") },
			func(dir string) { write(t, dir+"/app/below/deep/b", "x") }, // again
			func(dir string) { write(t, dir+"/app/below/deep/b", "changed") },
		}, nil},
		"Release": {"/current", []func(string){
			func(dir string) { link(t, "releases/2", dir+"/current") },
			func(dir string) { write(t, dir+"/releases/2/a", "changed") },
			func(dir string) { link(t, "releases/1", dir+"/current") },
			func(dir string) { write(t, dir+"/releases/1/new/a", "x") },
		}, nil},
		"ReleaseAbove": {"/current/www", []func(string){
			func(dir string) { link(t, "releases/2", dir+"/current") },
			func(dir string) { write(t, dir+"/releases/2/www/a", "changed") },
		}, nil},
		"Replaced": {"/app", []func(string){
			func(dir string) {
				rename(t, dir+"/app", dir+"/old")
				rename(t, dir+"/releases/2", dir+"/app")
			},
			func(dir string) { write(t, dir+"/app/a", "changed") },
		}, nil},
		"File": {"/app/a", []func(string){
			func(dir string) { write(t, dir+"/app/a", "changed") },
			func(dir string) { rename(t, dir+"/releases/1/a", dir+"/app/a") },
			func(dir string) { write(t, dir+"/app/a", "changed again") },
		}, func(path string) string { return fileOf(t, path) }},
		"Missing": {"/not/yet/there", []func(string){
			func(dir string) { write(t, dir+"/not/yet/there/a", "x") },
			func(dir string) { write(t, dir+"/not/yet/there/a", "changed") },
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, file := range []string{"/app/a", "/app/below/b", "/app/below/deep/b", "/releases/1/a", "/releases/2/a", "/releases/1/www/a", "/releases/2/www/a"} {
				write(t, dir+file, file)
			}
			link(t, "releases/1", dir+"/current")
			if tt.sum == nil {
				tt.sum = func(path string) string { return dirOf(t, path) }
			}
			s := newPath(t, agent.Path{Path: dir + tt.path, Name: "app"})
			changes := watch(t, s)
			<-changes // at the beginning
			for _, change := range tt.changes {
				change(dir)
				lookUntil(t, s, changes, tt.sum(dir+tt.path))
			}
			if err := os.RemoveAll(dir + tt.path); err != nil {
				t.Fatal(err)
			}
			lookUntil(t, s, changes, "")
		})
	}
}

func TestWatch_ProcessesOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, agent.Server{Processes: []string{"nginx"}})
	if err := s.Watch(t.Context(), func() {}); !errors.Is(err, agent.ErrCannotWatch) {
		t.Errorf("err = %v", err)
	}
}
