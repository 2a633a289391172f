package signing

import (
	"time"

	"kyket/pact"
	"kyket/signing/pades"
)

// ErrSessionOver: the session has ended; what came is not used.
var ErrSessionOver = pact.Problem(pact.Conflict, "session_over", "Phiên ký này đã kết thúc ({state}).", "This signing session is over ({state}).")

// State of a session.
type State string

// The states of a session: submitted → pending → done, refused, expired or failed.
const (
	Submitted State = "submitted"
	Waiting   State = "pending"
	Done      State = "done"
	Refused   State = "refused"
	Expired   State = "expired"
	Failed    State = "failed"
)

// Session is one try of one person to sign one field: what was handed to the key, and where that stands. It is plain
// data; operations return the new one.
type Session struct {
	ID, Document, Person, Field string
	State                       State
	// Prepared holds the head it extends (Prepared.Base) and what the key signs.
	Prepared pades.Prepared
	// Handle is the provider's name of a pending request.
	Handle string
	// Started, Deadline and Ended are the machine's times.
	Started, Deadline, Ended time.Time
	// Reason is the code of the error that ended it.
	Reason string
}

// NewSession starts a session that was just submitted to the key.
func NewSession(id, document, person string, p pades.Prepared, now, deadline time.Time) Session {
	return Session{ID: id, Document: document, Person: person, Field: p.Field, State: Submitted, Prepared: p, Started: now, Deadline: deadline}
}

// Open says whether a value is still waited for.
func (s Session) Open() bool { return s.State == Submitted || s.State == Waiting }

func (s Session) over() error { return ErrSessionOver.With("state", s.State) }

// Data is what the key gets.
func (s Session) Data(text string) Data {
	return Data{SignedAttributes: s.Prepared.SignedAttributes, Document: s.Prepared.Digest, Session: s.ID, Text: text}
}

// Pend notes that the value comes later.
func (s Session) Pend(p Pending) (Session, error) {
	if !s.Open() {
		return s, s.over()
	}
	s.State, s.Handle = Waiting, p.Handle
	if !p.Until.IsZero() && (s.Deadline.IsZero() || p.Until.Before(s.Deadline)) {
		s.Deadline = p.Until
	}
	return s, nil
}

// Accept says whether a value that came now can be used: the session is open, or expired while nobody else signed, so
// that a late value counts as long as the head is unchanged. ErrHeadMoved otherwise, ErrSessionOver when it ended.
func (s Session) Accept(head pades.Digest) error {
	switch {
	case !s.Open() && s.State != Expired:
		return s.over()
	case s.Prepared.Base != head:
		return ErrHeadMoved
	}
	return nil
}

// Complete ends it with success; call it with the commit of the increment. Errors as Accept.
func (s Session) Complete(head pades.Digest, now time.Time) (Session, error) {
	if err := s.Accept(head); err != nil {
		return s, err
	}
	return s.end(Done, now, ""), nil
}

// Refuse ends it because the person declined, Fail because it went wrong; reason is an error's code.
func (s Session) Refuse(reason string, now time.Time) (Session, error) {
	if !s.Open() {
		return s, s.over()
	}
	return s.end(Refused, now, reason), nil
}

// Fail ends it because it cannot succeed.
func (s Session) Fail(reason string, now time.Time) (Session, error) {
	if !s.Open() && s.State != Expired {
		return s, s.over()
	}
	return s.end(Failed, now, reason), nil
}

// Expire ends it when its deadline has passed; it says whether it did.
func (s Session) Expire(now time.Time) (Session, bool) {
	if !s.Open() || s.Deadline.IsZero() || now.Before(s.Deadline) {
		return s, false
	}
	return s.end(Expired, now, "expired"), true
}

func (s Session) end(state State, now time.Time, reason string) Session {
	s.State, s.Ended, s.Reason = state, now, reason
	return s
}
