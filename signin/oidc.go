package signin

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/landfall-dev/landfall/model"
)

// Why somebody does not come in, for the page that tells them.
const (
	failedDenied     = "denied"      // they, or the provider, did not want it
	failedExpired    = "expired"     // they took too long, or began it elsewhere
	failedNotAllowed = "not-allowed" // no rule lets them in
	failedProvider   = "provider"    // the provider does not answer as it should
	failedServer     = "server"      // this server cannot let anybody in now
)

// begin sends a browser to the provider.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) {
	if h.provider == nil {
		answer(w, http.StatusNotFound, message("this server knows no provider to sign in with: sign in with an API token"))
		return
	}
	j := journey{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Return: localPath(r.URL.Query().Get("return")), Until: h.options.Now().Add(journeyTime),
	}
	address, err := h.provider.address(r.Context(), j)
	if err != nil {
		h.fail(w, r, failedProvider, err)
		return
	}
	h.cookies.setJourney(w, j)
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// callback lets in who comes back from the provider.
func (h *Handler) callback(w http.ResponseWriter, r *http.Request) {
	if h.provider == nil {
		answer(w, http.StatusNotFound, message("this server knows no provider to sign in with: sign in with an API token"))
		return
	}
	query := r.URL.Query()
	j, ok := h.cookies.takeJourney(w, r, h.options.Now())
	if !ok || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(j.State)) != 1 {
		h.fail(w, r, failedExpired, fmt.Errorf("the browser has no journey with this state"))
		return
	}
	if code := query.Get("error"); code != "" {
		why := failedProvider
		if code == "access_denied" {
			why = failedDenied
		}
		h.fail(w, r, why, fmt.Errorf("the provider says %.100q: %.200q", code, query.Get("error_description")))
		return
	}
	if issuer := query.Get("iss"); issuer != "" && issuer != h.provider.Issuer {
		h.fail(w, r, failedProvider, fmt.Errorf("the answer is of %.200q", issuer))
		return
	}
	said, err := h.provider.prove(r.Context(), query.Get("code"), j)
	if err != nil {
		h.fail(w, r, failedProvider, err)
		return
	}
	h.letIn(w, r, said, j)
}

// letIn begins the session of who is proven, if a rule lets them in.
func (h *Handler) letIn(w http.ResponseWriter, r *http.Request, said *claims, j journey) {
	person, ok := h.provider.person(said)
	if !ok {
		h.fail(w, r, failedNotAllowed, fmt.Errorf("no rule fits %.200q, address %.200q (verified: %t)", said.Subject, said.Email, said.EmailVerified))
		return
	}
	session, secret, err := h.store.CreateSessionOfPerson(r.Context(), person)
	if err != nil {
		h.fail(w, r, failedServer, err)
		return
	}
	h.options.Log.InfoContext(r.Context(), "person signed in", "issuer", person.Issuer, "subject", person.Subject, "organization", person.Organization, "role", string(person.Role))
	h.endPrevious(r)
	h.cookies.set(w, secret, session.ExpiresAt.Sub(h.options.Now()))
	http.Redirect(w, r, localPath(j.Return), http.StatusSeeOther)
}

// fail sends a browser back to where it began, and says why in one word. The cause is
// for the log.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, why string, err error) {
	text := err.Error()
	if model.KindOf(err) == model.KindInternal && len(text) > 500 { // a provider may answer with a page
		text = strings.ToValidUTF8(text[:500], "") + "…"
	}
	h.options.Log.WarnContext(r.Context(), "person not signed in", "why", why, "err", text)
	http.Redirect(w, r, "/sign-in?error="+why, http.StatusSeeOther)
}

// localPath is a path of this server, or else the first page: what is in a link must not
// lead elsewhere. Browsers take a backslash for a slash, and leave out tabs.
func localPath(path string) string {
	const most = 1000
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(path) > most ||
		!strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\") ||
		strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return "/"
	}
	return path
}
