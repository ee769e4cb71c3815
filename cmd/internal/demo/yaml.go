package demo

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// reader reads YAML strictly. It goes on after a mistake, so that one reading
// shows them all.
type reader struct {
	file string
	errs []error
}

// errorf notes a mistake in a line.
func (r *reader) errorf(line int, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.file, line, fmt.Sprintf(format, args...)))
}

func (r *reader) err() error { return errors.Join(r.errs...) }

// document returns the one mapping that the file has.
func (r *reader) document(data []byte) *mapping {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", r.file, err))
		return r.mapping(nil)
	}
	if len(doc.Content) == 0 {
		r.errorf(1, "there is nothing in it")
		return r.mapping(nil)
	}
	return r.mapping(doc.Content[0])
}

// mapping is one YAML mapping. A key that is not taken before done is unknown.
type mapping struct {
	*reader
	line    int
	entries []*entry
}

type entry struct {
	key   string
	line  int
	value *yaml.Node
	taken bool
}

// mapping makes n a mapping, an empty one if it is none.
func (r *reader) mapping(n *yaml.Node) *mapping {
	if n == nil {
		return &mapping{reader: r}
	}
	m := &mapping{reader: r, line: n.Line}
	if n.Kind != yaml.MappingNode {
		r.errorf(n.Line, "here should be keys and values")
		return m
	}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if m.find(key.Value) != nil {
			r.errorf(key.Line, "%q is there twice", key.Value)
			continue
		}
		m.entries = append(m.entries, &entry{key: key.Value, line: key.Line, value: n.Content[i+1]})
	}
	return m
}

func (m *mapping) find(key string) *entry {
	for _, e := range m.entries {
		if e.key == key {
			return e
		}
	}
	return nil
}

// take returns the value of a key, or nil if there is none.
func (m *mapping) take(key string) *yaml.Node {
	e := m.find(key)
	if e == nil {
		return nil
	}
	e.taken = true
	return e.value
}

// need is take for a key that must be there.
func (m *mapping) need(key string) *yaml.Node {
	n := m.take(key)
	if n == nil {
		m.errorf(m.line, "%q is missing", key)
	}
	return n
}

// done notes the keys that nobody took.
func (m *mapping) done() {
	for _, e := range m.entries {
		if !e.taken {
			m.errorf(e.line, "unknown key %q", e.key)
		}
	}
}

// text returns the text of a key that must be there.
func (m *mapping) text(key string) string { return m.scalar(m.need(key)) }

// textOr returns the text of a key, or what stands for it.
func (m *mapping) textOr(key, missing string) string {
	if n := m.take(key); n != nil {
		return m.scalar(n)
	}
	return missing
}

// number returns the number of a key that must be there.
func (m *mapping) number(key string) int64 { return m.integer(m.need(key)) }

// numberOr returns the number of a key, or what stands for it.
func (m *mapping) numberOr(key string, missing int64) int64 {
	if n := m.take(key); n != nil {
		return m.integer(n)
	}
	return missing
}

// truth returns the true or false of a key, or what stands for it.
func (m *mapping) truth(key string, missing bool) bool {
	switch s := m.textOr(key, strconv.FormatBool(missing)); s {
	case "true":
		return true
	case "false":
		return false
	default:
		m.errorf(m.line, "%q should be true or false, not %q", key, s)
		return missing
	}
}

// duration returns the span of a key, or zero if it is not there.
func (m *mapping) duration(key string) time.Duration {
	n := m.take(key)
	if n == nil {
		return 0
	}
	d, err := time.ParseDuration(n.Value)
	if err != nil || d <= 0 {
		m.errorf(n.Line, "%q should be a span such as 5m10s, not %q", key, n.Value)
	}
	return d
}

// texts returns a list of texts, an empty one for a key that is not there.
func (m *mapping) texts(key string) []string {
	out := []string{}
	for _, n := range m.list(m.take(key)) {
		out = append(out, m.scalar(n))
	}
	return out
}

// list returns what a list holds. The list may be nil.
func (r *reader) list(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.errorf(n.Line, "here should be a list")
		return nil
	}
	return n.Content
}

// scalar returns the text of n as it is written: 1234567 and 12e4567 may be SHAs.
func (r *reader) scalar(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		r.errorf(n.Line, "here should be a text")
		return ""
	}
	return n.Value
}

func (r *reader) integer(n *yaml.Node) int64 {
	if n == nil {
		return 0
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil || i <= 0 {
		r.errorf(n.Line, "here should be a number above zero, not %q", n.Value)
	}
	return i
}
