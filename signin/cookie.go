package signin

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// cookies are how a browser keeps its session, and for some minutes what it began with
// a provider. Their names have the port, where it is not https: browsers send cookies to
// every port of a machine, and two servers on one would sign each other out.
type cookies struct {
	session, journey string
	secure           bool
}

func newCookies(baseURL string) cookies {
	u, err := url.Parse(baseURL)
	if err == nil && u.Scheme == "https" {
		// Browsers take these names from the host itself only, and over TLS. The
		// stricter one is for the path / alone.
		return cookies{session: "__Host-landfall", journey: "__Secure-landfall-oidc", secure: true}
	}
	port := "80"
	if err == nil {
		port = cmp.Or(u.Port(), port)
	}
	return cookies{session: "landfall-" + port, journey: "landfall-oidc-" + port}
}

// secretOf returns the secret of a session that a browser sends.
func (c cookies) secretOf(r *http.Request) (secret string, ok bool) {
	cookie, err := r.Cookie(c.session)
	if err != nil || cookie.Value == "" {
		return "", false
	}
	return cookie.Value, true
}

// set gives a session to a browser, for as long as it lasts.
func (c cookies) set(w http.ResponseWriter, secret string, lasts time.Duration) {
	http.SetCookie(w, c.sessionCookie(secret, max(1, int(lasts/time.Second))))
}

// clear takes the session from a browser.
func (c cookies) clear(w http.ResponseWriter) {
	http.SetCookie(w, c.sessionCookie("", -1))
}

func (c cookies) sessionCookie(secret string, seconds int) *http.Cookie {
	return &http.Cookie{Name: c.session, Value: secret, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteStrictMode}
}

// journeyTime is how long somebody may take at the provider.
const journeyTime = 10 * time.Minute

// journey is what a browser has to bring back from a provider. It is of no use to
// anybody else, and what is in it is proven by the provider.
type journey struct {
	State, Nonce, Verifier string
	Return                 string // where to go in the end
	Until                  time.Time
}

// setJourney gives a journey to a browser. The cookie comes back with a link from the
// provider, so it cannot be strict.
func (c cookies) setJourney(w http.ResponseWriter, j journey) {
	text, err := json.Marshal(j)
	if err != nil {
		panic(err) // it is made of texts and a time
	}
	http.SetCookie(w, c.journeyCookie(base64.RawURLEncoding.EncodeToString(text), int(journeyTime/time.Second)))
}

// takeJourney returns the journey that a browser brings back, and takes it away: it is
// made once.
func (c cookies) takeJourney(w http.ResponseWriter, r *http.Request, now time.Time) (j journey, ok bool) {
	cookie, err := r.Cookie(c.journey)
	if err != nil {
		return journey{}, false
	}
	http.SetCookie(w, c.journeyCookie("", -1))
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &j) != nil || j.State == "" || j.Nonce == "" || j.Verifier == "" || !now.Before(j.Until) {
		return journey{}, false
	}
	return j, true
}

func (c cookies) journeyCookie(value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: c.journey, Value: value, Path: "/session/oidc", MaxAge: seconds, HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode}
}
