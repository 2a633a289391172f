package workflow

import (
	"context"
	"strings"

	"kyket/pact"
	"kyket/templates"
)

// CreatePact starts a pact with its first text.
func (w *Workflow) CreatePact(ctx context.Context, call Call, in NewPact) (*pact.Pact, error) {
	if err := pact.Permit(call.Actor, pact.ActPactCreate, pact.Subject{Cluster: in.Cluster, At: w.Clock()}); err != nil {
		return nil, err
	}
	return run(ctx, w, call, nil, func(tx Tx) (*pact.Pact, error) {
		cl, err := tx.Cluster(in.Cluster)
		if err != nil {
			return nil, err
		}
		p := &pact.Pact{
			ID: pact.PactID(w.Mint.ID()), Cluster: in.Cluster, Code: w.Mint.Code(call.Key),
			State: pact.Drafting, CreatedAt: w.Clock().UTC(),
		}
		d := &pact.Draft{Pact: p.ID}
		if err := fill(d, in.Content, cl); err != nil {
			return nil, err
		}
		p.Subject = d.Content.Subject
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		if err := tx.SaveDraft(d); err != nil {
			return nil, err
		}
		return p, w.record(tx, call, entry{act: pact.ActPactCreate, pact: p.ID, cluster: p.Cluster,
			body: struct{ Subject string }{p.Subject}})
	})
}

// EditDraft replaces the whole draft; version is the row version that was read.
func (w *Workflow) EditDraft(ctx context.Context, call Call, id pact.PactID, version int64, in ContentInput) (*pact.Draft, error) {
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnDraft(id)}, func(tx Tx) (*pact.Draft, error) {
		p, err := w.begin(tx, call, id, pact.ActDraftEdit, "")
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		d, err := tx.Draft(id)
		if err != nil {
			return nil, err
		}
		if d.RowVersion != version {
			return nil, pact.ErrStale
		}
		if err := fill(d, in, cl); err != nil {
			return nil, err
		}
		return d, tx.SaveDraft(d)
	})
}

// EditClause replaces the words of one clause. Two people conflict only on the same clause: what counts is the clause's
// own tag, not the draft's row version.
func (w *Workflow) EditClause(ctx context.Context, call Call, id pact.PactID, in ClauseEdit) (*pact.Draft, error) {
	return run(ctx, w, call, []Lock{Share(OnPact(id)), OnDraft(id)}, func(tx Tx) (*pact.Draft, error) {
		if _, err := w.begin(tx, call, id, pact.ActDraftEdit, ""); err != nil {
			return nil, err
		}
		d, err := tx.Draft(id)
		if err != nil {
			return nil, err
		}
		c := d.Content.Find(in.Clause)
		if c == nil {
			return nil, pact.ErrNotFound.With("what", "khoản mục / clause "+string(in.Clause))
		}
		if c.Tag() != in.Was {
			return nil, pact.ErrStale
		}
		c.Heading, c.Text, c.Cells = in.Heading, in.Text, in.Cells
		if d.Content, err = d.Content.Cleaned(); err != nil {
			return nil, err
		}
		if err := templates.PrintableText(string(d.Content.AnchorOf(in.Clause)), in.Heading+" "+in.Text+" "+strings.Join(in.Cells, " ")); err != nil {
			return nil, err
		}
		return d, tx.SaveDraft(d)
	})
}

// fill puts a whole text into a draft and gives ids to what is new.
func fill(d *pact.Draft, in ContentInput, cl *pact.Cluster) error {
	for i, c := range in.Clauses {
		if c.ID != "" && d.Content.Find(c.ID) == nil {
			return pact.ErrField.With("field", "clauses["+itoa(i)+"].id").With("value", c.ID)
		}
	}
	clauses, err := pact.BuildClauses(in.Structure, in.Clauses)
	if err != nil {
		return err
	}
	c := pact.Content{
		Structure: in.Structure, TypeName: in.TypeName, Subject: in.Subject, Theme: in.Theme, Effective: in.Effective,
		Bases: in.Bases, Clauses: clauses, Registrations: in.Registrations, Recipients: in.Recipients,
	}
	d.Content = c
	d.Assign()
	for _, t := range in.Targets {
		if t.Target.Clause == "" {
			at := d.Content.At(t.Anchor)
			if at == nil {
				return pact.ErrField.With("field", "targets."+string(t.Target.ID)+".anchor").With("value", t.Anchor)
			}
			t.Target.Clause = at.ID
		}
		d.Content.Targets = append(d.Content.Targets, t.Target)
	}
	if d.Content, err = d.Content.Cleaned(); err != nil {
		return err
	}
	if err := d.Content.Check(); err != nil {
		return err
	}
	if err := templates.Printable(d.Content); err != nil {
		return err
	}
	if f := d.Content.MemberFindings(cl); len(f) > 0 {
		return pact.ErrContent.Listing(f...)
	}
	return nil
}
