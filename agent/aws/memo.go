package aws

import (
	"maps"
	"sync"
)

// memo remembers from one look to the next what is dear to find out. The zero value
// remembers nothing yet.
type memo[Key comparable, Value any] struct {
	mu    sync.Mutex
	looks int // begun so far
	known map[Key]remembered[Value]
}

type remembered[Value any] struct {
	value Value
	look  int // the newest that wanted it
}

// begin starts a look, and returns what ends it if all went well: what no look has
// wanted since then is forgotten. A look that fails forgets nothing, so that the next
// one gets further.
func (m *memo[Key, Value]) begin() (end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	this := m.looks
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		maps.DeleteFunc(m.known, func(_ Key, r remembered[Value]) bool { return r.look < this })
	}
}

// get returns what is known of a key, or finds it out and remembers it.
func (m *memo[Key, Value]) get(key Key, find func() (Value, error)) (Value, error) {
	if r, ok := m.recall(key); ok {
		return r, nil
	}
	value, err := find()
	if err == nil {
		m.keep(key, value)
	}
	return value, err
}

func (m *memo[Key, Value]) recall(key Key) (Value, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[key]
	if ok {
		r.look = m.looks
		m.known[key] = r
	}
	return r.value, ok
}

func (m *memo[Key, Value]) keep(key Key, value Value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[Key]remembered[Value]{}
	}
	m.known[key] = remembered[Value]{value, m.looks}
}
