package pades_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/pades"
)

func TestInspectRefuses(t *testing.T) {
	for _, fault := range []string{"ink", "no filter", "other box", "flags", "direct form", "no form", "text field", "no appearance", "trailing bytes"} {
		if _, err := pades.Inspect(paper(t, layout{seats: 2, fault: fault})); !errors.Is(err, pades.ErrPaper) {
			t.Errorf("%s: %v", fault, err)
		}
	}
	if _, err := pades.Inspect([]byte("no paper")); !errors.Is(err, pades.ErrPaper) {
		t.Error(err)
	}
}

func TestPrepareRefuses(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Văn A")
	doc := open(t, paper(t, layout{seats: 2}))
	s.sign(&doc, s.request("ky_01", p, 1), p, false)
	for name, c := range map[string]struct {
		change func(*pades.Request)
		want   error
	}{
		"unknown field":    {func(r *pades.Request) { r.Field = "ky_99" }, pades.ErrNoField},
		"filled":           {func(r *pades.Request) { r.Field = "ky_01" }, pades.ErrFilled},
		"late certificate": {func(r *pades.Request) { r.Field, r.Appearance, r.Certify = "he_thong", nil, true }, pades.ErrOrder},
		"nothing drawn":    {func(r *pades.Request) { r.Appearance = nil }, pades.ErrAppearance},
		"drawn nowhere":    {func(r *pades.Request) { r.Field = "he_thong" }, pades.ErrAppearance},
		"other size":       {func(r *pades.Request) { r.Appearance.Height = 50 }, pades.ErrAppearance},
		"unknown font":     {func(r *pades.Request) { r.Appearance.Fonts = []pdf.Name{"Arial"} }, pades.ErrAppearance},
		"short image":      {func(r *pades.Request) { r.Appearance.Images[0].Alpha = nil }, pades.ErrAppearance},
		"no certificate":   {func(r *pades.Request) { r.Certificate = nil }, pades.ErrValue},
		"huge token":       {func(r *pades.Request) { r.TokenSize = 1 << 20 }, pades.ErrTooLong},
	} {
		r := s.request("ky_02", p, 2)
		c.change(&r)
		if _, err := pades.Prepare(doc.head, r); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFinishRefuses(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p, other := s.person("Nguyễn Văn A"), s.person("Trần Thị B")
	doc := open(t, paper(t, layout{seats: 1}))
	r := s.request("ky_01", p, 1)
	prepared, err := pades.Prepare(doc.head, r)
	if err != nil {
		t.Fatal(err)
	}
	value := p.value(t, prepared.SignedAttributes)
	over := func(b []byte) []byte { h := sha256.Sum256(b); return s.token(h[:]) }
	check := func(name string, value, token []byte, want error) {
		t.Helper()
		if _, err := pades.Finish(prepared, value, token); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	check("no value", nil, nil, pades.ErrValue)
	check("somebody else's value", other.value(t, prepared.SignedAttributes), nil, pades.ErrValue)
	check("value over something else", p.value(t, []byte("something")), nil, pades.ErrValue)
	check("token over something else", value, over([]byte("something")), pades.ErrToken)
	check("no token", value, []byte("token"), pades.ErrToken)
	prepared.Reserve -= 1500
	check("too long", value, over(value), pades.ErrTooLong)

	stamp, err := pades.PrepareStamp(doc.head, s.probe)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pades.FinishStamp(stamp, over([]byte("something"))); !errors.Is(err, pades.ErrToken) {
		t.Error(err)
	}
	if _, err := pades.Finish(stamp, value, nil); !errors.Is(err, pades.ErrValue) {
		t.Error(err)
	}
	if _, err := pades.FinishStamp(prepared, over(stamp.Digest[:])); !errors.Is(err, pades.ErrToken) {
		t.Error(err)
	}
}

// TestStored: head and prepared data survive as JSON, and another process finishes days later with the same bytes.
func TestStored(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Thị Ĩ, Hà Tĩnh")
	doc := open(t, paper(t, layout{seats: 1}))
	var head pades.Head
	if err := json.Unmarshal(jsonOf(t, doc.head), &head); err != nil {
		t.Fatal(err)
	}
	prepared, err := pades.Prepare(head, s.request("ky_01", p, 1))
	if err != nil {
		t.Fatal(err)
	}
	again, err := pades.Prepare(doc.head, s.request("ky_01", p, 1))
	if err != nil || !bytes.Equal(jsonOf(t, prepared), jsonOf(t, again)) {
		t.Fatalf("the same request does not give the same bytes (%v)", err)
	}
	var stored pades.Prepared
	if err := json.Unmarshal(jsonOf(t, prepared), &stored); err != nil {
		t.Fatal(err)
	}
	inc, err := pades.Finish(stored, raw(t, p.value(t, stored.SignedAttributes)), nil)
	doc.grow(t, inc, err)
	f, err := pdf.Open(doc.file)
	if err != nil {
		t.Fatal(err)
	}
	field, err := doc.head.Field("ky_01")
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Get(field.Object)
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.Resolve(o.(pdf.Dict).Get("V"))
	if err != nil {
		t.Fatal(err)
	}
	sig := v.(pdf.Dict)
	if name := sig.Get("Name").(pdf.String).Text(); name != "Nguyễn Thị Ĩ, Hà Tĩnh" {
		t.Errorf("/Name is %q", name)
	}
	if m := string(sig.Get("M").(pdf.String)); m != "D:20260302120000+07'00'" {
		t.Errorf("/M is %q", m)
	}
	if last := f.Revisions()[1]; len(last.Objects) != 6 { // five, and the cross-reference stream
		t.Errorf("an approval writes %d objects", len(last.Objects))
	}
}

// raw goes the way of a hardware token's value: r and s one after the other, and back.
func raw(t *testing.T, der []byte) []byte {
	t.Helper()
	var v struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &v); err != nil {
		t.Fatal(err)
	}
	rs := append(v.R.FillBytes(make([]byte, 32)), v.S.FillBytes(make([]byte, 32))...)
	back, err := pades.FromRaw(rs)
	if err != nil || !bytes.Equal(back, der) {
		t.Fatalf("value changed on the way (%v)", err)
	}
	return back
}

// TestCheckIncrementRefusesEveryByte: no byte of a signed increment can change.
func TestCheckIncrementRefusesEveryByte(t *testing.T) {
	for _, plain := range []bool{false, true} {
		s := newStage(t, trialpki.P256, noon)
		p := s.person("Nguyễn Văn A")
		doc := open(t, paper(t, layout{seats: 1, plain: plain}))
		head := doc.head
		before := len(doc.file)
		s.sign(&doc, s.request("ky_01", p, 1), p, true)
		inc := doc.file[before:]
		if kind, field, err := pades.CheckIncrement(head, inc); err != nil || kind != pades.Approval || field != "ky_01" {
			t.Fatal(kind, field, err)
		}
		zeros := bytes.LastIndex(inc, []byte("00000000> >>")) // what is left of the reserve does not count
		for k := 0; k < len(inc); k += 5 {
			if k > zeros-200 && k < zeros+8 {
				continue
			}
			bad := bytes.Clone(inc)
			bad[k] ^= 0x15
			if _, _, err := pades.CheckIncrement(head, bad); err == nil {
				t.Fatalf("byte %d of %d (%q) can change", k, len(inc), inc[max(0, k-20):k+1])
			}
		}
		for _, bad := range [][]byte{nil, inc[:len(inc)-1], append(bytes.Clone(inc), '\n'), append([]byte("% x\n"), inc...)} {
			if _, _, err := pades.CheckIncrement(head, bad); err == nil {
				t.Error("cut or lengthened increment accepted")
			}
		}
		if _, _, err := pades.CheckIncrement(doc.head, inc); err == nil {
			t.Error("accepted behind another head")
		}
	}
}

// TestCheckIncrementRefusesMore signs increments that change more than they may, with a good signature each, and holds
// them against the true head.
func TestCheckIncrementRefusesMore(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Văn A")
	truth := open(t, paper(t, layout{seats: 2})).head
	swap := func(b []byte, old, new string) []byte {
		t.Helper()
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("no %q in %q", old, b)
		}
		return []byte(strings.Replace(string(b), old, new, 1))
	}
	for name, c := range map[string]struct {
		change  func(h *pades.Head)
		certify bool
	}{
		"a moved field":    {func(h *pades.Head) { h.Fields[0].Before = swap(h.Fields[0].Before, "/Rect [60 ", "/Rect [10 ") }, false},
		"another flag":     {func(h *pades.Head) { h.Fields[0].Before = swap(h.Fields[0].Before, "/F 132", "/F 2") }, false},
		"an action":        {func(h *pades.Head) { h.Fields[0].After = []byte(" >> /A << /S /JavaScript >>") }, false},
		"another object":   {func(h *pades.Head) { h.Fields[0].Object = h.Form.Object }, false},
		"somebody's field": {func(h *pades.Head) { h.Fields[0].Object = h.Fields[1].Object }, false},
		"another box":      {func(h *pades.Head) { h.Fields[0].BBox = []byte("[0 0 500 500]") }, false},
		"a foreign font":   {func(h *pades.Head) { h.Fonts = map[string]pdf.Ref{"VN": h.Tail.Root} }, false},
		"an opened catalog": {func(h *pades.Head) {
			h.Catalog.Rest = append(bytes.Clone(h.Catalog.Rest), " /OpenAction [3 0 R /Fit]"...)
		}, true},
		"another root":         {func(h *pades.Head) { h.Tail.Root.Num++ }, false},
		"another previous":     {func(h *pades.Head) { h.Tail.StartXref-- }, false},
		"another information":  {func(h *pades.Head) { h.Tail.Info.Num-- }, false},
		"another first half":   {func(h *pades.Head) { h.Tail.ID = []byte("0123456789abcdef") }, false},
		"numbers left out":     {func(h *pades.Head) { h.Tail.Next -= 3 }, false},
		"nothing (no forgery)": {func(*pades.Head) {}, true},
	} {
		h := truth
		h.Fields = append([]pades.Field(nil), truth.Fields...)
		c.change(&h)
		r := s.request("ky_01", p, 1)
		if c.certify {
			r.Field, r.Appearance, r.Certify = "he_thong", nil, true
		}
		prepared, err := pades.Prepare(h, r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		inc, err := pades.Finish(prepared, p.value(t, prepared.SignedAttributes), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, _, err = pades.CheckIncrement(truth, inc.Bytes)
		if strings.HasPrefix(name, "nothing") {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if !errors.Is(err, pades.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCheckIncrementRefusesStowaways: objects beside those of the signature, new or old.
func TestCheckIncrementRefusesStowaways(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Văn A")
	head := open(t, paper(t, layout{seats: 2})).head
	for name, forge := range map[string]func(*pdf.Increment){
		"a new object":  func(inc *pdf.Increment) { inc.Add(d{{Key: "Hidden", Value: pdf.Bool(true)}}) },
		"the form":      func(inc *pdf.Increment) { inc.Put(head.Form.Object, d{}) },
		"the catalog":   func(inc *pdf.Increment) { inc.Put(head.Tail.Root, d{}) },
		"another field": func(inc *pdf.Increment) { inc.Put(head.Fields[1].Object, d{}) },
		"some object":   func(inc *pdf.Increment) { inc.Put(pdf.Ref{Num: 3}, d{}) },
		"nothing":       func(*pdf.Increment) {},
	} {
		prepared, err := pades.PrepareWith(head, s.request("ky_01", p, 1), forge)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		inc, err := pades.Finish(prepared, p.value(t, prepared.SignedAttributes), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, _, err := pades.CheckIncrement(head, inc.Bytes); errors.Is(err, pades.ErrChanged) == (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStoreKeepsWhatItHad: a seal whose head forgot the earlier store is refused.
func TestStoreKeepsWhatItHad(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Văn A")
	doc := open(t, paper(t, layout{seats: 1}))
	s.sign(&doc, s.request("ky_01", p, 1), p, true)
	s.seal(&doc)
	forgetful := doc.head
	forgetful.Store.Certs = nil
	inc, err := pades.Seal(forgetful, pades.Evidence{CRLs: [][]byte{[]byte("a list")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := pades.CheckIncrement(doc.head, inc.Bytes); !errors.Is(err, pades.ErrChanged) {
		t.Error(err)
	}
	if _, err := pades.Seal(doc.head, pades.Evidence{}); !errors.Is(err, pades.ErrChanged) {
		t.Error("a seal with nothing new:", err)
	}
}

func FuzzCheckIncrement(f *testing.F) {
	s := newStage(f, trialpki.P256, noon)
	p := s.person("Nguyễn Văn A")
	heads := make([]pades.Head, 0, 2)
	for _, plain := range []bool{false, true} {
		doc := open(f, paper(f, layout{seats: 1, plain: plain}))
		heads = append(heads, doc.head)
		before := len(doc.file)
		s.sign(&doc, s.request("ky_01", p, 1), p, true)
		f.Add(doc.file[before:])
	}
	f.Fuzz(func(t *testing.T, inc []byte) {
		for _, h := range heads {
			if kind, _, err := pades.CheckIncrement(h, inc); err == nil && kind == "" {
				t.Error("accepted without a kind")
			}
		}
	})
}

func FuzzInspect(f *testing.F) {
	f.Add(paper(f, layout{seats: 1}))
	f.Add(paper(f, layout{seats: 1, plain: true}))
	f.Fuzz(func(_ *testing.T, file []byte) {
		if h, err := pades.Inspect(file); err == nil {
			_, _ = pades.PrepareStamp(h, 100)
		}
		_, _ = pades.Chains(file)
	})
}
