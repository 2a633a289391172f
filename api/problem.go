package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"golang.org/x/text/language"

	"kyket/api/wire"
	"kyket/pact"
)

// statuses is the one place where a kind of refusal becomes a status of HTTP.
var statuses = map[pact.Kind]int{
	pact.Invalid: http.StatusUnprocessableEntity, pact.NotFound: http.StatusNotFound, pact.Forbidden: http.StatusForbidden,
	pact.Unauthenticated: http.StatusUnauthorized, pact.Conflict: http.StatusConflict, pact.Stale: http.StatusPreconditionFailed,
	pact.TooLarge: http.StatusRequestEntityTooLarge, pact.TooMany: http.StatusTooManyRequests,
	pact.Unavailable: http.StatusServiceUnavailable, pact.Internal: http.StatusInternalServerError,
}

// Refusals that only HTTP has, with their own status where the kind's is not the right one.
var (
	errTooLarge   = pact.Problem(pact.TooLarge, "body_too_large", "Nội dung gửi lên lớn hơn {max} byte.", "What was sent is larger than {max} bytes.")
	errSlow       = pact.Problem(pact.Unavailable, "body_too_slow", "Dữ liệu gửi lên quá chậm nên yêu cầu bị hủy; hãy thử lại.", "The request was sent too slowly and was given up; please try again.")
	errMedia      = pact.Problem(pact.Invalid, "media_type", "Chỉ nhận application/json, không nhận {type}.", "Only application/json is taken, not {type}.")
	errJSON       = pact.Problem(pact.Invalid, "malformed_json", "Nội dung không phải JSON đúng cú pháp: {where}.", "The body is not well-formed JSON: {where}.")
	errDeep       = pact.Problem(pact.Invalid, "json_too_deep", "JSON lồng nhau quá {max} tầng.", "The JSON is nested deeper than {max} levels.")
	errEncoding   = pact.Problem(pact.Invalid, "not_utf8", "Nội dung không phải UTF-8.", "The body is not UTF-8.")
	errNUL        = pact.Problem(pact.Invalid, "nul_character", "Nội dung có ký tự NUL (U+0000), không được phép.", "The body holds the NUL character (U+0000), which is not allowed.")
	errNoRoute    = pact.Problem(pact.NotFound, "no_such_address", "Không có địa chỉ {path}.", "There is no address {path}.")
	errMethod     = pact.Problem(pact.Invalid, "method_not_allowed", "Địa chỉ này không nhận phương thức {method}.", "This address does not take the method {method}.")
	errOrigin     = pact.Problem(pact.Forbidden, "cross_origin", "Yêu cầu đến từ một trang web khác nên bị từ chối.", "The request came from another web site and was refused.")
	errIfMatch    = pact.Problem(pact.Invalid, "if_match_required", "Thiếu If-Match: hãy gửi ETag của bản bạn đã đọc.", "If-Match is missing: send the ETag of what you read.")
	errIfMatchBad = pact.Problem(pact.Invalid, "if_match_invalid", "If-Match không hợp lệ: {value}.", "If-Match is not valid: {value}.")
	errNoKey      = pact.Problem(pact.Invalid, "idempotency_key_required", "Thiếu Idempotency-Key: yêu cầu này phải gửi lại được mà không làm hai lần.", "Idempotency-Key is missing: this request must be repeatable without being done twice.")
	errKey        = pact.Problem(pact.Invalid, "idempotency_key_invalid", "Idempotency-Key phải có 1 đến 200 ký tự ASCII in được.", "An Idempotency-Key has 1 to 200 printable ASCII characters.")
	errUnknown    = pact.Problem(pact.Invalid, "unknown_field", "Không có trường {field}.", "There is no field {field}.")
	errForm       = pact.Problem(pact.Invalid, "invalid_field", "Giá trị không hợp lệ ở {field}: {value}.", "The value of {field} is not valid: {value}.")
)

var ownStatus = map[string]int{
	errMedia.Code: http.StatusUnsupportedMediaType, errJSON.Code: http.StatusBadRequest, errDeep.Code: http.StatusBadRequest,
	errEncoding.Code: http.StatusBadRequest, errNUL.Code: http.StatusBadRequest, errMethod.Code: http.StatusMethodNotAllowed,
	errIfMatch.Code: http.StatusPreconditionRequired, errIfMatchBad.Code: http.StatusBadRequest,
	errNoKey.Code: http.StatusBadRequest, errKey.Code: http.StatusBadRequest, errSlow.Code: http.StatusRequestTimeout,
}

// statusOf is the status of a refusal; of any other error it is that of an internal one.
func statusOf(err error) int {
	var e *pact.Error
	if !errors.As(err, &e) {
		return http.StatusInternalServerError
	}
	if status := ownStatus[e.Code]; status != 0 {
		return status
	}
	if status := statuses[e.Kind]; status != 0 {
		return status
	}
	return http.StatusInternalServerError
}

// Problem is RFC 9457's answer to what could not be done.
type Problem struct {
	Type      string            `json:"type" doc:"urn:kyket:problem: and the code"`
	Title     string            `json:"title" doc:"The sentence, in the language asked for"`
	Status    int               `json:"status"`
	Detail    string            `json:"detail,omitempty" doc:"The sentence with its findings, in the language asked for"`
	Code      string            `json:"code" doc:"Stable for ever"`
	Args      map[string]string `json:"args,omitempty" doc:"The values in the sentence, by name"`
	Details   []wire.Finding    `json:"details,omitempty"`
	Vi        string            `json:"vi"`
	En        string            `json:"en"`
	RequestID string            `json:"request_id"`

	header http.Header
}

// Error makes a problem an error, which huma writes as it is.
func (p *Problem) Error() string { return p.Code }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers that go with the problem.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is RFC 9457's.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem turns any error into what the client sees. What is not a refusal of ours is logged and becomes "internal".
func (s *server) problem(ctx context.Context, err error) *Problem {
	var own *Problem
	if errors.As(err, &own) {
		return own
	}
	r := requestOf(ctx)
	var e *pact.Error
	if !errors.As(err, &e) {
		e = pact.ErrInternal.Because(err)
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e = errSlow.Because(err)
		}
	}
	status := statusOf(e)
	switch {
	case status >= 500:
		s.Logger.ErrorContext(ctx, "request failed", "code", e.Code, "error", cause(e), "request_id", r.id)
	case e.Err != nil:
		s.Logger.InfoContext(ctx, "request refused", "code", e.Code, "error", cause(e), "request_id", r.id)
	}
	p := &Problem{Type: "urn:kyket:problem:" + e.Code, Status: status, Code: e.Code, Vi: e.Text("vi"), En: e.Text("en"),
		RequestID: r.id, header: http.Header{}}
	p.Title, p.Detail = p.Vi, p.Vi
	if r.lang == "en" {
		p.Title, p.Detail = p.En, p.En
	}
	for _, a := range e.Args {
		if p.Args == nil {
			p.Args = map[string]string{}
		}
		p.Args[a.Name] = a.Value
		if a.Name == "seconds" && status == http.StatusTooManyRequests {
			p.header.Set("Retry-After", a.Value)
		}
	}
	for _, d := range e.Details {
		p.Details = append(p.Details, wire.FromDetail(d))
		line := d.Vi
		if r.lang == "en" {
			line = d.En
		}
		p.Detail += "\n" + line
	}
	if status == http.StatusUnauthorized {
		p.header.Set("WWW-Authenticate", `Bearer realm="kyket"`)
	}
	p.header.Set("Content-Language", r.lang)
	return p
}

// cause is what the log says of an error: the reason beneath it, or the error itself.
func cause(e *pact.Error) error {
	if e.Err != nil {
		return e.Err
	}
	return e
}

// explain turns huma's own findings about a request into our problem.
func (s *server) explain(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := s.problem(ctx.Context(), findings(m))
	p.Status = m.Status // it is on its way already
	for k, values := range p.header {
		ctx.SetHeader(k, values[0])
	}
	return p, nil
}

// findings names every field that huma refused.
func findings(m *huma.ErrorModel) *pact.Error {
	if m.Status >= 500 {
		return pact.ErrInternal.Because(m)
	}
	if m.Status == http.StatusRequestEntityTooLarge {
		return errTooLarge.With("max", "…")
	}
	var all []pact.Detail
	for _, d := range m.Errors {
		field := strings.TrimPrefix(d.Location, "body.")
		if i := strings.IndexByte(field, '.'); i > 0 && (field[:i] == "query" || field[:i] == "path" || field[:i] == "header") {
			field = field[i+1:]
		}
		switch {
		case strings.HasPrefix(d.Message, "unexpected property"), strings.HasPrefix(d.Message, "unknown query"):
			all = append(all, errUnknown.With("field", wire.Clip(field)).At(field))
		case strings.HasPrefix(d.Message, "expected required property "):
			name, _, _ := strings.Cut(strings.TrimPrefix(d.Message, "expected required property "), " ")
			if field != "" && field != "body" {
				name = field + "." + name
			}
			all = append(all, pact.ErrMissing.With("field", name).At(name))
		case strings.HasPrefix(d.Message, "required "):
			all = append(all, pact.ErrMissing.With("field", field).At(field))
		default:
			all = append(all, errForm.With("field", field).With("value", shown(field, d.Value)).At(field))
		}
	}
	if m.Detail == "request body is required" {
		all = append(all, pact.ErrMissing.With("field", "body").At("body"))
	}
	if len(all) == 0 {
		return errJSON.With("where", "?").Because(m)
	}
	return wire.Refuse(all)
}

// shown repeats an offending value, unless the field holds a secret.
func shown(field string, v any) string {
	for _, secret := range []string{"password", "old", "code", "token"} {
		if field == secret || strings.HasSuffix(field, "."+secret) {
			return "…"
		}
	}
	if text, ok := v.(string); ok {
		return wire.Clip(text)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "…"
	}
	return wire.Clip(string(b))
}

// fail answers a request that never reached a handler of huma's.
func (s *server) fail(c *gin.Context, err error) {
	c.Abort()
	s.write(c.Writer, c.Request, err)
}

func (s *server) write(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(r.Context(), err)
	for k, v := range p.header {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p); err != nil {
		s.Logger.InfoContext(r.Context(), "problem not delivered", "error", err)
	}
}

var languages = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// langOf is "vi" or "en": what the client asked for, Vietnamese otherwise.
func langOf(header string) string {
	if header == "" || len(header) > 200 {
		return "vi"
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return "vi"
	}
	_, i, confidence := languages.Match(tags...)
	if i == 1 && confidence > language.No {
		return "en"
	}
	return "vi"
}
