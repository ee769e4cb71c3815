package kubernetes

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var errDown = errors.New("the API server is down")

func TestContact(t *testing.T) {
	t.Parallel()
	begin := func(c *contact) { c.begin() }
	completed := func(c *contact) { c.completed() }
	opened := func(c *contact) { c.opened() }
	ended := func(c *contact) { c.ended(c.watches) }
	endedLate := func(c *contact) { c.ended(c.watches - 1) }
	lost := func(c *contact) { c.lost(errDown) }
	// In a list all is there before the watch opens, in a stream after that.
	listed := []func(*contact){begin, completed, opened}
	streamed := []func(*contact){begin, opened, completed}
	tests := map[string]struct {
		before    []func(*contact)
		then      []func(*contact)
		want      error // context.Canceled if it waits
		mayResume bool
	}{
		"Nothing":          {nil, nil, context.Canceled, false},
		"Begun":            {nil, []func(*contact){begin}, context.Canceled, false},
		"Listed":           {nil, []func(*contact){begin, completed}, context.Canceled, true},
		"Streaming":        {nil, []func(*contact){begin, opened}, context.Canceled, false},
		"ListedAndOpen":    {listed, nil, nil, true},
		"Streamed":         {streamed, nil, nil, true},
		"Ended":            {streamed, []func(*contact){ended}, context.Canceled, true},
		"EndedAndOpen":     {streamed, []func(*contact){ended, opened}, nil, true},
		"OldOneEndsLate":   {streamed, []func(*contact){opened, endedLate}, nil, true},
		"Lost":             {streamed, []func(*contact){lost}, errDown, false},
		"LostAndOpen":      {streamed, []func(*contact){lost, opened}, context.Canceled, false},
		"LostAndBegun":     {streamed, []func(*contact){lost, begin}, context.Canceled, false},
		"LostAndStreaming": {streamed, []func(*contact){lost, begin, opened}, context.Canceled, false},
		"LostAndListed":    {streamed, []func(*contact){lost, begin, completed, opened}, nil, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newContact(func() time.Time { return noon })
			for _, step := range slices.Concat(tt.before, tt.then) {
				step(c)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := c.await(ctx); !errors.Is(err, tt.want) {
				t.Errorf("await = %v, want %v", err, tt.want)
			}
			if got := c.mayResume(); got != tt.mayResume {
				t.Errorf("mayResume = %v, want %v", got, tt.mayResume)
			}
		})
	}
}

// TestListWatch_ResumesSoonOnly: what happened between two watches is told by the
// second, but nobody says when that is done.
func TestListWatch_ResumesSoonOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		gap     time.Duration
		resumes bool
	}{
		"AtOnce": {0, true}, "Soon": {maxGap - 1, true}, "Late": {maxGap, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := noon
			lw := &listWatch{api: newFakeAPI(), topic: topic{resource: pods}, contact: newContact(func() time.Time { return now })}
			lw.contact.completed()
			lw.contact.ended(lw.contact.opened())
			now = now.Add(tt.gap)
			w, err := lw.watch(t.Context(), metav1.ListOptions{ResourceVersion: "7"})
			if err == nil {
				w.Stop()
			}
			if tt.resumes != (err == nil) || !tt.resumes && !apierrors.IsResourceExpired(err) {
				t.Errorf("watch = %v, want it to resume: %v", err, tt.resumes)
			}
		})
	}
}
