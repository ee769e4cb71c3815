package agent

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

const maxConfig = 1 << 20

// Config is the configuration file of an agent that reports several environments.
type Config struct {
	Environments []Environment `yaml:"environments"`
}

// ReadConfig reads a configuration file. It returns an error that names what is
// wrong, also for a key that has no meaning: what is mistyped would be missed for long.
func ReadConfig(path string) (*Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the agent's configuration: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("read the agent's configuration: %w", err)
	}
	if len(text) > maxConfig {
		return nil, fmt.Errorf("%s is larger than 1 MiB", path)
	}
	config, err := ParseConfig(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}

// ParseConfig reads the text of a configuration file, as ReadConfig does.
func ParseConfig(text []byte) (*Config, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var config Config
	if err := decoder.Decode(&config); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("it is not of the form of an agent's configuration: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(config.Environments) == 0 {
		return nil, errors.New("it names no environment: write `environments:` and a list below it")
	}
	seen := map[string]bool{}
	for i := range config.Environments {
		e := &config.Environments[i]
		if err := e.Validate(); err != nil {
			return nil, err
		}
		if seen[e.Name] {
			return nil, fmt.Errorf("environment %s is there twice: one agent says all that runs in it", e.Name)
		}
		seen[e.Name] = true
	}
	return &config, nil
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	marks   = "._~-"
)

// isEnvironmentName reports whether the server would take a name.
func isEnvironmentName(name string) bool {
	return name != "" && strings.Contains(letters, name[:1]) && strings.Trim(name, letters+marks) == ""
}

// Validate returns an error that says what is wrong with the name, with the choice of
// where to look, or with a pattern.
func (e *Environment) Validate() error {
	if !isEnvironmentName(e.Name) {
		return fmt.Errorf("%q is no name of an environment: it takes letters, digits and . _ ~ -, and begins with a letter or digit", e.Name)
	}
	if n := e.kinds(); n != 1 {
		return fmt.Errorf("environment %s has %d places to look in, and must have one of docker, kubernetes, ecs, lambda, s3, server and path", e.Name, n)
	}
	if err := e.validateOptions(); err != nil {
		return fmt.Errorf("environment %s: %w", e.Name, err)
	}
	return nil
}

func (e *Environment) kinds() (n int) {
	for _, there := range []bool{e.Docker != nil, e.Kubernetes != nil, e.ECS != nil, e.Lambda != nil, e.S3 != nil, e.Server != nil, e.Path != nil} {
		if there {
			n++
		}
	}
	return n
}

func (e *Environment) validateOptions() error {
	switch {
	case e.Docker != nil:
		return validateAll(e.Docker.Names, e.Docker.ExcludeNames)
	case e.Kubernetes != nil:
		return validateAll(e.Kubernetes.Namespaces, e.Kubernetes.ExcludeNamespaces)
	case e.ECS != nil:
		return validateAll(e.ECS.Clusters, e.ECS.ExcludeClusters, e.ECS.Services, e.ECS.ExcludeServices)
	case e.Lambda != nil:
		return validateAll(e.Lambda.Functions, e.Lambda.ExcludeFunctions)
	case e.S3 != nil && e.S3.Bucket == "":
		return errors.New("s3 needs a bucket")
	case e.Path != nil && e.Path.Path == "":
		return errors.New("path needs a path")
	case e.Server != nil:
		return e.Server.validate()
	default:
		return nil
	}
}

func (s *Server) validate() error {
	if len(s.Processes)+len(s.Paths) == 0 {
		return errors.New("server needs processes or paths to look at")
	}
	for _, p := range s.Paths {
		if p.Path == "" {
			return errors.New("one of the paths is empty")
		}
	}
	return validateAll(s.Processes)
}

func validateAll(lists ...[]string) error {
	for _, list := range lists {
		if err := Patterns(list).Validate(); err != nil {
			return err
		}
	}
	return nil
}
