package ancestry_test

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/ancestry/ancestrytest"
)

// agree compares all that a graph tells of two commits with the slow way.
func agree(t *testing.T, g *ancestry.Graph, all []map[int]bool, from, to int) {
	t.Helper()
	want := ancestry.No
	if all[to][from] {
		want = ancestry.Yes
	}
	if got := g.Contains(name(to), name(from)); got != want {
		t.Fatalf("%d contains %d: %d, want %d", to, from, got, want)
	}
	c := g.Compare(name(from), name(to))
	if !c.Known() || c.Ahead != missing(all[from], all[to]) || c.Behind != missing(all[to], all[from]) {
		t.Fatalf("%d to %d is %+v, want %d ahead and %d behind", from, to, c, missing(all[from], all[to]), missing(all[to], all[from]))
	}
}

// What is told in any order and in any batches, some of it first without parents, ends
// in the answers of the slow way.
func TestGraph_AnyOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		h := []func() history{
			func() history { return tangled(random, 40) },
			func() history { return branched(random, 60, 5) },
			func() history { return crissCrossed(40) },
			func() history { return octopus(random, 50) },
		}[seed%4]()
		g, order, known := ancestry.New(), random.Perm(len(h)), map[string]ancestry.Commit{}
		for len(order) > 0 {
			var batch []ancestry.Commit
			n := 1 + random.IntN(len(order))
			for _, i := range order[:n] {
				c := h.commit(i)
				if random.IntN(5) == 0 { // as a push tells it, and later git
					order = append(order, i)
					c.Parents, c.Complete = c.Parents[:len(c.Parents)/2], false
				}
				batch = append(batch, c)
			}
			order = order[n:]
			slices.SortFunc(batch, func(a, b ancestry.Commit) int {
				return cmp.Or(a.At.Compare(b.At), cmp.Compare(len(a.Parents), len(b.Parents)))
			})
			batch = slices.CompactFunc(batch, func(a, b ancestry.Commit) bool { return string(a.SHA) == string(b.SHA) })
			random.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
			g.Add(slices.Values(batch))
			for _, c := range batch {
				known[string(c.SHA)] = c
			}
			fresh := ancestry.New()
			fresh.Add(maps.Values(known))
			sameAnswers(t, g, fresh, len(h))
		}
		g.Add(slices.Values(h.commits())) // those of which the poorer half was taken last
		if g.Len() != len(h) {
			t.Fatalf("seed %d: %d commits, want %d", seed, g.Len(), len(h))
		}
		all := h.ancestors()
		for i := range h {
			for j := range h {
				agree(t, g, all, i, j)
			}
		}
	}
}

// sameAnswers compares what two graphs tell of the first n commits.
func sameAnswers(t *testing.T, got, want *ancestry.Graph, n int) {
	t.Helper()
	for i := range n {
		for j := range n {
			if got, want := got.Contains(name(i), name(j)), want.Contains(name(i), name(j)); got != want {
				t.Fatalf("%d contains %d: %d, want %d", i, j, got, want)
			}
			is, was := got.Compare(name(i), name(j)), want.Compare(name(i), name(j))
			if is.Known() != was.Known() || is.Ahead != was.Ahead || is.Behind != was.Behind {
				t.Fatalf("%d to %d is %+v, want %+v", i, j, is, was)
			}
		}
	}
}

// Of a history of which a part is not known, nothing is told that is not so; and what
// can be told, mostly is.
func TestGraph_NeverGuesses(t *testing.T) {
	t.Parallel()
	told, untold := 0, 0
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 2))
		h := tangled(random, 16)
		var part []ancestry.Commit
		for i := range h {
			c := h.commit(i)
			switch random.IntN(14) {
			case 0:
				continue
			case 1:
				c.Complete, c.Parents = false, nil
			case 2:
				c.Complete, c.Parents = false, c.Parents[:len(c.Parents)/2]
			}
			part = append(part, c)
		}
		random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
		g, all := ancestry.New(), h.ancestors()
		g.Add(slices.Values(part))
		for range 60 {
			i, j := random.IntN(len(h)), random.IntN(len(h))
			switch got := g.Contains(name(j), name(i)); {
			case got == ancestry.Unknown:
				untold++
			case (got == ancestry.Yes) != all[j][i]:
				t.Fatalf("seed %d: %d contains %d is guessed", seed, j, i)
			default:
				told++
			}
			c := g.Compare(name(i), name(j))
			if !c.Known() {
				untold++
				continue
			}
			told++
			if c.Ahead != missing(all[i], all[j]) || c.Behind != missing(all[j], all[i]) {
				t.Fatalf("seed %d: %d to %d is guessed: %+v", seed, i, j, c)
			}
		}
	}
	if told < 10_000 || untold < 5_000 {
		t.Errorf("%d were told and %d not: that says little", told, untold)
	}
}

// What lies between is listed as git log lists it, in parts of any size.
func TestGraph_Between(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 3))
		h := tangled(random, 40)
		g, all := h.graph(), h.ancestors()
		to, without := random.IntN(len(h)), []int{random.IntN(len(h)), random.IntN(len(h))}
		want := []int{}
		for i := range h {
			if all[to][i] && !all[without[0]][i] && !all[without[1]][i] {
				want = append(want, i)
			}
		}
		slices.Reverse(want)
		got, size := []int{}, 1+random.IntN(5)
		for after := []byte(nil); ; {
			part, ok := g.Between([][]byte{name(without[0]), name(without[1])}, name(to), after, size)
			if !ok {
				t.Fatalf("seed %d: %v is not in the list", seed, after)
			}
			for _, sha := range part {
				got, after = append(got, number(sha)), sha
			}
			if len(part) < size {
				break
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}

func TestGraph_Holes(t *testing.T) {
	t.Parallel()
	h := history{nil, {0}, {1}, {2}, {2}, {3, 4}}
	shallow := h.commit(2) // the checkout ends here
	shallow.Parents, shallow.Complete = nil, false
	g := ancestry.New()
	g.Add(slices.Values([]ancestry.Commit{shallow, h.commit(3), h.commit(4), h.commit(5)}))
	if c := g.Compare(name(3), name(5)); !c.Known() || c.Ahead != 2 || c.Behind != 0 {
		t.Errorf("above the hole: %+v", c)
	}
	if c := g.Compare(name(0), name(5)); string(c.Missing) != string(name(0)) {
		t.Errorf("of what is not known, %v is missing", c.Missing)
	}
	g.Add(slices.Values([]ancestry.Commit{h.commit(0)}))
	if got := g.Contains(name(5), name(0)); got != ancestry.Unknown {
		t.Errorf("behind the hole: %d", got)
	}
	if got := g.Contains(name(0), name(5)); got != ancestry.No {
		t.Errorf("from a root: %d", got)
	}
	if c := g.Compare(name(0), name(5)); string(c.Missing) != string(name(2)) {
		t.Errorf("behind the hole, %v is missing", c.Missing)
	}
	g.Add(slices.Values([]ancestry.Commit{h.commit(2)})) // now its parent is a hole that has a name
	if c := g.Compare(name(0), name(5)); string(c.Missing) != string(name(1)) {
		t.Errorf("then %v is missing", c.Missing)
	}
	g.Add(slices.Values([]ancestry.Commit{h.commit(1)}))
	agree(t, g, h.ancestors(), 0, 5)
}

// Nobody can be an ancestor of themselves: whoever tells so harms nobody.
func TestGraph_Circles(t *testing.T) {
	t.Parallel()
	at := func(i int, parents ...int) ancestry.Commit {
		c := ancestry.Commit{SHA: name(i), Complete: true, At: ancestrytest.At(i)}
		for _, p := range parents {
			c.Parents = append(c.Parents, name(p))
		}
		return c
	}
	g := ancestry.New()
	g.Add(slices.Values([]ancestry.Commit{at(1, 2), at(2, 1), at(3, 3), at(4, 4, 5, 5), at(5), at(6, 4, 4)}))
	if g.Len() != 6 || g.Contains(name(6), name(5)) != ancestry.Yes || g.Contains(name(5), name(6)) != ancestry.No {
		t.Errorf("%d commits", g.Len())
	}
	g.Add(slices.Values([]ancestry.Commit{at(2, 1), at(1, 5), at(4, 5)}))
	if g.Contains(name(2), name(5)) != ancestry.Yes || g.Len() != 6 {
		t.Errorf("what is mended is not known: %d commits, %d", g.Len(), g.Contains(name(2), name(5)))
	}
}

// Names of 20 and of 32 bytes may be in one repository.
func TestGraph_LongNames(t *testing.T) {
	t.Parallel()
	h := branched(rand.New(rand.NewPCG(1, 4)), 3000, 3)
	long := func(i int) []byte { return append(name(i), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) }
	g := h.graph()
	var told []ancestry.Commit
	for i := range h {
		c := h.commit(i)
		c.SHA = long(i)
		for j, p := range h[i] {
			c.Parents[j] = long(p)
		}
		told = append(told, c)
	}
	g.Add(slices.Values(told))
	if g.Len() != 2*len(h) {
		t.Fatalf("%d commits", g.Len())
	}
	all := h.ancestors()
	for i := range 50 {
		from, to := i*7, len(h)-1-i*11
		agree(t, g, all, from, to)
		if c := g.Compare(long(from), long(to)); c.Ahead != missing(all[from], all[to]) || c.Behind != missing(all[to], all[from]) {
			t.Fatalf("long names: %d to %d is %+v", from, to, c)
		}
		if c := g.Compare(name(from), long(to)); c.Ahead != len(all[to]) || c.Behind != len(all[from]) {
			t.Fatalf("a short and a long name: %+v", c)
		}
	}
}
