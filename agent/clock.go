package agent

import (
	"log/slog"
	"sync"
	"time"
)

// maxDrift is how far the agent's time may be from the server's before it is
// corrected. The server tells its own in whole seconds.
const maxDrift = 5 * time.Second

// Clock is what an agent reads the time from.
type Clock interface {
	// Wall is the time that the machine shows, which anybody can set.
	Wall() time.Time
	// Boot is the time since the machine started, asleep or awake, which nobody can
	// set. BootID tells one start of the machine from another.
	Boot() time.Duration
	BootID() string
}

// moment is when something was seen: on the clock that nobody can set, and what
// was believed to be the time then.
type moment struct {
	At     time.Time     `json:"at"`
	Boot   time.Duration `json:"boot"`
	BootID string        `json:"bootId"`
}

// timekeeper knows what time it is for the server. It believes the machine's clock
// at the start only: from then on the time is carried on by the clock that nobody
// can set, and corrected by what the server says it is. So a clock that is stepped,
// in either direction, changes nothing of what is reported.
type timekeeper struct {
	clock Clock
	log   *slog.Logger

	mu   sync.Mutex
	zero time.Time // believed to have been when Boot was 0
}

func newTimekeeper(clock Clock, log *slog.Logger) *timekeeper {
	return &timekeeper{clock: clock, log: log, zero: clock.Wall().Add(-clock.Boot())}
}

// now is this moment.
func (k *timekeeper) now() moment {
	k.mu.Lock()
	defer k.mu.Unlock()
	boot := k.clock.Boot()
	return moment{At: k.zero.Add(boot), Boot: boot, BootID: k.clock.BootID()}
}

// of is when a moment was, by what is known now. Of a moment before the machine
// was started anew, only what was believed then is known.
func (k *timekeeper) of(m moment) time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if m.BootID != k.clock.BootID() {
		return m.At
	}
	return k.zero.Add(m.Boot)
}

// heard takes the server's time, which was told between two moments of Boot.
func (k *timekeeper) heard(server time.Time, asked, answered time.Duration) {
	if server.IsZero() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	believed := k.zero.Add(asked + (answered-asked)/2)
	off := server.Add(time.Second / 2).Sub(believed) // whole seconds are cut off, not rounded
	if off.Abs() <= maxDrift+(answered-asked)/2 {
		return
	}
	k.log.Warn("this machine's clock is off; reports carry the server's time", "off", (-off).Round(time.Second).String())
	k.zero = k.zero.Add(off)
}

// offset is how far the machine's clock shows a later time than the server's.
func (k *timekeeper) offset() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.clock.Wall().Sub(k.zero.Add(k.clock.Boot()))
}
