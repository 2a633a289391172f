package workflow

import (
	"context"

	"kyket/pact"
)

// CloseLedger ends a round's consolidation (chốt bản tổng hợp): every comment has its answer. A changed text becomes the
// next version, with the given label; the result is that version or the old one.
func (w *Workflow) CloseLedger(ctx context.Context, call Call, id pact.PactID, round int, label string) (*pact.Version, error) {
	return run(ctx, w, call, []Lock{OnPact(id), OnRound(id, round)}, func(tx Tx) (*pact.Version, error) {
		p, err := w.begin(tx, call, id, pact.ActLedgerClose, "")
		if err != nil {
			return nil, err
		}
		r, err := tx.Round(id, round)
		if err != nil {
			return nil, err
		}
		if r.Open() || !r.LedgerClosedAt.IsZero() {
			return nil, errLedgerClosed.With("round", round)
		}
		v, err := w.fold(tx, p, round, label)
		if err != nil {
			return nil, err
		}
		r.LedgerClosedAt, r.Result = w.Clock().UTC(), v.Number
		ledger, err := ledgerBytes(tx, p)
		if err != nil {
			return nil, err
		}
		r.Ledger = pact.DigestOf(ledger)
		if err := tx.SaveRound(r); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return v, w.record(tx, call, entry{act: pact.ActLedgerClose, pact: id, cluster: p.Cluster, body: struct {
			Round, Version int
			SHA256         pact.Digest
		}{round, v.Number, v.SHA256}})
	})
}

// fold applies the answers of a round, or of the hall, to the text; nothing may be open.
func (w *Workflow) fold(tx Tx, p *pact.Pact, round int, label string) (*pact.Version, error) {
	l, err := loadLedger(tx, p, round)
	if err != nil {
		return nil, err
	}
	if items := l.open(); len(items) > 0 {
		return nil, errOpenItems.With("count", len(items)).Listing(items...)
	}
	text, err := l.text()
	if err != nil {
		return nil, err
	}
	if err := text.Check(); err != nil {
		return nil, err
	}
	canonical, err := pact.CanonicalVersion(text)
	if err != nil {
		return nil, err
	}
	newest, err := tx.Version(p.ID, p.Text)
	if err != nil {
		return nil, err
	}
	if pact.DigestOf(canonical) == newest.SHA256 {
		return newest, nil
	}
	cause := "hall"
	if round > 0 {
		cause = "round-" + itoa(round)
	}
	return w.addVersion(tx, p, text, label, cause)
}

var errOpenItems = pact.Problem(pact.Conflict, "open_items",
	"Chưa chốt được: còn {count} việc phải làm.", "Not yet: {count} things are still open.")

// AgreeText lays the newest text before the conference.
func (w *Workflow) AgreeText(ctx context.Context, call Call, id pact.PactID) (*pact.Pact, error) {
	return w.onPact(ctx, call, id, pact.ActTextAgree, func(tx Tx, p *pact.Pact) (any, error) {
		if err := w.ledgersClosed(tx, p); err != nil {
			return nil, err
		}
		rounds, err := tx.Rounds(id)
		if err != nil {
			return nil, err
		}
		if f := pact.AgreeFindings(values(rounds)); len(f) > 0 {
			return nil, errOpenItems.With("count", len(f)).Listing(f...)
		}
		p.Laid = p.Text
		return struct{ Version int }{p.Text}, nil
	})
}

// ReopenText takes a text back from the conference for further consolidation.
func (w *Workflow) ReopenText(ctx context.Context, call Call, id pact.PactID, why string) (*pact.Pact, error) {
	why, err := reason(why)
	if err != nil {
		return nil, err
	}
	return w.onPact(ctx, call, id, pact.ActTextReopen, func(tx Tx, p *pact.Pact) (any, error) {
		hall, err := tx.HallComments(id)
		if err != nil {
			return nil, err
		}
		if len(hall) > 0 {
			return nil, errHallComments.With("count", len(hall))
		}
		p.Laid = 0
		return struct{ Reason string }{why}, nil
	})
}

var errHallComments = pact.Problem(pact.Conflict, "hall_comments_taken",
	"Hội nghị đã ghi {count} ý kiến trên văn bản này; hãy trả lời và thông qua, không thể mở lại tổng hợp.",
	"The hall has made {count} comments on this text; answer them and adopt, the consolidation cannot be reopened.")

// Withdraw ends a pact before its signing.
func (w *Workflow) Withdraw(ctx context.Context, call Call, id pact.PactID, why string) (*pact.Pact, error) {
	return w.withReason(ctx, call, id, pact.ActWithdraw, why, func(p *pact.Pact, why string) { p.WithdrawnWhy = why })
}

// withReason is an act whose only input is the reason why.
func (w *Workflow) withReason(ctx context.Context, call Call, id pact.PactID, act pact.Act, why string,
	change func(*pact.Pact, string)) (*pact.Pact, error) {
	why, err := reason(why)
	if err != nil {
		return nil, err
	}
	return w.onPact(ctx, call, id, act, func(_ Tx, p *pact.Pact) (any, error) {
		change(p, why)
		return struct{ Reason string }{why}, nil
	})
}

// onPact locks the pact, lets an act change it, moves it to its next state and saves it with its event.
func (w *Workflow) onPact(ctx context.Context, call Call, id pact.PactID, act pact.Act, change func(Tx, *pact.Pact) (any, error)) (*pact.Pact, error) {
	return run(ctx, w, call, []Lock{OnPact(id)}, func(tx Tx) (*pact.Pact, error) {
		p, err := w.begin(tx, call, id, act, "")
		if err != nil {
			return nil, err
		}
		body, err := change(tx, p)
		if err != nil {
			return nil, err
		}
		if err := p.Move(act); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: act, pact: id, cluster: p.Cluster, body: body})
	})
}
