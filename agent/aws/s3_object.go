package aws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// readsOfAnObject is how often an object is read whose content breaks off: the SDK
// tries calls again, but not what comes after the head of an answer.
const readsOfAnObject = 3

// errChanged is the error of an object that is not what was listed a moment ago.
var errChanged = errors.New("it changes while it is looked at")

// sum is the SHA-256 of an object.
func (s *S3) sum(ctx context.Context, v version) (sum string, err error) {
	if v.hasSum {
		if sum, err = s.keptSum(ctx, v); sum != "" || err != nil {
			return sum, err
		}
	}
	for range readsOfAnObject {
		if sum, err = s.readSum(ctx, v); !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
	}
	return sum, err
}

// keptSum is what S3 keeps with an object; empty if it is not of the whole content.
func (s *S3) keptSum(ctx context.Context, v version) (string, error) {
	out, err := s.place.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket:       &s.bucket,
		Key:          &v.key,
		IfMatch:      &v.etag,
		ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil {
		return "", changedOr(err)
	}
	kept := sdk.ToString(out.ChecksumSHA256)
	// That of an upload in parts is one of their sums, and ends in their number.
	if kept == "" || out.ChecksumType == types.ChecksumTypeComposite || strings.Contains(kept, "-") {
		return "", nil
	}
	return hexSum(kept)
}

// readSum reads an object, of which little is in memory at a time.
func (s *S3) readSum(ctx context.Context, v version) (string, error) {
	out, err := s.place.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &v.key, IfMatch: &v.etag})
	if err != nil {
		return "", changedOr(err)
	}
	defer out.Body.Close()
	hash := sha256.New()
	read, err := io.Copy(hash, io.LimitReader(out.Body, v.size+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read: %w", err)
	case read != v.size:
		return "", fmt.Errorf("%w: it has another size than was listed", errChanged)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// changedOr is errChanged if an object is gone or was written anew, and else the error
// itself.
func changedOr(err error) error {
	switch statusOf(err) {
	case http.StatusNotFound, http.StatusPreconditionFailed:
		return fmt.Errorf("%w: %w", errChanged, err)
	default:
		return err
	}
}

// statusOf is the HTTP status of an error of S3; 0 if it did not answer.
func statusOf(err error) int {
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return answer.HTTPStatusCode()
	}
	return 0
}

// findRegion asks once which region the bucket is in, and from then on talks to that
// one. S3 answers to a wrong region with the right one.
func (s *S3) findRegion(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.region != "" {
		return nil
	}
	configured := s.place.client.Options().Region
	out, err := s.place.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket})
	region := bucketRegion(out, err)
	switch {
	case region == "" && err != nil:
		return err
	case region == "":
		region = configured
	}
	if region != configured {
		s.place.client = s3.New(s.place.client.Options(), func(o *s3.Options) { o.Region = region })
	}
	s.region = region
	return nil
}

// bucketRegion is the region that an answer names; empty if it names none. One that is
// an error names it too, if only the region was wrong.
func bucketRegion(out *s3.HeadBucketOutput, err error) string {
	if err == nil {
		return sdk.ToString(out.BucketRegion)
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok || (statusOf(err) != http.StatusMovedPermanently && statusOf(err) != http.StatusBadRequest) {
		return ""
	}
	return answer.Response.Header.Get("X-Amz-Bucket-Region")
}
