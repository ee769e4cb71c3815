package main

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	leastMemoryLimit = 256 << 20
	mostMemoryLimit  = 2 << 30
)

// tuneMemory lets garbage grow up to a limit before it is collected: most of the
// cost of a GraphQL answer is garbage. The limit leaves half of the memory to
// Postgres and everything else.
func tuneMemory() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryLimit(availableMemory("/")))
}

// memoryLimit is the limit for a process where so much memory is available, 0
// if that is not known.
func memoryLimit(available int64) int64 {
	if available == 0 {
		return mostMemoryLimit
	}
	return min(max(available/2, leastMemoryLimit), mostMemoryLimit)
}

// availableMemory is what the machine has or, if that is less, what the control
// group of this process may use. It is 0 if neither is known. Root is where the
// file system begins.
func availableMemory(root string) int64 {
	least := machineMemory(root)
	for _, file := range cgroupFiles(root) {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// "max", or with version 1 a number beyond any memory, is no limit.
		n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
		if err == nil && n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

func machineMemory(root string) int64 {
	f, err := os.Open(filepath.Join(root, "proc/meminfo"))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		rest, ok := strings.CutPrefix(lines.Text(), "MemTotal:")
		if !ok {
			continue
		}
		kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
		if err != nil {
			return 0
		}
		return kb << 10
	}
	return 0
}

// cgroupFiles are the files that may hold a limit for this process: those of its
// group and of all groups around it. In a container, its own is at the top.
func cgroupFiles(root string) []string {
	files := []string{filepath.Join(root, "sys/fs/cgroup/memory/memory.limit_in_bytes")}
	groups := []string{"/"}
	if b, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup")); err == nil {
		for line := range strings.Lines(string(b)) {
			group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::")
			for ok && group != "/" && group != "." {
				groups = append(groups, group)
				group = filepath.Dir(group)
			}
		}
	}
	for _, group := range groups {
		files = append(files, filepath.Join(root, "sys/fs/cgroup", group, "memory.max"))
	}
	return files
}
