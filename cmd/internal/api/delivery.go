package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	graphql "github.com/hasura/go-graphql-client"
)

// maxBody bounds an answer that has the body of a delivery in it: 26 MiB, and what
// it takes to write them as JSON.
const maxBody = 160 << 20

// DeliverySources are what deliveries come from.
var DeliverySources = []string{"GITHUB", "GITLAB", "GITEA", "BITBUCKET", "DOCKER_HUB", "REPORT"}

// DeliveryStates are what can have become of a delivery.
var DeliveryStates = []string{"APPLIED", "IGNORED", "STALE", "WAITING", "FAILED"}

// Delivery is one webhook request as it was received.
type Delivery struct {
	ID            string     `graphql:"id"`
	Source        string     `graphql:"source"`   // one of DeliverySources
	SourceID      string     `graphql:"sourceId"` // as the forge shows it
	Event         string     `graphql:"event"`
	Repository    *string    `graphql:"repository"` // nil if it is about none
	ReceivedAt    time.Time  `graphql:"receivedAt"`
	State         string     `graphql:"state"`  // one of DeliveryStates
	Reason        *string    `graphql:"reason"` // nil if there is nothing to say
	NextAttemptAt *time.Time `graphql:"nextAttemptAt"`
	Attempts      int        `graphql:"attempts"`
	Size          int        `graphql:"size"`
	Headers       []Header   `graphql:"headers"`
}

// Header is a header of a request.
type Header struct {
	Name  string `graphql:"name"`
	Value string `graphql:"value"`
}

// DeliveryFilter says which deliveries; what is empty fits all.
type DeliveryFilter struct {
	Sources    []string   `json:"sources,omitempty"`
	States     []string   `json:"states,omitempty"`
	Events     []string   `json:"events,omitempty"`
	Repository string     `json:"repository,omitempty"`
	SourceID   string     `json:"sourceId,omitempty"`
	Since      *time.Time `json:"since,omitempty"`
	Until      *time.Time `json:"until,omitempty"`
}

// IsEmpty reports whether the filter fits all deliveries.
func (f *DeliveryFilter) IsEmpty() bool {
	return len(f.Sources)+len(f.States)+len(f.Events) == 0 && f.Repository == "" && f.SourceID == "" && f.Since == nil && f.Until == nil
}

// Deliveries lists what came in, the newest first: at most limit deliveries, or all
// that fit if it is 0.
func (c *Client) Deliveries(ctx context.Context, filter DeliveryFilter, limit int) (List[Delivery], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Delivery], error) {
		var q struct {
			Organization struct {
				Deliveries page[Delivery] `graphql:"deliveries(filter: $filter, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Deliveries", &q, variables{
			"organization": c.organization, "filter": filter, "first": first, "after": after,
		})
		return q.Organization.Deliveries, err
	})
}

// Delivery finds a delivery by the id that its forge shows, or by the one that this
// API gave it. Source may be empty; it returns CodeAmbiguous if several sources
// gave the id.
func (c *Client) Delivery(ctx context.Context, source, id string) (Delivery, error) {
	if strings.HasPrefix(id, "delivery_") {
		return c.deliveryByNode(ctx, id)
	}
	filter := DeliveryFilter{SourceID: id}
	if source != "" {
		filter.Sources = []string{source}
	}
	found, err := c.Deliveries(ctx, filter, 2)
	switch {
	case err != nil:
		return Delivery{}, err
	case len(found.Items) == 0:
		return Delivery{}, &Error{Code: CodeNotFound, Message: fmt.Sprintf("delivery %q did not come in, or was pruned", id)}
	case len(found.Items) > 1:
		return Delivery{}, &Error{Code: CodeAmbiguous, Message: fmt.Sprintf("%s and %s both have a delivery %q: say which by its source", found.Items[0].Source, found.Items[1].Source, id)}
	}
	return found.Items[0], nil
}

func (c *Client) deliveryByNode(ctx context.Context, id string) (Delivery, error) {
	var q struct {
		Node struct {
			Delivery `graphql:"... on Delivery"`
		} `graphql:"node(id: $id)"`
	}
	err := c.query(ctx, "Delivery", &q, variables{"id": graphql.ID(id)})
	return q.Node.Delivery, err
}

// DeliveryBody is the body of a delivery as text; nil if the caller may not see it.
func (c *Client) DeliveryBody(ctx context.Context, id string) (*string, error) {
	var q struct {
		Node struct {
			Delivery struct {
				Body *string `graphql:"body"`
			} `graphql:"... on Delivery"`
		} `graphql:"node(id: $id)"`
	}
	err := c.query(withAnswerOf(ctx, maxBody), "DeliveryBody", &q, variables{"id": graphql.ID(id)})
	return q.Node.Delivery.Body, err
}

// ReplayDeliveryInput names a delivery to apply again.
type ReplayDeliveryInput struct {
	DeliveryID string `json:"deliveryId"`
}

// ReplayDelivery applies a delivery again, and returns it as it is then.
func (c *Client) ReplayDelivery(ctx context.Context, id string) (Delivery, error) {
	var m struct {
		ReplayDelivery struct {
			Delivery Delivery `graphql:"delivery"`
		} `graphql:"replayDelivery(input: $input)"`
	}
	err := c.mutate(ctx, "ReplayDelivery", &m, variables{"input": ReplayDeliveryInput{id}})
	return m.ReplayDelivery.Delivery, err
}

// ReplayDeliveriesInput names deliveries to apply again.
type ReplayDeliveriesInput struct {
	Organization string         `json:"organization"`
	Filter       DeliveryFilter `json:"filter"`
	After        *Cursor        `json:"after,omitempty"`
}

// ReplayDeliveries lets all deliveries that fit be applied again, and returns how
// many they are. The filter must say something.
func (c *Client) ReplayDeliveries(ctx context.Context, filter DeliveryFilter) (count int, err error) {
	in := ReplayDeliveriesInput{Organization: c.organization, Filter: filter}
	for {
		var m struct {
			ReplayDeliveries struct {
				Count     int     `graphql:"count"`
				More      bool    `graphql:"more"`
				EndCursor *Cursor `graphql:"endCursor"`
			} `graphql:"replayDeliveries(input: $input)"`
		}
		if err := c.mutate(ctx, "ReplayDeliveries", &m, variables{"input": in}); err != nil {
			return count, err
		}
		count += m.ReplayDeliveries.Count
		if !m.ReplayDeliveries.More || m.ReplayDeliveries.EndCursor == nil {
			return count, nil
		}
		in.After = m.ReplayDeliveries.EndCursor
		c.step(count)
	}
}

// PruneDeliveriesInput names deliveries to forget.
type PruneDeliveriesInput struct {
	Organization string    `json:"organization"`
	Before       time.Time `json:"before"`
	States       []string  `json:"states,omitempty"`
}

// PruneDeliveries forgets deliveries that were received before a moment, and
// returns how many they were. Without states they are those that need nothing any
// more.
func (c *Client) PruneDeliveries(ctx context.Context, before time.Time, states []string) (count int, err error) {
	for {
		var m struct {
			PruneDeliveries struct {
				Count int  `graphql:"count"`
				More  bool `graphql:"more"`
			} `graphql:"pruneDeliveries(input: $input)"`
		}
		in := PruneDeliveriesInput{Organization: c.organization, Before: before, States: states}
		if err := c.mutate(ctx, "PruneDeliveries", &m, variables{"input": in}); err != nil {
			return count, err
		}
		count += m.PruneDeliveries.Count
		if !m.PruneDeliveries.More || m.PruneDeliveries.Count == 0 {
			return count, nil
		}
		c.step(count)
	}
}

// step tells whoever follows how far a long work has come.
func (c *Client) step(done int) {
	if c.OnPage != nil {
		c.OnPage(done)
	}
}

type answerKey struct{}

// withAnswerOf lets the answer to a request be larger than others.
func withAnswerOf(ctx context.Context, most int64) context.Context {
	return context.WithValue(ctx, answerKey{}, most)
}

// answerLimit is how large the answer to a request may be.
func answerLimit(ctx context.Context) int64 {
	if most, ok := ctx.Value(answerKey{}).(int64); ok {
		return most
	}
	return maxAnswer
}
