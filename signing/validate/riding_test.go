package validate_test

import (
	"testing"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// TestNothingRidesAlong puts something that nobody asked for beside an allowed change: an unsigned security store.
func TestNothingRidesAlong(t *testing.T) {
	s := newStage(t, trialpki.P256).certified(3)
	s.sign("ky_01", s.person("Nguyễn Văn A", agency), true)
	store := func(v pdf.Object) func(*pdf.File, *pdf.Increment) {
		return func(f *pdf.File, inc *pdf.Increment) { inc.Put(f.Root(), catalog(t, f).With("DSS", v)) }
	}
	hidden := func(count int) func(*pdf.File, *pdf.Increment) {
		return func(f *pdf.File, inc *pdf.Increment) {
			inc.AddStream(d{{Key: "Type", Value: n("ObjStm")}, {Key: "N", Value: i(count)}, {Key: "First", Value: i(0)}}, []byte("hidden"))
			store(d{})(f, inc)
		}
	}
	for name, change := range map[string]func(*pdf.File, *pdf.Increment){
		"an object stream that holds nothing":           hidden(0),
		"an object stream whose objects are not listed": hidden(3),
		"a type that is no name":                        store(d{{Key: "Type", Value: d{{Key: "S", Value: n("JavaScript")}}}}),
		"a time that is no text": func(f *pdf.File, inc *pdf.Increment) {
			store(d{{Key: "VRI", Value: d{{Key: "AA", Value: d{{Key: "TU", Value: firstPage(t, f)}}}}}})(f, inc)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if r := validate.Verify(edit(t, s.file, change), s.options()); r.ExitCode() == 0 || len(r.Unexplained) == 0 {
				t.Errorf("passed: %s", short(r))
			}
		})
	}
}
