package web

import (
	"slices"
	"strings"

	"kyket/pact"
)

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
		return cell{Kind: "ok", Icon: "ok", Text: b.Capital(b.Words(s))}
	case pact.AgreeWithComments:
		return cell{Kind: "ink", Icon: "talk", Text: b.Say("Có góp ý: %d", "Comments: %d", comments)}
	case pact.NoComment:
		return cell{Kind: "mute", Icon: "ring", Text: b.Capital(b.Words(s))}
	case pact.Object:
		return cell{Kind: "stop", Icon: "box", Text: b.Capital(b.Words(s))}
	case pact.TacitAgree:
		return cell{Kind: "warn", Icon: "none", Text: b.Capital(b.Words(s))}
	}
	return cell{Kind: "warn", Icon: "none", Text: b.Capital(b.Words(s))}
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
