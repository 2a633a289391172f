package web

import (
	"encoding/json"
	"fmt"
	"slices"

	"kyket/pact"
	"kyket/workflow"
)

// dossierPage is a pact as a whole: where it stands, what can be done now, who answered what, versions, activity.
type dossierPage struct {
	*Base
	Pact     *pact.Pact
	Cluster  *pact.Cluster
	Theme    string
	Steps    []step
	Can      []canDo
	Cannot   []canDo
	Rounds   []*pact.Round
	Board    []boardRow
	Versions []*pact.Version
	Events   []eventRow
	More     int // events that are not shown
}

// step is a stage of the life with its own figure.
type step struct {
	Name, Sub string
	State     string // done, now, next
}

// canDo is an act with its way there, or the reason why not.
type canDo struct {
	Act  pact.Act
	Text string
	Path string
	Why  string
	Main bool
	Form string // a form on this page instead of a way: reason
}

type boardRow struct {
	Agency    pact.AgencyCode
	Name      string
	Head      string
	Role      string
	Rounds    []cell
	Vote      cell
	Signature cell
}

// cell is one state in the board: a shape, a word, a colour.
type cell struct{ Kind, Icon, Text, More, Warn string }

type eventRow struct {
	At, Text, Agency string
	Seal             bool
}

func (p *Site) dossier(v *Visit) error {
	view, err := p.dossierPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "dossier", view)
}

func (p *Site) dossierPage(v *Visit) (*dossierPage, error) {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	b := p.base(v, "pacts", x.Subject, x.Subject)
	b.Modules = []string{"live.js"}
	view := &dossierPage{Base: b, Pact: x}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, x.Cluster); err != nil {
		return nil, err
	}
	if view.Rounds, err = p.Workflow.Rounds(ctx, v.Call, id); err != nil {
		return nil, err
	}
	if view.Versions, err = p.Workflow.Versions(ctx, v.Call, id); err != nil {
		return nil, err
	}
	slices.Reverse(view.Versions)
	if len(view.Versions) > 0 {
		view.Theme = view.Versions[0].Content.Theme
	}
	view.Steps = steps(b, x, view.Rounds)
	if err := p.actions(v, view); err != nil {
		return nil, err
	}
	if err := p.board(v, view); err != nil {
		return nil, err
	}
	view.Events, err = p.events(v, view)
	return view, err
}

// steps is the line of stages.
func steps(b *Base, x *pact.Pact, rounds []*pact.Round) []step {
	order := map[pact.State]int{pact.Drafting: 0, pact.InReview: 1, pact.Consolidating: 2, pact.Agreed: 3, pact.Adopted: 4, pact.Frozen: 4,
		pact.Signing: 5, pact.Sealed: 6, pact.SealedIncomplete: 6, pact.Archived: 7, pact.Superseded: 7}
	list := []step{{Name: b.Say("Soạn thảo", "Drafting")}, {Name: b.Say("Lấy ý kiến", "Consultation")}, {Name: b.Say("Tổng hợp", "Consolidation")},
		{Name: b.Say("Thông qua", "Adoption")}, {Name: b.Say("Đóng băng", "Freezing")}, {Name: b.Say("Ký", "Signing")},
		{Name: b.Say("Niêm phong", "Sealing")}, {Name: b.Say("Lưu trữ", "Archive")}}
	now, known := order[x.State]
	for i := range list {
		switch {
		case !known || i > now:
			list[i].State = "next"
		case i < now || x.State == pact.Archived:
			list[i].State = "done"
		default:
			list[i].State = "now"
		}
	}
	list[0].Sub = b.Day(pact.DateIn(x.CreatedAt))
	if n := len(rounds); n > 0 {
		list[1].Sub = b.Say("%d đợt", "%d rounds", n)
		list[2].Sub = b.Say("%d ý kiến", "%d comments", x.Comments)
		if x.State == pact.InReview {
			list[1].Sub = b.Say("đợt %d, hạn %s", "round %d, due %s", n, b.At(rounds[n-1].Due()))
		}
	}
	if a := x.Adoption; a != nil {
		list[3].Sub = fmt.Sprintf("%s, %d/%d", b.Day(a.Conference.Date), a.Vote.Agree, a.Quorum.Present)
	}
	if x.Issue != nil {
		list[4].Sub = b.Day(x.Issue.Date)
	}
	if s := x.Signing; s != nil {
		list[5].Sub = b.Say("%d trên %d", "%d of %d", len(s.Signatures), len(x.Issue.Order))
		if now >= 6 {
			list[6].Sub = string(s.Level)
			if s.Close != nil {
				list[6].Sub += " · " + b.Say("chưa đủ chữ ký", "incomplete")
			}
		}
	}
	if x.Archive != nil {
		list[7].Sub = b.Say("%d năm", "%d years", x.Archive.Retention.Years)
		if x.Archive.Retention.Permanent {
			list[7].Sub = b.Say("vĩnh viễn", "permanent")
		}
	}
	return list
}

// ways says where an act of the page is done; an act without a way is done elsewhere, or by the service.
func ways(b *Base, x *pact.Pact) map[pact.Act]canDo {
	at := "/pacts/" + string(x.ID)
	round := fmt.Sprintf("%s/rounds/%d", at, max(x.Rounds, 1))
	return map[pact.Act]canDo{
		pact.ActDraftEdit:      {Text: b.Say("Soạn dự thảo", "Write the draft"), Path: at + "/draft", Main: true},
		pact.ActRoundOpen:      {Text: b.Say("Lấy ý kiến", "Open a round"), Path: at + "/rounds/new"},
		pact.ActRoundClose:     {Text: b.Say("Theo dõi, chốt đợt góp ý", "Follow and close the round"), Path: round, Main: true},
		pact.ActCommentResolve: {Text: b.Say("Trả lời ý kiến", "Answer comments"), Path: round + "/consolidate", Main: true},
		pact.ActTextAgree:      {Text: b.Say("Trình hội nghị", "Lay before the conference"), Path: round + "/consolidate"},
		pact.ActHallComment:    {Text: b.Say("Ghi ý kiến tại hội nghị", "Take down comments in the hall"), Path: at + "/hall"},
		pact.ActAdopt:          {Text: b.Say("Ghi kết quả thông qua", "Record the adoption"), Path: at + "/adoption", Main: true},
		pact.ActPaperFreeze:    {Text: b.Say("Cấp số, đóng băng văn bản", "Number and freeze the paper"), Path: at + "/paper", Main: true},
		pact.ActSigningOpen:    {Text: b.Say("Mở ký", "Open the signing"), Path: at + "/paper", Main: true},
		pact.ActSigningClose:   {Text: b.Say("Theo dõi, kết thúc việc ký", "Follow and close the signing"), Path: at + "/signing"},
		pact.ActArchive:        {Text: b.Say("Đưa vào lưu trữ", "Archive the record"), Path: at + "/record", Main: true},
		pact.ActWithdraw:       {Text: b.Say("Rút giao ước", "Withdraw the pact"), Form: "withdraw"},
	}
}

// actions lists what the person can do now, and what not with the reason; an agency's own matters come first.
func (p *Site) actions(v *Visit, view *dossierPage) error {
	x := view.Pact
	list, err := p.Workflow.Actions(v.R.Context(), v.Call, x.ID, "")
	if err != nil {
		return err
	}
	at := "/pacts/" + string(x.ID)
	for _, g := range v.Person.Grants {
		if g.Cluster != x.Cluster || g.Agency == "" {
			continue
		}
		subject := pact.Subject{Cluster: x.Cluster, Agency: g.Agency, At: p.Workflow.Clock()}
		if x.State == pact.InReview && pact.Permit(v.Call.Actor, pact.ActReplySend, subject) == nil {
			view.add(canDo{Act: pact.ActReplySend, Text: view.Say("Góp ý cho đơn vị", "Reply for your agency"), Main: true,
				Path: fmt.Sprintf("%s/rounds/%d/reply/%s", at, x.Rounds, g.Agency)})
		}
		if x.State == pact.Signing && pact.Permit(v.Call.Actor, pact.ActSign, subject) == nil {
			view.add(canDo{Act: pact.ActSign, Text: view.Say("Đọc và ký", "Read and sign"), Main: true, Path: at + "/brief/" + string(g.Agency)})
		}
	}
	known := ways(view.Base, x)
	for _, a := range list {
		way, ok := known[a.Act]
		switch {
		case !ok:
		case a.Allowed:
			way.Act = a.Act
			view.add(way)
		case a.Why != nil && a.Why.Kind == pact.Conflict && soon(x.State, a.Act): // the person's own work, a step ahead
			view.Cannot = append(view.Cannot, canDo{Act: a.Act, Text: way.Text, Why: a.Why.Text(view.Lang)})
		}
	}
	return nil
}

// soon says whether an act belongs to the stage after this one: why it is not possible yet is worth a sentence.
func soon(s pact.State, act pact.Act) bool {
	next := map[pact.State][]pact.Act{
		pact.Drafting: {pact.ActRoundClose, pact.ActTextAgree}, pact.InReview: {pact.ActDraftEdit, pact.ActCommentResolve, pact.ActTextAgree},
		pact.Consolidating: {pact.ActDraftEdit, pact.ActAdopt}, pact.Agreed: {pact.ActDraftEdit, pact.ActPaperFreeze},
		pact.Adopted: {pact.ActDraftEdit, pact.ActSigningOpen}, pact.Frozen: {pact.ActDraftEdit, pact.ActAdopt},
		pact.Signing: {pact.ActDraftEdit, pact.ActArchive}, pact.Sealed: {pact.ActDraftEdit}, pact.SealedIncomplete: {pact.ActDraftEdit},
	}
	return slices.Contains(next[s], act)
}

func (d *dossierPage) add(c canDo) {
	for _, had := range d.Can {
		if had.Path == c.Path && had.Path != "" {
			return
		}
	}
	d.Can = append(d.Can, c)
}

const shownEvents = 12

// events are the last entries of the history, newest first.
func (p *Site) events(v *Visit, view *dossierPage) ([]eventRow, error) {
	b, cl, id := view.Base, view.Cluster, view.Pact.ID
	var last []*workflow.Event
	for after := ""; ; {
		list, err := p.Workflow.Activity(v.R.Context(), v.Call, id, after, 200)
		if err != nil {
			return nil, err
		}
		last = append(last, list...)
		if len(list) < 200 {
			break
		}
		after = list[len(list)-1].ID
	}
	slices.Reverse(last)
	view.More = len(last) - shownEvents
	if v.R.URL.Query().Get("log") != "all" && view.More > 0 {
		last = last[:shownEvents]
	} else {
		view.More = 0
	}
	var out []eventRow
	for _, e := range last {
		r := eventRow{At: b.At(e.OccurredAt), Text: b.Capital(b.Words(e.Act)), Seal: e.Act == pact.ActSign || e.Act == pact.ActSeal}
		if e.Agency != "" {
			r.Agency = cl.NameOn(e.Agency, pact.DateIn(e.OccurredAt))
		}
		var body struct{ Reason string }
		if json.Unmarshal(e.Body, &body) == nil && body.Reason != "" {
			r.Text += ": " + body.Reason
		}
		out = append(out, r)
	}
	return out, nil
}

// withdraw ends a pact before its signing, with a reason.
func (p *Site) withdraw(v *Visit) error {
	_, err := p.Workflow.Withdraw(v.R.Context(), v.Call, v.Pact(), v.Text("reason"))
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact()), "withdrawn")
	}
	view, again := p.dossierPage(v)
	if again != nil {
		return err
	}
	return p.refuse(v, err, view.Base, "dossier", view)
}
