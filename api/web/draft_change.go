package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kyket/pact"
	"kyket/workflow"
)

// changeDraft applies a change to the newest draft. Structural changes name clauses by id, so that somebody who types in
// another clause at the same time disturbs nobody; what was changed in between is read again.
func (p *Site) changeDraft(v *Visit, change func(*pact.Content) error) error {
	for try := 0; ; try++ {
		d, err := p.Workflow.Draft(v.R.Context(), v.Call, v.Pact())
		if err != nil {
			return err
		}
		c := d.Content.Clone()
		if err := change(&c); err != nil {
			return err
		}
		_, err = p.Workflow.EditDraft(v.R.Context(), v.Call, v.Pact(), d.RowVersion, inputOf(c))
		if !errors.Is(err, pact.ErrStale) || try == 3 {
			return err
		}
	}
}

// saveClause saves the words of one clause, for the form and for the script that saves while one types.
func (p *Site) saveClause(v *Visit, at string, next bool) error {
	in := workflow.ClauseEdit{Clause: pact.ClauseID(v.Form.Get("clause")), Was: v.Form.Get("was"), Heading: v.Text("heading"), Text: v.Text("text")}
	for i := 0; v.Form.Has(fmt.Sprintf("cell.%d", i)); i++ {
		in.Cells = append(in.Cells, v.Text(fmt.Sprintf("cell.%d", i)))
	}
	d, err := p.Workflow.EditClause(v.R.Context(), v.Call, v.Pact(), in)
	if v.wantsJSON() {
		return p.answerClause(v, d, in.Clause, err)
	}
	if err != nil {
		return p.refuseDraft(v, err)
	}
	id := in.Clause
	if next {
		id = after(rowsOf(&d.Content), id)
	}
	return v.Done(at+"?edit="+string(id)+"#clause-"+string(id), "saved")
}

// after is the clause that follows; the last one is followed by itself.
func after(rows []clauseRow, id pact.ClauseID) pact.ClauseID {
	for i, r := range rows {
		if r.ID == id && i+1 < len(rows) {
			return rows[i+1].ID
		}
	}
	return id
}

// answerClause tells the script how saving went: when, the clause's new tag, and on a conflict what the other one wrote.
func (p *Site) answerClause(v *Visit, d *pact.Draft, id pact.ClauseID, err error) error {
	if err == nil {
		return p.answer(v, http.StatusOK, map[string]any{"saved": p.Workflow.Clock().In(pact.ICT).Format("15:04:05"), "was": d.Content.Find(id).Tag()})
	}
	e := refusal(err)
	out := map[string]any{"error": e.Text(v.Lang)}
	if errors.Is(err, pact.ErrStale) {
		if now, err := p.Workflow.Draft(v.R.Context(), v.Call, v.Pact()); err == nil {
			if cl := now.Content.Find(id); cl != nil {
				out["was"], out["theirs"] = cl.Tag(), strings.TrimSpace(cl.Heading+"\n"+cl.Text+"\n"+strings.Join(cl.Cells, "\n"))
			}
		}
	}
	return p.answer(v, p.Status(e), out)
}

func (v *Visit) wantsJSON() bool { return v.R.Header.Get("Accept") == "application/json" }

// answer sends a script what it asked for.
func (p *Site) answer(v *Visit, status int, body map[string]any) error {
	v.W.Header().Set("Content-Type", "application/json")
	v.W.Header().Set("Cache-Control", "no-store")
	v.W.WriteHeader(status)
	return json.NewEncoder(v.W).Encode(body)
}

// addClause adds a clause and answers where it is then edited.
func (p *Site) addClause(v *Visit, at string) (string, error) {
	to := pact.Anchor(v.Form.Get("to"))
	err := p.changeDraft(v, func(c *pact.Content) error {
		cl := &pact.Clause{Heading: v.Text("heading"), Text: v.Text("text")}
		if strings.Contains(string(to), string(pact.Row)+"-") {
			cl.Cells = lines(v.Text("cells"))
		} else if strings.HasPrefix(string(to), string(pact.Annex)) && !strings.Contains(string(to), ".") {
			cl.Table = &pact.Table{Content: pact.OwnTable, Columns: []string{"STT", "…"}}
		}
		return c.Place(to, cl)
	})
	if err != nil {
		return at, err
	}
	d, err := p.Workflow.Draft(v.R.Context(), v.Call, v.Pact())
	if err != nil {
		return at, err
	}
	if cl := d.Content.At(to); cl != nil {
		at += "?edit=" + string(cl.ID) + "#clause-" + string(cl.ID)
	}
	return at, nil
}

func moveClause(c *pact.Content, id pact.ClauseID, to pact.Anchor) error {
	cl, err := c.Take(id)
	if err != nil {
		return err
	}
	return c.Place(to, cl)
}

// deleteClause removes a clause that nobody has rewritten since it was shown.
func deleteClause(c *pact.Content, id pact.ClauseID, was string) error {
	if cl := c.Find(id); cl != nil && cl.Tag() != was {
		return pact.ErrStale
	}
	_, err := c.Take(id)
	return err
}

// Sources lists where the rows of an annex's table come from.
func (d *draftPage) Sources() [][2]string {
	return [][2]string{{"", d.Say("không có bảng", "no table")}, {string(pact.OwnTable), d.Say("các dòng của phụ lục", "the annex's own rows")},
		{string(pact.TargetTable), d.Say("biểu chỉ tiêu", "the targets")}, {string(pact.RegistrationTable), d.Say("đăng ký thi đua", "the registrations")}}
}

// changeTable sets what an annex's table holds.
func changeTable(c *pact.Content, id pact.ClauseID, v *Visit) error {
	cl := c.Find(id)
	if cl == nil || cl.Kind != pact.Annex {
		return pact.ErrNoClause.With("clause", id)
	}
	if cl.Tag() != v.Form.Get("was") {
		return pact.ErrStale
	}
	cl.Table = nil
	if source := v.Form.Get("content"); source != "" {
		cl.Table = &pact.Table{Content: pact.TableContent(source), Columns: lines(v.Text("columns"))}
	}
	return nil
}

func lines(s string) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
