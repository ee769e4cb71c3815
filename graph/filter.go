package graph

import (
	"encoding/json"
	"maps"

	"github.com/landfall-dev/landfall/model"
)

// filter is the argument `filter` of a list; nil if there is none. lists are the
// names of those of its fields that are lists.
func filter[T any](args arguments, lists ...string) (*T, error) {
	given, ok := args["filter"].(map[string]any)
	if !ok {
		return nil, nil
	}
	given = maps.Clone(given)
	for _, list := range lists {
		switch said := given[list].(type) {
		case string, map[string]any: // GraphQL takes one for a list of one
			given[list] = []any{said}
		case []any: // which is nil if it was written with nothing in it
			given[list] = append([]any{}, said...)
		}
	}
	out := new(T)
	raw, err := json.Marshal(given)
	if err == nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		return nil, &model.Error{Kind: model.KindInvalid, Field: "filter", Message: "filter is not one of this list", Err: err}
	}
	return out, nil
}

// logFilter is the argument `filter` of a log; nil if there is none.
func (a arguments) logFilter() (*model.LogFilter, error) {
	f, err := filter[model.LogFilter](a, "kinds", "flows", "repositories", "fingerprints")
	if err != nil || f == nil {
		return nil, err
	}
	for i, said := range f.Fingerprints {
		if f.Fingerprints[i], err = model.ParseFingerprint(string(said)); err != nil {
			return nil, err
		}
	}
	return f, f.Validate()
}
