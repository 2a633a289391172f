// Package wire holds the JSON shapes of the API and their way to and from the domain: snake_case, ids and digests as
// strings, days as 2026-01-22, times as RFC 3339, bytes as base64. It decides nothing; what makes no sense as a value
// (a day that is none, a digest that is too short) is reported by the name of its field.
package wire

import (
	"fmt"
	"strings"
	"time"

	"kyket/pact"
)

// List is a page of a list; Next, when not empty, is the "after" of the next page.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Send this as after to read on"`
}

// ErrInput is the refusal of a body; its findings name the fields.
var ErrInput = pact.Problem(pact.Invalid, "invalid_input",
	"Dữ liệu gửi lên có chỗ chưa đúng: {first}", "What was sent is not right: {first}")

// Refuse makes the refusal of findings about fields.
func Refuse(d []pact.Detail) *pact.Error {
	e := ErrInput
	if len(d) > 0 {
		e = e.With("first", both{d[0].Vi, d[0].En})
	}
	return e.Listing(d...)
}

type both struct{ vi, en string }

func (b both) Words(lang string) string {
	if lang == "en" {
		return b.en
	}
	return b.vi
}

func (b both) String() string { return b.vi }

// reading collects what is wrong while a body is mapped.
type reading struct {
	at  string
	bad []pact.Detail
}

func (r *reading) err() error {
	if len(r.bad) == 0 {
		return nil
	}
	return Refuse(r.bad)
}

func (r *reading) fault(field, value string) {
	r.bad = append(r.bad, pact.ErrField.With("field", r.at+field).With("value", Clip(value)).At(r.at+field))
}

func (r *reading) date(field, s string) pact.Date {
	d, err := pact.ParseDate(strings.TrimSpace(s))
	if err != nil {
		r.fault(field, s)
	}
	return d
}

func (r *reading) digest(field, s string) pact.Digest {
	d, err := pact.ParseDigest(s)
	if err != nil {
		r.fault(field, s)
	}
	return d
}

func (r *reading) decimal(field, s string) pact.Decimal {
	if s == "" {
		return ""
	}
	d, err := pact.ParseDecimal(s)
	if err != nil {
		r.fault(field, s)
	}
	return d
}

// in reads the parts of a list or field below a path.
func (r *reading) in(path string, read func()) {
	was := r.at
	r.at += path + "."
	read()
	r.at = was
}

func (r *reading) item(list string, i int, read func()) { r.in(fmt.Sprintf("%s[%d]", list, i), read) }

// Clip keeps a repeated value short.
func Clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// Digest reads a digest that stands in an address or a field on its own.
func Digest(field, s string) (pact.Digest, error) {
	var r reading
	d := r.digest(field, s)
	if s == "" {
		r.fault(field, s)
	}
	return d, r.err()
}

func each[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}

// Each maps a list; the result is never nil, so that JSON says [].
func Each[A, B any](in []A, f func(A) B) []B { return each(in, f) }

func texts[S ~string](in []S) []string { return each(in, func(s S) string { return string(s) }) }
func codes[S ~string](in []string) []S { return each(in, func(s string) S { return S(s) }) }
func utc(t time.Time) time.Time        { return t.UTC() }
func when[A, B any](p *A, f func(A) B) *B {
	if p == nil {
		return nil
	}
	b := f(*p)
	return &b
}
