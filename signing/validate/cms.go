package validate

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// Limits against hostile input.
const (
	maxCMS          = 1 << 20 // bytes of one signature container
	maxCertificates = 64      // in one container
	maxAttributes   = 32
)

var (
	oidSignedData   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidTSTInfo      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCert  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCert2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidToken        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14}
)

// container is a SignedData of CMS (RFC 5652, 5.1) with exactly one signer, which is all that PAdES allows.
type container struct {
	contentType asn1.ObjectIdentifier
	content     []byte // nil: detached
	certs       []*x509.Certificate

	issuer []byte // raw name; nil when the signer is named by its key identifier
	serial *big.Int
	keyID  []byte

	hash      crypto.Hash
	attrs     []byte // the signed attributes as they are hashed: a SET
	attr      map[string]cryptobyte.String
	algorithm algorithm
	value     []byte
	unsigned  map[string]cryptobyte.String
}

var errCMS = errors.New("validate: bad CMS structure")

// parseCMS reads DER; padding behind it is the caller's. Anything that RFC 5652 or EN 319 142-1 does not allow in a
// PDF signature is an error.
func parseCMS(der []byte, pool *pool) (*container, error) {
	if len(der) > maxCMS {
		return nil, errCMS
	}
	in := cryptobyte.String(der)
	var info, sd cryptobyte.String
	var kind asn1.ObjectIdentifier
	var version int
	if !in.ReadASN1(&info, tag.SEQUENCE) || !in.Empty() || !info.ReadASN1ObjectIdentifier(&kind) || !kind.Equal(oidSignedData) ||
		!info.ReadASN1(&sd, explicit(0)) || !info.Empty() || !sd.ReadASN1(&sd, tag.SEQUENCE) || !sd.ReadASN1Integer(&version) || version != 1 && version != 3 {
		return nil, errCMS
	}
	c := &container{}
	var algs, content, certs, signers, signer cryptobyte.String
	if !sd.ReadASN1(&algs, tag.SET) || !sd.ReadASN1(&content, tag.SEQUENCE) || !c.readContent(content) {
		return nil, errCMS
	}
	var some bool
	if !sd.ReadOptionalASN1(&certs, &some, explicit(0)) || some && !c.readCertificates(certs, pool) {
		return nil, errCMS
	}
	if !sd.SkipOptionalASN1(explicit(1)) || !sd.ReadASN1(&signers, tag.SET) || !sd.Empty() {
		return nil, errCMS
	}
	if !signers.ReadASN1(&signer, tag.SEQUENCE) || !signers.Empty() || !c.readSigner(signer) || !lists(algs, c.hash) {
		return nil, errCMS
	}
	return c, nil
}

// lists says whether the digest in use is announced (RFC 5652, 5.1), and nothing else of another form.
func lists(algs cryptobyte.String, h crypto.Hash) bool {
	found := h == 0 // refused later, by its own name
	for !algs.Empty() {
		var alg cryptobyte.String
		if !algs.ReadASN1Element(&alg, tag.SEQUENCE) {
			return false
		}
		found = found || digestAlgorithm(alg) == h
	}
	return found
}

func explicit(n uint8) tag.Tag { return tag.Tag(n).ContextSpecific().Constructed() }

func (c *container) readContent(in cryptobyte.String) bool {
	var some bool
	var outer, octets cryptobyte.String
	if !in.ReadASN1ObjectIdentifier(&c.contentType) || !in.ReadOptionalASN1(&outer, &some, explicit(0)) || !in.Empty() {
		return false
	}
	if !some {
		return true
	}
	if !outer.ReadASN1(&octets, tag.OCTET_STRING) || !outer.Empty() {
		return false
	}
	c.content = append([]byte{}, octets...)
	return true
}

func (c *container) readCertificates(in cryptobyte.String, pool *pool) bool {
	for !in.Empty() {
		var raw cryptobyte.String
		if len(c.certs) == maxCertificates || !in.ReadASN1Element(&raw, tag.SEQUENCE) {
			return false
		}
		cert, err := pool.certificate(raw)
		if err != nil {
			return false
		}
		c.certs = append(c.certs, cert)
	}
	return true
}

// readSigner reads a SignerInfo (RFC 5652, 5.3); signed attributes must be there.
func (c *container) readSigner(in cryptobyte.String) bool {
	var version int
	if !in.ReadASN1Integer(&version) {
		return false
	}
	switch version {
	case 1:
		var id cryptobyte.String
		var issuer cryptobyte.String
		c.serial = new(big.Int)
		if !in.ReadASN1(&id, tag.SEQUENCE) || !id.ReadASN1Element(&issuer, tag.SEQUENCE) || !id.ReadASN1Integer(c.serial) || !id.Empty() {
			return false
		}
		c.issuer = issuer
	case 3:
		var id cryptobyte.String
		if !in.ReadASN1(&id, tag.Tag(0).ContextSpecific()) {
			return false
		}
		c.keyID = id
	default:
		return false
	}
	var digestAlg, attrs, raw, sigAlg, value, unsigned cryptobyte.String
	if !in.ReadASN1Element(&digestAlg, tag.SEQUENCE) || !in.ReadASN1Element(&raw, explicit(0)) ||
		!in.ReadASN1Element(&sigAlg, tag.SEQUENCE) || !in.ReadASN1(&value, tag.OCTET_STRING) {
		return false
	}
	var some bool
	if !in.ReadOptionalASN1(&unsigned, &some, explicit(1)) || !in.Empty() {
		return false
	}
	c.attrs = append([]byte{}, raw...)
	c.attrs[0] = 0x31 // hashed as a SET OF, not as the implicit [0] that stands in the file (RFC 5652, 5.4)
	if !raw.ReadASN1(&attrs, explicit(0)) {
		return false
	}
	var ok bool
	if c.attr, ok = readAttributes(attrs, true); !ok {
		return false
	}
	if c.unsigned, ok = readAttributes(unsigned, false); !ok {
		return false
	}
	c.hash = digestAlgorithm(digestAlg)
	c.algorithm = signatureAlgorithm(sigAlg, c.hash)
	c.value = value
	return true
}

// readAttributes maps each attribute's type to its first value. Of signed attributes, one that comes twice or has several
// values is an error: those that matter are single by their standards. Unsigned ones may repeat (several stamps).
func readAttributes(in cryptobyte.String, single bool) (map[string]cryptobyte.String, bool) {
	out := map[string]cryptobyte.String{}
	for !in.Empty() {
		var one, values, value cryptobyte.String
		var id asn1.ObjectIdentifier
		var t tag.Tag
		if len(out) == maxAttributes || !in.ReadASN1(&one, tag.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&id) || !one.ReadASN1(&values, tag.SET) || !one.Empty() ||
			!values.ReadAnyASN1Element(&value, &t) || single && !values.Empty() {
			return nil, false
		}
		if _, twice := out[id.String()]; twice {
			if single {
				return nil, false
			}
			continue
		}
		out[id.String()] = value
	}
	return out, true
}

func (c *container) has(id asn1.ObjectIdentifier) bool {
	_, ok := c.attr[id.String()]
	return ok
}

// signs checks that the signed attributes speak of content with this digest (RFC 5652, 5.4 and 11.2).
func (c *container) signs(contentType asn1.ObjectIdentifier, digest []byte) bool {
	ct, md := c.attr[oidContentType.String()], c.attr[oidDigest.String()]
	var id asn1.ObjectIdentifier
	var sum cryptobyte.String
	return ct.ReadASN1ObjectIdentifier(&id) && ct.Empty() && id.Equal(contentType) && c.contentType.Equal(contentType) &&
		md.ReadASN1(&sum, tag.OCTET_STRING) && md.Empty() && len(digest) > 0 && bytes.Equal(sum, digest)
}

// signer finds the one certificate that the signed attributes name by its digest (RFC 5035): never another one of
// the bag, whatever key made the value. sha1 admits the older attribute of RFC 2634, which tokens still carry.
func (c *container) signer(more []*x509.Certificate, sha1 bool) *x509.Certificate {
	matches := c.essMatcher(sha1)
	if matches == nil {
		return nil
	}
	for _, list := range [][]*x509.Certificate{c.certs, more} {
		for _, cert := range list {
			if matches(cert) && c.named(cert) {
				return cert
			}
		}
	}
	return nil
}

// named says whether the SignerInfo's identifier is that of cert.
func (c *container) named(cert *x509.Certificate) bool {
	if c.issuer != nil {
		return bytes.Equal(c.issuer, cert.RawIssuer) && cert.SerialNumber.Cmp(c.serial) == 0
	}
	return len(c.keyID) > 0 && bytes.Equal(c.keyID, cert.SubjectKeyId)
}

// essMatcher reads the first certificate identifier of signing-certificate-v2.
func (c *container) essMatcher(sha1 bool) func(*x509.Certificate) bool {
	hash := crypto.SHA256
	value, ok := c.attr[oidSigningCert2.String()]
	v1 := false
	if !ok && sha1 {
		value, v1 = c.attr[oidSigningCert.String()]
		hash, ok = crypto.SHA1, v1
	}
	var list, id, alg, sum, issuer cryptobyte.String
	if !ok || !value.ReadASN1(&value, tag.SEQUENCE) || !value.ReadASN1(&list, tag.SEQUENCE) || !list.ReadASN1(&id, tag.SEQUENCE) {
		return nil
	}
	if !v1 && id.PeekASN1Tag(tag.SEQUENCE) {
		if !id.ReadASN1Element(&alg, tag.SEQUENCE) {
			return nil
		}
		if hash = digestAlgorithm(alg); hash == 0 {
			return nil
		}
	}
	if !id.ReadASN1(&sum, tag.OCTET_STRING) {
		return nil
	}
	serial := new(big.Int)
	if !id.Empty() {
		var names cryptobyte.String
		if !id.ReadASN1(&issuer, tag.SEQUENCE) || !id.Empty() || !issuer.ReadASN1(&names, tag.SEQUENCE) || !issuer.ReadASN1Integer(serial) {
			return nil
		}
		issuer = names
	}
	return func(cert *x509.Certificate) bool {
		h := hash.New()
		h.Write(cert.Raw)
		if !bytes.Equal(h.Sum(nil), sum) {
			return false
		}
		// IssuerSerial, where given, must agree: one directoryName and the serial number
		return issuer == nil || serial.Cmp(cert.SerialNumber) == 0 && bytes.Contains(issuer, cert.RawIssuer)
	}
}
