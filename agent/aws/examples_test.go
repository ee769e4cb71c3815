package aws_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
)

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// published answers every call of an operation with AWS's own example of it.
func published(t testing.TB, service, operation string, change func(message)) answerFunc {
	t.Helper()
	fresh, err := readModels()
	if err != nil {
		t.Fatal(err)
	}
	out := fresh[service].Examples[operation][0].Output
	change(out)
	return answered(operation, out)
}

func unchanged(message) {}

// TestPublishedExamples: what AWS itself gives as examples of answers, and what is made
// of them.
func TestPublishedExamples(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:ecs:<region>:<aws_account_id>:task/c5cba4eb-5dad-405e-96db-71ef8eefe6a8"
	oneCluster := func(out message) { out["clusterArns"] = out["clusterArns"].([]any)[1:] }
	oneTask := func(out message) { out["taskArns"] = out["taskArns"].([]any)[1:] }
	c := newCloud(t,
		published(t, "sts", "AssumeRole", func(out message) {
			out["Credentials"].(message)["AccessKeyId"] = "ASIA" + home // the double knows accounts by their keys
			out["Credentials"].(message)["Expiration"] = time.Now().Add(time.Hour)
		}),
		published(t, "ecs", "ListClusters", oneCluster),
		published(t, "ecs", "ListTasks", oneTask),
		published(t, "ecs", "DescribeTasks", unchanged),
		published(t, "lambda", "ListFunctions", unchanged),
	)
	of := agent.AWS{Roles: []string{"arn:aws:iam::123456789012:role/demo"}}
	got := look(t, newECS(t, c, agent.ECS{AWS: of}, nil))
	want := []agent.Instance{{Digests: map[string]string{"ecs-demo": ""}, Task: &agent.Task{ARN: arn, Cluster: "default"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tasks (-want +got):\n%s", diff)
	}
	got = look(t, newLambda(t, c, agent.Lambda{AWS: of}))
	want = []agent.Instance{ // the sums as `base64 -d | xxd -p` shows them
		{
			Digests:   map[string]string{"helloworld": "7411bd9bc4867669448f0fc961796186f0ab02fe53c6f5ec6cbfd132bd1f4ff2"},
			StartedAt: time.Date(2019, 9, 23, 18, 32, 33, 857e6, time.UTC),
		},
		{
			Digests:   map[string]string{"my-function": "b14d1c276fe13997afc15fe54f10ae42a2b780364fde2f20528a9451546663a1"},
			StartedAt: time.Date(2019, 10, 1, 16, 47, 28, 490e6, time.UTC),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions (-want +got):\n%s", diff)
	}
}

// TestPublishedExamples_Valid: the check of answers takes all of AWS's own examples. It
// has to: it is by this check that the double is as AWS is.
func TestPublishedExamples_Valid(t *testing.T) {
	t.Parallel()
	examples := 0
	for service, api := range models(t) {
		for operation, all := range api.Examples {
			for _, example := range all {
				examples++
				if err := api.check(operation, api.Operations[operation].Input.Shape, example.Input); err != nil {
					t.Errorf("%s: %v", service, err)
				}
				if out := api.Operations[operation].Output; out != nil && example.Output != nil {
					if err := api.check(operation, out.Shape, example.Output); err != nil {
						t.Errorf("%s: %v", service, err)
					}
				}
			}
		}
	}
	if examples < 10 {
		t.Errorf("there are only %d examples", examples)
	}
}

// TestDouble_CLI has AWS's own CLI, which is made of other code than the SDK, ask the
// double.
func TestDouble_CLI(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("aws")
	if err != nil || testing.Short() {
		t.Skip("the CLI of AWS is not there, or not wanted")
	}
	c := busy(t, refuse("ListTasks", 1, fault{status: http.StatusBadRequest, code: "ThrottlingException", message: "Rate exceeded"}))
	site(c, "a", "1", "b", "2", "c", "3", "d/ü", "4", "e", "5")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"Identity":  {[]string{"sts", "get-caller-identity", "--query", "Account"}, home},
		"Tasks":     {[]string{"ecs", "list-tasks", "--cluster", "prod", "--query", "taskArns"}, "arn:aws:ecs:eu-west-1:111111111111:task/prod/1"},
		"Functions": {[]string{"lambda", "list-functions", "--query", "Functions[].FunctionName"}, "pay img"},
		"Objects":   {[]string{"s3api", "list-objects-v2", "--bucket", "site", "--query", "Contents[].Key"}, "a b c d/ü e"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(soon(t), program, append(tt.args, "--endpoint-url", c.url, "--output", "text", "--region", region)...)
			cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+homeKey, "AWS_SECRET_ACCESS_KEY=secret", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=", "PYTHONIOENCODING=utf-8")
			out, err := cmd.CombinedOutput()
			if got := strings.Join(strings.Fields(string(out)), " "); err != nil || got != tt.want {
				t.Errorf("aws %v: %v\n%s", tt.args, err, got)
			}
		})
	}
}
