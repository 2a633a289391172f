package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"kyket/internal/identity"
	"kyket/workflow"
)

func ginOf(ctx huma.Context) *gin.Context { return humagin.Unwrap(ctx) }

// gate stands before every handler of the API. The order counts: who asks, then how much is sent, then how it is made,
// and only then is anything parsed.
func (s *server) gate(route Route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := ginOf(ctx)
		if err := s.admit(c, route); err != nil {
			s.fail(c, err)
			return
		}
		next(ctx)
	}
}

// admit checks a request and puts what it found into the request's context.
func (s *server) admit(c *gin.Context, route Route) error {
	r := requestOf(c.Request.Context())
	if route.Access != Public {
		if err := s.signedIn(c, r); err != nil {
			return err
		}
	}
	body, err := s.body(c, route)
	if err != nil {
		return err
	}
	if route.Secret {
		body = nil // a digest of a password is a way to guess it
	}
	if route.changes() {
		key, err := readKey(c.GetHeader("Idempotency-Key"), route.Key)
		if err != nil {
			return err
		}
		r.call.Key = key
		r.call.Fingerprint = fingerprint(c.Request.Method, c.Request.URL.RequestURI(), body)
		if r.match, err = readMatch(c.Request.Header, route.Match); err != nil {
			return err
		}
	}
	return nil
}

// signedIn finds out who asks.
func (s *server) signedIn(c *gin.Context, r *request) error {
	r.token = s.tokenOf(c.Request.Header, c.Request.Cookie)
	session, person, err := s.Identity.Session(c.Request.Context(), r.token)
	if err != nil {
		return err
	}
	r.session, r.person = session, person
	r.call = workflow.Call{Actor: identity.Actor(session, person)}
	return nil
}

// body reads a body within its limit and deadline and looks at its form; what is parsed later is this copy.
func (s *server) body(c *gin.Context, route Route) ([]byte, error) {
	if !route.changes() {
		// A body of a reading request means nothing; it is not even read.
		c.Request.Body = http.NoBody
		return nil, nil
	}
	limit, within := int64(smallBody), smallRead
	if route.Scan {
		limit, within = scanBody, largeRead
	}
	body, err := readBody(c, limit, within)
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		if kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || kind != "application/json" {
			return nil, errMedia.With("type", clip(c.GetHeader("Content-Type")))
		}
		if err := CheckJSON(body); err != nil {
			return nil, err
		}
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	c.Request.ContentLength = int64(len(body))
	return body, nil
}

// CheckJSON looks at the form of a body without building anything: UTF-8, no NUL, not too deep, well-formed.
func CheckJSON(b []byte) error {
	if !utf8.Valid(b) {
		return errEncoding
	}
	depth, text := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0:
			return errNUL
		case text && c == '\\':
			if bytes.HasPrefix(b[i:], []byte(`\u0000`)) {
				return errNUL
			}
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return errDeep.With("max", maxDepth)
			}
		case c == '}', c == ']':
			depth--
		}
	}
	var raw json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		where := "EOF"
		var at *json.SyntaxError
		if errors.As(err, &at) {
			where = "byte " + strconv.FormatInt(at.Offset, 10)
		}
		return errJSON.With("where", where)
	}
	return nil
}
