package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// latencies are how long answers took, from the moment at which the request was
// due: a server that stops for a second makes all wait that were due in it.
type latencies []time.Duration

// at is the time within which so much of all answers came, from 0 to 1.
func (l latencies) at(part float64) time.Duration {
	return l[min(len(l)-1, int(part*float64(len(l))))].Round(100 * time.Microsecond)
}

// pace measures latencies at a rate: requests are due at fixed moments, whether or
// not the answers before have come.
func (p *parts) pace(ctx context.Context, m measurement, rate float64) (latencies, error) {
	var (
		mu      sync.Mutex
		all     latencies
		failed  error
		waiting sync.WaitGroup
		begin   = time.Now()
		every   = time.Duration(float64(time.Second) * float64(p.clientsOf(m)) / rate)
	)
	for client := range p.clientsOf(m) {
		waiting.Go(func() {
			first := begin.Add(every * time.Duration(client) / time.Duration(p.clientsOf(m)))
			took, err := p.paced(ctx, m, client, first, every)
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, took...), firstOf(failed, err)
		})
	}
	waiting.Wait()
	if failed != nil {
		return nil, fmt.Errorf("%w; the server's log: %s", failed, p.log)
	}
	slices.Sort(all)
	return all, nil
}

// pgbenchPaced is pace for the bare SQL. pgbench writes down when each transaction
// was due and how long it took since then.
func (p *parts) pgbenchPaced(ctx context.Context, m measurement, rate float64) (latencies, error) {
	prefix := filepath.Join(p.dir, "paced")
	if _, err := p.pgbench(ctx, m, "--rate", strconv.FormatFloat(rate, 'f', 0, 64), "--log", "--log-prefix", prefix); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(prefix + ".*")
	if err != nil {
		return nil, err
	}
	var all latencies
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(raw)) { // client, number, microseconds, ...
			fields := strings.Fields(line)
			took, err := strconv.ParseInt(fields[2], 10, 64)
			if err != nil {
				return nil, err
			}
			all = append(all, time.Duration(took)*time.Microsecond)
		}
	}
	slices.Sort(all)
	return all, nil
}

// pacedFor is how many times as long as a rate latencies are measured: they are rare
// that matter.
const pacedFor = 3

// paced is one client of pace.
func (p *parts) paced(ctx context.Context, m measurement, client int, due time.Time, every time.Duration) (took latencies, err error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for n, end := 0, due.Add(pacedFor*p.opts.duration); due.Before(end) && ctx.Err() == nil; n, due = n+1, due.Add(every) {
		request := m.request(client, n)
		time.Sleep(time.Until(due))
		if _, err := conn.Write(request); err != nil {
			return nil, err
		}
		if err := checkAnswer(answers, m.status, n == 0); err != nil {
			return nil, err
		}
		took = append(took, time.Since(due))
	}
	return took, ctx.Err()
}
