// Package aws looks at what runs in Amazon Web Services: tasks of ECS, functions of
// Lambda, and the objects of a bucket of S3.
//
// Credentials, regions and endpoints are found as every program on AWS's SDK finds
// them: variables such as AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL, the shared
// configuration, web identities, the roles of tasks, pods and machines. What an agent
// says in its own configuration (agent.AWS) comes first.
//
// A source may look in several regions, and in several accounts through roles that it
// assumes. It looks at them side by side, and if one of them does not answer, the look
// is an error that names it.
package aws

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
)

// What a look takes in at most, and how much is asked for at a time.
const (
	maxInstances = 20_000  // tasks or functions
	maxObjects   = 200_000 // of a bucket
	maxName      = 500     // bytes of the name of an artifact

	placesAtATime = 4 // regions and accounts
	callsAtATime  = 4 // in each of them
)

// gather calls do for each of many, some at a time, and returns all that the calls
// give, in order. The first error ends the others.
func gather[In, Out any](ctx context.Context, atATime int, all []In, do func(context.Context, In) ([]Out, error)) ([]Out, error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atATime)
	outs := make([][]Out, len(all))
	for i, in := range all {
		group.Go(func() (err error) {
			outs[i], err = do(ctx, in)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(outs...), nil
}

// pager is what the SDK's paginators have in common.
type pager[Page, Options any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Page, error)
}

// errNoList is the error of an answer without what was asked for. The SDK makes an
// empty list of an answer that is no answer, which is not to be taken for nothing.
var errNoList = errors.New("the answer holds no list: whatever answers at this endpoint is not AWS")

// pages reads all pages of a list, and returns an error if they hold more than most.
// items are those of a page; nil if it holds no list.
func pages[Page, Options, T any](ctx context.Context, most int, p pager[Page, Options], items func(*Page) []T) ([]T, error) {
	var all []T
	for p.HasMorePages() {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		some := items(page)
		if some == nil {
			return nil, errNoList
		}
		all = append(all, some...)
		if len(all) > most {
			return nil, tooMany(most)
		}
	}
	return all, nil
}

// hexSum turns a SHA-256 as AWS writes it, in base64, into what reports have.
func hexSum(base64Sum string) (string, error) {
	sum, err := base64.StdEncoding.DecodeString(base64Sum)
	if err != nil || len(sum) != sha256.Size {
		return "", fmt.Errorf("%q is no SHA-256", base64Sum)
	}
	return hex.EncodeToString(sum), nil
}

func tooMany(most int) error {
	return fmt.Errorf("there are more than %d: choose fewer, or make several environments of them", most)
}

func checkName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("the name %.40q... is longer than %d bytes", name, maxName)
	}
	return nil
}
