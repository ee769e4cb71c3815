//go:build !linux

package agent

// SystemClock is the clock of this machine.
func SystemClock() Clock { return newProcessClock() }
