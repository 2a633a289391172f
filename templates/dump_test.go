package templates

import (
	"fmt"
	"kyket/pact"
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	dir := os.Getenv("KYKET_DUMP")
	if dir == "" {
		t.Skip()
	}
	for _, n := range []int{6, 12, 60} {
		r := mustRender(t, sample(articles(t), n))
		os.WriteFile(fmt.Sprintf("%s/a%d.pdf", dir, n), r.PDF, 0o644)
		t.Log(n, len(r.PDF), r.Pages)
	}
	p := sample(parts(t), 6)
	p.Number = ""
	p.Trial = false
	p.Seating.Witnesses = []Seat{{"W1", "Đại diện Bộ Tư pháp"}}
	p.Seating.Seals = pact.EachSeal
	r := mustRender(t, p)
	os.WriteFile(dir+"/p6.pdf", r.PDF, 0o644)
}
