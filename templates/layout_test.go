package templates

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kyket/internal/pdf/font"
	"kyket/pact"
	"kyket/templates/finish"
)

// drawn is a piece of text on a page of the recorder.
type drawn struct {
	page       int
	x, y, w    float64
	size       float64
	text       string
	element    *finish.Element
	isArtifact bool
}

// recorder is a canvas that remembers what is drawn and draws nothing.
type recorder struct {
	fonts     *font.Family
	pages     int
	texts     []drawn
	fields    []drawn
	stack     []*finish.Element
	artifacts int
}

func (r *recorder) newPage() int { r.pages++; return r.pages }
func (r *recorder) width(t typeface, s string) float64 {
	return r.fonts[t.style].Width(s, t.size)
}
func (r *recorder) text(x, y float64, t typeface, s string, _ float64) {
	d := drawn{page: r.pages, x: x, y: y, w: r.width(t, strings.TrimRight(s, " ")), size: t.size, text: s, isArtifact: r.artifacts > 0}
	if len(r.stack) > 0 {
		d.element = r.stack[len(r.stack)-1]
	}
	r.texts = append(r.texts, d)
}
func (r *recorder) line(_, _, _, _, _, _ float64) {}
func (r *recorder) fill(_, _, _, _ float64)       {}
func (r *recorder) begin(e *finish.Element)       { r.stack = append(r.stack, e) }
func (r *recorder) end()                          { r.stack = r.stack[:len(r.stack)-1] }
func (r *recorder) artifact(draw func())          { r.artifacts++; draw(); r.artifacts-- }
func (r *recorder) field(name, _ string, x, y, w, h float64) [4]float64 {
	r.fields = append(r.fields, drawn{page: r.pages, x: x, y: y, w: w, size: h, text: name})
	return [4]float64{}
}

// laid is the layout of a paper, recorded.
func laid(t testing.TB, p Paper) *recorder {
	t.Helper()
	fonts, err := font.Liberation()
	if err != nil {
		t.Fatal(err)
	}
	p.Fonts = fonts
	r := &recorder{fonts: fonts}
	f := &flow{canvas: r, measurer: measurer{fonts}}
	f.open(1)
	p.compose(f, func(pact.Field, int, [4]float64) {})
	return r
}

// lineOf gathers the body's lines of an element: the places where its text stands, in order.
func linesOf(r *recorder) (elements []*finish.Element, lines map[*finish.Element][]drawn) {
	lines = map[*finish.Element][]drawn{}
	for _, d := range r.texts {
		if d.isArtifact {
			continue
		}
		if _, seen := lines[d.element]; !seen {
			elements = append(elements, d.element)
		}
		known := lines[d.element]
		if n := len(known); n > 0 && known[n-1].page == d.page && known[n-1].y == d.y {
			known[n-1].text += d.text
			continue
		}
		lines[d.element] = append(known, d)
	}
	return elements, lines
}

// growing makes papers whose text grows line by line, so that every block meets the end of a page at some time.
func growing(t *testing.T, n int, s pact.Structure, try func(t *testing.T, r *recorder)) {
	t.Helper()
	for extra := range n {
		c := articles(t)
		if s == pact.Parts {
			c = parts(t)
		}
		if extra%2 == 0 { // a last paragraph that can be parted
			last := c.At("dieu-4.khoan-2")
			if s == pact.Parts {
				last = c.At("phan-III.muc-2")
			}
			last.Text = longText
		}
		c.Clauses[0].Text = strings.Repeat("Các đơn vị thành viên thống nhất ký kết bản giao ước thi đua này. ", 1+extra)
		t.Run(fmt.Sprint(extra), func(t *testing.T) { try(t, laid(t, sample(c, 12))) })
	}
}

func TestNothingLeavesThePage(t *testing.T) {
	c := articles(t)
	c.Clauses[1].Children[0].Text = strings.Repeat("khôngcókhoảngtrắng", 40)
	c.Clauses = append(c.Clauses[:len(c.Clauses)-1], &pact.Clause{ID: "x", Kind: pact.Annex, Heading: "Bảng", Table: &pact.Table{Content: pact.OwnTable, Columns: []string{"STT", "Một", "Hai"}},
		Children: []*pact.Clause{{ID: "y", Kind: pact.Row, Cells: []string{strings.Repeat("w", 200), "b"}}, {ID: "z", Kind: pact.Row, Cells: []string{strings.Repeat("một hai ba ", 900), strings.Repeat("bốn năm ", 900)}}}})
	p := sample(c, 60)
	for i := range 90 {
		p.Content.Recipients = append([]string{fmt.Sprint("Đơn vị thứ ", i)}, p.Content.Recipients...)
	}
	p.Issuer = strings.Repeat("Cụm thi đua các cơ quan tư pháp miền Đông Nam Bộ ", 4)
	r := laid(t, p)
	if len(r.texts) < 300 {
		t.Fatalf("%d texts", len(r.texts))
	}
	said := map[string]int{}
	for _, d := range r.texts {
		for _, w := range strings.Fields(d.text) {
			said[w]++
		}
		if d.x < marginLeft-0.1 || d.x+d.w > marginLeft+textWidth+0.6 || d.y > textBottom+0.1 || d.y < marginTop && !d.isArtifact {
			t.Errorf("page %d: %q stands at %.1f..%.1f, %.1f", d.page, d.text, d.x, d.x+d.w, d.y)
		}
	}
	if said["một"] != 900 || said["bốn"] != 900 || said["thứ"] != 90 {
		t.Errorf("words were lost: %d, %d, %d", said["một"], said["bốn"], said["thứ"])
	}
}

func TestParagraphsKeepTwoLinesOnAPage(t *testing.T) {
	for _, s := range []pact.Structure{pact.Articles, pact.Parts} {
		growing(t, 36, s, func(t *testing.T, r *recorder) {
			elements, lines := linesOf(r)
			for _, e := range elements {
				byPage := map[int]int{}
				for _, l := range lines[e] {
					byPage[l.page]++
				}
				if len(byPage) < 2 {
					continue
				}
				for page, n := range byPage {
					if n < minLines {
						t.Errorf("%q leaves %d line on page %d", lines[e][0].text, n, page)
					}
				}
			}
		})
	}
}

func TestHeadingsStayWithWhatTheyHead(t *testing.T) {
	for _, s := range []pact.Structure{pact.Articles, pact.Parts} {
		growing(t, 36, s, func(t *testing.T, r *recorder) {
			elements, lines := linesOf(r)
			for i, e := range elements {
				last := lines[e][len(lines[e])-1]
				heads := e.Tag == "H2" || e.Tag == "H3" || strings.HasSuffix(strings.TrimSpace(last.text), ":")
				if heads && i+1 < len(elements) && last.size == bodySize && lines[elements[i+1]][0].page != last.page {
					t.Errorf("%q is the last on page %d", last.text, last.page)
				}
			}
		})
	}
}

// The last two lines of the text stand with the first row of signatures, and a row is never parted.
func TestSignaturesStandWithTheText(t *testing.T) {
	for _, s := range []pact.Structure{pact.Articles, pact.Parts} {
		moved := 0
		growing(t, 36, s, func(t *testing.T, r *recorder) {
			elements, lines := linesOf(r)
			first := slices.IndexFunc(elements, func(e *finish.Element) bool {
				return lines[e][0].size == wideSeats.caption && strings.HasPrefix(lines[e][0].text, "SỞ")
			})
			before := append(slices.Clone(lines[elements[first-2]]), lines[elements[first-1]]...)
			page := r.fields[0].page
			if lines[elements[first]][0].page != page {
				t.Errorf("caption on page %d, box on page %d", lines[elements[first]][0].page, page)
			}
			for _, l := range before[len(before)-2:] {
				if l.page != page {
					t.Errorf("%q is on page %d, the first signatures on %d", l.text, l.page, page)
				}
			}
			if before[0].page != page {
				moved++
			}
			for _, f := range r.fields {
				if f.w > 0 && f.y+f.size > textBottom+0.1 {
					t.Errorf("box %s ends at %.1f", f.text, f.y+f.size)
				}
			}
		})
		if moved == 0 {
			t.Error("no case in which the text had to move with the signatures")
		}
	}
}

func TestTablesRepeatTheirHeadAndKeepRows(t *testing.T) {
	r := laid(t, sample(articles(t), 6))
	heads := map[int]int{}
	rows := map[*finish.Element]map[int]bool{}
	for _, d := range r.texts {
		if strings.TrimSpace(d.text) == "Tiêu chí" {
			heads[d.page]++
		}
		if d.element != nil && d.element.Tag == "TD" {
			if rows[d.element] == nil {
				rows[d.element] = map[int]bool{}
			}
			rows[d.element][d.page] = true
		}
	}
	if len(heads) < 2 {
		t.Errorf("the head of the long table stands on %d pages", len(heads))
	}
	for e, pages := range rows {
		if len(pages) > 1 {
			t.Errorf("a cell of %v is on %d pages", e, len(pages))
		}
	}
}

func TestPageNumbers(t *testing.T) {
	r := laid(t, sample(articles(t), 12))
	got := map[int]string{}
	for _, d := range r.texts {
		if d.isArtifact && d.y < marginTop {
			got[d.page] = d.text
			if mid := d.x + d.w/2; mid < pageWidth/2-1 || mid > pageWidth/2+1 {
				t.Errorf("page %d: the number stands at %.1f", d.page, mid)
			}
		}
	}
	// Body 1 to 4, three annexes, each numbered for itself; the first page of each shows no number.
	want := map[int]string{2: "2", 3: "3", 4: "4", 8: "2"}
	if r.pages != 8 || len(got) != len(want) {
		t.Fatalf("%d pages, numbers %v", r.pages, got)
	}
	for page, n := range want {
		if got[page] != n {
			t.Errorf("page %d shows %q, want %q", page, got[page], n)
		}
	}
}

func TestTitlesBreakBetweenNames(t *testing.T) {
	fonts, err := font.Liberation()
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"THI HÀNH ÁN DÂN SỰ TỈNH ĐỒNG NAI":                          "THI HÀNH ÁN DÂN SỰ|TỈNH ĐỒNG NAI",
		"SỞ TƯ PHÁP THÀNH PHỐ HỒ CHÍ MINH":                          "SỞ TƯ PHÁP|THÀNH PHỐ HỒ CHÍ MINH",
		"SỞ TƯ PHÁP TỈNH TÂY NINH":                                  "SỞ TƯ PHÁP TỈNH TÂY NINH",
		"CỤC THI HÀNH ÁN DÂN SỰ TỈNH CÀ MAU":                        "CỤC THI HÀNH ÁN DÂN SỰ|TỈNH CÀ MAU",
		"MộtTừRấtDàiKhôngCóKhoảngTrắngNàoBênTrongNóCảĐểPhảiBịCắtRa": "",
	} {
		var lines []string
		for _, r := range (measurer{fonts}).balanced(12, 200, bold(in)) {
			var words []string
			for _, w := range r.words {
				words = append(words, w.text)
			}
			lines = append(lines, strings.Join(words, " "))
			if r.width > 200.1 {
				t.Errorf("%q is %.1f wide", words, r.width)
			}
		}
		if got := strings.Join(lines, "|"); want != "" && got != want {
			t.Errorf("%q breaks as %q, want %q", in, got, want)
		} else if want == "" && strings.ReplaceAll(got, "|", "") != in {
			t.Errorf("letters were lost: %q", got)
		}
	}
}
