package kubernetes

import (
	"log/slog"
	"sync"
	"time"
)

// cluster is an API server and the feeds of what it is asked for. Sources share both.
type cluster struct {
	api api
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	feeds map[topic]*feed
}

func newCluster(server api, log *slog.Logger) *cluster {
	return &cluster{api: server, log: log, now: time.Now, feeds: make(map[topic]*feed)}
}

// acquire returns the feed of a topic, which runs until all who acquired it have
// released it.
func (c *cluster) acquire(t topic) *feed {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.feeds[t] == nil {
		c.feeds[t] = startFeed(c.api, t, c.log, c.now)
	}
	c.feeds[t].users++
	return c.feeds[t]
}

func (c *cluster) release(f *feed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.users--
	if f.users == 0 {
		f.cancel()
		delete(c.feeds, f.topic)
	}
}
