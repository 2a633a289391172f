package workflow

import (
	"context"
	"errors"

	"kyket/pact"
)

// Brief is what a head reads before signing.
type Brief struct {
	Pact    *pact.Pact
	Cluster *pact.Cluster
	Agency  pact.AgencyCode
	// Signatory is who signs for the agency today, Warnings what the person should know of that.
	Signatory pact.Head
	Warnings  []pact.Detail
	// Final is the text to be signed; Seen the one that the agency answered last, nil when it never did.
	Final, Seen *pact.Version
	// Mine are the agency's own comments of all rounds and the hall, with their answers.
	Mine []Answered
	// Objections are other agencies' comments of objection that were not accepted, with their answers.
	Objections []Answered
	// Signed is the agency's signature, nil before.
	Signed *pact.Signature
}

// Answered is a comment beside its answer; Label names the clause in the text that it was made on.
type Answered struct {
	Comment pact.Comment
	Answer  *pact.Resolution
	Label   string
}

// Brief gathers what the head of an agency is about to sign.
func (w *Workflow) Brief(ctx context.Context, call Call, id pact.PactID, agency pact.AgencyCode) (*Brief, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*Brief, error) {
		if err := w.permit(call, pact.ActSign, p, agency); err != nil {
			return nil, err
		}
		if p.Issue == nil {
			return nil, p.Allow(pact.ActSign)
		}
		b := &Brief{Pact: p, Agency: agency}
		var err error
		if b.Cluster, err = tx.Cluster(p.Cluster); err != nil {
			return nil, err
		}
		if b.Signatory, b.Warnings, err = b.Cluster.Signatory(agency, pact.DateIn(w.Clock())); err != nil {
			return nil, err
		}
		if b.Final, err = tx.Version(id, p.Issue.Version); err != nil {
			return nil, err
		}
		if p.Signing != nil {
			b.Signed = signatureOf(p, agency)
		}
		return b, b.gather(tx)
	})
}

// gather collects comments and answers round by round; the last round that the agency replied in is what it has seen.
func (b *Brief) gather(tx Reader) error {
	for n := 1; n <= b.Pact.Rounds; n++ {
		r, err := tx.Round(b.Pact.ID, n)
		if err != nil {
			return err
		}
		v, err := tx.Version(b.Pact.ID, r.Version)
		if err != nil {
			return err
		}
		y, err := tx.Reply(b.Pact.ID, n, b.Agency)
		switch {
		case err == nil && y.Sent():
			b.Seen = v
		case err != nil && !errors.Is(err, pact.ErrNotFound):
			return err
		}
		if err := b.take(tx, n, v); err != nil {
			return err
		}
	}
	if b.Pact.Laid == 0 {
		return nil
	}
	v, err := tx.Version(b.Pact.ID, b.Pact.Laid)
	if err != nil {
		return err
	}
	return b.take(tx, 0, v)
}

func (b *Brief) take(tx Reader, round int, v *pact.Version) error {
	l, err := loadLedger(tx, b.Pact, round)
	if err != nil {
		return err
	}
	answers := map[pact.CommentID]*pact.Resolution{}
	for i := range l.answers {
		answers[l.answers[i].Comment] = &l.answers[i]
	}
	for _, c := range l.comments {
		a := Answered{Comment: c, Answer: answers[c.ID], Label: v.Content.LabelOf(c.Clause)}
		switch {
		case c.Agency == b.Agency:
			b.Mine = append(b.Mine, a)
		case c.Kind == pact.Opposed && (a.Answer == nil || a.Answer.Disposition != pact.Accepted):
			b.Objections = append(b.Objections, a)
		}
	}
	return nil
}
