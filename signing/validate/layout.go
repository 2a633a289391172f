package validate

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"strings"

	"kyket/internal/pdf"
)

// Limits against hostile input.
const (
	maxFields     = 2000
	maxSignatures = 300
	maxFieldDepth = 8
)

// found is a signature dictionary as it stands in the file, with what is wrong with its form.
type found struct {
	field    string
	fieldRef pdf.Ref
	ref      pdf.Ref
	dict     pdf.Dict
	revision int
	der      []byte
	// gap is the place of /Contents, end the end of the signed bytes, both offsets in the file.
	gapStart, gapEnd, end int64
	bad                   *failure
}

func (f *found) stamp() bool { return f.dict.Get("Type") == pdf.Object(pdf.Name("DocTimeStamp")) }

// collect finds the signature fields with a value in the newest revision, ordered by the revision that wrote the
// value. One that a later revision removed is found by the difference analysis.
func collect(f *pdf.File) ([]*found, error) {
	fields, err := signatureFields(f)
	if err != nil {
		return nil, err
	}
	perRevision := make([][]*found, len(f.Revisions()))
	used := map[pdf.Ref]bool{}
	n := 0
	for _, field := range fields {
		ref, ok := field.value.(pdf.Ref)
		if !ok {
			if _, direct := field.value.(pdf.Dict); !direct {
				continue // empty
			}
		}
		s := &found{field: field.name, fieldRef: field.ref, ref: ref}
		s.read(f)
		if ok && used[ref] {
			s.bad = failed(FormatFailure, "value_shared")
		}
		used[ref] = true
		perRevision[s.revision] = append(perRevision[s.revision], s)
		if n++; n > maxSignatures {
			return nil, &pdf.SyntaxError{Msg: "too many signatures"}
		}
	}
	var out []*found
	for _, list := range perRevision {
		if len(list) > 1 {
			for _, s := range list {
				s.bad = failed(FormatFailure, "several_in_revision")
			}
		}
		out = append(out, list...)
	}
	return out, nil
}

// formField is a field of the AcroForm with no children of its own.
type formField struct {
	name  string
	ref   pdf.Ref
	dict  pdf.Dict
	kind  pdf.Object
	value pdf.Object
}

// signatureFields lists the terminal fields of type /Sig of this view.
func signatureFields(f *pdf.File) ([]formField, error) {
	all, err := formFields(f)
	if err != nil {
		return nil, err
	}
	var out []formField
	for _, field := range all {
		if field.kind == pdf.Object(pdf.Name("Sig")) {
			out = append(out, field)
		}
	}
	return out, nil
}

func formFields(f *pdf.File) ([]formField, error) {
	form, err := acroForm(f)
	if err != nil || form == nil {
		return nil, err
	}
	top, err := f.Resolve(form.Get("Fields"))
	if err != nil {
		return nil, err
	}
	list, _ := top.(pdf.Array)
	w := fieldWalk{f: f, seen: map[pdf.Ref]bool{}}
	err = w.walk(list, formField{}, 0)
	return w.out, err
}

type fieldWalk struct {
	f    *pdf.File
	seen map[pdf.Ref]bool
	out  []formField
}

func (w *fieldWalk) walk(kids pdf.Array, parent formField, depth int) error {
	if depth > maxFieldDepth {
		return &pdf.SyntaxError{Msg: "form fields nested too deep"}
	}
	for _, k := range kids {
		ref, ok := k.(pdf.Ref)
		if !ok || w.seen[ref] || len(w.seen) >= maxFields {
			return &pdf.SyntaxError{Msg: "bad form field"}
		}
		w.seen[ref] = true
		o, err := w.f.Get(ref)
		if err != nil {
			return err
		}
		d, ok := o.(pdf.Dict)
		if !ok {
			return &pdf.SyntaxError{Msg: "form field is no dictionary"}
		}
		field := formField{name: parent.name, ref: ref, dict: d, kind: parent.kind, value: parent.value}
		if t, ok := d.Get("T").(pdf.String); ok {
			field.name = strings.TrimPrefix(parent.name+"."+t.Text(), ".")
		}
		if v := d.Get("FT"); v != nil {
			field.kind = v
		}
		if v := d.Get("V"); v != nil {
			field.value = v
		}
		children, err := w.f.Resolve(d.Get("Kids"))
		if err != nil {
			return err
		}
		list, _ := children.(pdf.Array)
		if len(list) > 0 && !w.onlyWidgets(list) {
			if err := w.walk(list, field, depth+1); err != nil {
				return err
			}
			continue
		}
		w.out = append(w.out, field)
	}
	return nil
}

// onlyWidgets says whether kids are the widgets of one field rather than fields: they have no /T.
func (w *fieldWalk) onlyWidgets(kids pdf.Array) bool {
	for _, k := range kids {
		o, err := w.f.Resolve(k)
		if d, ok := o.(pdf.Dict); err != nil || ok && d.Get("T") != nil {
			return false
		}
	}
	return true
}

func acroForm(f *pdf.File) (pdf.Dict, error) {
	cat, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	o, err := f.Resolve(cat.Get("AcroForm"))
	if err != nil {
		return nil, err
	}
	d, _ := o.(pdf.Dict)
	return d, nil
}

// read takes the dictionary apart and checks the byte range: exactly [0 a b c], the gap from a to b being this
// very /Contents in hexadecimal, and the end of the range the end of the revision. Wrapping attacks live from
// whatever is looser than that.
func (s *found) read(f *pdf.File) {
	s.revision = len(f.Revisions()) - 1
	o, err := f.Get(s.ref)
	d, ok := o.(pdf.Dict)
	if err != nil || !ok || s.ref.Num == 0 {
		s.bad = failed(FormatFailure, "value_form")
		return
	}
	s.dict, s.revision = d, f.Written(s.ref)
	rng, ok := d.Get("ByteRange").(pdf.Array)
	if !ok || len(rng) != 4 {
		s.bad = failed(FormatFailure, "byte_range")
		return
	}
	var n [4]int64
	for i, e := range rng {
		v, ok := e.(pdf.Integer)
		if !ok || v < 0 || int64(v) > int64(len(f.Bytes())) {
			s.bad = failed(FormatFailure, "byte_range")
			return
		}
		n[i] = int64(v)
	}
	start, end, err := f.ValueSpan(s.ref, "Contents")
	if err != nil || n[0] != 0 || n[1] != start || n[2] != end || n[2]+n[3] > int64(len(f.Bytes())) {
		s.bad = failed(FormatFailure, "byte_range")
		return
	}
	s.gapStart, s.gapEnd, s.end = start, end, n[2]+n[3]
	if s.der = contents(f.Bytes()[start:end]); s.der == nil {
		s.bad = failed(FormatFailure, "contents")
		return
	}
	rev := f.Revisions()[s.revision]
	if s.end > rev.End || s.end < rev.End && strings.Trim(string(f.Bytes()[s.end:rev.End]), "\r\n") != "" {
		s.bad = failed(FormatFailure, "coverage")
	}
}

// contents decodes <hex>, digits only, and cuts the zeros behind the DER structure; nil when there is anything else.
func contents(b []byte) []byte {
	if len(b) < 4 || b[0] != '<' || b[len(b)-1] != '>' || len(b) > 4*maxCMS {
		return nil
	}
	der := make([]byte, hex.DecodedLen(len(b)-2))
	if _, err := hex.Decode(der, b[1:len(b)-1]); err != nil {
		return nil
	}
	var outer asn1.RawValue
	rest, err := asn1.Unmarshal(der, &outer)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 {
		return nil
	}
	return outer.FullBytes
}

// coverage names how much the signature covers.
func (s *found) coverage(f *pdf.File) string {
	revs := f.Revisions()
	switch {
	case s.bad != nil && s.bad.message.Code != "value_shared" && s.bad.message.Code != "several_in_revision":
		return Partial
	case s.revision == len(revs)-1 && revs[s.revision].End == int64(len(f.Bytes())):
		return EntireFile
	}
	return EntireRevision
}
