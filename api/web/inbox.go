package web

import (
	"fmt"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// inboxPage is what waits for a person, by what is to be done.
type inboxPage struct {
	*Base
	Today  pact.Date
	Groups []taskGroup
}

// taskGroup is one kind of work; an empty group says when it will fill.
type taskGroup struct {
	ID, Icon     string
	Title, Empty string
	Hot          bool
	Tasks        []taskRow
}

type taskRow struct {
	workflow.Task
	Text, More string // what it is about, and why it waits
	Path, Do   string // where it is done, and what the button says
	Late       string // how long it is overdue
	Main       bool
}

func (p *Site) inbox(v *Visit) error {
	b := p.base(v, "inbox", "Việc của tôi", "My tasks")
	tasks, err := p.Workflow.Inbox(v.R.Context(), v.Call)
	if err != nil {
		return err
	}
	now := p.Workflow.Clock()
	view := inboxPage{Base: b, Today: pact.DateIn(now)}
	late := taskGroup{ID: "qua-han", Icon: "late", Title: b.Say("Quá hạn", "Overdue"), Hot: true}
	groups := map[string]*taskGroup{}
	order := []*taskGroup{
		{ID: "ky", Icon: "pen", Title: b.Say("Cần ký", "To sign"), Empty: b.Say("Chưa có văn bản nào chờ bạn ký.", "No paper waits for your signature.")},
		{ID: "gop-y", Icon: "talk", Title: b.Say("Cần góp ý", "To comment"), Empty: b.Say("Không có dự thảo nào đang chờ đơn vị bạn góp ý.", "No draft waits for your agency's comments.")},
		{ID: "tong-hop", Icon: "swap", Title: b.Say("Cần tổng hợp, xử lý", "To prepare"), Empty: b.Say("Không có việc nào đang chờ bạn.", "Nothing waits for you here.")},
	}
	for _, g := range order {
		groups[g.ID] = g
	}
	for _, t := range tasks {
		row := p.taskRow(b, t, now)
		if row.Late != "" {
			late.Tasks = append(late.Tasks, row)
			continue
		}
		g := groups[groupOf(t.Act)]
		g.Tasks = append(g.Tasks, row)
	}
	if len(late.Tasks) > 0 {
		view.Groups = append(view.Groups, late)
	}
	for _, g := range order {
		if len(g.Tasks) > 0 || p.mine(v, g.ID) {
			view.Groups = append(view.Groups, *g)
		}
	}
	return p.show(v, "inbox", view)
}

// mine says whether a group belongs to the person's roles, so that its emptiness is worth a sentence.
func (p *Site) mine(v *Visit, group string) bool {
	for _, g := range v.Person.Grants {
		switch {
		case group == "ky" && g.Role == pact.HeadOfAgency, group == "gop-y" && g.Role == pact.Focal,
			group == "tong-hop" && g.Role != pact.HeadOfAgency && g.Role != pact.Focal:
			return true
		}
	}
	return false
}

func groupOf(act pact.Act) string {
	switch act {
	case pact.ActSign:
		return "ky"
	case pact.ActReplySend:
		return "gop-y"
	}
	return "tong-hop"
}

// taskRow puts a task into words.
func (p *Site) taskRow(b *Base, t workflow.Task, now time.Time) taskRow {
	at := "/pacts/" + string(t.Pact.ID)
	r := taskRow{Task: t, Path: at}
	round := fmt.Sprintf("%s/rounds/%d", at, t.Round)
	switch t.Act {
	case pact.ActDraftEdit:
		r.Text, r.Do, r.Path = b.Say("Soạn dự thảo", "Write the draft"), b.Say("Soạn tiếp", "Go on"), at+"/draft"
		r.More = b.Say("Khi xong, mở đợt góp ý cho các đơn vị.", "When it is ready, open a round for the members.")
	case pact.ActReplySend:
		r.Text, r.Do, r.Path, r.Main = b.Say("Góp ý đợt %d cho đơn vị", "Reply in round %d for your agency", t.Round), b.Say("Góp ý", "Comment"), round+"/reply/"+string(t.Agency), true
		r.More = b.Say("Ý kiến là bản nháp riêng cho đến khi bạn bấm Gửi.", "Comments stay your private draft until you press Send.")
	case pact.ActRoundClose:
		r.Text, r.Do, r.Path = b.Say("Đợt góp ý %d: %d trên %d đơn vị chưa trả lời", "Round %d: %d of %d agencies have not replied", t.Round, t.Open, t.Total), b.Say("Xem đợt", "See the round"), round
	case pact.ActCommentResolve:
		r.Text, r.Do, r.Path, r.Main = b.Say("Tổng hợp đợt %d: còn %d trên %d ý kiến", "Consolidation of round %d: %d of %d comments open", t.Round, t.Open, t.Total), b.Say("Trả lời", "Answer"), round+"/consolidate", t.Open > 0
		if t.Open == 0 {
			r.More = b.Say("Mọi ý kiến đã có trả lời.", "Every comment has its answer.")
		}
	case pact.ActAdopt:
		r.Text, r.Do, r.Path = b.Say("Ghi kết quả thông qua tại hội nghị", "Record the adoption at the conference"), b.Say("Hội nghị", "Conference"), at+"/adoption"
	case pact.ActPaperFreeze:
		r.Text, r.Do, r.Path = b.Say("Cấp số, đóng băng văn bản", "Number and freeze the paper"), b.Say("Đóng băng", "Freeze"), at+"/paper"
	case pact.ActSigningOpen:
		r.Text, r.Do, r.Path = b.Say("Mở ký", "Open the signing"), b.Say("Mở ký", "Open"), at+"/paper"
	case pact.ActSign:
		r.Text, r.Do, r.Path, r.Main = b.Say("Ký giao ước", "Sign the pact"), b.Say("Đọc và ký", "Read and sign"), at+"/brief/"+string(t.Agency), true
	case pact.ActSigningClose:
		r.Text, r.Do, r.Path = b.Say("Đang ký: còn %d trên %d đơn vị", "Signing: %d of %d agencies missing", t.Open, t.Total), b.Say("Theo dõi", "Follow"), at+"/signing"
	case pact.ActArchive:
		r.Text, r.Do, r.Path = b.Say("Đưa vào lưu trữ", "Archive the record"), b.Say("Lưu trữ", "Archive"), at+"/record"
	}
	if !t.Due.IsZero() && now.After(t.Due) {
		days := int(now.Sub(t.Due).Hours() / 24)
		r.Late = b.Say("Quá hạn %d ngày", "Overdue by %d days", days)
		if days == 0 {
			r.Late = b.Say("Quá hạn hôm nay", "Overdue since today")
		}
	}
	return r
}
