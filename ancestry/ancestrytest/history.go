// Package ancestrytest makes histories of commits, to test and to measure with.
package ancestrytest

import (
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// History is a history of commits, which are known by their numbers: the parents of
// each, all of them before it.
type History [][]int

// Start is when the first commit of a history was made. Each is made a minute after the
// one before.
var Start = time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)

// At is when a commit was made.
func At(i int) time.Time { return Start.Add(time.Duration(i) * time.Minute) }

// Name is the SHA of a commit, in 20 bytes: its number, and something before it so that
// names do not begin alike.
func Name(i int) []byte {
	sha := make([]byte, 20)
	binary.BigEndian.PutUint64(sha, uint64(i+1)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(sha[8:], uint64(i))
	return sha
}

// Number is the commit of a name.
func Number(sha []byte) int { return int(binary.BigEndian.Uint64(sha[8:])) }

// KernelLike is a history of n commits such as that of the Linux kernel: of a hundred
// trees of subsystems, each takes topics of some commits, and is merged into one line now
// and then. About 5 of 100 commits are merges.
func KernelLike(random *rand.Rand, n int) History {
	h := make(History, 1, n+30)
	line, trees := []int{0}, make([]int, 100)
	for len(h) < n {
		tree := random.IntN(len(trees))
		if random.IntN(8) == 0 { // it begins anew, from something recent
			trees[tree] = line[max(0, len(line)-1-random.IntN(50))]
		}
		tip := trees[tree]
		for range 1 + random.IntN(26) {
			h = append(h, []int{tip})
			tip = len(h) - 1
		}
		if random.IntN(3) == 0 { // the topic is merged, as one that could be fast-forwarded
			h = append(h, []int{trees[tree], tip})
			tip = len(h) - 1
		}
		trees[tree] = tip
		if head := line[len(line)-1]; tip != head && random.IntN(3) == 0 {
			h = append(h, []int{head, tip})
			line = append(line, len(h)-1)
		}
	}
	return h[:n]
}
