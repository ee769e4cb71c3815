package db

import (
	"context"
	"log/slog"
	"strconv"
	"time"

	"github.com/lib/pq"
)

// How a lost connection is made anew, and how often it is looked whether it is
// there: one that has died without a word is not noticed by itself.
const (
	listenAgainFirst = 100 * time.Millisecond
	listenAgainMost  = 10 * time.Second
	listenPing       = time.Minute
)

// Heard is called with each organization in which some server has written events, or kept
// deliveries or changed what became of them; and with 0 when any may have been missed.
type Heard struct {
	Events, Deliveries func(organization int)
}

// Listen calls heard until ctx ends, and with 0 at the beginning and after the connection
// was lost. It has a connection of its own, which must lead to
// Postgres directly: a pooler that hands connections on with each transaction loses
// what is heard.
//
// What it tells is a hint to look, and may be missing.
func Listen(ctx context.Context, url string, log *slog.Logger, heard Heard) {
	listener := pq.NewListener(url, listenAgainFirst, listenAgainMost, func(event pq.ListenerEventType, err error) {
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "listen for events", "event", event.String(), "err", err)
		}
	})
	defer func() { go listener.Close() }() // it may wait for a connection that is being made
	go func() {
		// It waits until there is a connection; an error comes again on the next one.
		for _, of := range []what{ofEvents, ofDeliveries} {
			if err := listener.Listen(string(of)); err != nil && ctx.Err() == nil {
				log.ErrorContext(ctx, "listen for events", "err", err)
			}
		}
		heard.of(nil)
	}()
	ping := time.NewTicker(listenPing)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-listener.Notify:
			heard.of(n)
		case <-ping.C:
			go func() { _ = listener.Ping() }() // an error lets the listener connect anew
		}
	}
}

// of hands on a notification. After a new connection, lib/pq tells so by a nil one.
func (h Heard) of(n *pq.Notification) {
	if n == nil || what(n.Channel) == ofEvents {
		h.Events(organizationOf(n))
	}
	if n == nil || what(n.Channel) == ofDeliveries {
		h.Deliveries(organizationOf(n))
	}
}

// organizationOf is the organization that a notification names, and 0 for none.
func organizationOf(n *pq.Notification) int {
	if n == nil {
		return 0
	}
	organization, err := strconv.Atoi(n.Extra)
	if err != nil {
		return 0
	}
	return organization
}
