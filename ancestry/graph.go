package ancestry

import (
	"bytes"
	"math"
	"slices"
	"sync"
	"time"
)

// Commit is what is told of a commit. SHAs are in bytes, 20 or 32 of them.
type Commit struct {
	SHA      []byte
	Parents  [][]byte // in their order
	Complete bool     // that these are all its parents
	At       time.Time
}

// Graph is the commit graph of a repository. Many may use it at once.
type Graph struct {
	mu sync.RWMutex
	commits
	vectors

	stretches []stretch
	tails     []uint32 // the last commit of each chain
	merged    []uint32 // parents of those that have several: see parentList
	holes     []hole
	missing   map[string]uint32 // the holes that have a name
}

// stretch is a part of a chain whose commits reach the same outside of it: it begins
// with the first commit of the chain, or one that has other parents than the one below.
type stretch struct {
	chain   uint32
	begin   uint32 // its first commit
	nodes   uint32 // how many nodes there were before
	reached vector // how many commits of other chains are reached, by chain
	hidden  vector // 1 for each hole that is reached
}

// hole is a commit that nobody told of, or, without a name, the parents of one of
// which they were not told.
type hole struct {
	name string
	// children are the first commit that leads to it, and each that is older than all
	// before it.
	children []uint32
}

func (h *hole) first() uint32  { return h.children[0] }
func (h *hole) oldest() uint32 { return h.children[len(h.children)-1] }

// New returns a graph without commits.
func New() *Graph {
	return &Graph{commits: newCommits(), missing: map[string]uint32{}}
}

// Len is how many commits are known.
func (g *Graph) Len() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return int(g.n)
}

// Bytes is how much memory the graph takes.
func (g *Graph) Bytes() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.bytes() + len(g.vectors.blocks)*nodesOfBlock*20 + cap(g.stretches)*32 +
		4*(cap(g.tails)+cap(g.merged)) + 120*len(g.holes)
}

// Parents are kept as one number: the place of the only one, or where in merged the
// list of them begins, which ends with one that has lastParent.
const (
	noParent   = math.MaxUint32
	manyParent = 1 << 31
	lastParent = 1 << 31
	holeParent = 1 << 30
)

// parentList are the parents of a commit: places, and holes with holeParent.
func (g *Graph) parentList(id uint32) []uint32 {
	b, i := g.of(id)
	switch p := b.parents[i]; {
	case p == noParent:
		return nil
	case p&manyParent == 0:
		return b.parents[i : i+1]
	default:
		list := g.merged[p&^manyParent:]
		end := slices.IndexFunc(list, func(p uint32) bool { return p&lastParent != 0 })
		return list[:end+1]
	}
}

func (g *Graph) setParents(id uint32, parents []uint32) {
	b, i := g.of(id)
	switch len(parents) {
	case 0:
		b.parents[i] = noParent
	case 1:
		b.parents[i] = parents[0]
	default:
		b.parents[i] = uint32(len(g.merged)) | manyParent
		g.merged = append(g.merged, parents...)
		g.merged[len(g.merged)-1] |= lastParent
	}
}

// stretchOf is the stretch that a commit is in, and its position in the chain.
func (g *Graph) stretchOf(id uint32) (*stretch, uint32) {
	b, i := g.of(id)
	return &g.stretches[b.chains[i]], b.position[i]
}

func (g *Graph) timeOf(id uint32) uint32 {
	b, i := g.of(id)
	return b.times[i]
}

// seconds is a time as it is kept: of Unix, and within 1970 and 2106.
func seconds(at time.Time) uint32 {
	return uint32(min(max(at.Unix(), 0), math.MaxUint32))
}

// told is a commit as it was told.
func (g *Graph) told(id uint32) Commit {
	c := Commit{SHA: slices.Clone(g.name(id)), Complete: true, At: time.Unix(int64(g.timeOf(id)), 0)}
	for _, p := range g.parentList(id) {
		switch p &^= lastParent; {
		case p&holeParent == 0:
			c.Parents = append(c.Parents, slices.Clone(g.name(p)))
		case g.holes[p&^holeParent].name == "":
			c.Complete = false
		default:
			c.Parents = append(c.Parents, []byte(g.holes[p&^holeParent].name))
		}
	}
	return c
}

// says reports whether a commit is known as it is told.
func (g *Graph) says(id uint32, c *Commit) bool {
	known := g.told(id)
	return known.Complete == c.Complete && g.timeOf(id) == seconds(c.At) && slices.EqualFunc(known.Parents, c.Parents, bytes.Equal)
}

// place gives a commit its place behind its parents, of which those that are not known
// are holes from now on.
func (g *Graph) place(c *Commit) {
	mark := g.used
	id := g.add(c.SHA)
	b, i := g.of(id)
	b.times[i], b.position[i] = seconds(c.At), 0
	g.setParents(id, g.parentsOf(c, id))
	parents := slices.Clone(g.parentList(id))
	below := slices.IndexFunc(parents, func(p uint32) bool { return p&holeParent == 0 && g.isTail(p&^lastParent) })
	if below < 0 {
		g.tails = append(g.tails, id)
		g.stretch(id, parents, uint32(len(g.tails)-1), mark)
		return
	}
	under, j := g.of(parents[below] &^ lastParent)
	b.position[i] = under.position[j] + 1
	chain := g.stretches[under.chains[j]].chain
	g.tails[chain] = id
	if len(parents) == 1 {
		b.chains[i] = under.chains[j]
		return
	}
	// What is in its own chain comes first: it has the most.
	parents[0], parents[below] = parents[below], parents[0]
	g.stretch(id, parents, chain, mark)
}

// parentsOf are the parents of a commit as they are kept.
func (g *Graph) parentsOf(c *Commit, id uint32) (parents []uint32) {
	for i, p := range c.Parents {
		if slices.ContainsFunc(c.Parents[:i], func(q []byte) bool { return bytes.Equal(p, q) }) {
			continue
		}
		if parent, ok := g.find(p); ok && parent != id {
			parents = append(parents, parent)
		} else {
			parents = append(parents, g.holeOf(string(p), id)|holeParent)
		}
	}
	if !c.Complete {
		parents = append(parents, g.holeOf("", id)|holeParent)
	}
	return parents
}

func (g *Graph) isTail(id uint32) bool {
	s, _ := g.stretchOf(id)
	return g.tails[s.chain] == id
}

// holeOf is the hole of a commit that is not known, or, without a name, of the unknown
// parents of one.
func (g *Graph) holeOf(name string, child uint32) uint32 {
	if h, ok := g.missing[name]; ok {
		if known := &g.holes[h]; g.timeOf(child) < g.timeOf(known.oldest()) {
			known.children = append(known.children, child)
		}
		return h
	}
	g.holes = append(g.holes, hole{name: name, children: []uint32{child}})
	h := uint32(len(g.holes) - 1)
	if name != "" {
		g.missing[name] = h
	}
	return h
}

// leave takes away that a commit leads to a hole.
func (g *Graph) leave(h, child uint32) {
	left := &g.holes[h]
	if left.oldest() != child {
		return
	}
	if left.children = left.children[:len(left.children)-1]; len(left.children) == 0 {
		delete(g.missing, left.name)
		g.holes = g.holes[:h] // it was the last: those that led to others are gone
	}
}

// stretch begins a stretch of a chain with a commit.
func (g *Graph) stretch(id uint32, parents []uint32, chain, mark uint32) {
	s := stretch{chain: chain, begin: id, nodes: mark}
	for i, p := range parents {
		if p &^= lastParent; p&holeParent != 0 {
			s.hidden = g.with(s.hidden, p&^holeParent, 1)
			continue
		}
		from, position := g.stretchOf(p)
		if i == 0 {
			s.reached, s.hidden = from.reached, g.union(from.hidden, s.hidden, noKey)
		}
		if from.chain != chain {
			s.reached = g.with(s.reached, from.chain, position+1)
		}
		s.reached = g.union(s.reached, from.reached, chain)
		s.hidden = g.union(s.hidden, from.hidden, noKey)
	}
	b, i := g.of(id)
	b.chains[i] = uint32(len(g.stretches))
	g.stretches = append(g.stretches, s)
}

// noKey is the key that no vector has.
const noKey = math.MaxUint32

// pop takes away the last commit, and all that came with it.
func (g *Graph) pop() {
	id := g.n - 1
	b, i := g.of(id)
	s, position := g.stretchOf(id)
	parents := g.parentList(id)
	if position == 0 {
		g.tails = g.tails[:s.chain]
	} else {
		for _, p := range parents {
			if p &^= lastParent; p&holeParent == 0 {
				if t, below := g.stretchOf(p); t.chain == s.chain && below == position-1 {
					g.tails[s.chain] = p
				}
			}
		}
	}
	if s.begin == id {
		g.cut(s.nodes)
		g.stretches = g.stretches[:len(g.stretches)-1]
	}
	for _, p := range slices.Backward(parents) {
		if p &^= lastParent; p&holeParent != 0 {
			g.leave(p&^holeParent, id)
		}
	}
	if p := b.parents[i]; p != noParent && p&manyParent != 0 {
		g.merged = g.merged[:p&^manyParent]
	}
	g.commits.pop()
}
