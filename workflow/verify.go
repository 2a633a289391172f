package workflow

import (
	"context"
	"errors"
	"slices"

	"kyket/pact"
	"kyket/signing/validate"
)

// MaxVerified is the largest file that is judged for strangers, in bytes.
const MaxVerified = 30 << 20

// ErrFileTooLarge says so.
var ErrFileTooLarge = pact.Problem(pact.TooLarge, "file_too_large",
	"Tệp lớn hơn {max} MB; trang này chỉ kiểm chứng tệp nhỏ hơn.", "The file is larger than {max} MB; this page checks smaller ones only.")

// Finding is what is said of a file that somebody brought.
type Finding string

// The findings, from the best to the worst.
const (
	// Newest: these are exactly the bytes of the newest file of a record here.
	Newest Finding = "newest"
	// Earlier: exactly an earlier revision of a record here, which has a newer one.
	Earlier Finding = "earlier"
	// Unsigned: exactly a frozen paper, from before its signing.
	Unsigned Finding = "unsigned"
	// Elsewhere: signatures hold, and no record here has these bytes.
	Elsewhere Finding = "elsewhere"
	// Unknown: nothing can be said: no signature, or none that can be decided, and no record.
	Unknown Finding = "unknown"
	// Altered: the file was changed after it was signed.
	Altered Finding = "altered"
	// Invalid: a signature does not hold, for another reason than a change.
	Invalid Finding = "invalid"
	// Unreadable: this is no PDF file that can be read.
	Unreadable Finding = "unreadable"
)

// Verification is the judgement of a file, and whether a record here has exactly its bytes.
type Verification struct {
	Finding Finding
	SHA256  pact.Digest
	Report  validate.Report
	// Record is the public part of the record whose bytes these are, or whose code the file carries; nil when none has.
	Record *PublicRecord
	// Revision is the number of the revision that these bytes are, Newest that of the newest one; 0 is the frozen paper.
	Revision, Newest int
}

// VerifyFile judges a file that anybody brings: by this installation's anchors, without asking anybody, and by whether a
// record here has exactly these bytes. Nothing of it is kept. ErrFileTooLarge above MaxVerified.
func (w *Workflow) VerifyFile(ctx context.Context, data []byte) (*Verification, error) {
	if len(data) > MaxVerified {
		return nil, ErrFileTooLarge.With("max", MaxVerified>>20)
	}
	o := validate.Options{Trust: w.Signing.Anchors, TSATrust: w.Signing.StampAnchors, At: w.Clock()}
	v := &Verification{SHA256: pact.DigestOf(data), Report: validate.Verify(data, o)}
	known, err := w.recordOf(ctx, v)
	if err != nil {
		return nil, err
	}
	at := slices.Index(known, v.SHA256)
	v.Newest = len(known) - 1
	switch {
	case at >= 0:
		v.Revision = at
		v.Finding = Earlier
		if at == v.Newest && at > 0 {
			v.Finding = Newest
		} else if at == 0 {
			v.Finding = Unsigned
		}
		return v, nil
	case len(known) > 1:
		// A file of this record that is none of its revisions: what must be in it is known, so that nothing can have
		// been taken away unseen either.
		for _, d := range known {
			o.Expected = append(o.Expected, d.String())
		}
		v.Report = validate.Verify(data, o)
	}
	v.Finding = findingOf(v.Report, len(known) > 0)
	return v, nil
}

// recordOf finds the record whose code the file carries, and the digests of its file, the base first.
func (w *Workflow) recordOf(ctx context.Context, v *Verification) (known []pact.Digest, err error) {
	code := v.Report.Pact
	if code == "" {
		return nil, nil
	}
	if v.Record, err = w.Public(ctx, code); errors.Is(err, pact.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	err = w.Store.View(ctx, func(tx Reader) error {
		p, err := tx.PactByCode(code)
		if err != nil {
			return err
		}
		known = []pact.Digest{p.Issue.Base}
		if p.Signing != nil {
			for _, r := range p.Signing.Revisions {
				known = append(known, r.SHA256)
			}
		}
		return nil
	})
	return known, err
}

// findingOf reads the validator's report of bytes that no record has. A file that carries the code of a record and is
// none of its revisions was changed, whatever its signatures say.
func findingOf(r validate.Report, ours bool) Finding {
	changed := len(r.Unexplained) > 0 || slices.ContainsFunc(r.Signatures, func(s validate.Signature) bool {
		return s.SubIndication == validate.HashFailure
	})
	switch {
	case r.ExitCode() == 3:
		return Unreadable
	case changed, ours && r.Verdict == validate.Failed:
		return Altered
	case r.Verdict == validate.Failed:
		return Invalid
	case r.Verdict == validate.Passed:
		return Elsewhere
	}
	return Unknown
}
