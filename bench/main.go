// Bench measures what a server does for its users against what Postgres alone
// does with the bare SQL of the same, on the same cluster, in one run. The load,
// the server and Postgres share the machine, so only the ratios tell something.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options say how long and how hard to measure.
type options struct {
	server   string
	pgbench  string
	clients  int
	rounds   int
	duration time.Duration
	only     string
}

func main() {
	var opts options
	flag.StringVar(&opts.server, "server", "bin/landfalld", "the server's `program`")
	flag.StringVar(&opts.pgbench, "pgbench", "", "pgbench's `program`; beside postgres if left out")
	flag.IntVar(&opts.clients, "clients", 16, "how many `clients` ask at once")
	flag.IntVar(&opts.rounds, "rounds", 3, "how many `times` each is measured, in turn")
	flag.DurationVar(&opts.duration, "duration", 4*time.Second, "how `long` each is measured")
	flag.StringVar(&opts.only, "only", "", "measure only what has this `text` in its name")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, opts)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, opts options) (err error) {
	p, err := startParts(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = firstOf(err, p.stop()) }()
	if err := p.fill(ctx); err != nil {
		return fmt.Errorf("fill the database: %w", err)
	}
	fmt.Printf("%d clients, %d rounds of %s each; %d artifacts with %d events each, %d environments of %d artifacts with %d snapshots each,\nand of %d and %d artifacts with %d snapshots; %d environments with %d artifacts each\n\n",
		opts.clients, opts.rounds, opts.duration, artifacts, eventsEach, environments, runsEach, snapshotsEach, runsEach, large, longHistory, fleet, fleetRuns)
	fmt.Printf("%-48s %12s %12s   %s\n", "", "Landfall/s", "bare SQL/s", "ratio (lowest to highest)")
	for _, m := range slices.Concat(measurements, readings) {
		if !strings.Contains(m.name, opts.only) {
			continue
		}
		if err := p.compare(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if !strings.Contains(whereACommitIs, opts.only) {
		return nil
	}
	return p.measureHistory(ctx)
}

// clientsOf is how many ask at once.
func (p *parts) clientsOf(m measurement) int {
	if m.clients > 0 {
		return m.clients
	}
	return p.opts.clients
}

// compare measures both sides in turn, so that a machine that becomes slower
// makes both slower.
func (p *parts) compare(ctx context.Context, m measurement) error {
	var ours, bare, ratios []float64
	for range p.opts.rounds {
		server, err := p.load(ctx, m)
		if err != nil {
			return err
		}
		sql, err := p.beside(ctx, m)
		if err != nil {
			return err
		}
		ours, bare, ratios = append(ours, server), append(bare, sql), append(ratios, server/sql)
	}
	slices.Sort(ratios)
	fmt.Printf("%-48s %12.0f %12.0f   %.2f (%.2f to %.2f)\n", m.name, median(ours), median(bare), median(ratios), ratios[0], ratios[len(ratios)-1])
	if !m.paced {
		return nil
	}
	return p.comparePaced(ctx, m, median(ours)/2)
}

// beside measures what a measurement is compared with.
func (p *parts) beside(ctx context.Context, m measurement) (float64, error) {
	if m.against == nil {
		return p.pgbench(ctx, m)
	}
	m.request = m.against
	return p.load(ctx, m)
}

// comparePaced measures how long answers take at a rate that both sides reach.
func (p *parts) comparePaced(ctx context.Context, m measurement, rate float64) error {
	// What was written before is not what is measured.
	if _, err := p.sql.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	ours, err := p.pace(ctx, m, rate)
	if err != nil {
		return err
	}
	if _, err := p.sql.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	bare, err := p.pgbenchPaced(ctx, m, rate)
	if err != nil {
		return err
	}
	fmt.Printf("  at %.0f/s, half of what was reached, half within %s, 99 of 100 within %s, all within %s; bare SQL %s, %s, %s\n",
		rate, ours.at(0.5), ours.at(0.99), ours.at(1), bare.at(0.5), bare.at(0.99), bare.at(1))
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
