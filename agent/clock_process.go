package agent

import (
	"time"

	"github.com/google/uuid"
)

// processClock takes the start of this process for that of the machine, where
// there is nothing better. What an earlier process saw keeps the time that was
// believed then.
type processClock struct {
	start time.Time
	id    string
}

func newProcessClock() processClock {
	return processClock{start: time.Now(), id: "process-" + uuid.NewString()}
}

func (processClock) Wall() time.Time       { return time.Now().Round(0) }
func (c processClock) Boot() time.Duration { return time.Since(c.start) }
func (c processClock) BootID() string      { return c.id }
