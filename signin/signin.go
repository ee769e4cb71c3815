// Package signin lets people in who use the pages of the server. Who shows an API token,
// or comes from a provider of identities (OpenID Connect), gets a session: a secret in a
// cookie that no script can read. What a session may do is decided where it is used.
package signin

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// maxBody bounds what somebody may send who is not proven yet.
const maxBody = 16 << 10

// Store keeps sessions.
type Store interface {
	CreateSessionOfToken(ctx context.Context, tokenSecret string) (*model.Session, string, error)
	CreateSessionOfPerson(ctx context.Context, person model.Person) (*model.Session, string, error)
	SessionCaller(ctx context.Context, secret string) (*model.Caller, error)
	EndSession(ctx context.Context, secret string) error
}

// Options say how people sign in.
type Options struct {
	BaseURL  string    // where the server is reached from outside, without a slash at the end
	Provider *Provider // of identities; without one, only API tokens begin sessions
	Now      func() time.Time
	Log      *slog.Logger
}

// Handler serves /session and what is below it.
type Handler struct {
	store      Store
	options    Options
	cookies    cookies
	protection *http.CrossOriginProtection
	provider   *provider // nil without one
}

// New makes a handler. It speaks to no provider yet.
func New(store Store, options Options) *Handler {
	h := &Handler{store: store, options: options, cookies: newCookies(options.BaseURL), protection: http.NewCrossOriginProtection()}
	if u, err := url.Parse(options.BaseURL); err == nil && u.Host != "" {
		_ = h.protection.AddTrustedOrigin(u.Scheme + "://" + u.Host) // it is one
	}
	if options.Provider != nil {
		h.provider = newProvider(*options.Provider, options)
	}
	return h
}

// CookieName is the name of the cookie that has the secret of a session, on a server
// that is reached at an address.
func CookieName(baseURL string) string { return newCookies(baseURL).session }

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	methods, ok := map[string]map[string]http.HandlerFunc{
		"/session":               {http.MethodGet: h.show, http.MethodPost: h.signIn, http.MethodDelete: h.signOut},
		"/session/oidc":          {http.MethodGet: h.begin},
		"/session/oidc/callback": {http.MethodGet: h.callback},
	}[r.URL.Path]
	if !ok {
		answer(w, http.StatusNotFound, message("there is nothing at this path"))
		return
	}
	serve, ok := methods[r.Method]
	if !ok {
		allowed := "GET"
		if len(methods) > 1 {
			allowed = "GET, POST, DELETE"
		}
		w.Header().Set("Allow", allowed)
		answer(w, http.StatusMethodNotAllowed, message("only "+allowed+" is possible here"))
		return
	}
	if h.protection.Check(r) != nil {
		h.refuse(w, r, model.Errorf(model.KindForbidden, "only pages of this server may sign in and out"))
		return
	}
	serve(w, r)
}

// state is what a page is told of who is there.
type state struct {
	SignedIn     bool           `json:"signedIn"`
	Name         string         `json:"name,omitempty"`
	Organization string         `json:"organization,omitempty"`
	Role         model.Role     `json:"role,omitempty"`
	Provider     *providerState `json:"provider"`
}

// providerState is where people sign in otherwise than with a token.
type providerState struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

func (h *Handler) stateOf(caller *model.Caller) state {
	s := state{}
	if h.provider != nil {
		s.Provider = &providerState{Name: h.provider.Name, URL: "/session/oidc"}
	}
	if caller != nil {
		s.SignedIn, s.Name, s.Organization, s.Role = true, caller.TokenName, caller.Organization.Name, caller.Role
	}
	return s
}

// show tells a page who is there.
func (h *Handler) show(w http.ResponseWriter, r *http.Request) {
	secret, ok := h.cookies.secretOf(r)
	if !ok {
		answer(w, http.StatusOK, h.stateOf(nil))
		return
	}
	caller, err := h.store.SessionCaller(r.Context(), secret)
	if model.KindOf(err) == model.KindUnauthenticated {
		h.cookies.clear(w)
		caller, err = nil, nil
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	answer(w, http.StatusOK, h.stateOf(caller))
}

// signIn begins a session of who shows an API token.
func (h *Handler) signIn(w http.ResponseWriter, r *http.Request) {
	token, err := readToken(w, r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	session, secret, err := h.store.CreateSessionOfToken(r.Context(), token)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	h.endPrevious(r)
	h.cookies.set(w, secret, session.ExpiresAt.Sub(h.options.Now()))
	answer(w, http.StatusCreated, h.stateOf(session.Caller))
}

// readToken reads the token of a request. It returns KindUnsupported, KindTooLarge and
// KindInvalid.
func readToken(w http.ResponseWriter, r *http.Request) (string, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return "", model.Errorf(model.KindUnsupported, "send JSON, with `Content-Type: application/json`")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return "", model.Errorf(model.KindTooLarge, "the request body is over %d KiB", maxBody>>10)
	}
	var in struct{ Token string }
	if err != nil || json.Unmarshal(body, &in) != nil {
		return "", model.Errorf(model.KindInvalid, "the request body is not JSON: send {\"token\": \"lf_…\"}")
	}
	if in.Token = strings.TrimSpace(in.Token); in.Token == "" {
		return "", model.Invalid("token", "there is no token: send {\"token\": \"lf_…\"}")
	}
	return in.Token, nil
}

// signOut ends the session, if there is one.
func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) {
	if secret, ok := h.cookies.secretOf(r); ok {
		if err := h.store.EndSession(r.Context(), secret); err != nil {
			h.refuse(w, r, err)
			return
		}
	}
	h.cookies.clear(w)
	w.WriteHeader(http.StatusNoContent)
}

// endPrevious ends the session that a new one takes the place of.
func (h *Handler) endPrevious(r *http.Request) {
	secret, ok := h.cookies.secretOf(r)
	if !ok {
		return
	}
	if err := h.store.EndSession(r.Context(), secret); err != nil { // it ends by itself
		h.options.Log.WarnContext(r.Context(), "end previous session", "err", err)
	}
}

var statuses = map[model.Kind]int{
	model.KindInvalid: http.StatusBadRequest, model.KindUnauthenticated: http.StatusUnauthorized, model.KindForbidden: http.StatusForbidden,
	model.KindTooLarge: http.StatusRequestEntityTooLarge, model.KindUnsupported: http.StatusUnsupportedMediaType, model.KindBusy: http.StatusServiceUnavailable,
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*model.Error](err)
	status := http.StatusInternalServerError
	if ok && statuses[e.Kind] != 0 {
		status = statuses[e.Kind]
	} else {
		h.options.Log.ErrorContext(r.Context(), "serve session", "err", err)
		e = model.Errorf(model.KindInternal, "internal error; the server's log says more")
	}
	if e.Kind == model.KindBusy {
		h.options.Log.WarnContext(r.Context(), "serve session", "err", err)
		w.Header().Set("Retry-After", "5")
	}
	answer(w, status, message(e.Message))
}

func message(text string) any { return map[string]string{"message": text} }

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
