package aws_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/agent"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// statement is a part of a policy.
type statement struct {
	Sid, Effect string
	Action      any // one or several
	Resource    any
}

// actions are those of statements, and by the way that none is odd.
func actions(t testing.TB, statements []statement) []string {
	t.Helper()
	var all []string
	for _, s := range statements {
		if s.Sid == "" || s.Effect != "Allow" || s.Resource == nil {
			t.Errorf("this statement is odd: %+v", s)
		}
		switch action := s.Action.(type) {
		case string:
			all = append(all, action)
		case []any:
			for _, one := range action {
				all = append(all, one.(string))
			}
		}
	}
	slices.Sort(all)
	return all
}

// TestPolicies: each policy has the rights that Check and errors name, and no more.
func TestPolicies(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"ecs-policy.json":    {"ecs:DescribeTasks", "ecs:ListClusters", "ecs:ListTasks"},
		"lambda-policy.json": {"lambda:GetFunction", "lambda:ListFunctions"},
		"s3-policy.json":     {"s3:GetObject", "s3:ListBucket"},
		"roles-policy.json":  {"sts:AssumeRole"},
	}
	got := map[string][]string{}
	var look []string
	for name := range want {
		var policy struct {
			Version   string
			Statement []statement
		}
		if err := json.Unmarshal(read(t, name), &policy); err != nil || policy.Version != "2012-10-17" {
			t.Fatalf("%s: version %q, %v", name, policy.Version, err)
		}
		got[name] = actions(t, policy.Statement)
		if name != "roles-policy.json" {
			look = append(look, got[name]...)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rights (-want +got):\n%s", diff)
	}
	slices.Sort(look)
	if diff := cmp.Diff(look, templateRights(t)["look"]); diff != "" {
		t.Errorf("rights in the template (-files +template):\n%s", diff)
	}
}

// templateRights are the rights of the function's role, by the names of its policies.
func templateRights(t testing.TB) map[string][]string {
	t.Helper()
	var template struct {
		Resources struct {
			Role struct {
				Properties struct {
					Policies []struct {
						PolicyName     string `yaml:"PolicyName"`
						PolicyDocument struct {
							Statement []struct {
								Sid      string    `yaml:"Sid"`
								Effect   string    `yaml:"Effect"`
								Action   any       `yaml:"Action"`
								Resource yaml.Node `yaml:"Resource"`
							} `yaml:"Statement"`
						} `yaml:"PolicyDocument"`
					} `yaml:"Policies"`
				} `yaml:"Properties"`
			} `yaml:"Role"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(read(t, "template.yaml"), &template); err != nil {
		t.Fatal(err)
	}
	rights := map[string][]string{}
	for _, policy := range template.Resources.Role.Properties.Policies {
		var statements []statement
		for _, s := range policy.PolicyDocument.Statement {
			statements = append(statements, statement{s.Sid, s.Effect, s.Action, s.Resource.Value})
		}
		rights[policy.PolicyName] = actions(t, statements)
	}
	return rights
}

// TestAgentFile: the example says what it seems to say.
func TestAgentFile(t *testing.T) {
	t.Parallel()
	var file struct {
		Environments []agent.Environment `yaml:"environments"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(read(t, "agent.yaml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	want := []agent.Environment{
		{Name: "prod-ecs", ECS: &agent.ECS{Clusters: []string{"prod-*"}}},
		{Name: "prod-lambda", Lambda: &agent.Lambda{Functions: []string{"pay-*"}}},
		{Name: "prod-site", S3: &agent.S3{Bucket: "acme-prod-site", Excludes: []string{"*.map"}}},
	}
	if diff := cmp.Diff(want, file.Environments); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
}

func TestTaskDefinition(t *testing.T) {
	t.Parallel()
	var definition struct {
		ContainerDefinitions []struct {
			Name, User  string
			Command     []string
			Environment []struct{ Name, Value string }
			Secrets     []struct{ Name, ValueFrom string }
		}
	}
	if err := json.Unmarshal(read(t, "task-definition.json"), &definition); err != nil {
		t.Fatal(err)
	}
	c := definition.ContainerDefinitions[0]
	if c.User != "65532:65532" || !strings.HasPrefix(strings.Join(c.Command, " "), "snapshot ecs prod-ecs --cluster CLUSTER --watch") {
		t.Errorf("the container is %+v", c)
	}
	for _, e := range c.Environment {
		if strings.Contains(e.Name, "TOKEN") {
			t.Errorf("%s is no secret", e.Name)
		}
	}
	if len(c.Secrets) != 1 || c.Secrets[0].Name != "LANDFALL_API_TOKEN" {
		t.Errorf("the secrets are %+v", c.Secrets)
	}
}
