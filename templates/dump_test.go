package templates

import (
	"fmt"
	"kyket/internal/pdf"
	"kyket/pact"
	"os"
	"testing"
	"time"
)

func TestDump(t *testing.T) {
	dir := os.Getenv("KYKET_DUMP")
	if dir == "" {
		t.Skip()
	}
	names := []string{"Nguyễn Thị Hồng Hạnh", "Trần Quốc Tuấn", "Điểu Thị Ngọc Bích", "Huỳnh Thị Phương Thảo Nguyên Anh Tuyết"}
	formulas := []string{"GIÁM ĐỐC", "KT. TRƯỞNG THI HÀNH ÁN DÂN SỰ\nPHÓ TRƯỞNG THI HÀNH ÁN DÂN SỰ", "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "Q. TRƯỞNG THI HÀNH ÁN DÂN SỰ"}
	sign := func(r Rendered, trial bool) []byte {
		forms := map[string]pdf.Form{}
		for i, f := range r.Fields {
			if f.Width() == 0 {
				continue
			}
			a := Appearance{Width: f.Width(), Height: f.Height(), Formula: formulas[i%4], Name: names[i%4], SignedAt: time.Date(2026, 1, 22, 3, 5, i%60, 0, time.UTC), Trial: trial}
			if f.Kind == pact.SealField {
				a.Seal, a.Formula, a.Name = true, "", f.Title
			}
			form, err := SignatureAppearance(a)
			if err != nil {
				t.Fatal(err)
			}
			forms[f.Name] = form
		}
		return filled(t, r, forms)
	}
	for _, n := range []int{6, 12, 60} {
		r := mustRender(t, sample(articles(t), n))
		os.WriteFile(fmt.Sprintf("%s/a%d.pdf", dir, n), r.PDF, 0o644)
		os.WriteFile(fmt.Sprintf("%s/a%ds.pdf", dir, n), sign(r, true), 0o644)
		t.Log(n, len(r.PDF), r.Pages)
	}
	p := sample(parts(t), 6)
	p.Number = ""
	p.Trial = false
	p.Seating.Witnesses = []Seat{{"W1", "Đại diện Bộ Tư pháp"}}
	p.Seating.Seals = pact.EachSeal
	r := mustRender(t, p)
	os.WriteFile(dir+"/p6.pdf", sign(r, false), 0o644)
}
