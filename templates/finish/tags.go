package finish

import (
	"fmt"

	"kyket/internal/pdf"
)

// structure writes the elements below tree and returns the first.
func (j *job) structure(tree pdf.Ref) (pdf.Ref, error) {
	return j.element(j.plan.Root, tree)
}

// element writes e and what is below it.
func (j *job) element(e *Element, parent pdf.Ref) (pdf.Ref, error) {
	self := j.out.Reserve()
	d := pdf.Dict{
		{Key: "Type", Value: pdf.Name("StructElem")},
		{Key: "S", Value: pdf.Name(e.Tag)},
		{Key: "P", Value: parent},
	}
	page := firstPage(e)
	if page >= len(j.pages) {
		return self, fmt.Errorf("finish: element %s is on page %d of %d", e.Tag, page, len(j.pages)-1)
	}
	if page > 0 {
		d = append(d, pdf.Entry{Key: "Pg", Value: j.pages[page]})
	}
	if a := attributes(e); a != nil {
		d = append(d, pdf.Entry{Key: "A", Value: a})
	}
	if e.Alt != "" {
		d = append(d, pdf.Entry{Key: "Alt", Value: pdf.TextString(e.Alt)})
	}
	kids := pdf.Array{}
	for _, kid := range e.Kids {
		switch k := kid.(type) {
		case *Element:
			below, err := j.element(k, self)
			if err != nil {
				return self, err
			}
			kids = append(kids, below)
		case Mark:
			if err := j.mark(k, self); err != nil {
				return self, err
			}
			if k.Page == page {
				kids = append(kids, pdf.Integer(k.ID))
			} else {
				kids = append(kids, pdf.Dict{{Key: "Type", Value: pdf.Name("MCR")}, {Key: "Pg", Value: j.pages[k.Page]}, {Key: "MCID", Value: pdf.Integer(k.ID)}})
			}
		case *Widget:
			if !j.hasPage(k.Page) {
				return self, fmt.Errorf("finish: field %s is on page %d of %d", k.Name, k.Page, len(j.pages)-1)
			}
			field := j.out.Reserve()
			j.widgets = append(j.widgets, placed{k, field, self})
			// The object reference stands by itself, not in an array: pyHanko takes an array for a change when the
			// field is signed.
			j.out.Put(self, append(d, pdf.Entry{Key: "K", Value: pdf.Dict{
				{Key: "Type", Value: pdf.Name("OBJR")}, {Key: "Pg", Value: j.pages[k.Page]}, {Key: "Obj", Value: field}}}))
			return self, nil
		}
	}
	j.out.Put(self, append(d, pdf.Entry{Key: "K", Value: kids}))
	return self, nil
}

// hasPage says whether the drawing has a page of that number.
func (j *job) hasPage(page int) bool { return page >= 1 && page < len(j.pages) }

// maxMarks bounds the marks of one page.
const maxMarks = 1 << 16

// mark remembers whose a mark is. The tree may come to the marks of a page in another order than it was drawn in.
func (j *job) mark(m Mark, owner pdf.Ref) error {
	if !j.hasPage(m.Page) || m.ID < 0 || m.ID >= maxMarks {
		return fmt.Errorf("finish: there is no place for mark %d of page %d", m.ID, m.Page)
	}
	for len(j.parents[m.Page]) <= m.ID {
		j.parents[m.Page] = append(j.parents[m.Page], pdf.Ref{})
	}
	j.parents[m.Page][m.ID] = owner
	return nil
}

// firstPage is the page of the first mark or widget that e holds itself, 0 without one.
func firstPage(e *Element) int {
	for _, kid := range e.Kids {
		switch k := kid.(type) {
		case Mark:
			return k.Page
		case *Widget:
			return k.Page
		}
	}
	return 0
}

// attributes returns the /A entry of an element, nil when it has none.
func attributes(e *Element) pdf.Object {
	switch {
	case e.Scope != "":
		return pdf.Dict{{Key: "O", Value: pdf.Name("Table")}, {Key: "Scope", Value: pdf.Name(e.Scope)}}
	case e.Box != nil:
		return pdf.Dict{{Key: "O", Value: pdf.Name("Layout")}, {Key: "Placement", Value: pdf.Name("Block")}, {Key: "BBox", Value: numbers(*e.Box)}}
	}
	return nil
}

func numbers(v [4]float64) pdf.Array {
	out := pdf.Array{}
	for _, x := range v {
		out = append(out, pdf.Real(x))
	}
	return out
}

// writeTree writes the structure tree's root. /ParentTree comes before /K: EU DSS walks in the order of the file,
// and a signed field's new /V is an allowed change below the one, not below the other.
func (j *job) writeTree(tree, root pdf.Ref) {
	nums := pdf.Array{}
	for page := 1; page < len(j.pages); page++ {
		marks := pdf.Array{}
		for _, e := range j.parents[page] {
			marks = append(marks, e)
		}
		nums = append(nums, pdf.Integer(page-1), j.out.Add(marks))
	}
	next := len(j.pages) - 1
	for _, w := range j.widgets {
		nums = append(nums, pdf.Integer(next), w.element)
		next++
	}
	j.out.Put(tree, pdf.Dict{
		{Key: "Type", Value: pdf.Name("StructTreeRoot")},
		{Key: "ParentTree", Value: pdf.Dict{{Key: "Nums", Value: nums}}},
		{Key: "K", Value: pdf.Array{root}},
		{Key: "ParentTreeNextKey", Value: pdf.Integer(next)},
	})
}

// form writes the fields and the AcroForm dictionary (ISO 32000-1, 12.7). What later revisions need is here
// already: /SigFlags, the fonts, and for every field its final box and filter, so that a signature changes nothing
// but the field and what is new.
func (j *job) form() pdf.Ref {
	fields := pdf.Array{}
	blanks := map[[2]float64]pdf.Ref{}
	for i, w := range j.widgets {
		d := pdf.Dict{
			{Key: "Type", Value: pdf.Name("Annot")},
			{Key: "Subtype", Value: pdf.Name("Widget")},
			{Key: "FT", Value: pdf.Name("Sig")},
			{Key: "T", Value: pdf.TextString(w.Name)},
			{Key: "TU", Value: j.out.Add(pdf.TextString(w.Tooltip))}, // shared by the field's later versions
			{Key: "F", Value: pdf.Integer(132)},                      // print, locked
			{Key: "P", Value: j.pages[w.Page]},
			{Key: "Rect", Value: numbers(w.Rect)},
			{Key: "StructParent", Value: pdf.Integer(len(j.pages) - 1 + i)},
		}
		if size := w.size(); size != [2]float64{} {
			blank, ok := blanks[size]
			if !ok {
				blank = j.blank(size)
				blanks[size] = blank
			}
			d = append(d, pdf.Entry{Key: "AP", Value: pdf.Dict{{Key: "N", Value: blank}}})
		}
		j.out.Put(w.field, d)
		fields = append(fields, w.field)
	}
	return j.out.Add(pdf.Dict{
		{Key: "Fields", Value: fields},
		{Key: "SigFlags", Value: pdf.Integer(3)}, // signatures exist, append only
		{Key: "DR", Value: pdf.Dict{{Key: "Font", Value: j.signatureFonts()}}},
		{Key: "DA", Value: pdf.String("/" + string(RegularName) + " 9 Tf 0 g")},
	})
}

// blank writes the appearance of an unsigned field: it draws nothing, for what an unsigned field shows is a visual
// difference to every earlier signature once it is signed.
func (j *job) blank(size [2]float64) pdf.Ref {
	return j.out.AddStream(pdf.Dict{
		{Key: "Type", Value: pdf.Name("XObject")},
		{Key: "Subtype", Value: pdf.Name("Form")},
		{Key: "BBox", Value: numbers([4]float64{0, 0, size[0], size[1]})},
		{Key: "Resources", Value: pdf.Dict{{Key: "Font", Value: j.signatureFonts()}}},
	}, nil)
}

// size is the width and height of a widget, to a hundredth of a point.
func (w *Widget) size() [2]float64 {
	return [2]float64{hundredths(w.Rect[2] - w.Rect[0]), hundredths(w.Rect[3] - w.Rect[1])}
}
