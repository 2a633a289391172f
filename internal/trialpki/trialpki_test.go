package trialpki_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/digitorus/timestamp"

	"kyket/internal/trialpki"
)

var then = time.Date(2019, 3, 4, 8, 30, 0, 0, time.FixedZone("ICT", 7*3600))

type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func world(t *testing.T, kind trialpki.KeyKind, base string) (*trialpki.World, *clock) {
	t.Helper()
	c := &clock{then}
	w, err := trialpki.New(c.read, kind, base)
	if err != nil {
		t.Fatal(err)
	}
	return w, c
}

const base = "http://127.0.0.1:8080/trial"

func TestCertificates(t *testing.T) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		w, c := world(t, kind, base)
		c.now = then.AddDate(1, 0, 0)
		_, cert, err := w.NewPerson(trialpki.Subject{CommonName: "Nguyễn Trọng Nghĩa", Organization: "Sở Nội vụ", Locality: "Hà Tĩnh", Title: "Giám đốc", Email: "nghia@example.vn"})
		if err != nil {
			t.Fatal(err)
		}
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(w.Root())
		between.AddCert(w.IssuingCA())
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: then.AddDate(18, 0, 0), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
			t.Error(err)
		}
		if cert.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment {
			t.Errorf("key usage %b", cert.KeyUsage)
		}
		if cert.NotAfter.After(w.IssuingCA().NotAfter) || cert.NotBefore.After(c.now) || cert.NotBefore.Before(c.now.Add(-time.Hour)) {
			t.Errorf("valid from %v to %v", cert.NotBefore, cert.NotAfter)
		}
		stamps := x509.NewCertPool()
		stamps.AddCert(w.StampRoot())
		chain := w.StampChain()
		between.AddCert(chain[1])
		if _, err := chain[0].Verify(x509.VerifyOptions{Roots: stamps, Intermediates: between, CurrentTime: then, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}); err != nil {
			t.Error(err)
		}
		for _, c := range append(chain, w.Root(), w.StampRoot(), w.IssuingCA()) {
			if !strings.Contains(c.Subject.CommonName, "TRIAL") || !strings.Contains(c.Subject.CommonName, "THỬ NGHIỆM") {
				t.Errorf("%q is not marked as trial", c.Subject.CommonName)
			}
		}
	}
}

func TestRequestMustBeSigned(t *testing.T) {
	w, _ := world(t, trialpki.P256, base)
	key, err := trialpki.P256.Generate()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := w.IssueRequest(der, trialpki.Subject{CommonName: "Lê Thị C"})
	if err != nil {
		t.Fatal(err)
	}
	if cert.Subject.CommonName != "Lê Thị C" {
		t.Error(cert.Subject)
	}
	der[len(der)-3] ^= 1
	if _, err := w.IssueRequest(der, trialpki.Subject{CommonName: "Lê Thị C"}); err == nil {
		t.Error("a request with a broken signature was answered")
	}
}

func TestRevocation(t *testing.T) {
	w, c := world(t, trialpki.P256, base)
	_, cert, err := w.NewPerson(trialpki.Subject{CommonName: "Trần Văn B"})
	if err != nil {
		t.Fatal(err)
	}
	ask := func() *ocsp.Response {
		t.Helper()
		q, err := ocsp.CreateRequest(cert, w.IssuingCA(), nil)
		if err != nil {
			t.Fatal(err)
		}
		der, err := w.Ask(context.Background(), cert.OCSPServer[0], "application/ocsp-request", q)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ocsp.ParseResponseForCert(der, cert, w.IssuingCA())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := ask()
	if r.Status != ocsp.Good || !r.ProducedAt.Equal(then) || !r.ThisUpdate.Equal(then) || r.NextUpdate.Before(then.AddDate(18, 11, 0)) {
		t.Errorf("status %d, produced %v, fresh %v to %v", r.Status, r.ProducedAt, r.ThisUpdate, r.NextUpdate)
	}
	at := then.AddDate(0, 3, 0)
	w.Revoke(cert.SerialNumber, at)
	w.Revoke(cert.SerialNumber, at.AddDate(0, 1, 0)) // the earlier one stays
	if r := ask(); r.Status != ocsp.Good {
		t.Error("revoked before its time")
	}
	c.now = at
	if r := ask(); r.Status != ocsp.Revoked || !r.RevokedAt.Equal(at) {
		t.Errorf("status %d at %v", r.Status, r.RevokedAt)
	}
	list := func(name string, issuer *x509.Certificate) *x509.RevocationList {
		t.Helper()
		der, err := w.Ask(context.Background(), base+"/crl/"+name+".crl", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		l, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.CheckSignatureFrom(issuer); err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := list("ca", w.IssuingCA()); len(l.RevokedCertificateEntries) != 1 || l.RevokedCertificateEntries[0].SerialNumber.Cmp(cert.SerialNumber) != 0 {
		t.Error("not in the list of its issuer")
	}
	unit := w.StampChain()
	w.Revoke(unit[0].SerialNumber, at)
	if l := list("tsaca", unit[1]); len(l.RevokedCertificateEntries) != 1 {
		t.Error("the unit is not in the list of its issuer")
	}
	if l := list("root", w.Root()); len(l.RevokedCertificateEntries) != 0 {
		t.Error("somebody is in the wrong list")
	}
}

// TestForeignOCSP: a question about another issuer's certificate is refused, not answered "good".
func TestForeignOCSP(t *testing.T) {
	w, _ := world(t, trialpki.P256, base)
	q, err := ocsp.CreateRequest(w.StampChain()[0], w.StampChain()[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := w.AnswerOCSP(q)
	if err != nil || !bytes.Equal(der, ocsp.UnauthorizedErrorResponse) {
		t.Errorf("%x %v", der, err)
	}
	if der, err = w.AnswerOCSP([]byte("?")); err != nil || !bytes.Equal(der, ocsp.MalformedRequestErrorResponse) {
		t.Errorf("%x %v", der, err)
	}
}

func stampRequest(t *testing.T, hash crypto.Hash) []byte {
	t.Helper()
	h := hash.New()
	h.Write([]byte("giao ước"))
	q, err := (&timestamp.Request{HashAlgorithm: hash, HashedMessage: h.Sum(nil), Certificates: true, Nonce: big.NewInt(42)}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestStamp reads the token with a reader that is not ours.
func TestStamp(t *testing.T) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		w, _ := world(t, kind, base)
		der, err := w.AnswerStamp(stampRequest(t, crypto.SHA256))
		if err != nil {
			t.Fatal(err)
		}
		token, err := timestamp.ParseResponse(der) // verifies the signature
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.Sum256([]byte("giao ước"))
		if !token.Time.Equal(then) || token.Accuracy != time.Second || token.Nonce.Int64() != 42 || !bytes.Equal(token.HashedMessage, h[:]) || len(token.Certificates) != 2 {
			t.Errorf("%+v", token)
		}
		if der, err = w.AnswerStamp(stampRequest(t, crypto.SHA512)); err != nil {
			t.Fatal(err)
		}
		if _, err := timestamp.ParseResponse(der); err == nil {
			t.Error("another digest than SHA-256 was stamped")
		}
		w.SetTSA(false)
		if _, err := w.AnswerStamp(stampRequest(t, crypto.SHA256)); !errors.Is(err, trialpki.ErrUnreachable) {
			t.Error(err)
		}
		w.SetTSA(true)
		if _, err := w.AnswerStamp(stampRequest(t, crypto.SHA256)); err != nil {
			t.Error(err)
		}
	}
}

func TestHandler(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	w, _ := world(t, trialpki.P256, server.URL+"/trial")
	mux.Handle("/trial/", http.StripPrefix("/trial", w.Handler()))
	post := func(path string, body []byte) (int, string) {
		t.Helper()
		r, err := http.Post(server.URL+"/trial"+path, "application/octet-stream", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		_, _ = io.Copy(io.Discard, r.Body)
		return r.StatusCode, r.Header.Get("Content-Type")
	}
	if code, kind := post("/tsa", stampRequest(t, crypto.SHA256)); code != 200 || kind != "application/timestamp-reply" {
		t.Error(code, kind)
	}
	w.SetTSA(false)
	if code, _ := post("/tsa", stampRequest(t, crypto.SHA256)); code != http.StatusServiceUnavailable {
		t.Error(code)
	}
	if code, _ := post("/tsa", make([]byte, 20<<10)); code != http.StatusRequestEntityTooLarge {
		t.Error(code)
	}
	for path, want := range map[string]int{"/certs/ca.cer": 200, "/crl/ca.crl": 200, "/crl/tsa.crl": 404, "/crl/ocsp.crl": 404, "/certs/nobody.cer": 404, "/secret": 404, "/": 404} {
		r, err := http.Get(server.URL + "/trial" + path)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != want || path == "/certs/ca.cer" && !bytes.Equal(b, w.IssuingCA().Raw) {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

func TestSaveAndLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "trial")
	w, c := world(t, trialpki.P256, base)
	_, cert, err := w.NewPerson(trialpki.Subject{CommonName: "Trần Văn B"})
	if err != nil {
		t.Fatal(err)
	}
	w.Revoke(cert.SerialNumber, then)
	if err := w.Save(dir); err != nil {
		t.Fatal(err)
	}
	if err := w.Save(dir); err != nil { // and over itself
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
	}
	again, err := trialpki.Load(dir, c.read)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Root().Equal(w.Root()) || again.Base() != base || again.Kind() != trialpki.P256 {
		t.Error("another world came back")
	}
	der, err := again.CRL("ca")
	if err != nil {
		t.Fatal(err)
	}
	if l, err := x509.ParseRevocationList(der); err != nil || len(l.RevokedCertificateEntries) != 1 {
		t.Error("the revocation was forgotten", err)
	}
	if _, _, err := again.NewService("Sở Nội vụ"); err != nil {
		t.Error(err)
	}
	if err := os.Rename(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "root.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := trialpki.Load(dir, c.read); err == nil {
		t.Error("a world without its issuing CA was loaded")
	}
	if _, err := trialpki.Load(t.TempDir(), c.read); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzAnswer(f *testing.F) {
	w, err := trialpki.New(func() time.Time { return then }, trialpki.P256, base)
	if err != nil {
		f.Fatal(err)
	}
	q, err := ocsp.CreateRequest(w.IssuingCA(), w.Root(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ocsp", q)
	f.Add("tsa", q)
	f.Add("crl/ca.crl", []byte(nil))
	f.Fuzz(func(_ *testing.T, path string, body []byte) {
		_, _ = w.Ask(context.Background(), base+"/"+path, "", body)
	})
}
