package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/graph/scalar"
	"github.com/landfall-dev/landfall/model"
)

// An edge is a field that leads from objects of one type to others. follow says
// where it leads from one parent, if that is in the parent already. load looks it
// up for many parents at once; with fill, into the parents, so that follow finds
// it there, and otherwise into the request's answers, for a resolver.
type edge struct {
	load   func(ctx context.Context, db *db.DB, org *model.Organization, parents []any, args arguments) []answer
	fill   func(ctx context.Context, db *db.DB, org *model.Organization, parents []any) error
	follow func(parent any) any
}

// answer is what a field leads to from one parent: a value, nil, or an error.
type answer struct {
	value any
	err   error
}

// arguments are the arguments of a field, as the query has them.
type arguments map[string]any

func (a arguments) page() (model.Page, error) {
	var first *int
	if a["first"] != nil {
		n, err := a.number("first")
		if err != nil {
			return model.Page{}, model.Invalid("first", "first is %v, and must be from 1 to %d", a["first"], model.MaxPageSize)
		}
		first = &n
	}
	var after *model.Cursor
	if s, ok := a["after"].(string); ok {
		after = new(model.Cursor)
		*after = model.Cursor(s)
	}
	return model.NewPage(first, after)
}

// number is a number as a query or its variables have it.
func (a arguments) number(name string) (int, error) {
	switch n := a[name].(type) {
	case int64:
		return int(n), nil
	case int:
		return n, nil
	case json.Number:
		i, err := n.Int64()
		if err == nil {
			return int(i), nil
		}
	}
	return 0, model.Invalid(name, "%s is %v, and must be a number", name, a[name])
}

func (a arguments) direction() (model.OrderDirection, error) {
	direction := model.OrderDescending
	if a["direction"] == nil {
		return direction, nil
	}
	return direction, direction.UnmarshalGQL(a["direction"])
}

// moment is a time that was given; nil for none.
func (a arguments) moment(name string) (*time.Time, error) {
	if a[name] == nil {
		return nil, nil
	}
	at, err := scalar.UnmarshalDateTime(a[name])
	if err != nil {
		return nil, model.Invalid(name, "%v", err)
	}
	return &at, nil
}

func (a arguments) is(name string) bool {
	b, _ := a[name].(bool)
	return b
}

// texts are a list of texts. GraphQL takes one for a list of one.
func (a arguments) texts(name string) []string {
	switch given := a[name].(type) {
	case string:
		return []string{given}
	case []any:
		texts := make([]string, len(given))
		for i, text := range given {
			texts[i], _ = text.(string)
		}
		return texts
	case []string:
		return given
	}
	return nil
}

func (a arguments) text(name string) string {
	s, _ := a[name].(string)
	return s
}

// answers holds what was loaded for one request, by parent and by the place in the
// query where it is asked for. One object may be in several places of the answer,
// and what is asked of it differs from place to place.
//
// A subscription asks again for each event. What was loaded for the events before is
// kept while the last of them may still be written out, and no longer.
type answers struct {
	mu      sync.Mutex
	byPlace map[place]answer
	before  map[place]answer
}

// place is where in a query something is asked of a parent. Where a field is
// written more than once for one object, it is the first of them, for the walk and
// for gqlgen.
type place struct {
	parent any
	field  *ast.Field
}

func newAnswers() *answers { return &answers{byPlace: map[place]answer{}} }

func (a *answers) put(p place, to answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byPlace[p] = to
}

func (a *answers) get(p place) (answer, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.byPlace[p]
	if !ok {
		found, ok = a.before[p]
	}
	return found, ok
}

// turn begins to load for the next events of a subscription.
func (a *answers) turn() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.before, a.byPlace = a.byPlace, map[place]answer{}
}

// walker loads what a selection asks of many objects, level by level.
type walker struct {
	db     *db.DB
	schema *ast.Schema
	// satisfied holds for each object type its name and those of its interfaces
	// and unions: what the type condition of a fragment may be.
	satisfied map[string][]string
}

func newWalker(db *db.DB, schema *ast.Schema) *walker {
	satisfied := map[string][]string{}
	for name, definition := range schema.Types {
		if definition.Kind != ast.Object {
			continue
		}
		satisfied[name] = []string{name}
		for _, abstract := range schema.GetImplements(definition) {
			satisfied[name] = append(satisfied[name], abstract.Name)
		}
	}
	return &walker{db: db, schema: schema, satisfied: satisfied}
}

// walk loads what a selection asks of objects, which may be of several types,
// and goes on with what it finds.
func (w *walker) walk(ctx context.Context, org *model.Organization, objects []any, selection ast.SelectionSet) {
	for _, b := range w.batches(ctx, objects, selection) {
		w.walkField(ctx, org, b.edge, b.parents, b.field)
	}
}

// batch is one field of many objects.
type batch struct {
	edge    edge
	field   graphql.CollectedField
	parents []any
}

// batches are the fields that a selection asks of objects. A field of an interface
// is one for the objects of all its types.
func (w *walker) batches(ctx context.Context, objects []any, selection ast.SelectionSet) []*batch {
	byType := map[string][]any{}
	var order []string
	seen := make(map[any]struct{}, len(objects))
	for _, o := range objects {
		if _, again := seen[o]; again { // several lead to it, and what is asked of it is the same
			continue
		}
		seen[o] = struct{}{}
		name := typeName(o)
		if byType[name] == nil {
			order = append(order, name)
		}
		byType[name] = append(byType[name], o)
	}
	var batches []*batch
	for _, name := range order {
		for _, f := range graphql.CollectFields(graphql.GetOperationContext(ctx), selection, w.satisfied[name]) {
			e, ok := edges[name][f.Name]
			if !ok {
				continue
			}
			same := slices.IndexFunc(batches, func(b *batch) bool {
				return b.field.Field == f.Field && slices.Equal(b.field.Selections, f.Selections)
			})
			if same < 0 {
				batches = append(batches, &batch{edge: e, field: f})
				same = len(batches) - 1
			}
			batches[same].parents = append(batches[same].parents, byType[name]...)
		}
	}
	return batches
}

// walkField loads one field of objects of one type, and goes on with what it
// finds. Errors stay where a resolver will find them.
func (w *walker) walkField(ctx context.Context, org *model.Organization, e edge, parents []any, f graphql.CollectedField) {
	var children []any
	switch {
	case e.load != nil:
		args := arguments(f.ArgumentMap(graphql.GetOperationContext(ctx).Variables))
		for i, a := range e.load(withSelection(ctx, f.Selections), w.db, org, parents, args) {
			answersFrom(ctx).put(place{parents[i], f.Field}, a)
			children = append(children, members(a.value)...)
		}
	default:
		if e.fill != nil {
			if err := e.fill(ctx, w.db, org, parents); err != nil {
				graphql.AddError(ctx, err)
				return
			}
		}
		for _, p := range parents {
			if e.follow != nil {
				children = append(children, members(e.follow(p))...)
			}
		}
	}
	if len(children) == 0 {
		return
	}
	for _, selection := range w.below(ctx, f) {
		w.walk(ctx, org, children, selection)
	}
}

// below are the selections on what a field leads to: on the nodes, for a page, and
// on those of its edges.
func (w *walker) below(ctx context.Context, f graphql.CollectedField) []ast.SelectionSet {
	connection := f.Definition.Type.Name()
	if definition := w.schema.Types[connection]; definition == nil || definition.Fields.ForName("pageInfo") == nil {
		return []ast.SelectionSet{f.Selections}
	}
	op := graphql.GetOperationContext(ctx)
	var selections []ast.SelectionSet
	for _, part := range graphql.CollectFields(op, f.Selections, []string{connection}) {
		switch part.Name {
		case "nodes":
			selections = append(selections, part.Selections)
		case "edges":
			edgeType := part.Definition.Type.Name()
			for _, node := range graphql.CollectFields(op, part.Selections, []string{edgeType}) {
				if node.Name == "node" {
					selections = append(selections, node.Selections)
				}
			}
		}
	}
	return selections
}

// members are the objects that an answer has: the nodes of a page, the members
// of a list, or the one that it is.
func members(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case interface{ Members() []any }:
		return v.Members()
	case []any:
		return v
	default:
		return []any{v}
	}
}

// load answers the field that is being resolved, from what was loaded for its
// parent's whole list. The fields of an organization are where loading begins.
func load[T any](ctx context.Context, r *Resolver, parent any) (T, error) {
	var none T
	field := graphql.GetFieldContext(ctx).Field
	at := place{parent, field.Field}
	found, ok := answersFrom(ctx).get(at)
	if org, isRoot := parent.(*model.Organization); !ok && isRoot {
		r.walker.walkField(ctx, org, edges["Organization"][field.Name], []any{org}, field)
		found, ok = answersFrom(ctx).get(at)
	}
	switch {
	case !ok:
		return none, fmt.Errorf("nobody loaded %s of %T", field.Name, parent)
	case found.err != nil || found.value == nil:
		return none, found.err
	}
	return found.value.(T), nil
}

// below loads what is asked of an object that a resolver returns, and returns it.
func below[T any](ctx context.Context, r *Resolver, org *model.Organization, object T) T {
	r.walker.walk(ctx, org, []any{object}, graphql.GetFieldContext(ctx).Field.Selections)
	return object
}
