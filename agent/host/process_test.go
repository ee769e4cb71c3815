//go:build linux

package host_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/agent"
)

// install copies the program of the tests, with something behind it that makes it
// another file.
func install(t testing.TB, path, version string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", append(program, version...), 0o755); err != nil {
		t.Fatal(err)
	}
	rename(t, path+".new", path) // one that runs cannot be written to
}

// start runs a program that install made, and returns what ends it.
func start(t testing.TB, path string) (end func()) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path)
	cmd.Args = []string{"master process"} // as servers call themselves
	cmd.Env = append(os.Environ(), roleVariable+"="+roleWait)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	end = func() {
		if !ended {
			ended = true
			_ = stdin.Close()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(end)
	return end
}

func TestLook_Processes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := dir+"/landfall-test-web", dir+"/landfall-test-db"
	install(t, path, "1")
	install(t, other, "db")
	s := newServer(t, agent.Server{Processes: []string{dir + "/landfall-test-w*"}})
	expect(t, s, "before")

	before := map[string]string{path: fileOf(t, path)}
	notBefore := time.Now().Add(-2 * time.Second) // the system counts in whole seconds
	endFirst, endSecond := start(t, path), start(t, path)
	start(t, other)
	expect(t, s, "two and another", before, before)
	for _, i := range look(t, s) {
		if i.StartedAt.Before(notBefore) || i.StartedAt.After(time.Now().Add(2*time.Second)) {
			t.Errorf("started at %s", i.StartedAt)
		}
	}
	first, again := look(t, s), look(t, s)
	for i := range first {
		if !first[i].StartedAt.Equal(again[i].StartedAt) {
			t.Errorf("started at %s, and then at %s", first[i].StartedAt, again[i].StartedAt)
		}
	}

	install(t, path, "2")
	expect(t, s, "replaced on the disk", before, before)
	endFirst()
	after := map[string]string{path: fileOf(t, path)}
	if before[path] == after[path] {
		t.Fatal("both versions are the same, which shows nothing")
	}
	end := start(t, path)
	instances := look(t, s)
	counts := map[string]int{}
	for _, i := range instances {
		counts[i.Digests[path]]++
	}
	if len(instances) != 2 || counts[before[path]] != 1 || counts[after[path]] != 1 {
		t.Errorf("while it is replaced: %v", counts)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	endSecond()
	expect(t, s, "removed from the disk", after)
	end()
	expect(t, s, "all ended")
}

func TestLook_ProcessPatterns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := dir + "/landfall-test-patterns"
	install(t, path, "")
	start(t, path)
	digest := map[string]string{path: fileOf(t, path)}
	for name, tt := range map[string]struct {
		pattern string
		want    bool
	}{
		"Name":        {"landfall-test-patterns", true},
		"NamePattern": {"landfall-test-pat*", true},
		"Path":        {path, true},
		"PathPattern": {dir + "/landfall-test-p*", true},
		"PartOfName":  {"landfall-test-pattern", false},
		"PartOfPath":  {filepath.Dir(dir) + "/landfall-test-p*", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, agent.Server{Processes: []string{tt.pattern}})
			if tt.want {
				expect(t, s, tt.pattern, digest)
			} else {
				expect(t, s, tt.pattern)
			}
		})
	}
}

// TestLook_DeletedInName is of a program whose name ends as Linux marks those that
// were removed.
func TestLook_DeletedInName(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/landfall-test (deleted)"
	install(t, path, "")
	start(t, path)
	s := newServer(t, agent.Server{Processes: []string{path}})
	expect(t, s, "there", map[string]string{path: fileOf(t, path)})
}

// zombie runs a program that ends, and for which nobody waits until the test ends.
func zombie(t testing.TB, path string) {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path)
	cmd.Env = append(os.Environ(), roleVariable+"="+roleWait) // without input, it ends
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	status := fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid)
	for deadline := time.Now().Add(patience); ; {
		content, err := os.ReadFile(status)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not end: %s", content)
		}
	}
}

func TestLook_Zombie(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/landfall-test-zombie"
	install(t, path, "")
	zombie(t, path)
	expect(t, newServer(t, agent.Server{Processes: []string{path}}), "ended")
}

func TestLook_ProcessesAndPaths(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := dir + "/landfall-test-both"
	install(t, path, "")
	write(t, dir+"/etc/config", "x")
	start(t, path)
	s := newServer(t, agent.Server{Processes: []string{path}, Paths: []agent.Path{{Path: dir + "/etc", Name: "config"}}})
	expect(t, s, "both", map[string]string{"config": dirOf(t, dir+"/etc")}, map[string]string{path: fileOf(t, path)})
	findings := s.Check(t.Context())
	if len(findings) != 2 || findings[0].Level != agent.LevelOK || findings[1].Level != agent.LevelOK || findings[1].Detail != "running programs that fit: 1" {
		t.Errorf("findings: %+v", findings)
	}
}

// TestLook_Permission looks as a user who may not see all.
func TestLook_Permission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	dir := t.TempDir()
	for _, open := range []string{dir, filepath.Dir(dir)} {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	looking, running, ended := dir+"/landfall-test-nobody", dir+"/landfall-test-root", dir+"/landfall-test-ended"
	for _, program := range []string{looking, running, ended} {
		install(t, program, "")
	}
	start(t, running)
	zombie(t, ended)
	write(t, dir+"/secret/file", "x")
	if err := os.Chmod(dir+"/secret/file", 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), looking, dir+"/landfall-*-root", ended, dir+"/secret")
	cmd.Env = []string{roleVariable + "=" + roleLook}
	cmd.Dir = dir
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{
		"0: look at process ", "run the agent as root, or as the user of the process", "2 run the agent as root",
		"0: <nil>\n1 compare the patterns", // none of what may not be seen can be meant
		"0: look at " + dir + "/secret", "run the agent as a user who may read it", "2 see that the agent may read",
	}
	rest := string(out)
	for _, text := range want {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("it prints\n%s\nwithout %q in its place", out, text)
		}
		rest = after
	}
}
