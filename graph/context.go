package graph

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/model"
)

type contextKey int

const (
	callerKey contextKey = iota
	answersKey
	sessionKey
	streamEndKey
	selectionKey
)

// withCaller and withAnswers put into the context of a request what it carries:
// who is asking, and what was loaded for it.
func withCaller(ctx context.Context, c *model.Caller) context.Context {
	return context.WithValue(ctx, callerKey, c)
}

func callerFrom(ctx context.Context) *model.Caller {
	return ctx.Value(callerKey).(*model.Caller)
}

func withAnswers(ctx context.Context) context.Context {
	return context.WithValue(ctx, answersKey, newAnswers())
}

func answersFrom(ctx context.Context) *answers {
	return ctx.Value(answersKey).(*answers)
}

func withSession(ctx context.Context, s *session) context.Context {
	return context.WithValue(ctx, sessionKey, s)
}

func sessionFrom(ctx context.Context) *session {
	return ctx.Value(sessionKey).(*session)
}

func withStreamEnd(ctx context.Context) (context.Context, *streamEnd) {
	end := new(streamEnd)
	return context.WithValue(ctx, streamEndKey, end), end
}

func streamEndFrom(ctx context.Context) *streamEnd {
	return ctx.Value(streamEndKey).(*streamEnd)
}

// withSelection puts in what is asked below the field that is being loaded.
func withSelection(ctx context.Context, selection ast.SelectionSet) context.Context {
	return context.WithValue(ctx, selectionKey, selection)
}

func selectionFrom(ctx context.Context) ast.SelectionSet {
	return ctx.Value(selectionKey).(ast.SelectionSet)
}
