package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"kyket/internal/identity"
	"kyket/pact"
)

//go:embed page asset
var tree embed.FS

// PagesPolicy is the content security policy of the pages for people: our style sheet, our modules, our own server.
const PagesPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Base is what every page shows around its own matter. A page's view embeds it.
type Base struct {
	Lang, Other string
	OtherPath   string // this page in the other language
	Title       string
	Nav         string // the entry of the main navigation that is current: inbox, pacts, archive, verify, admin
	Person      *identity.Person
	Trial       bool
	Admin       bool
	Waiting     int // things in the inbox
	Notice      string
	Error       *pact.Error
	RequestID   string
	// Modules are the ES modules of the page, by file name.
	Modules []string
	// Narrow pages have one slim column: sign-in, brief, signing.
	Narrow bool
}

// base starts a page's view.
func (p *Site) base(v *Visit, nav, vi, en string) *Base {
	b := &Base{Lang: v.Lang, Other: "en", Nav: nav, Person: v.Person, Trial: p.Trial, RequestID: v.RequestID}
	if v.Lang == "en" {
		b.Other = "vi"
	}
	b.OtherPath = v.Here("lang", b.Other)
	b.Title = b.Say(vi, en)
	if code := v.R.URL.Query().Get("done"); code != "" {
		if n, ok := notices[code]; ok {
			b.Notice = b.Say(n[0], n[1])
		}
	}
	if v.Person != nil {
		s := pact.Subject{At: p.Workflow.Clock()}
		b.Admin = pact.Permit(v.Call.Actor, pact.ActPersonCreate, s) == nil || slices.ContainsFunc(v.Person.Grants, func(g pact.Grant) bool {
			return pact.Permit(v.Call.Actor, pact.ActClusterEdit, pact.Subject{Cluster: g.Cluster, At: s.At}) == nil
		})
		if tasks, err := p.Workflow.Inbox(v.R.Context(), v.Call); err == nil {
			b.Waiting = len(tasks)
		}
	}
	return b
}

// Say is a sentence in the language of the page. Arguments stand for %v and the like.
func (b *Base) Say(vi, en string, args ...any) string {
	s := vi
	if b.Lang == "en" {
		s = en
	}
	if len(args) > 0 {
		return fmt.Sprintf(s, args...)
	}
	return s
}

// Words are the words of a state, role, stance and the like.
func (b *Base) Words(v interface{ Words(lang string) string }) string { return v.Words(b.Lang) }

// Capital makes words the beginning of a line.
func (b *Base) Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// Why is the sentence of a refusal.
func (b *Base) Why(e *pact.Error) string {
	if e == nil {
		return ""
	}
	return e.Text(b.Lang)
}

// Finding is the sentence of one of several findings.
func (b *Base) Finding(d pact.Detail) string {
	if b.Lang == "en" {
		return d.En
	}
	return d.Vi
}

// Day is a date as it is written in running text: 22/01/2026.
func (b *Base) Day(d pact.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d/%02d/%d", d.Day, int(d.Month), d.Year)
}

// LongDay is a date as papers write it.
func (b *Base) LongDay(d pact.Date) string { return day(d, b.Lang) }

// At is a time in Vietnam: 16:58 08/01/2026.
func (b *Base) At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(pact.ICT).Format("15:04 02/01/2006")
}

// Exact is At with the seconds.
func (b *Base) Exact(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(pact.ICT).Format("15:04:05 02/01/2006")
}

// Key is a new key for a form.
func (b *Base) Key() string { return newKey() }

// Short is the beginning of a digest, enough for people to compare.
func (b *Base) Short(d pact.Digest) string {
	s := d.String()
	if len(s) < 16 {
		return s
	}
	return s[:8] + " … " + s[len(s)-8:]
}

// Asset is the address of a style sheet or module, which changes with its bytes.
func (b *Base) Asset(name string) string { return assets()[name].path }

var funcs = template.FuncMap{
	"add":  func(a, b int) int { return a + b },
	"list": func(items ...any) []any { return items },
	"dict": func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	},
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}

// templates are the pages by file name, each with the frame and the parts that pages share.
var templates = sync.OnceValue(func() map[string]*template.Template {
	shared := template.Must(template.New("frame.html").Funcs(funcs).ParseFS(tree, "page/frame.html", "page/part-*.html"))
	names, err := tree.ReadDir("page")
	if err != nil {
		panic(err) // embedded
	}
	out := map[string]*template.Template{}
	for _, n := range names {
		if name := n.Name(); name != "frame.html" && !strings.HasPrefix(name, "part-") {
			out[strings.TrimSuffix(name, ".html")] = template.Must(template.Must(shared.Clone()).ParseFS(tree, path.Join("page", name)))
		}
	}
	return out
})

// show draws a page; nothing is sent before it is drawn whole.
func (p *Site) show(v *Visit, name string, view any) error {
	return p.showAs(v, http.StatusOK, name, view)
}

func (p *Site) showAs(v *Visit, status int, name string, view any) error {
	t, ok := templates()[name]
	if !ok {
		return fmt.Errorf("no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame.html", view); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", PagesPolicy)
	h.Set("Content-Language", v.Lang)
	v.W.WriteHeader(status)
	_, err := v.W.Write(b.Bytes())
	return err
}

// refuse draws a form's page again with the refusal above it; view is the page with what was typed still in it.
func (p *Site) refuse(v *Visit, err error, b *Base, name string, view any) error {
	e := refusal(err)
	if e.Kind == pact.Internal {
		p.Logger.ErrorContext(v.R.Context(), "page failed", "code", e.Code, "error", err, "request_id", v.RequestID)
	}
	b.Error = e
	return p.showAs(v, p.Status(e), name, view)
}

// Fail draws the page of a refusal that no form can take up.
func (p *Site) Fail(v *Visit, err error) {
	e := refusal(err)
	if e.Kind == pact.Internal {
		p.Logger.ErrorContext(v.R.Context(), "page failed", "code", e.Code, "error", err, "request_id", v.RequestID)
	}
	b := p.base(v, "", "Không thực hiện được", "That did not work")
	b.Error = e
	if err := p.showAs(v, p.Status(e), "error", struct{ *Base }{b}); err != nil {
		p.Logger.ErrorContext(v.R.Context(), "error page failed", "error", err, "request_id", v.RequestID)
	}
}
