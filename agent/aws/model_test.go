package aws_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// model is AWS's description of an API, from testdata/models.
type model struct {
	Metadata struct {
		Protocol, ServiceID, JSONVersion, TargetPrefix, XMLNamespace string
	}
	Operations map[string]struct {
		HTTP          struct{ Method, RequestURI string }
		Input, Output *member
	}
	Shapes   map[string]*shape
	Examples map[string][]struct{ Input, Output map[string]any }
}

type shape struct {
	Type               string
	Members            map[string]*member
	Member, Key, Value *member
	Required           []string
	Payload            string
	Flattened          bool
}

// member says what a value is, and where in a message it is.
type member struct {
	Shape, Location, LocationName, ResultWrapper string
	Flattened                                    bool
}

// readModels reads the descriptions of the APIs, by the names that signatures have for
// them.
func readModels() (map[string]*model, error) {
	all := map[string]*model{}
	for _, service := range []string{"ecs", "lambda", "s3", "sts"} {
		text, err := os.ReadFile("testdata/models/" + service + ".json")
		if err != nil {
			return nil, err
		}
		all[service] = &model{}
		if err := json.Unmarshal(text, all[service]); err != nil {
			return nil, fmt.Errorf("%s: %w", service, err)
		}
	}
	return all, nil
}

var modelsOnce = sync.OnceValues(readModels)

// models are the descriptions, which nobody may change.
func models(t testing.TB) map[string]*model {
	t.Helper()
	all, err := modelsOnce()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// message is a request or an answer: the names of members of a structure to values.
type message = map[string]any

// check returns an error if a value is not of a shape: if it has members that are
// unknown, lacks ones that must be there, or has others of the wrong type.
func (m *model) check(where string, shapeName string, value any) error {
	s := m.Shapes[shapeName]
	switch v := value.(type) {
	case message:
		return m.checkMembers(where, s, v)
	case []any:
		if s.Type != "list" {
			return fmt.Errorf("%s is a list, and should be %s", where, s.Type)
		}
		for i, item := range v {
			if err := m.check(fmt.Sprintf("%s[%d]", where, i), s.Member.Shape, item); err != nil {
				return err
			}
		}
		return nil
	default:
		if !isA(s.Type, value) {
			return fmt.Errorf("%s is %v, and should be %s", where, value, s.Type)
		}
		return nil
	}
}

func (m *model) checkMembers(where string, s *shape, value message) error {
	if s.Type == "map" {
		for key, item := range value {
			if err := m.check(where+"."+key, s.Value.Shape, item); err != nil {
				return err
			}
		}
		return nil
	}
	if s.Type != "structure" {
		return fmt.Errorf("%s is a structure, and should be %s", where, s.Type)
	}
	for _, name := range s.Required {
		if value[name] == nil {
			return fmt.Errorf("%s lacks %s", where, name)
		}
	}
	for name, item := range value {
		known := s.Members[name]
		if known == nil {
			return fmt.Errorf("%s has no %s: it has %s", where, name, strings.Join(slices.Sorted(maps.Keys(s.Members)), ", "))
		}
		if err := m.check(where+"."+name, known.Shape, item); err != nil {
			return err
		}
	}
	return nil
}

// isA goes by what a value is in Go, or in a published example, which has numbers as
// texts here and there.
func isA(kind string, value any) bool {
	switch v := value.(type) {
	case string:
		switch kind {
		case "integer", "long":
			_, err := strconv.ParseInt(v, 10, 64)
			return err == nil
		case "boolean":
			return v == "true" || v == "false"
		default:
			return kind == "string" || kind == "timestamp" || kind == "blob"
		}
	case bool:
		return kind == "boolean"
	case time.Time:
		return kind == "timestamp"
	case float64, int, int64:
		return kind == "integer" || kind == "long" || kind == "double" || kind == "float"
	default:
		return false
	}
}

// toJSON is a message as the protocols in JSON have it, where times are seconds.
func toJSON(value any) any {
	switch v := value.(type) {
	case message:
		out := message{}
		for name, item := range v {
			out[name] = toJSON(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = toJSON(item)
		}
		return out
	case time.Time:
		return float64(v.UnixMilli()) / 1000
	default:
		return v
	}
}
