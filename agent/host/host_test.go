package host_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/host"
	"github.com/landfall-dev/landfall/fingerprint"
)

// What the program of the tests does when it is not started by `go test`.
const (
	roleVariable = "LANDFALL_TEST_ROLE"
	roleWait     = "wait" // until its input ends
	roleLook     = "look" // and print the error; arguments are two programs and a path
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case roleWait:
		_, _ = io.Copy(io.Discard, os.Stdin)
	case roleLook:
		lookAndPrint(os.Args[1], os.Args[2], os.Args[3])
	default:
		os.Exit(m.Run())
	}
}

// lookAndPrint is run by TestLook_Permission as somebody who is not root.
func lookAndPrint(unseen, ended, path string) {
	for _, cfg := range []agent.Server{
		{Processes: []string{unseen}},
		{Processes: []string{ended, "no-such-program"}},
		{Paths: []agent.Path{{Path: path}}},
	} {
		s, err := host.NewServer(cfg)
		if err != nil {
			fmt.Println(err)
			continue
		}
		instances, err := s.Look(context.Background())
		fmt.Printf("%d: %v\n", len(instances), err)
		for _, finding := range s.Check(context.Background()) {
			fmt.Printf("%d %s\n", finding.Level, finding.Mend)
		}
	}
}

// write makes a file and the directories that it needs.
func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// link makes a symbolic link, or switches one, as releases are switched.
func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path+".new"); err != nil {
		t.Fatal(err)
	}
	rename(t, path+".new", path)
}

func rename(t testing.TB, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// age sets when files were modified.
func age(t testing.TB, at time.Time, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

func dirOf(t testing.TB, path string, excludes ...string) string {
	t.Helper()
	sum, err := fingerprint.Dir(path, excludes...)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func fileOf(t testing.TB, path string) string {
	t.Helper()
	sum, err := fingerprint.File(path)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func newPath(t testing.TB, cfg agent.Path) *host.Source {
	t.Helper()
	s, err := host.NewPath(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newServer(t testing.TB, cfg agent.Server) *host.Source {
	t.Helper()
	s, err := host.NewServer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func look(t testing.TB, s *host.Source) []agent.Instance {
	t.Helper()
	instances, err := s.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return instances
}

// expect looks, and compares what runs.
func expect(t testing.TB, s *host.Source, when string, want ...map[string]string) {
	t.Helper()
	got := []map[string]string{}
	for _, i := range look(t, s) {
		got = append(got, i.Digests)
	}
	if want == nil {
		want = []map[string]string{}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", when, diff)
	}
}

func TestNew_Errors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cfg  agent.Server
		want string
	}{
		"Nothing":  {agent.Server{}, "give a pattern of processes"},
		"Process":  {agent.Server{Processes: []string{"["}}, `"[" is no pattern`},
		"Path":     {agent.Server{Paths: []agent.Path{{Name: "x"}}}, "a path is empty"},
		"Exclude":  {agent.Server{Paths: []agent.Path{{Path: "/srv", Excludes: []string{"!x"}}}}, "takes nothing back"},
		"LongName": {agent.Server{Paths: []agent.Path{{Path: "/srv", Name: strings.Repeat("x", 501)}}}, "over 500 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := host.NewServer(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want one of %q", err, tt.want)
			}
		})
	}
	if _, err := host.NewPath(agent.Path{}); err == nil {
		t.Error("NewPath takes nothing")
	}
}
