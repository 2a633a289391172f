package identity

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"kyket/pact"
)

// How long a sign-in and a confirmation hold.
const (
	sessionLife = 12 * time.Hour  // a working day, whatever happens
	sessionIdle = 2 * time.Hour   // without a request
	stepUpLife  = 5 * time.Minute // between confirming and signing
	seenGrain   = 1 * time.Minute // how exactly the last use is kept: not every read should write
)

// SignIn checks login and password and begins a new session; old is the token that the same browser held before, which
// ends (a token that somebody planted is never taken over). The answer does not tell an unknown login from a wrong
// password, neither in words nor in the work done.
func (a *Accounts) SignIn(ctx context.Context, login, password, address, old string) (token string, s *Session, p *Person, err error) {
	address = AddressKey(address)
	clean, formErr := CleanLogin(login)
	if formErr != nil {
		clean = "" // counts as unknown, at the same cost
	}
	if err := a.take(a.byAddress, address); err != nil {
		return "", nil, nil, err
	}
	if err := a.take(a.byLogin, clean); err != nil {
		return "", nil, nil, err
	}
	hash := ""
	if clean != "" {
		p, err = a.store.PersonByLogin(ctx, clean)
		if err != nil && !missing(err) {
			return "", nil, nil, err
		}
		if err == nil {
			hash = p.Password
		}
	}
	ok, err := a.hash.matches(ctx, password, hash)
	if err != nil {
		return "", nil, nil, err
	}
	if !ok {
		a.log.InfoContext(ctx, "sign-in refused", "address", address)
		return "", nil, nil, ErrCredentials
	}
	a.byAddress.Return(address)
	a.byLogin.Return(clean)
	if old != "" {
		if err := a.SignOut(ctx, old); err != nil {
			return "", nil, nil, err
		}
	}
	token, s, err = a.begin(ctx, p)
	return token, s, p, err
}

func (a *Accounts) begin(ctx context.Context, p *Person) (string, *Session, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", nil, err
	}
	token, now := newToken(), a.now().UTC().Truncate(time.Microsecond)
	s := &Session{ID: id.String(), Token: digest(token), Person: p.ID, CreatedAt: now, SeenAt: now, Ends: now.Add(sessionLife)}
	return token, s, a.store.AddSession(ctx, s)
}

// Session returns who holds a token: pact.ErrSignIn when nobody does any more.
func (a *Accounts) Session(ctx context.Context, token string) (*Session, *Person, error) {
	if token == "" || len(token) > 100 {
		return nil, nil, pact.ErrSignIn
	}
	s, err := a.store.SessionByToken(ctx, digest(token))
	if missing(err) {
		return nil, nil, pact.ErrSignIn
	}
	if err != nil {
		return nil, nil, err
	}
	now := a.now()
	if !now.Before(s.Ends) || now.Sub(s.SeenAt) > sessionIdle {
		return nil, nil, pact.ErrSignIn
	}
	p, err := a.store.Person(ctx, s.Person)
	if missing(err) {
		return nil, nil, pact.ErrSignIn
	}
	if err != nil {
		return nil, nil, err
	}
	if now.Sub(s.SeenAt) >= seenGrain {
		s.SeenAt = now.UTC().Truncate(time.Microsecond)
		if err := a.store.SaveSession(ctx, s); missing(err) {
			return nil, nil, pact.ErrSignIn // ended at this very moment
		} else if err != nil {
			return nil, nil, err
		}
	}
	return s, p, nil
}

// Actor is what the acts know of a signed-in person.
func Actor(s *Session, p *Person) pact.Actor {
	return pact.Actor{Person: p.ID, Name: p.Name, Grants: p.Grants, Session: s.ID}
}

// SignOut ends the session of a token; unknown tokens are no error.
func (a *Accounts) SignOut(ctx context.Context, token string) error {
	s, err := a.store.SessionByToken(ctx, digest(token))
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return a.store.EndSession(ctx, s.ID)
}

// StepUp confirms the password before signing; it holds for five minutes, for this sign-in only.
func (a *Accounts) StepUp(ctx context.Context, s *Session, password string) (until time.Time, err error) {
	if _, err := a.confirm(ctx, s, password); err != nil {
		return time.Time{}, err
	}
	n := *s
	n.StepUpAt = a.now().UTC().Truncate(time.Microsecond)
	n.SeenAt = n.StepUpAt
	if err := a.store.SaveSession(ctx, &n); missing(err) {
		return time.Time{}, pact.ErrSignIn
	} else if err != nil {
		return time.Time{}, err
	}
	return n.StepUpAt.Add(stepUpLife), nil
}

// confirm checks the password of a signed-in person, a few times per sign-in: a stolen session must not guess it.
func (a *Accounts) confirm(ctx context.Context, s *Session, password string) (*Person, error) {
	if err := a.take(a.bySession, s.ID); err != nil {
		return nil, err
	}
	p, err := a.store.Person(ctx, s.Person)
	if err != nil {
		return nil, err
	}
	ok, err := a.hash.matches(ctx, password, p.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrPassword
	}
	a.bySession.Return(s.ID)
	return p, nil
}

// Consent turns a fresh confirmation into the will to sign one paper, named by its frozen base. pact.ErrStepUp when the
// password was not confirmed within the last five minutes of this sign-in.
func (a *Accounts) Consent(_ context.Context, s *Session, id pact.PactID, base pact.Digest) (pact.Consent, error) {
	now := a.now().UTC()
	expires := s.StepUpAt.Add(stepUpLife)
	if s.StepUpAt.IsZero() || !now.Before(expires) || s.StepUpAt.After(now.Add(seenGrain)) {
		return pact.Consent{}, pact.ErrStepUp
	}
	return pact.Consent{Person: s.Person, Session: s.ID, Pact: id, Base: base, At: now, Expires: expires}, nil
}

// Purge deletes sessions that are over.
func (a *Accounts) Purge(ctx context.Context) error {
	now := a.now().UTC()
	return a.store.PurgeSessions(ctx, now, now.Add(-sessionIdle))
}

func (a *Accounts) take(t *Throttle, key string) error {
	if wait, ok := t.Take(key, a.now()); !ok {
		return ErrTooManyTries.With("seconds", int(math.Ceil(wait.Seconds())))
	}
	return nil
}
