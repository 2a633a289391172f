package workflow

import (
	"context"
	"crypto/x509"
	"errors"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
)

// ResumeSignature takes the key's value, minutes later or at once: it verifies it, asks for the time stamp within the
// lease, makes the increment durable and moves the head. A value that was taken already gives the same answer again.
func (w *Workflow) ResumeSignature(ctx context.Context, call Call, id pact.PactID, session string, value []byte) (*Attempt, error) {
	var p *pact.Pact
	var s *Session
	var body *storedSession
	var h *head
	var cert *Certificate
	err := w.Store.View(ctx, func(tx Reader) (err error) {
		if p, s, body, err = w.ownSession(tx, call, id, session); err != nil {
			return err
		}
		if cert, err = tx.Certificate(s.Person, body.Certificate); err != nil {
			return err
		}
		h, err = openHead(tx, id)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case body.Signing == nil:
		return nil, signing.ErrNoTicket
	case body.Signing.State == signing.Done:
		return attempt(h, s, body), nil
	}
	if err := p.Allow(pact.ActSign); err != nil {
		return nil, err
	}
	if w.Machine().After(body.Until) {
		return w.failAttempt(ctx, call, id, session, errAttemptOld)
	}
	if err := w.stillGood(ctx, p, s, body, cert); err != nil {
		return nil, err
	}
	if err := body.Signing.Accept(h.pades.SHA256); err != nil {
		return nil, err
	}
	prepared := body.Signing.Prepared
	inc, err := pades.Finish(prepared, value, nil) // the value is verified before anybody is asked for a stamp
	if err != nil {
		return nil, signing.Explain(err)
	}
	sig := pact.Signature{Level: pact.LevelB}
	token, stamped, err := w.stamp(ctx, digestOf(value))
	switch {
	case err != nil:
		return nil, err
	case stamped:
		with, err := pades.Finish(prepared, value, token.DER)
		if errors.Is(err, pades.ErrTooLong) { // the authority's certificate has grown since it was measured
			token.Path, stamped = nil, false
			break
		}
		if err != nil {
			return nil, signing.Explain(err)
		}
		inc, sig.Level, sig.ProvenAt = with, pact.LevelT, token.Time.UTC()
	}
	if !stamped && p.Issue.Stamp == pact.StampWithinLease && w.Signing.Target != pact.LevelB {
		return w.failAttempt(ctx, call, id, session, errStampDemanded)
	}
	if err := w.keep(ctx, h.pades, inc); err != nil {
		return nil, err
	}
	return w.commitSignature(ctx, call, id, session, inc, sig, token.Path)
}

// stillGood checks the certificate again when the value comes: it may have been revoked while the person waited.
func (w *Workflow) stillGood(ctx context.Context, p *pact.Pact, s *Session, body *storedSession, cert *Certificate) error {
	f, err := agencyField(p, s.Agency)
	if err != nil {
		return err
	}
	_, err = w.usable(ctx, cert, body.Head.Name, f.Title)
	return err
}

var errStampDemanded = pact.Problem(pact.Unavailable, "stamp_demanded",
	"Cụm yêu cầu dấu thời gian ngay khi ký, nhưng máy chủ dấu thời gian chưa trả lời. Chữ ký chưa được ghi, văn bản không thay đổi; hãy ký lại sau.",
	"The cluster demands a time stamp at signing, and the authority does not answer. Nothing was recorded, the paper is unharmed; sign again later.")

// failAttempt ends an attempt that recorded nothing and answers why.
func (w *Workflow) failAttempt(ctx context.Context, call Call, id pact.PactID, session string, why *pact.Error) (*Attempt, error) {
	call.Key = "" // the refusal is no answer to keep
	_, err := run(ctx, w, call, []Lock{Share(OnPact(id)), OnFile(id)}, func(tx Tx) (*Attempt, error) {
		_, s, body, err := w.ownSession(tx, call, id, session)
		if err != nil {
			return nil, err
		}
		h, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		return w.end(tx, h, s, body, func(v signing.Session) (signing.Session, error) {
			return v.Fail(why.Code, w.Machine().UTC())
		})
	})
	if err != nil {
		return nil, err
	}
	return nil, why
}

// commitSignature moves the head by compare-and-swap: the increment is durable, and counts only if nobody signed since.
func (w *Workflow) commitSignature(ctx context.Context, call Call, id pact.PactID, session string, inc pades.Increment, sig pact.Signature, tsa []*x509.Certificate) (*Attempt, error) {
	return run(ctx, w, call, []Lock{OnPact(id), OnFile(id)}, func(tx Tx) (*Attempt, error) {
		p, s, body, err := w.ownSession(tx, call, id, session)
		if err != nil {
			return nil, err
		}
		h, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		if body.Signing.State == signing.Done { // a twin of this request was faster
			return attempt(h, s, body), nil
		}
		if err := p.Allow(pact.ActSign); err != nil {
			return nil, err
		}
		done, err := body.Signing.Complete(h.pades.SHA256, w.Machine().UTC())
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		now, err := w.signatory(call, cl, s.Agency)
		if err != nil {
			return nil, err
		}
		if now.Name != body.Head.Name || now.Formula != body.Head.Formula || now.Position != body.Head.Position {
			return nil, errSignatoryChanged
		}
		cert, err := tx.Certificate(s.Person, body.Certificate)
		if err != nil {
			return nil, err
		}
		r := h.advance(p, inc, pact.CauseSignature, s.Field, body.At)
		sig = signatureRow(sig, s, body, cert)
		sig.Revision, sig.SHA256 = r.Number, r.SHA256
		p.Signing.Signatures = append(p.Signing.Signatures, sig)
		r.Level = lowest(p)
		p.Signing.Level = r.Level
		if len(tsa) > 0 {
			h.remember(tsa)
		}
		chain, err := parseChain(append([][]byte{cert.DER}, cert.Chain...))
		if err != nil {
			return nil, err
		}
		h.remember(chain)
		h.queue = h.queue.Release(s.ID)
		body.Signing, body.Level, body.SHA256, s.State = &done, sig.Level, r.SHA256, string(done.State)
		if err := body.store(s); err != nil {
			return nil, err
		}
		if err := tx.SaveSession(s); err != nil {
			return nil, err
		}
		if err := h.save(tx); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		if err := w.afterSignature(tx, p); err != nil {
			return nil, err
		}
		return attempt(h, s, body), w.record(tx, call, entry{act: pact.ActSign, pact: id, cluster: p.Cluster,
			agency: s.Agency, occurred: sig.OccurredAt, body: struct {
				Field  string
				Level  pact.Level
				SHA256 pact.Digest
			}{s.Field, sig.Level, r.SHA256}})
	})
}

// signatureRow is what the pact remembers of a signature.
func signatureRow(sig pact.Signature, s *Session, body *storedSession, cert *Certificate) pact.Signature {
	sig.Agency, sig.Person, sig.Field = s.Agency, s.Person, s.Field
	sig.Signer, sig.Formula, sig.Position = body.Head.Name, body.Head.Formula, body.Head.Position
	sig.Provider, sig.Device, sig.Simulated = cert.Provider, cert.Device, cert.Simulated
	sig.OccurredAt, sig.Certificate, sig.Warning = body.At, cert.SHA256, body.Warning
	return sig
}

// afterSignature leaves the jobs behind: lift what has no stamp, seal what is complete.
func (w *Workflow) afterSignature(tx Tx, p *pact.Pact) error {
	if w.Signing.Target == pact.LevelB {
		return nil
	}
	if p.Signing.Level == pact.LevelB {
		if err := tx.Enqueue(Job{Kind: JobStamp, Pact: p.ID}); err != nil {
			return err
		}
	}
	if complete(p) && w.seals() {
		return tx.Enqueue(Job{Kind: JobSeal, Pact: p.ID})
	}
	return nil
}

// seals says whether papers are brought to B-LTA here.
func (w *Workflow) seals() bool {
	return w.Signing.Target == "" || w.Signing.Target == pact.LevelLTA
}
