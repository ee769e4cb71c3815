package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// looksAtABucket is how often a bucket is listed in one look, if it changes meanwhile.
const looksAtABucket = 3

// S3 looks at the objects of a bucket of S3.
type S3 struct {
	bucket string
	choice fingerprint.Choice
	place  place[s3.Client]
	sums   memo[version, string]

	mu     sync.Mutex
	region string // of the bucket, once it is known
}

// NewS3 returns a source of the objects that options choose. It returns an error as
// NewECS does, and if options names no bucket, or several regions or roles: a bucket is
// in one place. That it is in another region than options says is no error.
func NewS3(ctx context.Context, options agent.S3, load ...LoadOption) (*S3, error) {
	if options.Bucket == "" {
		return nil, errors.New("say which bucket to look at")
	}
	if len(options.Regions) > 1 || len(options.Roles) > 1 {
		return nil, errors.New("a bucket is in one region, and is read as one role: name one of each")
	}
	if err := checkName(options.Bucket); err != nil {
		return nil, err
	}
	choice, err := fingerprint.NewChoice(options.Includes, options.Excludes)
	if err != nil {
		return nil, err
	}
	places, err := open(ctx, options.AWS, load, func(cfg sdk.Config) *s3.Client { return s3.NewFromConfig(cfg, ofEndpoint) })
	if err != nil {
		return nil, err
	}
	return &S3{bucket: options.Bucket, choice: choice, place: places[0]}, nil
}

// ofEndpoint has the bucket in the path if the endpoint is somebody's own: few of them
// have a name for each bucket.
func ofEndpoint(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }

// Look returns one instance if any object is chosen: the bucket, with the fingerprint
// that a directory of the same files has, and with the time of the newest. Markers of
// folders, which are empty and end in a slash, are left out.
//
// The SHA-256 of an object is what S3 keeps with it. Of objects that were uploaded
// without one, or in parts, the content is read, once for each version.
func (s *S3) Look(ctx context.Context) ([]agent.Instance, error) {
	var err error
	for range looksAtABucket {
		var instances []agent.Instance
		if instances, err = s.look(ctx); err == nil {
			return instances, nil
		}
		if !errors.Is(err, errChanged) {
			break
		}
	}
	return nil, fmt.Errorf("look at S3: bucket %s: %w", s.bucket, explain(err))
}

// Watch returns agent.ErrCannotWatch.
func (s *S3) Watch(context.Context, func()) error { return agent.ErrCannotWatch }

// Close does nothing: there is nothing to let go of.
func (s *S3) Close() error { return nil }

func (s *S3) look(ctx context.Context) ([]agent.Instance, error) {
	if err := s.findRegion(ctx); err != nil {
		return nil, fmt.Errorf("find its region: %w", err)
	}
	end := s.sums.begin()
	versions, err := s.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("list objects: %w", err)
	}
	if len(versions) == 0 {
		end()
		return []agent.Instance{}, nil
	}
	sum, err := s.fingerprint(ctx, versions)
	if err != nil {
		return nil, err
	}
	end()
	return []agent.Instance{{Digests: map[string]string{s.bucket: sum}, StartedAt: newest(versions)}}, nil
}

// version is an object as it is until somebody writes it anew.
type version struct {
	key, etag string
	size      int64
	modified  int64 // Unix seconds
	hasSum    bool  // a SHA-256 of the whole is kept with it
}

// list returns the objects that are chosen.
func (s *S3) list(ctx context.Context) ([]version, error) {
	list := s3.NewListObjectsV2Paginator(s.place.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: sdk.String(s.choice.Prefix())})
	return pages(ctx, maxObjects, list, func(page *s3.ListObjectsV2Output) []version {
		if page.Name == nil {
			return nil
		}
		chosen := []version{}
		for _, object := range page.Contents {
			if v := versionOf(object); !v.isFolder() && s.choice.Takes(v.key) {
				chosen = append(chosen, v)
			}
		}
		return chosen
	})
}

func versionOf(o types.Object) version {
	return version{
		key:      sdk.ToString(o.Key),
		etag:     sdk.ToString(o.ETag),
		size:     sdk.ToInt64(o.Size),
		modified: sdk.ToTime(o.LastModified).Unix(),
		hasSum:   o.ChecksumType != types.ChecksumTypeComposite && slices.Contains(o.ChecksumAlgorithm, types.ChecksumAlgorithmSha256),
	}
}

func (v version) isFolder() bool { return v.size == 0 && strings.HasSuffix(v.key, "/") }

func newest(versions []version) time.Time {
	last := slices.MaxFunc(versions, func(a, b version) int { return int(a.modified - b.modified) })
	return time.Unix(last.modified, 0).UTC()
}

// fingerprint is that of a directory of the same files.
func (s *S3) fingerprint(ctx context.Context, versions []version) (string, error) {
	sums, err := gather(ctx, callsAtATime, versions, func(ctx context.Context, v version) ([]string, error) {
		sum, err := s.sums.get(v, func() (string, error) { return s.sum(ctx, v) })
		if err != nil {
			return nil, fmt.Errorf("object %s: %w", v.key, err)
		}
		return []string{sum}, nil
	})
	if err != nil {
		return "", err
	}
	var listing fingerprint.Listing
	for i, v := range versions {
		if err := listing.Add(v.key, sums[i]); err != nil {
			return "", err
		}
	}
	return listing.Sum()
}
