package ancestry_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/ancestry/ancestrytest"
)

// A graph of the size of the Linux kernel: how long it takes to be made, how much memory
// it takes, and how long its answers take.
func BenchmarkGraph(b *testing.B) {
	h := history(ancestrytest.KernelLike(rand.New(rand.NewPCG(1, 1)), 1_400_000))
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
			c := ancestry.Commit{SHA: name(tip + 1), Parents: [][]byte{name(tip)}, Complete: true, At: ancestrytest.At(tip + 1)}
			tip++
			g.Add(slices.Values([]ancestry.Commit{c}))
		}
	})
	runtime.KeepAlive(h)
}
