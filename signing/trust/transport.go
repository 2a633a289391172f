package trust

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Transport carries one question: a POST of body, or a GET when there is none, and the body of the answer. Web is the
// one for the network; the trial world is one in process.
type Transport interface {
	Ask(ctx context.Context, address, contentType string, body []byte) ([]byte, error)
}

// Sizes of answers, in bytes.
const (
	maxAnswer = 64 << 10
	maxList   = 8 << 20
)

// Reach says which addresses Web connects to, after resolution.
type Reach int

const (
	// Public: no private, link-local, loopback or otherwise special address.
	Public Reach = iota
	// Loopback: public ones and this machine; for trial folders.
	Loopback
	// Anywhere: for addresses that an administrator configured, such as an authority in the agency's own network;
	// never for addresses out of certificates.
	Anywhere
)

// Web asks over HTTP and HTTPS: no redirects, no proxy, no cookies, size and time capped, and the rule of Reach held
// against the address that is really connected to.
type Web struct {
	client *http.Client
}

// NewWeb makes a transport; timeout bounds one question as a whole.
func NewWeb(reach Reach, timeout time.Duration) *Web {
	d := &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil || !reach.allows(ap.Addr()) {
			return ErrAddress.With("address", address)
		}
		return nil
	}}
	return &Web{&http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: d.DialContext, TLSHandshakeTimeout: timeout, ResponseHeaderTimeout: timeout,
			MaxResponseHeaderBytes: 32 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		},
	}}
}

// Special ranges that netip has no word for (RFC 6890).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

func (r Reach) allows(a netip.Addr) bool {
	a = a.Unmap()
	switch {
	case r == Anywhere:
		return true
	case a.IsLoopback():
		return r == Loopback
	case !a.IsGlobalUnicast() || a.IsPrivate() || a.Zone() != "":
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// Ask implements Transport.
func (w *Web) Ask(ctx context.Context, address, contentType string, body []byte) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Host == "" {
		return nil, ErrAddress.With("address", address)
	}
	method, reader := http.MethodGet, io.Reader(http.NoBody)
	if body != nil {
		method, reader = http.MethodPost, bytes.NewReader(body)
	}
	q, err := http.NewRequestWithContext(ctx, method, address, reader)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	}
	if body != nil {
		q.Header.Set("Content-Type", contentType)
	}
	a, err := w.client.Do(q)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	}
	defer a.Body.Close() //nolint:errcheck // read as far as we care
	if a.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask %s: status %d", u.Host, a.StatusCode)
	}
	most := maxAnswer
	if body == nil {
		most = maxList
	}
	b, err := io.ReadAll(io.LimitReader(a.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("ask %s: %w", u.Host, err)
	case len(b) > most:
		return nil, fmt.Errorf("ask %s: answer longer than %d bytes", u.Host, most)
	}
	return b, nil
}

// allowed picks those addresses of a certificate that the anchor above it lets us ask.
func (a Anchor) allowed(addresses []string) ([]string, error) {
	var out []string
	var refused string
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && slices.ContainsFunc(a.Hosts, func(h string) bool { return strings.EqualFold(h, u.Hostname()) }) {
			out = append(out, address)
			continue
		}
		refused = address
	}
	if len(out) == 0 && refused != "" {
		return nil, ErrAddress.With("address", refused)
	}
	return out, nil
}
