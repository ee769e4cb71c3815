package ancestry

// A vector is a number for each of many keys, mostly zero: a tree in which each node
// has four children. It is never changed: what is made of it shares what is alike, and
// two vectors with the same root are the same.
type vector struct {
	root   uint32
	height uint8 // a root of height h has keys below 4^h; 0 is empty
}

// node is an inner node, whose children are nodes, or one of height 1, whose children
// are the numbers. sum is that of all numbers below it. The first node of all is the
// empty one.
type node struct {
	children [4]uint32
	sum      uint32
}

const nodesOfBlock = 1 << 10

// vectors is where the nodes of all vectors of a graph are. It only grows, and is cut
// back to what it was.
type vectors struct {
	blocks []*[nodesOfBlock]node
	used   uint32
}

func (v *vectors) at(i uint32) *node { return &v.blocks[i/nodesOfBlock][i%nodesOfBlock] }

// make makes a node, and none for one that would be empty.
func (v *vectors) make(children [4]uint32, height uint8) uint32 {
	if children == [4]uint32{} {
		return 0
	}
	if v.used == 0 {
		v.used = 1 // the empty node is never looked at
	}
	if int(v.used/nodesOfBlock) == len(v.blocks) {
		v.blocks = append(v.blocks, new([nodesOfBlock]node))
	}
	n := v.at(v.used)
	n.children, n.sum = children, 0
	for _, child := range children {
		n.sum += v.sum(child, height-1)
	}
	v.used++
	return v.used - 1
}

// cut forgets all nodes that were made after there were so many.
func (v *vectors) cut(used uint32) {
	v.used = used
	blocks := int(used+nodesOfBlock-1) / nodesOfBlock
	clear(v.blocks[blocks:])
	v.blocks = v.blocks[:blocks]
}

// sum is that of a node, or the number itself at height 0.
func (v *vectors) sum(i uint32, height uint8) uint32 {
	if height == 0 || i == 0 {
		return i
	}
	return v.at(i).sum
}

func (v *vectors) total(a vector) int { return int(v.sum(a.root, a.height)) }

// slot is the place of a key among the children of a node.
func slot(key uint32, height uint8) uint32 { return key >> (2 * (height - 1)) & 3 }

// holds reports whether a tree of this height has a place for the key.
func holds(height uint8, key uint32) bool { return height >= 16 || key>>(2*height) == 0 }

func (v *vectors) get(a vector, key uint32) uint32 {
	if !holds(a.height, key) {
		return 0
	}
	at := a.root
	for h := a.height; h > 0 && at != 0; h-- {
		at = v.at(at).children[slot(key, h)]
	}
	return at
}

// raised is the vector with a higher root.
func (v *vectors) raised(a vector, height uint8) vector {
	for a.height < height {
		if a.height > 0 { // an empty one has no number that could be taken for a node
			a.root = v.make([4]uint32{a.root}, a.height+1)
		}
		a.height++
	}
	return a
}

// with is the vector in which the number of a key is at least the one given.
func (v *vectors) with(a vector, key, number uint32) vector {
	if v.get(a, key) >= number {
		return a
	}
	height := max(a.height, 1)
	for !holds(height, key) {
		height++
	}
	a = v.raised(a, height)
	a.root = v.put(a.root, a.height, key, number)
	return a
}

func (v *vectors) put(at uint32, height uint8, key, number uint32) uint32 {
	if height == 0 {
		return number
	}
	var children [4]uint32
	if at != 0 {
		children = v.at(at).children
	}
	s := slot(key, height)
	children[s] = v.put(children[s], height-1, key, number)
	return v.make(children, height)
}

// union has the greater number of the two for each key, but for one, of which it has
// that of a. Where a has it all, it is a itself.
func (v *vectors) union(a, b vector, but uint32) vector {
	if a == b || b.root == 0 {
		return a
	}
	height := max(a.height, b.height)
	a, b = v.raised(a, height), v.raised(b, height)
	return vector{v.unite(a.root, b.root, height, 0, but), height}
}

// first is the lowest key below the two nodes.
func (v *vectors) unite(a, b uint32, height uint8, first, but uint32) uint32 {
	inside := holds(height, but^first)
	switch {
	case a == b, b == 0:
		return a
	case a == 0 && !inside:
		return b
	case height == 0 && inside:
		return a
	case height == 0:
		return max(a, b)
	}
	var left, right, children [4]uint32
	if a != 0 {
		left = v.at(a).children
	}
	right = v.at(b).children
	for i := range children {
		children[i] = v.unite(left[i], right[i], height-1, first+uint32(i)<<(2*(height-1)), but)
	}
	if a != 0 && children == left {
		return a
	}
	if children == right {
		return b
	}
	return v.make(children, height)
}

// over is by how much the numbers of a are greater than those of b, where they are.
func (v *vectors) over(a, b vector) int {
	if a.root == 0 {
		return 0
	}
	if a.height > b.height {
		// What b has no place for is all of a's.
		n := 0
		children := v.at(a.root).children
		for _, child := range children[1:] {
			n += int(v.sum(child, a.height-1))
		}
		return n + v.over(vector{children[0], a.height - 1}, b)
	}
	for b.height > a.height {
		if b.root == 0 {
			return v.total(a)
		}
		b = vector{v.at(b.root).children[0], b.height - 1}
	}
	return v.exceed(a.root, b.root, a.height)
}

func (v *vectors) exceed(a, b uint32, height uint8) int {
	switch {
	case a == b || a == 0:
		return 0
	case height == 0:
		return max(int(a)-int(b), 0)
	case b == 0:
		return int(v.at(a).sum)
	}
	n := 0
	left, right := &v.at(a).children, &v.at(b).children
	for i := range left {
		n += v.exceed(left[i], right[i], height-1)
	}
	return n
}

// each calls f for the keys that have a number, in their order, until it returns false.
func (v *vectors) each(a vector, f func(key uint32) bool) bool {
	return v.walk(a.root, a.height, 0, f)
}

func (v *vectors) walk(at uint32, height uint8, first uint32, f func(uint32) bool) bool {
	switch {
	case at == 0:
		return true
	case height == 0:
		return f(first)
	}
	for i, child := range v.at(at).children {
		if !v.walk(child, height-1, first+uint32(i)<<(2*(height-1)), f) {
			return false
		}
	}
	return true
}
