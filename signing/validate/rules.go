package validate

import (
	"slices"

	"kyket/internal/pdf"
)

// signature explains a signature that this revision put into a field: a reserved one, or, for a document time stamp,
// a new one that shows nothing.
func (s *step) signature() {
	sig := s.signs[s.rev]
	if sig == nil {
		return
	}
	if sig.bad != nil {
		s.refuse(sig.ref, "signature_form")
		return
	}
	if !s.fresh[sig.ref.Num] {
		s.refuse(sig.ref, "value_old")
		return
	}
	if code := dictionaryForm(sig.dict); code != "" {
		s.refuse(sig.ref, code)
		return
	}
	s.stamped = sig.stamp()
	ok := false
	if s.fresh[sig.fieldRef.Num] {
		ok = s.stamped && s.newField(sig)
	} else {
		ok = s.fill(sig)
	}
	if !ok {
		return
	}
	s.explained[sig.ref.Num], s.explained[sig.fieldRef.Num] = true, true
	switch {
	case s.stamped: // and validation data: no change in the sense of DocMDP, whatever its P (ISO 32000-2, 12.8.2.2.2)
		s.allow("timestamp", sig.fieldRef, "stamp_added", sig.field)
	case !s.fillable:
		s.refuse(sig.fieldRef, "certification_forbids")
	default:
		s.allow("signature", sig.fieldRef, "field_signed", sig.field)
	}
}

// dictionaryForm looks for what an approval's dictionary must not bring along: references that would be followed.
func dictionaryForm(d pdf.Dict) string {
	for _, e := range d {
		if e.Key == "Reference" {
			return "late_reference" // a certification, or a lock, comes first or not at all
		}
		if refers(e.Value) {
			return "signature_form"
		}
	}
	return ""
}

func refers(o pdf.Object) bool {
	switch v := o.(type) {
	case pdf.Ref, *pdf.Stream:
		return true
	case pdf.Array:
		return slices.ContainsFunc(v, refers)
	case pdf.Dict:
		return slices.ContainsFunc(v, func(e pdf.Entry) bool { return refers(e.Value) })
	}
	return false
}

// fill explains the filling of a reserved field: /V new, /AP with another /N, nothing else of it.
func (s *step) fill(sig *found) bool {
	before, ok1 := s.dict(s.old, sig.fieldRef)
	after, ok2 := s.dict(s.new, sig.fieldRef)
	if !ok1 || !ok2 || before.Get("FT") != pdf.Object(pdf.Name("Sig")) || !listed(s.old, sig.fieldRef) {
		s.refuse(sig.fieldRef, "field_form")
		return false
	}
	if !equal(nil, before.Get("V")) {
		s.refuse(sig.fieldRef, "field_used")
		return false
	}
	for _, k := range differing(before, after) {
		switch {
		case k == "V":
		case k == "AP" && s.appearance(sig, before.Get("AP"), after.Get("AP")):
		default:
			s.refuse(sig.fieldRef, "field_key", k)
			return false
		}
	}
	return true
}

func (s *step) dict(f *pdf.File, ref pdf.Ref) (pdf.Dict, bool) {
	o, err := f.Get(ref)
	d, ok := o.(pdf.Dict)
	return d, err == nil && ok
}

func listed(f *pdf.File, ref pdf.Ref) bool {
	fields, err := signatureFields(f)
	return err == nil && slices.ContainsFunc(fields, func(x formField) bool { return x.ref == ref })
}

// appearance explains a new normal appearance: a new form of the same box, with images and with fonts that were
// there before; whatever else it could reach is not allowed.
func (s *step) appearance(sig *found, before, after pdf.Object) bool {
	oldAP, _ := before.(pdf.Dict)
	newAP, ok := after.(pdf.Dict)
	if !ok || len(newAP) != 1 {
		return false
	}
	ref, ok := newAP.Get("N").(pdf.Ref)
	if !ok || !s.fresh[ref.Num] {
		return false
	}
	o, err := s.new.Get(ref)
	form, ok := o.(*pdf.Stream)
	if err != nil || !ok || len(oldAP) > 1 {
		return false
	}
	if !s.sameForm(sig, oldAP.Get("N"), form) || !s.resources(form.Dict.Get("Resources")) {
		return false
	}
	s.explained[ref.Num] = true
	return true
}

// sameForm compares with the reserved appearance, or with the field's box where none was reserved.
func (s *step) sameForm(sig *found, old pdf.Object, form *pdf.Stream) bool {
	for _, e := range form.Dict {
		switch e.Key {
		case "Type", "Subtype", "FormType", "BBox", "Resources", "Length", "Filter", "DecodeParms", "Matrix":
		default:
			return false
		}
	}
	o, err := s.old.Resolve(old)
	if err != nil || form.Dict.Get("Subtype") != pdf.Object(pdf.Name("Form")) {
		return false
	}
	if was, ok := o.(*pdf.Stream); ok {
		for _, k := range []pdf.Name{"BBox", "Matrix", "FormType"} {
			if !equal(was.Dict.Get(k), form.Dict.Get(k)) {
				return false
			}
		}
		return true
	}
	return old == nil
}

// resources allows images and fonts only.
func (s *step) resources(o pdf.Object) bool {
	o, err := s.new.Resolve(o)
	if err != nil {
		return false
	}
	if equal(nil, o) {
		return true
	}
	d, ok := o.(pdf.Dict)
	if !ok {
		return false
	}
	for _, e := range d {
		list, ok := e.Value.(pdf.Dict)
		switch {
		case e.Key == "ProcSet":
		case !ok:
			return false
		case e.Key == "XObject":
			if slices.ContainsFunc(list, func(x pdf.Entry) bool { return !s.image(x.Value, false) }) {
				return false
			}
		case e.Key == "Font":
			if slices.ContainsFunc(list, func(x pdf.Entry) bool { return !s.oldFont(x.Value) }) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// oldFont wants a font that the earlier revision has, unchanged: a new one could draw other letters than it says.
func (s *step) oldFont(o pdf.Object) bool {
	ref, ok := o.(pdf.Ref)
	if !ok || s.fresh[ref.Num] {
		return false
	}
	_, changed := s.changed[ref.Num]
	d, isDict := s.dict(s.old, ref)
	return !changed && isDict && d.Get("Type") == pdf.Object(pdf.Name("Font"))
}

// image allows a new image and its soft mask, both held in the file and referring to nothing else.
func (s *step) image(o pdf.Object, mask bool) bool {
	ref, ok := o.(pdf.Ref)
	if !ok {
		return false
	}
	got, err := s.new.Get(ref)
	im, ok := got.(*pdf.Stream)
	if err != nil || !ok || im.Dict.Get("Subtype") != pdf.Object(pdf.Name("Image")) {
		return false
	}
	for _, e := range im.Dict {
		switch e.Key {
		case "Type", "Subtype", "Width", "Height", "BitsPerComponent", "Decode", "Interpolate", "Filter", "DecodeParms", "Length", "ImageMask", "ColorSpace":
			if refers(e.Value) {
				return false
			}
		case "SMask", "Mask":
			if mask || !s.image(e.Value, true) {
				return false
			}
		default:
			return false
		}
	}
	if s.fresh[ref.Num] {
		s.explained[ref.Num] = true
		return true
	}
	_, changed := s.changed[ref.Num]
	return !changed
}
