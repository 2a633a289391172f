package pades

import "kyket/internal/pdf"

// PrepareWith prepares a signature into an increment in which a forger has put something already.
func PrepareWith(h Head, r Request, forge func(*pdf.Increment)) (Prepared, error) {
	inc := pdf.NewIncrement(h.Tail)
	forge(inc)
	return prepare(h, r, inc)
}
