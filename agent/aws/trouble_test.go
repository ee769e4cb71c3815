package aws_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/aws"
)

// busy is a cloud with one of everything.
func busy(t testing.TB, before ...answerFunc) *cloud {
	t.Helper()
	c := newCloud(t, before...)
	c.clusters[home+"/"+region+"/prod"] = []message{task("1", "service:web", container("web", "web:1", "sha256:"+sumA))}
	c.functions[home+"/"+region] = []message{zipFunction("pay", "zip"), imageFunction("img", "web:1", sumA)}
	b := site(c, "a", "hello", "b", "there")
	b.objects["b"].kept, b.objects["b"].kind = sumBase64("there"), "FULL_OBJECT"
	return c
}

// sources are all three kinds, over one cloud.
func sources(t testing.TB, c *cloud, load ...aws.LoadOption) map[string]agent.Source {
	t.Helper()
	load = c.client(load...)
	tasks, err := aws.NewECS(t.Context(), agent.ECS{}, nil, load...)
	if err != nil {
		t.Fatal(err)
	}
	functions, err := aws.NewLambda(t.Context(), agent.Lambda{}, load...)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := aws.NewS3(t.Context(), agent.S3{Bucket: "site"}, load...)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]agent.Source{"ecs": tasks, "lambda": functions, "s3": objects}
}

// operations are all that looks call, with the right that each needs.
var operations = map[string]struct{ service, right string }{
	"ListClusters": {"ecs", "ecs:ListClusters"}, "ListTasks": {"ecs", "ecs:ListTasks"}, "DescribeTasks": {"ecs", "ecs:DescribeTasks"},
	"ListFunctions": {"lambda", "lambda:ListFunctions"}, "GetFunction": {"lambda", "lambda:GetFunction"},
	"HeadBucket": {"s3", "s3:ListBucket"}, "ListObjectsV2": {"s3", "s3:ListBucket"}, "HeadObject": {"s3", "s3:GetObject"}, "GetObject": {"s3", "s3:GetObject"},
}

// TestLook_Trouble has each operation refused in each way in which AWS refuses.
func TestLook_Trouble(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status         int
		codes          map[string]string // by service
		message, wants string
	}{
		"Denied": {
			http.StatusForbidden,
			map[string]string{"ecs": "AccessDeniedException", "lambda": "AccessDeniedException", "s3": "AccessDenied"},
			"Access Denied", "allow the caller RIGHT",
		},
		"DeniedByName": {
			http.StatusForbidden,
			map[string]string{"ecs": "AccessDeniedException", "lambda": "AccessDeniedException", "s3": "AccessDenied"},
			"User: arn:aws:iam::111111111111:user/alice is not authorized to perform: kms:Decrypt on resource: x", "allow the caller kms:Decrypt",
		},
		"Expired": {
			http.StatusBadRequest,
			map[string]string{"ecs": "ExpiredTokenException", "lambda": "ExpiredTokenException", "s3": "ExpiredToken"},
			"The security token included in the request is expired", "the credentials have expired",
		},
		"NotValid": {
			http.StatusBadRequest,
			map[string]string{"ecs": "UnrecognizedClientException", "lambda": "UnrecognizedClientException", "s3": "InvalidAccessKeyId"},
			"The security token included in the request is invalid.", "the credentials are not valid",
		},
	} {
		for operation, of := range operations {
			t.Run(name+operation, func(t *testing.T) {
				t.Parallel()
				c := busy(t, refuse(operation, -1, fault{status: tt.status, code: tt.codes[of.service], message: tt.message}))
				instances, err := sources(t, c)[of.service].Look(soon(t))
				want := strings.ReplaceAll(tt.wants, "RIGHT", of.right)
				if strings.HasPrefix(operation, "Head") { // an answer to HEAD has no body that would tell more
					want = map[bool]string{true: "allow the caller " + of.right, false: "look at S3: bucket site"}[tt.status == http.StatusForbidden]
				}
				wantError(t, err, want)
				if instances != nil {
					t.Errorf("a look that failed returns %v", instances)
				}
			})
		}
	}
}

// TestLook_Throttled: calls that AWS does not take are made again.
func TestLook_Throttled(t *testing.T) {
	t.Parallel()
	codes := map[string]fault{
		"ecs":    {status: http.StatusBadRequest, code: "ThrottlingException", message: "Rate exceeded"},
		"lambda": {status: http.StatusTooManyRequests, code: "TooManyRequestsException", message: "Rate exceeded"},
		"s3":     {status: http.StatusServiceUnavailable, code: "SlowDown", message: "Please reduce your request rate."},
	}
	for operation, of := range operations {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			want := look(t, sources(t, busy(t))[of.service])
			c := busy(t, refuse(operation, 5, codes[of.service]))
			got := look(t, sources(t, c)[of.service])
			if diff := cmp.Diff(want, got, anyOrder); diff != "" {
				t.Errorf("what runs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLook_ThrottledForEver waits between tries as it really does.
func TestLook_ThrottledForEver(t *testing.T) {
	t.Parallel()
	c := busy(t, refuse("", -1, fault{status: http.StatusServiceUnavailable, code: "ThrottlingException", message: "Rate exceeded"}))
	for name, source := range sources(t, c, config.WithRetryer(nil)) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		_, err := source.Look(ctx)
		cancel()
		wantError(t, err, "context deadline exceeded")
		if err != nil && strings.Contains(err.Error(), "no more calls") {
			t.Errorf("%s was cut off, and says something else: %v", name, err)
		}
	}
}

// TestLook_HalfDown: one of the regions, or one of the accounts, does not answer.
func TestLook_HalfDown(t *testing.T) {
	t.Parallel()
	const other = "222222222222"
	down := func(c call) (message, *fault) {
		if c.region == "us-east-1" && c.service != "sts" {
			return nil, &fault{status: http.StatusServiceUnavailable, body: "down"}
		}
		return nil, nil
	}
	untrusting := func(c call) (message, *fault) {
		if role, _ := c.in["RoleArn"].(string); strings.Contains(role, other) {
			return nil, &fault{status: http.StatusForbidden, code: "AccessDenied", message: "User: x is not authorized to perform: sts:AssumeRole on resource: " + role}
		}
		return nil, nil
	}
	t.Run("Region", func(t *testing.T) {
		t.Parallel()
		c := busy(t, down)
		if got := look(t, newECS(t, c, agent.ECS{}, nil)); len(got) != 1 {
			t.Errorf("in the region that answers runs %v", got)
		}
		_, err := newECS(t, c, agent.ECS{AWS: agent.AWS{Regions: []string{region, "us-east-1"}}}, nil).Look(soon(t))
		wantError(t, err, "in us-east-1: list clusters", "503")
	})
	t.Run("Account", func(t *testing.T) {
		t.Parallel()
		roles := []string{"arn:aws:iam::" + home + ":role/look", "arn:aws:iam::" + other + ":role/look"}
		_, err := newLambda(t, busy(t, untrusting), agent.Lambda{AWS: agent.AWS{Roles: roles}}).Look(soon(t))
		wantError(t, err, "in eu-west-1 as arn:aws:iam::222222222222:role/look", "have the role trust the caller")
	})
}

// TestLook_NobodyListens asks at an address at which nothing is.
func TestLook_NobodyListens(t *testing.T) {
	t.Parallel()
	var listen net.ListenConfig
	l, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	for _, source := range sources(t, newCloud(t), config.WithBaseEndpoint(url)) {
		_, err := source.Look(soon(t))
		wantError(t, err, "the endpoint does not answer")
	}
}

// TestConfiguration is what people set. It sets it in the environment, and so runs
// beside no other test.
func TestConfiguration(t *testing.T) {
	c := busy(t)
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	t.Setenv("AWS_CONFIG_FILE", dir+"/config")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", dir+"/credentials")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")

	t.Run("NoRegion", func(t *testing.T) {
		_, err := aws.NewECS(t.Context(), agent.ECS{}, nil)
		wantError(t, err, "set --region or AWS_REGION")
	})
	t.Run("NoProfile", func(t *testing.T) {
		_, err := aws.NewLambda(t.Context(), agent.Lambda{AWS: agent.AWS{Profile: "none"}})
		wantError(t, err, "read the configuration of AWS", "none")
	})
	t.Setenv("AWS_ENDPOINT_URL", c.url)
	t.Run("NoCredentials", func(t *testing.T) {
		source, err := aws.NewECS(t.Context(), agent.ECS{AWS: agent.AWS{Regions: []string{region}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.Look(soon(t))
		wantError(t, err, "in eu-west-1", "no credentials of AWS were found")
	})
	t.Run("Profile", func(t *testing.T) {
		write(t, dir+"/config", "[profile work]\nregion = "+region+"\n")
		write(t, dir+"/credentials", "[work]\naws_access_key_id = "+homeKey+"\naws_secret_access_key = secret\n")
		source, err := aws.NewECS(t.Context(), agent.ECS{AWS: agent.AWS{Profile: "work"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := look(t, source); len(got) != 1 {
			t.Errorf("what runs: %v", got)
		}
	})
	t.Setenv("AWS_ACCESS_KEY_ID", homeKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", region)
	t.Run("EndpointOfOneService", func(t *testing.T) {
		t.Setenv("AWS_ENDPOINT_URL_S3", c.url)
		t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
		source, err := aws.NewS3(t.Context(), agent.S3{Bucket: "site"})
		if err != nil {
			t.Fatal(err)
		}
		if got := look(t, source); len(got) != 1 {
			t.Errorf("what is there: %v", got)
		}
	})
	t.Run("Attempts", func(t *testing.T) {
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		busy := newCloud(t, refuse("ListClusters", 1, fault{status: http.StatusBadRequest, code: "ThrottlingException"}))
		t.Setenv("AWS_ENDPOINT_URL", busy.url)
		source, err := aws.NewECS(t.Context(), agent.ECS{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = source.Look(soon(t))
		wantError(t, err, "look less often")
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, source := range sources(t, busy(t)) {
		for _, finding := range source.Check(soon(t)) {
			if finding.Level != agent.LevelOK || finding.Mend != "" || !strings.Contains(finding.What, "in eu-west-1") {
				t.Errorf("%s: %+v", name, finding)
			}
		}
	}
}

// TestCheck_Denied: each operation that is denied is named, with the right to give.
func TestCheck_Denied(t *testing.T) {
	t.Parallel()
	for operation, of := range operations {
		if operation == "GetObject" { // it needs the right that HeadObject needs
			continue
		}
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			c := busy(t, refuse(operation, -1, fault{status: http.StatusForbidden, code: "AccessDenied", message: "Access Denied"}))
			findings := sources(t, c)[of.service].Check(soon(t))
			last := findings[len(findings)-1]
			if last.Level != agent.LevelProblem || last.Mend != "allow the caller "+of.right || last.Detail == "" {
				t.Errorf("the last finding is %+v", last)
			}
		})
	}
	t.Run("GetCallerIdentity", func(t *testing.T) {
		t.Parallel()
		c := busy(t, refuse("GetCallerIdentity", -1, fault{status: http.StatusForbidden, code: "ExpiredToken", message: "expired"}))
		for name, source := range sources(t, c) {
			findings := source.Check(soon(t))
			if len(findings) != 1 || !strings.Contains(findings[0].Mend, "have expired") {
				t.Errorf("%s: %+v", name, findings)
			}
		}
	})
}

// TestCheck_Nothing: that nothing is chosen is worth a warning. A cluster without tasks
// is not, and the right to describe them is tried all the same.
func TestCheck_Nothing(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	site(c)
	for name, source := range sources(t, c) {
		findings := source.Check(soon(t))
		if last := findings[len(findings)-1]; last.Level != agent.LevelWarning || last.Mend == "" {
			t.Errorf("%s: %+v", name, last)
		}
	}
	c.clusters[home+"/"+region+"/prod"] = []message{}
	var got []string
	for _, finding := range newECS(t, c, agent.ECS{}, nil).Check(soon(t)) {
		got = append(got, fmt.Sprint(finding.Level, " ", finding.What, ": ", finding.Detail))
	}
	want := []string{
		"0 sign in in eu-west-1: arn:aws:iam::111111111111:user/alice",
		"0 list clusters in eu-west-1: 1 are chosen",
		"0 list tasks of prod in eu-west-1: 0 are there",
		"0 describe a task of prod in eu-west-1: 0 is there",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
