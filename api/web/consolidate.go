package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kyket/internal/worddiff"
	"kyket/pact"
	"kyket/workflow"
)

// deskPage is the consolidation of a round, or the answers in the hall (round 0): one clause at a time, its words, its
// comments, and the words that result.
type deskPage struct {
	*stage
	*workflow.Desk
	Round   int
	Path    string
	Rows    []clauseRow // of the base
	Items   []commentItem
	Here    []commentItem // on the clause that is open
	Clause  clauseRow
	Above   []clauseRow  // what the clause stands below
	Now     *commentItem // the comment that is being answered
	Prev    pact.ClauseID
	Next    pact.ClauseID
	Result  string // the clause's words as they will be
	Gone    bool   // answers have deleted the clause
	Change  []worddiff.Segment
	Targets []targetChange
	Figures []figure
	Places  []place
	Typed   answerTyped
	Label   string // of the version that closing makes
	Done    int    // comments with an answer
	Closed  bool   // the ledger is closed
	Write   bool   // the person may answer now
	WhyNot  *pact.Error
	Reason  string           // for taking the text back
	Stale   *pact.Resolution // what somebody else answered meanwhile
	Hall    hallTyped
}

// commentItem is a comment with its answer.
type commentItem struct {
	pact.Comment
	Who    string
	Label  string
	Answer *pact.Resolution
	Change []worddiff.Segment
	Open   bool // being answered
}

// answerTyped is an answer as it stands in its form.
type answerTyped struct {
	Row                             int64
	Disposition, Reason, NoChange   string
	Dissent                         bool
	Result                          string
	Ops                             []opTyped
	Conflicts                       map[pact.CommentID]bool
	Targets                         []targetTyped
	Drops                           map[string]bool
	FixedTarget                     string
	OpsOpen, TargetsOpen, OtherOpen bool
}

type opTyped struct{ Op, Clause, To, Heading, Text, Cells string }

// targetChange is a target as it is and as it will be.
type targetChange struct {
	Old, New pact.Target
	Drop     bool
}

// figure is a target whose value the resulting words do not state, with the value that they do state.
type figure struct {
	Target     pact.Target
	Text, Said string // the finding; what the words say, empty when that cannot be read
	Link       string // where it is mended
}

// Dispositions lists the decisions on a comment, in the order of their keys 1 to 5.
func (d *deskPage) Dispositions() []pact.Disposition {
	return []pact.Disposition{pact.Accepted, pact.PartlyAccepted, pact.DeclinedExplained, pact.Noted, pact.Forwarded}
}

// ShapeOf is the icon of an answer.
func (d *deskPage) ShapeOf(a *pact.Resolution) string {
	switch {
	case a == nil:
		return "ring"
	case a.Disposition == pact.Accepted:
		return "ok"
	case a.Disposition == pact.PartlyAccepted:
		return "half"
	}
	return "talk"
}

// OpsKinds lists the operations with their names.
func (d *deskPage) OpKinds() [][2]string {
	return [][2]string{{"", d.Say("không", "none")}, {"add", d.Say("thêm", "add")}, {"move", d.Say("chuyển", "move")}, {"delete", d.Say("xóa", "delete")}}
}

// deskPage reads everything; round 0 is the hall.
func (p *Site) deskPage(v *Visit, round int) (*deskPage, error) {
	vi, en := "Tổng hợp, tiếp thu, giải trình", "Consolidation"
	if round == 0 {
		vi, en = "Ý kiến tại hội nghị", "Comments in the hall"
	}
	s, err := p.stage(v, vi, en)
	if err != nil {
		return nil, err
	}
	view := &deskPage{stage: s, Round: round, Path: s.Home() + "/hall"}
	if round != 0 {
		view.Path = roundPath(s.Pact.ID, round) + "/consolidate"
	}
	q := v.R.URL.Query()
	comment, clause := pact.CommentID(q.Get("comment")), pact.ClauseID(q.Get("c"))
	if v.Form.Has("comment") {
		comment, clause = pact.CommentID(v.Form.Get("comment")), ""
	}
	if view.Desk, err = p.Workflow.Desk(v.R.Context(), v.Call, s.Pact.ID, round, comment); err != nil {
		return nil, err
	}
	view.Closed = view.Desk.Round != nil && !view.Desk.Round.LedgerClosedAt.IsZero()
	view.items()
	view.open(comment, clause)
	view.Write = s.May("comment_resolve") && !view.Closed && (round == 0) == (s.Pact.State == pact.Agreed)
	view.WhyNot = s.Blocked("comment_resolve")
	view.Label = fmt.Sprintf("v%d", s.Pact.Text+1)
	if view.Now != nil && !view.Now.Open {
		view.Now = nil
	}
	view.load(p)
	return view, nil
}

// items lists the comments in the order of their numbers, each with its answer.
func (d *deskPage) items() {
	for _, c := range d.Comments {
		it := commentItem{Comment: c, Who: d.Agency(c.Agency), Label: d.Version.Content.LabelOf(c.Clause)}
		for i := range d.Answers {
			if d.Answers[i].Comment == c.ID {
				it.Answer = &d.Answers[i]
				d.Done++
			}
		}
		it.Change = proposed(d.Version.Content.Find(c.Clause), c.Quote, c.Proposal)
		d.Items = append(d.Items, it)
	}
	slices.SortFunc(d.Items, func(a, b commentItem) int { return a.Number - b.Number })
	d.Rows = rowsOf(&d.Version.Content)
}

// open picks the comment and its clause: what the address names, else the first that waits, else the first at all.
func (d *deskPage) open(comment pact.CommentID, clause pact.ClauseID) {
	pick := func(want func(commentItem) bool) bool {
		i := slices.IndexFunc(d.Items, want)
		if i >= 0 {
			d.Items[i].Open = true
			d.Now, clause = &d.Items[i], d.Items[i].Clause
		}
		return i >= 0
	}
	waits := func(c commentItem) bool { return c.Answer == nil }
	switch {
	case comment != "" && pick(func(c commentItem) bool { return c.ID == comment }):
	case clause != "":
		if !pick(func(c commentItem) bool { return c.Clause == clause && waits(c) }) {
			d.Now = nil
		}
	case pick(waits):
	case len(d.Items) > 0:
		clause = d.Items[0].Clause
	}
	for i, r := range d.Rows {
		if r.ID != clause && !(clause == "" && i == 0) {
			continue
		}
		d.Clause = r
		if i > 0 {
			d.Prev = d.Rows[i-1].ID
		}
		if i+1 < len(d.Rows) {
			d.Next = d.Rows[i+1].ID
		}
	}
	if d.Clause.Clause == nil && len(d.Rows) > 0 {
		d.Clause = d.Rows[0]
	}
	for _, r := range d.Rows {
		if strings.HasPrefix(string(d.Clause.Anchor), string(r.Anchor)+".") {
			d.Above = append(d.Above, r)
		}
	}
	var quotes, refs []string
	for _, it := range d.Items {
		if it.Clause == d.Clause.ID {
			d.Here = append(d.Here, it)
			quotes, refs = append(quotes, it.Quote), append(refs, strconv.Itoa(it.Number))
		}
	}
	if len(quotes) > 0 {
		d.Clause.Marks = mark(d.Clause.Clause.Text, quotes, refs)
	}
}

// Dots are the comments on a clause, one dot each.
func (d *deskPage) Dots(id pact.ClauseID) (out []commentItem) {
	for _, it := range d.Items {
		if it.Clause == id {
			out = append(out, it)
		}
	}
	return out
}

// Unanswered counts the comments on a clause without an answer.
func (d *deskPage) Unanswered(id pact.ClauseID) (n int) {
	for _, it := range d.Dots(id) {
		if it.Answer == nil {
			n++
		}
	}
	return n
}

// LinkOf is where an open item is settled.
func (d *deskPage) LinkOf(ref string) string {
	if id, ok := strings.CutPrefix(ref, "comment/"); ok {
		return d.Path + "?comment=" + id + "#cm-" + id
	}
	if id, ok := strings.CutPrefix(ref, "clause/"); ok {
		return d.Path + "?c=" + id + "#panes"
	}
	return d.Path + "#panes"
}

// ChangesText says whether the answers change the text at all.
func (d *deskPage) ChangesText() bool {
	return slices.ContainsFunc(d.Answers, func(a pact.Resolution) bool { return a.Changes() || len(a.Targets) > 0 })
}

// IsLast says whether this is the pact's newest round.
func (d *deskPage) IsLast() bool { return d.Round == d.Pact.Rounds }

// Conflict says whether a conflict is marked between the comment that is open and another one.
func (d *deskPage) Conflict(id pact.CommentID) bool { return d.Typed.Conflicts[id] }

func (p *Site) consolidate(v *Visit) error {
	n := v.number("n")
	if n < 1 {
		return pact.ErrNotFound.With("what", "đợt góp ý / round")
	}
	view, err := p.deskPage(v, n)
	var e *pact.Error
	if errors.As(err, &e) && e.Code == "round_open" { // the round's page says what is still to come
		return v.To(roundPath(v.Pact(), n))
	}
	if err != nil {
		return err
	}
	return p.show(v, "consolidate", view)
}
