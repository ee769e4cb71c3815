package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/graph/generated"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// Limits of one request.
const (
	maxBody     = 2 << 20 // the largest, reportCommits with 1000 commits, has 1 MB
	maxTokens   = 100_000
	maxDuration = 30 * time.Second
	queryCache  = 1000
)

// Options are what the API says of its server.
type Options struct {
	BaseURL string // where it is reached from outside, without a slash at the end
	Version string
	// Replayer applies deliveries again. Without one they wait for who does.
	Replayer Replayer
	// Callers proves who is asking. Without it, only API tokens do.
	Callers Callers
	// Notifier sends tests to places that are told of events. Without one nobody does.
	Notifier Notifier
	// Cookie is the name of the cookie that has the secret of a session. Without it, no
	// cookie proves anything.
	Cookie string
	// Persisted are documents that clients may name by the SHA-256 of each, in hex.
	Persisted map[string]string
	// Streams tell clients of events. Without it the server does so by looking now and
	// then.
	Streams *Streams
}

// Callers proves who is asking: by a secret that programs send as a header, and by that
// of a session, which a browser has in a cookie. It returns KindUnauthenticated for a
// secret that proves nothing, and KindForbidden for who is proven and may not ask.
type Callers interface {
	Caller(ctx context.Context, secret string) (*model.Caller, error)
	SessionCaller(ctx context.Context, secret string) (*model.Caller, error)
}

// Replayer applies a delivery again, whatever became of it. It returns
// KindNotFound, and KindInvalid for one that cannot be applied again; what becomes
// of the delivery is no error.
type Replayer interface {
	Replay(ctx context.Context, org *model.Organization, key int64) error
}

// Notifier sends a test message to a place that is told of events, and returns why it
// did not arrive; empty if it did. It returns KindNotFound.
type Notifier interface {
	Test(ctx context.Context, org *model.Organization, key int) (reason string, err error)
}

// webhookURL is where a forge is to send its deliveries. Docker Hub can prove
// nothing but that it knows the address, which ends in its secret.
func (o Options) webhookURL(organization string, forge model.Forge, secret string) string {
	u := o.BaseURL + "/webhooks/" + organization + "/" + forge.Slug()
	if forge == model.ForgeDockerHub {
		u += "/" + url.PathEscape(secret)
	}
	return u
}

// NewHandler serves GraphQL to callers who prove themselves, with an API token for
// example: `Authorization: Bearer lf_…`, or by the cookie of a session. Queries and
// mutations come by POST; subscriptions over a websocket or as server-sent events.
func NewHandler(d *db.DB, log *slog.Logger, options Options) http.Handler {
	if options.Streams == nil {
		options.Streams = NewStreams(live.New(d, log, 0), StreamLimits{})
	}
	server := handler.New(newExecutableSchema(d, log, options))
	server.AddTransport(websocketTransport(options.Streams.limits))
	server.AddTransport(eventStream{options.Streams})
	server.AddTransport(transport.POST{})
	server.SetQueryCache(lru.New[*ast.QueryDocument](queryCache))
	server.SetParserTokenLimit(maxTokens)
	server.Use(extension.Introspection{})
	// Before operations, which looks at the document.
	server.Use(extension.AutomaticPersistedQuery{Cache: persisted(options.Persisted)})
	server.Use(operations{presentError(log)})
	server.Use(extension.FixedComplexityLimit(costLimit))
	server.Use(introspectionLimit{})
	server.SetErrorPresenter(presentError(log))
	server.SetRecoverFunc(recoverPanic(log))
	callers := options.Callers
	if callers == nil {
		callers = d
	}
	return &apiHandler{callers: callers, log: log, graphql: server, now: d.Time, streams: options.Streams, cookies: newCookies(options)}
}

// NewExecutableSchema is the schema with its resolvers and the costs of its
// fields.
func NewExecutableSchema(d *db.DB, options Options) graphql.ExecutableSchema {
	return newExecutableSchema(d, slog.New(slog.DiscardHandler), options)
}

func newExecutableSchema(d *db.DB, log *slog.Logger, options Options) graphql.ExecutableSchema {
	resolver := &Resolver{db: d, options: options, streams: options.Streams, present: presentError(log)}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: resolver, Complexity: complexity()})
	resolver.walker = newWalker(d, schema.Schema())
	return schema
}

// apiHandler proves who is asking, bounds the body and the time, and only then
// lets GraphQL look at the request.
type apiHandler struct {
	callers Callers
	log     *slog.Logger
	graphql http.Handler
	now     func() time.Time
	streams *Streams
	cookies cookies
}

func (h *apiHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := &session{method: r.Method, callers: h.callers, now: h.now, recheck: h.streams.limits.Recheck}
	switch {
	case isWebsocket(r):
		s.way = byWebsocket
		h.serveWebsocket(w, r, s)
		return
	case wantsEventStream(r) && (r.Method == http.MethodPost || r.Method == http.MethodGet):
		s.way = byEventStream
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		h.refuse(w, r, http.StatusMethodNotAllowed, model.Errorf(model.KindInvalid, "GraphQL is served by POST; the page at / is for people"))
		return
	}
	if err := h.prove(r, s); err != nil {
		h.refuseCaller(w, r, err)
		return
	}
	if r.Method == http.MethodPost && !h.readBody(w, r) {
		return
	}
	ctx := withSession(r.Context(), s)
	if s.way == byPost {
		bounded, cancel := context.WithTimeout(ctx, maxDuration)
		defer cancel()
		ctx = bounded
	}
	h.graphql.ServeHTTP(w, r.WithContext(ctx))
}

// prove makes sure that a request is proven, by its header or else by a cookie.
func (h *apiHandler) prove(r *http.Request, s *session) error {
	secret, ok := h.cookies.secretOf(r)
	if !ok {
		return s.prove(r.Context(), r.Header.Get("Authorization"))
	}
	if err := h.cookies.check(r); err != nil {
		return err
	}
	_, err := s.proveBy(r.Context(), proof{secret: secret, cookie: true})
	return err
}

// readBody reads the body of a request, and refuses one that is too large or no JSON.
func (h *apiHandler) readBody(w http.ResponseWriter, r *http.Request) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		h.refuse(w, r, http.StatusRequestEntityTooLarge, model.Errorf(model.KindTooLarge, "the request body is over %d MiB", maxBody>>20))
		return false
	}
	// gqlgen would send a body that is no JSON back in its error, secrets and all.
	var request struct{ Query string }
	if err != nil || json.Unmarshal(body, &request) != nil {
		h.refuse(w, r, http.StatusBadRequest, notJSON())
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json") // it is, whatever the caller called it
	return true
}

func notJSON() *model.Error {
	return model.Errorf(model.KindInvalid, "the request body is not JSON: send {\"query\": …, \"variables\": …}")
}

// serveWebsocket serves a connection until it ends.
func (h *apiHandler) serveWebsocket(w http.ResponseWriter, r *http.Request, s *session) {
	if !offersSubprotocol(r) {
		h.refuse(w, r, http.StatusBadRequest, model.Errorf(model.KindInvalid, "a websocket here speaks %s: ask for it as the subprotocol", subprotocol))
		return
	}
	if !fromHere(r, h.cookies.base.Host) {
		h.refuse(w, r, http.StatusForbidden, model.Errorf(model.KindForbidden, "pages of %s may not connect to this server", r.Header.Get("Origin")))
		return
	}
	_, cookie := h.cookies.secretOf(r)
	if cookie || r.Header.Get("Authorization") != "" {
		err := h.prove(r, s)
		if cookie && model.KindOf(err) == model.KindUnauthenticated {
			s.signedOut, err = err, nil // a page sees no answer before the socket is open
		}
		if err != nil {
			h.refuseCaller(w, r, err)
			return
		}
	}
	s.socket = new(socket)
	done, err := h.streams.connect(s.socket.end)
	if err != nil {
		w.Header().Set("Retry-After", "5")
		h.refuse(w, r, http.StatusServiceUnavailable, err)
		return
	}
	defer done()
	defer s.socket.wait()
	h.graphql.ServeHTTP(w, r.WithContext(withSession(r.Context(), s)))
}

// refuseCaller answers who is not proven, or may not ask, or cannot be proven now.
func (h *apiHandler) refuseCaller(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusUnauthorized
	switch model.KindOf(err) {
	case model.KindForbidden:
		status = http.StatusForbidden
	case model.KindUnsupported:
		status = http.StatusUnsupportedMediaType
	case model.KindBusy:
		h.log.WarnContext(r.Context(), "refuse request", "err", err)
		w.Header().Set("Retry-After", "5")
		status = http.StatusServiceUnavailable
	default:
		w.Header().Set("WWW-Authenticate", `Bearer realm="landfall"`)
	}
	h.refuse(w, r, status, err)
}

// refuse answers before GraphQL begins, in the shape of its errors.
func (h *apiHandler) refuse(w http.ResponseWriter, r *http.Request, status int, err error) {
	e, ok := errors.AsType[*model.Error](err)
	if !ok {
		h.log.ErrorContext(r.Context(), "refuse request", "err", err)
		status, e = http.StatusInternalServerError, model.Errorf(model.KindInternal, "internal error; the server's log says more")
	}
	refuse(w, status, e)
}

// refuse writes an error in the shape that GraphQL gives it.
func refuse(w http.ResponseWriter, status int, e *model.Error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message": e.Message, "extensions": map[string]any{"code": strings.ToUpper(string(e.Kind))},
	}}})
}
