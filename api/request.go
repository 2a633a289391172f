package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// request is what the gate found out about a request before its handler runs.
type request struct {
	id      string
	lang    string
	address string
	route   string // the pattern, for the figures

	session *identity.Session
	person  *identity.Person
	token   string
	call    workflow.Call
	// match is the row version of If-Match; -1 when none was sent.
	match int64
}

type requestKey struct{}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return newRequest("", "vi")
}

func newRequest(id, lang string) *request { return &request{id: id, lang: lang, match: -1} }

// version is the row version that the client read; 0 when it says it has read none.
func (r *request) version() int64 { return max(r.match, 0) }

// identify makes a request recognisable for the identity room.
func (r *request) identify() identity.Request {
	return identity.Request{By: r.call.Actor.Person, Key: r.call.Key, Fingerprint: r.call.Fingerprint}
}

// fingerprint names method, address and body; the parts are counted so that none runs into another.
func fingerprint(method, uri string, body []byte) (d pact.Digest) {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(method), []byte(uri), body} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":"))
		h.Write(part)
	}
	h.Sum(d[:0])
	return d
}

// readKey takes the Idempotency-Key.
func readKey(h string, needed bool) (string, error) {
	if h == "" {
		if needed {
			return "", errNoKey
		}
		return "", nil
	}
	if len(h) > 200 || strings.ContainsFunc(h, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", errKey
	}
	return h, nil
}

// readMatch takes the row version of If-Match: "7". If-None-Match: * says that nothing is there yet.
func readMatch(header http.Header, needed bool) (int64, error) {
	h := strings.TrimSpace(header.Get("If-Match"))
	if h == "" {
		if strings.TrimSpace(header.Get("If-None-Match")) == "*" {
			return 0, nil
		}
		if needed {
			return -1, errIfMatch
		}
		return -1, nil
	}
	s, ok := strings.CutPrefix(h, `"`)
	if ok {
		s, ok = strings.CutSuffix(s, `"`)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if !ok || err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return -1, errIfMatchBad.With("value", clip(h))
	}
	return n, nil
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return strings.ToValidUTF8(s, "?")
}

// etag is the entity tag of a row version.
func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// tokenOf is the session's token: of the API's bearer, or of the pages' cookie.
func (s *server) tokenOf(header http.Header, cookie func(string) (*http.Cookie, error)) string {
	if h := header.Get("Authorization"); h != "" {
		scheme, token, ok := strings.Cut(h, " ")
		if ok && strings.EqualFold(scheme, "Bearer") {
			return strings.TrimSpace(token)
		}
		return "" // somebody else's scheme is no reason to take the cookie
	}
	if c, err := cookie(s.cookieName()); err == nil {
		return c.Value
	}
	return ""
}
