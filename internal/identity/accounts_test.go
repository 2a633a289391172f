package identity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"kyket/internal/identity"
	"kyket/pact"
)

const good = "trời xanh mây trắng nắng vàng"

var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// house is a set of accounts on a clock that stands still.
type house struct {
	*identity.Accounts
	t     *testing.T
	store *memory
	now   time.Time
	log   bytes.Buffer
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, store: newMemory(), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)}
	a, err := identity.New(h.store, identity.Options{Now: func() time.Time { return h.now }, Params: &cheap,
		Logger: slog.New(slog.NewTextHandler(&h.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	h.Accounts = a
	return h
}

func (h *house) add(login string) *identity.Person {
	h.t.Helper()
	p, err := h.AddPerson(context.Background(), identity.Request{}, identity.NewPerson{Login: login, Name: "Trần Thị Bình", Password: good})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) in(login string) (string, *identity.Session) {
	h.t.Helper()
	token, s, _, err := h.SignIn(context.Background(), login, good, "192.0.2.1", "")
	if err != nil {
		h.t.Fatal(err)
	}
	return token, s
}

func is(t *testing.T, err error, want *pact.Error) {
	t.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestSetUp(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	first, err := h.NewSetupCode(ctx)
	is(t, err, nil)
	code, err := h.NewSetupCode(ctx)
	is(t, err, nil)
	in := identity.NewPerson{Login: "Quan.Tri", Name: " Quản   trị ", Password: good}
	_, err = h.SetUp(ctx, first, in, "a")
	is(t, err, identity.ErrSetupCode)
	_, err = h.SetUp(ctx, code, identity.NewPerson{Login: "quantri", Name: "Quản trị", Password: "short"}, "a")
	is(t, err, identity.ErrPasswordShort)
	p, err := h.SetUp(ctx, strings.ToLower(strings.ReplaceAll(code, "-", " ")), in, "a")
	if err != nil {
		t.Fatal(err)
	}
	if p.Login != "quan.tri" || p.Name != "Quản trị" || len(p.Grants) != 1 || p.Grants[0].Role != pact.Admin {
		t.Errorf("the first person is %+v", p)
	}
	again, err := h.SetUp(ctx, code, in, "a")
	if err != nil || again.ID != p.ID {
		t.Errorf("the same request again: %v, %v", again, err)
	}
	for _, other := range []identity.NewPerson{{Login: "second", Name: "X", Password: good}, {Login: "quan.tri", Name: "X", Password: good + "!"}} {
		_, err = h.SetUp(ctx, code, other, "a")
		is(t, err, identity.ErrSetupDone)
	}
	if code, err = h.NewSetupCode(ctx); code != "" || err != nil {
		t.Errorf("a second start gave %q, %v", code, err)
	}
}

func TestSetUpOnce(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	code, err := h.NewSetupCode(ctx)
	is(t, err, nil)
	var wait sync.WaitGroup
	for _, login := range []string{"one", "two", "three", "four"} {
		wait.Go(func() { _, _ = h.SetUp(ctx, code, identity.NewPerson{Login: login, Name: "X", Password: good}, login) })
	}
	wait.Wait()
	if n := len(h.store.people); n != 1 {
		t.Errorf("%d administrators", n)
	}
}

func TestSetUpGuessing(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	code, err := h.NewSetupCode(ctx)
	is(t, err, nil)
	in := identity.NewPerson{Login: "one", Name: "X", Password: good}
	for range 100 {
		_, err = h.SetUp(ctx, "AAAAAA-AAAAAA-AAAAAA-AAAAAA", in, "192.0.2.9")
	}
	is(t, err, identity.ErrTooManyTries)
	_, err = h.SetUp(ctx, code, in, "192.0.2.10") // somebody else is not kept out
	is(t, err, nil)
}

func TestSignIn(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	token, s := h.in("  BINH ")
	got, p, err := h.Session(ctx, token)
	if err != nil || got.ID != s.ID || p.Login != "binh" {
		t.Fatalf("session %v %v %v", got, p, err)
	}
	for _, c := range []struct{ login, password string }{{"binh", good + "x"}, {"nobody", good}, {"", ""}, {"b\x00inh", good},
		{"binh", ""}, {"binh", strings.Repeat("a", 100_000)}} {
		_, _, _, err := h.SignIn(ctx, c.login, c.password, "192.0.2.1", "")
		is(t, err, identity.ErrCredentials)
	}
	for _, bad := range []string{"", "x", token + "x", strings.Repeat("x", 5000)} {
		_, _, err := h.Session(ctx, bad)
		is(t, err, pact.ErrSignIn)
	}
	// Decomposed letters are the same password.
	h.now = h.now.Add(time.Hour)
	_, _, _, err = h.SignIn(ctx, "binh", "trơ\u0300i xanh mây trắng nắng vàng", "192.0.2.1", "")
	is(t, err, nil)
}

// Work for somebody unknown must be that for a wrong password: both hash once.
func TestUnknownCostsTheSame(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	bytesOf := func(login string) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range 50 {
			h.now = h.now.Add(time.Hour)
			_, _, _, err := h.SignIn(ctx, login, "wrong password", "192.0.2.1", "")
			is(t, err, identity.ErrCredentials)
		}
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / 50
	}
	bytesOf("binh")
	known, unknown := bytesOf("binh"), bytesOf("nobody")
	if ratio := known / unknown; ratio < 0.8 || ratio > 1.25 {
		t.Errorf("a wrong password allocates %.0f bytes, an unknown login %.0f", known, unknown)
	}
}

func TestNoFixation(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	old, _ := h.in("binh")
	token, _, _, err := h.SignIn(ctx, "binh", good, "192.0.2.1", old)
	is(t, err, nil)
	if token == old {
		t.Error("the token was kept")
	}
	_, _, err = h.Session(ctx, old)
	is(t, err, pact.ErrSignIn)
	// A token that somebody made up is never taken over.
	token, _, _, err = h.SignIn(ctx, "binh", good, "192.0.2.1", "planted")
	is(t, err, nil)
	if token == "planted" {
		t.Error("a planted token was taken over")
	}
	_, _, err = h.Session(ctx, "planted")
	is(t, err, pact.ErrSignIn)
}

func TestLimits(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	token, _ := h.in("binh")
	start := h.now
	for h.now.Before(start.Add(10 * time.Hour)) { // in use: the idle limit does not strike
		h.now = h.now.Add(90 * time.Minute)
		if _, _, err := h.Session(ctx, token); err != nil {
			t.Fatalf("after %v: %v", h.now.Sub(start), err)
		}
	}
	h.now = start.Add(12 * time.Hour)
	_, _, err := h.Session(ctx, token)
	is(t, err, pact.ErrSignIn)

	token, _ = h.in("binh")
	h.now = h.now.Add(2*time.Hour + time.Second)
	_, _, err = h.Session(ctx, token)
	is(t, err, pact.ErrSignIn)
	is(t, h.Purge(ctx), nil)
	if len(h.store.sessions) != 0 {
		t.Errorf("%d sessions kept", len(h.store.sessions))
	}
}

func TestRevocation(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	p := h.add("binh")
	one, s := h.in("binh")
	two, _ := h.in("binh")
	is(t, h.SignOut(ctx, two), nil)
	_, _, err := h.Session(ctx, two)
	is(t, err, pact.ErrSignIn)
	three, _ := h.in("binh")
	is(t, h.ChangePassword(ctx, s, good+"x", good+" 2"), identity.ErrPassword)
	is(t, h.ChangePassword(ctx, s, good, good+" 2"), nil)
	_, _, err = h.Session(ctx, three)
	is(t, err, pact.ErrSignIn)
	_, _, err = h.Session(ctx, one)
	is(t, err, nil)
	is(t, h.SetPassword(ctx, "", p.ID, good), nil)
	_, _, err = h.Session(ctx, one)
	is(t, err, pact.ErrSignIn)
}

// What a person may do is read with every request, so that a taken grant is gone at once.
func TestGrantsHoldAtOnce(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	p := h.add("binh")
	token, _ := h.in("binh")
	grants := []pact.Grant{{Role: pact.Focal, Cluster: "c", Agency: "B"}}
	p, err := h.SetGrants(ctx, identity.Request{}, p.ID, p.RowVersion, grants)
	is(t, err, nil)
	s, who, err := h.Session(ctx, token)
	is(t, err, nil)
	if a := identity.Actor(s, who); len(a.Grants) != 1 || a.Person != p.ID || a.Session != s.ID {
		t.Errorf("actor %+v", a)
	}
	_, err = h.SetGrants(ctx, identity.Request{}, p.ID, p.RowVersion-1, nil)
	is(t, err, pact.ErrStale)
}

func TestStepUp(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	token, s := h.in("binh")
	other, _ := h.in("binh")
	base := pact.Digest{1}
	consent := func(token string) (pact.Consent, error) {
		s, _, err := h.Session(ctx, token)
		is(t, err, nil)
		return h.Consent(ctx, s, "p", base)
	}
	_, err := consent(token) // signing in is no confirmation of a paper
	is(t, err, pact.ErrStepUp)
	_, err = h.StepUp(ctx, s, good+"x")
	is(t, err, identity.ErrPassword)
	until, err := h.StepUp(ctx, s, good)
	is(t, err, nil)
	c, err := consent(token)
	is(t, err, nil)
	if c.Person != s.Person || c.Session != s.ID || c.Pact != "p" || c.Base != base || !c.At.Equal(h.now) || !c.Expires.Equal(until) {
		t.Errorf("consent %+v", c)
	}
	_, err = consent(other) // another sign-in of the same person has confirmed nothing
	is(t, err, pact.ErrStepUp)
	h.now = until
	_, err = consent(token)
	is(t, err, pact.ErrStepUp)
}

func TestStolenSessionCannotGuess(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	_, s := h.in("binh")
	var err error
	for range 20 {
		_, err = h.StepUp(ctx, s, "guess")
	}
	is(t, err, identity.ErrTooManyTries)
	_, err = h.StepUp(ctx, s, good)
	is(t, err, identity.ErrTooManyTries)
}

func TestThrottle(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	h.add("binh")
	h.add("cuong")
	try := func(login, password, address string) error {
		_, _, _, err := h.SignIn(ctx, login, password, address, "")
		return err
	}
	// One login from many addresses.
	for i := range 50 {
		_ = try("binh", "wrong", fmt.Sprintf("2001:db8:1:%x::1", i))
	}
	is(t, try("binh", good, "198.51.100.1"), identity.ErrTooManyTries)
	is(t, try("cuong", good, "198.51.100.1"), nil)
	// One address, many logins; another one of the same /64 is the same.
	for i := range 50 {
		_ = try(fmt.Sprintf("nobody%d", i), "wrong", "2001:db8:2::5")
	}
	is(t, try("cuong", good, "2001:db8:2::ffff"), identity.ErrTooManyTries)
	// Waiting helps, and those who know their password are not counted.
	h.now = h.now.Add(time.Hour)
	for range 100 {
		is(t, try("cuong", good, "198.51.100.1"), nil)
	}
	var e *pact.Error
	for range 50 {
		if err := try("binh", "wrong", "198.51.100.2"); errors.As(err, &e) && errors.Is(err, identity.ErrTooManyTries) {
			break
		}
	}
	if len(e.Args) == 0 || e.Args[0].Name != "seconds" || e.Args[0].Value == "0" {
		t.Errorf("how long to wait: %+v", e.Args)
	}
}

func TestThrottleForgets(t *testing.T) {
	th, now := identity.NewThrottle(2, time.Second, 100), time.Unix(0, 0)
	take := func(k string) bool { _, ok := th.Take(k, now); return ok }
	for i, want := range []bool{true, true, false} {
		if take("a") != want {
			t.Fatalf("try %d of a burst of two: %v", i+1, !want)
		}
	}
	for i := range 10_000 {
		take(string(rune('b' + i)))
	}
	if n := th.Len(); n > 100 {
		t.Errorf("%d keys kept", n)
	}
	now = now.Add(time.Second)
	if th.Return("unseen"); !take("z") {
		t.Error("a new key has nothing left")
	}
	now = now.Add(-time.Hour) // a clock set back gives nothing away
	take("z")
	if take("z") {
		t.Error("a clock set back gave a try")
	}
}

func TestRepeatedRequest(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	req := identity.Request{By: "admin", Key: "k"}
	in := identity.NewPerson{Login: "binh", Name: "Bình", Password: good}
	p, err := h.AddPerson(ctx, req, in)
	is(t, err, nil)
	again, err := h.AddPerson(ctx, req, in)
	if err != nil || again.ID != p.ID {
		t.Errorf("%v %v", again, err)
	}
	in.Password += "x"
	_, err = h.AddPerson(ctx, req, in)
	is(t, err, pact.ErrKeyReused)
	in = identity.NewPerson{Login: "other", Name: "Bình", Password: good}
	_, err = h.AddPerson(ctx, req, in)
	is(t, err, pact.ErrKeyReused)
	in.Login = "BINH"
	_, err = h.AddPerson(ctx, identity.Request{By: "admin", Key: "k2"}, in)
	is(t, err, identity.ErrLoginTaken)
}

func TestPasswordRules(t *testing.T) {
	for _, c := range []struct {
		password, login string
		want            *pact.Error
	}{
		{good, "binh", nil},
		{"ngắn quá", "binh", identity.ErrPasswordShort},
		{strings.Repeat("dài ", 60), "binh", identity.ErrPasswordLong},
		{"aaaaaaaaaaaaaaaa", "binh", identity.ErrPasswordWeak},
		{"12345678901", "binh", identity.ErrPasswordWeak},
		{"Mật khẩu 123", "binh", identity.ErrPasswordWeak},
		{"tranthibinh1", "tranthibinh", identity.ErrPasswordWeak},
		{"Admin123456", "binh", identity.ErrPasswordWeak},
		{"\xff\xfe invalid utf8", "binh", identity.ErrPasswordWeak},
	} {
		is(t, identity.CheckPassword(c.password, c.login), c.want)
	}
}

func TestBadPeople(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	for _, c := range []struct {
		login, name string
		grants      []pact.Grant
		want        *pact.Error
	}{
		{"ab", "X", nil, identity.ErrLoginForm},
		{"bình", "X", nil, identity.ErrLoginForm},
		{".binh", "X", nil, identity.ErrLoginForm},
		{"bi nh", "X", nil, identity.ErrLoginForm},
		{strings.Repeat("a", 65), "X", nil, identity.ErrLoginForm},
		{"binh", "  ", nil, pact.ErrMissing},
		{"binh", "a\x00b", nil, pact.ErrField},
		{"binh", "a\u202eb", nil, pact.ErrField},
		{"binh", strings.Repeat("ă", 201), nil, pact.ErrField},
		{"binh", "X", []pact.Grant{{Role: "god"}}, identity.ErrGrant},
		{"binh", "X", []pact.Grant{{Role: pact.Admin, Cluster: "c"}}, identity.ErrGrant},
		{"binh", "X", []pact.Grant{{Role: pact.Secretary}}, identity.ErrGrant},
		{"binh", "X", []pact.Grant{{Role: pact.HeadOfAgency, Cluster: "c"}}, identity.ErrGrant},
		{"binh", "X", []pact.Grant{{Role: pact.Clerk, Cluster: "c", From: time.Unix(2, 0), To: time.Unix(1, 0)}}, identity.ErrGrant},
	} {
		_, err := h.AddPerson(ctx, identity.Request{}, identity.NewPerson{Login: c.login, Name: c.name, Password: good, Grants: c.grants})
		is(t, err, c.want)
	}
	if len(h.store.people) != 0 {
		t.Errorf("%d people were added", len(h.store.people))
	}
}

func TestNoSecretKept(t *testing.T) {
	h, ctx := newHouse(t), context.Background()
	code, err := h.NewSetupCode(ctx)
	is(t, err, nil)
	_, err = h.SetUp(ctx, code, identity.NewPerson{Login: "binh", Name: "Bình", Password: good}, "a")
	is(t, err, nil)
	token, s := h.in("binh")
	_, _ = h.StepUp(ctx, s, good)
	_, _, _, _ = h.SignIn(ctx, "binh", "a wrong guess", "a", "")
	for _, secret := range []string{good, token, code, "a wrong guess"} {
		if strings.Contains(h.store.all(), secret) {
			t.Errorf("%q is stored", secret)
		}
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("%q is logged", secret)
		}
	}
	if len(h.store.records) != 1 || !strings.Contains(string(h.store.records[0].Body), `"binh"`) {
		t.Errorf("the history has %d entries", len(h.store.records))
	}
	for _, p := range h.store.people {
		if !strings.HasPrefix(p.Password, "$argon2id$v=19$") {
			t.Errorf("password kept as %.12s…", p.Password)
		}
	}
}

func TestBothLanguages(t *testing.T) {
	for _, e := range []*pact.Error{identity.ErrSetupDone, identity.ErrSetupCode, identity.ErrCredentials, identity.ErrPassword,
		identity.ErrTooManyTries, identity.ErrBusy, identity.ErrLoginTaken, identity.ErrLoginForm, identity.ErrPasswordShort,
		identity.ErrPasswordLong, identity.ErrPasswordWeak, identity.ErrGrant} {
		if e.Vi == "" || e.En == "" || e.Vi == e.En || e.Code == "" {
			t.Errorf("%s lacks a sentence", e.Code)
		}
	}
}
