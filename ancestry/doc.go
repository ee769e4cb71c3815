// Package ancestry keeps the commit graph of one repository in memory, and tells how
// commits stand to each other: whether one is an ancestor of another, how many commits
// one has that another has not, and which.
//
// The commits are cut into chains: each is a way from a commit down its parents, so
// that who reaches one commit of a chain reaches all that are below it. What a commit
// reaches is then a number for each chain: how many of its lowest commits. These
// numbers are kept in trees that share what they have in common with those of the
// commits before (vector.go). An ancestor is found by one look into such a tree, the
// number of all ancestors stands at its root, and two of them differ only where the
// trees are not the same. The idea of chains is that of Jagadish, "A compression
// technique to materialize transitive closure" (ACM TODS 15:4, 1990).
//
// What is known of a history may have holes: a commit that nobody told of yet, or the
// parents of one of which only a push told. Each hole is kept beside what a commit
// reaches, and nothing is told that what is hidden in one could make wrong. As git
// does, it trusts that a commit is not dated before its ancestors, and only where there
// are holes.
package ancestry
