package workflow

import (
	"context"
	"time"

	"kyket/pact"
	"kyket/signing"
)

// Hall is who signs now and who waits, as the people before the paper see it.
type Hall struct {
	// Holder is the agency whose turn it is until Until, by the machine's clock; empty when nobody signs now.
	Holder pact.AgencyCode
	Until  time.Time
	// Waiting are the agencies behind it, in their order.
	Waiting []pact.AgencyCode
	// Mine are the actor's own attempts that still go on, by agency.
	Mine map[pact.AgencyCode]string
	// Jobs counts what the service still does for the pact: time stamps, the seal.
	Jobs int
}

// Hall reads the queue before a paper.
func (w *Workflow) Hall(ctx context.Context, call Call, id pact.PactID) (*Hall, error) {
	h, err := see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*Hall, error) {
		out := &Hall{Mine: map[pact.AgencyCode]string{}}
		if p.State != pact.Signing {
			return out, nil
		}
		now := w.Machine()
		h, err := openHead(tx, id)
		if err != nil {
			return nil, err
		}
		agency := map[string]pact.AgencyCode{}
		for _, f := range p.Issue.Fields {
			agency[f.Name] = f.Agency
		}
		q, _ := h.queue.Expire(now)
		if q.Holder != nil {
			out.Holder, out.Until = agency[q.Holder.Field], q.Holder.Until
		}
		for _, t := range q.Waiting {
			out.Waiting = append(out.Waiting, agency[t.Field])
		}
		list, err := tx.Sessions(id)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			open := s.State == stateWaiting || s.State == string(signing.Submitted) || s.State == string(signing.Waiting)
			if open && s.Person == call.Actor.Person && q.Position(s.ID) >= 0 && out.Mine[s.Agency] == "" {
				out.Mine[s.Agency] = s.ID
			}
		}
		return out, nil
	})
	if err == nil {
		h.Jobs, err = w.Store.OpenJobs(ctx, id)
	}
	return h, err
}

// OwnAttempt says which agency an attempt of the actor is for.
func (w *Workflow) OwnAttempt(ctx context.Context, call Call, id pact.PactID, session string) (agency pact.AgencyCode, err error) {
	err = w.Store.View(ctx, func(tx Reader) error {
		_, s, _, err := w.ownSession(tx, call, id, session)
		if err == nil {
			agency = s.Agency
		}
		return err
	})
	return agency, err
}

// MaySign says why the actor could not sign for an agency now: no permission, no signing, another signatory of the day,
// signed already. Nil: the actor could.
func (w *Workflow) MaySign(ctx context.Context, call Call, id pact.PactID, agency pact.AgencyCode) error {
	return w.Store.View(ctx, func(tx Reader) error {
		p, err := w.begin(tx, call, id, pact.ActSign, agency)
		if err != nil {
			return err
		}
		if signatureOf(p, agency) != nil {
			return signing.ErrFieldSigned
		}
		cl, err := tx.Cluster(p.Cluster)
		if err != nil {
			return err
		}
		_, err = w.signatory(call, cl, agency)
		return err
	})
}

// TargetLevel is the level that papers are brought to here.
func (w *Workflow) TargetLevel() pact.Level {
	if w.Signing.Target == "" {
		return pact.LevelLTA
	}
	return w.Signing.Target
}
