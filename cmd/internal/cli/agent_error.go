package cli

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// codes are those of the server's errors, by the status with which they come where
// reports are taken.
var codes = map[int]api.Code{
	http.StatusBadRequest:            api.CodeInvalid,
	http.StatusUnauthorized:          api.CodeUnauthenticated,
	http.StatusForbidden:             api.CodeForbidden,
	http.StatusNotFound:              api.CodeNotFound,
	http.StatusRequestEntityTooLarge: api.CodeTooLarge,
	http.StatusUnprocessableEntity:   api.CodeInvalid,
}

// reportError is an error of a report as the API would have it, with what to do about
// an environment that is not there.
func reportError(err error, environment, kind string) error {
	refused, ok := errors.AsType[*agent.RefusedError](err)
	if !ok || codes[refused.Status] == "" {
		return err
	}
	message := refused.Message
	if refused.Status == http.StatusNotFound {
		message += fmt.Sprintf("\nCreate it: landfall create environment %s --type %s, or report with --auto-environment", environment, kind)
	}
	return &api.Error{Code: codes[refused.Status], Message: message, Err: err}
}
