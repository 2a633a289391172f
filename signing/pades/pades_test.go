package pades_test

import (
	"bytes"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kyket/internal/trialpki"
	"kyket/signing/pades"
)

var keep = flag.String("keep", "", "folder to leave signed papers in, for the independent validators")

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func (s *stage) keep(name string, file []byte) {
	s.t.Helper()
	if *keep == "" {
		return
	}
	dir := filepath.Join(*keep, string(s.world.Kind()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	for file, der := range map[string][]byte{"root.pem": s.world.Root().Raw, "tsa.pem": s.world.StampRoot().Raw} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, name), file, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// TestWholeLife signs, stamps later, seals and renews, and reads every head again with the strict reader.
func TestWholeLife(t *testing.T) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		s := newStage(t, kind, noon)
		for _, plain := range []bool{false, true} {
			counts := []int{1, 3, 12}
			if *keep != "" && !plain {
				counts = append(counts, 60)
			}
			for _, count := range counts {
				t.Run(fmt.Sprintf("%s-%d-plain=%v", kind, count, plain), func(t *testing.T) {
					s.t, s.now, s.step = t, noon, time.Second
					if count == 3 && plain {
						s.step = 0 // as in a rehearsal, whose clock stands still between two events
					}
					life(t, s, count, plain)
				})
			}
		}
	}
}

func life(t *testing.T, s *stage, count int, plain bool) {
	doc := open(t, paper(t, layout{seats: count, plain: plain}))
	same := func() {
		t.Helper()
		again, err := pades.Inspect(doc.file)
		if err != nil {
			t.Fatal(err)
		}
		equalHeads(t, doc.head, again)
	}
	same()
	service := s.person("Hệ thống Kyket")
	r := s.request("he_thong", service, 0)
	r.Certify = true
	s.sign(&doc, r, service, true)
	same()
	name := func(stage string) string { return fmt.Sprintf("%02d-plain=%v-%s.pdf", count, plain, stage) }
	for k := 1; k <= count; k++ {
		p := s.person(fmt.Sprintf("Nguyễn Trọng Nghĩa %d", k))
		s.sign(&doc, s.request(fmt.Sprintf("ky_%02d", k), p, k), p, k%3 != 0) // every third waits for a stamp
		same()
	}
	if count < 3 {
		s.keep(name("T"), doc.file)
	}
	s.stamp(&doc)
	same()
	s.keep(name("T-stamped"), doc.file)
	s.seal(&doc)
	same()
	s.keep(name("LTA"), doc.file)
	for range 2 { // the second stamp has no reserved field left
		s.now = s.now.AddDate(0, 6, 0)
		before := len(doc.file)
		s.renew(&doc)
		same()
		if added := len(doc.file) - before; added > 13_000 {
			t.Errorf("a renewal adds %d bytes", added)
		}
	}
	s.keep(name("renewed-LTA"), doc.file)
	if doc.head.Signatures != count+1 || doc.head.Stamps != 4 || doc.head.Certification != "he_thong" {
		t.Errorf("head: %d signatures, %d stamps, certified by %q", doc.head.Signatures, doc.head.Stamps, doc.head.Certification)
	}
}

// equalHeads compares what a head that grew says with one read from the file.
func equalHeads(t *testing.T, grown, read pades.Head) {
	t.Helper()
	a, b := jsonOf(t, grown), jsonOf(t, read)
	if !bytes.Equal(a, b) {
		t.Fatalf("the head that grew is not the head of the file:\n%s\n%s", a, b)
	}
}
