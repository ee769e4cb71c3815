package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/identity"
	"github.com/landfall-dev/landfall/signin"
)

// config is everything that can be said to the server. Secrets are taken from
// the environment only: everyone on a machine can read a command line.
type config struct {
	Listen         string
	DataDir        string
	DatabaseURL    string // empty: a private Postgres in DataDir
	DirectURL      string // the same database without a pooler between; empty: DatabaseURL
	URL            string // empty: made from the address that is listened on
	BootstrapOrg   string
	BootstrapToken string
	KeepDeliveries time.Duration // 0: for ever
	Registry       string        // host of Docker Hub's registry; empty: none is asked
	Issuers        []string      // of id tokens; empty: GitHub
	NotifyPrivate  bool          // addresses inside the server's own network may be told of events
	SignIn         *signin.Provider

	tuneMemory bool // the user has not done so
	env        lookupFunc
}

// lookupFunc tells what is in the environment, as os.LookupEnv does.
type lookupFunc func(name string) (value string, ok bool)

// How long a token must be that the user chose, and from which length on nobody
// will guess it.
const (
	minTokenLength  = 8
	safeTokenLength = 20
)

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.~_-]{0,127}$`)

func defaultConfig(env lookupFunc) config {
	return config{Listen: "127.0.0.1:8080", DataDir: defaultDataDir(env), KeepDeliveries: 90 * day, Registry: "index.docker.io", env: env}
}

func defaultDataDir(env lookupFunc) string {
	if os.Getuid() == 0 {
		return "/var/lib/landfall"
	}
	if dir, _ := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "landfall")
	}
	if home, _ := env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "landfall")
	}
	return ""
}

// newConfig reads the configuration: a flag goes before the environment, which
// goes before the default. All that is wrong is in the one error.
func newConfig(args []string, env lookupFunc) (config, error) {
	c := defaultConfig(env)
	var problems []error
	for name, field := range map[string]*string{
		"LANDFALL_LISTEN": &c.Listen, "LANDFALL_DATA_DIR": &c.DataDir, "LANDFALL_URL": &c.URL,
		"LANDFALL_BOOTSTRAP_ORG": &c.BootstrapOrg,
	} {
		if v, _ := env(name); v != "" {
			*field = v
		}
	}
	flags := flag.NewFlagSet("landfalld serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error says it, and help is our own
	flags.StringVar(&c.Listen, "listen", c.Listen, "")
	flags.StringVar(&c.DataDir, "data-dir", c.DataDir, "")
	flags.StringVar(&c.URL, "url", c.URL, "")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		problems = append(problems, fmt.Errorf("serve takes no argument, such as %q", flags.Arg(0)))
	}
	problems = append(problems, c.readSecrets(), c.readInbox(), c.readIssuers(), c.readNotify(), c.readSignIn(), c.check())
	_, gogc := env("GOGC")
	_, limit := env("GOMEMLIMIT")
	c.tuneMemory = !gogc && !limit
	return c, errors.Join(problems...)
}

// readSecrets reads what must not be empty by accident. A variable that is set
// and empty is usually one that something else failed to fill.
func (c *config) readSecrets() error {
	var problems []error
	var there bool
	if c.DatabaseURL, there = c.env("LANDFALL_DATABASE_URL"); there && c.DatabaseURL == "" {
		problems = append(problems, errors.New("LANDFALL_DATABASE_URL is set but empty: unset it to use a private Postgres"))
	}
	if c.DirectURL, there = c.env("LANDFALL_DATABASE_DIRECT_URL"); there && c.DirectURL == "" {
		problems = append(problems, errors.New("LANDFALL_DATABASE_DIRECT_URL is set but empty: unset it where no pooler is between the server and Postgres"))
	}
	if there && c.DatabaseURL == "" {
		problems = append(problems, errors.New("LANDFALL_DATABASE_DIRECT_URL is set without LANDFALL_DATABASE_URL: it is another way to the same database"))
	}
	c.BootstrapToken, there = c.env("LANDFALL_BOOTSTRAP_TOKEN")
	if there && len(c.BootstrapToken) < minTokenLength {
		problems = append(problems, fmt.Errorf("LANDFALL_BOOTSTRAP_TOKEN has %d characters, and needs at least %d: unset it to have one made",
			len(c.BootstrapToken), minTokenLength))
	}
	if strings.ContainsFunc(c.BootstrapToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		problems = append(problems, errors.New("LANDFALL_BOOTSTRAP_TOKEN has a character that cannot be in a token: use letters, digits and signs of ASCII"))
	}
	if there && c.BootstrapOrg == "" {
		problems = append(problems, errors.New("LANDFALL_BOOTSTRAP_TOKEN is set without LANDFALL_BOOTSTRAP_ORG: say whose token it is"))
	}
	return errors.Join(problems...)
}

const day = 24 * time.Hour

// readInbox reads how deliveries are dealt with.
func (c *config) readInbox() error {
	var problems []error
	if said, _ := c.env("LANDFALL_KEEP_DELIVERIES"); said != "" {
		days, err := strconv.Atoi(strings.TrimSuffix(said, "d"))
		if err != nil || days < 0 || days > 36500 {
			problems = append(problems, fmt.Errorf("LANDFALL_KEEP_DELIVERIES is %q, and must be a number of days, such as 90d, or 0 for ever", said))
		}
		c.KeepDeliveries = time.Duration(days) * day
	}
	if said, _ := c.env("LANDFALL_REGISTRY"); said == "off" {
		c.Registry = ""
	} else if said != "" {
		c.Registry = said
	}
	return errors.Join(problems...)
}

// readNotify reads who may be told of events.
func (c *config) readNotify() error {
	said, _ := c.env("LANDFALL_NOTIFY_PRIVATE")
	if said == "" {
		return nil
	}
	private, err := strconv.ParseBool(said)
	if err != nil {
		return fmt.Errorf("LANDFALL_NOTIFY_PRIVATE is %q, and must be true or false", said)
	}
	c.NotifyPrivate = private
	return nil
}

// readIssuers reads whose id tokens are taken, with commas between them.
func (c *config) readIssuers() error {
	said, _ := c.env("LANDFALL_OIDC_ISSUERS")
	var problems []error
	for name := range strings.SplitSeq(said, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if err := identity.CheckIssuer(name); err != nil {
			problems = append(problems, fmt.Errorf("LANDFALL_OIDC_ISSUERS: %w", err))
		}
		c.Issuers = append(c.Issuers, name)
	}
	return errors.Join(problems...)
}

func (c *config) check() error {
	var problems []error
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		problems = append(problems, fmt.Errorf("LANDFALL_LISTEN is %q, and must be an address and a port, such as 127.0.0.1:8080", c.Listen))
	}
	if c.BootstrapOrg != "" && !namePattern.MatchString(c.BootstrapOrg) {
		problems = append(problems, fmt.Errorf("LANDFALL_BOOTSTRAP_ORG is %q, and must be up to 128 letters, digits, '.', '-', '_' and '~', beginning with a letter or digit", c.BootstrapOrg))
	}
	if c.URL != "" {
		c.URL = strings.TrimRight(c.URL, "/")
		u, err := url.Parse(c.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			problems = append(problems, fmt.Errorf("LANDFALL_URL is %q, and must be where users reach this server, such as https://landfall.example.com", c.URL))
		}
	}
	if _, err := pq.NewConfig(c.DirectURL); c.DirectURL != "" && err != nil {
		problems = append(problems, errors.New("LANDFALL_DATABASE_DIRECT_URL is not understood: write it as LANDFALL_DATABASE_URL"))
	}
	switch {
	case c.DatabaseURL != "":
		if _, err := pq.NewConfig(c.DatabaseURL); err != nil {
			// Not the cause: it may quote the password.
			problems = append(problems, errors.New("LANDFALL_DATABASE_URL is not understood: write postgres://user:password@host:5432/database?sslmode=verify-full"))
		}
	case c.DataDir == "":
		problems = append(problems, errors.New("LANDFALL_DATA_DIR is not set, and without HOME there is no default"))
	default:
		if dir, err := filepath.Abs(c.DataDir); err == nil {
			c.DataDir = dir
		}
	}
	return errors.Join(problems...)
}

// baseURL is where users reach the server that listens on addr.
func (c *config) baseURL(addr net.Addr) string {
	if c.URL != "" {
		return c.URL
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = cmp.Or(listenHost(c.Listen), "localhost")
	}
	return "http://" + net.JoinHostPort(host, port)
}

// listenHost is the host name in a listen address, if it has one.
func listenHost(listen string) string {
	host, _, _ := net.SplitHostPort(listen)
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	return host
}

// weakTLS says what is wrong with the way to the database, or nothing.
func weakTLS(databaseURL string) string {
	cfg, err := pq.NewConfig(databaseURL)
	if err != nil || cfg.SSLMode == "verify-full" {
		return ""
	}
	hosts := append([]pq.ConfigMultihost{{Host: cfg.Host, Hostaddr: cfg.Hostaddr}}, cfg.Multi...)
	for _, h := range hosts {
		host := h.Host
		if h.Hostaddr.IsValid() {
			host = h.Hostaddr.String()
		}
		if !isLocal(host) {
			return fmt.Sprintf("sslmode is %s for %s: use verify-full", cmp.Or(string(cfg.SSLMode), "require"), host)
		}
	}
	return ""
}

func isLocal(host string) bool {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback()
}
