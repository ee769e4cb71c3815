package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/landfall-dev/landfall/model"
)

// operations bounds and prepares each operation, whichever way it came.
type operations struct {
	present graphql.ErrorPresenterFunc
}

// ExtensionName is the name of this extension of the server.
func (operations) ExtensionName() string { return "Operations" }

// Validate accepts any schema.
func (operations) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses a query whose validation would take too long.
func (operations) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if err := checkOverlaps(request.Query); err != nil {
		out := gqlerror.WrapPath(nil, err)
		errcode.Set(out, errcode.ValidationFailed)
		return out
	}
	return nil
}

// InterceptOperation gives an operation a place for what is loaded for it. One that
// comes over a connection that stays open is bounded here in its time, and its caller
// is proven anew when that was long ago.
func (o operations) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	s, kind := sessionFrom(ctx), graphql.GetOperationContext(ctx).Operation.Operation
	switch {
	case kind == ast.Subscription && s.way == byPost:
		return o.refuse(ctx, model.Errorf(model.KindInvalid, "a subscription goes over a websocket (graphql-transport-ws) or as server-sent events: send `Accept: text/event-stream`"))
	case kind == ast.Mutation && s.method == "GET" && s.way == byEventStream:
		return o.refuse(ctx, model.Errorf(model.KindInvalid, "a mutation cannot be sent by GET: send it by POST"))
	}
	caller, err := s.current(ctx)
	if err != nil {
		return o.refuse(ctx, err)
	}
	ctx = withAnswers(withCaller(ctx, caller))
	if kind == ast.Subscription || s.way == byPost { // by POST, the request is bounded
		return next(ctx)
	}
	return inTime(ctx, maxDuration, next)
}

func (o operations) refuse(ctx context.Context, err error) graphql.ResponseHandler {
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{o.present(ctx, err)}})
}

// inTime bounds the time of an operation, until its last response.
func inTime(ctx context.Context, most time.Duration, next graphql.OperationHandler) graphql.ResponseHandler {
	bounded, cancel := context.WithTimeout(ctx, most)
	responses := next(bounded)
	return func(ctx context.Context) *graphql.Response {
		response := responses(ctx)
		if response == nil {
			cancel()
		}
		return response
	}
}
