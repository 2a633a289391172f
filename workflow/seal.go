package workflow

import (
	"context"
	"crypto/x509"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/signing/trust"
)

// Seal is the job that brings a paper to B-LTA once all have signed, or the lead has closed the signing: the evidence
// for every signer and every time-stamp authority, then a document time stamp over it. Both increments count together
// or not at all. It changes nothing while a signature waits for its stamp.
func (w *Workflow) Seal(ctx context.Context, id pact.PactID) error {
	var h *head
	var p *pact.Pact
	err := w.Store.View(ctx, func(tx Reader) (err error) {
		if p, err = tx.Pact(id); err != nil {
			return err
		}
		h, err = openHead(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if p.State != pact.Signing || !w.seals() || !complete(p) && p.Signing.Close == nil {
		return nil
	}
	if p.Signing.Level == pact.LevelB && p.Issue.LevelMin != pact.LevelB {
		return errWaitsForStamp
	}
	store, seal, token, err := w.sealing(ctx, h)
	if err != nil {
		return err
	}
	if err := w.keep(ctx, h.pades, store); err != nil {
		return err
	}
	if err := w.keep(ctx, store.Head, seal.Increment); err != nil {
		return err
	}
	call := Call{Actor: Service}
	_, err = run(ctx, w, call, []Lock{OnPact(id), OnFile(id)}, func(tx Tx) (*pact.Pact, error) {
		p, err := w.begin(tx, call, id, pact.ActSeal, "")
		if err != nil {
			return nil, err
		}
		now, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		if now.pades.SHA256 != h.pades.SHA256 {
			return nil, errHeadBusy
		}
		at := w.Clock().UTC()
		r := now.advance(p, store, pact.CauseEvidence, "", at)
		// A store alone is LT only where every signature has a stamp of its own or one over it.
		r.Level = pact.LevelLT
		if p.Signing.Level == pact.LevelB {
			r.Level = pact.LevelB
		}
		lift(p, token.Time.UTC(), pact.LevelLTA)
		now.advance(p, seal.Increment, pact.CauseSeal, seal.field, at).Level = pact.LevelLTA
		p.Signing.Level = pact.LevelLTA
		if err := p.Move(pact.ActSeal); err != nil {
			return nil, err
		}
		if err := now.save(tx); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: pact.ActSeal, pact: id, cluster: p.Cluster, body: struct {
			Level  pact.Level
			SHA256 pact.Digest
			State  pact.State
		}{p.Signing.Level, now.file.SHA256, p.State}})
	})
	return err
}

var errWaitsForStamp = pact.Problem(pact.Unavailable, "waits_for_stamp",
	"Còn chữ ký chưa có dấu thời gian; hệ thống chỉ đóng gói lưu trữ khi đã đủ.",
	"A signature still waits for its time stamp; the paper is sealed only when none does.")

// sealing makes the two increments of a seal.
func (w *Workflow) sealing(ctx context.Context, h *head) (store pades.Increment, seal stamped, token trust.Token, err error) {
	chains := make([][]*x509.Certificate, 0, len(h.file.Chains)+1)
	for _, raw := range h.file.Chains {
		chain, err := parseChain(raw)
		if err != nil {
			return store, seal, token, err
		}
		chains = append(chains, chain)
	}
	// The authority of the seal's own stamp needs evidence too, in the store that its stamp covers: ask it once before.
	first, err := w.Signing.Stamper.Stamp(ctx, h.pades.SHA256[:])
	if err != nil {
		return store, seal, token, err
	}
	evidence, err := w.Signing.Status.Collect(ctx, append(chains, first.Path))
	if err != nil {
		return store, seal, token, err
	}
	if store, err = pades.Seal(h.pades, pades.Evidence(evidence)); err != nil {
		return store, seal, token, signing.Explain(err)
	}
	seal, token, err = w.documentStamp(ctx, store.Head)
	return store, seal, token, err
}
