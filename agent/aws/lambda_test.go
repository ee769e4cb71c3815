package aws_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/aws"
)

// zipFunction is a function as Lambda tells of it, made of a zip file.
func zipFunction(name, zip string) message {
	return message{"Configuration": message{
		"FunctionName": name, "FunctionArn": "arn:aws:lambda:" + region + ":" + home + ":function:" + name,
		"PackageType": "Zip", "CodeSha256": sumBase64(zip), "LastModified": "2026-11-03T10:30:00.000+0200", "RevisionId": "1",
	}}
}

// imageFunction is one made of an image.
func imageFunction(name, image, digest string) message {
	f := zipFunction(name, "")
	of := f["Configuration"].(message)
	of["PackageType"], of["CodeSha256"] = "Image", digest
	repository, _, _ := strings.Cut(image, ":")
	f["Code"] = message{"RepositoryType": "ECR", "ImageUri": image, "ResolvedImageUri": repository + "@sha256:" + digest}
	return f
}

func newLambda(t testing.TB, c *cloud, options agent.Lambda) *aws.Lambda {
	t.Helper()
	source, err := aws.NewLambda(t.Context(), options, c.client()...)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestLambda_Look(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options agent.Lambda
		want    map[string]string
	}{
		"All":   {agent.Lambda{}, map[string]string{"pay": sumHex("zip 1"), "pay-test": sumHex("zip 2"), "mail": sumHex("zip 3"), "111.dkr.ecr.eu-west-1.amazonaws.com/web:1": sumA}},
		"Some":  {agent.Lambda{Functions: []string{"pay*"}}, map[string]string{"pay": sumHex("zip 1"), "pay-test": sumHex("zip 2")}},
		"Not":   {agent.Lambda{Functions: []string{"pay*"}, ExcludeFunctions: []string{"*-test"}}, map[string]string{"pay": sumHex("zip 1")}},
		"None":  {agent.Lambda{Functions: []string{"nothing"}}, nil},
		"Image": {agent.Lambda{Functions: []string{"img"}}, map[string]string{"111.dkr.ecr.eu-west-1.amazonaws.com/web:1": sumA}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.functions[home+"/"+region] = []message{
				zipFunction("pay", "zip 1"), zipFunction("pay-test", "zip 2"), zipFunction("mail", "zip 3"),
				imageFunction("img", "111.dkr.ecr.eu-west-1.amazonaws.com/web:1", sumA),
				with(imageFunction("img-gone", "web:2", sumB), "gone", true),
			}
			want := []agent.Instance{}
			for name, digest := range tt.want {
				want = append(want, agent.Instance{Digests: map[string]string{name: digest}, StartedAt: time.Date(2026, 11, 3, 8, 30, 0, 0, time.UTC)})
			}
			if diff := cmp.Diff(want, look(t, newLambda(t, c, tt.options)), anyOrder, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what runs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLambda_Look_Remembers counts how often functions of images are asked for.
func TestLambda_Look_Remembers(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	functions := []message{imageFunction("a", "web:1", sumA), imageFunction("b", "web:2", sumB)}
	c.functions[home+"/"+region] = functions
	source := newLambda(t, c, agent.Lambda{})
	asked := func(want int) {
		t.Helper()
		look(t, source)
		if got := c.counts()["GetFunction"]; got != want {
			t.Errorf("GetFunction was called %d times, want %d", got, want)
		}
	}
	asked(2)
	asked(2)
	functions[0]["Configuration"].(message)["RevisionId"] = "2"
	asked(3)
	c.functions[home+"/"+region] = functions[:1]
	asked(3)
	c.functions[home+"/"+region] = functions
	asked(4) // it was forgotten while it was not there
}

func TestLambda_Look_Refuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(function, configuration message)
		want   string
	}{
		"NoSum":      {func(_, c message) { delete(c, "CodeSha256") }, "no SHA-256"},
		"ShortSum":   {func(_, c message) { c["CodeSha256"] = "YWJj" }, "no SHA-256"},
		"NoBase64":   {func(_, c message) { c["CodeSha256"] = "!" }, "no SHA-256"},
		"NoTime":     {func(_, c message) { delete(c, "LastModified") }, "last modified"},
		"NotDigest":  {func(f, c message) { c["PackageType"] = "Image"; f["Code"] = message{"ImageUri": "web:1"} }, "has no digest"},
		"NoCode":     {func(f, c message) { c["PackageType"] = "Image" }, "tells of none"},
		"NoTimezone": {func(_, c message) { c["LastModified"] = "2026-11-03T10:30:00" }, "last modified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			f := zipFunction("pay", "zip")
			tt.change(f, f["Configuration"].(message))
			c.functions[home+"/"+region] = []message{zipFunction("ok", "zip"), f}
			_, err := newLambda(t, c, agent.Lambda{}).Look(soon(t))
			wantError(t, err, "look at Lambda", "in eu-west-1", "function pay", tt.want)
		})
	}
}

func TestNewLambda_Refuses(t *testing.T) {
	t.Parallel()
	for _, options := range []agent.Lambda{{Functions: []string{"["}}, {ExcludeFunctions: []string{"["}}} {
		_, err := aws.NewLambda(t.Context(), options, newCloud(t).client()...)
		wantError(t, err, "is no pattern")
	}
}
