// Package pades signs papers: it prepares an increment that reserves a signature (plain data that can be stored, and
// sent to whoever holds the key), and finishes it with the value, minutes later or at once. It writes the ETSI profile
// (EN 319 142-1, levels B-B, B-T, and with Stamp and Seal B-LTA) into fields that the paper reserved beforehand.
//
// It knows PDF and CMS. It knows no pact, holds no key, asks no clock and no network: every function is a function of
// its arguments. It never reads the bytes before the increment either; what it must know of them is in Head, so that a
// signature costs the same in a small and in a large file, the first and the sixtieth.
package pades

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"

	"kyket/internal/pdf"
)

// Errors that callers tell apart. They are wrapped with the name of what is wrong.
var (
	// ErrPaper: the paper does not have the shape that all judges accept, or is no readable PDF.
	ErrPaper = errors.New("the paper was not prepared for signing")
	// ErrNoField: there is no reserved field of that name.
	ErrNoField = errors.New("no such signature field")
	// ErrFilled: the field holds a signature already.
	ErrFilled = errors.New("the field is signed already")
	// ErrOrder: a certification must be the first signature, and only one.
	ErrOrder = errors.New("a certification must come before every other signature")
	// ErrAppearance: the appearance does not fit the field.
	ErrAppearance = errors.New("the appearance does not fit the field")
	// ErrValue: the signature value does not verify with the certificate it was prepared for.
	ErrValue = errors.New("the signature value does not fit the certificate")
	// ErrToken: the time-stamp token is not over this value or document.
	ErrToken = errors.New("the time-stamp token is about something else")
	// ErrTooLong: what should go into the reserved room is longer than it. Nothing grows after the signer has signed.
	ErrTooLong = errors.New("longer than the room reserved for it")
	// ErrChanged: an increment is not one that may follow this head.
	ErrChanged = errors.New("the increment changes more than it may")
)

// Digest is a SHA-256; as text it is lower-case hexadecimal.
type Digest [sha256.Size]byte

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads hexadecimal.
func (d *Digest) UnmarshalText(b []byte) error {
	if len(b) != 2*len(d) {
		return fmt.Errorf("a SHA-256 has %d hexadecimal digits, not %d", 2*len(d), len(b))
	}
	_, err := hex.Decode(d[:], b)
	return err
}

// Head is all that the next increment needs to know of the file before it: plain data, to be stored beside the file
// (as JSON) and moved by compare-and-swap on SHA256. Inspect makes the first one, Finish, FinishStamp and Seal the
// following ones. A Head is never changed in place.
type Head struct {
	// SHA256 names the file, Tail is its end, State the SHA-256 over all its bytes in a form that can go on.
	SHA256 Digest
	Tail   pdf.Tail
	State  []byte
	// Revisions in the file, Signatures among its filled fields (certification included), Stamps: document time stamps.
	Revisions, Signatures, Stamps int
	// Certification names the field that certifies; empty without.
	Certification string
	Fields        []Field
	// Fonts are those of the AcroForm's default resources, by name.
	Fonts map[string]pdf.Ref
	// Store is the document security store so far.
	Store Store

	// Catalog and Form are rewritten around these pieces; PDF text.
	Catalog Catalog
	Form    Form
}

// Field is a signature field, which is one object with its widget.
type Field struct {
	Name   string
	Object pdf.Ref
	// Rect in points: left, bottom, right, top. A field of zero size shows nothing.
	Rect [4]float64
	// Filled: a signature or document time stamp is in it.
	Filled bool
	// Before and After are the field's dictionary around the value of /AP, as PDF text without the closing >>; for a
	// field without appearance all of it is in Before. Empty once filled.
	Before, After []byte
	// BBox is the /BBox of the blank appearance, which the signed one must repeat; Fonts are those it names.
	BBox  []byte
	Fonts map[string]pdf.Ref
}

// Visible says whether the field has a box to draw in.
func (f Field) Visible() bool { return f.Rect[2] > f.Rect[0] && f.Rect[3] > f.Rect[1] }

// Catalog is the document catalog: what never changes as PDF text without the closing >>, and what does.
type Catalog struct {
	Rest []byte
	// Perms is the certifying signature dictionary (/Perms /DocMDP); zero without.
	Perms pdf.Ref
	// Extensions holds developer extensions other than ESIC, as PDF text.
	Extensions []byte
}

// Form is the AcroForm: PDF text around the value of /Fields, without the closing >>.
type Form struct {
	Object        pdf.Ref
	Before, After []byte
	Fields        []pdf.Ref
}

// Store is the document security store (EN 319 142-1, 5.4.2): references of its streams, by the digest of what is in
// them. A later store repeats all of them: some validators read only the newest.
type Store struct {
	Object             pdf.Ref
	Certs, OCSPs, CRLs []Stored
}

// Stored is one stream of the store.
type Stored struct {
	Object pdf.Ref
	SHA256 Digest
}

// Field returns the field of that name.
func (h Head) Field(name string) (Field, error) {
	i := h.index(name)
	if i < 0 {
		return Field{}, fmt.Errorf("%w: %s", ErrNoField, name)
	}
	return h.Fields[i], nil
}

func (h Head) index(name string) int {
	for i := range h.Fields {
		if h.Fields[i].Name == name {
			return i
		}
	}
	return -1
}

// fill returns a head whose field i is filled; h stays as it is.
func (h Head) fill(i int) Head {
	fields := make([]Field, len(h.Fields))
	copy(fields, h.Fields)
	f := &fields[i]
	f.Filled, f.Before, f.After, f.BBox, f.Fonts = true, nil, nil, nil, nil
	h.Fields = fields
	return h
}

// resume goes on with the hash of the head's bytes.
func (h Head) resume() (hash.Hash, error) {
	s := sha256.New()
	if err := s.(encoding.BinaryUnmarshaler).UnmarshalBinary(h.State); err != nil {
		return nil, fmt.Errorf("head without its hash state: %w", err)
	}
	return s, nil
}

// extend moves SHA256 and State of the head on over the bytes of an increment.
func (h Head) extend(state []byte, increment []byte) (Head, error) {
	h.State = state
	s, err := h.resume()
	if err != nil {
		return Head{}, err
	}
	s.Write(increment)
	return h, h.keep(s)
}

func (h *Head) keep(s hash.Hash) error {
	state, err := s.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return fmt.Errorf("hash state: %w", err)
	}
	h.State = state
	s.Sum(h.SHA256[:0])
	return nil
}

// Increment is what is appended to a file, and the head of the file with it.
type Increment struct {
	Bytes []byte
	Head  Head
	// Base names the file that it extends.
	Base Digest
}

// SHA256 names the file with the increment.
func (i Increment) SHA256() Digest { return i.Head.SHA256 }

// text is a dictionary's PDF text without its closing >>.
func text(d pdf.Dict) []byte {
	return bytes.TrimSuffix(pdf.AppendObject(nil, d), []byte(" >>"))
}
