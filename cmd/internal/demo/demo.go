// Package demo holds the story that `landfall demo` replays: how one commit of
// cyber-dojo's runner came to production in August 2022, among all that happened
// around it.
//
// The story is data, in story.yaml. Load reads it and spells it out as steps in
// the order of time, each as it would have reached a server: what GitHub, CI and
// the agents in two environments say. Nothing here sends anything.
package demo

import (
	_ "embed"
	"time"
)

//go:embed story.yaml
var story []byte

// Story is all that happened, in the order of time.
type Story struct {
	Organization string     // the organization that it happened to, cyber-dojo
	Artifacts    []Artifact // everything built, service by service, oldest first
	Steps        []Step     // what happened; of two at one moment, the first in the file first
}

// Artifact is one image that was built.
type Artifact struct {
	Service     string // name of the repository, of the flow and of what runs
	Fingerprint string // 64 hexadecimal digits
	Commit      Commit // what it was built from
	Repository  string // with its owner: cyber-dojo/runner
	Name        string // as CI calls it: cyberdojo/runner:16d9990
	RunsAs      string // as the registry calls it that it is started from
}

// Ref is how people say the artifact: runner:16d9990.
func (a Artifact) Ref() string { return ref(a.Service, a.Commit.SHA) }

// Commit is one commit of one repository.
type Commit struct {
	SHA         string
	Parents     []string // full SHAs, the first parent first
	CommittedAt time.Time
	Subject     string
	Author      Author
}

// Author is who made a commit.
type Author struct {
	Name  string
	Email string
}

// Load reads the story. An error names every line that is wrong.
func Load() (*Story, error) { return parse("story.yaml", story) }

// ref joins a service and the short form of a SHA.
func ref(service, sha string) string { return service + ":" + sha[:shortSHA] }
