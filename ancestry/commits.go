package ancestry

import (
	"bytes"
	"hash/maphash"
)

// maxSHA is the length of the longest name of a commit, in bytes.
const maxSHA = 32

const commitsOfBlock = 1 << 10

// commits are those of a graph, each known by its place. An ancestor's place is before
// those of its descendants.
type commits struct {
	width  int // of a name, in bytes: 20, or 32 once there is one that needs it
	n      uint32
	blocks []*block

	seed  maphash.Seed
	table []uint32 // the places by the hash of their names, each one higher: 0 is free
}

// block has what is known of some commits.
type block struct {
	names    []byte
	times    [commitsOfBlock]uint32 // when they were committed, in seconds of Unix
	parents  [commitsOfBlock]uint32 // see parentList
	chains   [commitsOfBlock]uint32 // the stretch that each is in
	position [commitsOfBlock]uint32 // in its chain
}

func newCommits() commits {
	return commits{width: 20, seed: maphash.MakeSeed(), table: make([]uint32, 64)}
}

func (c *commits) of(id uint32) (*block, uint32) {
	return c.blocks[id/commitsOfBlock], id % commitsOfBlock
}

// name is the name of a commit as it was told.
func (c *commits) name(id uint32) []byte {
	b, i := c.of(id)
	name := b.names[int(i)*c.width:][:c.width]
	if c.width == maxSHA && allZero(name[20:]) {
		return name[:20]
	}
	return name
}

func allZero(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}

// find returns the place of a commit.
func (c *commits) find(name []byte) (id uint32, ok bool) {
	mask := uint64(len(c.table) - 1)
	for slot := maphash.Bytes(c.seed, name) & mask; c.table[slot] != 0; slot = (slot + 1) & mask {
		if id := c.table[slot] - 1; bytes.Equal(c.name(id), name) {
			return id, true
		}
	}
	return 0, false
}

// add gives a commit the next place. It must not be there yet.
func (c *commits) add(name []byte) uint32 {
	if len(name) > c.width {
		c.widen()
	}
	id := c.n
	if int(id/commitsOfBlock) == len(c.blocks) {
		c.blocks = append(c.blocks, &block{names: make([]byte, commitsOfBlock*c.width)})
	}
	b, i := c.of(id)
	kept := b.names[int(i)*c.width:][:c.width]
	clear(kept[copy(kept, name):])
	c.n++
	if int(c.n)*4 > len(c.table)*3 {
		c.rehash(2 * len(c.table))
	} else {
		c.enter(id)
	}
	return id
}

func (c *commits) enter(id uint32) {
	mask := uint64(len(c.table) - 1)
	slot := maphash.Bytes(c.seed, c.name(id)) & mask
	for c.table[slot] != 0 {
		slot = (slot + 1) & mask
	}
	c.table[slot] = id + 1
}

func (c *commits) rehash(size int) {
	c.table = make([]uint32, size)
	for id := range c.n {
		c.enter(id)
	}
}

// widen makes room for longer names.
func (c *commits) widen() {
	for _, b := range c.blocks {
		names := make([]byte, commitsOfBlock*maxSHA)
		for i := range commitsOfBlock {
			copy(names[i*maxSHA:], b.names[i*c.width:][:c.width])
		}
		b.names = names
	}
	c.width = maxSHA
}

// pop takes away the last commit. Entries that stand behind its own because it was in
// their place move up.
func (c *commits) pop() {
	id := c.n - 1
	mask := uint64(len(c.table) - 1)
	free := maphash.Bytes(c.seed, c.name(id)) & mask
	for c.table[free] != id+1 {
		free = (free + 1) & mask
	}
	for next := (free + 1) & mask; c.table[next] != 0; next = (next + 1) & mask {
		home := maphash.Bytes(c.seed, c.name(c.table[next]-1)) & mask
		if (next-home)&mask >= (next-free)&mask {
			c.table[free], free = c.table[next], next
		}
	}
	c.table[free] = 0
	c.n--
	if c.n%commitsOfBlock == 0 {
		c.blocks[c.n/commitsOfBlock] = nil
		c.blocks = c.blocks[:c.n/commitsOfBlock]
	}
}

// bytes is how much memory the commits take.
func (c *commits) bytes() int {
	return len(c.blocks)*commitsOfBlock*(c.width+16) + 4*len(c.table)
}
