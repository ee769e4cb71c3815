package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/model"
)

// defaultOrg is the organization of a server that was told none.
const defaultOrg = "default"

// bootstrapStore is what bootstrap needs of the database.
type bootstrapStore interface {
	Bootstrap(ctx context.Context, organization, token string) (created bool, err error)
	HasOrganizations(ctx context.Context) (bool, error)
}

// bootstrap makes sure that there is an organization with an admin token. If it
// had to make up the token, it tells the user, once, and the CLI.
func bootstrap(ctx context.Context, store bootstrapStore, cfg config, base string, log *slog.Logger, out io.Writer) error {
	org, token := cfg.BootstrapOrg, cfg.BootstrapToken
	if org == "" {
		there, err := store.HasOrganizations(ctx)
		if err != nil {
			return fmt.Errorf("look for organizations: %w", err)
		}
		if there {
			return nil
		}
		org = defaultOrg
	}
	madeUp := token == ""
	if madeUp {
		token = model.NewTokenSecret()
	}
	// Of several servers that start together, one creates it.
	created, err := store.Bootstrap(ctx, org, token)
	if err != nil {
		return fmt.Errorf("create organization %s: %w", org, err)
	}
	if !created {
		return nil
	}
	log.InfoContext(ctx, "created organization and its admin token", "organization", org)
	if len(token) < safeTokenLength {
		log.WarnContext(ctx, "the admin token is short enough to be guessed", "organization", org, "safe_length", safeTokenLength)
	}
	if !madeUp {
		return nil
	}
	return announce(cliConfig{Host: base, Org: org, Token: token}, cfg.env, out)
}

// cliConfig is the CLI's configuration file.
type cliConfig struct {
	Host  string `yaml:"host"`
	Org   string `yaml:"org"`
	Token string `yaml:"api_token"`
}

// announce tells how to use a new token. It is the only time that anyone sees
// it: what is stored is its hash.
func announce(c cliConfig, env lookupFunc, out io.Writer) error {
	path, err := cliConfigPath(env)
	if err == nil {
		err = writeCLIConfig(path, c)
	}
	config := "The CLI on this machine is set up: " + path
	switch {
	case errors.Is(err, fs.ErrExist):
		config = "The CLI's configuration was left as it is: " + path
	case err != nil:
		config = fmt.Sprintf("The CLI's configuration could not be written: %v", err)
	}
	_, err = fmt.Fprintf(out, `
Landfall has made organization %s and its admin token. It is not shown again:

  export LANDFALL_HOST=%s
  export LANDFALL_ORG=%s
  export LANDFALL_API_TOKEN=%s

%s
Try:  landfall list flows
Or:   open %s and sign in with the token

`, c.Org, c.Host, c.Org, c.Token, config, c.Host)
	return err
}

func cliConfigPath(env lookupFunc) (string, error) {
	if path, _ := env("LANDFALL_CONFIG"); path != "" {
		return path, nil
	}
	// As os.UserConfigDir, but from the environment we were given.
	dir, _ := env("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home, _ := env("HOME")
		if home == "" {
			return "", errors.New("there is no HOME")
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "landfall", "config.yaml"), nil
}

// writeCLIConfig writes the file unless there is one, which is fs.ErrExist.
func writeCLIConfig(path string, c cliConfig) error {
	content, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
