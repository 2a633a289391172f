package pades

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"kyket/internal/pdf"
)

// maxEvidence bounds one certificate, OCSP answer or revocation list, in bytes.
const maxEvidence = 8 << 20

// Evidence is what later validators need beside the signatures: certificates, OCSP answers and revocation lists, DER.
// It has the shape of trust.Evidence.
type Evidence struct{ Certificates, OCSPs, CRLs [][]byte }

// archivePrefix begins the names of the fields that a paper reserves for document time stamps.
const archivePrefix = "luu_tru_"

// PrepareStamp reserves a document time stamp (EN 319 142-1, 5.4.3): in the first empty field reserved for one
// (luu_tru_1 …), afterwards in a new field without a widget. Its token is to be asked over Digest.
func PrepareStamp(h Head, tokenSize int) (Prepared, error) {
	if tokenSize <= 0 || tokenSize > maxToken {
		return Prepared{}, fmt.Errorf("%w: token of %d bytes", ErrTooLong, tokenSize)
	}
	p := Prepared{Kind: Timestamp, Base: h.SHA256, Reserve: tokenSize + margin}
	inc := pdf.NewIncrement(h.Tail)
	sig := inc.Reserve()
	if i := slices.IndexFunc(h.Fields, func(f Field) bool { return strings.HasPrefix(f.Name, archivePrefix) && !f.Filled && !f.Visible() }); i >= 0 {
		p.Field = h.Fields[i].Name
		h.put(inc, i, pdf.Ref{}, sig)
		p.Next = h.fill(i)
	} else {
		p.Field = h.newName()
		field := inc.Add(pdf.Dict{{Key: "FT", Value: pdf.Name("Sig")}, {Key: "T", Value: pdf.TextString(p.Field)}, {Key: "V", Value: sig}})
		p.Next = h
		p.Next.Fields = append(slices.Clone(h.Fields), Field{Name: p.Field, Object: field, Filled: true})
		p.Next.Form.Fields = append(slices.Clone(h.Form.Fields), field)
		inc.Put(h.Form.Object, p.Next.form())
	}
	p.Next.Stamps++
	top := pdf.Dict{{Key: "Type", Value: pdf.Name("DocTimeStamp")}, {Key: "Filter", Value: pdf.Name("Adobe.PPKLite")}, {Key: "SubFilter", Value: pdf.Name("ETSI.RFC3161")}}
	return p, p.close(h, inc, sig, top)
}

func (h Head) newName() string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf("%s%d", archivePrefix, n); h.index(name) < 0 {
			return name
		}
	}
}

func (h Head) form() pdf.Object {
	b := append(slices.Clone(h.Form.Before), '[')
	for i, ref := range h.Form.Fields {
		if i > 0 {
			b = append(b, ' ')
		}
		b = pdf.AppendObject(b, ref)
	}
	return pdf.Raw(append(append(append(b, ']'), h.Form.After...), " >>"...))
}

// Seal writes a document security store with the evidence into an increment of its own: what an earlier store held
// stays referenced, what is in it already is not written twice. It is level LT; a document time stamp behind it makes
// LTA. With nothing new it is an error.
func Seal(h Head, e Evidence) (Increment, error) {
	inc := pdf.NewIncrement(h.Tail)
	next := h
	added := 0
	for _, group := range []struct {
		to   *[]Stored
		more [][]byte
	}{{&next.Store.Certs, e.Certificates}, {&next.Store.OCSPs, e.OCSPs}, {&next.Store.CRLs, e.CRLs}} {
		*group.to = slices.Clone(*group.to)
		have := make(map[Digest]bool, len(*group.to))
		for _, s := range *group.to {
			have[s.SHA256] = true
		}
		for _, der := range group.more {
			if len(der) == 0 || len(der) > maxEvidence {
				return Increment{}, fmt.Errorf("%w: evidence of %d bytes", ErrTooLong, len(der))
			}
			sum := Digest(sha256.Sum256(der))
			if have[sum] {
				continue
			}
			have[sum] = true
			*group.to = append(*group.to, Stored{inc.AddStream(nil, der), sum})
			added++
		}
	}
	if added == 0 {
		return Increment{}, fmt.Errorf("%w: no evidence that is not in the paper already", ErrChanged)
	}
	d := pdf.Dict{{Key: "Type", Value: pdf.Name("DSS")}}
	for _, group := range []struct {
		key  pdf.Name
		list []Stored
	}{{"Certs", next.Store.Certs}, {"OCSPs", next.Store.OCSPs}, {"CRLs", next.Store.CRLs}} {
		if len(group.list) == 0 {
			continue
		}
		refs := make(pdf.Array, 0, len(group.list))
		for _, s := range group.list {
			refs = append(refs, s.Object)
		}
		d = append(d, pdf.Entry{Key: group.key, Value: refs})
	}
	next.Store.Object = inc.Add(d)
	inc.Put(h.Tail.Root, next.catalog())
	b, _, tail, err := inc.Bytes()
	if err != nil {
		return Increment{}, err
	}
	next.Tail = tail
	next.Revisions++
	next, err = next.extend(h.State, b)
	return Increment{Bytes: b, Head: next, Base: h.SHA256}, err
}
