package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kyket/pact"
)

// Access says who a route is for, before the permission table is asked.
type Access int

// The kinds of access.
const (
	SignedIn Access = iota
	Public
	// Local is for the machine's own collector and for administrators.
	Local
)

// Route is one address of the server. The list of all of them is what the permission test goes through.
type Route struct {
	Method, Path string
	Access       Access
	// Act is the act of the permission table that decides; empty for what everybody who is signed in may do, or
	// where the answer itself is only what the person may see.
	Act pact.Act
	// Key says that an Idempotency-Key must be sent, Match that If-Match must be.
	Key, Match bool
	// Secret says that the body holds a password: nothing of it is kept, no digest either.
	Secret bool
	// Scan allows a body of the size of a scanned letter.
	Scan bool
	// Page is an address for browsers: forms and cookies instead of JSON.
	Page    bool
	Status  int // of success; 200, or 204 without a body
	Summary string
	Tag     string
}

func (r Route) changes() bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// page is a route outside the JSON API.
func (s *server) page(e *gin.Engine, r Route, h gin.HandlerFunc) {
	s.routes = append(s.routes, r)
	e.Handle(r.Method, r.Path, h)
}

// add registers a route of the JSON API. The handler returns a domain error; here alone it becomes a problem.
func add[I, O any](s *server, a huma.API, r Route, h func(context.Context, *request, *I) (*O, error)) {
	r.Path = "/api/v1" + r.Path
	s.routes = append(s.routes, r)
	op := huma.Operation{
		OperationID: operationID(r), Method: r.Method, Path: r.Path, Summary: r.Summary, Tags: []string{r.Tag},
		DefaultStatus: r.Status, Middlewares: huma.Middlewares{s.gate(r)}, MaxBodyBytes: -1, BodyReadTimeout: 0,
		Responses: map[string]*huma.Response{"default": {Description: "Problem (RFC 9457)", Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}}},
	}
	if r.Access != Public {
		op.Security = []map[string][]string{{"session": {}}}
	}
	op.Parameters = headerParams(r)
	huma.Register(a, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, requestOf(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

func headerParams(r Route) []*huma.Param {
	var out []*huma.Param
	if !r.changes() || r.Access == Public {
		return nil
	}
	text := &huma.Schema{Type: "string"}
	out = append(out, &huma.Param{Name: "Idempotency-Key", In: "header", Required: r.Key, Schema: text,
		Description: "1 to 200 printable ASCII characters; the same key again gets the same answer"})
	return append(out, &huma.Param{Name: "If-Match", In: "header", Required: r.Match, Schema: text,
		Description: "The ETag of what was read"})
}

// operationID is made of the address, so that it changes only when that does.
func operationID(r Route) string {
	id := strings.ToLower(r.Method)
	for part := range strings.SplitSeq(strings.TrimPrefix(r.Path, "/api/v1/"), "/") {
		id += "-" + strings.Trim(part, "{}")
	}
	return id
}

// The shapes of answers.
type (
	answer[T any] struct{ Body T }
	tagged[T any] struct {
		ETag string `header:"ETag"`
		Body T
	}
	file struct {
		ContentType string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition"`
		ETag        string `header:"ETag"`
		Body        []byte
	}
	none struct{}
)

func say[T any](v T) *answer[T] { return &answer[T]{v} }

func sayTagged[T any](v T, version int64) *tagged[T] { return &tagged[T]{etag(version), v} }

// nowhere is an address without a part to read.
type nowhere struct{}
