package pact

import "crypto/sha256"

// Cleaned returns a copy of c with every text in NFC and trimmed; a character that no paper can carry is refused by the
// name of its place.
func (c *Content) Cleaned() (Content, error) {
	n := c.Clone()
	w := cleaner{}
	w.line("type_name", &n.TypeName)
	w.text("subject", &n.Subject)
	w.text("theme", &n.Theme)
	for i := range n.Bases {
		w.text("bases.text", &n.Bases[i].Text)
		w.text("bases.source", &n.Bases[i].Source)
	}
	n.Walk(func(a Anchor, _ string, cl *Clause) { w.clause(string(a), cl) })
	for i := range n.Targets {
		t := &n.Targets[i]
		at := "targets." + string(t.ID)
		w.line(at+".indicator", &t.Indicator)
		w.line(at+".unit", &t.Unit)
		w.text(at+".source", &t.Source)
	}
	for i := range n.Registrations {
		w.line("registrations.award", &n.Registrations[i].Award)
		w.text("registrations.note", &n.Registrations[i].Note)
	}
	for i := range n.Recipients {
		w.line("recipients", &n.Recipients[i])
	}
	return n, w.err
}

// cleaner keeps the first refusal of a row of fields.
type cleaner struct{ err error }

func (w *cleaner) line(field string, s *string) {
	if w.err == nil {
		*s, w.err = CleanLine(field, *s, MaxLine)
	}
}

func (w *cleaner) text(field string, s *string) {
	if w.err == nil {
		*s, w.err = CleanText(field, *s, MaxText)
	}
}

func (w *cleaner) clause(at string, cl *Clause) {
	w.text(at+".heading", &cl.Heading)
	w.text(at+".text", &cl.Text)
	for i := range cl.Cells {
		w.text(at+".cells", &cl.Cells[i])
	}
	if cl.Table != nil {
		for i := range cl.Table.Columns {
			w.line(at+".columns", &cl.Table.Columns[i])
		}
	}
}

// Tag changes whenever the words of the clause do: what an editor of one clause holds to see that nobody was faster.
func (cl *Clause) Tag() string {
	h := sha256.New()
	for _, s := range append([]string{cl.Heading, cl.Text}, cl.Cells...) {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	var d Digest
	h.Sum(d[:0])
	return d.String()[:16]
}
