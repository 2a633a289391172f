package web

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"kyket/internal/worddiff"
	"kyket/pact"
	"kyket/workflow"
)

// changeDesk does what a form of the consolidation asks for.
func (p *Site) changeDesk(v *Visit) error {
	n := v.number("n")
	if n < 1 {
		return pact.ErrNotFound.With("what", "đợt góp ý / round")
	}
	ctx, id, at := v.R.Context(), v.Pact(), roundPath(v.Pact(), n)+"/consolidate"
	var err error
	switch do := v.Form.Get("do"); do {
	case "close":
		if _, err = p.Workflow.CloseLedger(ctx, v.Call, id, n, v.trimmed("label")); err == nil {
			return v.Done(at, "ledger")
		}
	case "agree":
		if _, err = p.Workflow.AgreeText(ctx, v.Call, id); err == nil {
			return v.Done(at, "agreed")
		}
	case "reopen":
		if _, err = p.Workflow.ReopenText(ctx, v.Call, id, v.Text("reason")); err == nil {
			return v.Done(at, "reopened")
		}
	default:
		return p.answerComment(v, n, "consolidate")
	}
	view, e := p.deskPage(v, n)
	if e != nil {
		return e
	}
	if v.Form.Has("label") {
		view.Label = v.trimmed("label")
	}
	view.Reason = v.Text("reason")
	return p.refuse(v, err, view.Base, "consolidate", view)
}

// answerComment saves the answer to a comment and goes to the next one that waits.
func (p *Site) answerComment(v *Visit, round int, page string) error {
	view, err := p.deskPage(v, round)
	if err != nil {
		return err
	}
	if view.Now == nil {
		return pact.ErrNotFound.With("what", view.Say("ý kiến", "comment"))
	}
	view.typed(v)
	in, err := view.input()
	if err == nil {
		_, err = p.Workflow.Resolve(v.R.Context(), v.Call, view.Pact.ID, in)
	}
	if errors.Is(err, pact.ErrStale) && view.Now.Answer != nil {
		// The other one's answer is shown above; sending once more puts this one in its place.
		view.Typed.Row, view.Stale = view.Now.Answer.RowVersion, view.Now.Answer
	}
	if err != nil {
		return p.refuse(v, err, view.Base, page, view)
	}
	if v.Form.Get("do") == "stay" || strings.HasPrefix(v.Form.Get("do"), "fix:") {
		return v.Done(view.Path+"?comment="+string(in.Comment)+"#cm-"+string(in.Comment), "resolved")
	}
	return v.Done(view.Path+"#panes", "resolved")
}

// typed takes what was sent into the page.
func (d *deskPage) typed(v *Visit) {
	t := answerTyped{Disposition: v.Form.Get("disposition"), Reason: v.Text("reason"), NoChange: v.Text("no_change"), Dissent: v.Form.Get("dissent") != "",
		Result: v.Text("result"), Conflicts: map[pact.CommentID]bool{}, Drops: map[string]bool{}}
	t.Row, _ = strconv.ParseInt(v.Form.Get("row"), 10, 64)
	for _, id := range v.Form["conflict"] {
		t.Conflicts[pact.CommentID(id)] = true
	}
	v.rows("o", "op", func(get func(string) string) {
		if get("op") != "" {
			t.Ops = append(t.Ops, opTyped{get("op"), get("clause"), get("to"), get("heading"), get("text"), get("cells")})
		}
	})
	for i := 0; v.Form.Has(fmt.Sprintf("t.%d.value", i)) && i < len(d.Targets); i++ {
		get := func(name string) string { return v.trimmed(fmt.Sprintf("t.%d.%s", i, name)) }
		x := typedTarget(d.Targets[i].New)
		x.Op, x.Value, x.Unit, x.Max = get("op"), get("value"), get("unit"), get("max")
		t.Targets = append(t.Targets, x)
		t.Drops[x.ID] = get("drop") != ""
	}
	if id, value, ok := strings.Cut(strings.TrimPrefix(v.Form.Get("do"), "fix:"), "="); ok {
		for i := range t.Targets {
			if t.Targets[i].ID == id {
				t.Targets[i].Value = value
			}
		}
	}
	t.OpsOpen, t.OtherOpen, t.TargetsOpen = len(t.Ops) > 0, t.NoChange != "" || t.Dissent || len(t.Conflicts) > 0, true
	d.Typed = t
	d.Result = t.Result
	d.Change = worddiff.Diff(d.Clause.Clause.Text, t.Result)
	d.Typed.Ops = append(d.Typed.Ops, opTyped{Clause: string(d.Clause.ID)})
}

// input is what was typed as the act takes it.
func (d *deskPage) input() (workflow.ResolveInput, error) {
	t := d.Typed
	in := workflow.ResolveInput{Comment: d.Now.ID, Disposition: pact.Disposition(t.Disposition), Reason: t.Reason, NoTextChange: t.NoChange,
		Dissent: t.Dissent, RowVersion: t.Row}
	for _, it := range d.Items { // in the order of the comments, not of a map
		if t.Conflicts[it.ID] {
			in.Conflicts = append(in.Conflicts, it.ID)
		}
	}
	for _, o := range t.Ops {
		if o.Op == "" {
			continue
		}
		op := pact.Operation{Op: pact.OpKind(o.Op)}
		switch op.Op {
		case pact.OpAdd:
			op.To, op.Heading, op.Text, op.Cells = pact.Anchor(o.To), o.Heading, o.Text, lines(o.Cells)
		case pact.OpMove:
			op.Clause, op.To = pact.ClauseID(o.Clause), pact.Anchor(o.To)
		default:
			op.Clause = pact.ClauseID(o.Clause)
		}
		in.Operations = append(in.Operations, op)
	}
	in.NewText = d.newText(in)
	var err error
	in.Targets, err = d.targetChanges()
	return in, err
}

// newText says whether the words in the result are this answer's: when they differ from what the other answers make of the
// clause, or when it accepts and shares the words that others have changed already.
func (d *deskPage) newText(in workflow.ResolveInput) *string {
	if d.Clause.Kind == pact.Row {
		return nil
	}
	result := strings.TrimSpace(d.Typed.Result)
	base, others := d.Clause.Clause.Text, ""
	if cl := d.Others.Find(d.Clause.ID); cl != nil {
		others = cl.Text
	} else if result == "" {
		return nil // the clause is gone, and that is what the field shows
	}
	switch {
	case result != others:
		return &result
	case in.Disposition.Accepts() && result != base && in.NoTextChange == "" && len(in.Operations) == 0:
		return &result
	}
	return nil
}

// targetChanges are the targets of the clause that this answer changes: what differs from the base, or had its change
// in this answer before.
func (d *deskPage) targetChanges() (out []pact.TargetChange, err error) {
	for i, x := range d.Typed.Targets {
		now := d.Targets[i]
		other := now.Old
		for _, t := range d.Others.Targets {
			if t.ID == now.New.ID {
				other = t
			}
		}
		if d.Typed.Drops[x.ID] {
			out = append(out, pact.TargetChange{Target: pact.TargetID(x.ID), Drop: true})
			continue
		}
		n := now.New
		n.Op, n.Unit = x.Op, x.Unit
		if n.Value, err = decimal(x.Value); err != nil {
			return nil, err
		}
		n.MaxScore = ""
		if x.Max != "" {
			if n.MaxScore, err = decimal(x.Max); err != nil {
				return nil, err
			}
		}
		if n != other {
			out = append(out, pact.TargetChange{Target: n.ID, Set: &n})
		}
	}
	if d.Now.Answer != nil { // changes of targets elsewhere, which the form does not show, stay
		for _, c := range d.Now.Answer.Targets {
			shown := false
			for _, x := range d.Typed.Targets {
				shown = shown || x.ID == string(c.Target)
			}
			if !shown {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

var numbers = regexp.MustCompile(`\d+(?:\.\d{3})*(?:,\d+)?`)

// said reads the value that the new words state where the old ones stated the target's: the one number with the target's
// unit that is new. Nothing when there is none, or more than one.
func said(text, before string, t pact.Target) string {
	unit := t.Unit
	if unit != "%" && unit != "" {
		unit = " " + unit
	}
	find := func(s string) map[string]bool {
		out := map[string]bool{}
		for _, m := range numbers.FindAllStringIndex(s, -1) {
			if strings.HasPrefix(strings.ToLower(s[m[1]:]), strings.ToLower(unit)) {
				out[strings.ReplaceAll(s[m[0]:m[1]], ".", "")] = true
			}
		}
		return out
	}
	old, found := find(before), ""
	for n := range find(text) {
		if old[n] {
			continue
		}
		if found != "" {
			return ""
		}
		found = n
	}
	if found != "" {
		if d, err := decimal(found); err == nil {
			return d.Vietnamese()
		}
	}
	return ""
}
