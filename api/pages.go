package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"kyket/api/web"
	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// registerPages adds the pages.
func (s *server) registerPages(e *gin.Engine) {
	s.page(e, Route{Method: "GET", Path: web.CSSPath, Access: Public}, func(c *gin.Context) {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
		c.Data(http.StatusOK, "text/css; charset=utf-8", web.CSS)
	})
	s.page(e, Route{Method: "GET", Path: "/v", Access: Public}, s.askCode)
	s.page(e, Route{Method: "GET", Path: "/v/:code", Access: Public}, s.showCode)
}

// askCode is the form for a code; what was typed leads to the code's own address.
func (s *server) askCode(c *gin.Context) {
	if code := c.Query("code"); code != "" && len(code) <= 64 {
		c.Redirect(http.StatusSeeOther, "/v/"+url.PathEscape(code))
		return
	}
	body, err := s.pages.Ask(pageLang(c))
	s.html(c, http.StatusOK, body, err)
}

// showCode is what the QR code on a paper leads to.
func (s *server) showCode(c *gin.Context) {
	r, lang, code := requestOf(c.Request.Context()), pageLang(c), c.Param("code")
	if len(code) > 64 {
		code = clip(code)
	}
	p, err := s.lookUp(c.Request.Context(), r, code)
	var e *pact.Error
	switch {
	case err == nil:
		body, err := s.pages.Public(lang, publicPage(p))
		s.html(c, http.StatusOK, body, err)
	case errors.Is(err, identity.ErrTooManyTries) && errors.As(err, &e):
		seconds, _ := strconv.Atoi(e.Args[0].Value)
		c.Header("Retry-After", e.Args[0].Value)
		body, err := s.pages.Wait(lang, code, seconds)
		s.html(c, http.StatusTooManyRequests, body, err)
	case errors.Is(err, pact.ErrNotFound):
		body, err := s.pages.Unknown(lang, code)
		s.html(c, http.StatusNotFound, body, err)
	default:
		s.fail(c, err)
	}
}

func publicPage(p *workflow.PublicRecord) web.Record {
	out := web.Record{Code: p.Code, Title: p.Title, Subject: p.Subject, Number: p.Number, Place: p.Place, Cluster: p.Cluster,
		SHA256: p.SHA256.String(), Date: p.Date, State: p.State}
	for _, a := range p.Agencies {
		out.Agencies = append(out.Agencies, web.Agency(a))
	}
	return out
}

// pageLang is the language of a page: what its link says, else what the browser asks for.
func pageLang(c *gin.Context) string {
	switch c.Query("lang") {
	case "en":
		return "en"
	case "vi":
		return "vi"
	}
	return requestOf(c.Request.Context()).lang
}

func (s *server) html(c *gin.Context, status int, body []byte, err error) {
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Content-Security-Policy", web.Policy)
	c.Header("Content-Language", pageLang(c))
	c.Data(status, "text/html; charset=utf-8", body)
}
