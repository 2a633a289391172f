package validate

import (
	"fmt"
	"slices"

	"kyket/internal/pdf"
)

// catalog explains a new or grown /DSS and /Extensions, and a new field for a document time stamp when the form is a
// direct object; every other key must be as before.
func (s *step) catalog() {
	root := s.new.Root()
	before, ok1 := s.dict(s.old, root)
	after, ok2 := s.dict(s.new, root)
	if !ok1 || !ok2 {
		s.refuse(root, "catalog_form")
		return
	}
	for _, k := range differing(before, after) {
		switch k {
		case "DSS", "Extensions":
		case "AcroForm":
			if !s.stamped || !s.explained[root.Num] { // newField has looked at it
				s.refuse(root, "catalog_key", k)
			}
		default:
			s.refuse(root, "catalog_key", k)
		}
	}
	if !equal(before.Get("Extensions"), after.Get("Extensions")) && !s.extensions(before.Get("Extensions"), after.Get("Extensions")) {
		s.refuse(root, "catalog_key", "Extensions")
	}
	s.explained[root.Num] = true
	grew, err := s.dss(before.Get("DSS"), after.Get("DSS"))
	switch {
	case err != nil:
		s.refuse(root, "dss", err.Error())
	case grew:
		s.allow("dss", root, "dss_added")
	}
}

// extensions may only grow, by direct values.
func (s *step) extensions(before, after pdf.Object) bool {
	o, err1 := s.old.Resolve(before)
	n, err2 := s.new.Resolve(after)
	a, _ := o.(pdf.Dict)
	b, ok := n.(pdf.Dict)
	if err1 != nil || err2 != nil || !ok || refers(b) {
		return false
	}
	if ref, ok := after.(pdf.Ref); ok {
		s.explained[ref.Num] = true
	}
	return !slices.ContainsFunc(a, func(e pdf.Entry) bool { return !equal(e.Value, b.Get(e.Key)) })
}

// dssLists are the lists of a DSS dictionary (EN 319 142-1, 5.4.2), vriLists those of an entry of its /VRI.
var (
	dssLists = []pdf.Name{"Certs", "OCSPs", "CRLs"}
	vriLists = []pdf.Name{"Cert", "OCSP", "CRL"}
)

// dss explains the DSS dictionary: it may come and grow, and keeps every reference that it had.
func (s *step) dss(before, after pdf.Object) (grew bool, err error) {
	old, err := resolveDict(s.old, before)
	if err != nil {
		return false, err
	}
	s.reach(after)
	d, err := resolveDict(s.new, after)
	if err != nil {
		return false, err
	}
	if d == nil {
		if old != nil {
			return false, fmt.Errorf("/DSS")
		}
		return false, nil
	}
	g, err := s.lists(old, d, dssLists, "VRI")
	if err != nil {
		return false, err
	}
	oldVRI, err := resolveDict(s.old, old.Get("VRI"))
	if err != nil {
		return false, err
	}
	s.reach(d.Get("VRI"))
	vri, err := resolveDict(s.new, d.Get("VRI"))
	if err != nil {
		return false, err
	}
	for _, e := range oldVRI {
		if vri.Get(e.Key) == nil {
			return false, fmt.Errorf("/VRI /%s", e.Key)
		}
	}
	for _, e := range vri {
		was, err := resolveDict(s.old, oldVRI.Get(e.Key))
		if err != nil {
			return false, err
		}
		s.reach(e.Value)
		now, err := resolveDict(s.new, e.Value)
		if err != nil || now == nil {
			return false, fmt.Errorf("/VRI /%s", e.Key)
		}
		more, err := s.lists(was, now, vriLists, "TU", "TS")
		if err != nil {
			return false, err
		}
		g = g || more || was == nil
	}
	return g || old == nil, nil
}

// lists compares the lists of two dictionaries and says whether any grew.
func (s *step) lists(old, d pdf.Dict, names []pdf.Name, also ...pdf.Name) (bool, error) {
	grew := false
	for _, e := range d {
		if !slices.Contains(names, e.Key) && !slices.Contains(also, e.Key) && e.Key != "Type" {
			return false, fmt.Errorf("/%s", e.Key)
		}
		_, name := e.Value.(pdf.Name)
		_, text := e.Value.(pdf.String)
		if e.Key == "Type" && !name || e.Key == "TU" && !text {
			return false, fmt.Errorf("/%s", e.Key)
		}
	}
	if ts, ok := d.Get("TS").(pdf.Ref); ok && !s.data(ts) {
		return false, fmt.Errorf("/TS")
	}
	for _, k := range names {
		was, err := resolveArray(s.old, old.Get(k))
		if err != nil {
			return false, err
		}
		s.reach(d.Get(k))
		now, err := resolveArray(s.new, d.Get(k))
		if err != nil {
			return false, err
		}
		held := map[pdf.Object]bool{}
		for _, o := range now {
			ref, ok := o.(pdf.Ref)
			if !ok || !s.data(ref) {
				return false, fmt.Errorf("/%s", k)
			}
			held[ref] = true
		}
		for _, o := range was {
			if ref, ok := o.(pdf.Ref); !ok || !held[ref] {
				return false, fmt.Errorf("/%s", k)
			}
		}
		grew = grew || len(now) > len(was)
	}
	return grew, nil
}

// data explains a stream of DER: nothing but bytes, new or as before.
func (s *step) data(ref pdf.Ref) bool {
	o, err := s.new.Get(ref)
	st, ok := o.(*pdf.Stream)
	if err != nil || !ok {
		return false
	}
	for _, e := range st.Dict {
		switch e.Key {
		case "Length", "Filter", "DecodeParms", "Type":
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

// reach explains the dictionary or array that a value refers to, if the revision brought it or it was that before.
// Its content is compared by whoever calls.
func (s *step) reach(o pdf.Object) {
	ref, ok := o.(pdf.Ref)
	if !ok || s.explained[ref.Num] {
		return
	}
	got, err := s.new.Get(ref)
	if err != nil {
		return
	}
	switch got.(type) {
	case pdf.Dict, pdf.Array:
		if s.fresh[ref.Num] || s.inDSS(ref) {
			s.explained[ref.Num] = true
		}
	}
}

// inDSS says whether ref was a part of the DSS dictionary before: only then may it be another one now.
func (s *step) inDSS(ref pdf.Ref) bool {
	cat, ok := s.dict(s.old, s.old.Root())
	if !ok {
		return false
	}
	parts := map[pdf.Object]bool{}
	add := func(o pdf.Object) pdf.Dict {
		if r, ok := o.(pdf.Ref); ok {
			parts[r] = true
		}
		d, _ := resolveDict(s.old, o)
		return d
	}
	d := add(cat.Get("DSS"))
	for _, k := range dssLists {
		add(d.Get(k))
	}
	for _, e := range add(d.Get("VRI")) {
		v := add(e.Value)
		for _, k := range vriLists {
			add(v.Get(k))
		}
	}
	return parts[ref]
}

func resolveDict(f *pdf.File, o pdf.Object) (pdf.Dict, error) {
	got, err := f.Resolve(o)
	if err != nil {
		return nil, err
	}
	switch v := got.(type) {
	case pdf.Null:
		return nil, nil
	case pdf.Dict:
		return v, nil
	}
	return nil, fmt.Errorf("no dictionary")
}

func resolveArray(f *pdf.File, o pdf.Object) (pdf.Array, error) {
	got, err := f.Resolve(o)
	if err != nil {
		return nil, err
	}
	switch v := got.(type) {
	case pdf.Null:
		return nil, nil
	case pdf.Array:
		return v, nil
	}
	return nil, fmt.Errorf("no array")
}
