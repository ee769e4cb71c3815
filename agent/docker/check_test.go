package docker_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		set  func(*daemon)
		cfg  agent.Docker
		want []agent.Finding
	}{
		"Well": {
			set: func(d *daemon) {
				d.run("web", "web", id)
				d.run("db", "db", "sha256:"+bHex)
				d.images[id] = *repoDigests("web" + atA)
			},
			want: []agent.Finding{
				{What: "reach Docker or Podman", Detail: "Docker at HOST, API 1.47"},
				{What: "list containers", Detail: "running: 2; of images that were never in a registry: 1"},
			},
		},
		"None": {
			set: func(*daemon) {},
			want: []agent.Finding{
				{What: "reach Docker or Podman", Detail: "Docker at HOST, API 1.47"},
				{
					What: "list containers", Detail: "none run", Level: agent.LevelWarning,
					Mend: "start a container, or see whether this is the Docker or Podman that is meant",
				},
			},
		},
		"NoneChosen": {
			set: func(d *daemon) { d.run("web", "web", id) },
			cfg: agent.Docker{Names: []string{"db"}},
			want: []agent.Finding{
				{What: "reach Docker or Podman", Detail: "Docker at HOST, API 1.47"},
				{
					What: "list containers", Detail: "none run that the filters choose", Level: agent.LevelWarning,
					Mend: "compare the names and labels that are asked for with those that `docker ps` prints",
				},
			},
		},
		"Broken": {
			set: func(d *daemon) { d.podman = true; d.broken["containers/json"] = 1 },
			want: []agent.Finding{
				{What: "reach Docker or Podman", Detail: "Podman at HOST, API 1.47"},
				{
					What: "list containers", Detail: "list containers: Error response from daemon: it is broken", Level: agent.LevelProblem,
					Mend: "see the log of Docker or Podman",
				},
			},
		},
		"TooOld": {
			set: func(d *daemon) { d.version = "1.39" },
			want: []agent.Finding{{
				What: "reach Docker or Podman", Level: agent.LevelProblem, Mend: "update Docker to 19.03 or newer, or Podman to 3.0 or newer",
				Detail: "API version 1.39 is not supported by this client: the minimum supported API version is 1.40",
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDaemon(t)
			tt.set(d)
			tt.cfg.Host = d.host
			got := newSource(t, tt.cfg, nil).Check(t.Context())
			for i := range got {
				got[i].Detail = strings.ReplaceAll(got[i].Detail, d.host, "HOST")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestCheck_Unreachable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := filepath.Join(dir, "gone.sock")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", gone)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = l.Close()
	for name, host := range map[string]string{"NoSocket": "unix://" + dir + "/none.sock", "NobodyListens": "unix://" + gone} {
		t.Run(name, func(t *testing.T) {
			got := newSource(t, agent.Docker{Host: host}, nil).Check(t.Context())
			if len(got) != 1 || got[0].Level != agent.LevelProblem || got[0].Mend != "start Docker or Podman, or set --docker-host" || !strings.Contains(got[0].Detail, host) {
				t.Errorf("findings: %+v", got)
			}
		})
	}
}

func TestCheck_Permission(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may use every socket")
	}
	socket := filepath.Join(t.TempDir(), "s.sock")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if err := os.Chmod(socket, 0); err != nil {
		t.Fatal(err)
	}
	got := newSource(t, agent.Docker{Host: "unix://" + socket}, nil).Check(t.Context())
	if len(got) != 1 || !strings.Contains(got[0].Mend, "group docker") {
		t.Errorf("findings: %+v", got)
	}
}
