package templates

import (
	"bytes"
	"strings"
	"testing"

	"kyket/internal/pdf"
	"kyket/pact"
)

// entries of a dictionary in the order of the file.
func position(d pdf.Dict, key pdf.Name) int {
	for i, e := range d {
		if e.Key == key {
			return i
		}
	}
	return -1
}

// fieldsOf reads the AcroForm of a paper.
func fieldsOf(t *testing.T, r Rendered) (*pdf.File, pdf.Dict, []pdf.Dict) {
	t.Helper()
	f, err := pdf.Open(r.PDF)
	if err != nil {
		t.Fatal(err)
	}
	form := getDict(t, f, catalog(t, f).Get("AcroForm"))
	var fields []pdf.Dict
	for _, o := range form.Get("Fields").(pdf.Array) {
		fields = append(fields, getDict(t, f, o))
	}
	return f, form, fields
}

// The rules that strict validators hold a file to that others will sign: each was broken once and then refused.
func TestFieldsAreReady(t *testing.T) {
	p := sample(articles(t), 6)
	p.Seating.Seals = pact.LeadSeal
	p.Seating.Witnesses = []Seat{{"W1", "Đại diện Bộ Tư pháp"}}
	r := mustRender(t, p)
	f, form, fields := fieldsOf(t, r)
	want := p.Seating.Fields()
	if len(fields) != len(want) || len(r.Fields) != len(want) || len(want) != 6+1+1+1+3 {
		t.Fatalf("%d fields in the file, %d placed, %d wanted", len(fields), len(r.Fields), len(want))
	}
	if form.Get("SigFlags") != pdf.Integer(3) {
		t.Error("no /SigFlags 3")
	}
	names := map[string]PlacedField{}
	for _, placed := range r.Fields {
		names[placed.Name] = placed
	}
	blanks := map[pdf.Object]pdf.Object{}
	for _, d := range fields {
		name := d.Get("T").(pdf.String).Text()
		placed, ok := names[name]
		if !ok {
			t.Fatalf("field %q was not announced", name)
		}
		if d.Get("Subtype") != pdf.Name("Widget") || d.Get("FT") != pdf.Name("Sig") || d.Get("F") != pdf.Integer(132) || d.Get("V") != nil {
			t.Errorf("%s is not one object of field and widget: %v", name, d)
		}
		tip := get(t, f, d.Get("TU")).(pdf.String).Text()
		if !strings.Contains(tip, placed.Title) || placed.Kind == pact.AgencyField && !strings.Contains(tip, "Chữ ký số") {
			t.Errorf("%s says %q", name, tip)
		}
		ap := d.Get("AP")
		if placed.Width() == 0 {
			if ap != nil {
				t.Errorf("%s shows something", name)
			}
			continue
		}
		n := getDict(t, f, ap).Get("N")
		stream := get(t, f, n).(*pdf.Stream)
		content, err := stream.Decode(1 << 10)
		if err != nil || len(content) != 0 {
			t.Errorf("%s: an unsigned field draws %q (%v)", name, content, err)
		}
		box := stream.Dict.Get("BBox").(pdf.Array)
		if got := [2]pdf.Object{box[2], box[3]}; !number(got[0], placed.Width()) || !number(got[1], placed.Height()) {
			t.Errorf("%s: box %v, field %v x %v", name, box, placed.Width(), placed.Height())
		}
		if stream.Dict.Get("Filter") != pdf.Name("FlateDecode") {
			t.Errorf("%s: no /Filter before, one after signing is a change", name)
		}
		size := pdf.String(pdf.AppendObject(nil, box))
		if known, ok := blanks[pdf.Name(size)]; ok && known != n {
			t.Errorf("%s has a blank appearance of its own", name)
		}
		blanks[pdf.Name(size)] = n
	}
}

func number(o pdf.Object, want float64) bool {
	switch v := o.(type) {
	case pdf.Integer:
		return float64(v) == want
	case pdf.Real:
		return float64(v) == want
	}
	return false
}

func TestStructureTree(t *testing.T) {
	r := mustRender(t, sample(articles(t), 6))
	f, _, fields := fieldsOf(t, r)
	tree := getDict(t, f, catalog(t, f).Get("StructTreeRoot"))
	if k, parents := position(tree, "K"), position(tree, "ParentTree"); parents < 0 || k < parents {
		t.Error("/ParentTree must come before /K")
	}
	nums := getDict(t, f, tree.Get("ParentTree")).Get("Nums").(pdf.Array)
	parent := map[pdf.Integer]pdf.Object{}
	for i := 0; i < len(nums); i += 2 {
		parent[nums[i].(pdf.Integer)] = nums[i+1]
	}
	for _, d := range fields {
		e := getDict(t, f, parent[d.Get("StructParent").(pdf.Integer)])
		k, ok := e.Get("K").(pdf.Dict)
		if !ok || k.Get("Type") != pdf.Name("OBJR") || e.Get("S") != pdf.Name("Form") {
			t.Errorf("the element of %s is %v", d.Get("T"), e)
			continue
		}
		if got := getDict(t, f, k.Get("Obj")); !bytes.Equal(pdf.AppendObject(nil, got), pdf.AppendObject(nil, d)) {
			t.Errorf("the element of %s leads to another object", d.Get("T"))
		}
	}
	// Every mark on every page has an owner, and every owner lists its mark.
	pages := getDict(t, f, catalog(t, f).Get("Pages")).Get("Kids").(pdf.Array)
	if len(pages) != r.Pages {
		t.Fatalf("%d pages, %d told", len(pages), r.Pages)
	}
	for i, o := range pages {
		page := getDict(t, f, o)
		content, err := get(t, f, page.Get("Contents")).(*pdf.Stream).Decode(1 << 22)
		if err != nil {
			t.Fatal(err)
		}
		marks := bytes.Count(content, []byte("/MCID "))
		owners := get(t, f, parent[page.Get("StructParents").(pdf.Integer)]).(pdf.Array)
		if marks == 0 || len(owners) != marks || bytes.Count(content, []byte(" BDC"))+bytes.Count(content, []byte(" BMC")) != bytes.Count(content, []byte("EMC")) {
			t.Errorf("page %d: %d marks, %d owners", i+1, marks, len(owners))
		}
	}
}

// A frozen paper names agencies and never a person: a head who is replaced needs no new paper.
func TestWhatThePaperCarries(t *testing.T) {
	p := sample(articles(t), 6)
	f, form, _ := fieldsOf(t, mustRender(t, p))
	fonts := getDict(t, f, getDict(t, f, form.Get("DR")).Get("Font"))
	for _, name := range []pdf.Name{"VN", "VNB"} {
		d := getDict(t, f, fonts.Get(name))
		if d.Get("Encoding") != pdf.Name("Identity-H") || !strings.Contains(string(d.Get("BaseFont").(pdf.Name)), "+LiberationSerif") {
			t.Errorf("%s is %v", name, d)
		}
	}
	root := catalog(t, f)
	af := root.Get("AF").(pdf.Array)
	want := []struct {
		name, relation string
		data           []byte
	}{{"manifest.json", "Data", p.Manifest}, {"pact.json", "Source", p.PactJSON}}
	if len(af) != len(want) {
		t.Fatalf("%d associated files", len(af))
	}
	for i, w := range want {
		spec := getDict(t, f, af[i])
		if spec.Get("UF").(pdf.String).Text() != w.name || spec.Get("AFRelationship") != pdf.Name(w.relation) {
			t.Errorf("file %d: %v", i, spec)
		}
		data, err := get(t, f, getDict(t, f, spec.Get("EF")).Get("F")).(*pdf.Stream).Decode(1 << 20)
		if err != nil || !bytes.Equal(data, w.data) {
			t.Errorf("%s holds %q (%v)", w.name, data, err)
		}
	}
	if lang := root.Get("Lang").(pdf.String).Text(); lang != "vi-VN" {
		t.Error(lang)
	}
}

func TestOpenPolicyDrawsBoxesOnly(t *testing.T) {
	p := sample(parts(t), 6)
	p.Seating.Policy = pact.OpenTool
	r := mustRender(t, p)
	_, _, fields := fieldsOf(t, r)
	if len(fields) != stampFields || len(r.Boxes) != 6 {
		t.Errorf("%d fields, %d boxes", len(fields), len(r.Boxes))
	}
	for _, b := range r.Boxes {
		if b.Width() != wideSeats.width || b.Height() != wideSeats.height || b.Agency == "" || b.Rect[0] < marginLeft-1 {
			t.Errorf("box %+v", b)
		}
	}
	if bytes.Contains(r.PDF, []byte("/ObjStm")) {
		t.Error("foreign tools must find a plain file")
	}
}

// A field lies inside its page's text, no two overlap.
func TestFieldsDoNotOverlap(t *testing.T) {
	for _, seals := range []pact.OrgSeal{pact.NoSeal, pact.EachSeal, pact.LeadSeal} {
		p := sample(parts(t), 7)
		p.Seating.Seals = seals
		r := mustRender(t, p)
		for i, a := range r.Fields {
			if a.Width() == 0 {
				continue
			}
			if a.Rect[0] < marginLeft-0.1 || a.Rect[2] > marginLeft+textWidth+0.1 || a.Rect[1] < marginBottom {
				t.Errorf("%s: %v", a.Name, a.Rect)
			}
			for _, b := range r.Fields[:i] {
				if b.Width() > 0 && a.Page == b.Page && a.Rect[0] < b.Rect[2] && b.Rect[0] < a.Rect[2] && a.Rect[1] < b.Rect[3] && b.Rect[1] < a.Rect[3] {
					t.Errorf("%s lies over %s", a.Name, b.Name)
				}
			}
		}
	}
}
