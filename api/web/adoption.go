package web

import (
	"fmt"
	"strconv"
	"strings"

	"kyket/pact"
	"kyket/workflow"
)

// adoptionPage records what the conference decided, and shows it afterwards.
type adoptionPage struct {
	*Base
	Pact     *pact.Pact
	Cluster  *pact.Cluster
	Version  *pact.Version // that is laid before the conference, or was adopted
	Warnings []pact.Detail
	May      bool
	MayUndo  bool
	MayHall  bool
	WhyNot   *pact.Error
	Clauses  []choice
	Agencies []choice
	In       adoptionForm
	Reason   string // of an undo, as it was typed
	Dissent  []dissentRow
}

// choice is an entry of a select.
type choice struct{ Value, Text string }

// adoptionForm is the form as it was typed: what cannot be read as a number stays as it is.
type adoptionForm struct {
	Name, Date, Time, Place, Mode, Points         string
	InvitationNumber, InvitationDate              string
	Required, Present, Online                     string
	Method, Agree, Disagree, Abstain              string
	RegMethod, RegAgree, RegDisagree, RegAbstain  string
	MinutesNumber, MinutesSecretary, MinutesChair string
	Dissent                                       []dissentInput
}

type dissentInput struct{ Agency, Clause, Text string }

func (p *Site) adoption(v *Visit) error {
	view, err := p.adoptionPage(v)
	if err != nil {
		return err
	}
	view.In.fill(v, view)
	return p.show(v, "adoption", view)
}

func (p *Site) adoptionPage(v *Visit) (*adoptionPage, error) {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	view := &adoptionPage{Base: p.base(v, "pacts", "Hội nghị thông qua: "+x.Subject, "Adoption: "+x.Subject), Pact: x}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, x.Cluster); err != nil {
		return nil, err
	}
	number := x.Text
	if x.Adoption != nil {
		number = x.Adoption.Version
	}
	if number > 0 {
		if view.Version, err = p.Workflow.Version(ctx, v.Call, id, number); err != nil {
			return nil, err
		}
		view.Version.Content.Walk(func(_ pact.Anchor, _ string, cl *pact.Clause) {
			if label := view.Version.Content.LabelOf(cl.ID); label != "" {
				view.Clauses = append(view.Clauses, choice{string(cl.ID), label + ": " + begin(cl.Words(), 60)})
			}
		})
	}
	if view.Warnings, err = p.Workflow.Warnings(ctx, v.Call, id); err != nil {
		return nil, err
	}
	on := pact.DateIn(p.Workflow.Clock())
	for _, a := range view.Cluster.Agencies {
		view.Agencies = append(view.Agencies, choice{string(a.Code), a.NameOn(on)})
	}
	if view.May, view.WhyNot, err = p.may(v, x, pact.ActAdopt); err != nil {
		return nil, err
	}
	if view.MayUndo, _, err = p.may(v, x, pact.ActAdoptUndo); err != nil {
		return nil, err
	}
	if view.MayHall, _, err = p.may(v, x, pact.ActHallComment); err != nil {
		return nil, err
	}
	if a := x.Adoption; a != nil {
		for _, d := range a.Vote.Dissent {
			view.Dissent = append(view.Dissent, dissentRow{view.Cluster.NameOn(d.Agency, a.Conference.Date), view.Version.Content.LabelOf(d.Clause), d.Text})
		}
	}
	return view, nil
}

// begin is the beginning of a text, by runes.
func begin(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n])) + "…"
}

// fill is the form before anything was typed.
func (f *adoptionForm) fill(_ *Visit, d *adoptionPage) {
	f.Mode, f.Method, f.MinutesChair = "truc_tiep", "bieu_quyet_gio_tay", string(d.Cluster.Lead)
	f.Required = strconv.Itoa(len(d.Cluster.Agencies)/2 + 1)
	f.Dissent = make([]dissentInput, 1)
}

// read takes the form as it was sent.
func (f *adoptionForm) read(v *Visit) {
	for name, to := range map[string]*string{"name": &f.Name, "date": &f.Date, "time": &f.Time, "place": &f.Place, "mode": &f.Mode,
		"points": &f.Points, "invitation_number": &f.InvitationNumber, "invitation_date": &f.InvitationDate, "required": &f.Required,
		"present": &f.Present, "online": &f.Online, "method": &f.Method, "agree": &f.Agree, "disagree": &f.Disagree, "abstain": &f.Abstain,
		"reg_method": &f.RegMethod, "reg_agree": &f.RegAgree, "reg_disagree": &f.RegDisagree, "reg_abstain": &f.RegAbstain,
		"minutes_number": &f.MinutesNumber, "minutes_secretary": &f.MinutesSecretary, "minutes_chair": &f.MinutesChair} {
		*to = strings.TrimSpace(v.Text(name))
	}
	for i := range maxDissent {
		d := dissentInput{v.Form.Get(fmt.Sprintf("dissent_agency_%d", i)), v.Form.Get(fmt.Sprintf("dissent_clause_%d", i)), v.Text(fmt.Sprintf("dissent_text_%d", i))}
		if d == (dissentInput{}) {
			if _, there := v.Form[fmt.Sprintf("dissent_text_%d", i)]; !there {
				break
			}
		}
		f.Dissent = append(f.Dissent, d)
	}
}

// maxDissent is how many reservations one form takes: more than any cluster has members.
const maxDissent = 100

// domain makes the act's input; what is no number or date is refused by its field.
func (f *adoptionForm) domain() (workflow.AdoptInput, error) {
	r := &fields{}
	in := workflow.AdoptInput{
		Conference: pact.Conference{Name: f.Name, Date: r.date("conference.date", f.Date), Time: f.Time, Place: f.Place, Mode: f.Mode,
			Points:     r.number("conference.points", f.Points),
			Invitation: pact.Paper{Number: f.InvitationNumber, Date: r.date("conference.invitation.date", f.InvitationDate)}},
		Quorum: pact.Quorum{Required: r.number("quorum.required", f.Required), Present: r.number("quorum.present", f.Present), Online: r.number("quorum.online", f.Online)},
		Vote: pact.Vote{Method: f.Method, Agree: r.number("vote.agree", f.Agree), Disagree: r.number("vote.disagree", f.Disagree),
			Abstain: r.number("vote.abstain", f.Abstain)},
		Minutes: pact.Minutes{Number: f.MinutesNumber, Secretary: f.MinutesSecretary, Chair: pact.AgencyCode(f.MinutesChair)},
	}
	for _, d := range f.Dissent {
		if strings.TrimSpace(d.Text) != "" || d.Clause != "" || d.Agency != "" {
			in.Vote.Dissent = append(in.Vote.Dissent, pact.Dissent{Agency: pact.AgencyCode(d.Agency), Clause: pact.ClauseID(d.Clause), Text: d.Text})
		}
	}
	if f.RegAgree+f.RegDisagree+f.RegAbstain != "" {
		in.Registrations = &pact.Vote{Method: f.RegMethod, Agree: r.number("registrations.agree", f.RegAgree),
			Disagree: r.number("registrations.disagree", f.RegDisagree), Abstain: r.number("registrations.abstain", f.RegAbstain)}
	}
	return in, r.err
}

// fields reads typed values and keeps the first refusal.
type fields struct{ err error }

func (r *fields) number(name, s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil && r.err == nil {
		r.err = pact.ErrField.With("field", name).With("value", begin(s, 40))
	}
	return n
}

func (r *fields) date(name, s string) pact.Date {
	if s == "" {
		return pact.Date{}
	}
	d, err := pact.ParseDate(s)
	if err != nil && r.err == nil {
		r.err = pact.ErrField.With("field", name).With("value", begin(s, 40))
	}
	return d
}

// adopt records the adoption. The button that asks for one more row of reservations records nothing.
func (p *Site) adopt(v *Visit) error {
	var form adoptionForm
	form.read(v)
	var err error
	if v.Form.Get("more") == "" {
		var in workflow.AdoptInput
		if in, err = form.domain(); err == nil {
			_, err = p.Workflow.Adopt(v.R.Context(), v.Call, v.Pact(), in)
		}
		if err == nil {
			return v.Done("/pacts/"+string(v.Pact())+"/adoption", "adopted")
		}
	}
	view, again := p.adoptionPage(v)
	if again != nil {
		return again
	}
	view.In = form
	if err == nil {
		view.In.Dissent = append(view.In.Dissent, dissentInput{})
		return p.show(v, "adoption", view)
	}
	return p.refuse(v, err, view.Base, "adoption", view)
}

func (p *Site) undoAdoption(v *Visit) error {
	reason := v.Text("reason")
	_, err := p.Workflow.UndoAdoption(v.R.Context(), v.Call, v.Pact(), reason)
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/adoption", "reopened")
	}
	view, again := p.adoptionPage(v)
	if again != nil {
		return again
	}
	view.In.fill(v, view)
	view.Reason = reason
	return p.refuse(v, err, view.Base, "adoption", view)
}

// ModeWords and MethodWords are the words of how a conference met and voted.
func (b *Base) ModeWords(code string) string {
	switch code {
	case "truc_tiep":
		return b.Say("trực tiếp", "in person")
	case "truc_tuyen":
		return b.Say("trực tuyến", "on line")
	case "truc_tiep_ket_hop_truc_tuyen":
		return b.Say("trực tiếp kết hợp trực tuyến", "in person and on line")
	}
	return b.Say("không ghi", "not stated")
}

// MethodWords is how a vote was taken.
func (b *Base) MethodWords(code string) string {
	switch code {
	case "bieu_quyet_gio_tay":
		return b.Say("biểu quyết giơ tay", "show of hands")
	case "bieu_quyet_tren_he_thong":
		return b.Say("biểu quyết trên hệ thống", "vote on the system")
	case "bo_phieu_kin":
		return b.Say("bỏ phiếu kín", "secret ballot")
	}
	return b.Say("không ghi", "not stated")
}
