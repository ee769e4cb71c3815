package host_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/agent"
)

func TestLook_Path(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir+"/app/bin/web", "program")
	write(t, dir+"/app/log/web.log", "line")
	write(t, dir+"/app/.git/HEAD", "x")
	web, app := fileOf(t, dir+"/app/bin/web"), dirOf(t, dir+"/app")
	for name, tt := range map[string]struct {
		cfg  agent.Path
		want map[string]string
	}{
		"File":         {agent.Path{Path: dir + "/app/bin/web"}, map[string]string{dir + "/app/bin/web": web}},
		"Directory":    {agent.Path{Path: dir + "/app"}, map[string]string{dir + "/app": app}},
		"Named":        {agent.Path{Path: dir + "/app", Name: "web"}, map[string]string{"web": app}},
		"Excludes":     {agent.Path{Path: dir + "/app", Excludes: []string{"log/"}}, map[string]string{dir + "/app": dirOf(t, dir+"/app", "log/")}},
		"NotClean":     {agent.Path{Path: dir + "//app/bin/../"}, map[string]string{dir + "/app": app}},
		"Missing":      {agent.Path{Path: dir + "/none"}, nil},
		"MissingAbove": {agent.Path{Path: dir + "/none/at/all"}, nil},
		"LeftOut":      {agent.Path{Path: dir + "/app", Excludes: []string{"*"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPath(t, tt.cfg)
			if tt.want == nil {
				expect(t, s, "a look")
				return
			}
			expect(t, s, "a look", tt.want)
			expect(t, s, "another", tt.want)
		})
	}
}

func TestLook_EmptyDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := newPath(t, agent.Path{Path: dir})
	expect(t, s, "empty")
	write(t, dir+"/a/b", "x")
	expect(t, s, "with a file", map[string]string{dir: dirOf(t, dir)})
	if err := os.RemoveAll(dir + "/a"); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "empty again")
}

func TestLook_RelativePath(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(here, "host.go")
	expect(t, newPath(t, agent.Path{Path: "host.go"}), "a look", map[string]string{path: fileOf(t, path)})
}

// TestLook_Release switches a link between releases that were unpacked before.
func TestLook_Release(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	built := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, release := range []string{"1", "2"} {
		file := dir + "/releases/" + release + "/www/index.html"
		write(t, file, "release "+release)
		age(t, built, file)
	}
	link(t, "releases/1", dir+"/current")
	link(t, dir+"/current", dir+"/live")      // a chain
	link(t, "current/www/../www", dir+"/www") // through a link and back up
	for name, tt := range map[string]struct{ path, below string }{
		"Link":         {dir + "/current", ""},
		"Chain":        {dir + "/live", ""},
		"LinkAbove":    {dir + "/current/www", "/www"},
		"LinkUpwards":  {dir + "/www", "/www"},
		"FileInOne":    {dir + "/current/www/index.html", "/www/index.html"},
		"SlashAtTheEn": {dir + "/current/", ""},
	} {
		sources := newPath(t, agent.Path{Path: tt.path, Name: "site"})
		sumOf := dirOf
		if strings.HasSuffix(tt.below, ".html") {
			sumOf = func(t testing.TB, path string, _ ...string) string { return fileOf(t, path) }
		}
		t.Run(name, func(t *testing.T) { // one after the other: they switch the same link
			link(t, "releases/1", dir+"/current")
			expect(t, sources, "before", map[string]string{"site": sumOf(t, dir+"/releases/1"+tt.below)})
			link(t, "releases/2", dir+"/current")
			expect(t, sources, "switched", map[string]string{"site": sumOf(t, dir+"/releases/2"+tt.below)})
			info, err := os.Lstat(dir + "/current")
			if err != nil {
				t.Fatal(err)
			}
			// The other links were made before this one was switched.
			if got := look(t, sources)[0].StartedAt; !got.Equal(info.ModTime()) {
				t.Errorf("started at %s, want %s, when the link was switched", got, info.ModTime())
			}
		})
	}
}

func TestLook_StartedAt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := time.Date(2026, 1, 1, 0, 0, 0, 5, time.UTC)
	second, third := first.Add(time.Hour), first.Add(2*time.Hour)
	write(t, dir+"/app/a", "a")
	write(t, dir+"/app/b", "b")
	write(t, dir+"/app/log", "c")
	age(t, second, dir+"/app/a")
	age(t, first, dir+"/app/b")
	age(t, third, dir+"/app/log")
	for name, tt := range map[string]struct {
		cfg  agent.Path
		want time.Time
	}{
		"File":       {agent.Path{Path: dir + "/app/b"}, first},
		"Newest":     {agent.Path{Path: dir + "/app"}, third},
		"NotLeftOut": {agent.Path{Path: dir + "/app", Excludes: []string{"log"}}, second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPath(t, tt.cfg)
			for range 2 { // read, and known from before
				if got := look(t, s)[0].StartedAt; !got.Equal(tt.want) || got.Location() != time.UTC {
					t.Errorf("started at %s, want %s", got, tt.want)
				}
			}
		})
	}
}

func TestLook_LinksThatLeadNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link(t, "none", dir+"/dangling")
	expect(t, newPath(t, agent.Path{Path: dir + "/dangling"}), "dangling")
	link(t, "round", dir+"/round")
	if _, err := newPath(t, agent.Path{Path: dir + "/round"}).Look(t.Context()); err == nil || !strings.Contains(err.Error(), "symbolic links lead") {
		t.Errorf("round: err = %v", err)
	}
}

// TestLook_PathErrors: one path that cannot be read is an error of the whole look.
func TestLook_PathErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir+"/good", "x")
	write(t, dir+"/tree/a", "x")
	if err := syscall.Mkfifo(dir+"/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(dir+"/tree/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ path, want string }{
		"Pipe":      {dir + "/pipe", "neither a file nor a directory"},
		"PipeIn":    {dir + "/tree", "pipe is a named pipe"},
		"BelowFile": {dir + "/good/below", "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, agent.Server{Paths: []agent.Path{{Path: dir + "/good"}, {Path: tt.path}}})
			got, err := s.Look(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) {
				t.Errorf("err = %v, want one of %q and of %s", err, tt.want, tt.path)
			}
			if got != nil {
				t.Errorf("a part is returned: %v", got)
			}
		})
	}
}
