package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// codePage answers a code from a paper: a record to compare with, never a proof of the copy in somebody's hands.
type codePage struct {
	*Base
	Show    string // ask, record, unknown, wait
	Code    string
	Seconds int
	Record  *workflow.PublicRecord
	Signed  int
}

// maxCode is the longest code that is looked at.
const maxCode = 64

func (p *Site) codePage(v *Visit) *codePage {
	return &codePage{Base: p.base(v, "verify", "Tra cứu giao ước", "Look up a pact")}
}

// askCode is the form for a code; what was typed leads to the code's own address.
func (p *Site) askCode(v *Visit) error {
	if code := v.R.URL.Query().Get("code"); code != "" && len(code) <= maxCode {
		return v.To("/v/" + url.PathEscape(strings.TrimSpace(code)))
	}
	view := p.codePage(v)
	view.Show = "ask"
	return p.show(v, "code", view)
}

// showCode is what the QR code on a paper leads to.
func (p *Site) showCode(v *Visit) error {
	view := p.codePage(v)
	view.Code = begin(v.Param("code"), maxCode)
	err := p.TryCode(v.Address)
	if err == nil {
		view.Record, err = p.Workflow.Public(v.R.Context(), strings.ToLower(strings.TrimSpace(view.Code)))
	}
	switch {
	case err == nil:
		view.Show, view.Title = "record", view.Record.Title+" · "+view.Title
		view.Signed = signedOf(view.Record)
		return p.show(v, "code", view)
	case errors.Is(err, identity.ErrTooManyTries):
		view.Show, view.Seconds = "wait", retryAfter(v, err)
		return p.showAs(v, http.StatusTooManyRequests, "code", view)
	case errors.Is(err, pact.ErrNotFound):
		view.Show = "unknown"
		return p.showAs(v, http.StatusNotFound, "code", view)
	}
	return err
}

func signedOf(r *workflow.PublicRecord) (n int) {
	for _, a := range r.Agencies {
		if a.Signed {
			n++
		}
	}
	return n
}

// retryAfter tells a browser, and the person, how many seconds to wait.
func retryAfter(v *Visit, err error) (seconds int) {
	if e := refusal(err); len(e.Args) > 0 {
		seconds, _ = strconv.Atoi(e.Args[0].Value)
		v.W.Header().Set("Retry-After", e.Args[0].Value)
	}
	return seconds
}
