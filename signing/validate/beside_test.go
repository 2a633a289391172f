package validate_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"strings"
	"testing"

	"kyket/internal/cms"
	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
	"kyket/signing/validate"
)

// rewrite replaces text in a prepared increment by text of the same length before it is signed.
func (s *stage) rewrite(field string, p person, from, to string) *stage {
	s.t.Helper()
	prepared := s.prepare(field, p)
	if len(from) != len(to) || bytes.Count(prepared.Bytes, []byte(from)) != 1 {
		s.t.Fatalf("%q is not once in the increment", from)
	}
	prepared.Bytes = bytes.Replace(prepared.Bytes, []byte(from), []byte(to), 1)
	return s.seal(prepared, p)
}

// seal signs a changed increment: the digest is taken afresh.
func (s *stage) seal(prepared pades.Prepared, p person) *stage {
	s.t.Helper()
	whole := append(bytes.Clone(s.file), prepared.Bytes...)
	h := sha256.New()
	_, _ = io.Copy(h, io.MultiReader(bytes.NewReader(whole[:prepared.ByteRange[1]]), bytes.NewReader(whole[prepared.ByteRange[2]:])))
	attrs, err := cms.SignedAttributes(cms.OIDData, h.Sum(nil), p.cert)
	if err != nil {
		s.t.Fatal(err)
	}
	v := p.value(s.t, attrs)
	sum := sha256.Sum256(v)
	out := *s
	out.file = s.fill(prepared, s.build(cms.Parts{ContentType: cms.OIDData, Certificate: p.cert, Chain: []*x509.Certificate{s.world.IssuingCA()}, SignedAttributes: attrs, Value: v, Token: s.token(sum[:])}))
	return &out
}

// TestDocMDP: what a certification allows, and where it must stand.
func TestDocMDP(t *testing.T) {
	s := newStage(t, trialpki.P256)
	service, head := s.person("Dịch vụ", "Kyket"), s.person("A", agency)
	start := s.on(paper(t, 2, nil))
	next := func(x *stage) validate.Report {
		y := x.on(x.file)
		y.sign("ky_01", head, true)
		return y.verify()
	}
	if r := next(start.rewrite("he_thong", service, "/P 2 ", "/P 2 ")); len(r.Unexplained) > 0 || r.Signatures[0].Kind != validate.Certification {
		t.Error(short(r))
	}
	for name, c := range map[string][2]string{
		"no changes":     {"/P 2 ", "/P 1 "},
		"not understood": {"/P 2 ", "/P 7 "},
	} {
		x := start.rewrite("he_thong", service, c[0], c[1])
		if r := x.verify(); len(r.Unexplained) > 0 {
			t.Errorf("%s: %s", name, short(r))
		}
		if r := next(x); r.Verdict != validate.Failed || len(r.Unexplained) != 1 || r.Unexplained[0].Why.Code != "certification_forbids" {
			t.Errorf("%s: %s", name, short(r))
		}
	}
	// a certification that no catalog names, and a paper that promises one and has none
	if r := start.rewrite("he_thong", service, "/Perms", "/Permz").verify(); r.Signatures[0].Kind != validate.Approval || r.Signatures[0].SubIndication != validate.ConstraintsFailure {
		t.Error(short(r))
	}
	x := s.on(start.file)
	x.sign("ky_01", head, true)
	sub(t, x.verify(), 0, validate.Indeterminate, validate.ConstraintsFailure)
	// one that comes second
	prepared := start.prepare("he_thong", service)
	late := *x
	tail := x.head.Tail
	f, err := pdf.Open(x.file)
	if err != nil {
		t.Fatal(err)
	}
	raw := sigDictionary(t, prepared)
	inc := pdf.NewIncrement(tail)
	v := inc.Add(pdf.Raw(raw))
	ref := fieldRef(t, f, "he_thong")
	inc.Put(ref, dict(t, f, ref).With("V", v))
	inc.Put(f.Root(), catalog(t, f).With("Perms", d{{Key: "DocMDP", Value: v}}))
	r := late.finish(inc, v, raw, service).verify()
	codes := short(r)
	if r.Verdict != validate.Failed || !strings.Contains(codes, "late_reference") || !strings.Contains(codes, "certification_late") {
		t.Error(codes)
	}
}

func sigDictionary(t testing.TB, p pades.Prepared) []byte {
	t.Helper()
	at := bytes.Index(p.Bytes, []byte("<< /Type /Sig "))
	end := bytes.Index(p.Bytes[at:], []byte("> >>\nendobj"))
	if at < 0 || end < 0 {
		t.Fatal("no signature dictionary")
	}
	return bytes.Clone(p.Bytes[at : at+end+4])
}

// finish signs an increment made by hand, in which v is the signature dictionary raw.
func (s *stage) finish(inc *pdf.Increment, v pdf.Ref, raw []byte, p person) *stage {
	s.t.Helper()
	return s.seal(s.place(inc, v, raw), p)
}

// place writes the increment and its byte range.
func (s *stage) place(inc *pdf.Increment, v pdf.Ref, raw []byte) pades.Prepared {
	s.t.Helper()
	tail, offsets, next, err := inc.Bytes()
	if err != nil {
		s.t.Fatal(err)
	}
	at := int(offsets[v.Num] - s.head.Tail.Size)
	contents := bytes.Index(raw, []byte("/Contents <")) + len("/Contents <")
	digits := bytes.IndexByte(raw[contents:], '>')
	from, to := offsets[v.Num]+int64(contents)-1, offsets[v.Num]+int64(contents+digits)+1
	open := bytes.Index(raw, []byte("/ByteRange ["))
	width := bytes.Index(raw, []byte(" /Contents")) - open
	text := fmt.Sprintf("/ByteRange [0 %d %d %d]", from, to, next.Size-to)
	copy(tail[at+open:at+open+width], fmt.Sprintf("%-*s", width, text))
	return pades.Prepared{Bytes: tail, ContentsAt: at + contents, Reserve: digits / 2, ByteRange: [4]int64{0, from, to, next.Size - to}}
}

// TestBesideASignature: a revision that ends with a genuine signature may bring nothing else, whoever signed it.
func TestBesideASignature(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(3)
	head := s.person("A", agency)
	s.sign("ky_01", head, true)
	raw := sigDictionary(t, s.prepare("ky_02", head))
	f, err := pdf.Open(s.file)
	if err != nil {
		t.Fatal(err)
	}
	ref := fieldRef(t, f, "ky_02")
	blank := dict(t, f, ref).Get("AP").(d).Get("N")
	form := func(inc *pdf.Increment, extra ...pdf.Entry) pdf.Ref {
		o, err := f.Resolve(blank)
		if err != nil {
			t.Fatal(err)
		}
		return inc.AddStream(append(append(d{}, o.(*pdf.Stream).Dict...), extra...), []byte("0 0 9 9 re f"))
	}
	for name, c := range map[string]struct {
		change func(inc *pdf.Increment, field d) d
		ok     bool
	}{
		"nothing":        {func(_ *pdf.Increment, field d) d { return field }, true},
		"new appearance": {func(inc *pdf.Increment, field d) d { return field.With("AP", d{{Key: "N", Value: form(inc)}}) }, true},
		"page changed": {func(inc *pdf.Increment, field d) d {
			p := firstPage(t, f)
			inc.Put(p, dict(t, f, p).With("Contents", inc.AddStream(nil, []byte("x"))))
			return field
		}, false},
		"field moved": {func(_ *pdf.Increment, field d) d { return field.With("Rect", pdf.Array{i(0), i(0), i(595), i(842)}) }, false},
		"action":      {func(_ *pdf.Increment, field d) d { return field.With("A", d{{Key: "S", Value: n("URI")}}) }, false},
		"rollover picture": {func(inc *pdf.Increment, field d) d {
			return field.With("AP", d{{Key: "N", Value: form(inc)}, {Key: "R", Value: form(inc)}})
		}, false},
		"larger box": {func(inc *pdf.Increment, field d) d {
			o := inc.AddStream(d{{Key: "Subtype", Value: n("Form")}, {Key: "BBox", Value: pdf.Array{i(0), i(0), i(9), i(9)}}}, nil)
			return field.With("AP", d{{Key: "N", Value: o}})
		}, false},
		"layer": {func(inc *pdf.Increment, field d) d {
			return field.With("AP", d{{Key: "N", Value: form(inc, pdf.Entry{Key: "OC", Value: d{}})}})
		}, false},
		"new font": {func(inc *pdf.Increment, field d) d {
			font := inc.Add(d{{Key: "Type", Value: n("Font")}, {Key: "Subtype", Value: n("Type3")}})
			return field.With("AP", d{{Key: "N", Value: form(inc, pdf.Entry{Key: "Resources", Value: d{{Key: "Font", Value: d{{Key: "F", Value: font}}}}})}})
		}, false},
		"nested form": {func(inc *pdf.Increment, field d) d {
			return field.With("AP", d{{Key: "N", Value: form(inc, pdf.Entry{Key: "Resources", Value: d{{Key: "XObject", Value: d{{Key: "X", Value: form(inc)}}}}})}})
		}, false},
		"image from elsewhere": {func(inc *pdf.Increment, field d) d {
			im := inc.Add(&pdf.Stream{Dict: d{{Key: "Subtype", Value: n("Image")}, {Key: "F", Value: pdf.TextString("http://x/y")}}})
			return field.With("AP", d{{Key: "N", Value: form(inc, pdf.Entry{Key: "Resources", Value: d{{Key: "XObject", Value: d{{Key: "X", Value: im}}}}})}})
		}, false},
		"blank appearance overwritten": {func(inc *pdf.Increment, field d) d {
			inc.Put(blank.(pdf.Ref), &pdf.Stream{Dict: d{{Key: "Subtype", Value: n("Form")}}, Data: []byte("x")})
			return field
		}, false},
		"another field emptied": {func(inc *pdf.Increment, field d) d {
			r := fieldRef(t, f, "ky_01")
			inc.Put(r, dict(t, f, r).With("V", pdf.Null{}))
			return field
		}, false},
		"another field filled too": {func(inc *pdf.Increment, field d) d {
			r := fieldRef(t, f, "ky_03")
			inc.Put(r, dict(t, f, r).With("V", inc.Add(d{{Key: "Type", Value: n("Sig")}})))
			return field
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			inc := pdf.NewIncrement(s.head.Tail)
			v := inc.Add(pdf.Raw(raw))
			field := c.change(inc, append(d{}, dict(t, f, ref)...))
			inc.Put(ref, field.With("V", v))
			r := s.finish(inc, v, raw, head).verify()
			if ok := r.Verdict == validate.Indeterminate && len(r.Unexplained) == 0; ok != c.ok {
				t.Error(short(r))
			}
			if !c.ok && r.Signatures[0].SubIndication != validate.FormatFailure {
				t.Errorf("the earlier signature does not mind: %s", short(r))
			}
		})
	}
}

// TestFirstSignatureRemoved: a signature that was there and is gone is a change, also when somebody signed afterwards.
func TestFirstSignatureRemoved(t *testing.T) {
	s := newStage(t, trialpki.P256)
	plain := s.on(paper(t, 2, func(_ *pdf.Writer, root d) d { return root.With("AF", pdf.Array{}) }))
	plain.sign("ky_01", s.person("A", agency), true)
	gone := edit(t, plain.file, func(f *pdf.File, inc *pdf.Increment) {
		r := fieldRef(t, f, "ky_01")
		inc.Put(r, dict(t, f, r).With("V", pdf.Null{}))
	})
	x := s.on(gone)
	x.sign("ky_02", s.person("B", agency), true)
	if r := x.verify(); r.Verdict != validate.Failed || len(r.Unexplained) == 0 || len(r.Signatures) != 1 {
		t.Error(short(r))
	}
}

// TestDynamicContent: papers that can look different to different readers are never passed.
func TestDynamicContent(t *testing.T) {
	s := newStage(t, trialpki.P256)
	for name, change := range map[string]func(root d) d{
		"script": func(root d) d {
			return root.With("OpenAction", d{{Key: "S", Value: n("JavaScript")}, {Key: "JS", Value: pdf.TextString("x")}})
		},
		"names":   func(root d) d { return root.With("Names", d{{Key: "JavaScript", Value: d{}}}) },
		"layers":  func(root d) d { return root.With("OCProperties", d{}) },
		"actions": func(root d) d { return root.With("AA", d{}) },
	} {
		x := s.on(paper(t, 1, func(_ *pdf.Writer, root d) d { return change(root) }))
		x.sign("he_thong", s.person("Dịch vụ", "Kyket"), true)
		r := x.verify()
		sub(t, r, 0, validate.Indeterminate, validate.ConstraintsFailure)
		if m := r.Signatures[0].Messages; m[len(m)-1].Code != "dynamic" {
			t.Errorf("%s: %s", name, short(r))
		}
	}
}

// TestOverwriting: the signature dictionary may not take the place of another object, nor a field be signed twice.
func TestOverwriting(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(2)
	head := s.person("A", agency)
	raw := sigDictionary(t, s.prepare("ky_02", head))
	s.sign("ky_01", head, true)
	f, err := pdf.Open(s.file)
	if err != nil {
		t.Fatal(err)
	}
	page := dict(t, f, firstPage(t, f))
	font := dict(t, f, page.Get("Resources")).Get("Font").(d).Get("F").(pdf.Ref)
	for name, change := range map[string]func(inc *pdf.Increment) pdf.Ref{
		"over the page content": func(inc *pdf.Increment) pdf.Ref {
			v, r := page.Get("Contents").(pdf.Ref), fieldRef(t, f, "ky_02")
			inc.Put(v, pdf.Raw(raw))
			inc.Put(r, dict(t, f, r).With("V", v))
			return v
		},
		"into a signed field": func(inc *pdf.Increment) pdf.Ref {
			v, r := inc.Add(pdf.Raw(raw)), fieldRef(t, f, "ky_01")
			inc.Put(r, dict(t, f, r).With("V", v))
			return v
		},
		"into a new field": func(inc *pdf.Increment) pdf.Ref {
			v, form := inc.Add(pdf.Raw(raw)), catalog(t, f).Get("AcroForm").(pdf.Ref)
			r := inc.Add(d{{Key: "FT", Value: n("Sig")}, {Key: "T", Value: pdf.TextString("new")}, {Key: "V", Value: v}})
			old := dict(t, f, form)
			inc.Put(form, old.With("Fields", append(append(pdf.Array{}, old.Get("Fields").(pdf.Array)...), r)))
			return v
		},
		"with another font": func(inc *pdf.Increment) pdf.Ref {
			v, r := inc.Add(pdf.Raw(raw)), fieldRef(t, f, "ky_02")
			inc.Put(font, dict(t, f, font).With("BaseFont", n("Courier")))
			look, err := f.Resolve(dict(t, f, r).Get("AP").(d).Get("N"))
			if err != nil {
				t.Fatal(err)
			}
			form := inc.AddStream(look.(*pdf.Stream).Dict.With("Resources", d{{Key: "Font", Value: d{{Key: "F", Value: font}}}}), []byte("x"))
			inc.Put(r, dict(t, f, r).With("V", v).With("AP", d{{Key: "N", Value: form}}))
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			inc := pdf.NewIncrement(s.head.Tail)
			v := change(inc)
			r := s.finish(inc, v, raw, head).verify()
			if r.Verdict != validate.Failed || len(r.Unexplained) == 0 {
				t.Error(short(r))
			}
		})
	}
}

// TestStampFields: a document time stamp may bring a field of its own that shows nothing, in the reserved ones' stead.
func TestStampFields(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	f, err := pdf.Open(s.file)
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := pades.PrepareStamp(s.head, s.probe)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(prepared.Bytes, []byte("<< /Type /DocTimeStamp "))
	raw := prepared.Bytes[at : at+bytes.Index(prepared.Bytes[at:], []byte("> >>\nendobj"))+4]
	page := firstPage(t, f)
	zero := pdf.Array{i(0), i(0), i(0), i(0)}
	for name, c := range map[string]struct {
		field    d
		onPage   bool
		page     func(d) d
		accepted bool
	}{
		"without a widget":    {d{}, false, nil, true},
		"zero size":           {d{{Key: "Subtype", Value: n("Widget")}, {Key: "Rect", Value: zero}, {Key: "P", Value: page}}, true, nil, true},
		"visible":             {d{{Key: "Subtype", Value: n("Widget")}, {Key: "Rect", Value: pdf.Array{i(0), i(0), i(99), i(99)}}, {Key: "P", Value: page}}, true, nil, false},
		"with a look":         {d{{Key: "Subtype", Value: n("Widget")}, {Key: "Rect", Value: zero}, {Key: "AP", Value: d{}}}, true, nil, false},
		"with an action":      {d{{Key: "A", Value: d{}}}, false, nil, false},
		"page changed beside": {d{{Key: "Subtype", Value: n("Widget")}, {Key: "Rect", Value: zero}, {Key: "P", Value: page}}, true, func(p d) d { return p.With("Rotate", i(90)) }, false},
		"page changed, no widget there": {d{{Key: "Subtype", Value: n("Widget")}, {Key: "Rect", Value: zero}, {Key: "P", Value: page}}, false,
			func(p d) d { return p.With("Annots", pdf.Array{}) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			inc := pdf.NewIncrement(s.head.Tail)
			v, form := inc.Add(pdf.Raw(raw)), catalog(t, f).Get("AcroForm").(pdf.Ref)
			field := inc.Add(append(d{{Key: "FT", Value: n("Sig")}, {Key: "T", Value: pdf.TextString("luu_tru_4")}, {Key: "V", Value: v}}, c.field...))
			old := dict(t, f, form)
			inc.Put(form, old.With("Fields", append(append(pdf.Array{}, old.Get("Fields").(pdf.Array)...), field)))
			p := append(d{}, dict(t, f, page)...)
			if c.onPage {
				p = p.With("Annots", append(append(pdf.Array{}, p.Get("Annots").(pdf.Array)...), field))
			}
			if c.page != nil {
				p = c.page(p)
			}
			if c.onPage || c.page != nil {
				inc.Put(page, p)
			}
			r := s.stampedBy(inc, v, raw).verify()
			if ok := len(r.Unexplained) == 0; ok != c.accepted || len(r.Signatures) != 2 {
				t.Error(short(r))
			}
		})
	}
}

// stampedBy is finish for a document time stamp.
func (s *stage) stampedBy(inc *pdf.Increment, v pdf.Ref, raw []byte) *stage {
	s.t.Helper()
	p := s.place(inc, v, raw)
	whole := append(bytes.Clone(s.file), p.Bytes...)
	sum := sha256.Sum256(append(bytes.Clone(whole[:p.ByteRange[1]]), whole[p.ByteRange[2]:]...))
	out := *s
	out.file = s.fill(p, s.token(sum[:]))
	return &out
}
