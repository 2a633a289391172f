package templates

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"kyket/internal/pdf/font"
	"kyket/pact"
)

// tool finds a program of another hand; where tests must be complete its absence is a failure.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func written(t *testing.T, b []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// expected lists what a paper says in reading order, annex tables aside.
func expected(p Paper) []string {
	out := []string{strings.ToUpper(p.Issuer), nation, motto}
	if p.Number != "" {
		out = append(out, "Số: "+p.Number)
	}
	out = append(out, p.PlaceAndDate, p.Content.TypeName, p.Content.Subject)
	for i, b := range p.Content.Bases {
		out = append(out, b.Text+map[bool]string{true: ".", false: ";"}[i == len(p.Content.Bases)-1])
	}
	p.Content.Walk(func(a pact.Anchor, label string, cl *pact.Clause) {
		if cl.Kind == pact.Annex || cl.Kind == pact.Row {
			return
		}
		texts := strings.Split(cl.Text, "\n")
		if cl.Heading != "" {
			out = append(out, strings.TrimSpace(label+" "+cl.Heading))
		} else {
			texts[0] = strings.TrimSpace(label + " " + texts[0])
		}
		for _, s := range texts {
			if s != "" {
				out = append(out, s)
			}
		}
	})
	for _, s := range p.Seating.Seats {
		out = append(out, strings.ToUpper(s.Name))
	}
	for _, s := range p.Seating.Witnesses {
		out = append(out, strings.ToUpper(s.Name))
	}
	out = append(out, "Nơi nhận:")
	for i, s := range p.Content.Recipients {
		out = append(out, "- "+s+map[bool]string{true: ".", false: ";"}[i == len(p.Content.Recipients)-1])
	}
	return out
}

var quoted = regexp.MustCompile(`(?m)^\s*"(.*)"$`)

// The structure of the file, read by another hand, says exactly what the paper says, in reading order.
func TestWordingByStructure(t *testing.T) {
	pdfinfo := tool(t, "pdfinfo")
	for _, c := range []pact.Content{articles(t), parts(t)} {
		c.Clauses = slices.DeleteFunc(c.Clauses, func(cl *pact.Clause) bool { return cl.Kind == pact.Annex }) // pdfinfo takes seconds for a table
		p := sample(c, 6)
		p.Seating.Witnesses = []Seat{{"W1", "Đại diện Bộ Tư pháp"}}
		out, err := exec.Command(pdfinfo, "-struct-text", written(t, mustRender(t, p).PDF)).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range quoted.FindAllStringSubmatch(string(out), -1) {
			if s := strings.TrimSpace(m[1]); s != "" {
				got = append(got, s)
			}
		}
		for i, want := range expected(p) {
			if i >= len(got) || got[i] != want {
				t.Fatalf("%s, paragraph %d:\n got %q\nwant %q", c.Structure, i, got[min(i, len(got)-1)], want)
			}
		}
		if last := got[len(got)-1]; last != TrialMark {
			t.Errorf("the last words are %q", last)
		}
	}
}

// The same by the places on the page, which is what a person copies.
func TestWordingByPages(t *testing.T) {
	p := sample(articles(t), 6)
	out, err := exec.Command(tool(t, "pdftotext"), written(t, mustRender(t, p).PDF), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	at := 0
	for _, want := range expected(p)[6:20] {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q does not follow; there is %q", want, text[at:at+200])
		}
		at += i + len(want)
	}
	for _, want := range []string{"Phụ lục I DANH SÁCH ĐĂNG KÝ THI ĐUA NĂM 2026", "Cờ thi đua của Chính phủ", "Từ 30 trở lên", "Trên 84,5", "Sở Tư pháp Thành phố Hồ Chí Minh", p.VerifyURL, p.Code} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if n := strings.Count(text, TrialMark); n != mustRender(t, p).Pages {
		t.Errorf("%d trial marks", n)
	}
}

func TestPapersAreSound(t *testing.T) {
	qpdf := tool(t, "qpdf")
	open := sample(parts(t), 6)
	open.Seating.Policy = pact.OpenTool
	for name, p := range map[string]Paper{"60 seats": sample(articles(t), 60), "open": open} {
		r := mustRender(t, p)
		out, err := exec.Command(qpdf, "--check", written(t, r.PDF)).CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("WARNING")) {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

// TestJudges asks veraPDF, through the judges of test/judges where they are set up.
func TestJudges(t *testing.T) {
	judge, err := filepath.Abs("../test/judges/judge")
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command(filepath.Join(filepath.Dir(judge), "setup"), "--check").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the judges are not set up: run test/judges/setup")
		}
		t.Skip("the judges are not set up")
	}
	dir := t.TempDir()
	sealed := sample(parts(t), 6)
	sealed.Seating.Seals, sealed.Trial = pact.EachSeal, false
	open := sample(parts(t), 6)
	open.Seating.Policy = pact.OpenTool
	args := []string{"pdfa"}
	for name, p := range map[string]Paper{"6": sample(articles(t), 6), "60": sample(articles(t), 60), "seals": sealed, "open": open} {
		r := mustRender(t, p)
		if forms := appearances(t, r); len(forms) > 0 && name != "6" {
			r.PDF = filled(t, r, forms)
		}
		file := filepath.Join(dir, name+".pdf")
		if err := os.WriteFile(file, r.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(judge, args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// The same paper gives the same bytes, also when many are made at once.
func TestSamePaperSameBytes(t *testing.T) {
	p := sample(articles(t), 12)
	want := mustRender(t, p).PDF
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			q := p
			if i%2 == 1 { // another paper beside it must not show in this one
				q.Code = fmt.Sprint("c", i)
			}
			r, err := Render(q)
			if err != nil {
				t.Error(err)
			}
			if same := bytes.Equal(r.PDF, want); same != (i%2 == 0) {
				t.Errorf("paper %d: same %v", i, same)
			}
		})
	}
	all.Wait()
}

// gofpdf's continuation draws the same paper: nothing here leans on the one library.
func TestContinuationOfGofpdf(t *testing.T) {
	p := sample(articles(t), 12)
	fonts, err := font.Liberation()
	if err != nil {
		t.Fatal(err)
	}
	p.Fonts = fonts
	d := fpdf.New("P", "pt", "A4", "")
	d.SetCompression(false)
	d.SetAutoPageBreak(false, 0)
	d.SetMargins(0, 0, 0)
	d.SetCatalogSort(true)
	d.SetCreationDate(p.Created)
	d.SetModificationDate(p.Created)
	d.AliasNbPages("")
	r, err := render(&p, d)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(r.PDF, mustRender(t, p).PDF) {
		t.Error("the papers differ")
	}
}

func TestCharactersAreRefusedByName(t *testing.T) {
	for text, code := range map[string]string{"Ký kết 🎉 thi đua": "U+1F389", "x\u0300": "U+0300", "中": "U+4E2D", "a\u0007b": "U+0007", "\ufeffBOM": "U+FEFF"} {
		c := articles(t)
		c.At("dieu-2.khoan-1").Text = text
		_, err := Render(sample(c, 6))
		var e *pact.Error
		if !errors.As(err, &e) || !errors.Is(err, ErrCharacter) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if !strings.Contains(e.Text("vi"), code) || !strings.Contains(e.Text("vi"), "khoản 1 Điều 2") || e.Details[0].Ref != "clause/"+string(c.At("dieu-2.khoan-1").ID) {
			t.Errorf("%q: %s, %v", text, e.Text("vi"), e.Details)
		}
	}
	// Decomposed text is composed, and what the font has beyond Vietnamese is embedded for this paper.
	c := articles(t)
	c.At("dieu-2.khoan-1").Text = "Tie\u0302\u0301n đo\u0323\u0302 αβγ → Ωℓ"
	mustRender(t, sample(c, 6))
}

func TestWarnings(t *testing.T) {
	p := sample(articles(t), 6)
	if w := mustRender(t, p).Warnings; len(w) != 0 {
		t.Errorf("%v", w)
	}
	p.Content.Clauses[0].Text = strings.Repeat("dài", 60)
	p.Content.Registrations = append(p.Content.Registrations, pact.Registration{Agency: "X99", Award: "Bằng khen"})
	w := mustRender(t, p).Warnings
	if len(w) != 2 || w[0].Code != "paper_word_cut" || !strings.Contains(w[0].Vi, "phần mở đầu") || w[1].Code != "paper_agency_unnamed" {
		t.Errorf("%v", w)
	}
}

func TestRefusedPapers(t *testing.T) {
	p := sample(articles(t), 6)
	p.VerifyURL = "https://" + strings.Repeat("x", 120)
	if _, err := Render(p); !errors.Is(err, ErrAddress) {
		t.Error(err)
	}
	p = sample(articles(t), 0)
	if _, err := Render(p); !errors.Is(err, ErrNoSeat) {
		t.Error(err)
	}
}

// What a paper costs must not creep back to the 34 000 allocations that gofpdf makes with fonts of its own.
func TestRenderAllocates(t *testing.T) {
	p := threePages(t)
	mustRender(t, p)
	if n := testing.AllocsPerRun(3, func() { mustRender(t, p) }); n > 15_000 {
		t.Errorf("%.0f allocations a paper", n)
	}
}
