package pades

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"kyket/internal/cms"
	"kyket/internal/pdf"
)

// Kind of what an increment adds.
type Kind string

// The kinds, in the words of `kyket verify --json`.
const (
	Approval      Kind = "approval"
	Certification Kind = "certification"
	Timestamp     Kind = "timestamp"
)

const (
	// margin is what a value or token may be longer than the probe, in bytes.
	margin = 64
	// UnknownToken is the size to reserve for a token while no probe of the authority is at hand.
	UnknownToken = 6 << 10
	maxToken     = 64 << 10
)

// Vietnam is where /M is told: Indochina Time, without daylight saving.
var vietnam = time.FixedZone("ICT", 7*60*60)

// Request is what a signature shall be.
type Request struct {
	// Field is the name of a reserved, empty field.
	Field string
	// Certificate is the signer's; Chain goes beside it into the signature: the issuing CA, unless it is an anchor
	// everywhere.
	Certificate *x509.Certificate
	Chain       []*x509.Certificate
	// Appearance fills a visible field's box; nil for a field of zero size.
	Appearance *pdf.Form
	// At is the claimed time, Name who signs (/Name); empty: the certificate's common name.
	At   time.Time
	Name string
	// Certify makes it the first signature, which allows only the filling of reserved fields after it (DocMDP, P=2).
	Certify bool
	// TokenSize is the length of a token of the authority that will be asked, from a probe (UnknownToken without one);
	// 0 leaves no room for a stamp.
	TokenSize int
}

// Prepared is a signature that lacks only its value: plain data, to be stored (as JSON) until the value comes.
type Prepared struct {
	Field string
	Kind  Kind
	// Base names the file that it extends.
	Base Digest
	// Bytes are to be appended; /Contents is still zeros, 2*Reserve digits of them from ContentsAt on.
	Bytes      []byte
	ContentsAt int
	Reserve    int
	// ByteRange in the whole file, Digest the SHA-256 over it.
	ByteRange [4]int64
	Digest    Digest
	// SignedAttributes is the DER SET OF that the key signs (its SHA-256 with RSA PKCS #1 v1.5 or ECDSA). A document
	// time stamp has none: its token is over Digest.
	SignedAttributes []byte
	// Certificate and Chain, DER.
	Certificate []byte
	Chain       [][]byte
	// Next is the head after it, still with SHA256 and State of Base.
	Next Head
}

// Prepare reserves a signature behind the file that h describes. It writes five objects into the increment (field,
// appearance, image, its soft mask, signature dictionary) and changes nothing else but the catalog's /Perms when it
// certifies. Errors: ErrNoField, ErrFilled, ErrOrder, ErrAppearance, or what the certificate's key cannot do.
func Prepare(h Head, r Request) (Prepared, error) { return prepare(h, r, pdf.NewIncrement(h.Tail)) }

func prepare(h Head, r Request, inc *pdf.Increment) (Prepared, error) {
	i, err := h.free(r.Field)
	if err != nil {
		return Prepared{}, err
	}
	kind := Approval
	if r.Certify {
		kind = Certification
		if h.Signatures+h.Stamps > 0 || h.Certification != "" {
			return Prepared{}, ErrOrder
		}
	}
	reserve, err := measure(r)
	if err != nil {
		return Prepared{}, err
	}
	p := Prepared{Field: r.Field, Kind: kind, Base: h.SHA256, Reserve: reserve, Certificate: r.Certificate.Raw}
	for _, c := range r.Chain {
		p.Chain = append(p.Chain, c.Raw)
	}
	look, err := draw(inc, h, h.Fields[i], r.Appearance)
	if err != nil {
		return Prepared{}, err
	}
	name := r.Name
	if name == "" {
		name = r.Certificate.Subject.CommonName
	}
	top := pdf.Dict{
		{Key: "Type", Value: pdf.Name("Sig")}, {Key: "Filter", Value: pdf.Name("Adobe.PPKLite")}, {Key: "SubFilter", Value: pdf.Name("ETSI.CAdES.detached")},
		{Key: "M", Value: pdf.Date(r.At.In(vietnam))}, {Key: "Name", Value: pdf.TextString(name)},
	}
	if r.Certify {
		params := pdf.Dict{{Key: "Type", Value: pdf.Name("TransformParams")}, {Key: "P", Value: pdf.Integer(2)}, {Key: "V", Value: pdf.Name("1.2")}}
		top = append(top, pdf.Entry{Key: "Reference", Value: pdf.Array{pdf.Dict{
			{Key: "Type", Value: pdf.Name("SigRef")}, {Key: "TransformMethod", Value: pdf.Name("DocMDP")}, {Key: "TransformParams", Value: params}}}})
	}
	sig := inc.Reserve()
	h.put(inc, i, look, sig)
	p.Next = h.fill(i)
	p.Next.Signatures++
	if r.Certify {
		p.Next.Certification, p.Next.Catalog.Perms = r.Field, sig
		inc.Put(h.Tail.Root, p.Next.catalog())
	}
	if err := p.close(h, inc, sig, top); err != nil {
		return Prepared{}, err
	}
	p.SignedAttributes, err = cms.SignedAttributes(cms.OIDData, p.Digest[:], r.Certificate)
	return p, err
}

// free finds a field that can be filled.
func (h Head) free(name string) (int, error) {
	i := h.index(name)
	switch {
	case i < 0:
		return 0, fmt.Errorf("%w: %s", ErrNoField, name)
	case h.Fields[i].Filled:
		return 0, fmt.Errorf("%w: %s", ErrFilled, name)
	}
	return i, nil
}

// put rewrites field i with its value and, unless look is zero, its new appearance.
func (h Head) put(inc *pdf.Increment, i int, look, sig pdf.Ref) {
	f := h.Fields[i]
	b := slices.Clone(f.Before)
	if look.Num != 0 {
		b = append(pdf.AppendObject(b, look), f.After...)
	}
	b = append(pdf.AppendObject(append(b, " /V "...), sig), " >>"...)
	inc.Put(f.Object, pdf.Raw(b))
}

// catalog writes the catalog with what the head knows of it.
func (h Head) catalog() pdf.Object {
	b := slices.Clone(h.Catalog.Rest)
	if h.Catalog.Perms.Num != 0 {
		b = pdf.AppendObject(append(b, " /Perms << /DocMDP "...), h.Catalog.Perms)
		b = append(b, " >>"...)
	}
	if h.Store.Object.Num != 0 {
		b = pdf.AppendObject(append(b, " /DSS "...), h.Store.Object)
		b = append(b, " /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >>"...)
		if len(h.Catalog.Extensions) > 0 {
			b = append(append(b, ' '), h.Catalog.Extensions...)
		}
		b = append(b, " >>"...)
	} else if len(h.Catalog.Extensions) > 0 {
		b = append(append(append(b, " /Extensions << "...), h.Catalog.Extensions...), " >>"...)
	}
	return pdf.Raw(append(b, " >>"...))
}

// measure is the length of the CMS with the longest value its key can make and a token of the probed length, and a
// margin: nothing grows afterwards.
func measure(r Request) (int, error) {
	if r.Certificate == nil {
		return 0, fmt.Errorf("%w: no certificate", ErrValue)
	}
	if r.TokenSize < 0 || r.TokenSize > maxToken {
		return 0, fmt.Errorf("%w: token of %d bytes", ErrTooLong, r.TokenSize)
	}
	longest, err := cms.MaxValue(r.Certificate)
	if err != nil {
		return 0, err
	}
	attrs, err := cms.SignedAttributes(cms.OIDData, make([]byte, len(Digest{})), r.Certificate)
	if err != nil {
		return 0, err
	}
	parts := cms.Parts{ContentType: cms.OIDData, Certificate: r.Certificate, Chain: r.Chain, SignedAttributes: attrs, Value: make([]byte, longest)}
	if r.TokenSize > 0 {
		parts.Token = make([]byte, r.TokenSize)
	}
	b, err := cms.Build(parts)
	return len(b) + margin, err
}

// byteRange is the placeholder: wide enough for a file of ten digits.
const byteRange = "/ByteRange [0 0000000000 0000000000 0000000000]"

// close writes the increment with a signature dictionary, fills in the byte range and takes the digest.
func (p *Prepared) close(h Head, inc *pdf.Increment, sig pdf.Ref, top pdf.Dict) error {
	raw := append(text(top), " "+byteRange+" /Contents <"...)
	rangeAt, contentsAt := bytes.Index(raw, []byte(byteRange)), len(raw)
	raw = append(raw, bytes.Repeat([]byte{'0'}, 2*p.Reserve)...)
	inc.Put(sig, pdf.Raw(append(raw, "> >>"...)))
	tail, offsets, next, err := inc.Bytes()
	if err != nil {
		return err
	}
	at := int(offsets[sig.Num] - h.Tail.Size)
	p.Bytes, p.ContentsAt, p.Next.Tail = tail, at+contentsAt, next
	p.Next.Revisions++
	from, to := offsets[sig.Num]+int64(contentsAt)-1, offsets[sig.Num]+int64(contentsAt+2*p.Reserve)+1
	p.ByteRange = [4]int64{0, from, to, next.Size - to}
	b := fmt.Appendf(nil, "/ByteRange [0 %d %d %d]", from, to, next.Size-to)
	if len(b) > len(byteRange) {
		return fmt.Errorf("%w: a file of %d bytes", ErrTooLong, next.Size)
	}
	copy(tail[at+rangeAt:], append(b, bytes.Repeat([]byte{' '}, len(byteRange)-len(b))...))
	s, err := h.resume()
	if err != nil {
		return err
	}
	s.Write(tail[:p.ContentsAt-1])
	s.Write(tail[p.ContentsAt+2*p.Reserve+1:])
	s.Sum(p.Digest[:0])
	return nil
}
