package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

func roundPath(id pact.PactID, n int) string { return fmt.Sprintf("/pacts/%s/rounds/%d", id, n) }

// roundPage is a round: for the secretariat who has replied, for an agency its own part.
type roundPage struct {
	*stage
	*workflow.RoundView
	At      string // the round's address
	All     bool   // the person reads all replies
	Members []memberRow
	// What was typed.
	ExtendDay, ExtendTime string
}

// memberRow is one asked agency in a round.
type memberRow struct {
	Code      pact.AgencyCode
	Name      string
	Reply     *pact.Reply // nil: none that the person may see
	Outcome   pact.Stance // of a closed round
	Reminders []pact.Reminder
	Mine      bool // the person may reply for it
	Late      bool
}

func (p *Site) roundPage(v *Visit) (*roundPage, error) {
	n := v.number("n")
	s, err := p.stage(v, fmt.Sprintf("Đợt góp ý %d", n), fmt.Sprintf("Round %d", n))
	if err != nil {
		return nil, err
	}
	view := &roundPage{stage: s, At: roundPath(s.Pact.ID, n)}
	if view.RoundView, err = p.Workflow.RoundView(v.R.Context(), v.Call, s.Pact.ID, n); err != nil {
		return nil, err
	}
	view.All = s.Permitted(v, pact.ActRepliesReadAll, "", p)
	due := pact.DueAfter(view.Round.Due(), 3, pact.DefaultCalendar())
	view.ExtendDay, view.ExtendTime = due.In(pact.ICT).Format(time.DateOnly), "17:00"
	for _, code := range view.Round.Asked {
		m := memberRow{Code: code, Name: s.Agency(code), Mine: s.Permitted(v, pact.ActReplySend, code, p)}
		if i := slices.IndexFunc(view.Replies, func(y *pact.Reply) bool { return y.Agency == code }); i >= 0 {
			m.Reply = view.Replies[i]
		}
		for _, r := range view.Round.Reminders {
			if r.Agency == code {
				m.Reminders = append(m.Reminders, r)
			}
		}
		for _, o := range view.Round.Outcome {
			if o.Agency == code {
				m.Outcome = o.Stance
			}
		}
		sent := m.Reply != nil && m.Reply.Sent()
		m.Late = view.Round.Open() && !sent && p.Workflow.Clock().After(view.Round.Due())
		if view.All || m.Mine || s.Permitted(v, pact.ActRepliesReadOwn, code, p) || !view.Round.Open() {
			view.Members = append(view.Members, m)
		}
	}
	return view, nil
}

// Sent counts the replies that have arrived.
func (r *roundPage) Sent() int { return len(r.Round.Asked) - r.Silent }

// Comments counts the comments that the person may see.
func (r *roundPage) Comments() (n int) {
	for _, y := range r.Replies {
		if y.Sent() {
			n += len(y.Comments)
		}
	}
	return n
}

// Shape is the icon of a stance: a disc agrees, a bubble comments, a square objects, a dashed ring is silent.
func (r *roundPage) Shape(s pact.Stance) string { return stanceShape(s) }

func stanceShape(s pact.Stance) string {
	switch s {
	case pact.Agree:
		return "ok"
	case pact.AgreeWithComments:
		return "talk"
	case pact.Object:
		return "box"
	case pact.NoComment:
		return "ring"
	}
	return "none"
}

// LinkOf is where an open item is settled.
func (r *roundPage) LinkOf(ref string) string {
	if code, ok := strings.CutPrefix(ref, "agency/"); ok {
		return "#agency-" + code
	}
	return "#close"
}

func (p *Site) round(v *Visit) error {
	view, err := p.roundPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "round", view)
}

// changeRound does one of the secretariat's acts on a round.
func (p *Site) changeRound(v *Visit) error {
	n := v.number("n")
	ctx, id, at := v.R.Context(), v.Pact(), roundPath(v.Pact(), n)
	code := pact.AgencyCode(v.Form.Get("agency"))
	var err error
	notice := ""
	switch do := v.Form.Get("do"); do {
	case "extend":
		var to time.Time
		if to, err = v.moment("to", "to_time"); err == nil {
			_, err = p.Workflow.ExtendRound(ctx, v.Call, id, n, to)
		}
		notice = "extended"
	case "remind", "phone":
		_, err = p.Workflow.Remind(ctx, v.Call, id, n, code, do == "phone")
		notice = "reminded"
		at += "#agency-" + string(code)
	case "accept", "reject":
		_, err = p.Workflow.DecideLate(ctx, v.Call, id, n, code, do == "accept")
		notice = "late"
		at += "#agency-" + string(code)
	case "close":
		if _, err = p.Workflow.CloseRound(ctx, v.Call, id, n); err == nil {
			return v.Done(at+"/consolidate", "round_close")
		}
	default:
		err = pact.ErrField.With("field", "do").With("value", do)
	}
	if err == nil {
		return v.Done(at, notice)
	}
	view, e := p.roundPage(v)
	if e != nil {
		return e
	}
	if v.Form.Has("to") {
		view.ExtendDay, view.ExtendTime = v.trimmed("to"), v.trimmed("to_time")
	}
	return p.refuse(v, err, view.Base, "round", view)
}
