package workflow

import (
	"context"

	"kyket/pact"
)

// TakeDown writes down a remark made at the conference.
func (w *Workflow) TakeDown(ctx context.Context, call Call, id pact.PactID, in HallComment) (*pact.Comment, error) {
	return run(ctx, w, call, []Lock{OnPact(id)}, func(tx Tx) (*pact.Comment, error) {
		p, err := w.begin(tx, call, id, pact.ActHallComment, "")
		if err != nil {
			return nil, err
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		if cl.Agency(in.Agency) == nil {
			return nil, pact.ErrNotFound.With("what", "đơn vị / agency "+string(in.Agency))
		}
		v, err := tx.Version(id, p.Laid)
		if err != nil {
			return nil, err
		}
		p.Comments++
		c, err := cleanComment(pact.Comment{ID: pact.CommentID(w.Mint.ID()), Pact: id, Agency: in.Agency, Number: p.Comments,
			Clause: in.Clause, Quote: in.Quote, Kind: in.Kind, Text: in.Text, Proposal: in.Proposal,
			At: w.Clock().UTC(), TakenDownBy: call.Actor.Person}, v.Content)
		if err != nil {
			return nil, err
		}
		if err := tx.SaveHallComment(&c); err != nil {
			return nil, err
		}
		if err := tx.SavePact(p); err != nil {
			return nil, err
		}
		return &c, w.record(tx, call, entry{act: pact.ActHallComment, pact: id, cluster: p.Cluster, agency: in.Agency,
			body: struct{ Comment int }{c.Number}})
	})
}

// Adopt records what the conference decided. Answers given in the hall are folded into the text first, which is then
// the adopted one.
func (w *Workflow) Adopt(ctx context.Context, call Call, id pact.PactID, in AdoptInput) (*pact.Pact, error) {
	return w.onPact(ctx, call, id, pact.ActAdopt, func(tx Tx, p *pact.Pact) (any, error) {
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return nil, err
		}
		v, err := w.fold(tx, p, 0, "")
		if err != nil {
			return nil, err
		}
		a := &pact.Adoption{Conference: in.Conference, Version: v.Number, Quorum: in.Quorum, Vote: in.Vote,
			Registrations: in.Registrations, Minutes: in.Minutes, At: w.Clock().UTC()}
		if err := a.Check(cl, v.Content); err != nil {
			return nil, err
		}
		p.Adoption = a
		return struct {
			Version                  int
			Agree, Disagree, Abstain int
		}{v.Number, in.Vote.Agree, in.Vote.Disagree, in.Vote.Abstain}, nil
	})
}

// UndoAdoption takes back a recorded adoption, while no paper is frozen.
func (w *Workflow) UndoAdoption(ctx context.Context, call Call, id pact.PactID, why string) (*pact.Pact, error) {
	return w.withReason(ctx, call, id, pact.ActAdoptUndo, why, func(p *pact.Pact, _ string) { p.Adoption = nil })
}
