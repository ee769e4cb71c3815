package ingest

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/landfall-dev/landfall/model"
)

// remembered is how many bodies and tokens are remembered: a hundred bytes each.
const remembered = 20_000

func newCache[K comparable, V any]() *lru.Cache[K, V] {
	cache, err := lru.New[K, V](remembered)
	if err != nil {
		panic("a cache of a fixed size cannot be made: " + err.Error())
	}
	return cache
}

// contents remembers of the bodies of reports what matters as long as nothing
// changes. That is a pure function of the body, so it is never out of date.
type contents struct {
	byBody *lru.Cache[[sha256.Size]byte, content]
}

// content is what matters of a report that says nothing new.
type content struct {
	content    []byte // hash of what runs
	observedAt *time.Time
}

func newContents() *contents {
	return &contents{byBody: newCache[[sha256.Size]byte, content]()}
}

// of returns what matters of a body, and the report if it had to be read for
// that. It returns KindInvalid for a body that is no report.
func (c *contents) of(kind model.EnvironmentType, body []byte) (content, *model.Report, error) {
	h := sha256.New()
	h.Write([]byte(kind + "\n"))
	h.Write(body)
	key := [sha256.Size]byte(h.Sum(nil))
	if known, ok := c.byBody.Get(key); ok {
		return known, nil, nil
	}
	report, err := parseReport(kind, body)
	if err != nil {
		return content{}, nil, err
	}
	running, err := report.Running()
	if err != nil {
		return content{}, nil, err
	}
	known := content{content: model.ContentHash(running), observedAt: report.ObservedAt}
	c.byBody.Add(key, known)
	return known, report, nil
}

// tokens remembers who was proven to be allowed to report where. It proves
// nothing: it only tells whose bodies are worth reading before the proof, which
// the store makes each time.
type tokens struct {
	proven *lru.Cache[[sha256.Size]byte, struct{}]
}

func newTokens() *tokens {
	return &tokens{proven: newCache[[sha256.Size]byte, struct{}]()}
}

func tokenPlace(r *http.Request) [sha256.Size]byte {
	return sha256.Sum256([]byte(r.PathValue("org") + "\n" + bearer(r)))
}

func (t *tokens) seen(r *http.Request) bool { return t.proven.Contains(tokenPlace(r)) }

func (t *tokens) add(r *http.Request) { t.proven.Add(tokenPlace(r), struct{}{}) }

// secretsFor is for how long the secrets of a webhook are taken at their word. One
// that was replaced is good for so much longer, and one that is new is looked up at
// once, because what does not fit is never refused on the word of memory.
const secretsFor = time.Second

// webhookSecrets remembers the secrets of webhooks, which busy forges would have
// looked up for each delivery.
type webhookSecrets struct {
	store Store
	known *lru.Cache[webhookKey, knownSecrets]
}

type webhookKey struct {
	organization string
	forge        model.Forge
}

type knownSecrets struct {
	organization *model.Organization
	secrets      []string
	until        time.Time
}

func newWebhookSecrets(store Store) *webhookSecrets {
	return &webhookSecrets{store: store, known: newCache[webhookKey, knownSecrets]()}
}

// proves returns the organization of a webhook if one of its secrets fits. It is nil
// if none does, or there is no such webhook: both take the same time.
func (w *webhookSecrets) proves(ctx context.Context, key webhookKey, fits func(secret string) bool) (*model.Organization, error) {
	if k, ok := w.known.Get(key); ok && w.store.Time().Before(k.until) && fitsAny(k.secrets, fits) {
		return k.organization, nil
	}
	until := w.store.Time().Add(secretsFor)
	organization, secrets, err := w.store.WebhookSecrets(ctx, key.organization, key.forge)
	switch model.KindOf(err) {
	case "":
		w.known.Add(key, knownSecrets{organization, secrets, until})
	case model.KindNotFound, model.KindInvalid:
		secrets = []string{"no secret is as long as this one, which is nobody's"}
	default:
		return nil, err
	}
	if !fitsAny(secrets, fits) {
		return nil, nil
	}
	return organization, nil // which is nil if there is no such webhook
}

// fitsAny tries all secrets, whichever fits, so that the time tells nothing.
func fitsAny(secrets []string, fits func(secret string) bool) bool {
	any := false
	for _, secret := range secrets {
		any = fits(secret) || any
	}
	return any
}
