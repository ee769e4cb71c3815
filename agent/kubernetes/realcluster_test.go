package kubernetes

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/landfall-dev/landfall/agent"
)

const adminToken = "token-of-the-admin"

// realCluster is an etcd, an API server and a controller manager on this machine. It
// has no nodes.
type realCluster struct {
	t        *testing.T // for which the programs run
	programs string     // folder of the programs
	dir      string
	etcd     string // address
	port     int
	server   *exec.Cmd
	admin    clientset.Interface
}

// newRealCluster starts a cluster. It skips a test if there are no programs.
func newRealCluster(t *testing.T) *realCluster {
	t.Helper()
	programs := os.Getenv("LANDFALL_TEST_KUBERNETES")
	if programs == "" {
		t.Skip("LANDFALL_TEST_KUBERNETES is not set: make test-kubernetes runs this test")
	}
	c := &realCluster{t: t, programs: programs, dir: t.TempDir(), port: freePort(t)}
	c.writeKeys(t)
	c.startEtcd(t)
	c.startServer(t)
	c.start(t, filepath.Join(programs, "kube-controller-manager"),
		"--kubeconfig="+c.kubeconfig(t, adminToken), "--secure-port=0", "--leader-elect=false",
		"--controllers=deployment-controller,replicaset-controller")
	return c
}

func (c *realCluster) writeKeys(t *testing.T) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	c.write(t, "sa.key", private)
	c.write(t, "tokens.csv", []byte(adminToken+",admin,admin,system:masters\n"))
}

func (c *realCluster) write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (c *realCluster) startEtcd(t *testing.T) {
	t.Helper()
	c.etcd = fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	peer := fmt.Sprintf("http://127.0.0.1:%d", freePort(t))
	c.start(t, filepath.Join(c.programs, "etcd"), "--data-dir="+filepath.Join(c.dir, "etcd"), "--unsafe-no-fsync", "--quota-backend-bytes=2147483648",
		"--listen-client-urls="+c.etcd, "--advertise-client-urls="+c.etcd,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=default="+peer)
}

// startServer starts the API server, with further flags, and waits until it is ready.
func (c *realCluster) startServer(t *testing.T, flags ...string) {
	t.Helper()
	key := filepath.Join(c.dir, "sa.key")
	c.server = c.start(t, filepath.Join(c.programs, "kube-apiserver"), append([]string{
		"--etcd-servers=" + c.etcd, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(c.port), "--cert-dir=" + filepath.Join(c.dir, "certs"),
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=" + key,
		"--service-account-signing-key-file=" + key, "--authorization-mode=RBAC",
		"--token-auth-file=" + filepath.Join(c.dir, "tokens.csv"), "--disable-admission-plugins=ServiceAccount",
		"--service-cluster-ip-range=10.0.0.0/24", "--endpoint-reconciler-type=none",
	}, flags...)...)
	admin, err := clientset.NewForConfig(c.config(adminToken))
	if err != nil {
		t.Fatal(err)
	}
	c.admin = admin
	begun := time.Now()
	err = wait.PollUntilContextTimeout(context.Background(), 100*time.Millisecond, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := admin.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil, nil
	})
	if err != nil {
		t.Fatalf("the API server is not ready: %v", err)
	}
	t.Logf("the API server is ready after %v", time.Since(begun).Round(100*time.Millisecond))
}

// killServer ends the API server without a chance to say goodbye.
func (c *realCluster) killServer(t *testing.T) {
	t.Helper()
	if err := c.server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = c.server.Process.Wait()
}

// start runs a program until the cluster ends.
func (c *realCluster) start(t *testing.T, path string, args ...string) *exec.Cmd {
	t.Helper()
	log, err := os.OpenFile(filepath.Join(c.dir, filepath.Base(path)+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), path, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	c.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have been killed before
		_, _ = cmd.Process.Wait()
		_ = log.Close()
	})
	return cmd
}

// compact has etcd forget all but the present.
func (c *realCluster) compact(t *testing.T) {
	t.Helper()
	var now struct {
		Header struct{ Revision string }
	}
	c.askEtcd(t, "/v3/kv/range", `{"key":"AA=="}`, &now)
	c.askEtcd(t, "/v3/kv/compaction", fmt.Sprintf(`{"revision":%q,"physical":true}`, now.Header.Revision), &now)
}

func (c *realCluster) askEtcd(t *testing.T, path, body string, answer any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.etcd+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if response.StatusCode != http.StatusOK {
		t.Fatalf("etcd answers %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		t.Fatal(err)
	}
}

func (c *realCluster) config(token string) *rest.Config {
	return &rest.Config{
		Host: fmt.Sprintf("https://127.0.0.1:%d", c.port), BearerToken: token, QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{Insecure: true},
	}
}

// kubeconfig writes a kubeconfig for who has a token.
func (c *realCluster) kubeconfig(t *testing.T, token string) string {
	t.Helper()
	return c.write(t, "kubeconfig-"+strings.ReplaceAll(t.Name(), "/", "-"), fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
users: [{name: u, user: {token: %q}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`, c.port, token))
}

// sources makes sources that look at the cluster with a token.
func (c *realCluster) sources(t *testing.T, token string, cfgs ...agent.Kubernetes) []*Source {
	t.Helper()
	return c.sourcesThrough(t, token, func(real api) api { return real }, cfgs...)
}

func (c *realCluster) sourcesThrough(t *testing.T, token string, through func(api) api, cfgs ...agent.Kubernetes) []*Source {
	t.Helper()
	sources, err := newSources(cfgs, nil, testLog(t), func(agent.Kubernetes) (api, error) {
		real, err := newClient(c.config(token))
		return through(real), err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		t.Cleanup(func() { _ = s.Close() })
	}
	return sources
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // nothing was sent
	return listener.Addr().(*net.TCPAddr).Port
}
