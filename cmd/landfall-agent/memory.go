package main

import (
	"os"
	"runtime/debug"
)

// What the collector is told unless somebody told it otherwise. An agent has little to
// do and much time: memory is what it costs where it runs. The limit is one that Go
// tries to keep; what a large cluster needs beyond it, it gets.
const (
	garbagePercent = 25 // of what is in use
	memoryLimit    = 32 << 20
)

// tuneMemory has garbage collected early.
func tuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(garbagePercent)
		debug.SetMemoryLimit(memoryLimit)
	}
}
