package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// The wire format is that of other agents, to the letter.
func TestReport_Body(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 8, 0, 0, 123456789, time.UTC)
	started := time.Unix(1795374865, 500_000_000)
	yes := true
	a := strings.Repeat("a", 64)
	for name, tt := range map[string]struct {
		instance Instance
		want     string
	}{
		"Plain":    {Instance{Digests: map[string]string{"web:1": a}, StartedAt: started}, `{"digests":{"web:1":"` + a + `"},"creationTimestamp":1795374865.5}`},
		"NoStart":  {Instance{Digests: map[string]string{"web:1": a}}, `{"digests":{"web:1":"` + a + `"},"creationTimestamp":0}`},
		"Nothing":  {Instance{}, `{"digests":{},"creationTimestamp":0}`},
		"OwnerNil": {Instance{Pod: &Pod{Name: "p", Namespace: "n"}}, `{"digests":{},"creationTimestamp":0,"podName":"p","namespace":"n","owners":null}`},
		"Owner": {
			Instance{Pod: &Pod{Name: "p", Namespace: "n", Owners: []Owner{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "r", UID: "u", Controller: &yes}}}},
			`{"digests":{},"creationTimestamp":0,"podName":"p","namespace":"n","owners":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u","controller":true}]}`,
		},
		"Task": {
			Instance{Digests: map[string]string{"web:1": ""}, Task: &Task{ARN: "arn:1", Cluster: "c", Service: "s"}},
			`{"digests":{"web:1":""},"creationTimestamp":0,"taskArn":"arn:1","cluster_name":"c","service_name":"s"}`,
		},
		"Local": {
			Instance{Digests: map[string]string{"web:1": a}, Notes: map[string]Note{"web:1": NoteLocalImage}},
			`{"digests":{"web:1":"` + a + `"},"creationTimestamp":0,"notes":{"web:1":"local-image"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := NewReport("prod", "docker", at, []Instance{tt.instance})
			if err != nil {
				t.Fatal(err)
			}
			body, err := report.Body()
			if err != nil {
				t.Fatal(err)
			}
			want := `{"artifacts":[` + tt.want + `],"observedAt":"2026-11-22T08:00:00.123456Z"}`
			if diff := cmp.Diff(want, string(body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing that runs is said, and is not the same as saying nothing.
func TestReport_Body_Empty(t *testing.T) {
	t.Parallel()
	report, err := NewReport("prod", "docker", time.Unix(0, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	if string(report.Artifacts) != "[]" {
		t.Errorf("artifacts are %s", report.Artifacts)
	}
}

// The same in another order is the same, and one replica more is not.
func TestNewReport_Sum(t *testing.T) {
	t.Parallel()
	a, b := Instance{Digests: map[string]string{"a": digestOf("a")}}, Instance{Digests: map[string]string{"b": digestOf("b"), "c": digestOf("c")}}
	sum := func(instances ...Instance) [32]byte {
		report, err := NewReport("prod", "docker", time.Now(), instances)
		if err != nil {
			t.Fatal(err)
		}
		return report.Sum
	}
	if sum(a, b) != sum(b, a) {
		t.Error("another order is another content")
	}
	if sum(a, b) == sum(a, b, b) || sum(a) == sum(b) {
		t.Error("another content is the same")
	}
}

func TestNewReport_Invalid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		instances []Instance
		says      string
	}{
		"NoName":     {[]Instance{{Digests: map[string]string{"": digestOf("a")}}}, "no name"},
		"LongName":   {[]Instance{{Digests: map[string]string{strings.Repeat("x", 501): digestOf("a")}}}, "1 to 500 bytes"},
		"NoDigest":   {[]Instance{{Digests: map[string]string{"a": ""}}}, "64 hexadecimal digits"},
		"UpperCase":  {[]Instance{{Digests: map[string]string{"a": strings.ToUpper(digestOf("a"))}}}, "64 hexadecimal digits"},
		"WithPrefix": {[]Instance{{Digests: map[string]string{"a": "sha256:" + digestOf("a")}}}, "64 hexadecimal digits"},
		"TooMany":    {make([]Instance, 20_001), "split the environment"},
		"TooLarge":   {manyNames(), "split the environment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := NewReport("prod", "docker", time.Now(), tt.instances); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("err = %v, want one that says %q", err, tt.says)
			}
		})
	}
}

// manyNames is more than a body may have.
func manyNames() []Instance {
	digests := map[string]string{}
	for i := range 2 {
		digests[strings.Repeat("x", 400+i)] = digestOf("a")
	}
	instances := make([]Instance, 20_000)
	for i := range instances {
		instances[i].Digests = digests
	}
	return instances
}

func TestSummary(t *testing.T) {
	t.Parallel()
	a, b := digestOf("a"), digestOf("b")
	got := Summary([]Instance{
		{Digests: map[string]string{"web:2": b}, StartedAt: time.Unix(30, 0)},
		{Digests: map[string]string{"web:1": a}},
		{Digests: map[string]string{"web:1": a, "proxy:1": b}, StartedAt: time.Unix(20, 0), Notes: map[string]Note{"proxy:1": NoteSidecar}},
		{Digests: map[string]string{"web:1": a}, StartedAt: time.Unix(10, 0)},
	})
	want := []Running{
		{Name: "proxy:1", Digest: b, Instances: 1, Since: time.Unix(20, 0), Note: NoteSidecar},
		{Name: "web:1", Digest: a, Instances: 3, Since: time.Unix(10, 0)},
		{Name: "web:2", Digest: b, Instances: 1, Since: time.Unix(30, 0)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImageName(t *testing.T) {
	t.Parallel()
	a := strings.Repeat("a", 64)
	for ref, want := range map[string]string{
		"ghcr.io/acme/hello:1.0":                   "ghcr.io/acme/hello:1.0",
		"ghcr.io/acme/hello:1.0@sha256:" + a:       "ghcr.io/acme/hello:1.0",
		"ghcr.io/acme/hello@sha256:" + a:           "ghcr.io/acme/hello",
		"docker-pullable://acme/hello@sha256:" + a: "acme/hello",
		"localhost:5000/hello":                     "localhost:5000/hello",
		"sha256:" + a:                              "",
		a:                                          "",
		"":                                         "",
		"nginx":                                    "nginx",
	} {
		if got := ImageName(ref); got != want {
			t.Errorf("ImageName(%q) = %q, want %q", ref, got, want)
		}
	}
}

func TestChooses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		include, exclude []string
		name             string
		want             bool
	}{
		"All":          {nil, nil, "web", true},
		"Named":        {[]string{"db", "web"}, nil, "web", true},
		"Other":        {[]string{"db"}, nil, "web", false},
		"Pattern":      {[]string{"team-*"}, nil, "team-a", true},
		"PatternPart":  {[]string{"team-?"}, nil, "team-ab", false},
		"LeftOut":      {nil, []string{"team-test"}, "team-test", false},
		"LeftOutFirst": {[]string{"team-*"}, []string{"*-test"}, "team-test", false},
	} {
		if got := Chooses(tt.include, tt.exclude, tt.name); got != tt.want {
			t.Errorf("%s: Chooses = %v", name, got)
		}
	}
	if err := (Patterns{"web", "["}).Validate(); err == nil || !strings.Contains(err.Error(), `"["`) {
		t.Errorf("Validate = %v", err)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte("environments:\n- name: prod\n  docker: {labels: [app]}\n"))
	f.Add([]byte("environments: [{name: a, kubernetes: {namespaces: ['x-*']}}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		config, err := ParseConfig(text)
		if err != nil {
			return
		}
		for _, e := range config.Environments {
			if e.WireKind() == "" || e.Validate() != nil {
				t.Errorf("took %+v", e)
			}
		}
		if _, err := json.Marshal(config); err != nil {
			t.Error(err)
		}
	})
}
