package web

import (
	"errors"
	"fmt"
	"strings"

	"kyket/pact"
)

// draftPage is the text being written: the tree on the left, the paper in the middle, what to check on the right.
type draftPage struct {
	*stage
	Draft  *pact.Draft
	Rows   []clauseRow
	Places []place
	// Edit is the clause that is open, with what was typed; Theirs is what somebody else saved meanwhile.
	Edit   pact.ClauseID
	Typed  clauseTyped
	Theirs *pact.Clause
	// Columns and Source are of the table of the annex that is open.
	Columns, Source string
	// Panel is the part of the text beside the clauses that is open: head, bases, targets, registrations, recipients, add.
	Panel string
	Added addTyped
	Lists draftLists
	// Checks are the findings, each with the place that it is about.
	Checks []finding
	Hard   int
}

// clauseTyped is a clause as it stands in its form.
type clauseTyped struct {
	Was, Heading, Text string
	Cells              []cellTyped
}

type cellTyped struct{ Name, Value string }

// addTyped is a clause that is about to be added.
type addTyped struct{ To, Heading, Text, Cells string }

// finding is one thing to mend; Soft ones stop nothing.
type finding struct {
	Text, Link string
	Soft       bool
}

func (p *Site) draftPage(v *Visit) (*draftPage, error) {
	s, err := p.stage(v, "Soạn dự thảo", "Write the draft")
	if err != nil {
		return nil, err
	}
	view := &draftPage{stage: s}
	if view.Draft, err = p.Workflow.Draft(v.R.Context(), v.Call, s.Pact.ID); err != nil {
		return nil, err
	}
	c := &view.Draft.Content
	q := v.R.URL.Query()
	view.Rows, view.Places, view.Panel = rowsOf(c), placesIn(c), q.Get("panel")
	view.Lists = listsOf(c)
	view.open(pact.ClauseID(q.Get("edit")))
	view.check()
	view.Added.To = q.Get("to")
	return view, nil
}

// open puts a clause into the form.
func (d *draftPage) open(id pact.ClauseID) {
	cl := d.Draft.Content.Find(id)
	if cl == nil {
		return
	}
	d.Edit = id
	d.Typed = clauseTyped{Was: cl.Tag(), Heading: cl.Heading, Text: cl.Text}
	if cl.Kind == pact.Row {
		d.Typed.Cells = d.cells(cl)
	}
	if cl.Table != nil {
		d.Columns, d.Source = strings.Join(cl.Table.Columns, "\n"), string(cl.Table.Content)
	}
}

// cells names a row's cells by the columns of its table.
func (d *draftPage) cells(cl *pact.Clause) (out []cellTyped) {
	var columns []string
	for _, annex := range d.Draft.Content.Clauses {
		for _, row := range annex.Children {
			if row == cl && annex.Table != nil {
				for _, s := range annex.Table.Columns {
					if s != "STT" {
						columns = append(columns, s)
					}
				}
			}
		}
	}
	for i := range max(len(columns), len(cl.Cells)) {
		c := cellTyped{Name: d.Say("Ô %d", "Cell %d", i+1)}
		if i < len(columns) {
			c.Name = columns[i]
		}
		if i < len(cl.Cells) {
			c.Value = cl.Cells[i]
		}
		out = append(out, c)
	}
	return out
}

// check gathers what is to be mended before the text is sent out; the hard findings come first.
func (d *draftPage) check() {
	c := &d.Draft.Content
	take := func(list []pact.Detail, soft bool) {
		for _, x := range list {
			d.Checks = append(d.Checks, finding{Text: d.Finding(x), Link: d.linkTo(x.Ref), Soft: soft})
			if !soft {
				d.Hard++
			}
		}
	}
	var e *pact.Error
	if errors.As(c.Check(), &e) {
		take(e.Details, false)
	}
	take(c.MemberFindings(d.Cluster), false)
	take(c.FigureFindings(), true)
	on := c.Effective.From
	if on.IsZero() {
		on = d.today
	}
	take(c.BasisFindings(on), true)
	take(c.ReferenceFindings(), true)
}

// linkTo is where a finding is mended.
func (d *draftPage) linkTo(ref string) string {
	at := d.Home() + "/draft"
	switch {
	case strings.HasPrefix(ref, "clause/"):
		id := strings.TrimPrefix(ref, "clause/")
		return at + "?edit=" + id + "#clause-" + id
	case strings.HasPrefix(ref, "target/"):
		return at + "?panel=targets#targets"
	case strings.HasPrefix(ref, "bases"):
		return at + "?panel=bases#bases"
	case strings.HasPrefix(ref, "registrations"):
		return at + "?panel=registrations#registrations"
	case strings.HasPrefix(ref, "recipients"):
		return at + "?panel=recipients#recipients"
	}
	return at + "?panel=head#head"
}

// BasisWarning is what to know about the validity of the i-th basis.
func (d *draftPage) BasisWarning(i int) string {
	on := d.Draft.Content.Effective.From
	if on.IsZero() {
		on = d.today
	}
	for _, x := range d.Draft.Content.BasisFindings(on) {
		if x.Ref == fmt.Sprintf("bases[%d]", i) {
			return d.Finding(x)
		}
	}
	return ""
}

// TargetsOf lists the targets bound to a clause.
func (d *draftPage) TargetsOf(id pact.ClauseID) []pact.Target {
	return targetsOf(d.Draft.Content.Targets, id)
}

func targetsOf(all []pact.Target, id pact.ClauseID) (out []pact.Target) {
	for _, t := range all {
		if t.Clause == id {
			out = append(out, t)
		}
	}
	return out
}

func (p *Site) draft(v *Visit) error {
	view, err := p.draftPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "draft", view)
}

// editDraft does what the form asks for: one part of the text at a time.
func (p *Site) editDraft(v *Visit) error {
	at := "/pacts/" + string(v.Pact()) + "/draft"
	var err error
	switch do := v.Form.Get("do"); do {
	case "clause", "next":
		return p.saveClause(v, at, do == "next")
	case "add":
		at, err = p.addClause(v, at)
	case "move":
		id := pact.ClauseID(v.Form.Get("clause"))
		err = p.changeDraft(v, func(c *pact.Content) error { return moveClause(c, id, pact.Anchor(v.Form.Get("to"))) })
		at += "#clause-" + string(id)
	case "table":
		id := pact.ClauseID(v.Form.Get("clause"))
		err = p.changeDraft(v, func(c *pact.Content) error { return changeTable(c, id, v) })
		at += "?edit=" + string(id) + "#clause-" + string(id)
	case "delete":
		err = p.changeDraft(v, func(c *pact.Content) error {
			return deleteClause(c, pact.ClauseID(v.Form.Get("clause")), v.Form.Get("was"))
		})
	default:
		err = p.changeDraft(v, func(c *pact.Content) error { return changeList(c, v, do) })
		at += "?panel=" + do + "#" + do
	}
	if err != nil {
		return p.refuseDraft(v, err)
	}
	return v.Done(at, "saved")
}

// refuseDraft draws the page with what was typed in the part that was sent.
func (p *Site) refuseDraft(v *Visit, refused error) error {
	view, err := p.draftPage(v)
	if err != nil {
		return err
	}
	id := pact.ClauseID(v.Form.Get("clause"))
	switch do := v.Form.Get("do"); do {
	case "clause", "next":
		view.open(id)
		cl := view.Draft.Content.Find(id)
		if cl != nil && errors.Is(refused, pact.ErrStale) {
			view.Theirs = cl
		}
		view.Typed.Heading, view.Typed.Text = v.Text("heading"), v.Text("text")
		for i := range view.Typed.Cells {
			view.Typed.Cells[i].Value = v.Text(fmt.Sprintf("cell.%d", i))
		}
	case "add":
		view.Panel = "add"
		view.Added = addTyped{v.Form.Get("to"), v.Text("heading"), v.Text("text"), v.Text("cells")}
	case "move", "delete":
		view.open(id)
	case "table":
		view.open(id)
		view.Columns, view.Source = v.Text("columns"), v.Form.Get("content")
	default:
		view.Panel = do
		view.Lists = typedLists(v, view.Lists, do)
	}
	return p.refuse(v, refused, view.Base, "draft", view)
}
