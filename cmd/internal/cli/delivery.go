package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/lazy"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// deliveryFlags say which deliveries.
type deliveryFlags struct {
	states     wordsFlag
	sources    wordsFlag
	events     []string
	repository string
	since      ageFlag
}

func (f *deliveryFlags) add(app *App, cmd *cobra.Command) {
	f.states.choices, f.sources.choices = api.DeliveryStates, api.DeliverySources
	f.states.add(cmd, "state", "only those in this state")
	f.sources.add(cmd, "source", "only those that came from there")
	cmd.Flags().StringSliceVar(&f.events, "event", nil, "only this `event`, in the words of the forge: push, workflow_run; may be repeated")
	completeWith(cmd, "event", nil)
	cmd.Flags().StringVar(&f.repository, "repository", "", "only those about this repository, with its owner")
	completeWith(cmd, "repository", nil)
	f.since.add(app, cmd, "since", "only those received since then: 30m, 36h, 2d, 4w, or a time")
}

func (f *deliveryFlags) filter() api.DeliveryFilter {
	return api.DeliveryFilter{
		States: f.states.values, Sources: f.sources.values, Events: f.events, Repository: f.repository, Since: f.since.t,
	}
}

// wordsFlag is any number of several words of the API, as choiceFlag takes one.
type wordsFlag struct {
	values  []string
	choices []string
}

func (f *wordsFlag) String() string { return strings.Join(f.values, ",") }

// Set adds words that commas divide.
func (f *wordsFlag) Set(value string) error {
	for word := range strings.SplitSeq(value, ",") {
		one := choiceFlag{choices: f.choices}
		if err := one.Set(strings.TrimSpace(word)); err != nil {
			return err
		}
		f.values = append(f.values, one.value)
	}
	return nil
}

// Type is what help calls the value.
func (f *wordsFlag) Type() string { return "word" }

func (f *wordsFlag) add(cmd *cobra.Command, name, usage string) {
	words := make([]string, len(f.choices))
	for i, c := range f.choices {
		words[i] = slugOf(c)
	}
	cmd.Flags().Var(f, name, usage+": "+strings.Join(words, ", ")+"; may be repeated")
	completeWith(cmd, name, words)
}

// ageFlag is a moment that is said as how long ago it is, or in RFC 3339; nil if
// not said.
type ageFlag struct {
	t    *time.Time
	now  func() time.Time
	said string
}

var (
	agePattern = lazy.Regexp(`^([0-9]{1,6})([mhdw])$`)
	ageUnits   = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
)

func (f *ageFlag) String() string { return f.said }

// Set takes an age, such as 2d, or a moment in RFC 3339.
func (f *ageFlag) Set(value string) error {
	var moment timeFlag
	if m := agePattern().FindStringSubmatch(value); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return err
		}
		t := f.now().Add(-time.Duration(n) * ageUnits[m[2]])
		moment.t = &t
	} else if moment.Set(value) != nil {
		return fmt.Errorf("write how long ago it is, as in 30m, 36h, 2d or 4w, or a time as in 2022-08-22T11:35:00+02:00")
	}
	f.t, f.said = moment.t, value
	return nil
}

// Type is what help calls the value.
func (f *ageFlag) Type() string { return "age" }

func (f *ageFlag) add(app *App, cmd *cobra.Command, name, usage string) {
	f.now = func() time.Time { return app.IO.Now() }
	cmd.Flags().Var(f, name, usage)
	completeWith(cmd, name, nil)
}

func colorOfDelivery(state string) term.Color {
	switch state {
	case "FAILED":
		return term.Red
	case "WAITING":
		return term.Yellow
	default:
		return term.None
	}
}

func writeDeliveries(io *term.IO, deliveries []api.Delivery) {
	rows := make([][]string, len(deliveries))
	for i, d := range deliveries {
		rows[i] = []string{
			io.Ago(d.ReceivedAt), slugOf(d.Source), d.Event, orUnknown(deref(d.Repository)), d.State, orUnknown(deref(d.Reason)), d.SourceID,
		}
	}
	columns := term.Columns("RECEIVED", "SOURCE", "EVENT", "REPOSITORY", "STATE", "REASON", "ID")
	columns[4].Color = colorOfDelivery
	columns[5].Cut = true
	io.Table(columns, rows)
}

// deliveryDocument is a delivery in JSON.
type deliveryDocument struct {
	ID            string           `json:"id"`
	Source        string           `json:"source"`
	SourceID      string           `json:"sourceId"`
	Event         string           `json:"event"`
	Repository    *string          `json:"repository"`
	ReceivedAt    time.Time        `json:"receivedAt"`
	State         string           `json:"state"`
	Reason        *string          `json:"reason"`
	NextAttemptAt *time.Time       `json:"nextAttemptAt"`
	Attempts      int              `json:"attempts"`
	Size          int              `json:"size"`
	Headers       []headerDocument `json:"headers"`
}

type headerDocument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func documentOfDelivery(d api.Delivery) deliveryDocument {
	return deliveryDocument{
		ID: d.ID, Source: d.Source, SourceID: d.SourceID, Event: d.Event, Repository: d.Repository, ReceivedAt: d.ReceivedAt.UTC(),
		State: d.State, Reason: d.Reason, NextAttemptAt: utc(d.NextAttemptAt), Attempts: d.Attempts, Size: d.Size,
		Headers: documents(d.Headers, func(h api.Header) headerDocument { return headerDocument(h) }),
	}
}

// slugOf is a word of the API as command lines write it: DOCKER_HUB is docker-hub.
func slugOf(enum string) string { return strings.ReplaceAll(wordOf(enum), "_", "-") }

func countOfDeliveries(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return fmt.Sprintf("%d deliveries", n)
}

// addSource adds --source to a command about single deliveries.
func addSource(cmd *cobra.Command, source *choiceFlag) {
	source.choices = slices.Clone(api.DeliverySources)
	cmd.Flags().Var(source, "source", "what it came from, if several gave the same id")
	completeWith(cmd, "source", source.choices)
}
