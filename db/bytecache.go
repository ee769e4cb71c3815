package db

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// byteCache remembers values up to a number of bytes, and forgets what was not asked
// for longest. Many may use it at once.
type byteCache[K comparable, V any] struct {
	mu    sync.Mutex
	known *simplelru.LRU[K, sized[V]]
	bytes int
	limit int
}

type sized[V any] struct {
	value V
	bytes int
}

func newByteCache[K comparable, V any](limit int) *byteCache[K, V] {
	c := &byteCache[K, V]{limit: limit}
	known, err := simplelru.NewLRU(math.MaxInt, func(_ K, gone sized[V]) { c.bytes -= gone.bytes })
	if err != nil {
		panic("a cache without a bound cannot be made: " + err.Error())
	}
	c.known = known
	return c
}

func (c *byteCache[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.known.Get(key)
	return found.value, ok
}

func (c *byteCache[K, V]) keep(key K, value V, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.Remove(key)
	c.known.Add(key, sized[V]{value, bytes})
	c.bytes += bytes
	for c.bytes > c.limit {
		c.known.RemoveOldest()
	}
}
