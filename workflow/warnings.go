package workflow

import (
	"context"

	"kyket/pact"
)

// Warnings are findings on the newest text, or the draft, that stop nobody: figures that differ from the wording,
// references to nothing, bases that are not in force for the whole pact. Figures must be right at the adoption.
func (w *Workflow) Warnings(ctx context.Context, call Call, id pact.PactID) ([]pact.Detail, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) ([]pact.Detail, error) {
		var c pact.Content
		if p.Text > 0 {
			v, err := tx.Version(id, p.Text)
			if err != nil {
				return nil, err
			}
			c = v.Content
		} else {
			if w.permit(call, pact.ActDraftEdit, p, "") != nil {
				return nil, nil
			}
			d, err := tx.Draft(id)
			if err != nil {
				return nil, err
			}
			c = d.Content
		}
		on := pact.DateIn(w.Clock())
		if p.Issue != nil {
			on = p.Issue.Date
		}
		out := append(c.FigureFindings(), c.ReferenceFindings()...)
		return append(out, c.BasisFindings(on)...), nil
	})
}
