// Package host tells what runs on the machine that the agent is on: the programs of
// processes, and files and directories that are put where something runs them.
//
// Files and directories are known by what package fingerprint says of them, so that
// a directory has the same fingerprint here as where it was built. They are looked at
// often, so what was read is not read again until it changes: see sums.
package host

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// What is looked at is bounded.
const (
	mostInstances = 20_000
	mostEntries   = 200_000 // files, links and directories below a path
	longestName   = 500     // bytes
)

// Source looks at processes and paths of this machine.
type Source struct {
	paths     []*pathSource
	processes *processSource // nil: none are asked for
}

var _ agent.Source = (*Source)(nil)

// NewServer returns a source of the processes and paths that a configuration names. It
// has to name at least one: all that runs on a machine is nobody's environment.
func NewServer(cfg agent.Server) (*Source, error) {
	if len(cfg.Processes)+len(cfg.Paths) == 0 {
		return nil, errors.New("say what runs here: give a pattern of processes, as in /usr/sbin/nginx, or a path, as in /srv/app/current")
	}
	s := &Source{}
	if len(cfg.Processes) > 0 {
		if err := agent.Patterns(cfg.Processes).Validate(); err != nil {
			return nil, fmt.Errorf("processes: %w", err)
		}
		s.processes = &processSource{patterns: cfg.Processes, sums: newSums(time.Now)}
	}
	for _, p := range cfg.Paths {
		source, err := newPathSource(p)
		if err != nil {
			return nil, err
		}
		s.paths = append(s.paths, source)
	}
	return s, nil
}

// NewPath returns a source of one file or directory.
func NewPath(cfg agent.Path) (*Source, error) {
	return NewServer(agent.Server{Paths: []agent.Path{cfg}})
}

func newPathSource(cfg agent.Path) (*pathSource, error) {
	if cfg.Path == "" {
		return nil, errors.New("a path is empty: write it as in /srv/app/current")
	}
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("path %s: %w", cfg.Path, err)
	}
	excludes, err := fingerprint.ParseExcludes(cfg.Excludes)
	if err != nil {
		return nil, fmt.Errorf("path %s: %w", cfg.Path, err)
	}
	name := cfg.Name
	if name == "" {
		name = path
	}
	if len(name) > longestName {
		return nil, fmt.Errorf("path %s: its name has over %d bytes: give it a shorter one", cfg.Path, longestName)
	}
	return &pathSource{path: path, name: name, excludes: excludes, sums: newSums(time.Now)}, nil
}

// Look returns an instance for each path at which something is, and for each process
// that runs a program that is asked for.
func (s *Source) Look(ctx context.Context) ([]agent.Instance, error) {
	instances := []agent.Instance{}
	for _, p := range s.paths {
		found, err := p.look(ctx)
		if err != nil {
			return nil, err
		}
		if found != nil {
			instances = append(instances, *found)
		}
	}
	if s.processes != nil {
		found, err := s.processes.look(ctx)
		if err != nil {
			return nil, err
		}
		instances = append(instances, found...)
	}
	if len(instances) > mostInstances {
		return nil, fmt.Errorf("%d instances run, but an environment has at most %d: choose fewer processes", len(instances), mostInstances)
	}
	return instances, nil
}

// Close does nothing: between looks, nothing is open.
func (s *Source) Close() error { return nil }
