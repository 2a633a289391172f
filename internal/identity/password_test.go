package identity

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/alexedwards/argon2id"
)

// A flood of sign-ins waits in a short line, and the rest is turned away before anything is computed.
func TestHashingIsBounded(t *testing.T) {
	h, err := newHasher(argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.enter(context.Background()); err != nil { // somebody is at it
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	waiting := make(chan error, cap(h.queue))
	for range cap(h.queue) - 1 {
		go func() { _, err := h.matches(ctx, "x", ""); waiting <- err }()
	}
	for len(h.queue) < cap(h.queue) {
		runtime.Gosched() // the line fills up; nobody leaves it before cancel
	}
	if _, err := h.matches(context.Background(), "x", ""); !errors.Is(err, ErrBusy) {
		t.Errorf("one too many got %v", err)
	}
	cancel()
	for range cap(h.queue) - 1 {
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("who waited got %v", err)
		}
	}
	h.leave()
	if ok, err := h.matches(context.Background(), "x", ""); ok || err != nil {
		t.Errorf("afterwards: %v %v", ok, err)
	}
}

func FuzzCleanLogin(f *testing.F) {
	for _, s := range []string{"binh", "Tran.Binh@tayninh.gov.vn", "bình", "..", "a\x00b", "ſſſ", "K2x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		login, err := CleanLogin(s)
		if err != nil {
			return
		}
		if again, err := CleanLogin(login); err != nil || again != login {
			t.Errorf("%q cleans to %q, and that to %q (%v)", s, login, again, err)
		}
	})
}
