package web

import (
	"strings"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// roundNewPage sends the newest text out for comments.
type roundNewPage struct {
	*stage
	Number                    int
	Label, Reqno, Reqdate     string
	Signer, DueDay, DueTime   string
	Channels                  map[string]bool
	Asked                     map[pact.AgencyCode]bool
	Proposed                  string // the due date that seven working days give
	Findings                  []pact.Detail
	HardFindings, LastPending bool
}

// channels are the ways on which a request goes out, with their names.
func channels(b *Base) [][2]string {
	return [][2]string{{"he_thong", b.Say("hệ thống này", "this system")}, {"truc_lien_thong", b.Say("trục liên thông văn bản", "document exchange")},
		{"email", b.Say("thư điện tử", "e-mail")}, {"giay", b.Say("văn bản giấy", "paper")}}
}

// Ways lists the channels.
func (r *roundNewPage) Ways() [][2]string { return channels(r.Base) }

// dueDays is how long members usually have, in working days.
const dueDays = 7

func (p *Site) roundNewPage(v *Visit) (*roundNewPage, error) {
	s, err := p.stage(v, "Lấy ý kiến", "Ask for comments")
	if err != nil {
		return nil, err
	}
	now := p.Workflow.Clock()
	view := &roundNewPage{stage: s, Number: s.Pact.Rounds + 1, Channels: map[string]bool{}, Asked: map[pact.AgencyCode]bool{}}
	view.Title = s.Say("Lấy ý kiến đợt %d", "Round %d of comments", view.Number)
	due := pact.DueAfter(now, dueDays, pact.DefaultCalendar())
	view.Proposed = s.At(due)
	view.DueDay, view.DueTime = due.In(pact.ICT).Format(time.DateOnly), "17:00"
	view.Reqdate, view.Signer = s.today.String(), string(s.Cluster.Lead)
	view.Channels["he_thong"] = true
	for _, a := range s.Cluster.Agencies {
		view.Asked[a.Code] = a.Code != s.Cluster.Lead
	}
	if s.Pact.Text == 0 {
		view.Label = "v1"
		if d, err := p.Workflow.Draft(v.R.Context(), v.Call, s.Pact.ID); err == nil {
			view.Findings = d.Content.FigureFindings()
		}
	}
	return view, nil
}

func (p *Site) askRound(v *Visit) error {
	view, err := p.roundNewPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "roundnew", view)
}

func (p *Site) openRound(v *Visit) error {
	view, err := p.roundNewPage(v)
	if err != nil {
		return err
	}
	view.Label, view.Reqno, view.Reqdate, view.Signer = v.trimmed("label"), v.trimmed("number"), v.trimmed("date"), v.trimmed("signer")
	view.DueDay, view.DueTime = v.trimmed("due"), v.trimmed("due_time")
	in := workflow.OpenRound{Label: view.Label, Request: pact.Paper{Number: view.Reqno}, Signer: pact.AgencyCode(view.Signer), Channels: v.Form["channel"]}
	clear(view.Channels)
	for _, c := range in.Channels {
		view.Channels[c] = true
	}
	clear(view.Asked)
	for _, c := range v.Form["asked"] {
		view.Asked[pact.AgencyCode(c)] = true
		in.Asked = append(in.Asked, pact.AgencyCode(c))
	}
	if in.Request.Date, err = v.day("date"); err == nil {
		in.DueAt, err = v.moment("due", "due_time")
	}
	if err == nil && len(in.Asked) == 0 {
		err = pact.ErrMissing.With("field", view.Say("đơn vị được hỏi", "the agencies asked"))
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "roundnew", view)
	}
	r, err := p.Workflow.OpenRound(v.R.Context(), v.Call, view.Pact.ID, in)
	if err != nil {
		return p.refuse(v, err, view.Base, "roundnew", view)
	}
	return v.Done(roundPath(view.Pact.ID, r.Number), "round_open")
}

// moment reads a day and an hour in Vietnam; without an hour it is 17:00.
func (v *Visit) moment(day, hour string) (time.Time, error) {
	h := strings.TrimSpace(v.Form.Get(hour))
	if h == "" {
		h = "17:00"
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimSpace(v.Form.Get(day))+" "+h, pact.ICT)
	if err != nil {
		return t, pact.ErrField.With("field", day).With("value", v.Form.Get(day)+" "+h)
	}
	return t, nil
}
