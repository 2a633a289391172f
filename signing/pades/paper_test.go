package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"math"
	"testing"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
	"kyket/signing/trust"
)

const boxW, boxH = 150.0, 66.0

type (
	d = pdf.Dict
	n = pdf.Name
	i = pdf.Integer
)

// layout of a test paper.
type layout struct {
	seats int  // visible fields ky_01 …
	plain bool // cross-reference tables instead of streams
	bulk  int  // bytes of an attachment that cannot be compressed away
	fault string
}

// paper writes a small tagged paper in the shape that all judges accept: reserved fields, each one object with its
// widget, a Form element each, /ParentTree before /K, blank appearances that have /BBox and /Filter already.
func paper(t testing.TB, l layout) []byte {
	t.Helper()
	w := pdf.NewWriter()
	w.Plain = l.plain
	font := w.Add(d{{Key: "Type", Value: n("Font")}, {Key: "Subtype", Value: n("Type1")}, {Key: "BaseFont", Value: n("Helvetica")}, {Key: "Encoding", Value: n("WinAnsiEncoding")}})
	look := d{
		{Key: "Type", Value: n("XObject")}, {Key: "Subtype", Value: n("Form")}, {Key: "BBox", Value: pdf.Array{i(0), i(0), pdf.Real(boxW), pdf.Real(boxH)}},
		{Key: "Resources", Value: d{{Key: "Font", Value: d{{Key: "F", Value: font}}}}},
	}
	blank := w.AddStream(look, nil)
	switch l.fault {
	case "ink":
		blank = w.AddStream(look, []byte("BT (chua ky) Tj ET"))
	case "no filter":
		blank = w.Add(&pdf.Stream{Dict: look})
	case "other box":
		blank = w.AddStream(look.With("BBox", pdf.Array{i(0), i(0), i(100), i(50)}), nil)
	}
	flags := 3
	if l.fault == "flags" {
		flags = 1
	}
	pages, tree, page := w.Reserve(), w.Reserve(), w.Reserve()
	document, heading := w.Reserve(), w.Reserve()
	text := w.AddStream(nil, []byte("/H1 << /MCID 0 >> BDC BT /F 14 Tf 60 800 Td (Giao uoc thi dua) Tj ET EMC"))
	kids, nums := pdf.Array{heading}, pdf.Array{i(0), pdf.Array{heading}}
	var fields pdf.Array
	add := func(name string, rect pdf.Array, visible bool) {
		key := i(len(fields) + 1)
		field, elem := w.Reserve(), w.Reserve()
		dict := d{
			{Key: "Type", Value: n("Annot")}, {Key: "Subtype", Value: n("Widget")}, {Key: "FT", Value: n("Sig")}, {Key: "T", Value: pdf.TextString(name)},
			{Key: "TU", Value: w.Add(pdf.TextString("Chữ ký số của thủ trưởng " + name))}, {Key: "F", Value: i(132)}, {Key: "P", Value: page}, {Key: "Rect", Value: rect}, {Key: "StructParent", Value: key},
		}
		if l.fault == "text field" {
			dict = dict.With("FT", n("Tx"))
		}
		if visible && l.fault != "no appearance" {
			dict = append(dict, pdf.Entry{Key: "AP", Value: d{{Key: "N", Value: blank}}})
		}
		w.Put(field, dict)
		w.Put(elem, d{{Key: "Type", Value: n("StructElem")}, {Key: "S", Value: n("Form")}, {Key: "P", Value: document}, {Key: "Pg", Value: page},
			{Key: "K", Value: d{{Key: "Type", Value: n("OBJR")}, {Key: "Pg", Value: page}, {Key: "Obj", Value: field}}}})
		fields, kids, nums = append(fields, field), append(kids, elem), append(nums, key, elem)
	}
	for k := range l.seats {
		x, y := 60+float64(k%3)*165, 690-math.Floor(float64(k)/3)*90
		add(fmt.Sprintf("ky_%02d", k+1), pdf.Array{pdf.Real(x), pdf.Real(y), pdf.Real(x + boxW), pdf.Real(y + boxH)}, true)
	}
	for _, name := range []string{"he_thong", "luu_tru_1", "luu_tru_2", "luu_tru_3"} {
		add(name, pdf.Array{i(0), i(842), i(0), i(842)}, false)
	}
	w.Put(heading, d{{Key: "Type", Value: n("StructElem")}, {Key: "S", Value: n("H1")}, {Key: "P", Value: document}, {Key: "Pg", Value: page}, {Key: "K", Value: i(0)}})
	w.Put(document, d{{Key: "Type", Value: n("StructElem")}, {Key: "S", Value: n("Document")}, {Key: "P", Value: tree}, {Key: "K", Value: kids}})
	w.Put(tree, d{{Key: "Type", Value: n("StructTreeRoot")}, {Key: "ParentTree", Value: d{{Key: "Nums", Value: nums}}}, {Key: "K", Value: pdf.Array{document}}, {Key: "ParentTreeNextKey", Value: i(len(fields) + 1)}})
	w.Put(page, d{{Key: "Type", Value: n("Page")}, {Key: "Parent", Value: pages}, {Key: "MediaBox", Value: pdf.Array{i(0), i(0), i(595), i(842)}}, {Key: "Contents", Value: text},
		{Key: "Resources", Value: d{{Key: "Font", Value: d{{Key: "F", Value: font}}}}}, {Key: "StructParents", Value: i(0)}, {Key: "Tabs", Value: n("S")}, {Key: "Annots", Value: fields}})
	w.Put(pages, d{{Key: "Type", Value: n("Pages")}, {Key: "Kids", Value: pdf.Array{page}}, {Key: "Count", Value: i(1)}})
	form := w.Add(d{{Key: "Fields", Value: fields}, {Key: "SigFlags", Value: i(flags)}, {Key: "DR", Value: d{{Key: "Font", Value: d{{Key: "VN", Value: font}}}}}, {Key: "DA", Value: pdf.TextString("/VN 9 Tf 0 g")}})
	root := d{{Key: "Type", Value: n("Catalog")}, {Key: "Pages", Value: pages}, {Key: "AcroForm", Value: form}, {Key: "StructTreeRoot", Value: tree},
		{Key: "MarkInfo", Value: d{{Key: "Marked", Value: pdf.Bool(true)}}}, {Key: "Lang", Value: pdf.TextString("vi-VN")}}
	if l.bulk > 0 {
		noise, x := make([]byte, l.bulk), uint64(1)
		for k := range noise {
			x = x*6364136223846793005 + 1442695040888963407
			noise[k] = byte(x >> 56)
		}
		w.Add(&pdf.Stream{Data: noise})
	}
	switch l.fault {
	case "direct form":
		root = root.With("AcroForm", d{{Key: "Fields", Value: fields}, {Key: "SigFlags", Value: i(3)}})
	case "no form":
		root = root.With("AcroForm", pdf.Null{})
	}
	info := w.Add(d{{Key: "Title", Value: pdf.TextString("Giao ước thi đua")}})
	b, err := w.Bytes(w.Add(root), info)
	if err != nil {
		t.Fatal(err)
	}
	if l.fault == "trailing bytes" {
		b = append(b, "% more"...)
	}
	return b
}

// scribble is a signature by hand, 150 × 56 pixels of coverage.
func scribble(seed float64) []byte {
	const w, h = 150, 56
	alpha := make([]byte, w*h)
	for at := 0.0; at < 1; at += 0.0006 {
		cx, cy := 12+at*120+8*math.Sin((20+seed)*at), 28+16*math.Sin((25+3*seed)*at)*math.Cos(17*at)
		for y := int(cy) - 2; y <= int(cy)+2; y++ {
			for x := int(cx) - 2; x <= int(cx)+2; x++ {
				v := 255 - 110*math.Hypot(float64(x)-cx, float64(y)-cy)
				if k := y*w + x; x >= 0 && x < w && y >= 0 && y < h && v > float64(alpha[k]) {
					alpha[k] = byte(v)
				}
			}
		}
	}
	return alpha
}

func appearance(seed int) *pdf.Form {
	return &pdf.Form{
		Width: boxW, Height: boxH, Fonts: []pdf.Name{"VN"},
		Content: fmt.Appendf(nil, "q 112 0 0 42 19 12 cm /Im1 Do Q\n0 0 0.5 rg BT /VN 6.5 Tf 4 57 Td (TRUONG DON VI) Tj /VN 10 Tf 0 -45 Td (Nguyen Van %d) Tj /VN 6 Tf 0 -8 Td (Ky so luc 15:04:05 02/01/2026) Tj ET", seed),
		Images:  []pdf.Image{{Name: "Im1", Width: 150, Height: 56, Colour: [3]byte{16, 32, 144}, Alpha: scribble(float64(seed))}},
	}
}

// person is a signer of the trial world.
type person struct {
	key  crypto.Signer
	cert *x509.Certificate
}

// stage is a trial world with its clock and what asks it, in process.
type stage struct {
	t       testing.TB
	world   *trialpki.World
	now     time.Time
	step    time.Duration // between two increments; a rehearsal's clock stands still
	stamper trust.Stamper
	source  trust.RevocationSource
	probe   int
}

func newStage(t testing.TB, kind trialpki.KeyKind, now time.Time) *stage {
	t.Helper()
	s := &stage{t: t, now: now, step: time.Second}
	clock := func() time.Time { return s.now }
	w, err := trialpki.New(clock, kind, "http://127.0.0.1:8080/trial")
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"127.0.0.1"}
	signers := trust.NewAnchors(trust.Anchor{Certificate: w.Root(), Hosts: hosts})
	stamps := trust.NewAnchors(trust.Anchor{Certificate: w.StampRoot(), Hosts: hosts})
	s.world = w
	s.stamper = trust.NewAuthority(w.StampURL(), w, stamps, clock, time.Minute)
	s.source = trust.NewSource(signers.With(stamps), w, clock, time.Minute)
	if s.probe, err = s.stamper.Probe(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) person(name string) person {
	s.t.Helper()
	key, cert, err := s.world.NewPerson(trialpki.Subject{CommonName: name, Organization: "Sở Nội vụ tỉnh Hà Tĩnh", Locality: "Hà Tĩnh", Title: "Giám đốc"})
	if err != nil {
		s.t.Fatal(err)
	}
	return person{key, cert}
}

func (p person) value(t testing.TB, data []byte) []byte {
	t.Helper()
	h := sha256.Sum256(data)
	v, err := p.key.Sign(nil, h[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (s *stage) token(digest []byte) []byte {
	s.t.Helper()
	token, err := s.stamper.Stamp(context.Background(), digest)
	if err != nil {
		s.t.Fatal(err)
	}
	return token.DER
}

func (s *stage) request(field string, p person, seed int) pades.Request {
	r := pades.Request{Field: field, Certificate: p.cert, Chain: []*x509.Certificate{s.world.IssuingCA()}, At: s.now, TokenSize: s.probe}
	if seed > 0 {
		r.Appearance = appearance(seed)
	}
	return r
}

// document is a file that grows, with its head.
type document struct {
	file []byte
	head pades.Head
}

func open(t testing.TB, file []byte) document {
	t.Helper()
	h, err := pades.Inspect(file)
	if err != nil {
		t.Fatal(err)
	}
	return document{file, h}
}

// grow appends an increment and compares the head it brought with one read afresh.
func (doc *document) grow(t testing.TB, inc pades.Increment, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if inc.Base != doc.head.SHA256 {
		t.Fatal("increment of another file")
	}
	if _, _, err := pades.CheckIncrement(doc.head, inc.Bytes); err != nil {
		t.Fatal(err)
	}
	doc.file = append(bytes.Clone(doc.file), inc.Bytes...)
	doc.head = inc.Head
}

// sign signs at B-T, or at B-B without a stamp.
func (s *stage) sign(doc *document, r pades.Request, p person, stamp bool) {
	s.t.Helper()
	prepared, err := pades.Prepare(doc.head, r)
	if err != nil {
		s.t.Fatal(err)
	}
	value := p.value(s.t, prepared.SignedAttributes)
	var token []byte
	if stamp {
		h := sha256.Sum256(value)
		token = s.token(h[:])
	}
	inc, err := pades.Finish(prepared, value, token)
	doc.grow(s.t, inc, err)
	s.now = s.now.Add(s.step)
}

func (s *stage) stamp(doc *document) {
	s.t.Helper()
	p, err := pades.PrepareStamp(doc.head, s.probe)
	if err != nil {
		s.t.Fatal(err)
	}
	inc, err := pades.FinishStamp(p, s.token(p.Digest[:]))
	doc.grow(s.t, inc, err)
	s.now = s.now.Add(s.step)
}

func (s *stage) seal(doc *document) { s.t.Helper(); s.store(doc, pades.Chains) }

func (s *stage) renew(doc *document) { s.t.Helper(); s.store(doc, pades.StampChains) }

// store adds a store and a document time stamp over it.
func (s *stage) store(doc *document, list func([]byte) ([][]*x509.Certificate, error)) {
	s.t.Helper()
	chains, err := list(doc.file)
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := s.source.Collect(context.Background(), chains)
	if err != nil {
		s.t.Fatal(err)
	}
	inc, err := pades.Seal(doc.head, pades.Evidence(e))
	doc.grow(s.t, inc, err)
	s.now = s.now.Add(s.step)
	s.stamp(doc)
}
