package web

import (
	"slices"
	"strings"

	"kyket/internal/worddiff"
	"kyket/pact"
)

// load puts the stored answer, or a new one, into the form and shows what it makes of the clause.
func (d *deskPage) load(p *Site) {
	d.Places = placesIn(&d.Text)
	cl := d.Text.Find(d.Clause.ID)
	d.Gone = cl == nil
	if cl != nil {
		d.Result = cl.Text
	}
	if d.Clause.Clause != nil {
		d.Change = worddiff.Diff(d.Clause.Clause.Text, d.Result)
	}
	d.bind()
	if d.Now == nil {
		return
	}
	t := answerTyped{Result: d.Result, Conflicts: map[pact.CommentID]bool{}, Drops: map[string]bool{}}
	if a := d.Now.Answer; a != nil {
		t.Row, t.Disposition, t.Reason, t.NoChange, t.Dissent = a.RowVersion, string(a.Disposition), a.Reason, a.NoTextChange, a.Dissent
		if a.NewText != nil {
			t.Result = *a.NewText
		}
		for _, o := range a.Operations {
			t.Ops = append(t.Ops, opTyped{string(o.Op), string(o.Clause), string(o.To), o.Heading, o.Text, strings.Join(o.Cells, "\n")})
		}
		for _, id := range a.Conflicts {
			t.Conflicts[id] = true
		}
		for _, c := range a.Targets {
			if c.Drop {
				t.Drops[string(c.Target)] = true
			}
		}
	}
	t.TargetsOpen = slices.ContainsFunc(d.Figures, func(f figure) bool { return f.Target.Clause == d.Clause.ID })
	t.OpsOpen, t.OtherOpen = len(t.Ops) > 0, t.NoChange != "" || t.Dissent || len(t.Conflicts) > 0
	t.Ops = append(t.Ops, opTyped{Clause: string(d.Clause.ID)})
	for _, x := range d.Targets {
		t.Targets = append(t.Targets, typedTarget(x.New))
	}
	d.Typed = t
}

func typedTarget(t pact.Target) targetTyped {
	return targetTyped{ID: string(t.ID), Clause: string(t.Clause), Block: t.Block, Indicator: t.Indicator, Unit: t.Unit, Op: t.Op,
		Value: t.Value.Vietnamese(), Max: t.MaxScore.Vietnamese(), Source: t.Source, Veto: t.Veto}
}

// bind lists the targets of the clause, before and after, and those that the words do not state.
func (d *deskPage) bind() {
	for _, t := range d.Version.Content.Targets {
		if t.Clause != d.Clause.ID {
			continue
		}
		x := targetChange{Old: t, New: t, Drop: true}
		for _, n := range d.Text.Targets {
			if n.ID == t.ID {
				x.New, x.Drop = n, false
			}
		}
		d.Targets = append(d.Targets, x)
	}
	for _, n := range d.Text.Targets {
		if n.Clause == d.Clause.ID && !slices.ContainsFunc(d.Targets, func(x targetChange) bool { return x.New.ID == n.ID }) {
			d.Targets = append(d.Targets, targetChange{New: n})
		}
	}
	for _, f := range d.Text.FigureFindings() {
		id, _ := strings.CutPrefix(f.Ref, "target/")
		for _, t := range d.Text.Targets {
			if string(t.ID) == id {
				d.Figures = append(d.Figures, d.figure(t, f))
			}
		}
	}
}

// figure is a target that the words do not state: mended with the answer that is open, or with the last one that changed
// the clause.
func (d *deskPage) figure(t pact.Target, f pact.Detail) figure {
	fig := figure{Target: t, Text: d.Finding(f), Link: d.Path + "?c=" + string(t.Clause) + "#panes"}
	if t.Clause == d.Clause.ID {
		fig.Said = said(d.Result, d.Clause.Clause.Text, t)
	}
	for _, it := range d.Items {
		if it.Clause == t.Clause && it.Answer != nil && it.Answer.Disposition.Accepts() {
			fig.Link = d.Path + "?comment=" + string(it.ID) + "#cm-" + string(it.ID)
		}
	}
	return fig
}
