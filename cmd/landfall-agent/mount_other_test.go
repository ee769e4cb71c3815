//go:build !linux

package main

import "testing"

// mountSmall skips the test where there is no disk in memory.
func mountSmall(t *testing.T, _ string) { t.Skip("a small disk can be mounted on Linux only") }
