package docker_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/docker"
)

func TestLook_States(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.images[id] = *repoDigests("web" + atA)
	for _, state := range []container.ContainerState{
		container.StateCreated, container.StateRunning, container.StatePaused, container.StateRestarting,
		container.StateRemoving, container.StateExited, container.StateDead,
	} {
		d.add(string(state), string(state), id, state)
	}
	got, err := d.look()
	if err != nil {
		t.Fatal(err)
	}
	startedAt := time.Date(2026, 11, 23, 6, 28, 35, 823478624, time.UTC)
	want := []agent.Instance{
		{Digests: map[string]string{"running": aHex}, StartedAt: startedAt},
		{Digests: map[string]string{"paused": aHex}, StartedAt: startedAt},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestLook_Filters: the daemon is asked for no more than is needed.
func TestLook_Filters(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	s := newSource(t, agent.Docker{Host: d.host, Labels: []string{"team=a", "tier"}}, nil)
	if got := look(t, s); len(got) != 0 {
		t.Errorf("%v run", got)
	}
	var got map[string]map[string]bool
	if err := json.Unmarshal([]byte(d.query("containers/json").Get("filters")), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]bool{"label": {"team=a": true, "tier": true}, "status": {"running": true, "paused": true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLook_Names(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.images[id] = *repoDigests("web" + atA)
	d.run("web-1", "one", id)
	d.run("db", "two", id)
	d.listed[1].Names = []string{"/web-1/database", "/db"} // web-1 has a link to it
	s := newSource(t, agent.Docker{Host: d.host, Names: []string{"web*", "database"}}, nil)
	expect(t, s, "by names", map[string]int{"one@" + aHex: 1})
	s = newSource(t, agent.Docker{Host: d.host, Names: []string{"db"}}, nil)
	expect(t, s, "by the name that is its own", map[string]int{"two@" + aHex: 1})
}

// TestLook_Vanished is of a container that ends between the list and its turn.
func TestLook_Vanished(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.images[id] = *repoDigests("web" + atA)
	d.run("stays", "web", id)
	d.run("removed", "web", id)
	delete(d.containers, "removed")
	d.run("ended", "web", id).State.Status = container.StateExited // the same as is told
	d.run("trouble", "web", id)
	delete(d.containers, "trouble")
	d.broken["containers/trouble/json"] = 1 // and then it is not there
	got, err := d.look()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"web@" + aHex: 1}, running(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestLook_Errors: a look never returns a part.
func TestLook_Errors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		spoil func(*daemon)
		want  string
	}{
		"List":       {func(d *daemon) { d.broken["containers/json"] = 9 }, "list containers: "},
		"Container":  {func(d *daemon) { d.broken["containers/second/json"] = 9 }, "inspect container second: "},
		"Image":      {func(d *daemon) { d.broken["images/"+id+"/json"] = 9 }, "inspect image " + id},
		"Podman":     {func(d *daemon) { d.podman = true; d.broken["libpod/images/"+idHex+"/json"] = 9 }, "ask Podman: "},
		"PodmanText": {func(d *daemon) { d.podman = true; d.libpod[idHex] = "[]" }, "read Podman's answer: "},
		"Time":       {func(d *daemon) { d.containers["second"].State.StartedAt = "today" }, "container second: when it started"},
		"NoState":    {func(d *daemon) { d.containers["second"] = container.InspectResponse{} }, "is this a Docker"},
		"TooMany":    {func(d *daemon) { d.listed = make([]container.Summary, 20_001); runAll(d.listed) }, "20001 run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDaemon(t)
			d.images[id] = *repoDigests("web" + atA)
			d.run("first", "web", id)
			d.run("second", "web", id)
			tt.spoil(d)
			got, err := d.look()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want one of %q", err, tt.want)
			}
			if got != nil {
				t.Errorf("a part is returned: %v", got)
			}
		})
	}
}

func runAll(containers []container.Summary) {
	for i := range containers {
		containers[i].State = container.StateRunning
	}
}

func TestLook_NoStart(t *testing.T) {
	t.Parallel()
	for _, none := range []string{"", "0001-01-01T00:00:00Z"} {
		d := newDaemon(t)
		d.run("web", "web", id).State.StartedAt = none
		got, err := d.look()
		if err != nil || len(got) != 1 || !got[0].StartedAt.IsZero() {
			t.Errorf("of %q: %v, %v", none, got, err)
		}
	}
}

func TestLook_Canceled(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newSource(t, agent.Docker{Host: d.host}, nil).Look(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestNew_Errors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cfg  agent.Docker
		want string
	}{
		"Name":        {agent.Docker{Names: []string{"["}}, `"[" is no pattern`},
		"ExcludeName": {agent.Docker{ExcludeNames: []string{""}}, `"" is no pattern`},
		"Label":       {agent.Docker{Labels: []string{"=x"}}, "a label of containers is empty"},
		"Host":        {agent.Docker{Host: "/run/docker.sock"}, "write it as in unix:///run/"},
		"HostOverSSH": {agent.Docker{Host: "ssh://me@there"}, "write it as in unix:///run/"},
		"HostWithout": {agent.Docker{Host: "unix://"}, "connect to Docker or Podman"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := docker.New(tt.cfg, nil); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want one of %q", err, tt.want)
			}
		})
	}
}

// TestWatch_Actions: what happens often and changes nothing is passed over.
func TestWatch_Actions(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	told := make(chan struct{}, 100)
	d.events = func(w http.ResponseWriter, _ *http.Request) {
		for _, action := range []string{
			"create", "exec_create: /bin/true", "exec_start: /bin/true", "exec_die", "health_status: healthy", "health_status",
			"start", "top", "resize", "attach", "rename", "pause", "unpause", "die", "stop", "destroy", "something new",
		} {
			d.answer(w, map[string]any{"Type": "container", "Action": action, "Actor": map[string]string{"ID": "x"}})
		}
	}
	err := newSource(t, agent.Docker{Host: d.host}, nil).Watch(t.Context(), func() { told <- struct{}{} })
	if err == nil || !strings.Contains(err.Error(), "ended the stream") {
		t.Errorf("err = %v", err)
	}
	if got, want := len(told), 1+9; got != want { // once at the beginning
		t.Errorf("told of %d changes, want %d", got, want)
	}
	if got, want := d.query("events").Get("filters"), `{"type":{"container":true}}`; got != want {
		t.Errorf("filters = %s, want %s", got, want)
	}
}

func TestWatch_Errors(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.broken["events"] = 1
	err := newSource(t, agent.Docker{Host: d.host}, nil).Watch(t.Context(), func() {})
	if err == nil || !strings.Contains(err.Error(), "it is broken") {
		t.Errorf("err = %v", err)
	}
}
