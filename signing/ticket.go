package signing

import (
	"slices"
	"time"

	"kyket/pact"
	"kyket/signing/pades"
)

// Errors of tickets.
var (
	// ErrFieldAsked: somebody else asks for the same field.
	ErrFieldAsked = pact.Problem(pact.Conflict, "field_in_use", "Ô ký này đang được người khác ký.", "Somebody else is signing in this field.")
	// ErrNoTicket: the session holds no ticket (any more): ask again.
	ErrNoTicket = pact.Problem(pact.Conflict, "ticket_lost", "Lượt ký đã hết hạn; hãy lấy lượt mới.", "Your turn to sign has expired; take a new one.")
	// ErrTicketCap: the ticket was renewed as long as is allowed.
	ErrTicketCap = pact.Problem(pact.Conflict, "ticket_cap", "Lượt ký đã kéo dài tối đa; hãy lấy lượt mới.", "Your turn lasted as long as a turn may; take a new one.")
	// ErrHeadMoved: the paper got another increment meanwhile; what was prepared no longer fits.
	ErrHeadMoved = pact.Problem(pact.Stale, "head_moved", "Văn bản vừa có thêm chữ ký khác; hệ thống sẽ chuẩn bị lại để bạn ký.", "The paper got another signature meanwhile; yours must be prepared again.")
)

// Rules of a queue.
type Rules struct {
	// Lease is how long a ticket is valid after it was granted or renewed.
	Lease time.Duration
	// Cap is how long one ticket may be held altogether.
	Cap time.Duration
}

// DefaultRules: a lease of 90 seconds, renewed to five minutes at most.
var DefaultRules = Rules{Lease: 90 * time.Second, Cap: 5 * time.Minute}

// Ticket is a place in the queue of one paper.
type Ticket struct {
	Person, Session, Field string
	// Ready: the key can sign at once. A ticket that is not ready keeps its place and lets others pass.
	Ready bool
	Asked time.Time
}

// Lease is the ticket that may extend the paper now, from exactly this head.
type Lease struct {
	Ticket
	Head    pades.Digest
	Granted time.Time
	Until   time.Time
}

// Queue is the queue of one paper: first come, first served among those that are ready, one holder at a time. It is a
// value: operations return the new one and leave the old one alone. Times are the machine's, not the pact's.
type Queue struct {
	Rules   Rules
	Waiting []Ticket
	Holder  *Lease
}

// NewQueue is an empty queue.
func NewQueue(r Rules) Queue { return Queue{Rules: r} }

// Ask takes a place. A session that has one keeps it (only Ready may change); a new session of the same person for the
// same field takes over the place; somebody else's field is ErrFieldAsked. position counts from 1, 0 for the holder.
func (q Queue) Ask(t Ticket, now time.Time) (_ Queue, position int, err error) {
	q, _ = q.Expire(now)
	if h := q.Holder; h != nil {
		switch {
		case h.Session == t.Session:
			return q, 0, nil
		case h.Field == t.Field:
			return q, 0, ErrFieldAsked.With("field", t.Field)
		}
	}
	q.Waiting = slices.Clone(q.Waiting)
	for i, w := range q.Waiting {
		switch {
		case w.Session == t.Session || w.Field == t.Field && w.Person == t.Person:
			t.Asked = w.Asked
			q.Waiting[i] = t
			return q, i + 1, nil
		case w.Field == t.Field:
			return q, 0, ErrFieldAsked.With("field", t.Field)
		}
	}
	t.Asked = now
	q.Waiting = append(q.Waiting, t)
	return q, len(q.Waiting), nil
}

// Grant gives the ticket to the first that is ready, if nobody holds it. The lease is nil when somebody does, or when
// nobody is ready.
func (q Queue) Grant(head pades.Digest, now time.Time) (Queue, *Lease) {
	q, _ = q.Expire(now)
	if q.Holder != nil {
		return q, nil
	}
	i := slices.IndexFunc(q.Waiting, func(t Ticket) bool { return t.Ready })
	if i < 0 {
		return q, nil
	}
	l := Lease{Ticket: q.Waiting[i], Head: head, Granted: now, Until: now.Add(q.Rules.Lease)}
	q.Waiting = slices.Delete(slices.Clone(q.Waiting), i, i+1)
	q.Holder = &l
	return q, q.holder()
}

// holder is a copy of the lease, so that a queue's own is never changed from outside.
func (q Queue) holder() *Lease {
	l := *q.Holder
	return &l
}

// Renew lengthens the holder's lease to now + Lease, up to Cap after it was granted. ErrNoTicket for anybody else and
// for an expired one, ErrTicketCap when nothing is left.
func (q Queue) Renew(session string, now time.Time) (Queue, *Lease, error) {
	q, _ = q.Expire(now)
	if q.Holder == nil || q.Holder.Session != session {
		return q, nil, ErrNoTicket
	}
	l := *q.Holder
	until, last := now.Add(q.Rules.Lease), l.Granted.Add(q.Rules.Cap)
	if until.After(last) {
		until = last
	}
	if !until.After(l.Until) {
		if until.Equal(last) {
			return q, nil, ErrTicketCap
		}
		return q, q.holder(), nil
	}
	l.Until = until
	q.Holder = &l
	return q, q.holder(), nil
}

// Release gives up the ticket or the place of a session; without one nothing happens.
func (q Queue) Release(session string) Queue {
	if q.Holder != nil && q.Holder.Session == session {
		q.Holder = nil
	}
	q.Waiting = slices.DeleteFunc(slices.Clone(q.Waiting), func(t Ticket) bool { return t.Session == session })
	return q
}

// Expire takes the ticket from a holder whose lease is over, and says whose it was. Every other operation begins with
// it: an expired ticket never stands in anybody's way. A lease ends at Until, that instant included.
func (q Queue) Expire(now time.Time) (Queue, *Lease) {
	if q.Holder == nil || now.Before(q.Holder.Until) {
		return q, nil
	}
	l := q.Holder
	q.Holder = nil
	return q, l
}

// Holds says whether a session may commit now: it holds the ticket (else ErrNoTicket) for this head (else ErrHeadMoved).
func (q Queue) Holds(session string, head pades.Digest, now time.Time) error {
	q, _ = q.Expire(now)
	switch {
	case q.Holder == nil || q.Holder.Session != session:
		return ErrNoTicket
	case q.Holder.Head != head:
		return ErrHeadMoved
	}
	return nil
}

// Position of a session: 0 holds the ticket, from 1 waiting, -1 neither.
func (q Queue) Position(session string) int {
	if q.Holder != nil && q.Holder.Session == session {
		return 0
	}
	if i := slices.IndexFunc(q.Waiting, func(t Ticket) bool { return t.Session == session }); i >= 0 {
		return i + 1
	}
	return -1
}
