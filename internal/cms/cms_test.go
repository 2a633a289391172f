package cms_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"

	"kyket/internal/cms"
)

func certificate(t testing.TB, key crypto.Signer, name string) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return c
}

func keys(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	out := map[string]crypto.Signer{}
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384()} {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = k
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	out["RSA"] = k
	return out
}

// detached signs content and keeps it out of the message.
func detached(t testing.TB, key crypto.Signer, cert *x509.Certificate, content []byte, more ...*x509.Certificate) []byte {
	t.Helper()
	d := sha256.Sum256(content)
	attrs, err := cms.SignedAttributes(cms.OIDData, d[:], cert)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256(attrs)
	v, err := key.Sign(rand.Reader, h[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if longest, err := cms.MaxValue(cert); err != nil || len(v) > longest {
		t.Fatalf("value of %d bytes, %d at most (%v)", len(v), longest, err)
	}
	if err := cms.VerifyValue(cert, attrs, v); err != nil {
		t.Fatal(err)
	}
	b, err := cms.Build(cms.Parts{ContentType: cms.OIDData, Certificate: cert, Chain: more, SignedAttributes: attrs, Value: v})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuildAndRead(t *testing.T) {
	content := []byte("giao ước thi đua")
	d := sha256.Sum256(content)
	for name, key := range keys(t) {
		cert := certificate(t, key, name)
		b := detached(t, key, cert, content)
		p7, err := pkcs7.Parse(b) // a reader that is not ours
		if err != nil {
			t.Fatal(name, err)
		}
		p7.Content = content
		if err := p7.Verify(); err != nil {
			t.Errorf("%s: another reader says %v", name, err)
		}
		m, err := cms.Parse(cms.Trim(append(bytes.Clone(b), 0, 0, 0)))
		if err != nil {
			t.Fatal(name, err)
		}
		if got, err := m.Verify(d[:]); err != nil || !got.Equal(cert) {
			t.Errorf("%s: %v", name, err)
		}
		if m.Has(cms.OIDSigningTime) || m.Token() != nil || m.Content != nil {
			t.Errorf("%s: something is inside that must not be", name)
		}
		if _, err := m.Verify(make([]byte, 32)); !errors.Is(err, cms.ErrNotVerified) {
			t.Errorf("%s: another content: %v", name, err)
		}
		m.Value[len(m.Value)-1] ^= 1
		if _, err := m.Verify(d[:]); !errors.Is(err, cms.ErrNotVerified) {
			t.Errorf("%s: another value: %v", name, err)
		}
	}
}

// TestBag: a trusted person's certificate in the bag does not make a stranger's signature theirs.
func TestBag(t *testing.T) {
	k := keys(t)
	stranger, director := certificate(t, k["P-256"], "stranger"), certificate(t, k["RSA"], "director")
	content := []byte("x")
	b := detached(t, k["P-256"], stranger, content, director)
	m, err := cms.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	m.Certificates[0], m.Certificates[1] = m.Certificates[1], m.Certificates[0]
	d := sha256.Sum256(content)
	if got, err := m.Verify(d[:]); err != nil || !got.Equal(stranger) {
		t.Errorf("signer is %v (%v)", got, err)
	}
	m.Certificates = []*x509.Certificate{director}
	if _, err := m.Verify(d[:]); !errors.Is(err, cms.ErrNotVerified) {
		t.Error(err)
	}
}

// TestForeignToken reads a token that somebody else's code made, with more in it than ours has.
func TestForeignToken(t *testing.T) {
	key := keys(t)["RSA"]
	cert := certificate(t, key, "TSA")
	at := time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)
	d := sha256.Sum256([]byte("x"))
	ts := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: d[:], Time: at, Policy: []int{1, 2, 3}, Accuracy: 1500 * time.Millisecond, Nonce: big.NewInt(9), Ordering: true, Qualified: true, AddTSACertificate: true}
	r, err := ts.CreateResponseWithOpts(cert, key, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	token, err := timestamp.ParseResponse(r)
	if err != nil {
		t.Fatal(err)
	}
	m, err := cms.Parse(token.RawToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(nil); err != nil {
		t.Error(err)
	}
	info, err := m.TimeStamp()
	if err != nil {
		t.Fatal(err)
	}
	if !info.Time.Equal(at) || info.Accuracy != ts.Accuracy || info.Nonce.Int64() != 9 || !info.Stamps(d[:]) || info.Stamps(make([]byte, 32)) {
		t.Errorf("%+v", info)
	}
	if _, err := (&cms.Message{ContentType: cms.OIDData}).TimeStamp(); !errors.Is(err, cms.ErrMalformed) {
		t.Error(err)
	}
}

func TestParseRefuses(t *testing.T) {
	key := keys(t)["P-256"]
	b := detached(t, key, certificate(t, key, "a"), []byte("x"))
	for name, bad := range map[string][]byte{
		"nothing": nil, "cut": b[:len(b)-1], "longer": append(bytes.Clone(b), 1), "huge": make([]byte, cms.MaxSize+1), "text": []byte("no message"),
	} {
		if _, err := cms.Parse(bad); !errors.Is(err, cms.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFromRaw(t *testing.T) {
	key := keys(t)["P-256"].(*ecdsa.PrivateKey)
	h := sha256.Sum256([]byte("x"))
	r, s, err := ecdsa.Sign(rand.Reader, key, h[:])
	if err != nil {
		t.Fatal(err)
	}
	der, err := cms.FromRaw(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	if err != nil || !ecdsa.VerifyASN1(&key.PublicKey, h[:], der) {
		t.Error(err)
	}
	for _, n := range []int{0, 63, 200} {
		if _, err := cms.FromRaw(make([]byte, n)); !errors.Is(err, cms.ErrMalformed) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	key := keys(f)["P-256"]
	f.Add(detached(f, key, certificate(f, key, "a"), []byte("x")))
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := cms.Parse(cms.Trim(b))
		if err != nil {
			return
		}
		if c, err := m.Verify(nil); err == nil && c == nil {
			t.Error("verified by nobody")
		}
		_, _ = m.TimeStamp()
		_ = m.Token()
	})
}
