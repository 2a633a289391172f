package validate

import (
	"crypto/x509"
	"sync"
	"time"
)

// status judges revocation by what the file itself holds, and nothing else.
type status struct {
	now     time.Time
	pool    *pool
	answers map[string][]*answer // by serial number
	lists   []*revocationList
	// proof is the time of the first trusted document time stamp that covers a revision or comes later.
	proof func(revision int) (time.Time, bool)

	mu    sync.Mutex
	facts map[pair][]fact
}

type pair struct{ cert, issuer *x509.Certificate }

// fact is a statement with its maker: nil for a CRL or an answer signed by the issuer itself.
type fact struct {
	*statement
	responder *x509.Certificate
	revision  int
}

// of collects what is said about cert by those who may say it.
func (s *status) of(cert, issuer *x509.Certificate) []fact {
	key := pair{cert, issuer}
	s.mu.Lock()
	out, ok := s.facts[key]
	s.mu.Unlock()
	if ok {
		return out
	}
	out = []fact{}
	for _, a := range s.answers[string(cert.SerialNumber.Bytes())] {
		st := a.about(cert, issuer)
		if st == nil || st.this.After(s.now.Add(skew)) || !strong(issuer) {
			continue
		}
		switch r := a.responder(issuer, s.pool); r {
		case nil:
		case issuer:
			out = append(out, fact{st, nil, a.revision})
		default:
			out = append(out, fact{st, r, a.revision})
		}
	}
	for _, l := range s.lists {
		if st := l.about(cert, issuer); st != nil && !st.this.After(s.now.Add(skew)) {
			out = append(out, fact{st, nil, l.revision})
		}
	}
	s.mu.Lock()
	s.facts[key] = out
	s.mu.Unlock()
	return out
}

// verdict is what was found for a chain: since which revision all needed data is there (-1: none was needed).
type verdict struct{ revision int }

// check judges each certificate of chain below the anchor. A revocation counts when it happened up to the time until;
// data is conclusive when it was made after the time at, or was fresh then.
func (s *status) check(chain []*x509.Certificate, at, until time.Time) (verdict, *failure) {
	v := verdict{-1}
	for i := 0; i+1 < len(chain); i++ {
		rev, f := s.one(chain[i], chain[i+1], at, until, i > 0, 0)
		if f != nil {
			return v, f
		}
		v.revision = max(v.revision, rev)
	}
	return v, nil
}

// one returns the earliest revision with conclusive data about cert.
func (s *status) one(cert, issuer *x509.Certificate, at, until time.Time, authority bool, depth int) (int, *failure) {
	best, stale := -1, false
	for _, f := range s.of(cert, issuer) {
		if f.responder != nil && !s.trusts(f, issuer, depth) {
			continue
		}
		if f.revoked && !f.at.After(until) && !harmless(f, at) {
			sub := RevokedNoPOE
			if authority {
				sub = RevokedCANoPOE
			}
			return 0, indeterminate(sub, "revoked", name509(cert), day(f.at))
		}
		if f.this.Before(at) && (f.next.IsZero() || f.next.Before(at)) {
			stale = true
			continue
		}
		if best < 0 || f.revision < best {
			best = f.revision
		}
	}
	if best >= 0 {
		return best, nil
	}
	if stale {
		return 0, indeterminate(TryLater, "revocation_stale", name509(cert))
	}
	return 0, indeterminate(TryLater, "revocation_missing", name509(cert))
}

// harmless: a holder who left, or was replaced, after the act did not lose the key before it (RFC 3161, 4).
func harmless(f fact, at time.Time) bool {
	switch f.reason {
	case 3, 4, 5, 9: // affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn
		return f.at.After(at)
	}
	return false
}

// trusts judges a delegated responder: valid when its answer was proven to exist (else now), and not revoked, unless
// its issuer said that need not be asked (RFC 6960, 4.2.2.2.1).
func (s *status) trusts(f fact, issuer *x509.Certificate, depth int) bool {
	at, ok := s.proof(f.revision)
	if !ok {
		at = s.now
	}
	if at.Before(f.responder.NotBefore) || at.After(f.responder.NotAfter) {
		return false
	}
	if noCheck(f.responder) {
		return true
	}
	if depth > 1 {
		return false
	}
	_, bad := s.one(f.responder, issuer, f.this, at, false, depth+1)
	return bad == nil
}
