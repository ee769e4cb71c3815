package notify

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// message is what is sent to a place.
type message struct {
	id   string // the same if the same is sent again
	at   time.Time
	body []byte
}

// body is a message as JSON.
type body struct {
	Organization string      `json:"organization"`
	Notification string      `json:"notification"`
	Test         bool        `json:"test"`
	Events       []eventBody `json:"events"`
}

// eventBody is one event as JSON. What it does not have is null.
type eventBody struct {
	ID          model.ID           `json:"id"`
	Kind        model.EventKind    `json:"kind"`
	At          time.Time          `json:"at"`
	RecordedAt  time.Time          `json:"recordedAt"`
	Position    model.Cursor       `json:"position"`
	Summary     string             `json:"summary"`
	Environment *string            `json:"environment"`
	Snapshot    *string            `json:"snapshot"`
	Flows       []string           `json:"flows"`
	Fingerprint *model.Fingerprint `json:"fingerprint"`
}

func newMessage(due *model.DueNotification, n news, flows map[int]*model.Flow, now time.Time) (message, error) {
	b := body{Organization: due.Organization.Name, Notification: due.Notification.Name}
	for _, e := range n.events {
		b.Events = append(b.Events, newEventBody(e, flows))
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s", due.Notification.ID(), due.Position.Cursor(), n.end.Cursor()))
	return encode(due.Notification, hex.EncodeToString(sum[:16]), b, now)
}

func newTest(org *model.Organization, n *model.Notification, now time.Time) (message, error) {
	return encode(n, "test-"+strings.ToLower(rand.Text()), body{Organization: org.Name, Notification: n.Name, Test: true, Events: []eventBody{}}, now)
}

func newEventBody(e model.Event, flows map[int]*model.Flow) eventBody {
	f := e.Facts()
	out := eventBody{
		ID: f.ID(), Kind: f.Kind, At: f.At, RecordedAt: f.RecordedAt, Position: f.Position(), Summary: f.Summary(), Flows: []string{}, Fingerprint: f.Fingerprint,
	}
	if f.EnvironmentName != "" {
		out.Environment = &f.EnvironmentName
		if f.Kind.IsRunning() && f.Number > 0 {
			snapshot := f.EnvironmentName + "#" + strconv.Itoa(f.Number)
			out.Snapshot = &snapshot
		}
	}
	for _, key := range f.FlowKeys {
		if flow := flows[key]; flow != nil {
			out.Flows = append(out.Flows, flow.Name)
		}
	}
	return out
}

// encode writes a message in the form that its place wants.
func encode(n *model.Notification, id string, b body, now time.Time) (message, error) {
	var what any = b
	if n.Format == model.NotificationSlack {
		what = map[string]string{"text": textOf(b)}
	}
	data, err := json.Marshal(what)
	return message{id: id, at: now, body: data}, err
}

// slackEscapes keep what is told from being taken for something else: a link, or a
// call to a whole channel.
var slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// textOf is a message for people, one line for each event.
func textOf(b body) string {
	if b.Test {
		return "Landfall tells of events of " + slackEscapes.Replace(b.Organization) + " here: this is a test."
	}
	var lines []string
	for _, e := range b.Events {
		line := e.Summary
		switch {
		case len(e.Flows) > 0:
			line = strings.Join(e.Flows, ", ") + ": " + line
		case e.Fingerprint != nil:
			line = string(*e.Fingerprint)[:12] + ": " + line
		}
		lines = append(lines, slackEscapes.Replace(line))
	}
	return strings.Join(lines, "\n")
}

// sign is the signature of a message: who has the secret can tell that it came from
// here, and when.
func sign(secret string, m message) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%d.", m.at.Unix())
	mac.Write(m.body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
