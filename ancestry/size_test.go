package ancestry_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/landfall-dev/landfall/ancestry"
)

// kernelLike is a history such as that of the Linux kernel: about 7 of 100 commits are
// merges into one line, of branches that were begun some thousand commits before and
// that had merged others themselves.
func kernelLike(random *rand.Rand, n int) history {
	h := make(history, 1, n)
	mainline := []int{0}
	trees := make([]int, 100) // subsystems
	for len(h) < n {
		// a subsystem takes a topic of some commits, based on something recent of its own or a release
		s := random.IntN(len(trees))
		if random.IntN(8) == 0 {
			trees[s] = mainline[max(0, len(mainline)-1-random.IntN(50))]
		}
		base := trees[s]
		tip := base
		for range 1 + random.IntN(26) {
			h = append(h, []int{tip})
			tip = len(h) - 1
		}
		if base != trees[s] || random.IntN(3) == 0 {
			h = append(h, []int{trees[s], tip})
			tip = len(h) - 1
		}
		trees[s] = tip
		if random.IntN(3) == 0 {
			head := mainline[len(mainline)-1]
			if trees[s] != head {
				h = append(h, []int{head, trees[s]})
				mainline = append(mainline, len(h)-1)
			}
		}
	}
	return h[:n]
}

func BenchmarkGraph(b *testing.B) {
	h := kernelLike(rand.New(rand.NewPCG(1, 1)), 1_400_000)
	merges := 0
	for _, p := range h {
		if len(p) > 1 {
			merges++
		}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	g := ancestry.New()
	began := b.Elapsed()
	g.Add(func(yield func(ancestry.Commit) bool) {
		for i := range h {
			if !yield(h.commit(i)) {
				return
			}
		}
	})
	b.Logf("%d merges; loaded in %v", merges, b.Elapsed()-began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d MB on the heap, %d by its own count", (after.HeapAlloc-before.HeapAlloc)>>20, g.Bytes()>>20)
	random := rand.New(rand.NewPCG(2, 2))
	pairs := make([][2][]byte, 1000)
	for i := range pairs {
		pairs[i] = [2][]byte{name(random.IntN(len(h))), name(random.IntN(len(h)))}
	}
	i := 0
	b.Run("Contains", func(b *testing.B) {
		for b.Loop() {
			i++
			g.Contains(pairs[i%1000][0], pairs[i%1000][1])
		}
	})
	b.Run("Compare", func(b *testing.B) {
		for b.Loop() {
			i++
			g.Compare(pairs[i%1000][0], pairs[i%1000][1])
		}
	})
	b.Run("AddNewest", func(b *testing.B) {
		tip := len(h) - 1
		for b.Loop() {
			c := ancestry.Commit{SHA: name(tip + 1), Parents: [][]byte{name(tip)}, Complete: true, At: start.AddDate(3, 0, 0)}
			tip++
			g.Add(slices.Values([]ancestry.Commit{c}))
		}
	})
	runtime.KeepAlive(h)
}
