package identity

import "kyket/pact"

// The acts on accounts that package pact has no permission of its own for; both are under pact.ActPersonCreate.
const (
	ActGrantsChange   pact.Act = "grants_change"
	ActPasswordChange pact.Act = "password_change"
)

// The refusals of this room.
var (
	ErrSetupDone     = pact.Problem(pact.Conflict, "setup_done", "Hệ thống đã được thiết lập; hãy đăng nhập.", "The system is set up already; please sign in.")
	ErrSetupCode     = pact.Problem(pact.Forbidden, "setup_code_wrong", "Mã thiết lập không đúng. Mã được in ra khi khởi động hệ thống lần đầu.", "The set-up code is not right. It was printed when the system was first started.")
	ErrCredentials   = pact.Problem(pact.Unauthenticated, "credentials_wrong", "Tên đăng nhập hoặc mật khẩu không đúng.", "Login or password is not right.")
	ErrPassword      = pact.Problem(pact.Unauthenticated, "password_wrong", "Mật khẩu không đúng.", "The password is not right.")
	ErrTooManyTries  = pact.Problem(pact.TooMany, "too_many_tries", "Bạn đã thử quá nhiều lần. Hãy đợi khoảng {seconds} giây rồi thử lại.", "Too many tries. Please wait about {seconds} seconds and try again.")
	ErrBusy          = pact.Problem(pact.Unavailable, "sign_in_busy", "Đang có quá nhiều người đăng nhập cùng lúc; hãy thử lại sau giây lát.", "Too many people are signing in at this moment; please try again shortly.")
	ErrLoginTaken    = pact.Problem(pact.Conflict, "login_taken", "Tên đăng nhập “{login}” đã có người dùng.", "The login “{login}” is taken.")
	ErrLoginForm     = pact.Problem(pact.Invalid, "login_form", "Tên đăng nhập “{login}” không hợp lệ: dùng 3 đến 64 chữ cái không dấu, chữ số hoặc . _ - @, bắt đầu bằng chữ cái hoặc chữ số.", "The login “{login}” is not valid: use 3 to 64 plain letters, digits or . _ - @, beginning with a letter or digit.")
	ErrPasswordShort = pact.Problem(pact.Invalid, "password_short", "Mật khẩu cần ít nhất {min} ký tự.", "A password needs at least {min} characters.")
	ErrPasswordLong  = pact.Problem(pact.Invalid, "password_long", "Mật khẩu dài quá {max} ký tự.", "A password has at most {max} characters.")
	ErrPasswordWeak  = pact.Problem(pact.Invalid, "password_weak", "Mật khẩu này quá dễ đoán; hãy chọn một câu dài mà chỉ bạn biết.", "This password is too easy to guess; choose a long phrase that only you know.")
	ErrGrant         = pact.Problem(pact.Invalid, "grant_invalid", "Vai trò “{role}” không hợp lệ: {why}.", "The grant of “{role}” is not valid: {why}.")
)
