package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// startedBefore is how long before a report its new containers started, where
// the story does not say.
const startedBefore = 5 * time.Second

// Report is the body of an agent's report, in the wire format.
type Report struct {
	Artifacts  []Instance `json:"artifacts"`
	ObservedAt time.Time  `json:"observedAt"`
}

// Instance is one running task in a Report.
type Instance struct {
	Digests           map[string]string `json:"digests"`           // name to fingerprint
	CreationTimestamp int64             `json:"creationTimestamp"` // Unix seconds
	TaskARN           string            `json:"taskArn"`
	Cluster           string            `json:"cluster_name"`
	Service           string            `json:"service_name"`
}

// cluster is an environment while the story is read: it adds up the changes of
// its reports, because a report on the wire says everything that runs.
type cluster struct {
	name, kind string
	short      string // name of the cluster, in which tasks run
	arn        string // what the ARNs of its tasks begin with
	running    map[string][]Instance
	seen       time.Time // of the newest report
}

// run starts or stops tasks until n of a run. The oldest stay.
func (c *cluster) run(a Artifact, n int, at time.Time) {
	tasks := c.running[a.Ref()]
	for i := len(tasks); i < n; i++ {
		tasks = append(tasks, Instance{
			Digests:           map[string]string{a.RunsAs: a.Fingerprint},
			CreationTimestamp: at.Unix(),
			TaskARN:           c.arn + taskID(c.name, a.Ref(), at, i),
			Cluster:           c.short,
			Service:           a.Service,
		})
	}
	if n == 0 {
		delete(c.running, a.Ref())
		return
	}
	c.running[a.Ref()] = slices.Clone(tasks[:n])
}

// report returns what an agent would say now, service by service.
func (c *cluster) report(at time.Time) Report {
	r := Report{ObservedAt: at, Artifacts: []Instance{}}
	for _, tasks := range c.running {
		r.Artifacts = append(r.Artifacts, tasks...)
	}
	slices.SortFunc(r.Artifacts, func(a, b Instance) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.CreationTimestamp, b.CreationTimestamp),
			cmp.Compare(a.TaskARN, b.TaskARN))
	})
	return r
}

// taskID returns 32 digits as ECS makes them up, but the same at every reading.
func taskID(environment, artifact string, at time.Time, i int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", environment, artifact, at.Unix(), i))
	return hex.EncodeToString(sum[:16])
}
