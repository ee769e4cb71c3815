package ancestry

import (
	"bytes"
	"cmp"
	"iter"
	"maps"
	"slices"
)

// Add makes commits known, each told once and in any order; what is told of one that is
// known already replaces what was told before. The answers depend on what is known in
// the end, and not on the order. It costs as much as there are new commits, and where
// one is not the newest, as much as there are commits that were placed after it.
func (g *Graph) Add(told iter.Seq[Commit]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := adding{Graph: g, waiting: map[string][]*Commit{}, held: map[string]*Commit{}, given: map[string]bool{}, anew: map[string]bool{}}
	for c := range told {
		a.tell(&c)
	}
	a.restore()
	a.finish()
}

// adding places commits as soon as all their parents have a place.
type adding struct {
	*Graph
	taken   []Commit             // away, since something before them changed
	anew    map[string]bool      // told since the first was taken away
	held    map[string]*Commit   // those that wait for a parent to have its place
	waiting map[string][]*Commit // by what they wait for; some may not wait any more
	given   map[string]bool      // up: nobody told of them
}

func (a *adding) knows(name []byte) bool {
	_, ok := a.find(name)
	return ok || a.held[string(name)] != nil
}

func (a *adding) tell(c *Commit) {
	from := a.n
	if h, ok := a.missing[string(c.SHA)]; ok {
		from = a.holes[h].first()
	}
	if id, ok := a.find(c.SHA); ok {
		if a.says(id, c) {
			return
		}
		from = min(from, id)
	}
	if a.takeFrom(from); len(a.taken) > 0 {
		a.anew[string(c.SHA)] = true
	}
	a.place(c)
}

// restore places again what was taken away. What was told anew goes before what was
// told before: it was taken away last, or is there.
func (a *adding) restore() {
	done := map[string]bool{}
	for i := range slices.Backward(a.taken) {
		if sha := string(a.taken[i].SHA); a.anew[sha] {
			if a.knows(a.taken[i].SHA) || done[sha] {
				a.taken[i].SHA = nil
			}
			done[sha] = true
		}
	}
	for i := range a.taken {
		if c := &a.taken[i]; c.SHA != nil {
			a.place(c)
		}
	}
}

// takeFrom takes away all commits from one on.
func (a *adding) takeFrom(id uint32) {
	begin := len(a.taken)
	for a.n > id {
		a.taken = append(a.taken, a.told(a.n-1))
		a.pop()
	}
	slices.Reverse(a.taken[begin:])
}

// place places a commit, and then those that waited for it; or holds it until a parent
// has its place.
func (a *adding) place(c *Commit) {
	a.held[string(c.SHA)] = c
	for ready := []*Commit{c}; len(ready) > 0; {
		c, ready = ready[len(ready)-1], ready[:len(ready)-1]
		if a.held[string(c.SHA)] != c {
			continue // it was told anew
		}
		if p := a.absent(c); p != nil {
			a.waiting[string(p)] = append(a.waiting[string(p)], c)
			continue
		}
		delete(a.held, string(c.SHA))
		a.Graph.place(c)
		if waiting := a.waiting[string(c.SHA)]; waiting != nil {
			delete(a.waiting, string(c.SHA))
			ready = append(ready, waiting...)
		}
	}
}

// absent is a parent of a commit that has no place and is no hole; nil if there is none.
func (a *adding) absent(c *Commit) []byte {
	for _, p := range c.Parents {
		if _, ok := a.find(p); ok || a.isHole(p) || a.given[string(p)] || bytes.Equal(p, c.SHA) {
			continue
		}
		return p
	}
	return nil
}

func (a *adding) isHole(name []byte) bool {
	_, ok := a.missing[string(name)]
	return ok
}

// finish places what still waits: nobody told of some of the parents, which are holes
// from now on. Where commits are told to be ancestors of themselves, one of the parents
// is taken for unknown.
func (a *adding) finish() {
	for len(a.waiting) > 0 {
		var untold []string
		for p := range a.waiting {
			if a.held[p] == nil {
				untold = append(untold, p)
			}
		}
		if untold == nil {
			untold = []string{slices.Min(slices.Collect(maps.Keys(a.waiting)))}
		}
		slices.Sort(untold)
		for _, p := range untold {
			a.giveUp(p)
		}
	}
}

// giveUp places those that waited for a commit, which is a hole from now on.
func (a *adding) giveUp(name string) {
	a.given[name] = true
	waiting := a.waiting[name]
	delete(a.waiting, name)
	slices.SortFunc(waiting, func(c, d *Commit) int { return cmp.Or(c.At.Compare(d.At), bytes.Compare(c.SHA, d.SHA)) })
	for _, c := range waiting {
		if a.held[string(c.SHA)] == c {
			a.place(c)
		}
	}
}
