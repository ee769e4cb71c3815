//go:build linux

package docker_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// podman is a real Podman whose API a test asks. It has a store of its own, and
// trusts the registry that it was started with.
type podman struct {
	t        testing.TB
	host     string
	registry string
	commands io.Writer
	answers  *bufio.Reader
	client   *client.Client
}

// newPodman starts a Podman, or skips the test where it cannot run.
func newPodman(t *testing.T) *podman {
	t.Helper()
	if why := noPodman(); why != "" {
		if os.Getenv("LANDFALL_TEST_PODMAN") == "1" {
			t.Fatalf("LANDFALL_TEST_PODMAN=1, but %s", why)
		}
		t.Skipf("%s: make setup/podman installs it", why)
	}
	dir := t.TempDir()
	p := &podman{t: t, host: "unix://" + dir + "/podman.sock", registry: newRegistry(t)}
	p.serve(dir)
	var err error
	if p.client, err = client.New(client.WithHost(p.host)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.Close() })
	p.tell("start")
	return p
}

// noPodman says why Podman cannot run here; it is empty if it can.
func noPodman() string {
	if os.Geteuid() != 0 {
		return "only root can run the tests with Podman"
	}
	for _, program := range []string{"podman", "crun", "conmon", "unshare"} {
		if _, err := exec.LookPath(program); err != nil {
			return program + " is missing"
		}
	}
	return ""
}

// serve starts the script that runs Podman. It cleans up when its input ends.
func (p *podman) serve(dir string) {
	p.t.Helper()
	script, err := filepath.Abs("testdata/podman/serve")
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command("unshare", "--mount", "--propagation", "private", script, dir, p.registry) //nolint:noctx // it ends with its input, so that it can clean up
	stdin, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.commands, p.answers = stdin, bufio.NewReader(stdout)
	p.t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil || p.t.Failed() {
			p.t.Logf("the script of Podman: %v\n%s", err, complaints.String())
		}
	})
}

// tell has the script do something, and waits until it is done.
func (p *podman) tell(command string) {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.commands, command); err != nil {
		p.t.Fatal(err)
	}
	answer, err := p.answers.ReadString('\n')
	if err != nil || strings.TrimSpace(answer) != command {
		p.t.Fatalf("%s: %q, %v", command, answer, err)
	}
}

// pull has Podman take an image from the registry.
func (p *podman) pull(ctx context.Context, ref string) {
	p.t.Helper()
	pulled, err := p.client.ImagePull(ctx, ref, client.ImagePullOptions{})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := pulled.Wait(ctx); err != nil {
		p.t.Fatal(err)
	}
}

// run starts a container.
func (p *podman) run(ctx context.Context, name, image string, labels map[string]string) {
	p.t.Helper()
	_, err := p.client.ContainerCreate(ctx, client.ContainerCreateOptions{
		Name:       name,
		Config:     &container.Config{Image: image, Labels: labels},
		HostConfig: &container.HostConfig{NetworkMode: "host"},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.client.ContainerStart(ctx, name, client.ContainerStartOptions{}); err != nil {
		p.t.Fatal(err)
	}
}

// stop ends a container, which stays there.
func (p *podman) stop(ctx context.Context, name string) {
	p.t.Helper()
	seconds := 5
	if _, err := p.client.ContainerStop(ctx, name, client.ContainerStopOptions{Timeout: &seconds}); err != nil {
		p.t.Fatal(err)
	}
}

// remove ends a container and removes it.
func (p *podman) remove(ctx context.Context, name string) {
	p.t.Helper()
	if _, err := p.client.ContainerRemove(ctx, name, client.ContainerRemoveOptions{Force: true}); err != nil {
		p.t.Fatal(err)
	}
}

// build has Podman build an image.
func (p *podman) build(ctx context.Context, tag, containerfile string) {
	p.t.Helper()
	var files bytes.Buffer
	w := tar.NewWriter(&files)
	if err := w.WriteHeader(&tar.Header{Name: "Dockerfile", Mode: 0o644, Size: int64(len(containerfile))}); err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.WriteString(w, containerfile); err != nil {
		p.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	built, err := p.client.ImageBuild(ctx, &files, client.ImageBuildOptions{Tags: []string{tag}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer built.Body.Close()
	said, err := io.ReadAll(built.Body)
	if err != nil || !strings.Contains(string(said), "Successfully tagged") {
		p.t.Fatalf("build: %v\n%s", err, said)
	}
}
