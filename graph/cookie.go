package graph

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/landfall-dev/landfall/model"
)

// cookies are how browsers prove who is there. A browser sends a cookie whichever page
// made it ask, so each request that is proven by one has to come from a page of this
// server.
type cookies struct {
	name       string   // empty if none is taken
	base       *url.URL // where the server is reached from outside
	protection *http.CrossOriginProtection
}

func newCookies(options Options) cookies {
	c := cookies{name: options.Cookie, base: new(url.URL), protection: http.NewCrossOriginProtection()}
	if u, err := url.Parse(options.BaseURL); err == nil && u.Host != "" {
		c.base = u
		_ = c.protection.AddTrustedOrigin(u.Scheme + "://" + u.Host) // it is one
	}
	return c
}

// secretOf returns the secret of the session that is to prove a request. A request with
// a header that proves it is not proven by a cookie, too.
func (c cookies) secretOf(r *http.Request) (secret string, ok bool) {
	if _, header := r.Header["Authorization"]; header || c.name == "" {
		return "", false
	}
	cookie, err := r.Cookie(c.name)
	if err != nil {
		return "", false
	}
	return cookie.Value, true
}

// check refuses a request that a page of somebody else may have made. It returns
// KindForbidden, and KindUnsupported for a body that any page could send.
func (c cookies) check(r *http.Request) error {
	foreign := model.Errorf(model.KindForbidden, "a session proves only what pages of this server ask: send an API token as the header `Authorization: Bearer lf_…`")
	if r.Method != http.MethodPost {
		if !c.fromOwnPage(r) {
			return foreign
		}
		return nil
	}
	if c.protection.Check(r) != nil {
		return foreign
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return model.Errorf(model.KindUnsupported, "a request that a session proves has to say `Content-Type: application/json`")
	}
	return nil
}

// fromOwnPage reports whether a browser says that a page of this server asks. By GET
// it need not, so that who says nothing is not one.
func (c cookies) fromOwnPage(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		site := r.Header.Get("Sec-Fetch-Site")
		return site == "same-origin" || site == "none"
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil:
		return false
	case u.Scheme == c.base.Scheme && strings.EqualFold(u.Host, c.base.Host):
		return true
	}
	// Behind a proxy the server does not know by which scheme it was asked. If users
	// reach it by https, then pages that came without may be anybody's.
	return strings.EqualFold(u.Host, r.Host) && (u.Scheme == "https" || c.base.Scheme != "https")
}
