package db_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// sender reports as the endpoint of agents does: it tries the cheap ways first.
type sender struct {
	d     *db.DB
	org   *model.Organization
	token []byte
}

func (s *sender) send(ctx context.Context, r *model.Report) (model.ReportResult, error) {
	running, err := r.Running()
	if err != nil {
		return model.ReportResult{}, err
	}
	said := model.TokenReport{
		TokenHash: s.token, Organization: s.org.Name, Environment: r.Environment, Type: r.Type,
		Content: model.ContentHash(running), ObservedAt: r.ObservedAt,
	}
	if !s.d.KnowsOther(s.org.Name, r.Environment, said.Content) {
		if number, err := s.d.ReportUnchanged(ctx, said); err != nil || number > 0 {
			return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: number}, err
		}
	}
	if number, err := s.d.ReportChanged(ctx, said, running); err != nil || number > 0 {
		return model.ReportResult{Outcome: model.OutcomeChanged, Number: number}, err
	}
	return s.d.ApplyReport(ctx, s.org, r)
}

// twoServers are two servers on one database, and a token that may report.
func twoServers(t testing.TB) (senders [2]*sender, d *db.DB, org *model.Organization) {
	t.Helper()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	now := &clock{now: start.Add(24 * time.Hour)}
	first.Now, second.Now = now.Now, now.Now
	secret := model.NewTokenSecret()
	if _, err := first.Bootstrap(t.Context(), "acme", secret); err != nil {
		t.Fatal(err)
	}
	org, err := first.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range []*db.DB{first, second} {
		senders[i] = &sender{d, org, model.HashToken(secret)}
	}
	return senders, first, org
}

// told is a report and what became of it.
type told struct {
	state    state
	at       time.Time
	result   model.ReportResult
	previous int // how many snapshots there were for sure before it was sent
}

// environmentModel keeps every snapshot of an environment whole.
type environmentModel struct {
	name string

	mu    sync.Mutex
	told  []told
	known []told // those that made snapshots, by number
}

// settle takes what became of reports into the model, and fails where that cannot be:
// whatever was at once, each that changed something has a number of its own, with no
// gap, and a later moment than the one before.
func (m *environmentModel) settle(t *testing.T) {
	t.Helper()
	changed := slices.DeleteFunc(slices.Clone(m.told), func(r told) bool { return r.result.Outcome != model.OutcomeChanged })
	slices.SortFunc(changed, func(a, b told) int { return a.result.Number - b.result.Number })
	for _, r := range changed {
		if r.result.Number != len(m.known)+1 {
			t.Fatalf("%s#%d comes after #%d", m.name, r.result.Number, len(m.known))
		}
		if n := len(m.known); n > 0 && (!r.at.After(m.known[n-1].at) || maps.Equal(r.state, m.known[n-1].state)) {
			t.Fatalf("%s#%d of %s made a snapshot after one of %s", m.name, r.result.Number, r.at, m.known[n-1].at)
		}
		m.known = append(m.known, r)
	}
	for _, r := range m.told {
		switch r.result.Outcome {
		case model.OutcomeChanged: // is known
		case model.OutcomeUnchanged: // of some snapshot that was the newest meanwhile, or of its own moment
			if !slices.ContainsFunc(m.known[max(0, r.previous-1):], func(k told) bool { return maps.Equal(k.state, r.state) }) && !maps.Equal(m.at(r.at), r.state) {
				t.Fatalf("%s: a report of %s changed nothing and says what no snapshot says", m.name, r.at)
			}
		case model.OutcomeStale:
			if r.at.After(m.known[len(m.known)-1].at) && len(m.told) == 1 {
				t.Fatalf("%s: a report of %s is stale after one of %s", m.name, r.at, m.known[len(m.known)-1].at)
			}
		}
	}
	m.told = nil
}

// at is what ran at a moment.
func (m *environmentModel) at(moment time.Time) state {
	for _, k := range slices.Backward(m.known) {
		if !k.at.After(moment) {
			return k.state
		}
	}
	return nil
}

func (m *environmentModel) states() []state {
	states := make([]state, len(m.known))
	for i, k := range m.known {
		states[i] = k.state
	}
	return states
}

// hugeState is a state of very many artifacts, of which those of small states are some.
func hugeState(random *rand.Rand, s state) state {
	huge := maps.Clone(s)
	for i := range 800 {
		huge[thing{string(fingerprint(fmt.Sprint("huge", i))), fmt.Sprintf("registry/huge-%d", i)}] = 1 + random.IntN(3)
	}
	return huge
}

// Reports of all sorts, through two servers, some at the same moment, late, repeated,
// empty or huge: every snapshot, what differs between any two, and every event agree
// with a model that keeps each snapshot whole, and no number is missing.
func TestEngineAgreesWithAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 99))
			servers, d, org := twoServers(t)
			models := map[string]*environmentModel{}
			for _, name := range []string{"beta", "prod", "lab"} {
				newEnvironment(t, d, org, name)
				models[name] = &environmentModel{name: name}
			}
			union, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "both", Type: model.EnvironmentLogical, Members: []string{"beta", "prod"}})
			if err != nil {
				t.Fatal(err)
			}
			tellStory(t, random, servers, models)
			unionAgrees(t, d, org, union, models)
			for name, m := range models {
				if len(m.known) < 20 {
					t.Errorf("%s has %d snapshots: the story says little", name, len(m.known))
				}
				engineAgrees(t, d, org, random, m)
				logAgrees(t, d, org, name, m.states())
			}
		})
	}
}

// unionAgrees looks at all snapshots of a union: each takes one member one snapshot
// further, and shows what ran in all of them.
func unionAgrees(t *testing.T, d *db.DB, org *model.Organization, union *model.Environment, models map[string]*environmentModel) {
	t.Helper()
	byKey := map[int]*environmentModel{}
	want := 0
	for _, name := range []string{"beta", "prod"} {
		e, err := d.Environment(t.Context(), org, name)
		if err != nil {
			t.Fatal(err)
		}
		byKey[e.Key] = models[name]
		want += len(models[name].known)
	}
	snapshots := allSnapshots(t, d, org, union.Key)
	slices.Reverse(snapshots)
	if len(snapshots) != want {
		t.Fatalf("the union has %d snapshots, and its members %d", len(snapshots), want)
	}
	before := map[int]int{}
	for i, s := range snapshots {
		moved, whole, replicas := 0, state{}, 0
		for _, part := range s.Reported() {
			moved += part.Number - before[part.Environment]
			before[part.Environment] = part.Number
			if part.Number > 0 {
				whole = whole.with(byKey[part.Environment].known[part.Number-1].state)
			}
		}
		for _, n := range whole {
			replicas += n
		}
		if s.Number != i+1 || moved != 1 || s.ReplicaCount != replicas || i > 0 && s.TakenAt.Before(snapshots[i-1].TakenAt) {
			t.Fatalf("both#%d in place %d has %d replicas, want %d, and moved its members by %d", s.Number, i+1, s.ReplicaCount, replicas, moved)
		}
		if i%5 == 0 {
			if diff := cmp.Diff(whole.totals(), runningIn(t, d, org, s)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", s.Ref(), diff)
			}
		}
	}
}

// tellStory sends a random story, in steps in each of which some reports are sent at
// once.
func tellStory(t *testing.T, random *rand.Rand, servers [2]*sender, models map[string]*environmentModel) {
	names := slices.Sorted(maps.Keys(models))
	moment := map[string]int{}
	newest := map[string]state{}
	for _, name := range names {
		newest[name] = state{}
	}
	for range 70 {
		var group errgroup.Group
		for range 1 + random.IntN(4) {
			name := names[random.IntN(len(names))]
			m := models[name]
			moment[name]++
			next, at := newest[name], start.Add(time.Duration(moment[name])*time.Minute)
			switch random.IntN(10) {
			case 0: // nothing runs
				next = state{}
			case 1: // the same again
			case 2: // late
				next, at = randomChange(random, next), start.Add(time.Duration(random.IntN(moment[name]+1))*time.Minute)
			case 3:
				if random.IntN(4) == 0 {
					next = hugeState(random, next)
				}
			default:
				next = randomChange(random, next)
			}
			newest[name] = next
			server, report, previous := servers[random.IntN(2)], next.report(name, at), len(m.known)
			group.Go(func() error {
				result, err := server.send(t.Context(), report)
				m.mu.Lock()
				defer m.mu.Unlock()
				m.told = append(m.told, told{next, at, result, previous})
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			models[name].settle(t)
			if known := models[name].known; len(known) > 0 {
				newest[name] = known[len(known)-1].state
			}
		}
	}
}

// engineAgrees compares the snapshots of an environment, and what differs between some
// of them, with its model.
func engineAgrees(t *testing.T, d *db.DB, org *model.Organization, random *rand.Rand, m *environmentModel) {
	t.Helper()
	var snapshots []*model.Snapshot
	for i, k := range m.known {
		s, err := d.Snapshot(t.Context(), org, model.SnapshotRefOf(m.name, i+1))
		if err != nil {
			t.Fatal(err)
		}
		if len(k.state) < 100 || random.IntN(4) == 0 { // reading thousands takes long
			if diff := cmp.Diff(k.state.totals(), runningIn(t, d, org, s)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", s.Ref(), diff)
			}
		}
		replicas := 0
		for _, n := range k.state {
			replicas += n
		}
		before := state{}
		if i > 0 {
			before = m.known[i-1].state
		}
		if !s.TakenAt.Equal(k.at) || s.ReplicaCount != replicas {
			t.Errorf("%s is of %s with %d replicas, want %s with %d", s.Ref(), s.TakenAt, s.ReplicaCount, k.at, replicas)
		}
		if changed := changes(before.totals(), k.state.totals()); s.ChangeCount < len(changed) {
			t.Errorf("%s tells of %d changes, want %d", s.Ref(), s.ChangeCount, len(changed))
		}
		snapshots = append(snapshots, s)
	}
	if _, err := d.Snapshot(t.Context(), org, model.SnapshotRefOf(m.name, len(m.known)+1)); model.KindOf(err) != model.KindNotFound {
		t.Errorf("%s has more than %d snapshots: %v", m.name, len(m.known), err)
	}
	for range 25 {
		from, to := snapshots[random.IntN(len(snapshots))], snapshots[random.IntN(len(snapshots))]
		got, err := d.Diff(t.Context(), org, from.Ref(), to.Ref())
		if err != nil {
			t.Fatal(err)
		}
		want := differing(m.known[from.Number-1].state, m.known[to.Number-1].state, true)
		if diff := cmp.Diff(want, diffOf(got)); diff != "" {
			t.Fatalf("%s to %s (-want +got):\n%s", from.Ref(), to.Ref(), diff)
		}
	}
}

// Most reports of an environment that changes often take the way that sends only what
// differs.
func TestDB_ReportChanged(t *testing.T) {
	t.Parallel()
	servers, d, org := twoServers(t)
	newEnvironment(t, d, org, "aws-prod")
	s := servers[0]
	send := func(at time.Time, running state) (model.ReportResult, int64) {
		t.Helper()
		before := d.Statements()
		result, err := s.send(t.Context(), running.report("aws-prod", at))
		if err != nil {
			t.Fatal(err)
		}
		return result, d.Statements() - before
	}
	a, b := thing{string(fingerprint("a")), "a"}, thing{string(fingerprint("b")), "b"}
	if result, _ := send(minute(1), state{a: 1}); result.Number != 1 {
		t.Fatalf("first: %+v", result)
	}
	for i, running := range []state{{a: 2}, {a: 2, b: 1}, {b: 3}, {}, {a: 1}} {
		result, statements := send(minute(i+2), running)
		if result.Outcome != model.OutcomeChanged || result.Number != i+2 || statements != 1 {
			t.Errorf("%v: %+v with %d statements, want #%d with one", running, result, statements, i+2)
		}
	}
	if result, statements := send(minute(9), state{a: 1}); result.Outcome != model.OutcomeUnchanged || statements != 1 {
		t.Errorf("unchanged: %+v with %d statements", result, statements)
	}
	// What is out of date is found out, and what is late is not applied.
	if _, err := servers[1].send(t.Context(), state{a: 5}.report("aws-prod", minute(10))); err != nil {
		t.Fatal(err)
	}
	if result, _ := send(minute(11), state{b: 1}); result.Outcome != model.OutcomeChanged || result.Number != 8 {
		t.Errorf("after another server: %+v", result)
	}
	if result, _ := send(minute(3), state{b: 7}); result.Outcome != model.OutcomeStale {
		t.Errorf("late: %+v", result)
	}
	s.token = model.HashToken(model.NewTokenSecret())
	said := model.TokenReport{TokenHash: s.token, Organization: "acme", Environment: "aws-prod", Type: model.EnvironmentECS, Content: []byte("other")}
	if number, err := d.ReportChanged(t.Context(), said, nil); number != 0 || err != nil {
		t.Errorf("without a token that is known: #%d, %v", number, err)
	}
	said.TokenHash, said.Type = servers[1].token, model.EnvironmentK8S
	if number, err := d.ReportChanged(t.Context(), said, nil); number != 0 || err != nil {
		t.Errorf("of another type: #%d, %v", number, err)
	}
}

// Two servers take an environment back and forth at once, so that what one of them
// knows is often true again when it is not the same any more.
func TestDB_ReportChanged_AtOnce(t *testing.T) {
	t.Parallel()
	servers, d, org := twoServers(t)
	env := newEnvironment(t, d, org, "aws-prod")
	var group errgroup.Group
	var mu sync.Mutex
	made := map[int]bool{}
	for i := range 8 {
		group.Go(func() error {
			for n := range 40 {
				report := state{thing{string(fingerprint("a")), "a"}: 1 + (n+i)%2}.report("aws-prod", start)
				report.ObservedAt = nil
				result, err := servers[i%2].send(t.Context(), report)
				if err != nil {
					return err
				}
				if result.Outcome != model.OutcomeChanged {
					continue
				}
				mu.Lock()
				if made[result.Number] {
					err = fmt.Errorf("two reports made #%d", result.Number)
				}
				made[result.Number] = true
				mu.Unlock()
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	snapshots := allSnapshots(t, d, org, env.Key)
	if len(snapshots) < 20 {
		t.Errorf("only %d snapshots: nothing was at once", len(snapshots))
	}
	for i, s := range snapshots { // newest first, each other than the next
		if s.Number != len(snapshots)-i || i > 0 && s.ReplicaCount == snapshots[i-1].ReplicaCount {
			t.Fatalf("place %d has #%d with %d replicas", i, s.Number, s.ReplicaCount)
		}
	}
}
