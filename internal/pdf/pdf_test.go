package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kyket/internal/pdf"
)

// paper writes a small file of one page.
func paper(t testing.TB, plain bool) []byte {
	t.Helper()
	w := pdf.NewWriter()
	w.Plain = plain
	root, pages, page := w.Reserve(), w.Reserve(), w.Reserve()
	content := w.AddStream(nil, []byte("1 0 0 RG 10 10 100 100 re S"))
	w.Put(root, pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}, {Key: "Pages", Value: pages}})
	w.Put(pages, pdf.Dict{{Key: "Type", Value: pdf.Name("Pages")}, {Key: "Kids", Value: pdf.Array{page}}, {Key: "Count", Value: pdf.Integer(1)}})
	w.Put(page, pdf.Dict{{Key: "Type", Value: pdf.Name("Page")}, {Key: "Parent", Value: pages}, {Key: "Contents", Value: content},
		{Key: "Resources", Value: pdf.Dict{}},
		{Key: "MediaBox", Value: pdf.Array{pdf.Integer(0), pdf.Integer(0), pdf.Real(595.28), pdf.Real(841.89)}}})
	info := w.Add(pdf.Dict{{Key: "Title", Value: pdf.TextString("Quy chế phối hợp (Hà Tĩnh)")}})
	b, err := w.Bytes(root, info)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, b []byte) *pdf.File {
	t.Helper()
	f, err := pdf.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// grow appends an increment that retitles the paper and adds a stream.
func grow(t testing.TB, b []byte, title string) []byte {
	t.Helper()
	tail := open(t, b).Tail()
	i := pdf.NewIncrement(tail)
	i.Put(tail.Info, pdf.Dict{{Key: "Title", Value: pdf.TextString(title)}})
	i.AddStream(pdf.Dict{{Key: "Type", Value: pdf.Name("Test")}}, []byte(title))
	add, offsets, next, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	out := append(bytes.Clone(b), add...)
	if got := open(t, out).Tail(); fmt.Sprint(got) != fmt.Sprint(next) {
		t.Errorf("tail after the increment\n got %v\nwant %v", got, next)
	}
	for num, at := range offsets {
		if head := fmt.Sprintf("%d 0 obj\n", num); !bytes.HasSuffix(out[:at], []byte(head)) {
			t.Errorf("object %d does not begin at %d", num, at)
		}
	}
	return out
}

// need wants qpdf; with CI=true a missing one is a failure.
func need(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("qpdf"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("qpdf is missing")
		}
		t.Skip("qpdf is missing")
	}
}

// qpdf asks an independent reader whether the file is sound.
func qpdf(t *testing.T, b []byte) {
	t.Helper()
	need(t)
	name := filepath.Join(t.TempDir(), "f.pdf")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("qpdf", "--check", name).CombinedOutput(); err != nil {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
}

func TestIncrementsReadBack(t *testing.T) {
	for _, plain := range []bool{false, true} {
		t.Run(fmt.Sprintf("plain=%v", plain), func(t *testing.T) {
			b := paper(t, plain)
			base := len(b)
			titles := []string{"Nghĩa Lộ", "một (hai", "ba)"}
			for _, title := range titles {
				b = grow(t, b, title)
			}
			f := open(t, b)
			revs := f.Revisions()
			if len(revs) != 4 || revs[0].Start != 0 || revs[0].End != int64(base) || revs[3].End != int64(len(b)) {
				t.Fatalf("revisions %+v", revs)
			}
			for i, want := range append([]string{"Quy chế phối hợp (Hà Tĩnh)"}, titles...) {
				v := f.At(i)
				o, err := v.Resolve(v.Trailer().Get("Info"))
				if err != nil {
					t.Fatal(err)
				}
				s, _ := o.(pdf.Dict).Get("Title").(pdf.String)
				if got := s.Text(); got != want {
					t.Errorf("revision %d: title %q, want %q", i, got, want)
				}
			}
			id := func(i int) pdf.Array { return f.At(i).Trailer().Get("ID").(pdf.Array) }
			if !bytes.Equal(id(0)[0].(pdf.String), id(3)[0].(pdf.String)) || bytes.Equal(id(2)[1].(pdf.String), id(3)[1].(pdf.String)) {
				t.Error("/ID: the first half must stay, the second must change")
			}
			added := revs[3].Objects[len(revs[3].Objects)-1]
			if !plain {
				added = revs[3].Objects[len(revs[3].Objects)-2] // the last is the cross-reference stream
			}
			o, err := f.Get(added)
			if err != nil {
				t.Fatal(err)
			}
			if data, err := o.(*pdf.Stream).Decode(100); err != nil || string(data) != titles[2] {
				t.Errorf("stream %q %v", data, err)
			}
			if o, _ := f.At(0).Get(added); o != (pdf.Null{}) {
				t.Errorf("the first revision knows an object of the last: %v", o)
			}
			if f.Written(added) != 3 || f.Written(f.Root()) != 0 {
				t.Error("Written names the wrong revision")
			}
			qpdf(t, b)
		})
	}
}

func TestSameObjectsSameBytes(t *testing.T) {
	if !bytes.Equal(paper(t, false), paper(t, false)) {
		t.Error("two writings differ")
	}
}

// An increment of a file beyond 16 MB needs offsets of more than three bytes.
func TestIncrementFarBehind(t *testing.T) {
	w := pdf.NewWriter()
	root := w.Add(pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}, {Key: "Pages", Value: pdf.Dict{{Key: "Kids", Value: pdf.Array{}}, {Key: "Count", Value: pdf.Integer(0)}}}})
	w.Add(&pdf.Stream{Data: bytes.Repeat([]byte("x"), 17<<20)})
	b, err := w.Bytes(root, pdf.Ref{})
	if err != nil {
		t.Fatal(err)
	}
	i := pdf.NewIncrement(open(t, b).Tail())
	ref := i.Add(pdf.TextString("behind"))
	add, _, _, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if o, err := open(t, append(b, add...)).Get(ref); err != nil || o.(pdf.String).Text() != "behind" {
		t.Errorf("%v %v", o, err)
	}
}

func TestWriterRefuses(t *testing.T) {
	dict := pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}}
	for name, do := range map[string]func(w *pdf.Writer){
		"reserved, never put":    func(w *pdf.Writer) { w.Reserve() },
		"never reserved":         func(w *pdf.Writer) { w.Put(pdf.Ref{Num: 77}, pdf.Null{}) },
		"reference to object 0":  func(w *pdf.Writer) { w.Add(pdf.Array{pdf.Ref{}}) },
		"catalog no dictionary ": func(w *pdf.Writer) { w.Put(pdf.Ref{Num: 1}, pdf.Null{}) },
	} {
		w := pdf.NewWriter()
		root := w.Add(dict)
		do(w)
		if _, err := w.Bytes(root, pdf.Ref{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestValueSpan(t *testing.T) {
	b := paper(t, false)
	i := pdf.NewIncrement(open(t, b).Tail())
	ref := i.Add(pdf.Raw("<< /Type /Sig % (note)\n /Contents <00aB> /M (x) >>"))
	add, _, _, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, add...)
	f := open(t, b)
	start, end, err := f.ValueSpan(ref, "Contents")
	if err != nil || string(b[start:end]) != "<00aB>" {
		t.Errorf("%d %d %v", start, end, err)
	}
	start, end, err = f.Span(ref)
	if err != nil || !strings.HasPrefix(string(b[start:end]), fmt.Sprintf("%d 0 obj", ref.Num)) || !strings.HasSuffix(string(b[start:end]), "endobj") {
		t.Errorf("%d %d %v", start, end, err)
	}
	if _, _, err := f.Span(f.Root()); err == nil {
		t.Error("an object of an object stream has a place of its own")
	}
}

// Each of these a lenient reader repairs; readers that repair differently show different papers.
func TestOpenRefuses(t *testing.T) {
	b := paper(t, true)
	two := grow(t, b, "x")
	for name, broken := range map[string][]byte{
		"empty":               nil,
		"no header":           b[1:],
		"cut":                 b[:len(b)-3],
		"wrong startxref":     bytes.Replace(b, []byte("startxref\n"), []byte("startxref\n1"), 1),
		"encrypted":           bytes.Replace(b, []byte("/Root"), []byte("/Encrypt 1 0 R /Root"), 1),
		"root no reference":   bytes.Replace(b, []byte("/Root 1 0 R"), []byte("/Root 1 0 X"), 1),
		"offset out of place": bytes.Replace(two, []byte(fmt.Sprintf("%010d 00000 n", bytes.LastIndex(two, []byte("5 0 obj")))), []byte("0000000015 00000 n"), 1),
		"chain in a circle":   bytes.Replace(two, []byte(fmt.Sprintf("/Prev %d", open(t, b).Tail().StartXref)), []byte(fmt.Sprintf("/Prev %d", open(t, two).Tail().StartXref)), 1),
	} {
		_, err := pdf.Open(broken)
		var se *pdf.SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGetRefuses(t *testing.T) {
	b := paper(t, true)
	for name, change := range map[string][2]string{
		"wrong number":   {"\n3 0 obj", "\n2 0 obj"},
		"wrong length":   {"/Length ", "/Length 1"},
		"key twice":      {"/Type /Page /Parent", "/Type /Page /Type  "},
		"no endobj":      {"endobj\n4 0 obj", "endobx\n4 0 obj"},
		"escaped badly":  {"/Resources", "/Resour#es"},
		"bad number":     {"595.28", "59.5.8"},
		"no hexadecimal": {"<FEFF", "<FEFX"},
	} {
		changed := bytes.Replace(b, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, b) {
			t.Fatalf("%s: nothing changed", name)
		}
		f, err := pdf.Open(changed)
		for n := 1; err == nil && n < 6; n++ {
			_, err = f.Get(pdf.Ref{Num: n})
		}
		if err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
}

func TestObjectsReadBack(t *testing.T) {
	for _, s := range []string{
		"null", "true", "-7", "0.5", "(a\\(b\\)\\\\)", "<FEFF0129>", "/A#20B#2F", "[1 [2 3 0 R] /X]", "<< /A << >> /B [] >>",
	} {
		i := pdf.NewIncrement(open(t, paper(t, false)).Tail())
		ref := i.Add(pdf.Raw(s))
		add, _, _, err := i.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		o, err := open(t, append(paper(t, false), add...)).Get(ref)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if got := string(pdf.AppendObject(nil, o)); got != s {
			t.Errorf("%s comes back as %s", s, got)
		}
	}
	if got := string(pdf.AppendObject(nil, pdf.Real(-0.00001))); got != "0" {
		t.Errorf("real %s", got)
	}
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 11, 24, 15, 7, 0, 0, time.FixedZone("", 7*3600))
	if got := string(pdf.Date(at)); got != "D:20261124150700+07'00'" {
		t.Error(got)
	}
	for _, s := range []string{"D:20261124150700+07'00'", "D:20261124150700+07'00", "D:20261124080700Z", "D:20261124080700Z00'00'", "D:20261124080700"} {
		if got, ok := pdf.ParseDate(pdf.String(s)); !ok || !got.Equal(at) {
			t.Errorf("%s: %v", s, got)
		}
	}
	if _, ok := pdf.ParseDate(pdf.String("yesterday")); ok {
		t.Error("yesterday is a date")
	}
}

func TestPredictors(t *testing.T) {
	// two rows of three bytes, each PNG filter once, against values worked by hand from ISO/IEC 15948, 9.2
	rows := []byte{1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1}
	w := pdf.NewWriter()
	ref := w.AddStream(pdf.Dict{{Key: "DecodeParms", Value: pdf.Dict{{Key: "Predictor", Value: pdf.Integer(12)}, {Key: "Columns", Value: pdf.Integer(3)}}}}, rows)
	root := w.Add(pdf.Dict{{Key: "Type", Value: pdf.Name("Catalog")}})
	b, err := w.Bytes(root, pdf.Ref{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := open(t, b).Get(ref)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.(*pdf.Stream).Decode(100)
	if want := []byte{1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5}; err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %v, want %v, %v", got, want, err)
	}
	if _, err := o.(*pdf.Stream).Decode(5); err == nil {
		t.Error("longer than allowed, and no error")
	}
}

func FuzzOpen(f *testing.F) {
	for _, plain := range []bool{false, true} {
		b := paper(f, plain)
		f.Add(b)
		f.Add(grow(f, b, "Tĩnh"))
	}
	f.Add([]byte("%PDF-1.7\nxref\n0 0\ntrailer\n<< /Size 3 /Root 1 0 R /Prev 75 >>\nstartxref\n0\n%%EOF\nxref\n0 0\ntrailer\n<< /Size 3 >>\nstartxref\n9\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := pdf.Open(b)
		if err != nil {
			return
		}
		for i, rev := range file.Revisions() {
			if rev.Start < 0 || rev.End <= rev.Start || rev.End > int64(len(b)) {
				t.Fatalf("revision %d: %d to %d", i, rev.Start, rev.End)
			}
			v := file.At(i)
			_, _ = v.Catalog()
			v.Tail()
			for _, ref := range rev.Objects {
				o, err := v.Get(ref)
				if err != nil {
					continue
				}
				if s, ok := o.(*pdf.Stream); ok {
					_, _ = s.Decode(1 << 16)
				}
				if start, end, err := v.Span(ref); err == nil && (start < rev.Start || end > rev.End) {
					t.Fatalf("object %v outside its revision", ref)
				}
				pdf.AppendObject(nil, o)
			}
		}
	})
}
