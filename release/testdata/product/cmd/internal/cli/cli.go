// Package cli is the version of the product in small.
package cli

import "example.com/dep"

var version string

// Version is what a release has set.
func Version() string { return version + " on " + dep.Name }
