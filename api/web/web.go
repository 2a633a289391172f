// Package web draws the pages: html/template, one small style sheet of our own, no script. It is given what to show and
// the language; it asks nobody and decides nothing.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"time"

	"kyket/pact"
)

//go:embed page.html kyket.css
var files embed.FS

// CSS is the style sheet, and CSSPath its address, which changes with its bytes.
var (
	CSS     = must(files.ReadFile("kyket.css"))
	CSSPath = "/assets/kyket-" + sum(CSS) + ".css"
)

// Policy is the content security policy of the pages: our style sheet and forms to ourselves, nothing else.
const Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{"day": day}).ParseFS(files, "page.html"))

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err) // an embedded file: the build is broken
	}
	return b
}

func sum(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:6])
}

// Record is what a stranger may see of a pact: no person, no ledger.
type Record struct {
	Code, Title, Subject, Number, Place, Cluster, SHA256 string
	Date                                                 pact.Date
	State                                                pact.State
	Agencies                                             []Agency
	Signed                                               int
}

// Agency is an agency of the paper and whether it has signed.
type Agency struct {
	Name   string
	Signed bool
}

// view is what the template sees.
type view struct {
	Lang, Other, OtherPath string
	CSS                    string
	Trial                  bool
	Show                   string // record, ask, unknown, wait
	Code                   string
	Seconds                int
	Record                 *Record
	StateWords             string
	T                      map[string]string
}

// Pages draws the pages of one installation. Trial marks every one of them.
type Pages struct{ Trial bool }

// Public draws the page of a code.
func (p Pages) Public(lang string, r Record) ([]byte, error) {
	for _, a := range r.Agencies {
		if a.Signed {
			r.Signed++
		}
	}
	return p.draw(lang, view{Show: "record", Code: r.Code, Record: &r, StateWords: r.State.Words(lang)})
}

// Ask draws the page that asks for a code.
func (p Pages) Ask(lang string) ([]byte, error) { return p.draw(lang, view{Show: "ask"}) }

// Unknown draws the page of a code that stands for nothing here.
func (p Pages) Unknown(lang, code string) ([]byte, error) {
	return p.draw(lang, view{Show: "unknown", Code: code})
}

// Wait draws the page of somebody who asked too often.
func (p Pages) Wait(lang, code string, seconds int) ([]byte, error) {
	return p.draw(lang, view{Show: "wait", Code: code, Seconds: seconds})
}

func (p Pages) draw(lang string, v view) ([]byte, error) {
	v.Trial = p.Trial
	v.Lang, v.Other, v.CSS, v.T = lang, "en", CSSPath, map[string]string{}
	if lang == "en" {
		v.Other = "vi"
	}
	for name, w := range words {
		v.T[name] = w[0]
		if lang == "en" {
			v.T[name] = w[1]
		}
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// day writes a date as papers do (Decree 30/2020/NĐ-CP, Annex I, part II §4: months below three with a leading zero).
func day(d pact.Date, lang string) string {
	switch {
	case d.IsZero():
		return ""
	case lang == "en":
		return fmt.Sprintf("%d %s %d", d.Day, time.Month(d.Month), d.Year)
	case d.Month < 3:
		return fmt.Sprintf("ngày %02d tháng %02d năm %d", d.Day, int(d.Month), d.Year)
	}
	return fmt.Sprintf("ngày %02d tháng %d năm %d", d.Day, int(d.Month), d.Year)
}
