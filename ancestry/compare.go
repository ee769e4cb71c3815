package ancestry

import (
	"bytes"
	"container/heap"
	"slices"
)

// Answer is yes, no, or that it is not known.
type Answer uint8

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

// Has reports whether a commit is known.
func (g *Graph) Has(sha []byte) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	_, ok := g.find(sha)
	return ok
}

// Contains tells whether a commit has another one in its history, or is it. It is
// Unknown if one of the two is not known, or if a hole may hide it.
func (g *Graph) Contains(descendant, ancestor []byte) Answer {
	g.mu.RLock()
	defer g.mu.RUnlock()
	d, known := g.find(descendant)
	a, ok := g.find(ancestor)
	switch {
	case !known || !ok:
		return Unknown
	case g.reaches(d, a):
		return Yes
	case g.mayHide(d, a):
		return Unknown
	default:
		return No
	}
}

// reaches reports whether a commit has another one in its history as it is known.
func (g *Graph) reaches(descendant, ancestor uint32) bool {
	from, position := g.stretchOf(descendant)
	to, below := g.stretchOf(ancestor)
	if from.chain == to.chain {
		return below <= position
	}
	return ancestor < descendant && g.get(from.reached, to.chain) > below
}

// mayHide reports whether a commit may be in a hole that another one leads to. It is in
// none that it leads to itself, and in none that is older.
func (g *Graph) mayHide(descendant, ancestor uint32) bool {
	holes, _ := g.stretchOf(descendant)
	own, _ := g.stretchOf(ancestor)
	if g.over(holes.hidden, own.hidden) == 0 {
		return false
	}
	at := g.timeOf(ancestor)
	return !g.each(holes.hidden, func(h uint32) bool {
		return g.get(own.hidden, h) != 0 || g.timeOf(g.holes[h].oldest()) < at
	})
}

// Comparison is how two commits stand to each other.
type Comparison struct {
	Ahead  int // how many commits the second has and the first has not
	Behind int // how many commits the first has and the second has not

	// Missing is why it is not known: a commit that is not known, or of which the
	// parents are not; nil if it is known.
	Missing []byte
	// TooMany is set if it is not known since too much would have to be looked at.
	TooMany bool
}

// Known reports whether the numbers are right.
func (c *Comparison) Known() bool { return c.Missing == nil && !c.TooMany }

// maxExamined is how many commits are looked at where there are holes, to find out that
// none of them may be hidden.
const maxExamined = 50_000

// Compare tells how two commits stand to each other.
func (g *Graph) Compare(from, to []byte) Comparison {
	g.mu.RLock()
	defer g.mu.RUnlock()
	a, ok := g.find(from)
	if !ok {
		return Comparison{Missing: from}
	}
	b, ok := g.find(to)
	if !ok {
		return Comparison{Missing: to}
	}
	if h, ok := g.holeOfOne(a, b); ok {
		return Comparison{Missing: g.missingName(h)}
	}
	c := Comparison{Ahead: g.beyond(b, a), Behind: g.beyond(a, b)}
	holes, _ := g.stretchOf(a)
	if holes.hidden.root == 0 || c.Ahead == 0 && c.Behind == 0 {
		return c
	}
	if c.Ahead+c.Behind > maxExamined {
		return Comparison{TooMany: true}
	}
	for _, side := range [][2]uint32{{a, b}, {b, a}} {
		found, _ := g.between(side[1], side[:1], nil, maxExamined)
		for _, id := range found {
			if g.mayHide(b, id) { // a leads to the same holes
				return Comparison{Missing: g.missingName(g.hiding(b, id))}
			}
		}
	}
	return c
}

// beyond is how many commits one has that another has not.
func (g *Graph) beyond(one, other uint32) int {
	a, at := g.stretchOf(one)
	b, bt := g.stretchOf(other)
	n := g.over(a.reached, b.reached)
	// The trees do not say how far each comes in its own chain.
	count := func(chain uint32) int {
		raw := max(int(g.get(a.reached, chain))-int(g.get(b.reached, chain)), 0)
		return max(g.reach(a, at, chain)-g.reach(b, bt, chain), 0) - raw
	}
	n += count(a.chain)
	if b.chain != a.chain {
		n += count(b.chain)
	}
	return n
}

// reach is how many commits of a chain are reached from a position in a stretch.
func (g *Graph) reach(s *stretch, position, chain uint32) int {
	if s.chain == chain {
		return int(position) + 1
	}
	return int(g.get(s.reached, chain))
}

// holeOfOne is a hole that one of two commits leads to and the other does not.
func (g *Graph) holeOfOne(a, b uint32) (hole uint32, found bool) {
	s, _ := g.stretchOf(a)
	t, _ := g.stretchOf(b)
	for _, pair := range [][2]vector{{s.hidden, t.hidden}, {t.hidden, s.hidden}} {
		if g.over(pair[0], pair[1]) == 0 {
			continue
		}
		g.each(pair[0], func(h uint32) bool {
			if g.get(pair[1], h) == 0 {
				hole, found = h, true
			}
			return !found
		})
	}
	return hole, found
}

// hiding is a hole that may hide a commit from another one.
func (g *Graph) hiding(descendant, ancestor uint32) (hole uint32) {
	s, _ := g.stretchOf(descendant)
	own, _ := g.stretchOf(ancestor)
	g.each(s.hidden, func(h uint32) bool {
		hole = h
		return g.get(own.hidden, h) != 0 || g.timeOf(g.holes[h].oldest()) < g.timeOf(ancestor)
	})
	return hole
}

// missingName is the commit that a hole is, or of which the parents are hidden in it.
func (g *Graph) missingName(h uint32) []byte {
	if name := g.holes[h].name; name != "" {
		return []byte(name)
	}
	return slices.Clone(g.name(g.holes[h].first()))
}

// maxListed is how far a list of commits goes.
const maxListed = 100_000

// Between are the commits that one has and none of some others have, as far as they are
// known, the newest first as git log shows them: no more than most of them, those after
// a given one of them. It reports false if the first is not known, or if the one to go
// on after is not among the first 100,000.
func (g *Graph) Between(without [][]byte, to, after []byte, most int) (names [][]byte, ok bool) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	id, ok := g.find(to)
	if !ok {
		return nil, false
	}
	var others []uint32
	for _, name := range without {
		if other, ok := g.find(name); ok {
			others = append(others, other)
		}
	}
	var last *uint32
	if after != nil {
		place, ok := g.find(after)
		if !ok {
			return nil, false
		}
		last = &place
	}
	found, ok := g.between(id, others, last, most)
	for _, c := range found {
		names = append(names, slices.Clone(g.name(c)))
	}
	return names, ok
}

func (g *Graph) between(to uint32, without []uint32, after *uint32, most int) (found []uint32, ok bool) {
	seen := map[uint32]struct{}{}
	queue := &newest{g: g}
	add := func(id uint32) {
		if _, ok := seen[id]; ok || slices.ContainsFunc(without, func(w uint32) bool { return g.reaches(w, id) }) {
			return
		}
		seen[id] = struct{}{}
		heap.Push(queue, id)
	}
	add(to)
	for passed := 0; queue.Len() > 0 && len(found) < most; passed++ {
		if after != nil && passed == maxListed {
			break
		}
		id := heap.Pop(queue).(uint32)
		switch {
		case after == nil:
			found = append(found, id)
		case *after == id:
			after = nil
		}
		for _, p := range g.parentList(id) {
			if p &^= lastParent; p&holeParent == 0 {
				add(p)
			}
		}
	}
	return found, after == nil
}

// newest is a queue of commits of which the newest comes first.
type newest struct {
	g   *Graph
	ids []uint32
}

func (q *newest) Len() int      { return len(q.ids) }
func (q *newest) Swap(i, j int) { q.ids[i], q.ids[j] = q.ids[j], q.ids[i] }
func (q *newest) Push(id any)   { q.ids = append(q.ids, id.(uint32)) }
func (q *newest) Less(i, j int) bool {
	a, b := q.ids[i], q.ids[j]
	if s, t := q.g.timeOf(a), q.g.timeOf(b); s != t {
		return s > t
	}
	return bytes.Compare(q.g.name(a), q.g.name(b)) > 0
}

func (q *newest) Pop() any {
	last := q.ids[len(q.ids)-1]
	q.ids = q.ids[:len(q.ids)-1]
	return last
}
