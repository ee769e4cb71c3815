package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// When nothing changes there is a report at the interval, and no other.
func TestAgent_Run_Heartbeat(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Hour + time.Second)
		if got := w.server.requests(); got != 61 {
			t.Errorf("%d reports in an hour, want 61: the first, and one a minute", got)
		}
		w.wantHistory()
	})
}

// A change is told at once, and many at once are told of by few looks.
func TestAgent_Run_Change(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(10 * time.Second)
		w.source.run("b")
		pass(time.Millisecond)
		w.wantHistory()
		pass(10 * time.Second)
		before := w.server.requests()
		for i := range 100 {
			w.source.run(fmt.Sprint("c", i))
			pass(10 * time.Millisecond)
		}
		pass(2 * time.Second)
		history := w.server.tells()
		if got := w.server.requests() - before; got > 3 || history[len(history)-1].Content != "c99" {
			t.Errorf("%d reports of a second of changes, the last of %v", got, history[len(history)-1])
		}
	})
}

// A source that tells of no changes is looked at at the interval.
func TestAgent_Run_Blind(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.source.blind = true
		w.start(nil)
		pass(90 * time.Second)
		w.source.mu.Lock()
		w.source.runs = "b" // and nobody is told
		w.source.mu.Unlock()
		pass(29 * time.Second)
		if got := w.server.tells(); len(got) != 1 {
			t.Fatalf("the server was told %v before the interval was over", got)
		}
		pass(2 * time.Second)
		if got := w.server.tells(); len(got) != 2 || got[1].Content != "b" {
			t.Errorf("the server was told %v", got)
		}
	})
}

// A server that is away for a day leaves no hole: each change has its place in the
// history, at its time. The same goes for one that refuses the token or is busy, for
// an agent that is started anew meanwhile, and for one without a disk.
func TestAgent_Run_CutOff(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault     func(string) (int, error)
		noDisk    bool
		restart   bool
		mostTries int // of reports and others, in a day
	}{
		"Away":         {fault: away},
		"AwayNoDisk":   {fault: away, noDisk: true},
		"AwayRestart":  {fault: away, restart: true},
		"Busy":         {fault: answering(http.StatusServiceUnavailable)},
		"TokenRevoked": {fault: answering(http.StatusUnauthorized), mostTries: 24*60/4 + 20},
		"Forbidden":    {fault: answering(http.StatusForbidden), mostTries: 24*60/4 + 20},
		"NoSuchPlace":  {fault: answering(http.StatusNotFound), restart: true, mostTries: 24*60/4 + 40},
		"Redirected":   {fault: answering(http.StatusPermanentRedirect), mostTries: 24*60/4 + 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			if tt.noDisk {
				dir = ""
			}
			inWorld(t, dir, func(t *testing.T, w *world) {
				w.start(nil)
				pass(10 * time.Minute)
				w.server.fails(tt.fault)
				before := w.server.requests()
				for i := range 24 * 6 {
					pass(10 * time.Minute)
					w.source.run(fmt.Sprint("version-", i))
					if tt.restart && i == 70 {
						pass(5 * time.Second)
						w.stop()
						w.start(nil)
					}
				}
				if tries := w.server.requests() - before; tt.mostTries > 0 && tries > tt.mostTries {
					t.Errorf("%d tries in a day, of what somebody has to mend", tries)
				}
				w.server.fails(nil)
				pass(6 * time.Minute)
				w.wantHistory()
				if state := w.agent.health.places[0].spool.state(); state.reports != 0 || state.bytes != 0 {
					t.Errorf("the spool still has %+v", state)
				}
			})
		})
	}
}

// The machine's clock may be wrong, and stepped while the agent runs, in contact or
// not: what the server is told has the right times.
func TestAgent_Run_ClockStepped(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]time.Duration{"Ahead": 3 * time.Hour, "Behind": -3 * time.Hour, "FarAhead": 400 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, tempDir(t), func(t *testing.T, w *world) {
				w.server.ahead = -90 * time.Second // whose clock counts, right or wrong
				w.clock.stepBy(step)
				w.server.fails(away)
				w.start(nil)
				pass(time.Hour)
				w.source.run("b") // seen before the server told the time for the first time
				pass(time.Minute)
				w.server.fails(nil)
				pass(10 * time.Minute)
				w.source.run("c")
				pass(10 * time.Minute)
				w.clock.stepBy(-2 * step)
				w.source.run("d")
				pass(time.Hour)
				w.server.fails(away)
				w.source.run("e")
				pass(time.Hour)
				w.clock.stepBy(step / 2)
				w.source.run("f")
				pass(time.Minute)
				w.stop()
				w.start(nil) // which believes the wrong clock, until the server answers
				w.source.run("g")
				pass(time.Hour)
				w.server.fails(nil)
				pass(10 * time.Minute)
				w.wantHistory()
			})
		})
	}
}

// After the machine was started anew, what was seen before keeps the time that was
// believed then.
func TestAgent_Run_MachineRestarted(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Minute)
		w.server.fails(away)
		w.source.run("b")
		pass(time.Hour)
		w.stop()
		pass(time.Hour)
		w.clock = newFakeClock(0)
		w.clock.start, w.clock.id = time.Now(), "another"
		w.start(nil)
		w.source.run("c")
		pass(time.Hour)
		w.server.fails(nil)
		pass(10 * time.Minute)
		w.wantHistory()
	})
}

// An answer that is lost makes the agent tell the same again, which changes nothing.
func TestAgent_Run_AnswerLost(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		for i := range 20 {
			pass(time.Minute)
			w.server.mu.Lock()
			w.server.lose = true
			w.server.mu.Unlock()
			w.source.run(fmt.Sprint("version-", i))
		}
		pass(10 * time.Minute)
		w.wantHistory()
	})
}

// A disk that takes nothing costs no report as long as the agent runs.
func TestAgent_Run_DiskFails(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Minute)
		w.server.fails(away)
		spool := filepath.Join(w.dir, "acme", "prod")
		if err := os.Rename(spool, spool+".away"); err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			w.source.run(fmt.Sprint("version-", i))
			pass(time.Minute)
		}
		if state := w.agent.health.places[0].spool.state(); state.diskErr == nil || state.reports != 10 {
			t.Errorf("the spool is %+v, want one that says why it is in memory", state)
		}
		if err := os.Rename(spool+".away", spool); err != nil {
			t.Fatal(err)
		}
		w.source.run("z")
		pass(time.Second)
		if state := w.agent.health.places[0].spool.state(); state.diskErr != nil {
			t.Errorf("the disk is back, and the spool says %v", state.diskErr)
		}
		w.server.fails(nil)
		pass(10 * time.Minute)
		w.wantHistory()
	})
}

// A report that the server will never take is put aside, and the others go on.
func TestAgent_Run_Refused(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Minute)
		w.server.fails(answering(http.StatusUnprocessableEntity))
		w.source.run("bad")
		pass(time.Second)
		w.server.fails(nil)
		w.source.run("good")
		pass(2 * time.Second)
		if got := w.server.tells(); len(got) != 2 || got[1].Content != "good" {
			t.Errorf("the server was told %v", got)
		}
		if aside, err := filepath.Glob(filepath.Join(w.dir, "acme", "prod", "*"+badSuffix)); err != nil || len(aside) != 1 {
			t.Errorf("put aside: %v, %v", aside, err)
		}
		if got := w.agent.health.places[0].status().Refused; !strings.Contains(got, "422") {
			t.Errorf("Refused = %q", got)
		}
	})
}

// An environment that the server does not know is made, if the agent may.
func TestAgent_Run_CreatesEnvironment(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.server.missing = true
		w.start(func(a *Agent) { a.CreateEnvironment = true })
		pass(time.Second)
		w.wantHistory()
		if got := w.server.created; len(got) != 1 || got[0] != `{"name":"prod","type":"docker","description":""}` {
			t.Errorf("created %v", got)
		}
	})
}

// A proxy that lets nothing through but reports keeps none of them back.
func TestAgent_Run_OnlyReportsPass(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(_ *testing.T, w *world) {
		w.server.ahead = time.Hour
		w.server.fails(func(path string) (int, error) {
			if path == "/ready" {
				return http.StatusForbidden, nil
			}
			return 0, nil
		})
		w.start(nil)
		pass(time.Second)
		w.wantHistory()
	})
}

// A server that asks to be left alone is.
func TestAgent_Run_RetryAfter(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.server.header = http.Header{"Retry-After": {"120"}}
		w.server.fails(answering(http.StatusTooManyRequests))
		w.start(nil)
		pass(119 * time.Second)
		if got := w.server.requests(); got != 1 {
			t.Errorf("%d reports within two minutes, want 1", got)
		}
		w.server.fails(nil)
		pass(2 * time.Second)
		w.wantHistory()
	})
}

// Half a look is no look: nothing is reported, and the agent says that it cannot see.
func TestAgent_Run_LookFails(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Second)
		wantHealth(t, w.agent, "/readyz", 200, "")
		w.source.fail(errors.New("region eu-west-1 does not answer"))
		before := w.server.requests()
		pass(3 * time.Hour)
		if got := w.server.requests() - before; got != 0 {
			t.Errorf("%d reports by one who cannot see", got)
		}
		wantHealth(t, w.agent, "/healthz", 200, "eu-west-1")
		wantHealth(t, w.agent, "/readyz", 503, "eu-west-1")
		if n := strings.Count(w.log.String(), "eu-west-1"); n != 1 {
			t.Errorf("the same is in the log %d times", n)
		}
		w.source.fail(nil)
		pass(time.Minute)
		wantHealth(t, w.agent, "/readyz", 200, "")
	})
}

// An agent whose looks do not end is not alive, and one whose server is away is.
func TestAgent_Handler_Healthz(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.server.fails(away)
		w.start(nil)
		pass(24 * time.Hour)
		wantHealth(t, w.agent, "/healthz", 200, "connection refused")
		hang := make(chan struct{})
		w.source.mu.Lock()
		w.source.hang = hang
		w.source.mu.Unlock()
		pass(time.Hour)
		wantHealth(t, w.agent, "/healthz", 500, "")
		close(hang)
	})
}

func wantHealth(t *testing.T, a *Agent, path string, status int, says string) {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != status || !strings.Contains(w.Body.String(), says) || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s = %d %s, want %d and %q in it", path, w.Code, w.Body, status, says)
	}
}

func TestAgent_Handler_Metrics(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Second)
		w.server.fails(away)
		w.source.run("b")
		pass(time.Second)
		rec := httptest.NewRecorder()
		w.agent.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for _, line := range []string{
			`landfall_agent_instances{environment="prod"} 1`,
			`landfall_agent_looks_total{environment="prod",result="seen"} 2`,
			`landfall_agent_reports_total{environment="prod",outcome="changed"} 1`,
			`landfall_agent_spool_reports{environment="prod"} 1`,
			`landfall_agent_spool_on_disk{environment="prod"} 0`,
			`landfall_agent_clock_offset_seconds 0`,
		} {
			if !strings.Contains(rec.Body.String(), line+"\n") {
				t.Errorf("no %s in\n%s", line, rec.Body)
			}
		}
	})
}

// An agent that is told to stop sends what is left, and does not wait long for it.
func TestAgent_Run_Stop(t *testing.T) {
	t.Parallel()
	inWorld(t, "", func(t *testing.T, w *world) {
		w.server.fails(away)
		w.start(nil)
		pass(time.Hour)
		w.source.run("b")
		pass(time.Second)
		w.server.fails(nil) // while the agent waits for its next try
		began := time.Now()
		w.stop()
		w.wantHistory()
		if took := time.Since(began); took > stopTimeout {
			t.Errorf("stopping took %s", took)
		}
	})
}

// Two agents do not share a spool.
func TestAgent_Run_SpoolInUse(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(nil)
		pass(time.Second)
		second := *w.agent
		second.health = newHealth()
		if err := second.Run(t.Context()); !errors.Is(err, ErrSpoolInUse) {
			t.Errorf("Run = %v, want %v", err, ErrSpoolInUse)
		}
	})
}

// Environments share what may be kept.
func TestAgent_Run_SpoolShares(t *testing.T) {
	t.Parallel()
	inWorld(t, tempDir(t), func(t *testing.T, w *world) {
		w.start(func(a *Agent) {
			a.Places = append(a.Places, Place{"beta", "docker", newFakeSource("x")})
			a.SpoolBytes = 1000
		})
		pass(time.Second)
		for _, r := range w.agent.health.places {
			if r.spool.bound != 500 {
				t.Errorf("%s may keep %d bytes, want 500", r.place.Environment, r.spool.bound)
			}
		}
	})
}

// Whatever happens, in whatever order, the server's history is what ran.
func TestAgent_Run_AnyOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			inWorld(t, dir, func(_ *testing.T, w *world) { anyOrder(w, rand.New(rand.NewPCG(seed, 5))) })
		})
	}
}

func anyOrder(w *world, r *rand.Rand) {
	w.start(nil)
	version := 0
	happen := []func(){
		func() { version++; w.source.run(fmt.Sprint("version-", version)) },
		func() { w.server.fails(away) },
		func() { w.server.fails(answering(http.StatusUnauthorized)) },
		func() { w.server.fails(answering(http.StatusServiceUnavailable)) },
		func() { w.server.fails(nil) },
		func() { w.clock.stepBy(time.Duration(r.Int64N(int64(10*time.Hour))) - 5*time.Hour) },
		func() { w.stop(); w.start(nil) },
		func() {
			w.server.mu.Lock()
			w.server.lose = true
			w.server.mu.Unlock()
		},
	}
	pass(10 * time.Second)
	for range 100 {
		happen[r.IntN(len(happen))]()
		pass(3*time.Second + time.Duration(r.Int64N(int64(20*time.Minute))))
	}
	w.server.fails(nil)
	pass(15 * time.Minute)
	w.wantHistory()
}
