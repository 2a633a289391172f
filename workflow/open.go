package workflow

import (
	"context"
	"crypto/x509"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/templates"
)

// OpenSigning certifies the frozen paper with the service's key (DocMDP, P=2, with a time stamp) and opens the signing.
// Without certificate or stamp it does not open. Repeating it after it has opened changes nothing.
func (w *Workflow) OpenSigning(ctx context.Context, call Call, id pact.PactID) (*pact.Pact, error) {
	var p *pact.Pact
	var h *head
	err := w.Store.View(ctx, func(tx Reader) (err error) {
		if p, err = tx.Pact(id); err != nil {
			return err
		}
		if err := w.permit(call, pact.ActPactRead, p, ""); err != nil {
			return pact.ErrNotFound.With("what", "giao ước / pact")
		}
		if err := w.permit(call, pact.ActSigningOpen, p, ""); err != nil || p.State == pact.Signing {
			return err
		}
		if err := p.Allow(pact.ActSigningOpen); err != nil {
			return err
		}
		h, err = openHead(tx, id)
		return err
	})
	if err != nil || h == nil {
		return p, err
	}
	base := h.pades.SHA256
	inc, cert, err := w.certify(ctx, h)
	if err != nil {
		return nil, err
	}
	if err := w.keep(ctx, h.pades, inc); err != nil {
		return nil, err
	}
	return run(ctx, w, call, []Lock{OnPact(id), OnFile(id)}, func(tx Tx) (*pact.Pact, error) {
		p, err := w.begin(tx, call, id, pact.ActSigningOpen, "")
		if err != nil {
			return nil, err
		}
		now, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		if now.pades.SHA256 != base {
			return nil, pact.ErrStale
		}
		p.Signing = &pact.SigningPhase{OpenedAt: cert.OccurredAt, Certification: cert}
		now.file.Chains = h.file.Chains
		r := now.advance(p, inc, pact.CauseCertification, templates.CertificationName, cert.OccurredAt)
		r.Level = lowest(p)
		p.Signing.Level = r.Level
		p.Signing.Certification.Revision, p.Signing.Certification.SHA256 = r.Number, r.SHA256
		if err := p.Move(pact.ActSigningOpen); err != nil {
			return nil, err
		}
		if err := now.save(tx); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: pact.ActSigningOpen, pact: id, cluster: p.Cluster, body: struct {
			Base, SHA256 pact.Digest
			Level        pact.Level
		}{p.Issue.Base, r.SHA256, cert.Level}})
	})
}

// certify makes the service's certification over the frozen paper and remembers the chains that the seal will need.
func (w *Workflow) certify(ctx context.Context, h *head) (pades.Increment, pact.Signature, error) {
	var none pades.Increment
	key, at := w.Signing.Certifier, w.Clock().UTC()
	leaf := key.Certificate()
	s := pact.Signature{Signer: leaf.Subject.CommonName, Field: templates.CertificationName, Provider: "service",
		OccurredAt: at, Level: pact.LevelB, Certificate: pact.DigestOf(leaf.Raw)}
	prepared, err := pades.Prepare(h.pades, pades.Request{Field: templates.CertificationName, Certificate: leaf,
		Chain: key.Chain(), At: at, Certify: true, TokenSize: w.tokenRoom(ctx)})
	if err != nil {
		return none, s, signing.Explain(err)
	}
	answer, err := key.Sign(ctx, signing.Data{SignedAttributes: prepared.SignedAttributes, Document: prepared.Digest})
	if err != nil {
		return none, s, err
	}
	if answer.Value == nil {
		return none, s, errCertifier
	}
	token, stamped, err := w.stamp(ctx, digestOf(answer.Value))
	if err != nil {
		return none, s, err
	}
	if stamped {
		s.Level, s.ProvenAt = pact.LevelT, token.Time.UTC()
		h.remember(token.Path)
	} else if w.Signing.Target != pact.LevelB {
		return none, s, errCertifier
	}
	h.remember(append([]*x509.Certificate{leaf}, key.Chain()...))
	inc, err := pades.Finish(prepared, answer.Value, token.DER)
	return inc, s, signing.Explain(err)
}

var errCertifier = pact.Problem(pact.Unavailable, "certification_unavailable",
	"Chưa mở được việc ký: hệ thống chưa xác nhận được văn bản kèm dấu thời gian. Văn bản không thay đổi; hãy thử lại sau ít phút.",
	"Signing did not open: the paper could not be certified with a time stamp. Nothing has changed; try again in a few minutes.")
