package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// stopWithParent has the kernel stop the child when its parent dies.
func stopWithParent(attr *syscall.SysProcAttr) {
	attr.Pdeathsig = syscall.SIGINT
}

// stateOf tells whether process pid is a Postgres of the data directory. A
// number is soon used again, so a process that is somewhere else is not.
func stateOf(pid int, data string) processState {
	proc := "/proc/" + strconv.Itoa(pid)
	stat, err := os.ReadFile(proc + "/stat")
	if err != nil {
		return stateBySignal(pid)
	}
	// The name is in brackets and may contain anything.
	if i := strings.LastIndexByte(string(stat), ')'); i >= 0 && strings.HasPrefix(string(stat[i+1:]), " Z") {
		if strings.Contains(string(stat[:i]), "(postgres") {
			return zombie
		}
		return gone
	}
	// Postgres works in its data directory.
	cwd, err := os.Stat(proc + "/cwd")
	if errors.Is(err, os.ErrPermission) {
		return gone // another user's: not a Postgres on data of ours
	}
	here, herr := os.Stat(filepath.Clean(data))
	if err != nil || herr != nil || os.SameFile(cwd, here) {
		return stateBySignal(pid)
	}
	return gone
}
