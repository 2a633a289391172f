package validate_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"testing"

	digitorus "github.com/digitorus/pdf"
	"github.com/digitorus/pdfsign/sign"

	"kyket/internal/pdf"
	"kyket/internal/trialpki"
	"kyket/signing/validate"
)

// TestStrangeTool: what the pdfsign library writes has no baseline form, whatever its certificate, and its file must
// not trouble the reader.
func TestStrangeTool(t *testing.T) {
	s := newStage(t, trialpki.P256)
	p := s.person("Giám đốc", agency)
	for _, name := range []string{"An", "Hà Tĩnh (ĩ)"} {
		for _, certify := range []bool{false, true} {
			r := validate.Verify(s.strange(name, certify, p, nil), s.options())
			if r.ExitCode() == 0 || name == "An" && len(r.Signatures) != 1 {
				t.Errorf("%s: %s", name, short(r))
			}
			for _, sig := range r.Signatures {
				if name != "An" && sig.SubIndication == validate.FormatFailure {
					continue // that library writes a broken dictionary for such a name
				}
				if sig.Level != "" || sig.SubIndication != validate.ConstraintsFailure || sig.SubFilter != "adbe.pkcs7.detached" || sig.Signer != "Giám đốc" {
					t.Errorf("%s: %s", name, short(r))
				}
			}
		}
	}
}

// TestOpenPolicy: a paper that says "open" lets outside tools sign in their own form; that is said, and no level given.
func TestOpenPolicy(t *testing.T) {
	s := newStage(t, trialpki.P256)
	file := s.strange("An", false, s.person("Giám đốc", agency), func(w *pdf.Writer) pdf.Object {
		data := w.AddStream(nil, []byte(`{"policy":"open","fields":[]}`))
		return pdf.Array{w.Add(d{{Key: "F", Value: pdf.TextString("manifest.json")}, {Key: "EF", Value: d{{Key: "F", Value: data}}}})}
	})
	r := validate.Verify(file, s.options())
	sub(t, r, 0, validate.Indeterminate, validate.TryLater)
	if r.Signatures[0].Level != "" || r.Signatures[0].Messages[0].Code != "not_baseline_adobe" {
		t.Error(short(r))
	}
}

// strange lets the pdfsign library sign a paper whose attachments are what attach makes.
func (s *stage) strange(name string, certify bool, p person, attach func(w *pdf.Writer) pdf.Object) []byte {
	s.t.Helper()
	kind := sign.ApprovalSignature
	if certify {
		kind = sign.CertificationSignature
	}
	base := paper(s.t, 1, func(w *pdf.Writer, root d) d {
		w.Plain = true
		if attach == nil {
			return root.With("AF", pdf.Null{})
		}
		return root.With("AF", attach(w))
	})
	rdr, err := digitorus.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		s.t.Fatal(err)
	}
	var out bytes.Buffer
	err = sign.Sign(bytes.NewReader(base), &out, rdr, int64(len(base)), sign.SignData{
		Signature: sign.SignDataSignature{Info: sign.SignDataSignatureInfo{Name: name, Date: s.now}, CertType: kind, DocMDPPerm: sign.AllowFillingExistingFormFieldsAndSignaturesPerms},
		Signer:    p.key, DigestAlgorithm: crypto.SHA256, Certificate: p.cert, CertificateChains: [][]*x509.Certificate{{p.cert, s.world.IssuingCA(), s.world.Root()}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}
