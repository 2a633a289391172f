package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"kyket/pact"
)

// outer is around everything: the request's id and language, the headers that every answer has, the figures, and the
// net under a panic.
func (s *server) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := newRequest(newRequestID(), langOf(r.Header.Get("Accept-Language")))
		r = r.WithContext(context.WithValue(r.Context(), requestKey{}, req))
		if r.Method == http.MethodHead {
			r.Method = http.MethodGet // of our copy; the server leaves the body out by the original
		}
		s.headers(w.Header(), req)
		rec := &recorder{ResponseWriter: w}
		began := time.Now()
		defer func() {
			if v := recover(); v != nil {
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
				s.Logger.ErrorContext(r.Context(), "handler panicked", "panic", fmt.Sprint(v), "request_id", req.id)
				if rec.status == 0 {
					s.write(rec, r, pact.ErrInternal)
				}
			}
			s.figures.saw(req.route, r.Method, rec.status, time.Since(began))
		}()
		next.ServeHTTP(rec, r)
	})
}

// headers are on every answer. Pages widen the policy by their own style sheet, nothing else.
func (s *server) headers(h http.Header, r *request) {
	h.Set("X-Request-Id", r.id)
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Language, Authorization, Cookie")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// locate notes what only the router knows: the pattern of the address, and whom the proxy speaks for.
func (s *server) locate(c *gin.Context) {
	r := requestOf(c.Request.Context())
	r.route, r.address = c.FullPath(), c.ClientIP()
}

func newRequestID() string {
	var b [12]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// figures are what /metrics says of HTTP. Routes are patterns, so that no id becomes a label.
type figures struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newFigures(reg *prometheus.Registry) *figures {
	f := &figures{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kyket_http_requests_total",
			Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "kyket_http_request_seconds",
			Help:    "Time to answer, by route.",
			Buckets: []float64{.001, .005, .02, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
	}
	if reg != nil {
		reg.MustRegister(f.requests, f.seconds)
	}
	return f
}

func (f *figures) saw(route, method string, status int, took time.Duration) {
	if route == "" {
		route, method = "none", "" // addresses and methods that strangers make up are no labels
	}
	f.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	f.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// NewMetrics is a registry with what the Go runtime and the process say of themselves.
func NewMetrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
