package workflow

import (
	"context"
	"errors"
	"slices"

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
		Dissent: in.Dissent, Conflicts: in.Conflicts,
		Order: old.Order, RowVersion: old.RowVersion, DecidedBy: call.Actor.Person, DecidedAt: w.Clock().UTC(),
	}
	if a.Reason, err = reason(in.Reason); err != nil {
		return nil, err
	}
	if a.Operations, err = cleanOperations(in.Operations); err != nil {
		return nil, err
	}
	if a.Targets, err = cleanTargets(in.Targets); err != nil {
		return nil, err
	}
	if a.NoTextChange, err = text("no_text_change", in.NoTextChange, 2000); err != nil {
		return nil, err
	}
	if in.NewText != nil {
		t, err := text("new_text", *in.NewText, pact.MaxText)
		if err != nil {
			return nil, err
		}
		a.NewText = &t
	}
	return a, nil
}

// maxOperations is far above what one answer does; it bounds what one request can cost.
const maxOperations = 200

var errTooManyOperations = pact.Problem(pact.TooLarge, "too_many_operations",
	"Một câu trả lời có nhiều nhất {max} thay đổi.", "An answer makes at most {max} changes.")

// cleanOperations cleans the words that operations bring into the text.
func cleanOperations(in []pact.Operation) ([]pact.Operation, error) {
	if len(in) > maxOperations {
		return nil, errTooManyOperations.With("max", maxOperations)
	}
	var out []pact.Operation
	for _, o := range in {
		o.Cells = slices.Clone(o.Cells)
		fields := []*string{&o.Heading, &o.Text}
		for i := range o.Cells {
			fields = append(fields, &o.Cells[i])
		}
		for _, f := range fields {
			var err error
			if *f, err = text("operations", *f, pact.MaxText); err != nil {
				return nil, err
			}
		}
		out = append(out, o)
	}
	return out, nil
}

// cleanTargets cleans the words of targets that an answer sets.
func cleanTargets(in []pact.TargetChange) ([]pact.TargetChange, error) {
	if len(in) > maxOperations {
		return nil, errTooManyOperations.With("max", maxOperations)
	}
	var out []pact.TargetChange
	for _, c := range in {
		if c.Set != nil {
			t := *c.Set
			for _, f := range []*string{&t.Indicator, &t.Unit, &t.Source} {
				var err error
				if *f, err = text("targets", *f, pact.MaxLine); err != nil {
					return nil, err
				}
			}
			c.Set = &t
		}
		out = append(out, c)
	}
	return out, nil
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
