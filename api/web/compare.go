package web

import (
	"slices"
	"strconv"
	"strings"

	"kyket/internal/worddiff"
	"kyket/pact"
)

// comparePage sets two versions against each other, clause by clause and word by word.
type comparePage struct {
	*stage
	Versions []*pact.Version
	A, B     *pact.Version
	Items    []changeRow
	Changed  int // clauses that differ in any way
	Kept     int
	Targets  []targetChange
	Parts    []partChange
}

// partChange is a part of the text beside the clauses that differs.
type partChange struct {
	Name   string
	Change []worddiff.Segment
}

// changeRow is one clause of either version.
type changeRow struct {
	clauseRow
	Old, New         []worddiff.Segment // the two sides
	Inline           []worddiff.Segment
	HeadInline       []worddiff.Segment
	Added, Deleted   bool
	Moved            bool
	Before           string // what the place was called, when the clause moved or was numbered anew
	Places           int    // places with other words
	Number           int    // of the change, from 1; 0: the clause stayed as it was
	PrevNum, NextNum int
	Why              []reasonLink
}

// reasonLink is a comment whose answer changed a clause.
type reasonLink struct {
	Number int
	Path   string
}

// Changes says whether anything about the clause differs.
func (c changeRow) Changes() bool { return c.Added || c.Deleted || c.Moved || c.Places > 0 }

func (p *Site) compare(v *Visit) error {
	s, err := p.stage(v, "So sánh", "Compare")
	if err != nil {
		return err
	}
	view := &comparePage{stage: s}
	if view.Versions, err = p.Workflow.Versions(v.R.Context(), v.Call, s.Pact.ID); err != nil {
		return err
	}
	if len(view.Versions) == 0 {
		return p.show(v, "compare", view)
	}
	pick := func(name string, otherwise int) (*pact.Version, error) {
		n := otherwise
		if q := v.R.URL.Query().Get(name); q != "" {
			if n, err = strconv.Atoi(q); err != nil {
				n = 0
			}
		}
		for _, x := range view.Versions {
			if x.Number == n {
				return x, nil
			}
		}
		return nil, pact.ErrNotFound.With("what", s.Say("bản ", "version ")+strconv.Itoa(n))
	}
	last := len(view.Versions)
	if view.A, err = pick("a", view.Versions[max(0, last-2)].Number); err != nil {
		return err
	}
	if view.B, err = pick("b", view.Versions[last-1].Number); err != nil {
		return err
	}
	view.Title = s.Say("So sánh %s và %s", "%s and %s compared", view.A.Label, view.B.Label)
	view.compare()
	if err := p.reasons(v, view); err != nil {
		return err
	}
	return p.show(v, "compare", view)
}

// reasons names the comments whose answers made each change between the two versions.
func (p *Site) reasons(v *Visit, c *comparePage) error {
	why := map[pact.ClauseID][]reasonLink{}
	for _, x := range c.Versions {
		round, isRound := strings.CutPrefix(x.Cause, "round-")
		if x.Number <= c.A.Number || x.Number > c.B.Number || !isRound && x.Cause != "hall" {
			continue
		}
		n, _ := strconv.Atoi(round) // "hall": 0, which is the hall
		d, err := p.Workflow.Desk(v.R.Context(), v.Call, c.Pact.ID, n, "")
		if err != nil {
			return err
		}
		at := c.Home() + "/hall"
		if n > 0 {
			at = roundPath(c.Pact.ID, n) + "/consolidate"
		}
		for _, a := range d.Answers {
			i := slices.IndexFunc(d.Comments, func(m pact.Comment) bool { return m.ID == a.Comment })
			if i < 0 {
				continue
			}
			link := reasonLink{d.Comments[i].Number, at + "?comment=" + string(a.Comment) + "#cm-" + string(a.Comment)}
			for _, id := range touched(d.Comments[i], a) {
				why[id] = append(why[id], link)
			}
		}
	}
	for i := range c.Items {
		if c.Items[i].Number > 0 {
			c.Items[i].Why = why[c.Items[i].ID]
		}
	}
	return nil
}

// touched lists the clauses that an answer changes.
func touched(m pact.Comment, a pact.Resolution) (out []pact.ClauseID) {
	if a.NewText != nil {
		out = append(out, m.Clause)
	}
	for i, o := range a.Operations {
		id := o.Clause
		if o.Op == pact.OpAdd {
			id = pact.AddedClause(m.Number, i+1)
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// compare fills the page from the two versions.
func (c *comparePage) compare() {
	a, b := &c.A.Content, &c.B.Content
	c.Items = changesOf(a, b)
	last := 0
	for i := range c.Items {
		it := &c.Items[i]
		if !it.Changes() {
			c.Kept++
			continue
		}
		c.Changed++
		it.Number, it.PrevNum = c.Changed, last
		last = c.Changed
	}
	for i := range c.Items {
		if n := c.Items[i].Number; n > 0 && n < c.Changed {
			c.Items[i].NextNum = n + 1
		}
	}
	c.Targets = changedTargets(a.Targets, b.Targets)
	part := func(name, x, y string) {
		if x != y {
			c.Parts = append(c.Parts, partChange{name, worddiff.Diff(x, y)})
		}
	}
	part(c.Say("Trích yếu", "Subject"), a.Subject, b.Subject)
	part(c.Say("Chủ đề", "Theme"), a.Theme, b.Theme)
	part(c.Say("Căn cứ", "Legal bases"), basesText(a.Bases), basesText(b.Bases))
	part(c.Say("Hiệu lực", "In effect"), c.Day(a.Effective.From)+" – "+c.Day(a.Effective.To), c.Day(b.Effective.From)+" – "+c.Day(b.Effective.To))
}

func basesText(list []pact.Basis) string {
	s := ""
	for _, b := range list {
		s += b.Text + ";\n"
	}
	return s
}
