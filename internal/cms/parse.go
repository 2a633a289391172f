package cms

import (
	"bytes"
	"crypto"
	"crypto/sha1" // only to match an ESSCertID (RFC 2634), never as proof
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// Message is a parsed SignedData with exactly one signer.
type Message struct {
	ContentType asn1.ObjectIdentifier
	// Content is the encapsulated content, nil in a detached signature.
	Content []byte
	// Certificates are all certificates in the message, as they came; none of them is trusted for being here.
	Certificates []*x509.Certificate
	// SignedAttributes is the DER SET OF that the value signs.
	SignedAttributes []byte
	Signed, Unsigned []Attribute
	Digest           crypto.Hash
	Value            []byte

	sigAlg pkix.AlgorithmIdentifier
	issuer []byte
	serial *big.Int
	skid   []byte
}

// Parse reads a DER ContentInfo. Trailing zero bytes are not its business: the caller cuts them off.
// Errors wrap ErrMalformed or ErrAlgorithm.
func Parse(der []byte) (*Message, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("%d bytes: %w", len(der), ErrMalformed)
	}
	var ci wireContent
	if err := exact(der, &ci, "ContentInfo"); err != nil {
		return nil, err
	}
	if !ci.Type.Equal(oidSignedData) {
		return nil, fmt.Errorf("content type %v is not SignedData: %w", ci.Type, ErrMalformed)
	}
	var sd wireSignedData
	if err := exact(ci.Content.Bytes, &sd, "SignedData"); err != nil {
		return nil, err
	}
	m := &Message{ContentType: sd.Encap.Type}
	if len(sd.Encap.Content.FullBytes) > 0 {
		if err := exact(sd.Encap.Content.Bytes, &m.Content, "encapsulated content"); err != nil {
			return nil, err
		}
	}
	if err := m.readCertificates(sd.Certs.Bytes); err != nil {
		return nil, err
	}
	var si wireSignerInfo
	if err := exact(sd.Signers.Bytes, &si, "the one SignerInfo"); err != nil {
		return nil, err
	}
	return m, m.readSigner(si)
}

func exact(der []byte, v any, what string) error {
	rest, err := asn1.Unmarshal(der, v)
	if err != nil {
		return fmt.Errorf("%s: %w: %v", what, ErrMalformed, err)
	}
	if len(rest) > 0 {
		return fmt.Errorf("%s: %d bytes too many: %w", what, len(rest), ErrMalformed)
	}
	return nil
}

func (m *Message) readCertificates(b []byte) error {
	for len(b) > 0 {
		var one asn1.RawValue
		rest, err := asn1.Unmarshal(b, &one)
		if err != nil {
			return fmt.Errorf("certificates: %w: %v", ErrMalformed, err)
		}
		b = rest
		if one.Class != asn1.ClassUniversal || one.Tag != asn1.TagSequence {
			continue // attribute certificates and the like prove nothing here
		}
		c, err := x509.ParseCertificate(one.FullBytes)
		if err != nil {
			return fmt.Errorf("certificate: %w: %v", ErrMalformed, err)
		}
		m.Certificates = append(m.Certificates, c)
	}
	return nil
}

func (m *Message) readSigner(si wireSignerInfo) (err error) {
	if si.Sid.Class == asn1.ClassContextSpecific && si.Sid.Tag == 0 {
		m.skid = si.Sid.Bytes
	} else {
		var id issuerSerial
		if err := exact(si.Sid.FullBytes, &id, "signer identifier"); err != nil {
			return err
		}
		m.issuer, m.serial = id.Issuer.FullBytes, id.Serial
	}
	if m.Digest, err = hashOf(si.Digest.Algorithm); err != nil {
		return err
	}
	if len(si.Signed.FullBytes) == 0 {
		return fmt.Errorf("no signed attributes: %w", ErrMalformed)
	}
	m.SignedAttributes = bytes.Clone(si.Signed.FullBytes)
	m.SignedAttributes[0] = 0x31
	if m.Signed, err = attributes(si.Signed.Bytes); err != nil {
		return err
	}
	if m.Unsigned, err = attributes(si.Unsigned.Bytes); err != nil {
		return err
	}
	m.sigAlg, m.Value = si.SigAlg, si.Signature
	return nil
}

func attributes(b []byte) ([]Attribute, error) {
	var out []Attribute
	for len(b) > 0 {
		var w wireAttribute
		rest, err := asn1.Unmarshal(b, &w)
		if err != nil {
			return nil, fmt.Errorf("attribute: %w: %v", ErrMalformed, err)
		}
		b = rest
		var v asn1.RawValue
		if w.Values.Tag != asn1.TagSet {
			return nil, fmt.Errorf("attribute %v: %w", w.Type, ErrMalformed)
		}
		if err := exact(w.Values.Bytes, &v, "the one value of attribute "+w.Type.String()); err != nil {
			return nil, err
		}
		out = append(out, Attribute{w.Type, v.FullBytes})
	}
	return out, nil
}

// attribute returns the value of the only signed attribute of a type; more than one of a type is malformed.
func (m *Message) attribute(oid asn1.ObjectIdentifier) ([]byte, error) {
	var found []byte
	for _, a := range m.Signed {
		if a.Type.Equal(oid) {
			if found != nil {
				return nil, fmt.Errorf("attribute %v twice: %w", oid, ErrMalformed)
			}
			found = a.Value
		}
	}
	if found == nil {
		return nil, fmt.Errorf("attribute %v is missing: %w", oid, ErrMalformed)
	}
	return found, nil
}

// Has says whether a signed attribute of that type is there.
func (m *Message) Has(oid asn1.ObjectIdentifier) bool {
	for _, a := range m.Signed {
		if a.Type.Equal(oid) {
			return true
		}
	}
	return false
}

// MessageDigest returns the message-digest attribute.
func (m *Message) MessageDigest() ([]byte, error) {
	v, err := m.attribute(OIDMessageDigest)
	if err != nil {
		return nil, err
	}
	var d []byte
	return d, exact(v, &d, "message-digest")
}

// Signer returns the signer's certificate: the one that the signed signing-certificate attribute names by its hash
// (RFC 5035, 4; RFC 2634, 5.4 in old tokens), which must also fit the signer identifier. Any other certificate in the
// message, however well trusted, is never taken for the signer's. Errors wrap ErrNotVerified or ErrMalformed.
func (m *Message) Signer() (*x509.Certificate, error) {
	match, err := m.essMatch()
	if err != nil {
		return nil, err
	}
	for _, c := range m.Certificates {
		if !match(c.Raw) {
			continue
		}
		if m.serial != nil && (m.serial.Cmp(c.SerialNumber) != 0 || !bytes.Equal(m.issuer, c.RawIssuer)) || m.skid != nil && !bytes.Equal(m.skid, c.SubjectKeyId) {
			return nil, fmt.Errorf("signer identifier and signing certificate differ: %w", ErrNotVerified)
		}
		return c, nil
	}
	return nil, fmt.Errorf("the signing certificate is not in the message: %w", ErrNotVerified)
}

func (m *Message) essMatch() (func(raw []byte) bool, error) {
	if v, err := m.attribute(OIDSigningCertificateV2); err == nil {
		var ess struct {
			Certs    []wireESSv2
			Policies asn1.RawValue `asn1:"optional"`
		}
		if err := exact(v, &ess, "signing-certificate-v2"); err != nil {
			return nil, err
		}
		if len(ess.Certs) == 0 {
			return nil, fmt.Errorf("signing-certificate-v2 is empty: %w", ErrMalformed)
		}
		h := crypto.SHA256
		if ess.Certs[0].Hash.Algorithm != nil {
			if h, err = hashOf(ess.Certs[0].Hash.Algorithm); err != nil {
				return nil, err
			}
		}
		return func(raw []byte) bool {
			d := h.New()
			d.Write(raw)
			return bytes.Equal(d.Sum(nil), ess.Certs[0].CertHash)
		}, nil
	}
	v, err := m.attribute(OIDSigningCertificate)
	if err != nil {
		return nil, err
	}
	var ess struct {
		Certs    []wireESSv1
		Policies asn1.RawValue `asn1:"optional"`
	}
	if err := exact(v, &ess, "signing-certificate"); err != nil {
		return nil, err
	}
	if len(ess.Certs) == 0 {
		return nil, fmt.Errorf("signing-certificate is empty: %w", ErrMalformed)
	}
	return func(raw []byte) bool {
		d := sha1.Sum(raw)
		return bytes.Equal(d[:], ess.Certs[0].CertHash)
	}, nil
}

// Verify checks content type, message digest and signature value with the certificate that Signer returns, and gives
// it back. digest is the digest of the content under m.Digest: of the byte range for a detached signature, of Content
// for a token (nil: computed here). It does not say whether the certificate is trusted.
func (m *Message) Verify(digest []byte) (*x509.Certificate, error) {
	signer, err := m.Signer()
	if err != nil {
		return nil, err
	}
	if digest == nil {
		h := m.Digest.New()
		h.Write(m.Content)
		digest = h.Sum(nil)
	}
	want, err := m.MessageDigest()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(want, digest) {
		return nil, fmt.Errorf("message digest: %w", ErrNotVerified)
	}
	v, err := m.attribute(OIDContentType)
	if err != nil {
		return nil, err
	}
	var ct asn1.ObjectIdentifier
	if err := exact(v, &ct, "content-type"); err != nil {
		return nil, err
	}
	if !ct.Equal(m.ContentType) {
		return nil, fmt.Errorf("content-type attribute: %w", ErrNotVerified)
	}
	h, err := m.valueHash()
	if err != nil {
		return nil, err
	}
	d := h.New()
	d.Write(m.SignedAttributes)
	return signer, verify(signer, h, m.sigAlg, d.Sum(nil), m.Value)
}

func (m *Message) valueHash() (crypto.Hash, error) {
	if m.sigAlg.Algorithm.Equal(oidRSAPSS) {
		return pssHash(m.sigAlg)
	}
	h, known := valueHash[m.sigAlg.Algorithm.String()]
	if !known {
		return 0, fmt.Errorf("signature algorithm %v: %w", m.sigAlg.Algorithm, ErrAlgorithm)
	}
	if h == 0 {
		h = m.Digest
	}
	return h, nil
}

// Token returns the signature time stamp among the unsigned attributes, nil when there is none.
func (m *Message) Token() []byte {
	for _, a := range m.Unsigned {
		if a.Type.Equal(OIDTimeStampToken) {
			return a.Value
		}
	}
	return nil
}

// Trim cuts the zeros off that fill a /Contents string behind the message.
func Trim(contents []byte) []byte {
	var one asn1.RawValue
	rest, err := asn1.Unmarshal(contents, &one)
	if err != nil || len(bytes.Trim(rest, "\x00")) > 0 {
		return contents
	}
	return one.FullBytes
}
