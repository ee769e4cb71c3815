//go:build !linux

package cluster

import "syscall"

// stopWithParent does nothing: only Linux can tie a child to its parent.
func stopWithParent(*syscall.SysProcAttr) {}

func stateOf(pid int, _ string) processState {
	return stateBySignal(pid)
}
