package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
)

// namedCredentials are credentials whose errors can be told from those of the call
// that they were for.
type namedCredentials struct{ sdk.CredentialsProvider }

func (c namedCredentials) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	credentials, err := c.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		err = &credentialsError{err}
	}
	return credentials, err
}

type credentialsError struct{ error }

func (e *credentialsError) Unwrap() error { return e.error }

// explain adds to an error what to do about it, where that is known.
func explain(err error) error {
	if what := mend(err); what != "" {
		return fmt.Errorf("%w: %s", err, what)
	}
	return err
}

// mend says what to do about an error of AWS; nothing if that is not known.
func mend(err error) string {
	var api smithy.APIError
	var sso *ssocreds.InvalidTokenError
	missing, noCredentials := errors.AsType[*credentialsError](err)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ""
	case errors.As(err, &sso):
		return "the sign-in has expired: run aws sso login"
	case noCredentials && !errors.As(missing.error, &api):
		return "no credentials of AWS were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or --profile, or run where a role is given"
	case errors.As(err, &api):
		return mendAPI(err, api)
	case isNetwork(err):
		return "the endpoint does not answer: check the name of the region, and that this machine may connect to it"
	default:
		return ""
	}
}

func isNetwork(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok
}

// mendAPI goes by the codes of errors, which differ from one API to the next.
func mendAPI(err error, api smithy.APIError) string {
	switch api.ErrorCode() {
	case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "Forbidden":
		action := permission(err, api)
		if action == "sts:AssumeRole" {
			return "allow the caller sts:AssumeRole on the role, and have the role trust the caller"
		}
		return "allow the caller " + action
	case "ExpiredTokenException", "ExpiredToken", "RequestExpired", "TokenRefreshRequired":
		return "the credentials have expired: sign in again, or give the agent a role, whose credentials are renewed"
	case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException":
		return "the credentials are not valid: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or --profile"
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded":
		return "AWS takes no more calls from this account for now: look less often, with a longer --interval"
	case "NoSuchBucket":
		return "check the name of the bucket"
	case "InvalidObjectState":
		return "the object is in an archive and cannot be read: leave it out, with --exclude"
	default:
		return ""
	}
}

// permission is the action of IAM that an error is about: the one that its message
// names, or the one that the call needs.
func permission(err error, api smithy.APIError) string {
	if _, named, ok := strings.Cut(api.ErrorMessage(), "not authorized to perform: "); ok && strings.Contains(named, ":") {
		return strings.TrimRight(strings.Fields(named)[0], ".,")
	}
	service, operation := innermost(err)
	switch operation {
	case "ListObjectsV2", "HeadBucket":
		operation = "ListBucket"
	case "HeadObject":
		operation = "GetObject"
	}
	return strings.ToLower(service) + ":" + operation
}

// innermost is the operation that failed first: a role that is assumed for a call is
// one within another.
func innermost(err error) (service, operation string) {
	for {
		op, ok := errors.AsType[*smithy.OperationError](err)
		if !ok {
			return service, operation
		}
		service, operation, err = op.ServiceID, op.OperationName, op.Err
	}
}
