package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/ci"
)

// defaultHost is where a server listens that nobody told otherwise.
const defaultHost = "http://127.0.0.1:8080"

// The environment variables that settings are read from.
const (
	envHost   = "LANDFALL_HOST"
	envOrg    = "LANDFALL_ORG"
	envToken  = "LANDFALL_API_TOKEN"
	envFile   = "LANDFALL_API_TOKEN_FILE"
	envConfig = "LANDFALL_CONFIG"
)

// settings say which server to speak to, and as whom.
type settings struct {
	Host     string `yaml:"host"`
	Org      string `yaml:"org"`
	APIToken string `yaml:"api_token"`
	// TokenFile has the token on its first line. It is read for each request, so that
	// a token can be replaced under a program that runs.
	TokenFile string `yaml:"api_token_file"`

	tokenFrom string
	identity  *ci.Identity // if there is no token and the surroundings vouch for the caller
}

// settingKeys are the keys of the config file.
var settingKeys = []string{"host", "org", "api_token", "api_token_file"}

// settingFlags are the settings that were given as flags.
type settingFlags struct {
	host   string
	org    string
	token  string
	file   string
	config string
}

func (f *settingFlags) add(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&f.host, "host", "", "`URL` of the server (or "+envHost+"; default "+defaultHost+")")
	flags.StringVar(&f.org, "org", "", "`name` of the organization (or "+envOrg+")")
	flags.StringVar(&f.token, "api-token", "", "`token` to sign in with (or "+envToken+", which other users of the machine cannot see)")
	flags.StringVar(&f.file, "api-token-file", "", "read the token from `file` for each request (or "+envFile+")")
	flags.StringVar(&f.config, "config", "", "read settings from `file` (or "+envConfig+")")
}

// settings reads each setting from the first place that has it: flags, the
// environment, the config file, the default.
func (app *App) settings() (settings, error) {
	path, chosen := app.configPath()
	s, err := app.readConfig(path, chosen)
	if err != nil {
		return settings{}, err
	}
	s.Host = firstOf(app.flags.host, app.Getenv(envHost), s.Host, defaultHost)
	s.Org = firstOf(app.flags.org, app.Getenv(envOrg), s.Org)
	s.chooseToken(app, path)
	if s.APIToken == "" && s.TokenFile == "" {
		s.identify(app)
	}
	return s, nil
}

// chooseToken takes the token, or the file that has it, from the first place that has
// either.
func (s *settings) chooseToken(app *App, configPath string) {
	for _, from := range []struct{ token, file, name string }{
		{token: app.flags.token, name: "--api-token"},
		{file: app.flags.file, name: app.flags.file},
		{token: app.Getenv(envToken), name: envToken},
		{file: app.Getenv(envFile), name: app.Getenv(envFile)},
		{token: s.APIToken, name: configPath},
		{file: s.TokenFile, name: s.TokenFile},
	} {
		if from.token != "" || from.file != "" {
			s.APIToken, s.TokenFile, s.tokenFrom = from.token, from.file, from.name
			return
		}
	}
}

// tokenNow is the token at this moment.
func (s *settings) tokenNow(ctx context.Context) (string, error) {
	switch {
	case s.TokenFile != "":
		return readToken(s.TokenFile)
	case s.identity != nil:
		return s.identity.Token(ctx)
	default:
		return s.APIToken, nil
	}
}

const maxTokenFile = 64 << 10

// readToken reads the first line of a file.
func readToken(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", &api.Error{Code: api.CodeUnauthenticated, Message: fmt.Sprintf("read the API token: %s", err)}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTokenFile))
	if err != nil {
		return "", &api.Error{Code: api.CodeUnauthenticated, Message: fmt.Sprintf("read the API token: %s", err)}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if token := strings.TrimSpace(line); token != "" {
		return token, nil
	}
	return "", &api.Error{Code: api.CodeUnauthenticated, Message: path + " has no API token: write it on the first line"}
}

// clientConfig is how the API is spoken to.
func (s *settings) clientConfig() api.Config {
	return api.Config{Host: s.Host, Organization: s.Org, TokenFunc: s.tokenNow, Version: Version()}
}

// identify takes the identity that GitHub Actions gives to a job, if it gives one.
func (s *settings) identify(app *App) {
	audience := strings.TrimRight(s.Host, "/") + "/" + s.Org
	if s.identity = ci.NewIdentity(app.Getenv, audience); s.identity != nil {
		s.tokenFrom = "this job, for which GitHub Actions vouches to " + audience
	}
}

// configPath is where the config file is, and whether somebody chose it.
func (app *App) configPath() (path string, chosen bool) {
	if path := firstOf(app.flags.config, app.Getenv(envConfig)); path != "" {
		return path, true
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", false // no home, no file
	}
	return filepath.Join(dir, "landfall", "config.yaml"), false
}

// readConfig reads the config file. Only a file that was chosen has to exist.
func (app *App) readConfig(path string, chosen bool) (settings, error) {
	var s settings
	if path == "" {
		return s, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !chosen {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read the config file: %w", err)
	}
	if err := yaml.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("read the config file %s: it must have lines such as `host: %s`", path, defaultHost)
	}
	app.warnOfKeys(path, text)
	if s.APIToken != "" {
		app.warnOfReaders(path)
	}
	return s, nil
}

// warnOfKeys tells of keys that have no meaning, which are most likely mistyped.
func (app *App) warnOfKeys(path string, text []byte) {
	var keys map[string]any
	if yaml.Unmarshal(text, &keys) != nil {
		return
	}
	var unknown []string
	for key := range keys {
		if !slices.Contains(settingKeys, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		app.IO.Warn("%s: %q means nothing here; the keys are %s", path, key, strings.Join(settingKeys, ", "))
	}
}

// warnOfReaders tells of a token that other users of the machine can read.
func (app *App) warnOfReaders(path string) {
	if runtime.GOOS == "windows" {
		return // its permissions do not show in the mode
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		app.IO.Warn("%s has a token and can be read by others: chmod 600 %s", path, path)
	}
}

// check returns an error that says how to get what is missing.
func (app *App) check(s settings) error {
	if s.APIToken == "" && s.TokenFile == "" && s.identity == nil {
		if app.Getenv("GITHUB_ACTIONS") == "true" {
			return &api.Error{
				Code: api.CodeUnauthenticated,
				Message: "no API token, and no identity: give the job the permission `id-token: write`, or set " + envToken + ".\n" +
					"With the permission, GitHub Actions vouches for the job, and no secret is needed.",
			}
		}
		return &api.Error{
			Code: api.CodeUnauthenticated,
			Message: "no API token: set " + envToken + ", or api_token in the config file.\n" +
				"The server prints one at its first start; administrators make more with: landfall create token NAME --role MEMBER",
		}
	}
	if s.Org == "" {
		return &api.Error{
			Code: api.CodeUnauthenticated,
			Message: "no organization: set " + envOrg + ", --org, or org in the config file.\n" +
				"It is the one that the server named at its first start, or any public one.",
		}
	}
	return nil
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
