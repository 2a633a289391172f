package validate_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// edit appends an increment to a file; f puts objects.
func edit(t testing.TB, file []byte, f func(file *pdf.File, inc *pdf.Increment)) []byte {
	t.Helper()
	doc, err := pdf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	inc := pdf.NewIncrement(doc.Tail())
	f(doc, inc)
	add, _, _, err := inc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(file), add...)
}

func dict(t testing.TB, f *pdf.File, o pdf.Object) d {
	t.Helper()
	got, err := f.Resolve(o)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := got.(d)
	if !ok {
		t.Fatalf("%v is no dictionary", o)
	}
	return v
}

func catalog(t testing.TB, f *pdf.File) d { return dict(t, f, f.Root()) }

func firstPage(t testing.TB, f *pdf.File) pdf.Ref {
	return dict(t, f, catalog(t, f).Get("Pages")).Get("Kids").(pdf.Array)[0].(pdf.Ref)
}

func fieldRef(t testing.TB, f *pdf.File, name string) pdf.Ref {
	t.Helper()
	for _, o := range dict(t, f, catalog(t, f).Get("AcroForm")).Get("Fields").(pdf.Array) {
		if dict(t, f, o).Get("T").(pdf.String).Text() == name {
			return o.(pdf.Ref)
		}
	}
	t.Fatalf("no field %s", name)
	return pdf.Ref{}
}

// TestLaterChanges: whatever a later revision does beyond signing, stamping and validation data is refused, for every
// signature before it, and named.
func TestLaterChanges(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(3)
	s.sign("ky_01", s.person("A", agency), true)
	s.store()
	s.stamp()
	s.want(validate.Passed, 0)
	put := func(ref func(f *pdf.File) pdf.Ref, change func(f *pdf.File, inc *pdf.Increment, old d) pdf.Object) func(f *pdf.File, inc *pdf.Increment) {
		return func(f *pdf.File, inc *pdf.Increment) {
			r := ref(f)
			inc.Put(r, change(f, inc, dict(t, f, r)))
		}
	}
	root := func(f *pdf.File) pdf.Ref { return f.Root() }
	page := func(f *pdf.File) pdf.Ref { return firstPage(t, f) }
	field := func(name string) func(f *pdf.File) pdf.Ref {
		return func(f *pdf.File) pdf.Ref { return fieldRef(t, f, name) }
	}
	dss := func(f *pdf.File) pdf.Ref { return catalog(t, f).Get("DSS").(pdf.Ref) }
	for name, attack := range map[string]func(f *pdf.File, inc *pdf.Increment){
		"page content replaced": put(page, func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			return old.With("Contents", inc.AddStream(nil, []byte("1 0 0 rg 0 0 600 900 re f")))
		}),
		"content stream rewritten": func(f *pdf.File, inc *pdf.Increment) {
			inc.Put(dict(t, f, page(f)).Get("Contents").(pdf.Ref), &pdf.Stream{Data: []byte("1 0 0 rg 0 0 600 900 re f")})
		},
		"annotation added": put(page, func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			note := inc.Add(d{{Key: "Type", Value: n("Annot")}, {Key: "Subtype", Value: n("FreeText")}})
			return old.With("Annots", append(append(pdf.Array{}, old.Get("Annots").(pdf.Array)...), note))
		}),
		"ink in an unsigned field": put(field("ky_02"), func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			return old.With("AP", d{{Key: "N", Value: inc.AddStream(d{{Key: "Subtype", Value: n("Form")}}, []byte("0 0 10 10 re f"))}})
		}),
		"signed field redrawn": put(field("ky_01"), func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			return old.With("AP", d{{Key: "N", Value: inc.AddStream(d{{Key: "Subtype", Value: n("Form")}}, []byte("0 0 10 10 re f"))}})
		}),
		"signature removed": put(field("ky_01"), func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object { return old.With("V", pdf.Null{}) }),
		"signature of another field reused": put(field("ky_02"), func(f *pdf.File, _ *pdf.Increment, old d) pdf.Object {
			return old.With("V", dict(t, f, fieldRef(t, f, "ky_01")).Get("V"))
		}),
		"field moved": put(field("ky_02"), func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object {
			return old.With("Rect", pdf.Array{i(0), i(0), i(9), i(9)})
		}),
		"certification moved": put(root, func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object { return old.With("Perms", d{}) }),
		"script": put(root, func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object {
			return old.With("OpenAction", d{{Key: "S", Value: n("JavaScript")}})
		}),
		"attachment swapped": put(root, func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object { return old.With("AF", pdf.Array{}) }),
		"DSS dropped":        put(root, func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object { return old.With("DSS", pdf.Null{}) }),
		"DSS loses a reference": put(dss, func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			list := old.Get("OCSPs").(pdf.Array)
			return old.With("OCSPs", append(pdf.Array{inc.AddStream(nil, []byte("x")), inc.AddStream(nil, []byte("y"))}, list[1:]...))
		}),
		"DSS leads to a page": put(dss, func(f *pdf.File, _ *pdf.Increment, old d) pdf.Object {
			return old.With("Certs", append(append(pdf.Array{}, old.Get("Certs").(pdf.Array)...), firstPage(t, f)))
		}),
		"DSS with another key": put(dss, func(_ *pdf.File, _ *pdf.Increment, old d) pdf.Object { return old.With("Show", i(1)) }),
		"DSS stream rewritten": func(f *pdf.File, inc *pdf.Increment) {
			inc.Put(dict(t, f, dss(f)).Get("OCSPs").(pdf.Array)[0].(pdf.Ref), &pdf.Stream{Data: []byte("x")})
		},
		"page content becomes a part of the DSS": func(f *pdf.File, inc *pdf.Increment) {
			p := dict(t, f, page(f))
			inc.Put(p.Get("Contents").(pdf.Ref), d{})
			old := dict(t, f, dss(f))
			more := append(append(pdf.Array{}, old.Get("Certs").(pdf.Array)...), inc.AddStream(nil, []byte("x")))
			inc.Put(dss(f), old.With("VRI", p.Get("Contents")).With("Certs", more))
		},
		"DSS stream with more than data": put(dss, func(_ *pdf.File, inc *pdf.Increment, old d) pdf.Object {
			return old.With("Certs", append(append(pdf.Array{}, old.Get("Certs").(pdf.Array)...), inc.AddStream(d{{Key: "Subtype", Value: n("Form")}}, []byte("x"))))
		}),
		"object nobody reaches": func(_ *pdf.File, inc *pdf.Increment) { inc.Add(d{{Key: "Hidden", Value: i(1)}}) },
		"title changed": func(f *pdf.File, inc *pdf.Increment) {
			inc.Put(f.Trailer().Get("Info").(pdf.Ref), d{{Key: "Title", Value: pdf.TextString("x")}})
		},
		"nothing at all, unsigned": func(f *pdf.File, inc *pdf.Increment) { inc.Put(page(f), dict(t, f, page(f))) },
		"visible stamp field": func(f *pdf.File, inc *pdf.Increment) {
			form := catalog(t, f).Get("AcroForm").(pdf.Ref)
			fd := inc.Add(d{{Key: "FT", Value: n("Sig")}, {Key: "T", Value: pdf.TextString("x")}, {Key: "Rect", Value: pdf.Array{i(0), i(0), i(99), i(99)}}})
			old := dict(t, f, form)
			inc.Put(form, old.With("Fields", append(append(pdf.Array{}, old.Get("Fields").(pdf.Array)...), fd)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := validate.Verify(edit(t, s.file, attack), s.options())
			if r.Verdict != validate.Failed || r.ExitCode() != 1 || len(r.Unexplained) == 0 {
				t.Error(short(r))
			}
			for _, sig := range r.Signatures {
				if sig.Revision < r.Revisions-1 && sig.SubIndication != validate.FormatFailure {
					t.Errorf("signature before the change: %s", short(r))
				}
			}
		})
	}
	for name, file := range map[string][]byte{
		"comment behind the end":   append(bytes.Clone(s.file), "% more\n"...),
		"zeros behind the end":     append(bytes.Clone(s.file), 0, 0, 0),
		"another end":              append(bytes.Clone(s.file), s.file[bytes.LastIndex(s.file, []byte("startxref")):]...),
		"points to an older state": append(bytes.Clone(s.file), fmt.Sprintf("startxref\n%d\n%%%%EOF\n", startOf(t, s.file, 1))...),
	} {
		if r := validate.Verify(file, s.options()); r.Verdict != validate.Failed || r.ExitCode() != 1 || len(r.Unexplained) == 0 {
			t.Errorf("%s: %s", name, short(r))
		}
	}
}

// TestTrailer: the trailer leads to the document, and must lead to the same one.
func TestTrailer(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	s.store()
	for name, change := range map[string]func(tail *pdf.Tail, f *pdf.File){
		"nothing":         func(*pdf.Tail, *pdf.File) {},
		"another catalog": func(tail *pdf.Tail, f *pdf.File) { tail.Root = firstPage(t, f) },
		"another info":    func(tail *pdf.Tail, f *pdf.File) { tail.Info = f.Root() },
		"another ID":      func(tail *pdf.Tail, _ *pdf.File) { tail.ID = []byte("another") },
	} {
		f, err := pdf.Open(s.file)
		if err != nil {
			t.Fatal(err)
		}
		tail := f.Tail()
		change(&tail, f)
		inc := pdf.NewIncrement(tail)
		dss := catalog(t, f).Get("DSS").(pdf.Ref)
		list := append(pdf.Array{}, dict(t, f, dss).Get("CRLs").(pdf.Array)...)
		inc.Put(dss, dict(t, f, dss).With("CRLs", append(list, inc.AddStream(nil, []byte("x")))))
		add, _, _, err := inc.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		r := validate.Verify(append(bytes.Clone(s.file), add...), s.options())
		if ok := r.Verdict != validate.Failed && r.ExitCode() != 4; ok != (name == "nothing") {
			t.Errorf("%s: %s", name, short(r))
		}
	}
}

func startOf(t testing.TB, file []byte, rev int) int64 {
	f, err := pdf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return f.Revisions()[rev].StartXref
}

// TestHiddenBytes: an object in no cross-reference section is invisible today and waits for a later one.
func TestHiddenBytes(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	end := int64(len(s.file))
	file := edit(t, s.file, func(f *pdf.File, inc *pdf.Increment) {
		inc.Put(f.Root(), catalog(t, f).With("DSS", d{{Key: "Certs", Value: pdf.Array{inc.AddStream(nil, s.world.Root().Raw)}}}))
	})
	if r := validate.Verify(file, s.options()); len(r.Unexplained) > 0 {
		t.Fatal(short(r))
	}
	f, err := pdf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	// the same bytes with a page inside the cross-reference gap: written by hand, as an attacker would
	hidden := []byte("999 0 obj\n<< /Type /Page >>\nendobj\n")
	before := f.At(len(f.Revisions()) - 2)
	tail := before.Tail()
	tail.Size = end + int64(len(hidden))
	inc := pdf.NewIncrement(tail)
	inc.Put(f.Root(), catalog(t, before).With("DSS", d{{Key: "Certs", Value: pdf.Array{inc.AddStream(nil, s.world.Root().Raw)}}}))
	add, _, _, err := inc.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	forged := append(append(bytes.Clone(s.file), hidden...), add...)
	r := validate.Verify(forged, s.options())
	if r.Verdict != validate.Failed || len(r.Unexplained) == 0 || r.Unexplained[0].Why.Code != "bytes_between" {
		t.Error(short(r))
	}
}

// TestWrapped moves the byte range around a second body (signature wrapping).
func TestWrapped(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	start := bytes.Index(s.file, []byte("/ByteRange ["))
	end := start + bytes.IndexByte(s.file[start:], ']') + 1
	var a, b, c int
	if _, err := fmt.Sscanf(string(s.file[start:end]), "/ByteRange [0 %d %d %d]", &a, &b, &c); err != nil {
		t.Fatal(err)
	}
	for _, rng := range []string{
		fmt.Sprintf("[0 %d %d %d]", a-1, b, c), fmt.Sprintf("[0 %d %d %d]", a, b+1, c-1), fmt.Sprintf("[1 %d %d %d]", a-1, b, c),
		fmt.Sprintf("[0 %d %d %d]", a, b, c-6), fmt.Sprintf("[0 %d %d]", a, b),
		fmt.Sprintf("[0 %d %d 0]", a, b), fmt.Sprintf("[0 0 0 %d]", c), fmt.Sprintf("[0 %d -%d %d]", a, b, c),
		fmt.Sprintf("[0 %d %d %d 0 0]", a, b, c),
	} {
		text := "/ByteRange " + rng
		width := end - start
		for s.file[start+width] == ' ' {
			width++
		}
		if len(text) > width {
			t.Fatal("no room for the forged range")
		}
		file := bytes.Clone(s.file)
		copy(file[start:start+width], text+strings.Repeat(" ", width-len(text)))
		r := validate.Verify(file, s.options())
		if r.Verdict != validate.Failed || r.Signatures[0].SubIndication != validate.FormatFailure {
			t.Errorf("%s: %s", rng, short(r))
		}
		if strings.HasSuffix(rng, "0 0]") && r.Signatures[0].Coverage != validate.Partial {
			t.Errorf("%s: coverage %s", rng, r.Signatures[0].Coverage)
		}
	}
}

// TestEveryByteCounts changes single bytes all over a sealed paper: nothing that changes may pass. Bytes that no one
// reads (padding inside /Contents) must keep being zeros.
func TestEveryByteCounts(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	s.sign("ky_01", s.person("A", agency), true)
	s.store()
	s.stamp()
	s.want(validate.Passed, 0)
	for at := 7; at < len(s.file); at += 211 {
		file := bytes.Clone(s.file)
		file[at] ^= 1
		if r := validate.Verify(file, s.options()); r.ExitCode() == 0 {
			t.Fatalf("byte %d (%q) changed, and it passes", at, s.file[max(0, at-20):at+20])
		}
	}
}

// TestRevoked: revoked before the proven time counts, after it does not; of an unproven signature it always does.
func TestRevoked(t *testing.T) {
	for _, c := range []struct {
		name   string
		stamp  bool // of its own
		after  time.Duration
		passes bool
	}{
		{"before its stamp", true, -time.Minute, false},
		{"after its stamp", true, time.Minute, true},
		{"between signing and the document time stamp", false, 30 * time.Second, false},
		{"after the document time stamp", false, time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, trialpki.P256).certified(1)
			p := s.person("A", agency)
			s.now = s.now.Add(10 * time.Minute)
			s.sign("ky_01", p, c.stamp)
			signed := s.now
			s.now = s.now.Add(time.Minute)
			if !c.stamp {
				s.stamp()
			}
			s.now = s.now.Add(2 * time.Hour)
			s.world.Revoke(p.cert.SerialNumber, signed.Add(c.after))
			s.store()
			s.stamp()
			if c.passes {
				s.want(validate.Passed, 0)
				return
			}
			sub(t, s.want(validate.Indeterminate, 2), 1, validate.Indeterminate, validate.RevokedNoPOE)
		})
	}
}

func TestExpired(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(1)
	s.sign("ky_01", s.person("A", agency), true)
	s.store()
	s.stamp()
	s.now = s.now.AddDate(21, 0, 0)
	r := s.verify()
	if r.ExitCode() != 2 {
		t.Error(short(r)) // the authority of the last time stamp has expired and nothing proves it any more
	}
	for i := range r.Signatures {
		sub(t, r, i, validate.Indeterminate, validate.OutOfBounds)
	}
	s.now = noon.AddDate(-1, 0, 0)
	if r := s.verify(); r.ExitCode() != 2 {
		t.Errorf("judged as of a time before it was signed: %s", short(r))
	}
}

func TestDroppedRevision(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(2)
	s.sign("ky_01", s.person("A", agency), true)
	one, oneHead := s.file, s.head
	s.sign("ky_02", s.person("B", agency), true)
	o := s.options()
	o.Expected = []string{oneHead.SHA256.String(), s.head.SHA256.String()}
	if r := validate.Verify(s.file, o); len(r.Unexplained) > 0 {
		t.Error(short(r))
	}
	r := validate.Verify(one, o)
	if r.Verdict != validate.Failed || len(r.Unexplained) != 1 || r.Unexplained[0].Why.Code != "revision_missing" {
		t.Error(short(r))
	}
}

// FuzzVerify changes whole files; a verdict that passes what was changed is a hole. What lies inside /Contents but is
// signed by nobody (RFC 5652 leaves the unsigned attributes and certificates open) is the exception that is asked for.
func FuzzVerify(f *testing.F) {
	s := newStage(f, trialpki.P256).certified(1)
	s.sign("ky_01", s.person("A", agency), true)
	s.store()
	s.stamp()
	whole, o := s.file, s.options()
	open := bytes.LastIndex(whole, []byte("/Contents <")) + len("/Contents <")
	shut := open + bytes.IndexByte(whole[open:], '>')
	f.Add(uint32(100), []byte("x"))
	f.Add(uint32(len(whole)-30), []byte("9"))
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		file := bytes.Clone(whole)
		n := copy(file[int(at)%len(file):], with)
		r := validate.Verify(file, o)
		start := int(at) % len(file)
		if r.ExitCode() == 0 && !bytes.Equal(file, whole) && (start < open || start+n > shut) {
			t.Fatalf("changed at %d and passed", start)
		}
	})
}
