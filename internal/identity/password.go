package identity

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Limits of a password, in characters.
const (
	minPassword = 10
	maxPassword = 200
)

// hashParams follow RFC 9106 §4 and OWASP's floor: 19 MiB, two passes, one lane. Memory and not time is what a guesser
// has to pay for; what an attacker can make us spend is bounded by hasher.
var hashParams = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher makes and compares hashes, a few at a time: each costs 19 MiB and tens of milliseconds, which a flood of
// sign-ins must not multiply.
type hasher struct {
	params argon2id.Params
	slots  chan struct{} // running
	queue  chan struct{} // running and waiting
	decoy  string        // the hash of nobody's password, compared when there is no such person
}

func newHasher(p argon2id.Params, slots int) (*hasher, error) {
	decoy, err := argon2id.CreateHash(newToken(), &p)
	if err != nil {
		return nil, err
	}
	return &hasher{params: p, slots: make(chan struct{}, slots), queue: make(chan struct{}, 16*slots), decoy: decoy}, nil
}

// enter takes a slot; the caller leaves. ErrBusy when too many wait already.
func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.queue <- struct{}{}:
	default:
		return ErrBusy
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-h.queue
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots; <-h.queue }

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return argon2id.CreateHash(norm.NFC.String(password), &h.params)
}

// matches compares a password with a hash; an empty hash costs the same and never matches.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if utf8.RuneCountInString(password) > maxPassword {
		password = "" // as costly as any other wrong one, and no more
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := hash != ""
	if !known {
		hash = h.decoy
	}
	ok, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), hash)
	return ok && known, err
}

// CheckPassword says what is wrong with a new password: length counts, composition rules do not (NIST SP 800-63B
// §3.1.1.2).
func CheckPassword(password, login string) error {
	p := norm.NFC.String(password)
	n := utf8.RuneCountInString(p)
	switch {
	case !utf8.ValidString(password):
		return ErrPasswordWeak
	case n < minPassword:
		return ErrPasswordShort.With("min", minPassword)
	case n > maxPassword:
		return ErrPasswordLong.With("max", maxPassword)
	}
	low := strings.ToLower(p)
	if strings.Contains(low, login) && n < len(login)+minPassword/2 {
		return ErrPasswordWeak
	}
	distinct := map[rune]bool{}
	for _, r := range low {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return ErrPasswordWeak
	}
	rest := low
	for _, w := range guessed {
		rest = strings.ReplaceAll(rest, w, "")
	}
	if utf8.RuneCountInString(rest) < 4 {
		return ErrPasswordWeak
	}
	return nil
}

// guessed are the pieces that guessed passwords are put together from; a password is refused when little else is in it.
var guessed = []string{
	"1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh",
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "matkhau", "mật khẩu", "mậtkhẩu", "abcdef", "abc", "admin", "administrator", "letmein",
	"welcome", "iloveyou", "vietnam", "việt nam", "anhyeuem", "kyket", "ký kết", "thidua", "thi đua",
}

// CleanLogin brings a login into the form that is stored and compared: lower case.
func CleanLogin(login string) (string, error) {
	s := strings.ToLower(strings.TrimSpace(login))
	if len(s) < 3 || len(s) > 64 {
		return "", ErrLoginForm.With("login", clip(login))
	}
	for i, r := range s {
		plain := r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !plain && (i == 0 || !strings.ContainsRune("._-@", r)) {
			return "", ErrLoginForm.With("login", clip(login))
		}
	}
	return s, nil
}

// clip keeps what a message repeats short.
func clip(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return s
}
