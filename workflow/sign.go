package workflow

import (
	"context"
	"crypto/x509"
	"time"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/templates"
)

// BeginSignature takes a place in the paper's queue for the head of an agency who has just consented. When it is this
// person's turn the answer holds what the key is to sign; otherwise the position.
func (w *Workflow) BeginSignature(ctx context.Context, call Call, id pact.PactID, in SignInput) (*Attempt, error) {
	var cert *Certificate
	var warning string
	err := w.Store.View(ctx, func(tx Reader) error {
		p, err := w.begin(tx, call, id, pact.ActSign, in.Agency)
		if err != nil {
			return err
		}
		if cert, err = tx.Certificate(call.Actor.Person, in.Certificate); err != nil {
			return err
		}
		f, err := agencyField(p, in.Agency)
		if err != nil {
			return err
		}
		warning, err = w.usable(ctx, cert, call.Actor.Name, f.Title)
		return err
	})
	if err != nil {
		return nil, err
	}
	room := w.tokenRoom(ctx)
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnFile(id)}, func(tx Tx) (*Attempt, error) {
		p, err := w.begin(tx, call, id, pact.ActSign, in.Agency)
		if err != nil {
			return nil, err
		}
		if err := w.consented(call, p, in.Consent); err != nil {
			return nil, err
		}
		if signatureOf(p, in.Agency) != nil {
			return nil, signing.ErrFieldSigned
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		person, err := w.signatory(call, cl, in.Agency)
		if err != nil {
			return nil, err
		}
		field, err := agencyField(p, in.Agency)
		if err != nil {
			return nil, err
		}
		if warning == "" {
			if ws := person.Warnings(); len(ws) > 0 {
				warning = ws[0].Code
			}
		}
		now := w.Machine().UTC()
		s := &Session{ID: w.Mint.ID(), Pact: id, Person: call.Actor.Person, Agency: in.Agency, Field: field.Name,
			SignIn: call.Actor.Session, State: stateWaiting, Created: now, Ends: now.Add(attemptLife)}
		body := &storedSession{Certificate: cert.SHA256, Head: person, Warning: warning, Room: room, Until: now.Add(attemptLife)}
		return w.turn(tx, p, s, body)
	})
}

const (
	// stateWaiting is a session that has a place in the queue and nothing to sign yet.
	stateWaiting = "waiting"
	// attemptLife is how long a consent is good for one attempt, the wait in the queue included.
	attemptLife = 20 * time.Minute
)

// consented checks that this person, in this sign-in, has just confirmed to sign this very paper.
func (w *Workflow) consented(call Call, p *pact.Pact, c pact.Consent) error {
	now := w.Machine()
	if c.Person != call.Actor.Person || c.Session != call.Actor.Session || c.Pact != p.ID || c.Base != p.Issue.Base ||
		now.Before(c.At.Add(-time.Minute)) || now.After(c.Expires) {
		return pact.ErrStepUp
	}
	return nil
}

func agencyField(p *pact.Pact, code pact.AgencyCode) (pact.Field, error) {
	if p.Issue != nil {
		for _, f := range p.Issue.Fields {
			if f.Kind == pact.AgencyField && f.Agency == code {
				return f, nil
			}
		}
	}
	return pact.Field{}, signing.ErrNoField
}

// turn asks for the ticket and, when it is granted, prepares the signature on the present head.
func (w *Workflow) turn(tx Tx, p *pact.Pact, s *Session, body *storedSession) (*Attempt, error) {
	h, err := openHead(tx, p.ID)
	if err != nil {
		return nil, err
	}
	now := w.Machine().UTC()
	q, _, err := h.queue.Ask(signing.Ticket{Person: string(s.Person), Session: s.ID, Field: s.Field, Ready: true}, now)
	if err != nil {
		return nil, err
	}
	h.queue, _ = q.Grant(h.pades.SHA256, now)
	if h.queue.Position(s.ID) == 0 {
		if err := w.prepare(tx, h, s, body); err != nil {
			return nil, err
		}
	}
	if err := h.save(tx); err != nil {
		return nil, err
	}
	if err := body.store(s); err != nil {
		return nil, err
	}
	if err := tx.SaveSession(s); err != nil {
		return nil, err
	}
	return attempt(h, s, body), nil
}

// prepare reserves the signature in an increment on this head: what the key will sign is fixed now.
func (w *Workflow) prepare(tx Reader, h *head, s *Session, body *storedSession) error {
	cert, err := tx.Certificate(s.Person, body.Certificate)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(cert.DER)
	if err != nil {
		return err
	}
	chain, err := parseChain(cert.Chain)
	if err != nil {
		return err
	}
	field, err := h.pades.Field(s.Field)
	if err != nil {
		return signing.Explain(err)
	}
	at := w.Clock().UTC()
	form, err := templates.SignatureAppearance(templates.Appearance{
		Width: field.Rect[2] - field.Rect[0], Height: field.Rect[3] - field.Rect[1],
		Formula: body.Head.Formula, Name: body.Head.Name, SignedAt: at, Trial: w.Trial,
	})
	if err != nil {
		return err
	}
	prepared, err := pades.Prepare(h.pades, pades.Request{Field: s.Field, Certificate: leaf, Chain: chain,
		Appearance: &form, At: at, Name: body.Head.Name, TokenSize: body.Room})
	if err != nil {
		return signing.Explain(err)
	}
	now := w.Machine().UTC()
	session := signing.NewSession(s.ID, string(s.Pact), string(s.Person), prepared, now, h.queue.Holder.Until)
	body.Signing, body.At = &session, at
	s.State, s.Head, s.Ends = string(session.State), pact.Digest(prepared.Base), h.queue.Holder.Until
	return nil
}

// attempt tells the signer where the attempt stands.
func attempt(h *head, s *Session, body *storedSession) *Attempt {
	a := &Attempt{Session: s.ID, State: s.State, Ends: s.Ends, Level: body.Level, SHA256: body.SHA256}
	switch {
	case body.Signing == nil:
		a.Position = h.queue.Position(s.ID)
	case body.Signing.Open():
		a.ToSign, a.Document = body.Signing.Prepared.SignedAttributes, pact.Digest(body.Signing.Prepared.Digest)
	default:
		a.Reason = body.Signing.Reason
	}
	return a
}

// Attempt tells where an attempt stands, and moves it on: who waits gets the ticket when it is free, and what was
// prepared on an older head is prepared again.
func (w *Workflow) Attempt(ctx context.Context, call Call, id pact.PactID, session string) (*Attempt, error) {
	call.Key = "" // reading twice is no harm
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnFile(id)}, func(tx Tx) (*Attempt, error) {
		p, s, body, err := w.ownSession(tx, call, id, session)
		if err != nil {
			return nil, err
		}
		h, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		if body.Signing != nil && !body.Signing.Open() || p.State != pact.Signing || signatureOf(p, s.Agency) != nil {
			return attempt(h, s, body), nil
		}
		if w.Machine().After(body.Until) {
			return w.end(tx, h, s, body, func(v signing.Session) (signing.Session, error) {
				return v.Fail(errAttemptOld.Code, w.Machine().UTC())
			})
		}
		if body.Signing != nil && body.Signing.Accept(h.pades.SHA256) == nil && h.queue.Position(s.ID) == 0 {
			return attempt(h, s, body), nil
		}
		return w.turn(tx, p, s, body)
	})
}

// ownSession loads an attempt of the person who is signed in.
func (w *Workflow) ownSession(tx Reader, call Call, id pact.PactID, session string) (*pact.Pact, *Session, *storedSession, error) {
	missing := pact.ErrNotFound.With("what", "phiên ký / signing session")
	s, err := tx.Session(session)
	if err != nil || s.Pact != id || s.Person != call.Actor.Person {
		return nil, nil, nil, missing
	}
	p, err := tx.Pact(id)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := w.permit(call, pact.ActSign, p, s.Agency); err != nil {
		return nil, nil, nil, err
	}
	body := &storedSession{}
	if err := body.load(s); err != nil {
		return nil, nil, nil, err
	}
	if s.SignIn != call.Actor.Session && (body.Signing == nil || body.Signing.State != signing.Done) {
		return nil, nil, nil, errOtherSignIn
	}
	return p, s, body, nil
}

var (
	errOtherSignIn = pact.Problem(pact.Conflict, "attempt_of_other_sign_in",
		"Lượt ký này bắt đầu ở một lần đăng nhập khác. Chưa có gì được ký; hãy bắt đầu ký lại.",
		"This attempt began in another sign-in. Nothing was signed; please begin again.")
	errAttemptOld = pact.Problem(pact.Conflict, "attempt_expired",
		"Lượt ký đã quá lâu kể từ khi bạn xác nhận. Chưa có gì được ký; hãy xác nhận và ký lại.",
		"Too long ago since you confirmed. Nothing was signed; please confirm and sign again.")
	errSignatoryChanged = pact.Problem(pact.Conflict, "signatory_changed",
		"Người ký hoặc chức vụ của đơn vị đã thay đổi từ khi bạn bắt đầu ký. Chưa có gì được ký; hãy bắt đầu lại.",
		"Who signs for the agency, or as what, has changed since you began. Nothing was signed; please begin again.")
)

// GiveUp ends an attempt before its value has come; the ticket goes to the next.
func (w *Workflow) GiveUp(ctx context.Context, call Call, id pact.PactID, session string) (*Attempt, error) {
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnFile(id)}, func(tx Tx) (*Attempt, error) {
		_, s, body, err := w.ownSession(tx, call, id, session)
		if err != nil {
			return nil, err
		}
		h, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		return w.end(tx, h, s, body, func(v signing.Session) (signing.Session, error) {
			return v.Refuse("given_up", w.Machine().UTC())
		})
	})
}

// end closes an attempt and frees the ticket. One that only waited ends as refused.
func (w *Workflow) end(tx Tx, h *head, s *Session, body *storedSession, how func(signing.Session) (signing.Session, error)) (*Attempt, error) {
	if body.Signing == nil {
		body.Signing = &signing.Session{ID: s.ID, State: signing.Waiting}
	}
	ended, err := how(*body.Signing)
	if err != nil {
		return nil, err
	}
	body.Signing, s.State = &ended, string(ended.State)
	h.queue = h.queue.Release(s.ID)
	if err := h.save(tx); err != nil {
		return nil, err
	}
	if err := body.store(s); err != nil {
		return nil, err
	}
	return attempt(h, s, body), tx.SaveSession(s)
}

// ErrOtherPaper is said to somebody whose consent names another paper than the one to be signed.
var ErrOtherPaper = pact.Problem(pact.Conflict, "other_paper",
	"Văn bản chờ ký không phải bản bạn đã đọc; hãy mở lại và đọc bản hiện tại trước khi ký.",
	"The paper to be signed is not the one that you read; open and read the present one before signing.")
