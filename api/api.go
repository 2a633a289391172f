// Package api is the HTTP side: JSON under /api/v1 and the pages. A session becomes an actor, a request a call of
// workflow, an error a problem (RFC 9457); statuses exist nowhere else. Handlers are thin: what may be done, and when,
// is decided in workflow and pact. It knows no database, no PDF and no key.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"kyket/internal/identity"
	"kyket/workflow"
)

// Deps is what the server needs.
type Deps struct {
	Workflow *workflow.Workflow
	Identity *identity.Accounts
	// PublicURL is the address that people and QR codes use: https://kyket.example, without a slash at its end.
	PublicURL string
	// Trial says that this is a trial folder; every page and answer that shows a paper says so.
	Trial bool
	// RootPEM and StampPEM are the anchors of this installation's certificates and stamps; nil when it has none to hand out.
	RootPEM, StampPEM []byte
	// Checkpoint returns the log's newest signed checkpoint.
	Checkpoint func(context.Context) ([]byte, error)
	// Ready says whether the database answers; nil for always.
	Ready func(context.Context) error
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is believed; none by default.
	TrustedProxies []string
	// Metrics is where the server's figures are registered and read from; nil for none.
	Metrics *prometheus.Registry
	Logger  *slog.Logger
	// Now is the machine's clock: throttles.
	Now func() time.Time
	// Version of the program, for the OpenAPI document.
	Version string
}

// Limits of what a request may send.
const (
	smallBody   = 1 << 20  // 1 MiB, also for a whole text
	scanBody    = 28 << 20 // a scan of 20 MiB in base64
	maxDepth    = 24       // of JSON
	smallRead   = 15 * time.Second
	largeRead   = 2 * time.Minute
	headerRead  = 5 * time.Second
	idleTimeout = 2 * time.Minute
)

// maxScan is the largest scan, before base64.
const maxScan = 20 << 20

// server is what the handlers share.
type server struct {
	Deps
	secure   bool // the public address is https
	loopback bool
	routes   []Route
	codes    *identity.Throttle // tries of public codes per address
	files    *identity.Throttle // files brought for a check per address: each costs much more than a code
	figures  *figures
}

// Two libraries keep these for the whole process: gin prints no list of routes, and huma takes a field by its exact name
// only, since otherwise one name could be looked at and another one read.
func init() {
	gin.SetMode(gin.ReleaseMode)
	huma.ValidateStrictCasing = true
}

// New returns the handler of everything under the public address, and the list of its routes.
func New(d Deps) (http.Handler, []Route, error) {
	u, err := url.Parse(d.PublicURL)
	if err != nil {
		return nil, nil, err
	}
	s := &server{
		Deps: d, secure: u.Scheme == "https", loopback: isLoopback(u.Hostname()),
		codes: identity.NewThrottle(60, 2*time.Second, 20_000), files: identity.NewThrottle(10, 10*time.Second, 20_000),
		figures: newFigures(d.Metrics),
	}
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.RedirectFixedPath = false
	if err := engine.SetTrustedProxies(d.TrustedProxies); err != nil {
		return nil, nil, err
	}
	engine.Use(s.locate)
	engine.NoRoute(func(c *gin.Context) { s.fail(c, errNoRoute.With("path", clip(c.Request.URL.Path))) })
	engine.NoMethod(func(c *gin.Context) { s.fail(c, errMethod.With("method", clip(c.Request.Method))) })
	s.register(engine)

	// The browser's own word on where a request comes from, before anything else is looked at.
	origin := http.NewCrossOriginProtection()
	if err := origin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, nil, err
	}
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.write(w, r, errOrigin) }))
	return s.outer(origin.Handler(engine)), s.routes, nil
}

// NewServer wraps the handler with the time limits of a server on the open network.
func NewServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h, ReadHeaderTimeout: headerRead, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, // bodies have a deadline of their own, by their route
	}
}

// config is huma's: our paths, our problems, nothing optional that we do not use.
func (s *server) config() huma.Config {
	c := huma.DefaultConfig("Kyket", s.Version)
	c.Info.Description = "Ký kết giao ước thi đua: từ dự thảo đến bản gốc đã ký. / Emulation pacts, from the first draft to the signed original."
	c.Servers = []*huma.Server{{URL: s.PublicURL}}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "/api/v1/openapi", "", ""
	c.CreateHooks = nil // no $schema in answers
	c.FieldsOptionalByDefault = true
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{s.explain}
	c.Formats = map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "http", Scheme: "bearer", Description: "The token of POST /api/v1/sign-in"},
	}
	return c
}
