package validate_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
	"kyket/signing/trust"
	"kyket/signing/validate"
)

const (
	boxW, boxH = 150.0, 66.0
	agency     = "Sở Nội vụ tỉnh Hà Tĩnh"
)

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

type (
	d = pdf.Dict
	n = pdf.Name
	i = pdf.Integer
)

// paper writes a paper with reserved fields ky_01 …, he_thong, luu_tru_1 … and a manifest.
func paper(t testing.TB, seats int, change func(w *pdf.Writer, root d) d) []byte {
	t.Helper()
	w := pdf.NewWriter()
	font := w.Add(d{{Key: "Type", Value: n("Font")}, {Key: "Subtype", Value: n("Type1")}, {Key: "BaseFont", Value: n("Helvetica")}})
	blank := w.AddStream(d{{Key: "Type", Value: n("XObject")}, {Key: "Subtype", Value: n("Form")}, {Key: "BBox", Value: pdf.Array{i(0), i(0), pdf.Real(boxW), pdf.Real(boxH)}}}, nil)
	pages, page := w.Reserve(), w.Reserve()
	text := w.AddStream(nil, []byte("BT /F 14 Tf 60 800 Td (Giao uoc thi dua) Tj ET"))
	var fields pdf.Array
	var named []map[string]string
	add := func(name, kind, agency string, rect pdf.Array, ap bool) {
		dict := d{{Key: "Type", Value: n("Annot")}, {Key: "Subtype", Value: n("Widget")}, {Key: "FT", Value: n("Sig")}, {Key: "T", Value: pdf.TextString(name)}, {Key: "F", Value: i(132)}, {Key: "P", Value: page}, {Key: "Rect", Value: rect}}
		if ap {
			dict = append(dict, pdf.Entry{Key: "AP", Value: d{{Key: "N", Value: blank}}})
		}
		fields = append(fields, w.Add(dict))
		named = append(named, map[string]string{"field": name, "kind": kind, "agency_name": agency})
	}
	for k := range seats {
		x, y := 60+float64(k%3)*165, 690-math.Floor(float64(k)/3)*90
		add(fmt.Sprintf("ky_%02d", k+1), "agency", agency, pdf.Array{pdf.Real(x), pdf.Real(y), pdf.Real(x + boxW), pdf.Real(y + boxH)}, true)
	}
	add("he_thong", "certification", "", pdf.Array{i(0), i(842), i(0), i(842)}, false)
	for k := range 3 {
		add(fmt.Sprintf("luu_tru_%d", k+1), "dts", "", pdf.Array{i(0), i(842), i(0), i(842)}, false)
	}
	w.Put(page, d{{Key: "Type", Value: n("Page")}, {Key: "Parent", Value: pages}, {Key: "MediaBox", Value: pdf.Array{i(0), i(0), i(595), i(842)}}, {Key: "Contents", Value: text},
		{Key: "Resources", Value: d{{Key: "Font", Value: d{{Key: "F", Value: font}}}}}, {Key: "Annots", Value: fields}})
	w.Put(pages, d{{Key: "Type", Value: n("Pages")}, {Key: "Kids", Value: pdf.Array{page}}, {Key: "Count", Value: i(1)}})
	manifest, err := json.Marshal(map[string]any{"policy": "reserved", "fields": named})
	if err != nil {
		t.Fatal(err)
	}
	file := w.AddStream(d{{Key: "Type", Value: n("EmbeddedFile")}}, manifest)
	spec := w.Add(d{{Key: "Type", Value: n("Filespec")}, {Key: "F", Value: pdf.TextString("manifest.json")}, {Key: "UF", Value: pdf.TextString("manifest.json")}, {Key: "EF", Value: d{{Key: "F", Value: file}}}})
	form := w.Add(d{{Key: "Fields", Value: fields}, {Key: "SigFlags", Value: i(3)}, {Key: "DR", Value: d{{Key: "Font", Value: d{{Key: "VN", Value: font}}}}}, {Key: "DA", Value: pdf.TextString("/VN 9 Tf 0 g")}})
	root := d{{Key: "Type", Value: n("Catalog")}, {Key: "Pages", Value: pages}, {Key: "AcroForm", Value: form}, {Key: "AF", Value: pdf.Array{spec}}}
	if change != nil {
		root = change(w, root)
	}
	info := w.Add(d{{Key: "Title", Value: pdf.TextString("Giao ước thi đua")}})
	b, err := w.Bytes(w.Add(root), info)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func look(seed int) *pdf.Form {
	alpha := make([]byte, 150*56)
	for k := range alpha {
		if (k*seed)%17 == 0 {
			alpha[k] = 255
		}
	}
	return &pdf.Form{
		Width: boxW, Height: boxH, Fonts: []pdf.Name{"VN"},
		Content: fmt.Appendf(nil, "q 112 0 0 42 19 12 cm /Im1 Do Q BT /VN 10 Tf 4 12 Td (Nguyen Van %d) Tj ET", seed),
		Images:  []pdf.Image{{Name: "Im1", Width: 150, Height: 56, Colour: [3]byte{16, 32, 144}, Alpha: alpha}},
	}
}

type person struct {
	key  crypto.Signer
	cert *x509.Certificate
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

type moment struct{ now time.Time }

// stage is a trial world, its clock, and a paper that grows.
type stage struct {
	t       testing.TB
	world   *trialpki.World
	*moment // shared with the copies that other papers are made on
	stamper trust.Stamper
	source  trust.RevocationSource
	probe   int
	file    []byte
	head    pades.Head
}

func newStage(t testing.TB, kind trialpki.KeyKind) *stage {
	t.Helper()
	s := &stage{t: t, moment: &moment{noon}}
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

// on starts again with another paper.
func (s *stage) on(file []byte) *stage {
	s.t.Helper()
	c := *s
	h, err := pades.Inspect(file)
	if err != nil {
		s.t.Fatal(err)
	}
	c.file, c.head = file, h
	return &c
}

func (s *stage) person(name, organisation string) person {
	s.t.Helper()
	key, cert, err := s.world.NewPerson(trialpki.Subject{CommonName: name, Organization: organisation, Title: "Giám đốc"})
	if err != nil {
		s.t.Fatal(err)
	}
	return person{key, cert}
}

func (s *stage) token(digest []byte) []byte {
	s.t.Helper()
	token, err := s.stamper.Stamp(context.Background(), digest)
	if err != nil {
		s.t.Fatal(err)
	}
	return token.DER
}

func (s *stage) grow(inc pades.Increment, err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	s.file, s.head = append(bytes.Clone(s.file), inc.Bytes...), inc.Head
	s.now = s.now.Add(time.Second)
}

func (s *stage) prepare(field string, p person) pades.Prepared {
	s.t.Helper()
	r := pades.Request{Field: field, Certificate: p.cert, Chain: []*x509.Certificate{s.world.IssuingCA()}, At: s.now, TokenSize: s.probe + 1500}
	if strings.HasPrefix(field, "ky_") {
		r.Appearance = look(len(s.file))
	}
	r.Certify = field == "he_thong"
	prepared, err := pades.Prepare(s.head, r)
	if err != nil {
		s.t.Fatal(err)
	}
	return prepared
}

func (s *stage) sign(field string, p person, stamp bool) {
	s.t.Helper()
	prepared := s.prepare(field, p)
	value := p.value(s.t, prepared.SignedAttributes)
	var token []byte
	if stamp {
		h := sha256.Sum256(value)
		token = s.token(h[:])
	}
	s.grow(pades.Finish(prepared, value, token))
}

// certified is a paper of so many seats, certified.
func (s *stage) certified(seats int) *stage {
	s.t.Helper()
	c := s.on(paper(s.t, seats, nil))
	c.sign("he_thong", s.person("Dịch vụ", "Kyket"), true)
	return c
}

func (s *stage) stamp() {
	s.t.Helper()
	p, err := pades.PrepareStamp(s.head, s.probe)
	if err != nil {
		s.t.Fatal(err)
	}
	s.grow(pades.FinishStamp(p, s.token(p.Digest[:])))
}

func (s *stage) store() {
	s.t.Helper()
	chains, err := pades.Chains(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := s.source.Collect(context.Background(), chains)
	if err != nil {
		s.t.Fatal(err)
	}
	s.grow(pades.Seal(s.head, pades.Evidence(e)))
}

func (s *stage) options() validate.Options {
	return validate.Options{Trust: []*x509.Certificate{s.world.Root()}, TSATrust: []*x509.Certificate{s.world.StampRoot()}, At: s.now}
}

func (s *stage) verify() validate.Report { return validate.Verify(s.file, s.options()) }

// short describes a report for comparison in tests.
func short(r validate.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", r.Verdict, r.ExitCode())
	for _, s := range r.Signatures {
		fmt.Fprintf(&b, "\n  %s %s %s %s/%s", s.Field, s.Kind, s.Level, s.Indication, s.SubIndication)
		for _, m := range s.Messages {
			fmt.Fprintf(&b, " %s", m.Code)
		}
	}
	for _, u := range r.Unexplained {
		fmt.Fprintf(&b, "\n  unexplained %s rev %d %s", u.Object, u.Revision, u.Why.Code)
	}
	return b.String()
}

func (s *stage) want(verdict string, exit int) validate.Report {
	s.t.Helper()
	r := s.verify()
	if r.Verdict != verdict || r.ExitCode() != exit {
		s.t.Errorf("want %s, exit %d; got %s", verdict, exit, short(r))
	}
	return r
}
