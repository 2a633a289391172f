package pades

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"kyket/internal/pdf"
)

// maxFields bounds what Inspect reads.
const maxFields = 1000

// Inspect reads a paper once, with the strict reader, and returns its head. It refuses (ErrPaper) what judges would
// later refuse: a field apart from its widget, a visible field without a blank appearance that has /BBox and
// /Filter already and draws nothing, an AcroForm that is not an object of its own, bytes behind the last %%EOF.
func Inspect(file []byte) (Head, error) {
	f, err := pdf.Open(file)
	if err != nil {
		return Head{}, fmt.Errorf("%w: %w", ErrPaper, err)
	}
	h := Head{Tail: f.Tail(), Revisions: len(f.Revisions()), Fonts: map[string]pdf.Ref{}}
	if h.Tail.Size != int64(len(file)) {
		return Head{}, fmt.Errorf("%w: %d bytes behind its end", ErrPaper, int64(len(file))-h.Tail.Size)
	}
	r := reader{f}
	if err := r.catalog(&h); err != nil {
		return Head{}, err
	}
	s := sha256.New()
	s.Write(file)
	return h, h.keep(s)
}

type reader struct{ *pdf.File }

// dict resolves o to a dictionary, nil when it is absent.
func (r reader) dict(o pdf.Object, what string) (pdf.Dict, error) {
	o, err := r.Resolve(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrPaper, what, err)
	}
	switch v := o.(type) {
	case pdf.Null:
		return nil, nil
	case pdf.Dict:
		return v, nil
	case *pdf.Stream:
		return v.Dict, nil
	}
	return nil, fmt.Errorf("%w: %s is no dictionary", ErrPaper, what)
}

func without(d pdf.Dict, keys ...pdf.Name) pdf.Dict {
	var out pdf.Dict
next:
	for _, e := range d {
		for _, k := range keys {
			if e.Key == k {
				continue next
			}
		}
		out = append(out, e)
	}
	return out
}

func (r reader) catalog(h *Head) error {
	cat, err := r.Catalog()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPaper, err)
	}
	h.Catalog.Rest = text(without(cat, "Perms", "DSS", "Extensions"))
	perms, err := r.dict(cat.Get("Perms"), "/Perms")
	if err != nil {
		return err
	}
	h.Catalog.Perms, _ = perms.Get("DocMDP").(pdf.Ref)
	ext, err := r.dict(cat.Get("Extensions"), "/Extensions")
	if err != nil {
		return err
	}
	if other := without(ext, "ESIC", "Type"); len(other) > 0 {
		h.Catalog.Extensions = bytes.TrimPrefix(text(other), []byte("<< "))
	}
	if err := r.store(h, cat.Get("DSS")); err != nil {
		return err
	}
	var ok bool
	if h.Form.Object, ok = cat.Get("AcroForm").(pdf.Ref); !ok {
		return fmt.Errorf("%w: the AcroForm must be an object of its own", ErrPaper)
	}
	form, err := r.dict(h.Form.Object, "/AcroForm")
	if err != nil {
		return err
	}
	return r.form(h, form)
}

func (r reader) form(h *Head, form pdf.Dict) error {
	if form.Get("SigFlags") != pdf.Object(pdf.Integer(3)) {
		return fmt.Errorf("%w: /SigFlags must be 3 from the beginning", ErrPaper)
	}
	res, err := r.dict(form.Get("DR"), "/DR")
	if err != nil {
		return err
	}
	if h.Fonts, err = r.fonts(res); err != nil {
		return err
	}
	list, ok := form.Get("Fields").(pdf.Array)
	if !ok || len(list) > maxFields {
		return fmt.Errorf("%w: /Fields must be an array of at most %d", ErrPaper, maxFields)
	}
	var before, after pdf.Dict
	for i, e := range form {
		if e.Key == "Fields" {
			before, after = form[:i], form[i+1:]
		}
	}
	h.Form.Before = append(text(before), " /Fields "...)
	h.Form.After = bytes.TrimPrefix(text(after), []byte("<<"))
	for _, o := range list {
		ref, ok := o.(pdf.Ref)
		if !ok {
			return fmt.Errorf("%w: a field that is no object of its own", ErrPaper)
		}
		h.Form.Fields = append(h.Form.Fields, ref)
		if err := r.field(h, ref); err != nil {
			return err
		}
	}
	return nil
}

// fonts lists the /Font entries of a resource dictionary.
func (r reader) fonts(res pdf.Dict) (map[string]pdf.Ref, error) {
	fonts, err := r.dict(res.Get("Font"), "/Font")
	if err != nil {
		return nil, err
	}
	out := map[string]pdf.Ref{}
	for _, e := range fonts {
		ref, ok := e.Value.(pdf.Ref)
		if !ok {
			return nil, fmt.Errorf("%w: font %s is no object of its own", ErrPaper, e.Key)
		}
		out[string(e.Key)] = ref
	}
	return out, nil
}

func (r reader) field(h *Head, ref pdf.Ref) error {
	d, err := r.dict(ref, "a field")
	if err != nil {
		return err
	}
	name, _ := d.Get("T").(pdf.String)
	f := Field{Name: name.Text(), Object: ref}
	bad := func(why string) error { return fmt.Errorf("%w: field %s: %s", ErrPaper, f.Name, why) }
	if d.Get("FT") != pdf.Object(pdf.Name("Sig")) || f.Name == "" || h.index(f.Name) >= 0 || d.Get("Kids") != nil || d.Get("Parent") != nil {
		return bad("only signature fields with a name of their own, without kids")
	}
	if rect, ok := d.Get("Rect").(pdf.Array); ok {
		if f.Rect, ok = numbers(rect); !ok {
			return bad("bad /Rect")
		}
	} else if d.Get("V") == nil {
		return bad("field and widget must be one object")
	}
	if d.Get("V") != nil {
		f.Filled = true
		if err := r.filled(h, f, d.Get("V")); err != nil {
			return err
		}
	} else if err := r.blank(&f, d); err != nil {
		return err
	}
	h.Fields = append(h.Fields, f)
	return nil
}

func (r reader) filled(h *Head, f Field, v pdf.Object) error {
	sig, err := r.dict(v, "signature of "+f.Name)
	if err != nil {
		return err
	}
	if sig.Get("Type") == pdf.Object(pdf.Name("DocTimeStamp")) {
		h.Stamps++
		return nil
	}
	h.Signatures++
	if ref, ok := v.(pdf.Ref); ok && h.Catalog.Perms == ref {
		h.Certification = f.Name
	}
	return nil
}

// blank takes an empty field apart around its appearance.
func (r reader) blank(f *Field, d pdf.Dict) error {
	bad := func(why string) error { return fmt.Errorf("%w: field %s: %s", ErrPaper, f.Name, why) }
	if !f.Visible() && d.Get("AP") == nil {
		f.Before = text(d)
		return nil
	}
	ap, ok := d.Get("AP").(pdf.Dict)
	n, isRef := ap.Get("N").(pdf.Ref)
	if !ok || len(ap) != 1 || !isRef {
		return bad("a blank /AP with /N only")
	}
	o, err := r.Get(n)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPaper, err)
	}
	s, ok := o.(*pdf.Stream)
	if !ok || s.Dict.Get("Filter") != pdf.Object(pdf.Name("FlateDecode")) {
		return bad("the blank appearance must have /Filter /FlateDecode already")
	}
	if data, err := s.Decode(1 << 10); err != nil || len(bytes.TrimSpace(data)) > 0 {
		return bad("the blank appearance draws something")
	}
	bbox, ok := s.Dict.Get("BBox").(pdf.Array)
	box, sound := numbers(bbox)
	if !ok || !sound || box[0] != 0 || box[1] != 0 || s.Dict.Get("Matrix") != nil {
		return bad("the blank appearance must have /BBox [0 0 width height]")
	}
	if !near(box[2], f.Rect[2]-f.Rect[0]) || !near(box[3], f.Rect[3]-f.Rect[1]) {
		return bad("/BBox and /Rect differ in size")
	}
	f.BBox = pdf.AppendObject(nil, bbox)
	res, err := r.dict(s.Dict.Get("Resources"), "/Resources")
	if err != nil {
		return err
	}
	if f.Fonts, err = r.fonts(res); err != nil {
		return err
	}
	for i, e := range d {
		if e.Key == "AP" {
			f.Before = append(text(d[:i]), " /AP << /N "...)
			f.After = append([]byte(" >>"), bytes.TrimPrefix(text(d[i+1:]), []byte("<<"))...)
		}
	}
	return nil
}

// near allows for coordinates that were rounded to hundredths.
func near(a, b float64) bool { return a-b < 0.02 && b-a < 0.02 }

func numbers(a pdf.Array) (out [4]float64, ok bool) {
	if len(a) != 4 {
		return out, false
	}
	for i, o := range a {
		switch v := o.(type) {
		case pdf.Integer:
			out[i] = float64(v)
		case pdf.Real:
			out[i] = float64(v)
		default:
			return out, false
		}
	}
	return out, true
}

func (r reader) store(h *Head, o pdf.Object) error {
	if o == nil {
		return nil
	}
	h.Store.Object, _ = o.(pdf.Ref)
	d, err := r.dict(o, "/DSS")
	if err != nil {
		return err
	}
	for key, to := range map[pdf.Name]*[]Stored{"Certs": &h.Store.Certs, "OCSPs": &h.Store.OCSPs, "CRLs": &h.Store.CRLs} {
		list, err := r.Resolve(d.Get(key))
		if err != nil {
			return fmt.Errorf("%w: %w", ErrPaper, err)
		}
		a, _ := list.(pdf.Array)
		for _, o := range a {
			ref, isRef := o.(pdf.Ref)
			v, err := r.Resolve(o)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrPaper, err)
			}
			s, isStream := v.(*pdf.Stream)
			if !isRef || !isStream {
				return fmt.Errorf("%w: /DSS /%s holds something that is no stream", ErrPaper, key)
			}
			data, err := s.Decode(maxEvidence)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrPaper, err)
			}
			*to = append(*to, Stored{ref, sha256.Sum256(data)})
		}
	}
	return nil
}
