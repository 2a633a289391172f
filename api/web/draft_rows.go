package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kyket/internal/worddiff"
	"kyket/pact"
	"kyket/workflow"
)

// stage is what every page about one pact has: the pact, its cluster, and what the person may do now.
type stage struct {
	*Base
	Pact    *pact.Pact
	Cluster *pact.Cluster
	acts    map[pact.Act]pact.Permission
	today   pact.Date
}

// stage reads the pact of the address; whoever may not see it is told that there is none.
func (p *Site) stage(v *Visit, vi, en string) (*stage, error) {
	x, err := p.Workflow.Pact(v.R.Context(), v.Call, v.Pact())
	if err != nil {
		return nil, err
	}
	cl, err := p.Workflow.Cluster(v.R.Context(), v.Call, x.Cluster)
	if err != nil {
		return nil, err
	}
	list, err := p.Workflow.Actions(v.R.Context(), v.Call, x.ID, "")
	if err != nil {
		return nil, err
	}
	s := &stage{Base: p.base(v, "pacts", vi, en), Pact: x, Cluster: cl, acts: map[pact.Act]pact.Permission{}, today: pact.DateIn(p.Workflow.Clock())}
	s.Modules = []string{"text.js"}
	for _, a := range list {
		s.acts[a.Act] = a
	}
	return s, nil
}

// Home is the address of the pact's own page.
func (s *stage) Home() string { return "/pacts/" + string(s.Pact.ID) }

// When is a time in Vietnam; a page whose own address is At still has it.
func (s *stage) When(t time.Time) string { return s.Base.At(t) }

// May says whether the person can do an act now; Blocked is the reason why not.
func (s *stage) May(act string) bool { return s.acts[pact.Act(act)].Allowed }

// Blocked is the reason why an act is not possible; nil when it is.
func (s *stage) Blocked(act string) *pact.Error { return s.acts[pact.Act(act)].Why }

// Permitted says whether the person's role allows an act in some state of the pact.
func (s *stage) Permitted(v *Visit, act pact.Act, agency pact.AgencyCode, at *Site) bool {
	return pact.Permit(v.Call.Actor, act, pact.Subject{Cluster: s.Pact.Cluster, Agency: agency, At: at.Workflow.Clock()}) == nil
}

// Agency is the agency's name today.
func (s *stage) Agency(code pact.AgencyCode) string {
	if n := s.Cluster.NameOn(code, s.today); n != "" {
		return n
	}
	return string(code)
}

// clauseRow is a clause as a page sets it.
type clauseRow struct {
	*pact.Clause
	Anchor pact.Anchor
	Label  string // as printed: "1.", "đ)"
	Name   string // as a sentence says it: "khoản 1 Điều 2"
	Short  string // for narrow places: "Đ2.1"
	Depth  int    // 0: the top of the text
	Marks  []piece
}

// piece is a run of a clause's words; a marked one is what comments quote.
type piece struct {
	Text string
	Refs []string // numbers of the comments that quote it
}

// rowsOf lists a text in reading order.
func rowsOf(c *pact.Content) []clauseRow {
	var out []clauseRow
	c.Walk(func(a pact.Anchor, label string, cl *pact.Clause) {
		out = append(out, clauseRow{Clause: cl, Anchor: a, Label: label, Name: a.Name(), Short: shortName(a), Depth: strings.Count(string(a), ".")})
	})
	return out
}

// Head says whether the clause is set as a heading of its own.
func (r clauseRow) Head() bool {
	return r.Kind == pact.Article || r.Kind == pact.Part || r.Kind == pact.Annex
}

// Tag is the mark of the clause's words.
func (r clauseRow) Tag() string { return r.Clause.Tag() }

// Title is the clause in a tree: its label and heading, or the beginning of its words.
func (r clauseRow) Title() string {
	words := r.Heading
	if words == "" {
		words = r.Words()
	}
	if list := []rune(words); len(list) > 60 {
		words = strings.TrimSpace(string(list[:58])) + "…"
	}
	if r.Kind == pact.Preamble {
		return "Mở đầu"
	}
	return strings.TrimSpace(r.Label + " " + words)
}

// shortName is "Đ2.1a", "II.A.3", "PL II.4".
func shortName(a pact.Anchor) string {
	var b strings.Builder
	for i, part := range strings.Split(string(a), ".") {
		j := strings.LastIndexByte(part, '-')
		kind, n := part, part
		if j > 0 {
			kind, n = part[:j], part[j+1:]
		}
		if n == "dd" {
			n = "đ"
		}
		switch {
		case part == string(pact.Preamble):
			return "MĐ"
		case kind == string(pact.Article):
			b.WriteString("Đ" + n)
		case kind == string(pact.Annex):
			b.WriteString("PL " + n)
		case kind == string(pact.Point):
			b.WriteString(n)
		case i == 0:
			b.WriteString(n)
		default:
			b.WriteString("." + n)
		}
	}
	return b.String()
}

// mark cuts a text where comments quote it; refs are the comments' numbers by quote. Of overlapping quotes the first counts.
func mark(text string, quotes []string, refs []string) []piece {
	type span struct{ from, to int }
	var spans []span
	at := map[span][]string{}
	for i, q := range quotes {
		if q == "" {
			continue
		}
		k := strings.Index(text, q)
		if k < 0 {
			continue
		}
		s := span{k, k + len(q)}
		if at[s] == nil && slices.ContainsFunc(spans, func(o span) bool { return s.from < o.to && o.from < s.to }) {
			continue
		}
		if at[s] == nil {
			spans = append(spans, s)
		}
		at[s] = append(at[s], refs[i])
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out []piece
	last := 0
	for _, s := range spans {
		if s.from > last {
			out = append(out, piece{Text: text[last:s.from]})
		}
		out = append(out, piece{text[s.from:s.to], at[s]})
		last = s.to
	}
	if last < len(text) {
		out = append(out, piece{Text: text[last:]})
	}
	return out
}

// proposed shows a proposal as a change: of the whole clause when it keeps at least half of it, else of the words that it
// quotes when the two have most in common. A remark such as "bỏ cụm từ này" is no change of words.
func proposed(cl *pact.Clause, quote, proposal string) []worddiff.Segment {
	if cl == nil || proposal == "" {
		return nil
	}
	if list := worddiff.Diff(cl.Text, proposal); kept(list)*2 >= len(cl.Text) && cl.Text != "" {
		return list
	}
	if list := worddiff.Diff(quote, proposal); quote != "" && kept(list)*5 >= len(quote)*3 && kept(list)*2 >= len(proposal) {
		return list
	}
	return nil
}

// kept counts the bytes that both texts have.
func kept(list []worddiff.Segment) (n int) {
	for _, s := range list {
		if s.Op == worddiff.Equal {
			n += len(s.Text)
		}
	}
	return n
}

// inputOf is a text as EditDraft takes it.
func inputOf(c pact.Content) workflow.ContentInput {
	in := workflow.ContentInput{Structure: c.Structure, TypeName: c.TypeName, Subject: c.Subject, Theme: c.Theme, Effective: c.Effective,
		Bases: c.Bases, Registrations: c.Registrations, Recipients: c.Recipients}
	c.Walk(func(a pact.Anchor, _ string, cl *pact.Clause) {
		in.Clauses = append(in.Clauses, pact.Placed{ID: cl.ID, Anchor: a, Heading: cl.Heading, Text: cl.Text, Cells: cl.Cells, Table: cl.Table})
	})
	for _, t := range c.Targets {
		in.Targets = append(in.Targets, workflow.TargetInput{Target: t})
	}
	return in
}

// number reads a part of the address that counts something.
func (v *Visit) number(name string) int {
	n, err := strconv.Atoi(v.Param(name))
	if err != nil || n < 1 || strconv.Itoa(n) != v.Param(name) {
		return -1
	}
	return n
}

// day reads a date field; what is no date is refused by the field's name.
func (v *Visit) day(name string) (pact.Date, error) {
	d, err := pact.ParseDate(strings.TrimSpace(v.Form.Get(name)))
	if err != nil {
		return d, pact.ErrField.With("field", name).With("value", v.Form.Get(name))
	}
	return d, nil
}

// trimmed is a one-line field.
func (v *Visit) trimmed(name string) string { return strings.TrimSpace(v.Form.Get(name)) }
