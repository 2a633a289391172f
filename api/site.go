package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"kyket/api/web"
	"kyket/internal/i18n"
	"kyket/internal/identity"
	"kyket/workflow"
)

// registerSite adds the pages of people: forms are sent to the address that drew them, with the cookie of the sign-in.
func (s *server) registerSite(e *gin.Engine) {
	site := &web.Site{Workflow: s.Workflow, Identity: s.Identity, Trial: s.Trial, PublicURL: s.PublicURL,
		Cookie: s.cookie, Status: statusOf, Logger: s.Logger, Checkpoint: s.Checkpoint, TryCode: s.tryCode, TryFile: s.tryFile}
	for _, a := range web.Assets() {
		s.page(e, Route{Method: "GET", Path: a.Path(), Access: Public}, func(c *gin.Context) {
			c.Header("Cache-Control", "public, max-age=31536000, immutable")
			c.Data(http.StatusOK, a.Type, a.Data)
		})
	}
	for _, entry := range site.Entries() {
		r := Route{Method: entry.Method, Path: entry.Path, Act: entry.Act, Page: true}
		if entry.Public {
			r.Access = Public
		}
		s.page(e, r, func(c *gin.Context) { s.visit(site, entry, c) })
	}
}

// visit lets one request at a page through: who asks, in which language, what was sent.
func (s *server) visit(site *web.Site, entry web.Entry, c *gin.Context) {
	req := requestOf(c.Request.Context())
	v := &web.Visit{W: c.Writer, R: c.Request, Param: c.Param, Lang: s.chooseLang(c), RequestID: req.id, Address: req.address,
		Token: s.tokenOf(c.Request.Header, c.Request.Cookie)}
	session, person, err := s.Identity.Session(c.Request.Context(), v.Token)
	if err == nil {
		v.Session, v.Person = session, person
		v.Call = workflow.Call{Actor: identity.Actor(session, person)}
	} else if !entry.Public {
		if entry.Method == http.MethodGet {
			_ = v.To("/sign-in?next=" + url.QueryEscape(c.Request.URL.RequestURI()))
			return
		}
		site.Fail(v, err)
		return
	}
	if entry.Method != http.MethodGet {
		if err := s.readForm(c, entry, v); err != nil {
			site.Fail(v, err)
			return
		}
	}
	if err := entry.Do(v); err != nil {
		site.Fail(v, err)
	}
}

// readForm reads a form within its limit and deadline. What is parsed is a copy, and the copy makes the fingerprint.
func (s *server) readForm(c *gin.Context, entry web.Entry, v *web.Visit) error {
	limit, within := int64(smallBody), smallRead
	if entry.Upload {
		limit, within = max(uploadBody, entry.Max), largeRead
	}
	body, err := readBody(c, limit, within)
	if err != nil {
		return err
	}
	c.Request.Body = io.NopCloser(bytes.NewReader(body))
	kind, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type"))
	switch {
	case len(body) == 0, kind == "application/x-www-form-urlencoded":
		err = c.Request.ParseForm()
	case kind == "multipart/form-data" && entry.Upload:
		if err = c.Request.ParseMultipartForm(limit); err == nil {
			v.Files = c.Request.MultipartForm.File
		}
	default:
		return errForm.With("field", "Content-Type").With("value", clip(kind))
	}
	if err != nil {
		return errForm.With("field", "form").With("value", "…").Because(err)
	}
	v.Form = c.Request.PostForm
	v.Call.Key, err = readKey(v.Form.Get("key"), false)
	if v.Form.Has("password") {
		body = nil // as with Route.Secret: nothing is kept of a password
	}
	v.Call.Fingerprint = fingerprint(c.Request.Method, c.Request.URL.RequestURI(), body)
	return err
}

// uploadBody is a form with a scanned letter or a paper in it.
const uploadBody = maxScan + 1<<20

// readBody reads a body of at most limit bytes within a time.
func readBody(c *gin.Context, limit int64, within time.Duration) ([]byte, error) {
	if c.Request.ContentLength > limit {
		return nil, errTooLarge.With("max", limit)
	}
	control := http.NewResponseController(c.Writer)
	deadline := control.SetReadDeadline(time.Now().Add(within)) == nil // not every writer of a test has one
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
	if deadline {
		_ = control.SetReadDeadline(time.Time{})
	}
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, errTooLarge.With("max", limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errSlow.Because(err)
	case err != nil:
		return nil, errJSON.With("where", "EOF").Because(err)
	}
	return body, nil
}

// chooseLang is the language of a page: what the link says (which is then kept), the cookie, or the browser's wish.
func (s *server) chooseLang(c *gin.Context) string {
	query, cookie := c.Query("lang"), ""
	if k, err := c.Request.Cookie("lang"); err == nil {
		cookie = k.Value
	}
	lang := string(i18n.Choose(query, cookie, c.GetHeader("Accept-Language")))
	if query == lang && cookie != lang {
		http.SetCookie(c.Writer, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true,
			Secure: s.secure, SameSite: http.SameSiteLaxMode})
	}
	return lang
}
