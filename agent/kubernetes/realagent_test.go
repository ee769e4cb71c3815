package kubernetes

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testAgentMemory measures landfall-agent itself, as it is shipped, while 1 % of the
// pods changes in each minute, ten times as fast. It returns what it weighs in kB.
func testAgentMemory(t *testing.T, c *realCluster) int {
	t.Helper()
	reports := make(chan int, 1000) // instances of each
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var report struct{ Artifacts []json.RawMessage }
		if strings.Contains(r.URL.Path, "/report/") {
			if err != nil || json.Unmarshal(body, &report) != nil {
				t.Errorf("%v, a report of %d bytes", err, len(body))
			}
			reports <- len(report.Artifacts)
		}
		_, _ = io.WriteString(w, `{"message":"changed","snapshot":"prod#1"}`)
	}))
	defer server.Close()
	pid := startAgent(t, c, server.URL)
	awaitReport(t, reports)
	heaviest := 0
	for i := range 10 * changesPerMin {
		changePod(t, c, i)
		if i%changesPerMin == 0 {
			awaitReport(t, reports)
			heaviest = max(heaviest, residentKB(t, pid))
		}
	}
	weight := residentKB(t, pid)
	t.Logf("landfall-agent weighs %d kB, and %d kB at most while pods change", weight, heaviest)
	return max(weight, heaviest)
}

func awaitReport(t *testing.T, reports <-chan int) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case n := <-reports:
			if n == manyPods {
				return
			}
		case <-deadline:
			t.Fatal("waited in vain for a report of all pods")
		}
	}
}

// startAgent builds landfall-agent as releases have it, without the race detector,
// and starts it.
func startAgent(t *testing.T, c *realCluster, server string) (pid int) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "landfall-agent")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "../../cmd/landfall-agent")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build landfall-agent: %v\n%s", err, out)
	}
	agent := exec.CommandContext(t.Context(), program, "snapshot", "kubernetes", "prod", "--kubeconfig", c.kubeconfig(t, adminToken),
		"--watch", "--interval", "5s", "--spool", t.TempDir(), "--listen", "127.0.0.1:0")
	agent.Env = append(os.Environ(), "LANDFALL_HOST="+server, "LANDFALL_ORG=acme", "LANDFALL_API_TOKEN=lf_test_token", "LANDFALL_CONFIG="+os.DevNull)
	agent.Stderr = t.Output()
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	})
	return agent.Process.Pid
}

// residentKB is what the kernel says of the memory of a process.
func residentKB(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kB, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kB
}
