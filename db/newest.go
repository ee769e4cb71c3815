package db

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/landfall-dev/landfall/model"
)

// newestBytes bounds what is remembered of what runs: about 6,000 environments of
// 100 artifacts, or 60 of 10,000.
const newestBytes = 96 << 20

// newestContents remembers what the newest report of each environment said, so that
// the next one need only be told as far as it differs. It may be out of date, since
// there are other servers: whoever uses it lets Postgres compare the hash.
type newestContents struct {
	mu    sync.Mutex
	known *simplelru.LRU[environmentName, newestContent]
	bytes int
	limit int
}

// environmentName is a name as it was said: a former one too.
type environmentName struct{ organization, environment string }

type newestContent struct {
	content []byte
	counts  []model.RunningCount
	bytes   int
}

func newNewestContents(limit int) *newestContents {
	n := &newestContents{limit: limit}
	known, err := simplelru.NewLRU(math.MaxInt, func(_ environmentName, gone newestContent) { n.bytes -= gone.bytes })
	if err != nil {
		panic("a cache without a bound cannot be made: " + err.Error())
	}
	n.known = known
	return n
}

func (n *newestContents) get(organization, environment string) (newestContent, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.known.Get(environmentName{organization, environment})
}

// keep remembers what runs, and forgets what was not asked for longest.
func (n *newestContents) keep(organization, environment string, content []byte, running []model.Running) {
	said := newestContent{content: content, counts: model.CountsOf(running), bytes: len(content) + 100}
	for _, r := range running {
		said.bytes += len(r.Fingerprint) + len(r.Name) + 48 // two strings and a number
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	key := environmentName{organization, environment}
	n.known.Remove(key)
	n.known.Add(key, said)
	n.bytes += said.bytes
	for n.bytes > n.limit {
		n.known.RemoveOldest()
	}
}
