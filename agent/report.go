package agent

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Bounds of a report, which are the server's: what is beyond them would be refused
// there, and is refused here with a word on what to do.
const (
	maxInstances = 20_000
	maxName      = 500
	maxBody      = 16 << 20
)

// Report is what was seen in one environment at one moment, ready to be sent.
type Report struct {
	Environment string
	Kind        string // of the environment, as the protocol has it
	ObservedAt  time.Time
	Artifacts   json.RawMessage // the instances, as the protocol has them
	Sum         [sha256.Size]byte
	Instances   int
}

// NewReport writes down what a source saw. The same instances in any order come out
// as the same bytes. It returns an error for what no server would take.
func NewReport(environment, kind string, at time.Time, instances []Instance) (*Report, error) {
	if len(instances) > maxInstances {
		return nil, fmt.Errorf("%d instances run, and a report takes %d: split the environment in several", len(instances), maxInstances)
	}
	items := make([][]byte, len(instances))
	size := 0
	for i := range instances {
		if err := instances[i].validate(); err != nil {
			return nil, err
		}
		item, err := json.Marshal(instances[i].wire())
		if err != nil {
			return nil, fmt.Errorf("write a report: %w", err)
		}
		items[i] = item
		size += len(item)
	}
	if size > maxBody {
		return nil, fmt.Errorf("the report has %d bytes, and may have %d: split the environment in several", size, maxBody)
	}
	slices.SortFunc(items, bytes.Compare)
	artifacts := slices.Concat([]byte("["), bytes.Join(items, []byte(",")), []byte("]"))
	return &Report{
		Environment: environment, Kind: kind, ObservedAt: at,
		Artifacts: artifacts, Sum: sha256.Sum256(artifacts), Instances: len(instances),
	}, nil
}

// Body is the report as it is sent. It is put together from what is JSON already: of a
// large cluster it has megabytes.
func (r *Report) Body() ([]byte, error) {
	at, err := json.Marshal(r.ObservedAt.UTC().Truncate(time.Microsecond))
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	return slices.Concat([]byte(`{"artifacts":`), r.Artifacts, []byte(`,"observedAt":`), at, []byte("}")), nil
}

// validate refuses what a source must not say.
func (i *Instance) validate() error {
	for name, digest := range i.Digests {
		switch {
		case name == "" || len(name) > maxName:
			return fmt.Errorf("%.100q is no name of an artifact: it takes 1 to %d bytes", name, maxName)
		case digest == "" && i.Task == nil, digest != "" && !IsDigest(digest):
			return fmt.Errorf("the digest of %q is %.80q, and must be 64 hexadecimal digits in lower case", name, digest)
		}
	}
	return nil
}

// wireInstance is an instance as the protocol has it. What is nil or empty is left
// out, so that each kind of environment has its own fields only.
type wireInstance struct {
	Digests           map[string]string `json:"digests"`
	CreationTimestamp float64           `json:"creationTimestamp"` // Unix seconds
	*wirePod
	*wireTask
	Notes map[string]Note `json:"notes,omitempty"`
}

type wirePod struct {
	PodName   string  `json:"podName"`
	Namespace string  `json:"namespace"`
	Owners    []Owner `json:"owners"` // null if it has none
}

type wireTask struct {
	TaskARN string `json:"taskArn"`
	Cluster string `json:"cluster_name,omitempty"`
	Service string `json:"service_name,omitempty"`
}

func (i *Instance) wire() wireInstance {
	wire := wireInstance{Digests: i.Digests, Notes: i.Notes}
	if wire.Digests == nil {
		wire.Digests = map[string]string{}
	}
	if !i.StartedAt.IsZero() && i.StartedAt.Unix() > 0 {
		wire.CreationTimestamp = float64(i.StartedAt.UnixMicro()) / 1e6
	}
	if p := i.Pod; p != nil {
		wire.wirePod = &wirePod{p.Name, p.Namespace, p.Owners}
	}
	if t := i.Task; t != nil {
		wire.wireTask = &wireTask{t.ARN, t.Cluster, t.Service}
	}
	return wire
}

// Running is what a report says of one artifact: how a person would tell it.
type Running struct {
	Name, Digest string
	Instances    int
	Since        time.Time // the first start; zero if it is not told
	Note         Note
}

// Summary gathers instances by artifact, in the order of names.
func Summary(instances []Instance) []Running {
	type key struct {
		name, digest string
		note         Note
	}
	index := map[key]int{}
	var running []Running
	for _, instance := range instances {
		for name, digest := range instance.Digests {
			k := key{name, digest, instance.Notes[name]}
			at, there := index[k]
			if !there {
				at = len(running)
				index[k] = at
				running = append(running, Running{Name: name, Digest: digest, Note: k.note, Since: instance.StartedAt})
			}
			r := &running[at]
			r.Instances++
			if !instance.StartedAt.IsZero() && (r.Since.IsZero() || instance.StartedAt.Before(r.Since)) {
				r.Since = instance.StartedAt
			}
		}
	}
	slices.SortFunc(running, func(a, b Running) int {
		return strings.Compare(a.Name+"\x00"+a.Digest+"\x00"+string(a.Note), b.Name+"\x00"+b.Digest+"\x00"+string(b.Note))
	})
	return running
}
