package ingest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/landfall-dev/landfall/model"
)

// maxDelivery is more than any forge sends: GitHub, which sends the most, caps
// payloads at 25 MB.
const maxDelivery = 26 << 20

// sender is how one forge sends: how it proves itself, how it names its
// deliveries, and what they say.
type sender struct {
	forge model.Forge
	// proof is what the request carries as proof; empty if nothing. It is looked
	// at before the body is read.
	proof func(r *http.Request) string
	// fits reports whether the proof was made with the secret, in a time that says
	// nothing about either.
	fits func(proof string, body []byte, secret string) bool
	// sourceID is the forge's own id of the delivery; empty if it gives none.
	sourceID func(h http.Header) string
	// event is the kind of event, in the forge's words.
	event func(h http.Header) string
	// parse says what a proven delivery says. It returns KindInvalid for a body
	// that is not what its event promises.
	parse func(event string, body []byte) (*model.Facts, error)
}

var senders = map[model.Forge]sender{
	model.ForgeGitHub:    gitHub,
	model.ForgeGitLab:    gitLab,
	model.ForgeGitea:     giteaForge,
	model.ForgeBitbucket: bitbucketCloud,
	model.ForgeDockerHub: dockerHub,
}

// webhook takes a delivery of a forge: it proves it, keeps it and applies it.
func (h *handler) webhook(w http.ResponseWriter, r *http.Request) (int, any, error) {
	forge, known := model.ForgeOfSlug(r.PathValue("forge"))
	from, taken := senders[forge]
	if !known || !taken {
		return 0, nil, model.Errorf(model.KindNotFound, "webhooks are taken at /webhooks/ORGANIZATION/FORGE, and the forge is one of %s", strings.Join(forgeSlugs(), ", "))
	}
	org, body, done, err := h.proven(w, r, from)
	if err != nil {
		return 0, nil, err
	}
	defer done()
	delivery, err := describe(r.Header, from, body)
	if err != nil {
		return 0, nil, err
	}
	receipt, err := h.receive(r.Context(), org, from, delivery)
	if err != nil {
		return 0, nil, err
	}
	return answerOf(receipt)
}

func forgeSlugs() []string {
	var slugs []string
	for _, f := range model.Forges() {
		slugs = append(slugs, f.Slug())
	}
	return slugs
}

// receive keeps a delivery, and applies it if it is understood. What is not is kept
// all the same: a newer version may understand it.
func (h *handler) receive(ctx context.Context, org *model.Organization, from sender, d *model.Delivery) (model.Receipt, error) {
	facts, err := read(from, d)
	if err == nil && needsRegistry(facts) {
		err = model.Errorf(model.KindBusy, "waits for the registry to tell the digest of %s", facts.Image.NameWithTag())
	}
	if err != nil {
		return h.store.KeepDelivery(ctx, org, d, err)
	}
	return h.store.ReceiveDelivery(ctx, org, d, facts)
}

// read says what a delivery says. It returns KindInvalid for what cannot be
// understood. That it is too much for a parser is one delivery's bad luck, and
// not the server's.
func read(from sender, d *model.Delivery) (facts *model.Facts, err error) {
	defer func() {
		if p := recover(); p != nil {
			facts, err = nil, fmt.Errorf("parse %s of %s: panic: %v", d.Event, d.Source, p)
		}
	}()
	body, err := payload(d)
	if err != nil {
		return nil, err
	}
	facts, err = from.parse(d.Event, body)
	if err != nil {
		return nil, &model.Error{Kind: model.KindOf(err), Message: "not understood: " + messageOf(err), Err: err}
	}
	d.Repository = facts.Repository.Name
	return facts, nil
}

// messageOf is what people are told of an error. What is no error of ours says
// nothing: it may hold what was sent.
func messageOf(err error) string {
	if e, ok := errors.AsType[*model.Error](err); ok {
		return e.Message
	}
	return "the server's log says more"
}

// needsRegistry reports whether facts leave out a digest that only the registry
// knows.
func needsRegistry(f *model.Facts) bool {
	return f.Ignored == "" && f.Image != nil && f.Image.Fingerprint == ""
}

// answerOf is what a forge is answered, and its people may read in its list of
// deliveries.
func answerOf(receipt model.Receipt) (int, any, error) {
	message := strings.ToLower(string(receipt.State))
	if receipt.Reason != "" {
		message += ": " + receipt.Reason
	}
	switch {
	case !receipt.Fresh:
		return http.StatusOK, map[string]string{"message": "seen before"}, nil
	case receipt.State == model.DeliveryWaiting:
		return http.StatusAccepted, map[string]string{"message": "kept, and will be tried again: " + receipt.Reason}, nil
	case receipt.State == model.DeliveryFailed:
		return http.StatusAccepted, map[string]string{"message": "kept as failed: " + receipt.Reason}, nil
	}
	return http.StatusOK, map[string]string{"message": message}, nil
}

// proven returns the body of a webhook and the organization it is for, if it
// carries a proof that was made with one of the organization's secrets. Until then
// nothing else is looked at, and nothing is read of a request without one. Whether
// there is such an organization, an unproven caller does not learn: the body is
// read, and its proof checked, in any case. done has to be called when the body is
// no longer needed.
func (h *handler) proven(w http.ResponseWriter, r *http.Request, from sender) (org *model.Organization, body []byte, done func(), err error) {
	unproven := model.Errorf(model.KindUnauthenticated, "this does not prove itself as the %s webhook of organization %q: set it up at %s as `landfall create webhook %s` printed it",
		from.forge.Title(), r.PathValue("org"), from.forge.Title(), from.forge.Slug())
	proof := from.proof(r)
	if proof == "" {
		return nil, nil, nil, unproven
	}
	body, done, err = h.gate.body(w, r, maxDelivery)
	if err != nil {
		return nil, nil, nil, err
	}
	org, err = h.secrets.proves(r.Context(), webhookKey{r.PathValue("org"), from.forge}, func(secret string) bool { return from.fits(proof, body, secret) })
	if err == nil && org == nil {
		err = unproven
	}
	if err != nil {
		done()
		return nil, nil, nil, err
	}
	return org, body, done, nil
}

// signedBy reports whether a signature is the HMAC-SHA256 of the body in
// hexadecimal digits, after a prefix.
func signedBy(secret string, body []byte, signature, prefix string) bool {
	digits, ok := strings.CutPrefix(signature, prefix)
	said, err := hex.DecodeString(digits)
	if !ok || err != nil || secret == "" {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), said)
}

// keptHeaders are the headers that say something about a delivery. None of them
// holds a secret.
var keptHeaders = []string{
	"Content-Type", "User-Agent",
	"X-GitHub-Event", "X-GitHub-Delivery", "X-GitHub-Hook-ID", "X-GitHub-Hook-Installation-Target-ID", "X-GitHub-Hook-Installation-Target-Type",
	"X-GitHub-Enterprise-Host", "X-GitHub-Enterprise-Version",
	"X-Gitlab-Event", "X-Gitlab-Instance", "X-Gitlab-Webhook-UUID", "X-Gitlab-Event-UUID", "Idempotency-Key",
	"X-Gitea-Event", "X-Gitea-Event-Type", "X-Gitea-Delivery", "X-Forgejo-Event", "X-Forgejo-Event-Type", "X-Forgejo-Delivery",
	"X-Event-Key", "X-Hook-UUID", "X-Request-UUID", "X-Attempt-Number",
}

// describe is the delivery as it was received.
func describe(h http.Header, from sender, body []byte) (*model.Delivery, error) {
	d := &model.Delivery{Source: from.forge.Source(), SourceID: from.sourceID(h), Event: from.event(h), Body: body, Size: len(body)}
	if d.SourceID == "" {
		sum := sha256.Sum256(body)
		d.SourceID = hex.EncodeToString(sum[:])
	}
	if err := model.ValidateText("delivery id", d.SourceID, 1, 200); err != nil {
		return nil, err
	}
	if err := model.ValidateText("event", d.Event, 1, 100); err != nil {
		return nil, err
	}
	for _, name := range keptHeaders {
		if value := h.Get(name); value != "" {
			d.Headers = append(d.Headers, model.Header{Name: name, Value: model.CleanText(value, 300)})
		}
	}
	return d, nil
}

// header is a header that was kept of a delivery.
func header(d *model.Delivery, name string) string {
	for _, h := range d.Headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

// payload is the JSON of a delivery. GitHub sends it as a form too, if its
// webhook is set so.
func payload(d *model.Delivery) ([]byte, error) {
	mediaType, _, _ := strings.Cut(header(d, "Content-Type"), ";")
	if mediaType != "application/x-www-form-urlencoded" {
		return d.Body, nil
	}
	form, err := url.ParseQuery(string(d.Body))
	if err != nil || form.Get("payload") == "" {
		return nil, &model.Error{Kind: model.KindInvalid, Message: "the form has no payload: set the webhook's content type to application/json", Err: err}
	}
	return []byte(form.Get("payload")), nil
}
