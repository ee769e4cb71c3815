package signin_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/signin"
)

// startProvider starts a provider of identities as others have it. Without it the test
// is skipped, but for `make test`, which installs it.
func startProvider(t *testing.T, redirect, client, secret string) (issuer string) {
	t.Helper()
	dir := filepath.Join("testdata", "provider")
	_, err := os.Stat(filepath.Join(dir, "node_modules", "oidc-provider"))
	if err == nil {
		_, err = exec.LookPath("node")
	}
	switch {
	case err == nil:
	case os.Getenv("LANDFALL_TEST_CLIENTS") != "":
		t.Fatalf("the provider is not installed (make setup/node-clients): %v", err)
	default:
		t.Skip("the provider is not installed: make setup/node-clients")
	}
	cmd := exec.CommandContext(t.Context(), "node", "provider.mjs", redirect, client, secret)
	cmd.Dir, cmd.Stderr = dir, t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // the context has killed it
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider does not start: %v", err)
	}
	return strings.TrimSpace(line)
}

// browser follows links and fills in forms.
type browser struct {
	t *testing.T
	*http.Client
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{Jar: jar}}
}

// page is where a browser is.
type page struct {
	url  *url.URL
	body string
}

func (b *browser) read(resp *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{resp.Request.URL, string(body)}
}

func (b *browser) open(address string) page {
	b.t.Helper()
	return b.read(b.Get(address)) //nolint:noctx // a test's
}

var formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// send fills in the form of a page.
func (b *browser) send(p page, values url.Values) page {
	b.t.Helper()
	action := formAction.FindStringSubmatch(p.body)
	if action == nil {
		b.t.Fatalf("%s has no form: %.500s", p.url, p.body)
	}
	to, err := p.url.Parse(action[1])
	if err != nil {
		b.t.Fatal(err)
	}
	return b.read(b.PostForm(to.String(), values)) //nolint:noctx // a test's
}

// signIn signs in at the provider as somebody, from the page where it asks who it is.
func (b *browser) signIn(p page, login string) page {
	b.t.Helper()
	p = b.send(p, url.Values{"prompt": {"login"}, "login": {login}, "password": {"x"}})
	return b.send(p, url.Values{"prompt": {"consent"}})
}

// stopAtCallback lets a browser stop before it brings its code back, and returns where
// it would do so.
func (b *browser) stopAtCallback() (address func() string) {
	var stopped string
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/session/oidc/callback" {
			stopped = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	return func() string {
		b.CheckRedirect = nil
		return stopped
	}
}

// People sign in with a provider as others have it.
func TestProvider_Real(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	issuer := startProvider(t, s.URL+"/session/oidc/callback", "landfall", "the client's secret: 1+1=2")
	s.start(&signin.Provider{
		Issuer: issuer, ClientID: "landfall", ClientSecret: "the client's secret: 1+1=2", Name: "Example", Organization: "acme",
		Rules: []signin.Rule{{Who: "*@example.com", Role: model.RoleReader}, {Who: "group:platform", Role: model.RoleAdmin}},
	})
	const returning = "/session/oidc?return=%2Fo%2Facme%3Ftab%3D1"

	for login, role := range map[string]string{"ada": "ADMIN", "grace": "READER"} {
		b := newBrowser(t)
		p := b.signIn(b.open(s.URL+returning), login)
		if got := p.url.String(); got != s.URL+"/o/acme?tab=1" {
			t.Errorf("%s comes to %s", login, got)
		}
		if got := s.viewer(b.Client); !strings.Contains(got, `"role":"`+role+`"`) {
			t.Errorf("%s is %s", login, got)
		}
		if p := b.open(s.URL + "/session"); !strings.Contains(p.body, `"signedIn":true`) || !strings.Contains(p.body, `"role":"`+role+`"`) {
			t.Errorf("%s is told %s", login, p.body)
		}
	}
	for _, login := range []string{"mallory", "eve"} {
		b := newBrowser(t)
		if p := b.signIn(b.open(s.URL+returning), login); p.url.RequestURI() != "/sign-in?error=not-allowed" {
			t.Errorf("%s comes to %s", login, p.url)
		}
		if got := s.viewer(b.Client); !strings.Contains(got, "UNAUTHENTICATED") {
			t.Errorf("%s is %s", login, got)
		}
	}

	b := newBrowser(t)
	p := b.open(s.URL + returning)
	if p := b.open(p.url.String() + "/abort"); p.url.RequestURI() != "/sign-in?error=denied" {
		t.Errorf("who does not want to comes to %s", p.url)
	}

	// What comes back has to be what was sent away.
	b = newBrowser(t)
	stopped := b.stopAtCallback()
	b.signIn(b.open(s.URL+returning), "ada")
	callback := stopped()
	b.CheckRedirect = nil
	jar, base := b.Jar, parse(t, s.URL+"/session/oidc")
	journey := jar.Cookies(base)
	for _, c := range journey {
		c.Path = "/session/oidc" // a jar does not tell
	}
	if p := newBrowser(t).open(callback); p.url.RequestURI() != "/sign-in?error=expired" {
		t.Errorf("the browser of somebody else comes to %s", p.url)
	}
	if p := b.open(regexp.MustCompile(`state=\w+`).ReplaceAllString(callback, "state=other")); p.url.RequestURI() != "/sign-in?error=expired" {
		t.Errorf("another state leads to %s", p.url)
	}
	jar.SetCookies(base, journey)
	if p := b.open(callback); p.url.Path != "/o/acme" {
		t.Errorf("the journey ends at %s", p.url)
	}
	if p := b.open(callback); p.url.RequestURI() != "/sign-in?error=expired" {
		t.Errorf("a journey that has ended leads to %s", p.url)
	}
	jar.SetCookies(base, journey)
	if p := b.open(callback); p.url.RequestURI() != "/sign-in?error=provider" {
		t.Errorf("a code that was used leads to %s", p.url)
	}
	if log := s.log.String(); !strings.Contains(log, "invalid_grant") || strings.Contains(log, parse(t, callback).Query().Get("code")) || strings.Contains(log, "1+1=2") {
		t.Errorf("the log is %s", log)
	}

	// A nonce of somebody else.
	b = newBrowser(t)
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := b.Get(s.URL + returning) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	b.CheckRedirect = nil
	away := regexp.MustCompile(`nonce=\w+`).ReplaceAllString(resp.Header.Get("Location"), "nonce=other")
	if p := b.signIn(b.open(away), "ada"); p.url.RequestURI() != "/sign-in?error=provider" || !strings.Contains(s.log.String(), "its nonce is a different one") {
		t.Errorf("another nonce leads to %s", p.url)
	}
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
