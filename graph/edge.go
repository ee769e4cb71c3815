package graph

import (
	"context"
	"reflect"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// inline is an edge to what the parent has in it.
func inline[P any](follow func(P) any) edge {
	return edge{follow: func(parent any) any { return follow(parent.(P)) }}
}

// filled is an edge to what is looked up for all parents and put into them.
func filled[P any](fill func(context.Context, *db.DB, *model.Organization, []P) error, follow func(P) any) edge {
	e := edge{fill: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any) error {
		return fill(ctx, d, org, typed[P](parents))
	}}
	if follow != nil {
		e.follow = func(parent any) any { return follow(parent.(P)) }
	}
	return e
}

// one is an edge of an organization to one thing.
func one(find func(*db.DB, context.Context, *model.Organization, arguments) (any, error)) edge {
	return edge{load: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
		value, err := find(d, ctx, org, args)
		if err != nil {
			value = nil
		}
		return sameForAll(parents, answer{value, err})
	}}
}

// list is an edge of an organization to a page of a list.
func list[N any](read func(*db.DB, context.Context, *model.Organization, model.Page) (*model.Connection[N], error)) edge {
	return edge{load: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
		page, err := args.page()
		if err != nil {
			return sameForAll(parents, answer{err: err})
		}
		connection, err := read(d, ctx, org, page)
		if err != nil {
			return sameForAll(parents, answer{err: err})
		}
		return sameForAll(parents, answer{value: connection})
	}}
}

// pages is an edge to a page of a list, for many parents at once.
func pages[P, N any](read func(*db.DB, context.Context, *model.Organization, []P, model.Page) ([]*model.Connection[N], error)) edge {
	return edge{load: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
		page, err := args.page()
		if err != nil {
			return sameForAll(parents, answer{err: err})
		}
		connections, err := read(d, ctx, org, typed[P](parents), page)
		if err != nil {
			return sameForAll(parents, answer{err: err})
		}
		answers := make([]answer, len(parents))
		for i, c := range connections {
			answers[i] = answer{value: c}
		}
		return answers
	}}
}

// each is an edge to one thing of each parent, where each may have an error of
// its own.
func each[P any](find func(context.Context, *db.DB, *model.Organization, []P, arguments) ([]answer, error)) edge {
	return edge{load: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
		answers, err := find(ctx, d, org, typed[P](parents), args)
		if err != nil {
			return sameForAll(parents, answer{err: err})
		}
		return answers
	}}
}

// only is an edge that the organization's callers of one role, and more, may go along.
// For others nothing is read.
func only(role model.Role, e edge) edge {
	return edge{load: func(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
		if err := allowed(ctx, org, role); err != nil {
			return sameForAll(parents, answer{err: err})
		}
		return e.load(ctx, d, org, parents, args)
	}}
}

func sameForAll(parents []any, a answer) []answer {
	answers := make([]answer, len(parents))
	for i := range answers {
		answers[i] = a
	}
	return answers
}

// answersOf answers for each parent with its own.
func answersOf[V any](values []V) []answer {
	answers := make([]answer, len(values))
	for i, v := range values {
		answers[i] = answer{value: v}
	}
	return answers
}

func typed[P any](parents []any) []P {
	out := make([]P, len(parents))
	for i, p := range parents {
		out[i] = p.(P)
	}
	return out
}

func asAny[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// orNothing is the object that a pointer leads to, and nothing for a nil one.
func orNothing[T any](p *T) any {
	if p == nil {
		return nil
	}
	return p
}

// keys are the keys of objects, in their order.
func keys[T any, K any](objects []T, key func(T) K) []K {
	out := make([]K, len(objects))
	for i, o := range objects {
		out[i] = key(o)
	}
	return out
}

// typeName is the name of an object's type in the schema, which is that of its
// type in Go.
func typeName(object any) string {
	t := reflect.TypeOf(object)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
