//go:build unix

package fingerprint_test

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/landfall-dev/landfall/fingerprint"
)

// TestDir_Pipe must not wait for who writes to a pipe.
func TestDir_Pipe(t *testing.T) {
	t.Parallel()
	dir := example(t)
	if err := syscall.Mkfifo(dir+"/pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprint.Dir(dir); err == nil || !strings.Contains(err.Error(), "pipe is a named pipe") {
		t.Errorf("err = %v", err)
	}
	if _, err := fingerprint.File(dir + "/pipe"); err == nil || !strings.Contains(err.Error(), "is a named pipe") {
		t.Errorf("err = %v", err)
	}
	if got := dirOf(t, dir, "pipe"); got != exampleSum {
		t.Errorf("with the pipe left out: %s", got)
	}
}

func TestDir_Unreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root can read everything")
	}
	dir := example(t)
	if err := os.Chmod(dir+"/z", 0); err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprint.Dir(dir); err == nil {
		t.Error("a file that cannot be read was passed over")
	}
}
