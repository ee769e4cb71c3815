// Package ingest takes what forges and agents send: webhooks, and reports of what
// runs in environments. It proves who sends, bounds and parses what is sent, and
// hands it to the store; nothing is acknowledged that the store does not have.
package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// Store keeps what was taken in. Each method is one unit of work: it is done, or
// nothing is.
type Store interface {
	Caller(ctx context.Context, secret string) (*model.Caller, error)
	WebhookSecrets(ctx context.Context, organization string, forge model.Forge) (*model.Organization, []string, error)
	ReceiveDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error)
	KeepDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, cause error) (model.Receipt, error)
	ReportUnchanged(ctx context.Context, r model.TokenReport) (number int, err error)
	ReportChanged(ctx context.Context, r model.TokenReport, running []model.Running) (number int, err error)
	SawAgent(sighting model.AgentSighting)
	KnowsOther(organization, environment string, content []byte) bool
	ApplyReport(ctx context.Context, org *model.Organization, r *model.Report) (model.ReportResult, error)
	Environment(ctx context.Context, org *model.Organization, name string) (*model.Environment, error)
	CreateEnvironment(ctx context.Context, org *model.Organization, in model.CreateEnvironmentInput) (*model.Environment, bool, error)
	UpdateEnvironment(ctx context.Context, org *model.Organization, in model.UpdateEnvironmentInput) (*model.Environment, error)
	MembersOfEnvironments(ctx context.Context, org *model.Organization, environments []*model.Environment, p model.Page) ([]*model.EnvironmentConnection, error)

	// Time is the clock of the store.
	Time() time.Time
}

// NewHandler serves `/webhooks/` and `/api/`. All its answers are JSON.
func NewHandler(store Store, log *slog.Logger) http.Handler {
	return newHandler(store, log, productionLimits)
}

func newHandler(store Store, log *slog.Logger, l limits) http.Handler {
	h := &handler{store: store, log: log, contents: newContents(), tokens: newTokens(), secrets: newWebhookSecrets(store), gate: newGate(l)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/{org}/{forge}", h.answering(h.webhook))
	mux.HandleFunc("POST /webhooks/{org}/{forge}/{secret}", h.answering(h.webhook))
	mux.HandleFunc("PUT /api/v2/environments/{org}", h.answering(h.putEnvironment))
	mux.HandleFunc("GET /api/v2/environments/{org}/{env}", h.answering(h.getEnvironment))
	mux.HandleFunc("PUT /api/v2/environments/{org}/{env}/report/{kind}", h.answering(h.report))
	mux.HandleFunc("/", h.answering(func(_ http.ResponseWriter, r *http.Request) (int, any, error) {
		return 0, nil, model.Errorf(model.KindNotFound, "there is no %s %s", r.Method, r.URL.Path)
	}))
	return mux
}

type handler struct {
	store    Store
	log      *slog.Logger
	contents *contents
	tokens   *tokens
	secrets  *webhookSecrets
	gate     *gate
}

// answering writes what a handler returns as JSON: its status and body, or its
// error.
func (h *handler) answering(serve func(http.ResponseWriter, *http.Request) (status int, body any, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, body, err := serve(w, r)
		if err != nil {
			status, body = h.refusal(r, err)
			if status == http.StatusServiceUnavailable {
				askToRetry(w)
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			h.log.DebugContext(r.Context(), "write answer", "err", err)
		}
	}
}

// refusal is how an error is answered: what went wrong and what to do for the
// caller, the cause for the log.
func (h *handler) refusal(r *http.Request, err error) (int, any) {
	e, ok := errors.AsType[*model.Error](err)
	if !ok || e.Kind == model.KindInternal {
		h.log.ErrorContext(r.Context(), "take in", "path", pathOf(r), "err", err)
		e = model.Errorf(model.KindInternal, "internal error; the server's log says more")
	} else if e.Kind == model.KindBusy && e.Err != nil {
		h.log.WarnContext(r.Context(), "take in", "path", pathOf(r), "err", err)
	}
	body := map[string]any{"message": e.Message, "code": strings.ToUpper(string(e.Kind))}
	if e.Field != "" {
		body["errors"] = map[string]string{e.Field: e.Message}
	}
	return statusOf(e.Kind), body
}

// pathOf is the path of a request as it may be logged: without the secret that some
// forges prove themselves by.
func pathOf(r *http.Request) string {
	if secret := r.PathValue("secret"); secret != "" {
		return strings.TrimSuffix(r.URL.Path, secret) + "…"
	}
	return r.URL.Path
}

// statusOf is the HTTP status of a kind of error. Agents try again after a 409 or
// a 5xx and throw the answer away, so what a person must read is neither.
func statusOf(kind model.Kind) int {
	switch kind {
	case model.KindInvalid:
		return http.StatusBadRequest
	case model.KindUnauthenticated:
		return http.StatusUnauthorized
	case model.KindForbidden:
		return http.StatusForbidden
	case model.KindNotFound:
		return http.StatusNotFound
	case model.KindTooLarge:
		return http.StatusRequestEntityTooLarge
	case model.KindAmbiguous, model.KindConflict:
		return http.StatusUnprocessableEntity
	case model.KindUnsupported:
		return http.StatusUnsupportedMediaType
	case model.KindBusy:
		return http.StatusServiceUnavailable
	case model.KindInternal:
		return http.StatusInternalServerError
	}
	return http.StatusInternalServerError
}

// authorize proves who is calling and that its token is one of the organization
// in the path, with the role needed.
func (h *handler) authorize(r *http.Request, needed model.Role) (*model.Organization, error) {
	secret := bearer(r)
	if secret == "" {
		return nil, model.Errorf(model.KindUnauthenticated, "no API token: send it as the header `Authorization: Bearer lf_…`")
	}
	caller, err := h.store.Caller(r.Context(), secret)
	if err != nil {
		return nil, err
	}
	if name := r.PathValue("org"); caller.Organization.Name != name {
		return nil, model.Errorf(model.KindForbidden, "this token belongs to organization %q and not to %q", caller.Organization.Name, name)
	}
	if !caller.Role.Includes(needed) {
		return nil, model.Errorf(model.KindForbidden, "this token has the role %s, and this needs %s", caller.Role, needed)
	}
	return caller.Organization, nil
}

// bearer is the token that a request has; empty if it has none.
func bearer(r *http.Request) string {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return secret
}
