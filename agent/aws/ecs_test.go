package aws_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/aws"
)

var started = time.Date(2026, 11, 3, 8, 30, 0, 250e6, time.UTC)

// task is a running task as ECS describes it.
func task(id, group string, containers ...any) message {
	return message{
		"taskArn": "arn:aws:ecs:" + region + ":" + home + ":task/prod/" + id, "group": group,
		"lastStatus": "RUNNING", "desiredStatus": "RUNNING", "startedAt": started, "containers": containers,
	}
}

func container(name, image, digest string) message {
	c := message{"name": name, "image": image, "lastStatus": "RUNNING"}
	if digest != "" {
		c["imageDigest"] = digest
	}
	return c
}

// with is a container or a task with one member changed.
func with(m message, name string, value any) message {
	m[name] = value
	return m
}

func newECS(t testing.TB, c *cloud, options agent.ECS, images agent.ImageResolver) *aws.ECS {
	t.Helper()
	source, err := aws.NewECS(t.Context(), options, images, c.client()...)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// look is what a source sees, with tasks in order.
func look(t testing.TB, source agent.Source) []agent.Instance {
	t.Helper()
	instances, err := source.Look(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return instances
}

var (
	sumA, sumB = sumHex("a"), sumHex("b")
	anyOrder   = cmpopts.SortSlices(func(a, b agent.Instance) bool { return where(a) < where(b) })
)

// where tells instances apart.
func where(i agent.Instance) string {
	if i.Task != nil {
		return i.Task.ARN
	}
	return fmt.Sprint(i.Digests)
}

func TestECS_Look_Containers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		containers []any
		want       map[string]string
	}{
		"One":           {[]any{container("web", "r.io/web:1", "sha256:"+sumA)}, map[string]string{"r.io/web:1": sumA}},
		"Two":           {[]any{container("web", "web:1", "sha256:"+sumA), container("log", "log", "sha256:"+sumB)}, map[string]string{"web:1": sumA, "log": sumB}},
		"Pinned":        {[]any{container("web", "web:1@sha256:"+sumA, "sha256:"+sumA)}, map[string]string{"web:1": sumA}},
		"PinnedNotTold": {[]any{container("web", "web@sha256:"+sumA, "")}, map[string]string{"web": sumA}},
		"NotTold":       {[]any{container("web", "web:1", "")}, map[string]string{"web:1": ""}},
		"BareDigest":    {[]any{container("web", "sha256:"+sumA, "sha256:"+sumA)}, map[string]string{"web": sumA}},
		"SameTwice":     {[]any{container("b", "web:1", "sha256:"+sumA), container("a", "web:1", "sha256:"+sumA)}, map[string]string{"web:1": sumA}},
		"SameNameOtherDigest": {
			[]any{container("b", "web:1", "sha256:"+sumB), container("a", "web:1", "sha256:"+sumA)},
			map[string]string{"web:1": sumA, "web:1 (b)": sumB},
		},
		"OneEnded": {
			[]any{with(container("init", "init:1", "sha256:"+sumB), "lastStatus", "STOPPED"), container("web", "web:1", "sha256:"+sumA)},
			map[string]string{"web:1": sumA},
		},
		"NoneRuns":    {[]any{with(container("web", "web:1", ""), "lastStatus", "PENDING")}, nil},
		"NoneAtAll":   {[]any{}, nil},
		"NoImageTold": {[]any{message{"name": "web", "lastStatus": "RUNNING"}}, map[string]string{"web": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.clusters[home+"/"+region+"/prod"] = []message{task("1", "service:web", tt.containers...)}
			got := look(t, newECS(t, c, agent.ECS{}, nil))
			var want []agent.Instance
			if tt.want != nil {
				want = []agent.Instance{{
					Digests: tt.want, StartedAt: started,
					Task: &agent.Task{ARN: "arn:aws:ecs:eu-west-1:111111111111:task/prod/1", Cluster: "prod", Service: "web"},
				}}
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what runs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestECS_Look_Chooses has one task in each of many services and clusters.
func TestECS_Look_Chooses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options agent.ECS
		want    []string // cluster/service
	}{
		"All":             {agent.ECS{}, []string{"prod-a/", "prod-a/api", "prod-a/web", "prod-b/web", "test/web"}},
		"Clusters":        {agent.ECS{Clusters: []string{"prod-*"}}, []string{"prod-a/", "prod-a/api", "prod-a/web", "prod-b/web"}},
		"NotOneCluster":   {agent.ECS{ExcludeClusters: []string{"prod-?"}}, []string{"test/web"}},
		"Service":         {agent.ECS{Services: []string{"web"}}, []string{"prod-a/web", "prod-b/web", "test/web"}},
		"AnyService":      {agent.ECS{Services: []string{"*"}}, []string{"prod-a/api", "prod-a/web", "prod-b/web", "test/web"}},
		"NotAService":     {agent.ECS{ExcludeServices: []string{"w*"}}, []string{"prod-a/", "prod-a/api"}},
		"Both":            {agent.ECS{Clusters: []string{"prod-a"}, Services: []string{"*"}, ExcludeServices: []string{"api"}}, []string{"prod-a/web"}},
		"NoCluster":       {agent.ECS{Clusters: []string{"prod"}}, nil},
		"RegionElsewhere": {agent.ECS{AWS: agent.AWS{Regions: []string{"us-east-1"}}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			for key, groups := range map[string][]string{"prod-a": {"service:web", "service:api", "family:job"}, "prod-b": {"service:web"}, "test": {"service:web"}, "empty": nil} {
				tasks := []message{}
				for i, group := range groups {
					tasks = append(tasks, task(fmt.Sprint(key, i), group, container("c", "web:1", "sha256:"+sumA)))
				}
				c.clusters[home+"/"+region+"/"+key] = tasks
			}
			var got []string
			for _, instance := range look(t, newECS(t, c, tt.options, nil)) {
				got = append(got, instance.Task.Cluster+"/"+instance.Task.Service)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
				t.Errorf("what is chosen (-want +got):\n%s", diff)
			}
		})
	}
}

// TestECS_Look_Many has more tasks than fit on a page, or into a call, and some that
// end meanwhile.
func TestECS_Look_Many(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for i := range 345 {
		one := task(fmt.Sprint(i), "service:web", container("web", "web:1", "sha256:"+sumA))
		if i%10 == 0 {
			one["gone"] = true
		}
		key := home + "/" + region + "/prod"
		c.clusters[key] = append(c.clusters[key], one)
	}
	seen := map[string]bool{}
	for _, instance := range look(t, newECS(t, c, agent.ECS{}, nil)) {
		seen[instance.Task.ARN] = true
	}
	if len(seen) != 345-35 {
		t.Errorf("%d tasks are seen, want %d", len(seen), 345-35)
	}
	if diff := cmp.Diff(map[string]int{"ListClusters": 1, "ListTasks": 5, "DescribeTasks": 4}, c.counts()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// TestECS_Look_Places has two regions of two accounts, each with a task of its own.
func TestECS_Look_Places(t *testing.T) {
	t.Parallel()
	const other = "222222222222"
	c := newCloud(t)
	var want []agent.Instance
	for _, account := range []string{home, other} {
		for _, in := range []string{region, "us-east-1"} {
			arn := "arn:aws:ecs:" + in + ":" + account + ":task/prod/1"
			one := with(task("1", "service:web", container("web", "web:1", "sha256:"+sumA)), "taskArn", arn)
			c.clusters[account+"/"+in+"/prod"] = []message{one}
			want = append(want, agent.Instance{Digests: map[string]string{"web:1": sumA}, StartedAt: started, Task: &agent.Task{ARN: arn, Cluster: "prod", Service: "web"}})
		}
	}
	roles := []string{"arn:aws:iam::" + home + ":role/look", "arn:aws:iam::" + other + ":role/look"}
	regions := []string{region, "us-east-1", region}
	source := newECS(t, c, agent.ECS{AWS: agent.AWS{Regions: regions, Roles: roles}}, nil)
	if diff := cmp.Diff(want, look(t, source), anyOrder); diff != "" {
		t.Errorf("what runs (-want +got):\n%s", diff)
	}
	look(t, source)
	if got := c.counts()["AssumeRole"]; got != 2 {
		t.Errorf("roles are assumed %d times in two looks, want once each", got)
	}
}

// registry knows of one image what it was built as.
type registry struct{ image, from, to string }

func (r registry) Built(_ context.Context, image, digest string) string {
	if image == r.image && digest == r.from {
		return r.to
	}
	return digest
}

func TestECS_Look_Built(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.clusters[home+"/"+region+"/prod"] = []message{task("1", "", container("web", "web:1", "sha256:"+sumA), container("log", "log:1", "sha256:"+sumA))}
	got := look(t, newECS(t, c, agent.ECS{}, registry{"web:1", sumA, sumB}))
	if diff := cmp.Diff(map[string]string{"web:1": sumB, "log:1": sumA}, got[0].Digests); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
}

func TestECS_Look_Refuses(t *testing.T) {
	t.Parallel()
	running := container("web", "web:1", "sha256:"+sumA)
	for name, tt := range map[string]struct {
		task   message
		before answerFunc
		want   string
	}{
		"NoDigest":     {task("1", "", container("web", "web:1", "sha256:12")), nil, `"sha256:12" is no digest`},
		"OtherDigest":  {task("1", "", container("web", "web:1", "sha512:"+sumA)), nil, "is no digest"},
		"LongName":     {task("1", "", container("web", strings.Repeat("x", 501), "sha256:"+sumA)), nil, "longer than 500 bytes"},
		"OtherFailure": {task("1", "", running), answered("DescribeTasks", message{"failures": []any{message{"arn": "x", "reason": "ACCESS_DENIED"}}}), "ACCESS_DENIED"},
		"NotAllTold":   {task("1", "", running), answered("DescribeTasks", message{"tasks": []any{}}), "asked for 1 tasks, and was told of 0"},
		"NoJSON":       {task("1", "", running), refuse("ListTasks", -1, fault{status: 200, body: "<html>"}), "list tasks"},
		"OtherJSON":    {task("1", "", running), refuse("ListTasks", -1, fault{status: 200, body: `{"taskArns": 7}`}), "list tasks"},
		"Empty":        {task("1", "", running), refuse("ListTasks", -1, fault{status: 200, body: "{}"}), "holds no list"},
		"CutOff":       {task("1", "", running), refuse("DescribeTasks", -1, fault{status: 200, body: `{"tasks": [`}), "describe tasks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var before []answerFunc
			if tt.before != nil {
				before = append(before, tt.before)
			}
			c := newCloud(t, before...)
			c.clusters[home+"/"+region+"/prod"] = []message{tt.task}
			instances, err := newECS(t, c, agent.ECS{}, nil).Look(soon(t))
			wantError(t, err, "look at ECS", "in eu-west-1", "cluster prod", tt.want)
			if instances != nil {
				t.Errorf("a look that failed returns %v", instances)
			}
		})
	}
}

// answered answers an operation always alike.
func answered(operation string, out message) answerFunc {
	return func(c call) (message, *fault) {
		if c.operation == operation {
			return out, nil
		}
		return nil, nil
	}
}

// TestECS_Look_TooMany has a list without an end.
func TestECS_Look_TooMany(t *testing.T) {
	t.Parallel()
	n := 0
	endless := func(c call) (message, *fault) {
		if c.operation != "ListTasks" {
			return nil, nil
		}
		n++
		arns := make([]any, 3000)
		for i := range arns {
			arns[i] = "arn"
		}
		return message{"taskArns": arns, "nextToken": fmt.Sprint(n)}, nil
	}
	c := newCloud(t, endless)
	c.clusters[home+"/"+region+"/prod"] = []message{}
	_, err := newECS(t, c, agent.ECS{}, nil).Look(soon(t))
	wantError(t, err, "there are more than 20000")
}

// TestECS_Look_ClusterGone deletes a cluster between two calls.
func TestECS_Look_ClusterGone(t *testing.T) {
	t.Parallel()
	c := newCloud(t, answered("ListClusters", message{"clusterArns": []any{"arn:aws:ecs:eu-west-1:111111111111:cluster/gone"}}))
	if got := look(t, newECS(t, c, agent.ECS{}, nil)); len(got) != 0 {
		t.Errorf("in no cluster runs %v", got)
	}
}

func TestECS_Watch(t *testing.T) {
	t.Parallel()
	source := newECS(t, newCloud(t), agent.ECS{}, nil)
	if err := source.Watch(t.Context(), nil); !errors.Is(err, agent.ErrCannotWatch) {
		t.Errorf("Watch = %v", err)
	}
	if err := source.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewECS_Refuses(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]agent.ECS{
		"Cluster": {Clusters: []string{"["}}, "NotCluster": {ExcludeClusters: []string{""}},
		"Service": {Services: []string{"["}}, "NotService": {ExcludeServices: []string{"["}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := aws.NewECS(t.Context(), options, nil, newCloud(t).client()...)
			wantError(t, err, "is no pattern")
		})
	}
}
