package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kyket/internal/pdf"
)

// TestIncrementCost: an increment costs the same behind a small file and behind a large one.
func TestIncrementCost(t *testing.T) {
	allocs := func(size int) float64 {
		w := pdf.NewWriter()
		root := w.Add(pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}})
		w.Add(&pdf.Stream{Data: make([]byte, size)})
		b, err := w.Bytes(root, pdf.Ref{})
		if err != nil {
			t.Fatal(err)
		}
		tail := open(t, b).Tail()
		return testing.AllocsPerRun(20, func() {
			i := pdf.NewIncrement(tail)
			i.Add(pdf.Dict{{Key: "A", Value: pdf.Integer(1)}})
			if _, _, _, err := i.Bytes(); err != nil {
				t.Fatal(err)
			}
		})
	}
	if small, large := allocs(10), allocs(8<<20); large > small+2 {
		t.Errorf("%v allocations behind a small file, %v behind a large one", small, large)
	}
}

// TestBomb: a few bytes that unpack to very many are an error and not a full memory.
func TestBomb(t *testing.T) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := &pdf.Stream{Dict: pdf.Dict{{Key: "Filter", Value: pdf.Name("FlateDecode")}}, Data: z.Bytes()}
	if _, err := s.Decode(1 << 20); err == nil {
		t.Error("64 MB came out of a stream that may have one")
	}
	if data, err := s.Decode(64 << 20); err != nil || len(data) != 64<<20 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// TestDeep: nesting has an end, in what is read and in what is written.
func TestDeep(t *testing.T) {
	deep := strings.Repeat("[", 100000) + strings.Repeat("]", 100000)
	b := paper(t, true)
	i := pdf.NewIncrement(open(t, b).Tail())
	ref := i.Add(pdf.Raw(deep))
	add, _, _, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, append(b, add...)).Get(ref); err == nil {
		t.Error("read")
	}
	o := pdf.Object(pdf.Null{})
	for range 1000 {
		o = pdf.Array{o}
	}
	w := pdf.NewWriter()
	if _, err := w.Bytes(w.Add(pdf.Dict{{Key: "A", Value: o}}), pdf.Ref{}); err == nil {
		t.Error("written")
	}
}

// TestCircle: references behind one another have an end.
func TestCircle(t *testing.T) {
	w := pdf.NewWriter()
	root := w.Add(pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}})
	a, b := w.Reserve(), w.Reserve()
	w.Put(a, b)
	w.Put(b, a)
	w.Plain = true
	file, err := w.Bytes(root, pdf.Ref{})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := open(t, file).Resolve(a); err == nil {
		t.Errorf("a circle leads to %v", o)
	}
}

// TestObjectStreamAgain: when a later revision writes an object stream anew, readers show other objects without any of
// them being listed. Such a file is refused.
func TestObjectStreamAgain(t *testing.T) {
	b := paper(t, false)
	f := open(t, b)
	var container pdf.Ref
	for _, ref := range f.Revisions()[0].Objects {
		if o, err := f.Get(ref); err == nil {
			if s, ok := o.(*pdf.Stream); ok && s.Dict.Get("Type") == pdf.Object(pdf.Name("ObjStm")) {
				container = ref
			}
		}
	}
	i := pdf.NewIncrement(f.Tail())
	i.Put(container, &pdf.Stream{Dict: pdf.Dict{{Key: "Type", Value: pdf.Name("ObjStm")}, {Key: "N", Value: pdf.Integer(1)}, {Key: "First", Value: pdf.Integer(4)}}, Data: []byte("1 0 null")})
	add, _, _, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pdf.Open(append(b, add...)); err == nil {
		t.Error("opened")
	}
}

// TestForeignForms are shapes of other writers that are as good as ours.
func TestForeignForms(t *testing.T) {
	b := paper(t, true)
	for name, c := range map[string][2]string{
		"carriage returns":       {"%%EOF\n", "%%EOF\r\n"},
		"no end-of-line":         {"%%EOF\n", "%%EOF"},
		"comment before the end": {"startxref\n", "%Writer 1.0\nstartxref\n"},
	} {
		f, err := pdf.Open(bytes.Replace(b, []byte(c[0]), []byte(c[1]), 1))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		tail := f.Tail()
		if tail.Size != int64(len(f.Bytes())) {
			t.Errorf("%s: tail %+v", name, tail)
		}
		i := pdf.NewIncrement(tail)
		ref := i.Add(pdf.Bool(true))
		add, _, _, err := i.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		g, err := pdf.Open(append(bytes.Clone(f.Bytes()), add...))
		if err != nil {
			t.Errorf("%s: with an increment: %v", name, err)
			continue
		}
		if o, err := g.Get(ref); err != nil || o != pdf.Object(pdf.Bool(true)) {
			t.Errorf("%s: %v %v", name, o, err)
		}
	}
}

// TestLinearized: a file made for the web has its first revision in two halves.
func TestLinearized(t *testing.T) {
	need(t)
	dir := t.TempDir()
	for _, mode := range []string{"--object-streams=disable", "--object-streams=generate"} {
		in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
		if err := os.WriteFile(in, paper(t, true), 0o600); err != nil {
			t.Fatal(err)
		}
		if msg, err := exec.Command("qpdf", "--linearize", mode, in, out).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, msg)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		f := open(t, b)
		if revs := f.Revisions(); len(revs) != 1 || revs[0].Start != 0 || revs[0].End != int64(len(b)) {
			t.Errorf("%s: revisions %+v", mode, revs)
		}
		for _, ref := range f.Revisions()[0].Objects {
			if _, err := f.Get(ref); err != nil {
				t.Errorf("%s: %v: %v", mode, ref, err)
			}
		}
		c, err := f.Catalog()
		if err != nil {
			t.Fatal(err)
		}
		if o, err := f.Resolve(c.Get("Pages")); err != nil || o.(pdf.Dict).Get("Count") != pdf.Object(pdf.Integer(1)) {
			t.Errorf("%s: pages %v %v", mode, o, err)
		}
		two := grow(t, b, "sau")
		if revs := open(t, two).Revisions(); len(revs) != 2 || revs[1].Start != int64(len(b)) {
			t.Errorf("%s: revisions of two %+v", mode, revs)
		}
		qpdf(t, two)
		// a second half that is not there, or not at the end
		at := bytes.LastIndex(b, []byte("startxref"))
		for _, broken := range [][]byte{b[:at], append(bytes.Clone(b[:at]), "startxref\n9999999\n%%EOF\n"...)} {
			if _, err := pdf.Open(broken); err == nil {
				t.Errorf("%s: opened without its second half", mode)
			}
		}
	}
}

// TestIndirectLength: a stream may keep its length in an object of its own.
func TestIndirectLength(t *testing.T) {
	b := paper(t, true)
	tail := open(t, b).Tail()
	i := pdf.NewIncrement(tail)
	s, n := i.Reserve(), i.Reserve()
	i.Put(s, pdf.Raw(fmt.Sprintf("<< /Length %d 0 R >>\nstream\nabc\nendstream", n.Num)))
	i.Put(n, pdf.Integer(3))
	add, _, _, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	o, err := open(t, append(b, add...)).Get(s)
	if err != nil || string(o.(*pdf.Stream).Data) != "abc" {
		t.Errorf("%v %v", o, err)
	}
}

// FuzzObject reads whatever stands where an object should, and writes what was read: the second reading must be equal.
func FuzzObject(f *testing.F) {
	for _, s := range []string{"null", "-0.5", "(a\\(\\051\\n)", "<0aF>", "/A#20", "[1 0 R [true]]", "<< /A << /B (x) >> >>", "<< /Length 3 >>\nstream\nabc\nendstream", "% x\n1"} {
		f.Add([]byte(s))
	}
	b := paper(f, true)
	tail := open(f, b).Tail()
	read := func(t *testing.T, body []byte) (pdf.Object, bool) {
		i := pdf.NewIncrement(tail)
		ref := i.Add(pdf.Raw(body))
		add, _, _, err := i.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		file, err := pdf.Open(append(bytes.Clone(b), add...))
		if err != nil {
			return nil, false // it brought a startxref of its own
		}
		o, err := file.Get(ref)
		return o, err == nil
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, ok := read(t, body)
		if !ok {
			return
		}
		once := pdf.AppendObject(nil, o)
		again, ok := read(t, once)
		if !ok {
			t.Fatalf("%q came out as %q, which cannot be read", body, once)
		}
		if twice := pdf.AppendObject(nil, again); !bytes.Equal(once, twice) {
			t.Fatalf("%q came out as %q and then as %q", body, once, twice)
		}
	})
}
