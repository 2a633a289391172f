package workflow

import (
	"context"
	"time"

	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"
	"kyket/signing/trust"
)

// Service is the actor of jobs.
var Service = pact.Actor{Service: true}

var errHeadBusy = pact.Problem(pact.Unavailable, "head_busy",
	"Đang có người ký; hệ thống sẽ đóng dấu thời gian ngay sau đó.",
	"Somebody is signing; the time stamp follows right after.")

// LiftStamps is the job that gives a document time stamp to signatures that had none. It asks without holding the
// ticket, and throws the token away when somebody signed meanwhile: the job then runs again.
func (w *Workflow) LiftStamps(ctx context.Context, id pact.PactID) error {
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
	if p.State != pact.Signing || p.Signing.Level != pact.LevelB {
		return nil
	}
	if w.busy(h) {
		return errHeadBusy
	}
	inc, token, err := w.documentStamp(ctx, h.pades)
	if err != nil {
		return err
	}
	if err := w.keep(ctx, h.pades, inc.Increment); err != nil {
		return err
	}
	call := Call{Actor: Service}
	_, err = run(ctx, w, call, []Lock{OnPact(id), OnFile(id)}, func(tx Tx) (*pact.Pact, error) {
		p, err := w.begin(tx, call, id, pact.ActStamp, "")
		if err != nil {
			return nil, err
		}
		now, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		if now.pades.SHA256 != h.pades.SHA256 || w.busy(now) {
			return nil, errHeadBusy
		}
		r := now.advance(p, inc.Increment, pact.CauseStamp, inc.field, w.Clock().UTC())
		now.remember(token.Path)
		lift(p, token.Time.UTC(), pact.LevelT)
		r.Level = lowest(p)
		p.Signing.Level = r.Level
		if err := now.save(tx); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		if err := w.afterSignature(tx, p); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: pact.ActStamp, pact: id, cluster: p.Cluster, body: struct {
			Field  string
			SHA256 pact.Digest
		}{inc.field, r.SHA256}})
	})
	return err
}

// busy says whether a signer holds the ticket, whose prepared signature a moved head would void.
func (w *Workflow) busy(h *head) bool {
	q, _ := h.queue.Expire(w.Machine())
	return q.Holder != nil
}

// lift sets the proven time of what had none, and raises every signature to a level.
func lift(p *pact.Pact, proven time.Time, to pact.Level) {
	sigs := []*pact.Signature{&p.Signing.Certification}
	for i := range p.Signing.Signatures {
		sigs = append(sigs, &p.Signing.Signatures[i])
	}
	for _, s := range sigs {
		if s.ProvenAt.IsZero() {
			s.ProvenAt = proven
		}
		if to == pact.LevelLTA || s.Level == pact.LevelB {
			s.Level = to
		}
	}
}

// stamped is an increment that holds a document time stamp.
type stamped struct {
	pades.Increment
	field string
}

// documentStamp makes a document time stamp over a head; the token was verified before anything is written with it.
func (w *Workflow) documentStamp(ctx context.Context, h pades.Head) (stamped, trust.Token, error) {
	prepared, err := pades.PrepareStamp(h, w.tokenRoom(ctx))
	if err != nil {
		return stamped{}, trust.Token{}, signing.Explain(err)
	}
	token, err := w.Signing.Stamper.Stamp(ctx, prepared.Digest[:])
	if err != nil {
		return stamped{}, token, err
	}
	inc, err := pades.FinishStamp(prepared, token.DER)
	return stamped{inc, prepared.Field}, token, signing.Explain(err)
}
