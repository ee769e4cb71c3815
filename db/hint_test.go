package db_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// Whatever writes events, others are told of it: a month of every kind of input.
func TestHints_AfterEveryWrite(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	take := d.HoldHints()
	pool := connect(t, url)
	written := func() (n int) {
		if err := pool.QueryRowContext(t.Context(), `SELECT count(*) FROM events`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	newEnvironment(t, d, org, "beta")
	newEnvironment(t, d, org, "prod")
	for _, flow := range []string{"flow-0", "flow-1", "flow-2"} {
		newFlow(t, d, org, flow, "tests")
	}
	take()
	told := 0
	for _, in := range shuffled(rand.New(rand.NewPCG(3, 4)), month(rand.New(rand.NewPCG(1, 2)))) {
		before := written()
		if err := in.send(t.Context(), d, org); err != nil {
			t.Fatalf("%s: %v", in.name, err)
		}
		hints := take()
		if written() > before {
			told++
			if !slices.Equal(hints, []int64{int64(org.Key)}) {
				t.Errorf("%s wrote events, and %v are told", in.name, hints)
			}
		}
	}
	if told < 50 {
		t.Errorf("only %d inputs wrote events", told)
	}
}

// Statements that write events are few. Who adds one calls db.hints.add after it, or
// wroteEvents in a transaction, and says here that it was thought of.
func TestHints_StatementsThatWrite(t *testing.T) {
	t.Parallel()
	want := []string{"applyDeltas", "applyReport", "runningBecameKnown", "tellSilences", "writeVerdicts"}
	got := declaring(t, "INTO events")
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("statements with INTO events (-want +got):\n%s", diff)
	}
}

// Whatever keeps a delivery or changes what became of it, others are told of it, and those
// who follow find it.
func TestHints_OfDeliveries(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	take := d.HoldAllHints()
	followed, err := d.DeliveryPosition(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	delivery := func(id string) *model.Delivery {
		return &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "push", Repository: "acme/runner", Body: []byte(id)}
	}
	facts := func(ignored string) *model.Facts {
		return &model.Facts{Ignored: ignored, Repository: model.Repository{Forge: model.ForgeGitHub, Name: "acme/runner", URL: "https://github.com/acme/runner"}}
	}
	waiting := func(source string) *model.Delivery {
		found, err := d.DeliveryBySource(ctx, org, model.ForgeGitHub.Source(), source)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"Kept", func() error { _, err := d.ReceiveDelivery(ctx, org, delivery("a"), facts("")); return err }, "[a APPLIED]"},
		{"KeptTogether", func() error { _, err := d.ReceiveDelivery(ctx, org, delivery("b"), facts("")); return err }, "[b APPLIED]"},
		{"Ignored", func() error { _, err := d.ReceiveDelivery(ctx, org, delivery("c"), facts("no use")); return err }, "[c IGNORED]"},
		{"Waiting", func() error { _, err := d.KeepDelivery(ctx, org, delivery("d"), errors.New("x")); return err }, "[d WAITING]"},
		{"Postponed", func() error { _, err := d.PostponeDelivery(ctx, org, waiting("d"), errors.New("y")); return err }, "[d WAITING]"},
		{"Settled", func() error { _, err := d.RetryDelivery(ctx, org, waiting("d"), facts("")); return err }, "[d APPLIED]"},
		{"PutBack", func() error { _, err := d.RequeueDelivery(ctx, org, waiting("a").Key); return err }, "[a WAITING]"},
		{"AllPutBack", func() error {
			_, err := d.RequeueDeliveries(ctx, org, model.ReplayDeliveriesInput{Filter: &model.DeliveryFilter{SourceID: new("b")}})
			return err
		}, "[b WAITING]"},
		{"Stale", func() error {
			report(t, d, org, minute(5), map[string]int{"runner:1": 1})
			report(t, d, org, minute(4), map[string]int{"runner:2": 1})
			return nil
		}, "[report STALE]"},
		{"NamedReport", func() error {
			_, err := d.ApplyReport(ctx, org, &model.Report{Environment: "aws-prod", Type: model.EnvironmentECS, ObservedAt: new(minute(6)), Body: []byte("{}"), IdempotencyKey: "x"})
			return err
		}, "[report APPLIED]"},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		_, told := take()
		part, err := d.DeliveriesAfter(ctx, org, followed, 100)
		for tries := 0; err == nil && part.Unsettled && tries < 100; tries++ { // other tests have transactions of their own
			time.Sleep(20 * time.Millisecond)
			part, err = d.DeliveriesAfter(ctx, org, followed, 100)
		}
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, found := range part.Deliveries {
			what := found.SourceID
			if found.Source == model.SourceReport {
				what = "report"
			}
			got, followed = append(got, what+" "+string(found.State)), found.Place
		}
		if fmt.Sprint(got) != step.want || !slices.Equal(told, []int64{int64(org.Key)}) {
			t.Errorf("%s: %v, want %s; told of %v", step.name, got, step.want, told)
		}
	}
	followers, err := d.DeliveryPosition(ctx, org)
	if err != nil || followers != followed {
		t.Errorf("the newest place is %v, want %v (%v)", followers, followed, err)
	}
}

// Statements that write deliveries are few. Who adds one tells of it as above.
func TestHints_StatementsThatWriteDeliveries(t *testing.T) {
	t.Parallel()
	want := []string{"DueDeliveries", "RequeueDeliveries", "applyReport", "keepDelivery", "keepTogether", "putBack", "receiveAlone", "retryIgnored", "settleDelivery"}
	got := slices.Concat(declaring(t, "INTO deliveries"), declaring(t, "UPDATE deliveries"))
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("statements that write deliveries (-want +got):\n%s", diff)
	}
}

// declaring are the declarations that have a text with some words in it.
func declaring(t *testing.T, words string) []string {
	t.Helper()
	var got []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			ast.Inspect(declaration, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && strings.Contains(literal.Value, words) {
					got = append(got, nameOf(declaration))
				}
				return true
			})
		}
	}
	return got
}

// nameOf is the name of a function, or of the first constant of a declaration.
func nameOf(declaration ast.Decl) string {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		if value, ok := d.Specs[0].(*ast.ValueSpec); ok {
			return value.Names[0].Name
		}
	}
	return "?"
}

// What one server writes, another one hears, also after its connection was lost.
func TestListen(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	newEnvironment(t, d, org, "aws-prod")
	heard := make(chan int, 1000)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.Listen(ctx, url, slog.New(slog.DiscardHandler), db.Heard{
			Events: func(organization int) { heard <- organization }, Deliveries: func(int) {},
		})
	}()
	await := func(want int) {
		t.Helper()
		for {
			select {
			case got := <-heard:
				if got == want {
					return
				}
			case <-time.After(30 * time.Second):
				t.Fatalf("%d was not heard", want)
			}
		}
	}
	await(0) // the connection is there
	report(t, d, org, start, map[string]int{"runner": 1})
	await(org.Key)
	pool := connect(t, url)
	_, err := pool.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	if err != nil {
		t.Fatal(err)
	}
	await(0) // a new one is
	report(t, d, org, start.Add(time.Minute), map[string]int{"runner": 2})
	await(org.Key)
	stop()
	<-ended
}

// A report that is applied by its differences is told too.
func TestHints_Deltas(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	token := model.NewTokenSecret()
	if _, err := d.Bootstrap(t.Context(), "acme", token); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	newEnvironment(t, d, org, "aws-prod")
	report(t, d, org, start, map[string]int{"runner": 1})
	take := d.HoldHints()
	take()
	next := &model.Report{Environment: "aws-prod", Type: model.EnvironmentECS}
	for range 2 {
		next.Instances = append(next.Instances, model.Instance{Digests: map[string]string{"runner": string(fingerprint("runner"))}, StartedAt: start})
	}
	running, err := next.Running()
	if err != nil {
		t.Fatal(err)
	}
	at := start.Add(time.Minute)
	number, err := d.ReportChanged(t.Context(), model.TokenReport{
		TokenHash: model.HashToken(token), Organization: "acme", Environment: "aws-prod", Type: model.EnvironmentECS,
		Content: model.ContentHash(running), ObservedAt: &at,
	}, running)
	if err != nil || number != 2 {
		t.Fatalf("snapshot %d, %v", number, err)
	}
	if got := take(); !slices.Equal(got, []int64{int64(org.Key)}) {
		t.Errorf("%v are told", got)
	}
}
