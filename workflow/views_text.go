package workflow

import (
	"context"
	"errors"

	"kyket/pact"
	"kyket/templates"
)

// Skeleton is a text to begin a pact from; "…" stands for what the secretariat fills in.
type Skeleton struct {
	ID, NameVi, NameEn string
	Content            pact.Content // its clauses have no ids yet
}

// Skeletons lists the texts to begin from, for somebody who may create a pact in one of the clusters.
func (w *Workflow) Skeletons(ctx context.Context, call Call) ([]Skeleton, error) {
	err := error(pact.ErrForbidden)
	for _, g := range call.Actor.Grants {
		if err = pact.Permit(call.Actor, pact.ActPactCreate, pact.Subject{Cluster: g.Cluster, At: w.Clock()}); err == nil {
			break
		}
	}
	if call.Actor.Person == "" {
		err = pact.ErrSignIn
	}
	if err != nil {
		return nil, err
	}
	list, err := templates.PactTemplates()
	if err != nil {
		return nil, err
	}
	var out []Skeleton
	for _, t := range list {
		out = append(out, Skeleton(t))
	}
	return out, nil
}

// RoundView is a round with what it is about, read at one moment.
type RoundView struct {
	Round   *pact.Round
	Version *pact.Version
	// Replies are those that the actor may see; Silent counts who was asked and has sent nothing.
	Replies []*pact.Reply
	Silent  int
	// Open is what keeps the round from closing, for those who read all replies.
	Open []pact.Detail
}

// RoundView reads a round as far as the actor may see it.
func (w *Workflow) RoundView(ctx context.Context, call Call, id pact.PactID, number int) (*RoundView, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*RoundView, error) {
		r, err := tx.Round(id, number)
		if err != nil {
			return nil, err
		}
		out := &RoundView{Round: r}
		if out.Version, err = tx.Version(id, r.Version); err != nil {
			return nil, err
		}
		all, err := tx.Replies(id, number)
		if err != nil {
			return nil, err
		}
		out.Silent = len(r.Silent(values(all)))
		for _, y := range all {
			if w.shows(call, p, y) {
				out.Replies = append(out.Replies, y)
			}
		}
		if r.Open() && w.permit(call, pact.ActRepliesReadAll, p, "") == nil {
			cl, err := tx.Cluster(p.Cluster)
			if err != nil {
				return nil, err
			}
			out.Open = r.CloseFindings(cl, values(all), false, w.Clock())
		}
		return out, nil
	})
}

// Desk is what a consolidation works on, read at one moment: the text that was commented on, comments, answers, and the
// text that the answers make so far.
type Desk struct {
	Round    *pact.Round   // nil: the hall
	Version  *pact.Version // that was commented on
	Comments []pact.Comment
	Answers  []pact.Resolution
	// Text is Version with the answers applied. Others is the same without the answer to the comment that was asked for.
	Text, Others pact.Content
	// Open is what keeps the ledger from closing.
	Open []pact.Detail
}

// Desk reads the ledger of a closed round, or of the hall (round 0), for everybody who may read the pact. Others is made
// without the answer to comment; an unknown one leaves nothing out.
func (w *Workflow) Desk(ctx context.Context, call Call, id pact.PactID, round int, comment pact.CommentID) (*Desk, error) {
	return see(ctx, w, call, id, pact.ActPactRead, func(tx Reader, p *pact.Pact) (*Desk, error) {
		d := &Desk{}
		number := p.Laid
		if round > 0 {
			r, err := tx.Round(id, round)
			if err != nil {
				return nil, err
			}
			if r.Open() {
				return nil, errRoundOpen.With("round", round)
			}
			d.Round, number = r, r.Version
		}
		if number == 0 {
			return nil, errNotLaid
		}
		l, err := loadLedger(tx, p, round)
		if err != nil {
			return nil, err
		}
		if d.Version, err = tx.Version(id, number); err != nil {
			return nil, err
		}
		d.Comments, d.Answers, d.Open = l.comments, l.answers, l.open()
		if d.Text, err = l.text(); err != nil {
			return nil, err
		}
		d.Others, err = l.without(comment).text()
		var e *pact.Error
		if errors.As(err, &e) { // a later answer builds on the one left out
			d.Others, err = d.Text, nil
		}
		return d, err
	})
}

// without is the ledger without the answer to one comment.
func (l *ledger) without(id pact.CommentID) *ledger {
	n := &ledger{base: l.base, comments: l.comments}
	for _, a := range l.answers {
		if a.Comment != id {
			n.answers = append(n.answers, a)
		}
	}
	return n
}

var errNotLaid = pact.Problem(pact.Conflict, "text_not_laid",
	"Văn bản chưa được trình hội nghị; ý kiến tại hội nghị ghi được sau khi trình.",
	"The text is not laid before the conference yet; comments in the hall can be taken down after that.")
