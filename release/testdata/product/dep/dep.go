// Package dep is what the product stands on.
package dep

// Name is its name.
const Name = "dep"
