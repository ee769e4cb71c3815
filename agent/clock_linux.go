package agent

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// SystemClock is the clock of this machine.
func SystemClock() Clock {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return newProcessClock() // as in a sandbox that hides /proc
	}
	return bootClock{id: strings.TrimSpace(string(id))}
}

// bootClock is that of Linux, whose CLOCK_BOOTTIME goes on while the machine sleeps.
type bootClock struct {
	id string
}

func (bootClock) Wall() time.Time { return time.Now().Round(0) }

func (bootClock) Boot() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		panic("read CLOCK_BOOTTIME: " + err.Error()) // only a kernel before 2.6.39
	}
	return time.Duration(ts.Nano())
}

func (c bootClock) BootID() string { return c.id }
