package templates

import (
	"testing"
	"time"

	"kyket/pact"
)

// threePages is the paper that the speed is measured with: three pages, twelve signatures.
func threePages(t testing.TB) Paper {
	t.Helper()
	return sample(parts(t), 12)
}

func BenchmarkRender3Pages(b *testing.B) {
	p := threePages(b)
	if r := mustRender(b, p); r.Pages != 3 {
		b.Fatalf("%d pages", r.Pages)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Render(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender60Seats(b *testing.B) {
	p := sample(articles(b), 60)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Render(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignatureAppearance(b *testing.B) {
	a := Appearance{Width: 226, Height: 104, Formula: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", Name: "Nguyễn Thị Hồng Hạnh", SignedAt: time.Date(2026, 1, 22, 3, 5, 0, 0, pact.ICT)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := SignatureAppearance(a); err != nil {
			b.Fatal(err)
		}
	}
}
