package web

import (
	"errors"

	"kyket/pact"
	"kyket/workflow"
)

// hallTyped is a comment that is being taken down in the hall.
type hallTyped struct{ Agency, Clause, Quote, Kind, Text, Proposal string }

// hallPage is the hall before a text is laid: there is nothing to comment on yet.
func (p *Site) hall(v *Visit) error {
	view, err := p.deskPage(v, 0)
	var e *pact.Error
	if errors.As(err, &e) && e.Code == "text_not_laid" {
		s, err := p.stage(v, "Ý kiến tại hội nghị", "Comments in the hall")
		if err != nil {
			return err
		}
		return p.show(v, "hall", &deskPage{stage: s, Desk: &workflow.Desk{}, WhyNot: e, Path: s.Home() + "/hall"})
	}
	if err != nil {
		return err
	}
	view.Hall.Clause = string(view.Clause.ID)
	return p.show(v, "hall", view)
}

// changeHall takes a comment down, or answers one.
func (p *Site) changeHall(v *Visit) error {
	if v.Form.Get("do") != "take" {
		return p.answerComment(v, 0, "hall")
	}
	typed := hallTyped{v.Form.Get("agency"), v.Form.Get("clause"), v.Text("quote"), v.Form.Get("kind"), v.Text("text"), v.Text("proposal")}
	c, err := p.Workflow.TakeDown(v.R.Context(), v.Call, v.Pact(), workflow.HallComment{Agency: pact.AgencyCode(typed.Agency),
		Clause: pact.ClauseID(typed.Clause), Quote: typed.Quote, Kind: pact.CommentKind(typed.Kind), Text: typed.Text, Proposal: typed.Proposal})
	if err != nil {
		view, e := p.deskPage(v, 0)
		if e != nil {
			return e
		}
		view.Hall = typed
		return p.refuse(v, err, view.Base, "hall", view)
	}
	return v.Done("/pacts/"+string(v.Pact())+"/hall?comment="+string(c.ID)+"#cm-"+string(c.ID), "hall")
}
