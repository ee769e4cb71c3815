package graph_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
)

// notifier sends no tests, and says why.
type notifier struct{ reason string }

func (n notifier) Test(context.Context, *model.Organization, int) (string, error) {
	return n.reason, nil
}

func (s *server) notifies(reason string) http.Handler {
	return graph.NewHandler(s.db, slog.New(slog.DiscardHandler), graph.Options{Notifier: notifier{reason}})
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(1)
	var made struct {
		CreateNotification struct {
			Secret       string
			Notification struct {
				ID, Host, Format           string
				Kinds, Environments, Flows []string
				Failing                    bool
			}
		}
	}
	s.must(`mutation { createNotification(input: {organization: "acme", name: "ours", format: WEBHOOK, url: "https://hooks.example/very-secret", kinds: [SCALED], environments: ["env-0"], flows: ["flow-0"]}) {
		secret notification { id host format kinds environments flows failing } } }`, &made)
	n := made.CreateNotification.Notification
	if made.CreateNotification.Secret == "" || n.Host != "hooks.example" || n.Failing ||
		!cmp.Equal([][]string{n.Kinds, n.Environments, n.Flows}, [][]string{{"SCALED"}, {"env-0"}, {"flow-0"}}) {
		t.Errorf("made %+v", made)
	}
	s.http = s.notifies("refuses connections")
	answer := s.ask(s.token, fmt.Sprintf(`mutation { testNotification(input: {notificationId: %q}) { sent reason notification { name history { status reason } } } }`, n.ID))
	if got := string(answer.Data); got != `{"testNotification":{"sent":false,"reason":"refuses connections","notification":{"name":"ours","history":[]}}}` {
		t.Errorf("the test is answered by %s", got)
	}
	if all := string(s.ask(s.token, `{ organization(name: "acme") { notifications { nodes { name host } } } }`).Data); strings.Contains(all, "secret") || !strings.Contains(all, `"ours"`) {
		t.Errorf("there are %s", all)
	}
	remove := fmt.Sprintf(`mutation { deleteNotification(input: {notificationId: %q}) { deletedNotificationId } }`, n.ID)
	if got := s.ask(s.token, remove); len(got.Errors) > 0 {
		t.Errorf("%+v", got.Errors)
	}
	if got := s.ask(s.token, remove).codes(); !cmp.Equal(got, []string{"NOT_FOUND"}) {
		t.Errorf("again: %v", got)
	}
}

// Only administrators see and change who is told.
func TestNotifications_Roles(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(1)
	place, err := s.db.NotificationByName(t.Context(), s.org, "place-0")
	if err != nil {
		t.Fatal(err)
	}
	_, member, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "ci", Role: model.RoleMember})
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`{ organization(name: "acme") { notifications { nodes { name } } } }`,
		`{ organization(name: "acme") { notification(name: "place-0") { name } } }`,
		fmt.Sprintf(`{ node(id: %q) { id } }`, place.ID()),
		`mutation { createNotification(input: {organization: "acme", name: "x", format: SLACK, url: "https://x.example"}) { secret } }`,
		fmt.Sprintf(`mutation { deleteNotification(input: {notificationId: %q}) { deletedNotificationId } }`, place.ID()),
		fmt.Sprintf(`mutation { testNotification(input: {notificationId: %q}) { sent } }`, place.ID()),
	} {
		if got := s.ask(member, query).codes(); !cmp.Equal(got, []string{"FORBIDDEN"}) {
			t.Errorf("%s: %v", query, got)
		}
	}
}
