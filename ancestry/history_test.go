package ancestry_test

import (
	"math/rand/v2"
	"slices"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/ancestry/ancestrytest"
)

// A history is made of commits that are known by their numbers: parents come before.
type history ancestrytest.History

var (
	name   = ancestrytest.Name
	number = ancestrytest.Number
)

// commit is a commit of the history as it is told.
func (h history) commit(i int) ancestry.Commit {
	c := ancestry.Commit{SHA: name(i), Complete: true, At: ancestrytest.At(i)}
	for _, p := range h[i] {
		c.Parents = append(c.Parents, name(p))
	}
	return c
}

func (h history) commits() []ancestry.Commit {
	told := make([]ancestry.Commit, len(h))
	for i := range h {
		told[i] = h.commit(i)
	}
	return told
}

// graph is the graph of the whole history.
func (h history) graph() *ancestry.Graph {
	g := ancestry.New()
	g.Add(slices.Values(h.commits()))
	return g
}

// ancestors are for each commit itself and its ancestors, found the slow way.
func (h history) ancestors() []map[int]bool {
	all := make([]map[int]bool, len(h))
	for i, parents := range h {
		all[i] = map[int]bool{i: true}
		for _, p := range parents {
			for a := range all[p] {
				all[i][a] = true
			}
		}
	}
	return all
}

// missing is how many of the second are not in the first.
func missing(from, to map[int]bool) (n int) {
	for i := range to {
		if !from[i] {
			n++
		}
	}
	return n
}

// tangled is a random history in which all is near, with many merges and some roots.
func tangled(random *rand.Rand, n int) history {
	h := make(history, n)
	for i := range h {
		for range []int{1, 1, 1, 1, 2, 2, 3, 0}[random.IntN(8)] {
			if i > 0 {
				if p := max(0, i-1-random.IntN(6)); !slices.Contains(h[i], p) {
					h[i] = append(h[i], p)
				}
			}
		}
	}
	return h
}

// branched has long-lived branches, of which one merges another now and then.
func branched(random *rand.Rand, n, branches int) history {
	h := history{nil}
	heads := make([]int, branches) // all from the first commit
	for len(h) < n {
		b := random.IntN(branches)
		parents := []int{heads[b]}
		if random.IntN(4) == 0 {
			if other := heads[random.IntN(branches)]; other != heads[b] {
				parents = append(parents, other)
			}
		}
		h = append(h, parents)
		heads[b] = len(h) - 1
	}
	return h
}

// crissCrossed has two branches that merge each other, each what the other had before.
func crissCrossed(n int) history {
	h := history{nil, {0}, {0}}
	for a, b := 1, 2; len(h) < n; a, b = len(h)-2, len(h)-1 {
		h = append(h, []int{a, b}, []int{b, a})
	}
	return h
}

// octopus merges many branches at once, again and again, and has several roots.
func octopus(random *rand.Rand, n int) history {
	h := history{nil}
	for main := 0; len(h) < n; {
		parents := []int{main}
		for range 2 + random.IntN(8) {
			branch := []int{main}
			if random.IntN(10) == 0 {
				branch = nil // a history of its own
			}
			h = append(h, branch)
			parents = append(parents, len(h)-1)
		}
		h = append(h, parents)
		main = len(h) - 1
	}
	return h
}
