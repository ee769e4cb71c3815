// Package agent reports what runs: it looks at a runtime through a Source, says
// what it saw in the format of environment reports, and keeps what the server
// could not be told until it can.
//
// The runtimes are in packages below this one (docker, kubernetes, aws, host),
// because each stands on a large library. This package knows none of them, and
// nothing of the server but the protocol of reports.
package agent

import (
	"context"
	"errors"
	"time"
)

// Source looks at one runtime, or at the part of one that an environment is.
//
// Methods may be called by several goroutines.
type Source interface {
	// Look returns all that runs at this moment, one instance for each running
	// container, pod, task, function, process or path, in any order. A look is the
	// whole truth or it is an error: a source that could see a part only, because
	// one region does not answer or a watch is cut off, returns an error that says
	// so. Nothing running is an empty slice.
	Look(ctx context.Context) ([]Instance, error)

	// Watch calls changed when what runs may have changed since the last Look. It
	// may call too often, as calls are gathered, and calls that are missed are made
	// up for by looks at an interval. It lasts until ctx ends, and then returns nil.
	// It returns ErrCannotWatch if the runtime tells of no changes, and any other
	// error if it lost sight: it is then called again after a while.
	Watch(ctx context.Context, changed func()) error

	// Check tries what the source needs, right by right, for `landfall doctor`.
	Check(ctx context.Context) []Finding

	// Close lets go of what the source holds.
	Close() error
}

// ErrCannotWatch is the answer of a source whose runtime tells of no changes.
var ErrCannotWatch = errors.New("this runtime tells of no changes")

// Instance is one running thing.
type Instance struct {
	// Digests are what it runs: the name of an artifact to its SHA-256, 64
	// hexadecimal digits in lower case. The digest is empty where the runtime does
	// not tell, which only ECS may.
	Digests map[string]string
	// StartedAt is when it started; zero where the runtime does not tell.
	StartedAt time.Time

	// Pod is where it is in Kubernetes; nil elsewhere.
	Pod *Pod
	// Task is where it is in ECS; nil elsewhere.
	Task *Task
	// Notes say what is special about artifacts, by the names in Digests; those
	// about which nothing is special have none.
	Notes map[string]Note
}

// Pod is the pod that an instance is.
type Pod struct {
	Name      string
	Namespace string
	Owners    []Owner
}

// Owner is what owns a pod, as Kubernetes writes it.
type Owner struct {
	APIVersion         string `json:"apiVersion"`
	Kind               string `json:"kind"`
	Name               string `json:"name"`
	UID                string `json:"uid"`
	Controller         *bool  `json:"controller,omitempty"`
	BlockOwnerDeletion *bool  `json:"blockOwnerDeletion,omitempty"`
}

// Task is the task of ECS that an instance is.
type Task struct {
	ARN     string
	Cluster string // its name
	Service string // its name; empty for a task of no service
}

// Note is what is special about an artifact in an instance.
type Note string

// The notes there are. They are words of the reports.
const (
	NoteLocalImage Note = "local-image" // never pushed: the digest is that of its configuration, its image id
	NoteInit       Note = "init"        // an init container, which runs before the others
	NoteSidecar    Note = "sidecar"     // an init container that keeps running beside the others
	NoteDebug      Note = "debug"       // an ephemeral container that somebody attached
)

// Finding is the outcome of one check.
type Finding struct {
	What   string // what was tried, as in "list containers"
	Detail string // what was found, as in "7 are running", or what went wrong
	Mend   string // what to do about it; empty if all is well
	Level  Level
}

// Level is how bad a finding is.
type Level int

// The levels.
const (
	LevelOK Level = iota
	LevelWarning
	LevelProblem
)
