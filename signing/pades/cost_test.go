package pades_test

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"kyket/internal/trialpki"
	"kyket/signing/pades"
)

// TestSizes holds the promise about bytes: a visible signature with its stamp, the authorities' certificates as sent.
func TestSizes(t *testing.T) {
	for kind, most := range map[trialpki.KeyKind]int{trialpki.P256: 10_200, trialpki.RSA2048: 14_400} {
		s := newStage(t, kind, noon)
		doc := open(t, paper(t, layout{seats: 2}))
		for k := 1; k <= 2; k++ {
			before := len(doc.file)
			p := s.person("Nguyễn Trọng Nghĩa")
			s.sign(&doc, s.request(fmt.Sprintf("ky_%02d", k), p, k), p, true)
			if added := len(doc.file) - before; added > most {
				t.Errorf("%s: signature %d adds %d bytes, more than %d", kind, k, added, most)
			} else {
				t.Logf("%s: signature %d adds %d bytes", kind, k, added)
			}
		}
	}
}

// TestFlatCost: the head is all that is read, so neither the size of the file nor the signatures before count. The
// sixtieth signature in 11 MB may allocate as much as the first in a small file, within a tenth for a longer offset here
// and there, and adds as many bytes.
func TestFlatCost(t *testing.T) {
	s := newStage(t, trialpki.P256, noon)
	p := s.person("Nguyễn Trọng Nghĩa")
	token := s.token(make([]byte, sha256.Size))
	measure := func(doc document, k int) (bytes, allocs float64) {
		r := s.request(fmt.Sprintf("ky_%02d", k), p, 1)
		allocs = testing.AllocsPerRun(20, func() {
			prepared, err := pades.Prepare(doc.head, r)
			if err != nil {
				t.Fatal(err)
			}
			inc, err := pades.Finish(prepared, p.value(t, prepared.SignedAttributes), nil)
			if err != nil {
				t.Fatal(err)
			}
			bytes = float64(len(inc.Bytes))
		})
		return bytes, allocs
	}
	small := open(t, paper(t, layout{seats: 60}))
	large := open(t, paper(t, layout{seats: 60, bulk: 11 << 20}))
	if len(small.file) > 91<<10 || len(large.file) < 11<<20 {
		t.Fatalf("papers of %d and %d bytes", len(small.file), len(large.file))
	}
	bytes1, allocs1 := measure(small, 1)
	for k := 1; k < 60; k++ {
		s.sign(&large, s.request(fmt.Sprintf("ky_%02d", k), p, k), p, false)
	}
	large.file = nil // what is not there cannot be read
	bytes60, allocs60 := measure(large, 60)
	t.Logf("first, %d kB: %.0f bytes, %.0f allocations; sixtieth, 11 MB: %.0f bytes, %.0f allocations", len(small.file)>>10, bytes1, allocs1, bytes60, allocs60)
	if allocs60 > 1.1*allocs1 || bytes60 > 1.01*bytes1 {
		t.Errorf("the sixtieth signature costs %.0f allocations and %.0f bytes, the first %.0f and %.0f", allocs60, bytes60, allocs1, bytes1)
	}
	_ = token
}

func BenchmarkSign(b *testing.B) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		s := newStage(b, kind, noon)
		p := s.person("Nguyễn Trọng Nghĩa")
		for name, bulk := range map[string]int{"91kB": 60 << 10, "11MB": 11 << 20} {
			doc := open(b, paper(b, layout{seats: 60, bulk: bulk}))
			r := s.request("ky_01", p, 1)
			prepared, err := pades.Prepare(doc.head, r)
			if err != nil {
				b.Fatal(err)
			}
			value := p.value(b, prepared.SignedAttributes)
			h := sha256.Sum256(value)
			token := s.token(h[:])
			b.Run(fmt.Sprintf("%s/%s/prepare+finish", kind, name), func(b *testing.B) { // without the key
				b.ReportAllocs()
				for b.Loop() {
					if _, err := pades.Prepare(doc.head, r); err != nil {
						b.Fatal(err)
					}
					if _, err := pades.Finish(prepared, value, token); err != nil {
						b.Fatal(err)
					}
				}
			})
			inc, err := pades.Finish(prepared, value, token)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%s/check", kind, name), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := pades.CheckIncrement(doc.head, inc.Bytes); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	file := paper(b, layout{seats: 60, bulk: 60 << 10})
	for b.Loop() {
		if _, err := pades.Inspect(file); err != nil {
			b.Fatal(err)
		}
	}
}
