package main

import (
	"os"
	"runtime/debug"
)

// What the collector is told unless somebody told it otherwise. An agent has little to
// do and much time: memory is what it costs where it runs.
const (
	garbagePercent = 50
	memoryLimit    = 40 << 20 // of Go's part; the program itself is mapped beside it
)

// tuneMemory has garbage collected early.
func tuneMemory() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(garbagePercent)
		debug.SetMemoryLimit(memoryLimit)
	}
}
