package validate

import (
	"slices"

	"kyket/internal/pdf"
)

// newField explains a field that a document time stamp brought along: it shows nothing, and is added at the end of
// the form's fields and, if it is a widget, of its page's annotations.
func (s *step) newField(sig *found) bool {
	d, ok := s.dict(s.new, sig.fieldRef)
	if !ok || d.Get("FT") != pdf.Object(pdf.Name("Sig")) || !s.nameUnused(sig.field) {
		s.refuse(sig.fieldRef, "field_form")
		return false
	}
	for _, e := range d {
		switch e.Key {
		case "FT", "T", "V", "Ff", "Type", "Subtype", "Rect", "F", "P", "TU":
		default:
			s.refuse(sig.fieldRef, "field_key", e.Key)
			return false
		}
	}
	if d.Get("Subtype") != nil || d.Get("Rect") != nil || d.Get("P") != nil {
		if !emptyBox(d.Get("Rect")) {
			s.refuse(sig.fieldRef, "field_box")
			return false
		}
		if page, ok := d.Get("P").(pdf.Ref); ok && !s.annotations(page, sig.fieldRef) {
			return false
		}
	}
	return s.formGrows(sig.fieldRef)
}

func (s *step) nameUnused(name string) bool {
	fields, err := formFields(s.old)
	return err == nil && !slices.ContainsFunc(fields, func(f formField) bool { return f.name == name })
}

func emptyBox(o pdf.Object) bool {
	r, ok := o.(pdf.Array)
	if !ok || len(r) != 4 {
		return false
	}
	return equal(r[0], r[2]) || equal(r[1], r[3])
}

// formGrows explains /Fields with one entry more, and /SigFlags 3.
func (s *step) formGrows(field pdf.Ref) bool {
	before, err1 := acroForm(s.old)
	after, err2 := acroForm(s.new)
	cat, ok := s.dict(s.new, s.new.Root())
	if err1 != nil || err2 != nil || after == nil || !ok {
		s.refuse(field, "field_form")
		return false
	}
	where := s.new.Root()
	if ref, isRef := cat.Get("AcroForm").(pdf.Ref); isRef {
		where = ref
		old, _ := s.dict(s.old, s.old.Root())
		if old.Get("AcroForm") != pdf.Object(ref) {
			s.refuse(field, "field_form")
			return false
		}
	}
	for _, k := range differing(before, after) {
		switch k {
		case "Fields":
		case "SigFlags":
			if after.Get(k) != pdf.Object(pdf.Integer(3)) {
				s.refuse(where, "form_key", k)
				return false
			}
		default:
			s.refuse(where, "form_key", k)
			return false
		}
	}
	if !s.grows(before.Get("Fields"), after.Get("Fields"), field) {
		s.refuse(where, "form_key", "Fields")
		return false
	}
	s.explained[where.Num] = true
	return true
}

// annotations explains a page whose /Annots got the field at its end.
func (s *step) annotations(page, field pdf.Ref) bool {
	before, ok1 := s.dict(s.old, page)
	after, ok2 := s.dict(s.new, page)
	if !ok1 || !ok2 || after.Get("Type") != pdf.Object(pdf.Name("Page")) {
		s.refuse(field, "field_form")
		return false
	}
	for _, k := range differing(before, after) {
		if k != "Annots" {
			s.refuse(page, "page_key", k)
			return false
		}
	}
	now, err := resolveArray(s.new, after.Get("Annots"))
	if err == nil && !slices.Contains(now, pdf.Object(field)) {
		return true // not shown on the page at all; if the page changed, the caller has it unexplained
	}
	if err != nil || !s.grows(before.Get("Annots"), after.Get("Annots"), field) {
		s.refuse(page, "page_key", "Annots")
		return false
	}
	s.explained[page.Num] = true
	return true
}

// grows says whether a list has its old entries in their order and then exactly one more; a list that is an object
// of its own is explained with it.
func (s *step) grows(before, after pdf.Object, more pdf.Ref) bool {
	a, err1 := resolveArray(s.old, before)
	b, err2 := resolveArray(s.new, after)
	if err1 != nil || err2 != nil || len(b) != len(a)+1 || b[len(a)] != pdf.Object(more) || !equal(a, b[:len(a)]) {
		return false
	}
	if ref, ok := after.(pdf.Ref); ok {
		if before != after {
			return false
		}
		s.explained[ref.Num] = true
	}
	return true
}
