package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kyket/internal/worddiff"
	"kyket/pact"
	"kyket/workflow"
)

// replyPage is one agency's answer in a round: the text with its clauses, the comments beside it. The same page records a
// letter that came on paper.
type replyPage struct {
	*stage
	*workflow.RoundView
	Path, Code string // of this page; of the agency
	Name       string
	Recording  bool // the secretariat enters a paper reply
	ReadOnly   bool
	Reply      *pact.Reply // what is stored; nil: nothing yet
	Rows       []clauseRow
	Cards      []commentTyped
	// What was typed beside the comments.
	Stance, Number, Note string
	Row                  int64
	Day, Hour            string // when a paper reply arrived
	Ends                 string // what is left until the due date
	Stale                *pact.Reply
}

// commentTyped is a comment as it stands in its form.
type commentTyped struct {
	ID, Clause, Quote, Kind, Text, Proposal string
	New                                     bool
	// Words is the clause; Change shows the proposal as a change of it.
	Words  *pact.Clause
	Label  string
	Change []worddiff.Segment
}

var commentKinds = []pact.CommentKind{pact.Clarify, pact.Supplement, pact.Reword, pact.Raise, pact.Lower, pact.Postpone, pact.Opposed, pact.OutOfScope}

// Kinds lists the kinds of comments.
func (s *stage) Kinds() []pact.CommentKind { return commentKinds }

// Stances lists what an agency may answer.
func (r *replyPage) Stances() []pact.Stance {
	return []pact.Stance{pact.Agree, pact.AgreeWithComments, pact.NoComment, pact.Object}
}

// Shape is the icon of a stance.
func (r *replyPage) Shape(s pact.Stance) string { return stanceShape(s) }

// CardsOf counts the comments on a clause.
func (r *replyPage) CardsOf(id pact.ClauseID) (n int) {
	for _, c := range r.Cards {
		if c.Clause == string(id) {
			n++
		}
	}
	return n
}

func (p *Site) replyPage(v *Visit, recording bool) (*replyPage, error) {
	n, code := v.number("n"), pact.AgencyCode(v.Param("agency"))
	s, err := p.stage(v, "Góp ý dự thảo", "Comment on the draft")
	if err != nil {
		return nil, err
	}
	view := &replyPage{stage: s, Code: string(code), Recording: recording, Day: s.today.String()}
	if view.RoundView, err = p.Workflow.RoundView(v.R.Context(), v.Call, s.Pact.ID, n); err != nil {
		return nil, err
	}
	if s.Cluster.Agency(code) == nil {
		return nil, pact.ErrNotFound.With("what", s.Say("đơn vị ", "agency ")+string(code))
	}
	view.Name = s.Agency(code)
	act, word := pact.ActReplySave, "reply"
	if recording {
		act, word = pact.ActReplyRecord, "record"
		view.Title = s.Say("Nhập công văn trả lời của %s", "Paper reply of %s", view.Name)
	} else {
		view.Title = s.Say("Góp ý dự thảo %s", "Comments on draft %s", view.Version.Label)
	}
	view.Path = fmt.Sprintf("%s/%s/%s", roundPath(s.Pact.ID, n), word, code)
	subject := pact.Subject{Cluster: s.Pact.Cluster, Agency: code, At: p.Workflow.Clock()}
	own := pact.Permit(v.Call.Actor, act, subject)
	read := pact.Permit(v.Call.Actor, pact.ActRepliesReadOwn, subject)
	if read != nil {
		read = pact.Permit(v.Call.Actor, pact.ActRepliesReadAll, subject)
	}
	if own != nil && (recording || read != nil) {
		return nil, own
	}
	for _, y := range view.Replies {
		if y.Agency == code {
			view.Reply = y
		}
	}
	view.ReadOnly = own != nil || !view.Round.Open() || view.Reply != nil && view.Reply.Sent()
	if left := view.Round.Due().Sub(p.Workflow.Clock()); left > 0 && left.Hours() < 48 {
		view.Ends = s.Say("còn %d giờ %d phút", "%d hours %d minutes left", int(left.Hours()), int(left.Minutes())%60)
	}
	view.load()
	return view, nil
}

// load puts what is stored into the form.
func (r *replyPage) load() {
	if y := r.Reply; y != nil {
		r.Stance, r.Number, r.Note, r.Row = string(y.Stance), y.Number, y.Note, y.RowVersion
		for _, c := range y.Comments {
			r.Cards = append(r.Cards, commentTyped{ID: string(c.ID), Clause: string(c.Clause), Quote: c.Quote, Kind: string(c.Kind), Text: c.Text, Proposal: c.Proposal})
		}
	}
	r.set()
}

// set lays the comments beside the text: quotes marked, proposals shown as changes.
func (r *replyPage) set() {
	text := &r.Version.Content
	r.Rows = rowsOf(text)
	quotes, refs := map[string][]string{}, map[string][]string{}
	for i := range r.Cards {
		c := &r.Cards[i]
		c.Words, c.Label = text.Find(pact.ClauseID(c.Clause)), text.LabelOf(pact.ClauseID(c.Clause))
		c.Change = proposed(c.Words, c.Quote, c.Proposal)
		quotes[c.Clause] = append(quotes[c.Clause], c.Quote)
		refs[c.Clause] = append(refs[c.Clause], strconv.Itoa(i+1))
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		if q := quotes[string(row.ID)]; q != nil {
			row.Marks = mark(row.Clause.Text, q, refs[string(row.ID)])
		}
	}
}

// begin adds an empty comment on a clause.
func (r *replyPage) begin(clause string) {
	if r.ReadOnly || r.Version.Content.Find(pact.ClauseID(clause)) == nil {
		return
	}
	r.Cards = append(r.Cards, commentTyped{Clause: clause, Kind: string(pact.Supplement), New: true})
	r.set()
}

func (p *Site) askReply(v *Visit) error  { return p.showReply(v, false) }
func (p *Site) askRecord(v *Visit) error { return p.showReply(v, true) }

func (p *Site) showReply(v *Visit, recording bool) error {
	view, err := p.replyPage(v, recording)
	if err != nil {
		return err
	}
	view.begin(v.R.URL.Query().Get("clause"))
	return p.show(v, "reply", view)
}

// typed takes what was sent into the page.
func (r *replyPage) typed(v *Visit) {
	r.Stance, r.Number, r.Note, r.Day, r.Hour = v.trimmed("stance"), v.Text("number"), v.Text("note"), v.trimmed("day"), v.trimmed("hour")
	r.Row, _ = strconv.ParseInt(v.Form.Get("row"), 10, 64)
	r.Cards = typedComments(v)
	r.set()
}

// typedComments reads the comments of a form; one without a word is none.
func typedComments(v *Visit) (out []commentTyped) {
	v.rows("c", "clause", func(get func(string) string) {
		c := commentTyped{ID: get("id"), Clause: get("clause"), Quote: get("quote"), Kind: get("kind"), Text: get("text"), Proposal: get("proposal")}
		if c.ID != "" || c.Text != "" || c.Proposal != "" || c.Quote != "" {
			out = append(out, c)
		}
	})
	return out
}

// input is what was typed as an act takes it.
func (r *replyPage) input() workflow.ReplyInput {
	in := workflow.ReplyInput{Round: r.Round.Number, Agency: pact.AgencyCode(r.Code), Stance: pact.Stance(r.Stance), Number: r.Number, Note: r.Note, RowVersion: r.Row}
	for _, c := range r.Cards {
		if r.Reply == nil || !slices.ContainsFunc(r.Reply.Comments, func(o pact.Comment) bool { return string(o.ID) == c.ID }) {
			c.ID = "" // dropped meanwhile, or saved by nobody yet: it is a new one
		}
		in.Comments = append(in.Comments, workflow.CommentInput{ID: pact.CommentID(c.ID), Clause: pact.ClauseID(c.Clause), Quote: c.Quote,
			Kind: pact.CommentKind(c.Kind), Text: c.Text, Proposal: c.Proposal})
	}
	return in
}

// sendReply saves the draft, or sends the whole: two buttons, and only one of them sends.
func (p *Site) sendReply(v *Visit) error {
	view, err := p.replyPage(v, false)
	if err != nil {
		return err
	}
	view.typed(v)
	do := v.Form.Get("do")
	if do == "send" {
		if _, err := p.Workflow.SendReply(v.R.Context(), v.Call, view.Pact.ID, view.input()); err != nil {
			return p.refuseReply(v, err, view, "")
		}
		return v.Done(view.Path, "reply_sent")
	}
	y, err := p.Workflow.SaveReply(v.R.Context(), v.Call, view.Pact.ID, view.input())
	if v.wantsJSON() {
		return p.answerReply(v, y, err)
	}
	clause, _ := strings.CutPrefix(do, "at:")
	if clause == do {
		clause = ""
	}
	if err != nil {
		return p.refuseReply(v, err, view, clause)
	}
	if clause != "" {
		return v.To(view.Path + "?clause=" + clause + "#new")
	}
	return v.Done(view.Path, "reply_saved")
}

// answerReply tells the script that saves while one types how it went.
func (p *Site) answerReply(v *Visit, y *pact.Reply, err error) error {
	if err != nil {
		e := refusal(err)
		return p.answer(v, p.Status(e), map[string]any{"error": e.Sentence(v.Lang)})
	}
	return p.answer(v, http.StatusOK, map[string]any{"saved": p.Workflow.Clock().In(pact.ICT).Format("15:04:05"), "row": y.RowVersion})
}

// refuseReply draws the page with everything typed. When somebody else of the agency saved meanwhile, theirs stands beside
// it, and sending once more puts this one in its place.
func (p *Site) refuseReply(v *Visit, err error, view *replyPage, clause string) error {
	if errors.Is(err, pact.ErrStale) && view.Reply != nil {
		view.Stale, view.Row = view.Reply, view.Reply.RowVersion
	}
	view.begin(clause)
	return p.refuse(v, err, view.Base, "reply", view)
}

// recordReply enters a paper reply with its scan.
func (p *Site) recordReply(v *Visit) error {
	view, err := p.replyPage(v, true)
	if err != nil {
		return err
	}
	view.typed(v)
	if clause, ok := strings.CutPrefix(v.Form.Get("do"), "at:"); ok {
		view.begin(clause)
		return p.show(v, "reply", view)
	}
	in := workflow.RecordedReply{ReplyInput: view.input()}
	if in.ReceivedAt, err = v.moment("day", "hour"); err == nil {
		in.Scan, err = v.file("scan")
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "reply", view)
	}
	if _, err := p.Workflow.RecordReply(v.R.Context(), v.Call, view.Pact.ID, in); err != nil {
		return p.refuse(v, err, view.Base, "reply", view)
	}
	return v.Done(roundPath(view.Pact.ID, view.Round.Number)+"#agency-"+view.Code, "recorded")
}
