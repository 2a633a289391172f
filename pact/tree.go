package pact

import (
	"fmt"
	"slices"
	"strings"
)

// Refusals of places in the text.
var (
	ErrNoPlace = Problem(Invalid, "no_such_place",
		"Không có vị trí {anchor} trong văn bản ở thời điểm này.",
		"There is no place {anchor} in the text as it now stands.")
	ErrAnchorForm = Problem(Invalid, "anchor_form",
		"Vị trí {anchor} không đúng kiểu bố cục của văn bản.",
		"The place {anchor} does not belong to the structure of this text.")
	ErrNoClause = Problem(NotFound, "no_such_clause",
		"Không có điều khoản {clause} trong văn bản này.",
		"This text has no clause {clause}.")
	ErrNotNext = Problem(Invalid, "anchor_not_next",
		"Vị trí {anchor} không nối tiếp phần đứng trước; các điều khoản phải theo thứ tự và không bỏ số.",
		"{anchor} is not the next place in order; clauses follow each other without gaps.")
)

// Placed is a clause with its place, as a flat list of the text holds it. A clause that is new has no ID yet.
type Placed struct {
	ID            ClauseID
	Anchor        Anchor
	Heading, Text string
	Cells         []string
	Table         *Table
}

// BuildClauses makes the tree from a list in the order of the paper, without gaps; annexes come last. The error lists every
// item that does not stand in its place.
func BuildClauses(s Structure, items []Placed) ([]*Clause, error) {
	c := Content{Structure: s}
	var bad []Detail
	var last Anchor
	for i, it := range items {
		ref := fmt.Sprintf("clauses[%d]", i)
		if !it.Anchor.Fits(s) {
			bad = append(bad, ErrAnchorForm.With("anchor", it.Anchor).At(ref))
			continue
		}
		cl := &Clause{ID: it.ID, Heading: it.Heading, Text: it.Text, Cells: slices.Clone(it.Cells), Table: it.Table.clone()}
		if c.At(it.Anchor) != nil || c.Place(it.Anchor, cl) != nil || c.last() != cl {
			bad = append(bad, ErrNotNext.With("anchor", it.Anchor).With("after", last).At(ref))
		}
		last = it.Anchor
	}
	if bad != nil {
		return nil, ErrContent.Listing(bad...)
	}
	return c.Clauses, nil
}

func (c *Content) last() (last *Clause) {
	c.Walk(func(_ Anchor, _ string, cl *Clause) { last = cl })
	return last
}

// Assign gives an id to every clause that has none yet. Ids are never used again: NextClause only grows.
func (d *Draft) Assign() {
	used := map[ClauseID]bool{}
	d.Content.Walk(func(_ Anchor, _ string, cl *Clause) { used[cl.ID] = true })
	d.NextClause = max(d.NextClause, 1)
	d.Content.Walk(func(_ Anchor, _ string, cl *Clause) {
		for cl.ID == "" {
			if id := ClauseID(fmt.Sprintf("c%d", d.NextClause)); !used[id] {
				cl.ID = id
			}
			d.NextClause++
		}
	})
}

// Walk visits every clause in the order of the paper, with its present anchor and the label as printed: "Điều 2.", "1.",
// "đ)", "II.", "A.", "-", "Phụ lục II", the running number of a row, nothing for the preamble.
func (c *Content) Walk(fn func(a Anchor, label string, cl *Clause)) { walk(c.Clauses, "", fn) }

func walk(list []*Clause, prefix string, fn func(Anchor, string, *Clause)) {
	seen := make(map[ClauseKind]int, 3)
	for _, cl := range list {
		n := seen[cl.Kind]
		seen[cl.Kind]++
		part := segmentName(cl.Kind, n)
		if part == "" { // beyond the numerals: Check refuses it, and no other clause has this anchor
			part = fmt.Sprintf("%s-?%d", cl.Kind, n+1)
		}
		fn(Anchor(prefix+part), label(cl.Kind, n), cl)
		walk(cl.Children, prefix+part+".", fn)
	}
}

// Find is the clause of that id; nil when there is none.
func (c *Content) Find(id ClauseID) (found *Clause) {
	c.Walk(func(_ Anchor, _ string, cl *Clause) {
		if cl.ID == id && found == nil && id != "" {
			found = cl
		}
	})
	return found
}

// At is the clause that stands at a; nil when there is none.
func (c *Content) At(a Anchor) (found *Clause) {
	c.Walk(func(at Anchor, _ string, cl *Clause) {
		if at == a && found == nil {
			found = cl
		}
	})
	return found
}

// AnchorOf is where the clause stands now; "" when it is not in the text.
func (c *Content) AnchorOf(id ClauseID) (found Anchor) {
	c.Walk(func(a Anchor, _ string, cl *Clause) {
		if cl.ID == id && found == "" && id != "" {
			found = a
		}
	})
	return found
}

// LabelOf is how a sentence names the clause: "khoản 3 Điều 4", "mục 1 phần II.A"; the id when it is not in the text.
func (c *Content) LabelOf(id ClauseID) string {
	if a := c.AnchorOf(id); a != "" {
		return a.Name()
	}
	return string(id)
}

// Place puts cl, with its children, so that it stands at to when done: what was there moves down. Its kind follows from
// the place.
func (c *Content) Place(to Anchor, cl *Clause) error {
	if !to.Fits(c.Structure) {
		return ErrAnchorForm.With("anchor", to)
	}
	up, want, _ := to.split()
	list, order := &c.Clauses, top[c.Structure]
	if up != "" {
		parent := c.At(up)
		if parent == nil {
			return ErrNoPlace.With("anchor", to)
		}
		list, order = &parent.Children, nil
	}
	var same []int
	for i, kid := range *list {
		if kid.Kind == want.kind {
			same = append(same, i)
		}
	}
	if want.n > len(same) || segmentName(want.kind, len(same)) == "" || !fitsBelow(want.kind, cl.Children) {
		return ErrNoPlace.With("anchor", to)
	}
	at := end(*list, want.kind, order)
	if want.n < len(same) {
		at = same[want.n]
	}
	cl.Kind = want.kind
	*list = slices.Insert(*list, at, cl)
	return nil
}

// fitsBelow says whether the children of a moved clause may stand below its new kind.
func fitsBelow(kind ClauseKind, kids []*Clause) bool {
	return !slices.ContainsFunc(kids, func(k *Clause) bool { return !slices.Contains(below[kind], k.Kind) })
}

// end is where a clause goes that follows all others of its kind: at the end, but at the top of the text before the kinds
// that come later in the paper (annexes are last, the preamble is first).
func end(list []*Clause, kind ClauseKind, order []ClauseKind) int {
	rank := slices.Index(order, kind)
	if rank < 0 {
		return len(list)
	}
	for i, kid := range list {
		if slices.Index(order, kid.Kind) > rank {
			return i
		}
	}
	return len(list)
}

// Take removes the clause, with its children, and returns it. Gaps close.
func (c *Content) Take(id ClauseID) (*Clause, error) {
	if cl := c.Find(id); cl != nil && remove(&c.Clauses, cl) {
		return cl, nil
	}
	return nil, ErrNoClause.With("clause", id)
}

func remove(list *[]*Clause, cl *Clause) bool {
	if i := slices.Index(*list, cl); i >= 0 {
		*list = slices.Delete(*list, i, i+1)
		return true
	}
	for _, kid := range *list {
		if remove(&kid.Children, cl) {
			return true
		}
	}
	return false
}

// Clone is a copy that shares nothing with c.
func (c *Content) Clone() Content {
	n := *c
	n.Bases = slices.Clone(c.Bases)
	n.Clauses = cloneClauses(c.Clauses)
	n.Targets = slices.Clone(c.Targets)
	n.Registrations = slices.Clone(c.Registrations)
	n.Recipients = slices.Clone(c.Recipients)
	return n
}

func cloneClauses(list []*Clause) []*Clause {
	if list == nil {
		return nil
	}
	all := make([]*Clause, len(list))
	for i, cl := range list {
		n := *cl
		n.Cells, n.Table, n.Children = slices.Clone(cl.Cells), cl.Table.clone(), cloneClauses(cl.Children)
		all[i] = &n
	}
	return all
}

func (t *Table) clone() *Table {
	if t == nil {
		return nil
	}
	return &Table{Content: t.Content, Columns: slices.Clone(t.Columns)}
}

// Words is what the clause says, heading, text and cells joined by a space: the words that a quote is looked up in.
func (cl *Clause) Words() string {
	var all []string
	for _, s := range append([]string{cl.Heading, cl.Text}, cl.Cells...) {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}
