package pact

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what a caller can do about an error; the HTTP layer alone turns it into a status.
type Kind int

const (
	// Invalid: the input does not make sense; correct it and send it again.
	Invalid Kind = iota + 1
	// NotFound: there is no such thing, or not for this actor.
	NotFound
	// Forbidden: the actor may not do this.
	Forbidden
	// Unauthenticated: nobody is signed in, or the sign-in is too old for this act.
	Unauthenticated
	// Conflict: the state of the pact does not allow it now.
	Conflict
	// Stale: somebody changed the thing meanwhile; read it again.
	Stale
	// TooLarge: a limit on size or number is exceeded.
	TooLarge
	// TooMany: asked too often; wait.
	TooMany
	// Unavailable: a service that is needed does not answer; try again later.
	Unavailable
	// Internal: our fault. The text says no more than that.
	Internal
)

// Error is a refusal that a person can act on. Code is stable for ever; Vi and En are the sentence shown, in which
// {name} stands for an argument. Errors with the same Code are equal for errors.Is.
type Error struct {
	Kind    Kind
	Code    string
	Vi, En  string
	Args    []Arg
	Details []Detail
	Err     error // the cause, logged and never shown
}

// Arg is a value in the sentence of an error: usually the offending one. En replaces Value in the English sentence
// when it is a word of ours and not what somebody typed.
type Arg struct{ Name, Value, En string }

// Worded is a value that has a name in both languages.
type Worded interface {
	// Words is the name in Vietnamese, or in English when lang is "en".
	Words(lang string) string
}

// Detail is one of several findings of the same refusal, such as each item that keeps a round from closing.
type Detail struct {
	Code   string
	Vi, En string
	// Ref names the thing: "comment/…", "agency/…", "clause/…", "target/…", or a field of the input ("quorum.present").
	Ref string
}

// Problem declares an error. Declare each code once, beside the rule that refuses.
func Problem(kind Kind, code, vi, en string) *Error {
	return &Error{Kind: kind, Code: code, Vi: vi, En: en}
}

// With returns a copy of e with one more argument. A Worded value is named in the language of the sentence.
func (e *Error) With(name string, value any) *Error {
	a := Arg{Name: name, Value: fmt.Sprint(value)}
	if w, ok := value.(Worded); ok {
		a.Value, a.En = w.Words("vi"), w.Words("en")
	}
	c := *e
	c.Args = append(append([]Arg(nil), e.Args...), a)
	return &c
}

// At makes the error a finding about the thing that ref names.
func (e *Error) At(ref string) Detail {
	return Detail{Code: e.Code, Vi: e.Text("vi"), En: e.Text("en"), Ref: ref}
}

// Because returns a copy of e with its cause.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Listing returns a copy of e with the given findings.
func (e *Error) Listing(d ...Detail) *Error {
	c := *e
	c.Details = append(append([]Detail(nil), e.Details...), d...)
	return &c
}

// Text is the sentence in Vietnamese, or in English when lang is "en".
func (e *Error) Text(lang string) string {
	s := e.Vi
	if lang == "en" {
		s = e.En
	}
	pairs := make([]string, 0, 2*len(e.Args))
	for _, a := range e.Args {
		v := a.Value
		if lang == "en" && a.En != "" {
			v = a.En
		}
		pairs = append(pairs, "{"+a.Name+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(s) // one pass: a value that looks like a placeholder stays as it is
}

// Sentence is the text with its first finding, for a place that has room for one sentence only.
func (e *Error) Sentence(lang string) string {
	switch {
	case len(e.Details) == 0:
		return e.Text(lang)
	case lang == "en":
		return e.Details[0].En
	}
	return e.Details[0].Vi
}

// asError is err as an Error; what is none is our fault.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return ErrInternal.Because(err)
}

func (e *Error) Error() string {
	s := e.Code + ": " + e.Text("en")
	for _, d := range e.Details {
		s += "; " + d.Ref + ": " + d.En
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors of one code equal.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Refusals that do not belong to one rule.
var (
	ErrNotFound  = Problem(NotFound, "not_found", "Không tìm thấy {what}.", "There is no {what}.")
	ErrForbidden = Problem(Forbidden, "forbidden", "Bạn không có quyền thực hiện việc này.", "You may not do this.")
	ErrSignIn    = Problem(Unauthenticated, "sign_in_required", "Bạn cần đăng nhập.", "Please sign in.")
	ErrStepUp    = Problem(Unauthenticated, "step_up_required", "Hãy xác nhận lại mật khẩu trước khi ký.", "Please confirm your password again before signing.")
	ErrStale     = Problem(Stale, "stale", "Người khác vừa thay đổi nội dung này; hãy tải lại rồi thử tiếp. Nội dung của bạn chưa được ghi.", "Somebody changed this meanwhile; load it again and retry. What you sent was not recorded.")
	ErrState     = Problem(Conflict, "wrong_state", "Không thể thực hiện “{act}” khi giao ước ở trạng thái “{state}”.", "{act} is not possible while the pact is {state}.")
	ErrField     = Problem(Invalid, "invalid_field", "Giá trị không hợp lệ ở {field}: {value}.", "The value of {field} is not valid: {value}.")
	ErrMissing   = Problem(Invalid, "missing_field", "Thiếu {field}.", "{field} is missing.")
	ErrKeyReused = Problem(Conflict, "idempotency_key_reused", "Idempotency-Key này đã dùng cho một yêu cầu khác.", "This Idempotency-Key was used for another request.")
	ErrInternal  = Problem(Internal, "internal", "Hệ thống gặp lỗi. Không có gì bị mất; hãy thử lại hoặc báo quản trị viên kèm mã yêu cầu.", "Something went wrong on our side. Nothing is lost; try again, or tell the administrator the request id.")
)
