package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/landfall-dev/landfall/model"
)

// presentError gives every error the one shape that clients know: a message for
// people, extensions.code and, where an input field is at fault,
// extensions.field. What is not meant for users goes to the log only.
func presentError(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := graphql.DefaultErrorPresenter(ctx, err)
		if out.Err == nil { // of the parser, the validation or a limit
			return withCode(out)
		}
		e, ok := errors.AsType[*model.Error](err)
		if !ok || e.Kind == model.KindInternal {
			log.ErrorContext(ctx, "resolve field", "path", out.Path.String(), "err", err)
			e = model.Errorf(model.KindInternal, "internal error; the server's log says more")
		} else if e.Kind == model.KindBusy && e.Err != nil {
			log.WarnContext(ctx, "resolve field", "path", out.Path.String(), "err", err)
		}
		extensions := map[string]any{"code": strings.ToUpper(string(e.Kind))}
		if e.Field != "" {
			extensions["field"] = e.Field
		}
		return &gqlerror.Error{Message: e.Message, Path: out.Path, Locations: out.Locations, Extensions: extensions}
	}
}

// withCode gives an error of gqlgen's own a code if it has none: the query is
// wrong, whatever the reason.
func withCode(e *gqlerror.Error) *gqlerror.Error {
	if e.Extensions == nil {
		e.Extensions = map[string]any{}
	}
	if _, ok := e.Extensions["code"]; !ok {
		e.Extensions["code"] = strings.ToUpper(string(model.KindInvalid))
	}
	return e
}

// recoverPanic logs a panic in a resolver, and tells the client no more than
// that there was an error.
func recoverPanic(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, p any) error {
		log.ErrorContext(ctx, "panic in resolver", "err", fmt.Sprint(p), "stack", string(debug.Stack()))
		return model.Errorf(model.KindInternal, "internal error; the server's log says more")
	}
}
