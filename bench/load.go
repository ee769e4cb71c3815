package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// load measures the server: each client sends a request as soon as it has the
// answer to the one before, over a connection of its own.
func (p *parts) load(ctx context.Context, m measurement) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		done    atomic.Int64
		waiting sync.WaitGroup
		failed  = make(chan error, p.clientsOf(m))
		begin   = time.Now()
		end     = begin.Add(p.opts.duration)
	)
	for client := range p.clientsOf(m) {
		waiting.Go(func() {
			n, err := p.ask(ctx, m, client, end)
			done.Add(int64(n))
			if err != nil {
				cancel()
				failed <- err
			}
		})
	}
	waiting.Wait()
	elapsed := time.Since(begin)
	select {
	case err := <-failed:
		return 0, fmt.Errorf("%w; the server's log: %s", err, p.log)
	default:
		return float64(done.Load()) / elapsed.Seconds(), nil
	}
}

// ask sends requests until the time is over, and returns how many were answered.
func (p *parts) ask(ctx context.Context, m measurement, client int, end time.Time) (int, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", p.address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	// What is sent is made before, if it may be sent again: making it is not what
	// is measured.
	prepared := make([][]byte, 64)
	for n := range prepared {
		prepared[n] = m.request(client, n)
	}
	for n := 0; ; n++ {
		if !time.Now().Before(end) || ctx.Err() != nil {
			return n, ctx.Err()
		}
		request := prepared[n%len(prepared)]
		if m.fresh && n >= len(prepared) {
			request = m.request(client, n)
		}
		if _, err := conn.Write(request); err != nil {
			return n, err
		}
		if err := checkAnswer(answers, m.status, n == 0); err != nil {
			return n, err
		}
	}
}

// checkAnswer reads an answer, and refuses one that is not what is measured. The
// first of all may be something else: what a report says may be new to the server,
// or known already.
func checkAnswer(answers *bufio.Reader, status string, first bool) error {
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	expected := answer.Status[:3] == status || (first && answer.StatusCode < 300)
	if !expected || bytes.Contains(body, []byte(`"errors"`)) || bytes.Contains(body, []byte(`"artifact":null`)) || bytes.Contains(body, []byte("seen before")) {
		return fmt.Errorf("the server answers %s: %s", answer.Status, body)
	}
	return nil
}
