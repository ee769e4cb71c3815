package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/landfall-dev/landfall/agent"
)

// lastModifiedLayout is how Lambda writes when a function was last changed.
const lastModifiedLayout = "2006-01-02T15:04:05.000-0700"

// Lambda looks at functions of Lambda.
type Lambda struct {
	options agent.Lambda
	places  []place[lambda.Client]
	images  memo[functionRevision, artifact]
}

// functionRevision is a function as it is until somebody changes it.
type functionRevision struct{ arn, code, revision, modified string }

type artifact struct{ name, digest string }

// NewLambda returns a source of the functions that options choose. It returns an error
// as NewECS does.
func NewLambda(ctx context.Context, options agent.Lambda, load ...LoadOption) (*Lambda, error) {
	for _, patterns := range [][]string{options.Functions, options.ExcludeFunctions} {
		if err := agent.Patterns(patterns).Validate(); err != nil {
			return nil, err
		}
	}
	places, err := open(ctx, options.AWS, load, func(cfg sdk.Config) *lambda.Client { return lambda.NewFromConfig(cfg) })
	if err != nil {
		return nil, err
	}
	return &Lambda{options: options, places: places}, nil
}

// Look returns an instance for each function, as it is without a version or alias
// ($LATEST).
//
// A function of a zip file is known by its name and the SHA-256 of the file, a function
// of an image by the image. Functions are there whether anybody calls them or not, and
// in whatever state they are: Lambda lists no states, and one call for each function
// would be too many.
func (l *Lambda) Look(ctx context.Context) ([]agent.Instance, error) {
	end := l.images.begin()
	instances, err := gather(ctx, placesAtATime, l.places, l.lookIn)
	if err == nil && len(instances) > maxInstances {
		err = tooMany(maxInstances)
	}
	if err != nil {
		return nil, fmt.Errorf("look at Lambda: %w", err)
	}
	end()
	return instances, nil
}

// Watch returns agent.ErrCannotWatch.
func (l *Lambda) Watch(context.Context, func()) error { return agent.ErrCannotWatch }

// Close does nothing: there is nothing to let go of.
func (l *Lambda) Close() error { return nil }

func (l *Lambda) lookIn(ctx context.Context, p place[lambda.Client]) ([]agent.Instance, error) {
	functions, err := l.functions(ctx, p.client)
	if err != nil {
		return nil, fmt.Errorf("in %s: list functions: %w", p.name, explain(err))
	}
	return gather(ctx, callsAtATime, functions, func(ctx context.Context, f types.FunctionConfiguration) ([]agent.Instance, error) {
		instances, err := l.instance(ctx, p.client, f)
		if err != nil {
			return nil, fmt.Errorf("in %s: function %s: %w", p.name, sdk.ToString(f.FunctionName), explain(err))
		}
		return instances, nil
	})
}

// functions are those that are chosen.
func (l *Lambda) functions(ctx context.Context, client *lambda.Client) ([]types.FunctionConfiguration, error) {
	list := lambda.NewListFunctionsPaginator(client, &lambda.ListFunctionsInput{})
	return pages(ctx, maxInstances, list, func(page *lambda.ListFunctionsOutput) []types.FunctionConfiguration {
		if page.Functions == nil {
			return nil
		}
		chosen := []types.FunctionConfiguration{}
		for _, f := range page.Functions {
			if agent.Chooses(l.options.Functions, l.options.ExcludeFunctions, sdk.ToString(f.FunctionName)) {
				chosen = append(chosen, f)
			}
		}
		return chosen
	})
}

// instance is a function; none if it is gone by now.
func (l *Lambda) instance(ctx context.Context, client *lambda.Client, f types.FunctionConfiguration) ([]agent.Instance, error) {
	what, err := l.artifact(ctx, client, f)
	if err != nil {
		if _, gone := errors.AsType[*types.ResourceNotFoundException](err); gone {
			return nil, nil
		}
		return nil, err
	}
	if err := checkName(what.name); err != nil {
		return nil, err
	}
	modified, err := time.Parse(lastModifiedLayout, sdk.ToString(f.LastModified))
	if err != nil {
		return nil, fmt.Errorf("read when it was last modified: %w", err)
	}
	return []agent.Instance{{Digests: map[string]string{what.name: what.digest}, StartedAt: modified.UTC()}}, nil
}

// artifact is what a function runs. Which image it is takes a call, of which Lambda
// takes few in a second.
func (l *Lambda) artifact(ctx context.Context, client *lambda.Client, f types.FunctionConfiguration) (artifact, error) {
	if f.PackageType == types.PackageTypeImage {
		revision := functionRevision{
			arn:      sdk.ToString(f.FunctionArn),
			code:     sdk.ToString(f.CodeSha256),
			revision: sdk.ToString(f.RevisionId),
			modified: sdk.ToString(f.LastModified),
		}
		return l.images.get(revision, func() (artifact, error) { return imageOf(ctx, client, f) })
	}
	digest, err := hexSum(sdk.ToString(f.CodeSha256))
	if err != nil {
		return artifact{}, fmt.Errorf("read the sum of its code: %w", err)
	}
	return artifact{sdk.ToString(f.FunctionName), digest}, nil
}

// imageOf asks which image a function was made of.
func imageOf(ctx context.Context, client *lambda.Client, f types.FunctionConfiguration) (artifact, error) {
	out, err := client.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: f.FunctionArn})
	if err != nil {
		return artifact{}, fmt.Errorf("get its image: %w", err)
	}
	if out.Code == nil {
		return artifact{}, errors.New("get its image: Lambda tells of none")
	}
	image, resolved := sdk.ToString(out.Code.ImageUri), sdk.ToString(out.Code.ResolvedImageUri)
	_, digest, _ := strings.Cut(resolved, "@sha256:")
	if !agent.IsDigest(digest) {
		return artifact{}, fmt.Errorf("get its image: %q has no digest", resolved)
	}
	name := agent.ImageName(image)
	if name == "" {
		name = agent.ImageName(resolved)
	}
	return artifact{name, digest}, nil
}
