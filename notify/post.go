package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// maxAnswer is how much of an answer is read: nothing depends on it.
const maxAnswer = 64 << 10

// errPrivate says that an address is inside the server's own network.
var errPrivate = errors.New("the address is inside the server's own network (LANDFALL_NOTIFY_PRIVATE lets it be told)")

// newClient sends messages to where they are to go and nowhere else: it follows no
// redirect, uses no proxy, and, unless private is true, connects to no address inside
// the server's own network, whatever the name of the host leads to.
func newClient(private bool, timeout time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: timeout / 2}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return checkPublic(address) }
	}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout / 2, ForceAttemptHTTP2: true,
			MaxIdleConns: atOnce, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxAnswer, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// inside are addresses that no part of the internet has.
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("2001::/32"),
}

// checkPublic refuses an address that is about to be connected to, if it is inside
// the server's own network.
func checkPublic(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() { // loopback, link-local and multicast are no global unicast
		return errPrivate
	}
	for _, prefix := range inside {
		if prefix.Contains(ip) {
			return errPrivate
		}
	}
	return nil
}

// post sends a message, and returns the status of the answer, nil if there was none,
// and why it did not arrive; empty if it did.
func (w *Worker) post(ctx context.Context, n *model.Notification, m message) (status *int, reason string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, n.URL, bytes.NewReader(m.body))
	if err != nil {
		return nil, "the url is not one that can be told"
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "landfall/"+w.version)
	if n.Format == model.NotificationWebhook {
		r.Header.Set("X-Landfall-Delivery", m.id)
		r.Header.Set("X-Landfall-Timestamp", strconv.FormatInt(m.at.Unix(), 10))
		r.Header.Set("X-Landfall-Signature-256", sign(n.Secret, m))
	}
	resp, err := w.client.Do(r)
	if err != nil {
		return nil, reasonOf(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return &resp.StatusCode, fmt.Sprintf("answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	}
	return &resp.StatusCode, ""
}

// reasonOf is why nothing was answered, without the URL, which is a secret.
func reasonOf(err error) string {
	if errors.Is(err, errPrivate) {
		return errPrivate.Error()
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return "did not answer in time"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "no machine has the name of the host"
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "refuses connections"
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		err = e.Err
	}
	text := err.Error()
	return text[:min(len(text), 200)]
}
