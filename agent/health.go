package agent

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// health is what an agent tells of itself.
type health struct {
	mu       sync.Mutex
	keeper   *timekeeper
	interval time.Duration
	began    moment
	places   []*reporter
	metrics  *metrics.Set
}

func newHealth() *health { return &health{metrics: metrics.NewSet()} }

func (h *health) begin(keeper *timekeeper, interval time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keeper, h.interval, h.began = keeper, interval, keeper.now()
	h.metrics.NewGauge("landfall_agent_clock_offset_seconds", func() float64 { return keeper.offset().Seconds() })
}

func (h *health) add(r *reporter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.places = append(h.places, r)
	r.health.count(h.metrics, r)
}

// environmentHealth is how it goes with one environment.
type environmentHealth struct {
	mu          sync.Mutex
	lastLook    moment // the newest that saw all; zero if there was none
	ended       moment // the newest, well or not
	lookErr     string // why the newest saw nothing; empty if it did
	instances   int
	lastReport  moment // the newest that the server took
	snapshot    string
	sendErr     string // why the newest did not arrive; empty if it did
	refusal     string // of the newest report that was refused for good
	looks       *metrics.Counter
	failedLooks *metrics.Counter
	seconds     *metrics.FloatCounter // that looks took
	outcomes    func(outcome string) *metrics.Counter
}

func newEnvironmentHealth() *environmentHealth {
	e := &environmentHealth{}
	e.bind(metrics.NewSet(), "")
	return e
}

// count adds the metrics of an environment to those of the agent.
func (e *environmentHealth) count(set *metrics.Set, r *reporter) {
	e.mu.Lock()
	defer e.mu.Unlock()
	name := r.place.Environment
	e.bind(set, name)
	gauge := func(metric string, value func() float64) {
		set.NewGauge(fmt.Sprintf("landfall_agent_%s{environment=%q}", metric, name), value)
	}
	gauge("instances", func() float64 { return float64(e.state().instances) })
	gauge("last_look_timestamp_seconds", func() float64 { return unixSeconds(e.state().lastLook) })
	gauge("last_report_timestamp_seconds", func() float64 { return unixSeconds(e.state().lastReport) })
	gauge("spool_reports", func() float64 { return float64(r.spool.state().reports) })
	gauge("spool_bytes", func() float64 { return float64(r.spool.state().bytes) })
	gauge("spool_given_up", func() float64 { return float64(r.spool.state().thinned) })
	gauge("spool_on_disk", func() float64 {
		if r.spool.dir == "" || r.spool.state().diskErr != nil {
			return 0
		}
		return 1
	})
}

func (e *environmentHealth) bind(set *metrics.Set, environment string) {
	label := func(metric string, more string) string {
		return fmt.Sprintf("landfall_agent_%s{environment=%q%s}", metric, environment, more)
	}
	e.looks = set.NewCounter(label("looks_total", `,result="seen"`))
	e.failedLooks = set.NewCounter(label("looks_total", `,result="failed"`))
	e.seconds = set.NewFloatCounter(label("look_seconds_total", ""))
	e.outcomes = func(outcome string) *metrics.Counter {
		return set.GetOrCreateCounter(label("reports_total", fmt.Sprintf(",outcome=%q", outcome)))
	}
}

func unixSeconds(m moment) float64 {
	if m.At.IsZero() {
		return 0
	}
	return float64(m.At.UnixMilli()) / 1e3
}

// looked notes the outcome of a look, and reports whether it failed in another way
// than the one before.
func (e *environmentHealth) looked(began, ended moment, report *Report, err error) (news bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ended = ended
	e.seconds.Add((ended.Boot - began.Boot).Seconds())
	if err != nil {
		news = e.lookErr != err.Error()
		e.lookErr = err.Error()
		e.failedLooks.Inc()
		return news
	}
	e.lookErr = ""
	e.lastLook, e.instances = began, report.Instances
	e.looks.Inc()
	return false
}

// reported notes that the server took a report.
func (e *environmentHealth) reported(at moment, answer Answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lastReport, e.snapshot, e.sendErr = at, answer.Snapshot, ""
	e.outcomes(answer.Outcome).Inc()
}

// failed notes why the server could not be told, and reports whether that is another
// reason than before.
func (e *environmentHealth) failed(err error) (news bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	news = e.sendErr != err.Error()
	e.sendErr = err.Error()
	e.outcomes("failed").Inc()
	return news
}

// refused notes a report that the server will never take.
func (e *environmentHealth) refused(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refusal = err.Error()
	e.outcomes("refused").Inc()
}

// environmentState is how it goes with an environment at one moment.
type environmentState struct {
	lastLook, ended, lastReport moment
	lookErr, sendErr, refusal   string
	snapshot                    string
	instances                   int
}

func (e *environmentHealth) state() environmentState {
	e.mu.Lock()
	defer e.mu.Unlock()
	return environmentState{
		lastLook: e.lastLook, ended: e.ended, lastReport: e.lastReport, lookErr: e.lookErr, sendErr: e.sendErr,
		refusal: e.refusal, snapshot: e.snapshot, instances: e.instances,
	}
}

// statusDocument is what the agent says of an environment to who asks for its health.
type statusDocument struct {
	Environment string     `json:"environment"`
	LastLook    *time.Time `json:"lastLook"`
	LookError   string     `json:"lookError,omitempty"`
	Instances   int        `json:"instances"`
	LastReport  *time.Time `json:"lastReport"`
	Snapshot    string     `json:"snapshot,omitempty"`
	ReportError string     `json:"reportError,omitempty"`
	Refused     string     `json:"refused,omitempty"`
	Kept        int        `json:"kept"`
	GivenUp     int        `json:"givenUp"`
	SpoolError  string     `json:"spoolError,omitempty"`
}

func (r *reporter) status() statusDocument {
	state, spool := r.health.state(), r.spool.state()
	d := statusDocument{
		Environment: r.place.Environment, LastLook: orNil(state.lastLook), LookError: state.lookErr, Instances: state.instances,
		LastReport: orNil(state.lastReport), Snapshot: state.snapshot, ReportError: state.sendErr, Refused: state.refusal,
		Kept: spool.reports, GivenUp: spool.thinned,
	}
	if spool.diskErr != nil {
		d.SpoolError = spool.diskErr.Error()
	}
	return d
}

func orNil(m moment) *time.Time {
	if m.At.IsZero() {
		return nil
	}
	return &m.At
}

// Handler serves what watches the agent: /healthz answers 500 if it hangs, so that it
// is started anew; /readyz answers 503 until it saw all that runs everywhere, and
// while it cannot; /metrics is in the format of Prometheus. A server that is away makes the agent
// neither unhealthy nor unready: to start it anew would help nobody. Both say in JSON how it
// goes with each environment.
func (a *Agent) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		a.health.answer(w, http.StatusInternalServerError, a.health.isAlive)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		a.health.answer(w, http.StatusServiceUnavailable, isReady)
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		a.health.metrics.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
	return mux
}

// isAlive reports whether looks of an environment end, well or not.
func (h *health) isAlive(r *reporter) bool {
	newest := r.health.state().ended
	if newest.At.IsZero() {
		newest = h.began
	}
	return h.keeper.now().Boot-newest.Boot < 3*h.interval+lookTimeout
}

func isReady(r *reporter) bool {
	state := r.health.state()
	return !state.lastLook.At.IsZero() && state.lookErr == ""
}

// answer says how it goes with all environments, and whether it goes well with each.
func (h *health) answer(w http.ResponseWriter, bad int, well func(*reporter) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	status := http.StatusOK
	if h.keeper == nil {
		status = bad // it has not begun
	}
	documents := []statusDocument{}
	for _, r := range h.places {
		documents = append(documents, r.status())
		if !well(r) {
			status = bad
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"environments": documents}) // whoever asked may be gone
}
