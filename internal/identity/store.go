// Package identity says who is there: accounts with their grants, passwords, sign-ins (sessions), the fresh confirmation
// before a signature (step-up) and the consent that comes of it, and the one-time code of the first start. It knows no
// HTTP, no SQL and no pact beyond its vocabulary; what a role may do is decided in package pact. Everything here runs on
// the machine's clock. No password, code or token is ever logged or stored in the clear.
package identity

import (
	"context"
	"time"

	"kyket/pact"
)

// Person is somebody with an account.
type Person struct {
	ID     pact.PersonID // UUIDv7
	Login  string        // as CleanLogin makes it; unique
	Name   string        // NFC, a line
	Grants []pact.Grant
	// Password is the argon2id hash in PHC form, at most 200 bytes.
	Password   string
	CreatedAt  time.Time
	RowVersion int64
}

// Session is one sign-in. The token is known to the holder alone.
type Session struct {
	ID     string      // UUIDv7; what consents, tickets and logs call it
	Token  pact.Digest // SHA-256 of the token; unique
	Person pact.PersonID
	// CreatedAt, SeenAt and Ends are when the sign-in began, was last used (to the minute) and ends at the latest.
	CreatedAt, SeenAt, Ends time.Time
	// StepUpAt is when the password was last confirmed for signing; zero: never.
	StepUpAt time.Time
}

// SetupCode is the one-time code of the first start; there is at most one.
type SetupCode struct {
	Code   pact.Digest   // SHA-256 of the code
	UsedBy pact.PersonID // empty while it is unused
}

// Request makes a repeated request recognisable, as workflow.Call does; an empty Key is never repeated.
type Request struct {
	By          pact.PersonID
	Key         string
	Fingerprint pact.Digest
}

// Record is the entry of the history that commits with a change of accounts. Grants and names go into it, secrets never.
type Record struct {
	Act  pact.Act
	By   pact.PersonID // empty: the machine's operator, at set-up or on the command line
	At   time.Time
	Body []byte // JSON
}

// Store keeps accounts and sessions; internal/store satisfies it. What does not exist is pact.ErrNotFound.
type Store interface {
	// SetupCode returns the code, used or not.
	SetupCode(ctx context.Context) (SetupCode, error)
	// PutSetupCode replaces the code; ErrSetupDone when somebody has an account already.
	PutSetupCode(ctx context.Context, c SetupCode) error
	// Install adds the first person, marks the code as used by this person and appends rec, in one transaction.
	// ErrSetupDone when somebody has an account already or the unused code is another one.
	Install(ctx context.Context, code pact.Digest, p *Person, rec Record) error

	Person(ctx context.Context, id pact.PersonID) (*Person, error)
	PersonByLogin(ctx context.Context, login string) (*Person, error)
	// People lists by id, after the given one (empty: from the first).
	People(ctx context.Context, after pact.PersonID, limit int) ([]*Person, error)
	// AddPerson inserts p and appends rec in one transaction. ErrLoginTaken when the login exists. When the request's
	// key was answered before nothing is written and p becomes that person; the same key with another fingerprint is
	// pact.ErrKeyReused.
	AddPerson(ctx context.Context, req Request, p *Person, rec Record) error
	// SavePerson updates name, grants and password of the row version that p carries, raises it, and appends rec, in
	// one transaction; another version is pact.ErrStale. Repeated requests as with AddPerson.
	SavePerson(ctx context.Context, req Request, p *Person, rec Record) error

	AddSession(ctx context.Context, s *Session) error
	SessionByToken(ctx context.Context, token pact.Digest) (*Session, error)
	// SaveSession updates SeenAt and StepUpAt of an existing row; it never brings back one that was ended
	// (pact.ErrNotFound).
	SaveSession(ctx context.Context, s *Session) error
	// EndSession deletes one session; it is no error when there is none.
	EndSession(ctx context.Context, id string) error
	// EndSessions deletes all sessions of a person but one (empty: all).
	EndSessions(ctx context.Context, person pact.PersonID, except string) error
	// PurgeSessions deletes those with Ends before the time, or SeenAt before idle.
	PurgeSessions(ctx context.Context, ends, idle time.Time) error
}
