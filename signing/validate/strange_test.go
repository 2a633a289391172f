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
			kind := sign.ApprovalSignature
			if certify {
				kind = sign.CertificationSignature
			}
			base := paper(t, 1, func(w *pdf.Writer, root d) d { w.Plain = true; return root.With("AF", pdf.Null{}) })
			rdr, err := digitorus.NewReader(bytes.NewReader(base), int64(len(base)))
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = sign.Sign(bytes.NewReader(base), &out, rdr, int64(len(base)), sign.SignData{
				Signature: sign.SignDataSignature{Info: sign.SignDataSignatureInfo{Name: name, Date: s.now}, CertType: kind, DocMDPPerm: sign.AllowFillingExistingFormFieldsAndSignaturesPerms},
				Signer:    p.key, DigestAlgorithm: crypto.SHA256, Certificate: p.cert, CertificateChains: [][]*x509.Certificate{{p.cert, s.world.IssuingCA(), s.world.Root()}},
			})
			if err != nil {
				t.Fatal(err)
			}
			r := validate.Verify(out.Bytes(), s.options())
			if r.ExitCode() == 0 {
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
			if name == "An" && len(r.Signatures) != 1 {
				t.Errorf("the signature was not found: %s", short(r))
			}
		}
	}
}
