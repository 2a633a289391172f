package validate_test

import (
	"fmt"
	"os"
	"testing"

	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// sealed is a paper with so many approvals, at B-LTA.
func sealed(t testing.TB, kind trialpki.KeyKind, seats int) *stage {
	s := newStage(t, kind).certified(seats)
	for k := range seats {
		s.sign(fmt.Sprintf("ky_%02d", k+1), s.person(fmt.Sprintf("Người ký %d", k+1), agency), true)
	}
	s.store()
	s.stamp()
	return s
}

// BenchmarkVerify is the goal of 60 ms for sixty signatures on two processors.
func BenchmarkVerify(b *testing.B) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		s := sealed(b, kind, 60)
		if r := s.verify(); r.ExitCode() != 0 {
			b.Fatal(short(r))
		}
		if name := os.Getenv("KYKET_KEEP"); name != "" {
			if err := os.WriteFile(name+string(kind)+".pdf", s.file, 0o600); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(string(kind), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(s.file)))
			for b.Loop() {
				validate.Verify(s.file, s.options())
			}
		})
	}
}

// TestCostGrowsWithSignatures: four times the signatures cost about four times the work, not sixteen times.
func TestCostGrowsWithSignatures(t *testing.T) {
	cost := func(seats int) float64 {
		s := sealed(t, trialpki.P256, seats)
		return testing.AllocsPerRun(3, func() { validate.Verify(s.file, s.options()) })
	}
	if few, many := cost(8), cost(32); many > 5*few {
		t.Errorf("%v allocations for 8 signatures, %v for 32", few, many)
	}
}
