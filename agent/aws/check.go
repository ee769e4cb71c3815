package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/landfall-dev/landfall/agent"
)

// noTask is the id of no task, to ask for when none runs.
const noTask = "00000000000000000000000000000000"

// report is what the checks of one place have found.
type report struct {
	place    string
	findings []agent.Finding
}

// add notes the outcome of a check, and reports whether all is well.
func (r *report) add(what, detail string, err error) bool {
	finding := agent.Finding{What: what + " in " + r.place, Detail: detail}
	if err != nil {
		finding.Level, finding.Detail, finding.Mend = agent.LevelProblem, err.Error(), mend(err)
		if finding.Mend == "" {
			finding.Mend = "see what the error says, and https://health.aws.amazon.com/health/status"
		}
	}
	r.findings = append(r.findings, finding)
	return err == nil
}

// none notes that there is nothing of what was chosen.
func (r *report) none(what, mend string) {
	r.findings = append(r.findings, agent.Finding{What: what + " in " + r.place, Detail: "none is chosen", Mend: mend, Level: agent.LevelWarning})
}

// checkIn begins the checks of a place with who the caller is.
func checkIn[Client any](ctx context.Context, p place[Client], rest func(*report)) []agent.Finding {
	r := &report{place: p.name}
	out, err := p.identity.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	detail := ""
	if err == nil {
		detail = sdk.ToString(out.Arn)
	}
	if r.add("sign in", detail, err) {
		rest(r)
	}
	return r.findings
}

// Check tries in each place each of the calls that a look makes.
func (e *ECS) Check(ctx context.Context) []agent.Finding {
	var findings []agent.Finding
	for _, p := range e.places {
		findings = append(findings, checkIn(ctx, p, func(r *report) { e.check(ctx, p.client, r) })...)
	}
	return findings
}

func (e *ECS) check(ctx context.Context, client *ecs.Client, r *report) {
	clusters, err := e.clusters(ctx, client)
	if !r.add("list clusters", fmt.Sprintf("%d are chosen", len(clusters)), err) {
		return
	}
	if len(clusters) == 0 {
		r.none("look at a cluster", "check the names of --cluster and the region")
		return
	}
	arns, err := tasks(ctx, client, clusters[0])
	if !r.add("list tasks of "+lastPart(clusters[0]), fmt.Sprintf("%d are there", len(arns)), err) {
		return
	}
	if len(arns) == 0 {
		arns = []string{noTask}
	}
	found, err := describe(ctx, client, clusters[0], arns[:1])
	r.add("describe a task of "+lastPart(clusters[0]), fmt.Sprintf("%d is there", len(found)), err)
}

// Check tries in each place each of the calls that a look makes.
func (l *Lambda) Check(ctx context.Context) []agent.Finding {
	var findings []agent.Finding
	for _, p := range l.places {
		findings = append(findings, checkIn(ctx, p, func(r *report) { l.check(ctx, p.client, r) })...)
	}
	return findings
}

func (l *Lambda) check(ctx context.Context, client *lambda.Client, r *report) {
	functions, err := l.functions(ctx, client)
	if !r.add("list functions", fmt.Sprintf("%d are chosen", len(functions)), err) {
		return
	}
	if len(functions) == 0 {
		r.none("look at a function", "check the names of --function and the region")
		return
	}
	i := slices.IndexFunc(functions, func(f types.FunctionConfiguration) bool { return f.PackageType == types.PackageTypeImage })
	if i >= 0 {
		image, err := imageOf(ctx, client, functions[i])
		r.add("get the image of a function", image.name, err)
	}
}

// Check tries each of the calls that a look makes.
func (s *S3) Check(ctx context.Context) []agent.Finding {
	return checkIn(ctx, s.place, func(r *report) { s.check(ctx, r) })
}

func (s *S3) check(ctx context.Context, r *report) {
	if err := s.findRegion(ctx); !r.add("find the region of bucket "+s.bucket, s.region, err) {
		return
	}
	out, err := s.place.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: sdk.String(s.choice.Prefix())})
	if err == nil && out.Name == nil {
		err = errNoList
	}
	if !r.add("list objects of "+s.bucket, "the first page is there", err) {
		return
	}
	for _, object := range out.Contents {
		if v := versionOf(object); !v.isFolder() && s.choice.Takes(v.key) {
			_, err := s.place.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &v.key})
			r.add("read an object of "+s.bucket, strings.ToValidUTF8(v.key, "?"), err)
			return
		}
	}
	r.none("read an object of "+s.bucket, "check the patterns of --include and --exclude")
}
