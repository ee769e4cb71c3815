package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// The exit codes. They are part of the interface: scripts branch on them.
const (
	ExitOK          = 0   // done
	ExitFailed      = 1   // not done: the server failed, or could not be reached
	ExitUsage       = 2   // used wrongly: the command line or the input is wrong
	ExitNo          = 3   // the answer is "no": something is to be mended, or is not there yet
	ExitSignIn      = 4   // not signed in, or not allowed
	ExitNotFound    = 5   // there is no such thing
	ExitAmbiguous   = 6   // a reference fits several things
	ExitConflict    = 7   // it contradicts what is there
	ExitInterrupted = 130 // interrupted, as shells have it
)

// newExitCodesTopic makes the page of `landfall help exit-codes`.
func newExitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `Every command ends with one of these codes:

    0  done
    1  failed: the server failed, or could not be reached
    2  used wrongly: the command line or the input is wrong (INVALID, TOO_LARGE)
    3  the answer is "no": something is to be mended, or is not there yet
    4  not signed in, or not allowed (UNAUTHENTICATED, FORBIDDEN)
    5  not found (NOT_FOUND)
    6  a reference fits several things (AMBIGUOUS)
    7  it contradicts what is there (CONFLICT)
  130  interrupted

The words in brackets are the codes of the server's errors; they stand at the
end of the error message.`,
	}
}

// usageError is a command line that cannot be understood.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usageErrorf(format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// detailedError is an error with something to show below its message.
type detailedError struct {
	error
	show func(*term.IO)
}

// Unwrap returns the error without its details.
func (e *detailedError) Unwrap() error { return e.error }

// exit tells of an error, if there was one, and returns the exit code.
func (app *App) exit(ctx context.Context, cmd *cobra.Command, err error) int {
	if err == nil {
		return ExitOK
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		app.IO.Note("Interrupted.")
		return ExitInterrupted
	}
	if errors.Is(err, errNo) {
		return ExitNo
	}
	app.IO.Fail(messageOf(err))
	if _, ok := errors.AsType[*usageError](err); ok || !app.started {
		app.IO.Note("Usage: %s", cmd.UseLine())
		app.IO.Note("See: %s --help", cmd.CommandPath())
		return ExitUsage
	}
	if detailed, ok := errors.AsType[*detailedError](err); ok {
		detailed.show(app.IO)
	}
	code := exitCodeOf(api.CodeOf(err))
	if code == ExitSignIn && app.signIn != "" {
		app.IO.Note("The token in use is that of %s.", app.signIn)
	}
	return code
}

// messageOf is the error as people are told it, with the server's code behind
// its first line.
func messageOf(err error) string {
	code := api.CodeOf(err)
	if code == "" {
		return err.Error()
	}
	first, rest, several := strings.Cut(err.Error(), "\n")
	message := fmt.Sprintf("%s (%s)", first, code)
	if several {
		message += "\n" + rest
	}
	return message
}

func exitCodeOf(code api.Code) int {
	switch code {
	case api.CodeInvalid, api.CodeTooLarge:
		return ExitUsage
	case api.CodeUnauthenticated, api.CodeForbidden:
		return ExitSignIn
	case api.CodeNotFound:
		return ExitNotFound
	case api.CodeAmbiguous:
		return ExitAmbiguous
	case api.CodeConflict:
		return ExitConflict
	default:
		return ExitFailed
	}
}

func namesOf(commands []*cobra.Command) string {
	var names []string
	for _, c := range commands {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return strings.Join(names, ", ")
}
