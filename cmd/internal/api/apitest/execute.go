package apitest

import (
	"errors"
	"reflect"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// Object is a value of the graph: its fields by name. A field is a value, a
// list of Objects, or a Resolver. Where the schema says only an interface or a
// union, the field __typename says which type it is.
type Object map[string]any

// Resolver answers a field that has arguments.
type Resolver func(args map[string]any) (any, error)

// Error is a refusal with a code.
type Error struct {
	Code    string
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Connection answers a connection field with some of the nodes.
func Connection(nodes ...Object) Resolver {
	return func(args map[string]any) (any, error) {
		first, start := 20, 0
		if n, ok := args["first"]; ok && n != nil {
			first = int(reflect.ValueOf(n).Convert(reflect.TypeFor[int64]()).Int())
		}
		if first < 1 || first > 100 {
			return nil, &Error{"INVALID", "first must be from 1 to 100"}
		}
		if after, ok := args["after"].(string); ok {
			n, err := strconv.Atoi(after)
			if err != nil {
				return nil, &Error{"INVALID", "this is no cursor"}
			}
			start = n
		}
		end := min(start+first, len(nodes))
		info := Object{"hasNextPage": end < len(nodes), "hasPreviousPage": start > 0}
		if end > start {
			info["startCursor"], info["endCursor"] = strconv.Itoa(start+1), strconv.Itoa(end)
		}
		return Object{"nodes": nodes[start:end], "pageInfo": info}, nil
	}
}

// Part answers a connection field that may be asked for in part: the nodes come newest
// first. has says whether a node is of an interval or fits a filter.
func Part(nodes []Object, has func(node Object, interval string, filter map[string]any) bool) Resolver {
	return func(args map[string]any) (any, error) {
		interval, _ := args["interval"].(string)
		filter, _ := args["filter"].(map[string]any)
		var fitting []Object
		for _, node := range nodes {
			if has(node, interval, filter) {
				fitting = append(fitting, node)
			}
		}
		if args["direction"] == "ASC" {
			slices.Reverse(fitting)
		}
		return Connection(fitting...)(args)
	}
}

// execution is the answering of one operation.
type execution struct {
	server    *Server
	variables map[string]any
	errors    []any
}

// object answers the fields that are asked for about one object.
func (e *execution) object(o Object, definition *ast.Definition, selection ast.SelectionSet) map[string]any {
	if name, ok := o["__typename"].(string); ok {
		definition = e.server.schema.Types[name]
	}
	answer := map[string]any{}
	for _, selected := range selection {
		switch s := selected.(type) {
		case *ast.Field:
			answer[s.Alias] = e.field(o, definition, s)
		case *ast.InlineFragment:
			if e.fits(definition, s.TypeCondition) {
				for name, value := range e.object(o, definition, s.SelectionSet) {
					answer[name] = value
				}
			}
		default:
			e.server.t.Errorf("a selection of %T is not understood here", selected)
		}
	}
	return answer
}

func (e *execution) fits(definition *ast.Definition, condition string) bool {
	if condition == "" || condition == definition.Name {
		return true
	}
	possible := e.server.schema.PossibleTypes[condition]
	return slices.ContainsFunc(possible, func(d *ast.Definition) bool { return d.Name == definition.Name })
}

func (e *execution) field(o Object, definition *ast.Definition, field *ast.Field) any {
	if field.Name == "__typename" {
		return definition.Name
	}
	value, ok := o[field.Name]
	if !ok && field.Definition.Type.NonNull {
		e.server.t.Errorf("the values of this test have no %s.%s", definition.Name, field.Name)
	}
	if resolve, ok := value.(Resolver); ok {
		var err error
		if value, err = resolve(field.ArgumentMap(e.variables)); err != nil {
			e.refuse(field, err)
			return nil
		}
	}
	return e.value(value, field)
}

func (e *execution) value(value any, field *ast.Field) any {
	definition := e.server.schema.Types[field.Definition.Type.Name()]
	switch v := value.(type) {
	case Object:
		if v == nil {
			return nil
		}
		return e.object(v, definition, field.SelectionSet)
	case []Object:
		list := []any{}
		for _, item := range v {
			list = append(list, e.object(item, definition, field.SelectionSet))
		}
		return list
	default:
		return value
	}
}

func (e *execution) refuse(field *ast.Field, err error) {
	code := "INTERNAL"
	if refusal, ok := errors.AsType[*Error](err); ok {
		code = refusal.Code
	}
	answer := errorAnswer(code, err.Error())
	answer["path"] = []any{field.Alias}
	e.errors = append(e.errors, answer)
}
