package workflow

import (
	"context"
	"slices"
	"time"

	"kyket/pact"
)

// OpenRound circulates the newest text among the members. The first round makes version 1 out of the draft.
func (w *Workflow) OpenRound(ctx context.Context, call Call, id pact.PactID, in OpenRound) (*pact.Round, error) {
	return run(ctx, w, call, []Lock{OnPact(id), OnDraft(id)}, func(tx Tx) (*pact.Round, error) {
		p, err := w.begin(tx, call, id, pact.ActRoundOpen, "")
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		if err := w.ledgersClosed(tx, p); err != nil {
			return nil, err
		}
		v, err := w.currentText(tx, p, in.Label)
		if err != nil {
			return nil, err
		}
		p.Rounds++
		r := &pact.Round{
			Pact: id, Number: p.Rounds, Version: v.Number, Request: in.Request, Signer: in.Signer,
			OpenedAt: w.Clock().UTC(), DueAt: in.DueAt.UTC(), Channels: in.Channels, Asked: in.Asked,
		}
		if err := r.CheckOpen(cl); err != nil {
			return nil, err
		}
		if err := p.Move(pact.ActRoundOpen); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		if err := tx.SaveRound(r); err != nil {
			return nil, err
		}
		return r, w.record(tx, call, entry{act: pact.ActRoundOpen, pact: id, cluster: p.Cluster, body: struct {
			Round, Version int
			Due            time.Time
		}{r.Number, r.Version, r.DueAt}})
	})
}

// currentText is the newest version; the first one is made out of the draft, which is then closed for good.
func (w *Workflow) currentText(tx Tx, p *pact.Pact, label string) (*pact.Version, error) {
	if p.Text > 0 {
		return tx.Version(p.ID, p.Text)
	}
	d, err := tx.Draft(p.ID)
	if err != nil {
		return nil, err
	}
	if err := d.Content.Check(); err != nil {
		return nil, err
	}
	return w.addVersion(tx, p, d.Content, label, "draft")
}

// addVersion numbers a text, names it by its canonical bytes and makes it the pact's newest.
func (w *Workflow) addVersion(tx Tx, p *pact.Pact, c pact.Content, label, cause string) (*pact.Version, error) {
	canonical, err := pact.CanonicalVersion(c)
	if err != nil {
		return nil, err
	}
	p.Text++
	p.Subject = c.Subject
	if label, err = pact.CleanLine("label", label, 100); err != nil {
		return nil, err
	}
	if label == "" {
		label = "v" + itoa(p.Text)
	}
	v := &pact.Version{Pact: p.ID, Number: p.Text, Label: label, SHA256: pact.DigestOf(canonical), Content: c, Cause: cause,
		CreatedAt: w.Clock().UTC(), Closed: true}
	return v, tx.AddVersion(v)
}

// ledgersClosed refuses while a round before has comments without an answer.
func (w *Workflow) ledgersClosed(tx Reader, p *pact.Pact) error {
	if p.Rounds == 0 {
		return nil
	}
	r, err := tx.Round(p.ID, p.Rounds)
	if err != nil {
		return err
	}
	if r.LedgerClosedAt.IsZero() {
		return pact.OpenLedger.With("round", r.Number)
	}
	return nil
}

// ExtendRound moves the due date to a later time.
func (w *Workflow) ExtendRound(ctx context.Context, call Call, id pact.PactID, round int, to time.Time) (*pact.Round, error) {
	return w.onRound(ctx, call, id, round, pact.ActRoundExtend, func(_ Tx, r *pact.Round) (any, error) {
		return struct {
			Round int
			To    time.Time
		}{round, to.UTC()}, r.Extend(to.UTC(), w.Clock().UTC())
	})
}

// Remind reminds an agency that has not replied.
func (w *Workflow) Remind(ctx context.Context, call Call, id pact.PactID, round int, agency pact.AgencyCode, phone bool) (*pact.Round, error) {
	return w.onRound(ctx, call, id, round, pact.ActRoundRemind, func(tx Tx, r *pact.Round) (any, error) {
		y, err := tx.Reply(id, round, agency)
		if err == nil && y.Sent() {
			return nil, errReplied.With("agency", agency)
		}
		return struct {
			Round  int
			Agency pact.AgencyCode
			Phone  bool
		}{round, agency, phone}, remind(r, agency, w.Clock().UTC(), phone)
	})
}

// remind notes a reminder of an agency that was asked.
func remind(r *pact.Round, agency pact.AgencyCode, at time.Time, phone bool) error {
	if !slices.Contains(r.Asked, agency) {
		return pact.ErrNotAskedHere.With("agency", agency)
	}
	r.Reminders = append(r.Reminders, pact.Reminder{Agency: agency, At: at, Phone: phone})
	return nil
}

var errReplied = pact.Problem(pact.Conflict, "already_replied",
	"Đơn vị {agency} đã gửi ý kiến, không cần đôn đốc.", "{agency} has replied already; no reminder is needed.")

// onRound locks a round for a change of the round itself.
func (w *Workflow) onRound(ctx context.Context, call Call, id pact.PactID, round int, act pact.Act, change func(Tx, *pact.Round) (any, error)) (*pact.Round, error) {
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnRound(id, round)}, func(tx Tx) (*pact.Round, error) {
		p, err := w.begin(tx, call, id, act, "")
		if err != nil {
			return nil, err
		}
		r, err := tx.Round(id, round)
		if err != nil {
			return nil, err
		}
		body, err := change(tx, r)
		if err != nil {
			return nil, err
		}
		if err := tx.SaveRound(r); err != nil {
			return nil, err
		}
		return r, w.record(tx, call, entry{act: act, pact: id, cluster: p.Cluster, body: body})
	})
}

// CloseRound ends the taking of replies (chốt): outcomes are fixed, comments numbered. Nothing is sent after it.
func (w *Workflow) CloseRound(ctx context.Context, call Call, id pact.PactID, round int) (*pact.Round, error) {
	return run(ctx, w, call, []Lock{OnPact(id), OnRound(id, round)}, func(tx Tx) (*pact.Round, error) {
		p, err := w.begin(tx, call, id, pact.ActRoundClose, "")
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		r, err := tx.Round(id, round)
		if err != nil {
			return nil, err
		}
		replies, err := tx.Replies(id, round)
		if err != nil {
			return nil, err
		}
		// Whether another round follows is not known now: that every member has answered is checked when the text is agreed.
		numbered, err := r.Close(cl, values(replies), false, p.Comments+1, w.Clock().UTC())
		if err != nil {
			return nil, err
		}
		p.Comments += len(numbered)
		if err := saveNumbers(tx, replies, numbered); err != nil {
			return nil, err
		}
		if err := p.Move(pact.ActRoundClose); err != nil {
			return nil, err
		}
		if err := tx.SaveRound(r); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return r, w.record(tx, call, entry{act: pact.ActRoundClose, pact: id, cluster: p.Cluster, body: struct {
			Round   int
			Outcome []pact.Outcome
		}{round, r.Outcome}})
	})
}

// saveNumbers puts the numbers that the closing gave into the replies that hold the comments.
func saveNumbers(tx Tx, replies []*pact.Reply, numbered []pact.Comment) error {
	number := map[pact.CommentID]int{}
	for _, c := range numbered {
		number[c.ID] = c.Number
	}
	for _, y := range replies {
		changed := false
		for i := range y.Comments {
			if n := number[y.Comments[i].ID]; n > 0 {
				y.Comments[i].Number, changed = n, true
			}
		}
		if changed {
			if err := tx.SaveReply(y); err != nil {
				return err
			}
		}
	}
	return nil
}

// OpenItems lists what keeps a round, or the ledger after it, from closing.
func (w *Workflow) OpenItems(ctx context.Context, call Call, id pact.PactID, round int) (items []pact.Detail, err error) {
	err = w.Store.View(ctx, func(tx Reader) error {
		p, err := tx.Pact(id)
		if err != nil {
			return err
		}
		if err := w.permit(call, pact.ActPactRead, p, ""); err != nil {
			return pact.ErrNotFound.With("what", "giao ước / pact")
		}
		if err := w.permit(call, pact.ActRepliesReadAll, p, ""); err != nil {
			return err
		}
		r, err := tx.Round(id, round)
		if err != nil {
			return err
		}
		if r.Open() {
			cl, err := tx.Cluster(p.Cluster)
			if err != nil {
				return err
			}
			replies, err := tx.Replies(id, round)
			if err != nil {
				return err
			}
			items = r.CloseFindings(cl, values(replies), false, w.Clock())
			return nil
		}
		l, err := loadLedger(tx, p, round)
		if err != nil {
			return err
		}
		items = l.open()
		return nil
	})
	return items, err
}
