package finish

import (
	"strings"
	"testing"
	"time"

	"github.com/jung-kurt/gofpdf"

	"kyket/internal/pdf"
	"kyket/internal/pdf/font"
)

func drawing(t *testing.T, compress bool) []byte {
	t.Helper()
	p := gofpdf.New("P", "pt", "A4", "")
	p.SetCompression(compress)
	p.AddPage()
	p.SetFont("Times", "", 14)
	p.RawWriteStr("/P <</MCID 0>> BDC")
	p.Text(100, 100, string(font.Codes(nil, "Kế hoạch")))
	p.RawWriteStr("EMC")
	var b strings.Builder
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return []byte(b.String())
}

func plan(t *testing.T) Plan {
	t.Helper()
	fonts, err := font.Liberation()
	if err != nil {
		t.Fatal(err)
	}
	return Plan{
		Root:  &Element{Tag: "Document", Kids: []Kid{&Element{Tag: "P", Kids: []Kid{Mark{1, 0}}}}},
		Fonts: fonts, Title: "Kế hoạch <1> & 2", Author: "Cụm thi đua", Language: "vi-VN", Producer: "Kyket", Created: time.Date(2026, 1, 22, 8, 0, 0, 0, time.UTC), ID: "uuid:1",
	}
}

func TestFinish(t *testing.T) {
	b, err := Finish(drawing(t, false), plan(t))
	if err != nil {
		t.Fatal(err)
	}
	f, err := pdf.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	root, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.Resolve(root.Get("Metadata"))
	if err != nil {
		t.Fatal(err)
	}
	s := o.(*pdf.Stream)
	for _, want := range []string{"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>", "Kế hoạch &lt;1&gt; &amp; 2", "2026-01-22T08:00:00"} {
		if s.Dict.Get("Filter") != nil || !strings.Contains(string(s.Data), want) {
			t.Errorf("the metadata lacks %q", want)
		}
	}
	if root.Get("AF") != nil {
		t.Error("no file was to be attached")
	}
}

func TestFinishRefuses(t *testing.T) {
	for name, d := range map[string][]byte{"nothing": nil, "text": []byte("hello"), "cut": drawing(t, false)[:400], "compressed": drawing(t, true)} {
		if _, err := Finish(d, plan(t)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, root := range map[string]*Element{
		"page 2":             {Tag: "Document", Kids: []Kid{Mark{2, 0}}},
		"page 0":             {Tag: "Document", Kids: []Kid{&Element{Tag: "P", Kids: []Kid{Mark{0, 0}}}}},
		"mark too far":       {Tag: "Document", Kids: []Kid{Mark{1, maxMarks}}},
		"mark without owner": {Tag: "Document", Kids: []Kid{Mark{1, 3}}},
		"widget beyond":      {Tag: "Document", Kids: []Kid{&Element{Tag: "Form", Kids: []Kid{&Widget{Name: "a", Page: 5}}}}},
		"widget nowhere":     {Tag: "Document", Kids: []Kid{&Element{Tag: "Form", Kids: []Kid{&Widget{Name: "a"}}}}},
	} {
		p := plan(t)
		p.Root = root
		if _, err := Finish(drawing(t, false), p); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	p := plan(t)
	p.Bookmarks = []Bookmark{{Title: "x", Page: 9}}
	if _, err := Finish(drawing(t, false), p); err == nil {
		t.Error("a bookmark beyond the last page: accepted")
	}
}
