package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	Stuck    *pact.Error // a form of this page that was refused
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
	view.Events, err = p.events(v, b, view.Cluster, id)
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
		case a.Why != nil && a.Why.Kind == pact.Conflict: // the person's own work, at another time
			view.Cannot = append(view.Cannot, canDo{Act: a.Act, Text: way.Text, Why: a.Why.Text(view.Lang)})
		}
	}
	return nil
}

func (d *dossierPage) add(c canDo) {
	for _, had := range d.Can {
		if had.Path == c.Path && had.Path != "" {
			return
		}
	}
	d.Can = append(d.Can, c)
}

// board is agencies × rounds × vote × signature.
func (p *Site) board(v *Visit, view *dossierPage) error {
	x, cl := view.Pact, view.Cluster
	on := pact.DateIn(p.Workflow.Clock())
	if x.Issue != nil {
		on = x.Issue.Date
	}
	replies := make([]map[pact.AgencyCode]*pact.Reply, len(view.Rounds))
	for i, r := range view.Rounds {
		list, err := p.Workflow.Replies(v.R.Context(), v.Call, x.ID, r.Number)
		if err != nil {
			return err
		}
		replies[i] = map[pact.AgencyCode]*pact.Reply{}
		for _, y := range list {
			replies[i][y.Agency] = y
		}
	}
	for _, a := range cl.Agencies {
		row := boardRow{Agency: a.Code, Name: a.NameOn(on), Role: view.roleOf(cl, a.Code)}
		if h, ok := a.HeadOn(pact.DateIn(p.Workflow.Clock())); ok {
			row.Head = h.Name
		}
		for i, r := range view.Rounds {
			row.Rounds = append(row.Rounds, view.replyCell(r, a.Code, replies[i][a.Code]))
		}
		row.Vote = view.voteCell(a.Code)
		row.Signature = view.signatureCell(a.Code)
		view.Board = append(view.Board, row)
	}
	return nil
}

func (d *dossierPage) roleOf(cl *pact.Cluster, code pact.AgencyCode) string {
	kind := map[pact.ClusterKind]string{pact.Cum: "cụm", pact.Khoi: "khối", pact.KhuVuc: "khu vực"}[cl.Kind]
	switch {
	case cl.Lead == code:
		return d.Say("Trưởng "+kind, "Lead")
	case slices.Contains(cl.Deputies, code):
		return d.Say("Phó Trưởng "+kind, "Deputy lead")
	}
	return d.Say("Thành viên", "Member")
}

func (d *dossierPage) replyCell(r *pact.Round, code pact.AgencyCode, y *pact.Reply) cell {
	if !slices.Contains(r.Asked, code) {
		return cell{Kind: "mute", Icon: "ring", Text: d.Say("Chủ trì soạn thảo", "Drafts the text")}
	}
	stance := pact.NoReply
	for _, o := range r.Outcome {
		if o.Agency == code {
			stance = o.Stance
		}
	}
	if y != nil && y.Sent() {
		c := stanceCell(d.Base, y.Stance, len(y.Comments))
		c.More = strings.TrimSuffix(d.At(y.SentAt)+" · "+y.Number, " · ")
		if y.Late {
			c.Warn = d.Say("đến muộn", "late")
		}
		return c
	}
	if r.Open() {
		return cell{Kind: "mute", Icon: "none", Text: d.Say("Chưa trả lời", "No reply yet"), More: reminders(d.Base, r, code)}
	}
	c := stanceCell(d.Base, stance, 0)
	c.More = reminders(d.Base, r, code)
	return c
}

func reminders(b *Base, r *pact.Round, code pact.AgencyCode) string {
	n := 0
	for _, m := range r.Reminders {
		if m.Agency == code {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return b.Say("nhắc %d lần", "%d reminders", n)
}

// stanceCell is an agency's stance as a shape, a word and a colour. Tacit consent never looks like an agreement.
func stanceCell(b *Base, s pact.Stance, comments int) cell {
	switch s {
	case pact.Agree:
		return cell{Kind: "ok", Icon: "ok", Text: b.Words(s)}
	case pact.AgreeWithComments:
		return cell{Kind: "ink", Icon: "talk", Text: b.Say("Có góp ý: %d", "Comments: %d", comments)}
	case pact.NoComment:
		return cell{Kind: "mute", Icon: "ring", Text: b.Words(s)}
	case pact.Object:
		return cell{Kind: "stop", Icon: "box", Text: b.Words(s)}
	case pact.TacitAgree:
		return cell{Kind: "warn", Icon: "none", Text: b.Words(s)}
	}
	return cell{Kind: "warn", Icon: "none", Text: b.Words(s)}
}

func (d *dossierPage) voteCell(code pact.AgencyCode) cell {
	a := d.Pact.Adoption
	if a == nil {
		return cell{}
	}
	for _, x := range a.Vote.Dissent {
		if x.Agency == code {
			return cell{Kind: "stop", Icon: "box", Text: d.Say("Bảo lưu", "Reservation"), More: x.Text}
		}
	}
	return cell{Kind: "mute", Icon: "ring", Text: d.Say("Không bảo lưu", "No reservation")}
}

func (d *dossierPage) signatureCell(code pact.AgencyCode) cell {
	s := d.Pact.Signing
	if s == nil {
		return cell{}
	}
	for _, x := range s.Signatures {
		if x.Agency != code {
			continue
		}
		c := cell{Kind: "seal", Icon: "seal", Text: d.Say("Đã ký", "Signed"), More: d.At(x.OccurredAt) + " · " + x.Signer}
		if x.ProvenAt.IsZero() {
			c.Warn = d.Say("chưa có dấu thời gian", "no time stamp yet")
		} else if x.Warning != "" {
			c.Warn = d.Say("chứng thư công cộng", "public certificate")
		}
		return c
	}
	for _, x := range s.Declined {
		if x.Agency == code {
			return cell{Kind: "stop", Icon: "box", Text: d.Say("Không ký", "Does not sign"), More: x.Reason}
		}
	}
	return cell{Kind: "mute", Icon: "none", Text: d.Say("Chưa ký", "Not signed")}
}

// events are the last entries of the history, newest first.
func (p *Site) events(v *Visit, b *Base, cl *pact.Cluster, id pact.PactID) ([]eventRow, error) {
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
	var out []eventRow
	for _, e := range last[:min(len(last), 40)] {
		r := eventRow{At: b.At(e.OccurredAt), Text: b.Words(e.Act), Seal: e.Act == pact.ActSign || e.Act == pact.ActSeal}
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
