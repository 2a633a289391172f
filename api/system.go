package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kyket/internal/identity"
	"kyket/pact"
)

// registerSystem adds what machines ask: is it alive, is it ready, how is it doing.
func (s *server) registerSystem(e *gin.Engine) {
	text := func(status int, body string) gin.HandlerFunc {
		return func(c *gin.Context) { c.Data(status, "text/plain; charset=utf-8", []byte(body)) }
	}
	s.page(e, Route{Method: "GET", Path: "/healthz", Access: Public}, text(http.StatusOK, "ok\n"))
	s.page(e, Route{Method: "GET", Path: "/readyz", Access: Public}, func(c *gin.Context) {
		if s.Ready != nil {
			if err := s.Ready(c.Request.Context()); err != nil {
				s.Logger.WarnContext(c.Request.Context(), "not ready", "error", err)
				text(http.StatusServiceUnavailable, "not ready\n")(c)
				return
			}
		}
		text(http.StatusOK, "ready\n")(c)
	})
	if s.Metrics == nil {
		return
	}
	h := promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{})
	s.page(e, Route{Method: "GET", Path: "/metrics", Access: Local}, func(c *gin.Context) {
		if err := s.local(c); err != nil {
			s.fail(c, err)
			return
		}
		h.ServeHTTP(c.Writer, c.Request)
	})
}

// local lets the machine's own collector in, and administrators. A proxy on the same machine is no collector.
func (s *server) local(c *gin.Context) error {
	if isLoopback(c.RemoteIP()) && c.GetHeader("X-Forwarded-For") == "" && c.GetHeader("Forwarded") == "" {
		return nil
	}
	session, person, err := s.Identity.Session(c.Request.Context(), s.tokenOf(c.Request.Header, c.Request.Cookie))
	if err != nil {
		return err
	}
	return pact.Permit(identity.Actor(session, person), pact.ActPersonCreate, pact.Subject{At: s.Workflow.Clock()})
}
