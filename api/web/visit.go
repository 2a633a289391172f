package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// Site is the pages of people who are signed in, and of those on their way there.
type Site struct {
	Workflow *workflow.Workflow
	Identity *identity.Accounts
	// Trial says so on every page.
	Trial bool
	// PublicURL is the address that codes and links start with.
	PublicURL string
	// Cookie carries a sign-in's token; Status is the HTTP status of a refusal.
	Cookie func(token string, ends time.Time) http.Cookie
	Status func(error) int
	// Checkpoint is the log's newest signed head; nil: the pages do without.
	Checkpoint func(context.Context) ([]byte, error)
	// TryCode and TryFile hold strangers to a pace, by their address: identity.ErrTooManyTries.
	TryCode, TryFile func(address string) error
	Logger           *slog.Logger
}

// Entry is one address of the pages.
type Entry struct {
	Method, Path string
	// Public pages need no sign-in.
	Public bool
	// Act is the act of the permission table that decides, for the test that goes through every route.
	Act pact.Act
	// Upload allows a body of the size of a scanned letter or a paper.
	Upload bool
	// Max is the largest body in bytes where an upload may be larger than a scan.
	Max int64
	Do  func(*Visit) error
}

// Visit is one request for a page, or one form that was sent.
type Visit struct {
	W http.ResponseWriter
	R *http.Request
	// Param reads a part of the address.
	Param     func(name string) string
	Lang      string // vi or en
	RequestID string
	Address   string
	Person    *identity.Person
	Session   *identity.Session
	Token     string
	// Call is who asks; for a form it carries the form's own key, so that sending it twice does the work once.
	Call workflow.Call
	// Form is what was sent, Files what was uploaded with it.
	Form  url.Values
	Files map[string][]*multipart.FileHeader
}

// Pact is the pact that the address names.
func (v *Visit) Pact() pact.PactID { return pact.PactID(v.Param("id")) }

// Text is a field of the form as it was typed, with LF line ends.
func (v *Visit) Text(name string) string {
	return strings.ReplaceAll(v.Form.Get(name), "\r\n", "\n")
}

// To answers with another page, as every form does that was done: reloading it repeats nothing.
func (v *Visit) To(path string) error {
	http.Redirect(v.W, v.R, path, http.StatusSeeOther)
	return nil
}

// Done is To with a notice at the top of the page: a code of the notices.
func (v *Visit) Done(path, notice string) error {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	at := ""
	if i := strings.IndexByte(path, '#'); i >= 0 {
		path, at = path[:i], path[i:]
	}
	return v.To(path + sep + "done=" + url.QueryEscape(notice) + at)
}

// Here is the address of the page with another query.
func (v *Visit) Here(pairs ...string) string {
	q := v.R.URL.Query()
	q.Del("done")
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return v.R.URL.Path
	}
	return v.R.URL.Path + "?" + q.Encode()
}

// refusal is the error that a person can act on; anything else is internal.
func refusal(err error) *pact.Error {
	var e *pact.Error
	if errors.As(err, &e) {
		return e
	}
	return pact.ErrInternal.Because(err)
}

// newKey is the key of a form, drawn when the form is.
func newKey() string {
	var b [16]byte
	rand.Read(b[:])
	return "page-" + hex.EncodeToString(b[:])
}

// safeNext is where to go after a sign-in: a path of ours or the first page. Anything that a browser could take for
// another site is not followed.
func safeNext(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return "/"
	}
	return next
}
