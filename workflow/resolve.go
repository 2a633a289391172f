package workflow

import (
	"context"
	"errors"

	"kyket/pact"
)

// ledger is what a consolidation works on: the text that was commented on, its comments in their order, the answers.
type ledger struct {
	base     pact.Content
	comments []pact.Comment
	answers  []pact.Resolution
}

// loadLedger reads a round's ledger; round 0 is the hall, whose text is the version laid before it.
func loadLedger(tx Reader, p *pact.Pact, round int) (*ledger, error) {
	l := &ledger{}
	number := p.Laid
	if round > 0 {
		r, err := tx.Round(p.ID, round)
		if err != nil {
			return nil, err
		}
		number = r.Version
		replies, err := tx.Replies(p.ID, round)
		if err != nil {
			return nil, err
		}
		for _, y := range replies {
			if y.Counts() {
				l.comments = append(l.comments, y.Comments...)
			}
		}
	} else {
		hall, err := tx.HallComments(p.ID)
		if err != nil {
			return nil, err
		}
		l.comments = values(hall)
	}
	v, err := tx.Version(p.ID, number)
	if err != nil {
		return nil, err
	}
	l.base = v.Content
	all, err := tx.Resolutions(p.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Round == round {
			l.answers = append(l.answers, *a)
		}
	}
	return l, nil
}

// text is the base with the answers applied in their order.
func (l *ledger) text() (pact.Content, error) { return pact.Consolidate(l.base, l.comments, l.answers) }

func (l *ledger) open() []pact.Detail { return pact.Open(l.base, l.comments, l.answers) }

// Resolve answers one comment, or replaces the answer given before.
func (w *Workflow) Resolve(ctx context.Context, call Call, id pact.PactID, in ResolveInput) (*pact.Resolution, error) {
	return run(ctx, w, call, []Lock{OnPact(id)}, func(tx Tx) (*pact.Resolution, error) {
		p, err := w.begin(tx, call, id, pact.ActCommentResolve, "")
		if err != nil {
			return nil, err
		}
		c, err := tx.Comment(in.Comment)
		if err != nil || c.Pact != id {
			return nil, pact.ErrNotFound.With("what", "ý kiến / comment "+string(in.Comment))
		}
		if err := w.resolvable(tx, p, c); err != nil {
			return nil, err
		}
		l, err := loadLedger(tx, p, c.Round)
		if err != nil {
			return nil, err
		}
		a, err := w.answer(tx, call, c, in, l)
		if err != nil {
			return nil, err
		}
		if err := pact.CheckResolution(l.base, *c, *a); err != nil {
			return nil, err
		}
		if err := l.with(*a).check(); err != nil {
			return nil, err
		}
		if err := tx.SaveResolution(a); err != nil {
			return nil, err
		}
		return a, w.record(tx, call, entry{act: pact.ActCommentResolve, pact: id, cluster: p.Cluster, agency: c.Agency,
			body: struct {
				Comment     int
				Disposition pact.Disposition
			}{c.Number, a.Disposition}})
	})
}

// resolvable refuses an answer to a comment whose ledger is closed, or that belongs to another stage.
func (w *Workflow) resolvable(tx Reader, p *pact.Pact, c *pact.Comment) error {
	if (c.Round == 0) != (p.State == pact.Agreed) {
		return pact.ErrState.With("act", pact.ActCommentResolve).With("state", p.State)
	}
	if c.Round == 0 {
		return nil
	}
	r, err := tx.Round(p.ID, c.Round)
	if err != nil {
		return err
	}
	if r.Open() || !r.LedgerClosedAt.IsZero() || c.Number == 0 {
		return errLedgerClosed.With("round", c.Round)
	}
	return nil
}

var errLedgerClosed = pact.Problem(pact.Conflict, "ledger_closed",
	"Bản tổng hợp của đợt {round} đã chốt (hoặc đợt chưa đóng), không sửa được câu trả lời.",
	"The ledger of round {round} is closed (or the round is still open); answers cannot be changed.")

// answer builds the resolution from the input, keeping the place of the one that it replaces.
func (w *Workflow) answer(tx Reader, call Call, c *pact.Comment, in ResolveInput, l *ledger) (*pact.Resolution, error) {
	old, err := tx.Resolution(c.ID)
	if errors.Is(err, pact.ErrNotFound) {
		old, err = &pact.Resolution{Order: len(l.answers) + 1}, nil
	}
	if err != nil {
		return nil, err
	}
	if old.RowVersion != in.RowVersion {
		return nil, pact.ErrStale
	}
	a := &pact.Resolution{
		Comment: c.ID, Pact: c.Pact, Round: c.Round, Disposition: in.Disposition, NewText: in.NewText,
		Operations: in.Operations, Targets: in.Targets, Dissent: in.Dissent, Conflicts: in.Conflicts,
		Order: old.Order, RowVersion: old.RowVersion, DecidedBy: call.Actor.Person, DecidedAt: w.Clock().UTC(),
	}
	if a.Reason, err = reason(in.Reason); err != nil {
		return nil, err
	}
	if a.NoTextChange, err = pact.CleanText("no_text_change", in.NoTextChange, 2000); err != nil {
		return nil, err
	}
	if in.NewText != nil {
		t, err := pact.CleanText("new_text", *in.NewText, pact.MaxText)
		if err != nil {
			return nil, err
		}
		a.NewText = &t
	}
	return a, nil
}

// with returns the ledger with one answer put in place of the comment's former one.
func (l *ledger) with(a pact.Resolution) *ledger {
	n := &ledger{base: l.base, comments: l.comments}
	for _, o := range l.answers {
		if o.Comment != a.Comment {
			n.answers = append(n.answers, o)
		}
	}
	n.answers = append(n.answers, a)
	return n
}

// check refuses answers that cannot be applied one after the other.
func (l *ledger) check() error {
	_, err := l.text()
	return err
}

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
