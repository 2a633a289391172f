package trust_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"kyket/internal/cms"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing/trust"
)

const base = "http://127.0.0.1:8080/trial"

var noon = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

type stage struct {
	*trialpki.World
	now            time.Time
	signers, tsas  *trust.Anchors
	hosts          []string
	person, friend *x509.Certificate
}

func (s *stage) clock() time.Time { return s.now }

func newStage(t *testing.T, base string) *stage {
	t.Helper()
	s := &stage{now: noon, hosts: []string{"127.0.0.1"}}
	var err error
	if s.World, err = trialpki.New(s.clock, trialpki.P256, base); err != nil {
		t.Fatal(err)
	}
	s.signers = trust.NewAnchors(trust.Anchor{Certificate: s.Root(), Hosts: s.hosts})
	s.tsas = trust.NewAnchors(trust.Anchor{Certificate: s.StampRoot(), Hosts: s.hosts})
	for name, to := range map[string]**x509.Certificate{"Nguyễn Văn A": &s.person, "Trần Thị B": &s.friend} {
		if _, *to, err = s.NewPerson(trialpki.Subject{CommonName: name}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *stage) source(tr trust.Transport) *trust.Source {
	return trust.NewSource(s.signers.With(s.tsas), tr, s.clock, time.Minute)
}

// answering is a transport that gives one answer.
type answering func(address string, body []byte) ([]byte, error)

func (a answering) Ask(ctx context.Context, address, _ string, body []byte) ([]byte, error) {
	if _, ok := ctx.Deadline(); !ok {
		return nil, errors.New("a question without a deadline")
	}
	return a(address, body)
}

func code(err error) string {
	var e *pact.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestStamp(t *testing.T) {
	s := newStage(t, base)
	d := sha256.Sum256([]byte("x"))
	ask := func(tr trust.Transport, anchors *trust.Anchors) (trust.Token, error) {
		return trust.NewAuthority(s.StampURL(), tr, anchors, s.clock, time.Minute).Stamp(context.Background(), d[:])
	}
	token, err := ask(s, s.tsas)
	if err != nil {
		t.Fatal(err)
	}
	if !token.Time.Equal(noon) || token.Accuracy != time.Second || len(token.Path) != 3 || !token.Path[2].Equal(s.StampRoot()) {
		t.Errorf("%+v", token)
	}
	authority := trust.NewAuthority(s.StampURL(), s, s.tsas, s.clock, time.Minute)
	size, err := authority.Probe(context.Background())
	if err != nil || size < len(token.DER)-4 || size > len(token.DER)+4 {
		t.Errorf("a probe of %d bytes for tokens of %d (%v)", size, len(token.DER), err)
	}
	s.SetTSA(false)
	if again, err := authority.Probe(context.Background()); err != nil || again != size {
		t.Error("the probe is not remembered:", again, err)
	}
	if _, err := ask(s, s.tsas); !errors.Is(err, trust.ErrNoAnswer) || !errors.Is(err, trialpki.ErrUnreachable) {
		t.Error("switched off:", err)
	}
	s.SetTSA(true)
	rejected, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.SystemFailure)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.Sum256([]byte("another"))
	other, err := (&timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: h[:], Certificates: true, Nonce: big.NewInt(1)}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	bare, err := (&timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: d[:], Certificates: true}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		tr      trust.Transport
		anchors *trust.Anchors
		later   time.Duration
		want    string
	}{
		"refused":               {answering(func(string, []byte) ([]byte, error) { return rejected, nil }), s.tsas, 0, "tsa_no_answer"},
		"a page instead":        {answering(func(string, []byte) ([]byte, error) { return []byte("<html>"), nil }), s.tsas, 0, "tsa_no_answer"},
		"too long":              {answering(func(string, []byte) ([]byte, error) { return make([]byte, 65<<10), nil }), s.tsas, 0, "tsa_untrusted_token"},
		"about something else":  {answering(func(a string, _ []byte) ([]byte, error) { return s.AnswerStamp(other) }), s.tsas, 0, "tsa_untrusted_token"},
		"an old answer":         {answering(func(a string, _ []byte) ([]byte, error) { return s.AnswerStamp(bare) }), s.tsas, 0, "tsa_untrusted_token"},
		"nobody's authority":    {s, s.signers, 0, "tsa_untrusted_token"},
		"no anchors":            {s, nil, 0, "tsa_untrusted_token"},
		"a clock an hour ahead": {delayed{s, &s.now, time.Hour}, s.tsas, 0, "tsa_untrusted_token"},
	} {
		s.now = noon.Add(c.later)
		if _, err := ask(c.tr, c.anchors); code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
		s.now = noon
	}
}

// delayed moves the clock on while the authority thinks.
type delayed struct {
	trust.Transport
	now *time.Time
	by  time.Duration
}

func (d delayed) Ask(ctx context.Context, address, kind string, body []byte) ([]byte, error) {
	b, err := d.Transport.Ask(ctx, address, kind, body)
	*d.now = d.now.Add(d.by)
	return b, err
}

// forger signs tokens with a certificate of its choice below its own root.
func forge(t *testing.T, usage []x509.ExtKeyUsage, critical bool) (token []byte, digest [32]byte, root *x509.Certificate) {
	t.Helper()
	key, err := trialpki.P256.Generate()
	if err != nil {
		t.Fatal(err)
	}
	make1 := func(c, issuer *x509.Certificate) *x509.Certificate {
		c.NotBefore, c.NotAfter, c.SerialNumber, c.BasicConstraintsValid = noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0), big.NewInt(5), true
		if issuer == nil {
			issuer = c
		}
		der, err := x509.CreateCertificate(rand.Reader, c, issuer, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	root = make1(&x509.Certificate{Subject: pkix.Name{CommonName: "root"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, nil)
	leaf := &x509.Certificate{Subject: pkix.Name{CommonName: "unit"}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: usage}
	if critical {
		v, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
		if err != nil {
			t.Fatal(err)
		}
		leaf.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: v}}
	}
	unit := make1(leaf, root)
	digest = sha256.Sum256([]byte("x"))
	ts := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: digest[:], Time: noon, Policy: asn1.ObjectIdentifier{1, 2, 3}, AddTSACertificate: true}
	r, err := ts.CreateResponseWithOpts(unit, key, crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	p, err := timestamp.ParseResponse(r)
	if err != nil {
		t.Fatal(err)
	}
	return p.RawToken, digest, root
}

func TestTokenUsage(t *testing.T) {
	stamping := []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	for name, c := range map[string]struct {
		usage    []x509.ExtKeyUsage
		critical bool
		ok       bool
	}{
		"critical":     {stamping, true, true},
		"not critical": {stamping, false, false},
		"none":         {nil, false, false},
		"more":         {append(stamping, x509.ExtKeyUsageServerAuth), false, false},
		"another":      {[]x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}, false, false},
	} {
		token, digest, root := forge(t, c.usage, c.critical)
		_, _, err := trust.VerifyToken(token, digest[:], trust.NewAnchors(trust.Anchor{Certificate: root}), noon)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	s := newStage(t, base)
	pool := []*x509.Certificate{s.IssuingCA()}
	src := s.source(s)
	ctx := context.Background()
	if err := src.Check(ctx, s.person, pool); err != nil {
		t.Error(err)
	}
	if err := src.Check(ctx, s.person, nil); !errors.Is(err, trust.ErrChain) {
		t.Error("no chain:", err)
	}
	s.now = noon.AddDate(21, 0, 0)
	if err := src.Check(ctx, s.person, pool); !errors.Is(err, trust.ErrChain) {
		t.Error("expired:", err)
	}
	s.now = noon
	s.Revoke(s.person.SerialNumber, noon)
	if err := src.Check(ctx, s.person, pool); !errors.Is(err, trust.ErrRevoked) {
		t.Error("revoked:", err)
	}
	// nobody answers by OCSP: the list says it as well
	lists := answering(func(address string, body []byte) ([]byte, error) {
		if body != nil {
			return nil, errors.New("no OCSP today")
		}
		return s.Ask(ctx, address, "", nil)
	})
	if err := s.source(lists).Check(ctx, s.person, pool); !errors.Is(err, trust.ErrRevoked) {
		t.Error("revoked by the list:", err)
	}
	if err := s.source(lists).Check(ctx, s.friend, pool); err != nil {
		t.Error("not in the list:", err)
	}
	silent := answering(func(string, []byte) ([]byte, error) { return nil, errors.New("nobody") })
	if err := s.source(silent).Check(ctx, s.friend, pool); !errors.Is(err, trust.ErrStatus) {
		t.Error("silence:", err)
	}
}

// TestWrongAnswers: answers about somebody else, by somebody else, or out of date say nothing.
func TestWrongAnswers(t *testing.T) {
	s, other := newStage(t, base), newStage(t, base)
	ctx := context.Background()
	pool := []*x509.Certificate{s.IssuingCA()}
	var kept []byte
	record := answering(func(address string, body []byte) ([]byte, error) {
		b, err := s.Ask(ctx, address, "", body)
		if strings.HasSuffix(address, "/ocsp") {
			kept = b
		}
		return b, err
	})
	if err := s.source(record).Check(ctx, s.friend, pool); err != nil || kept == nil {
		t.Fatal(err)
	}
	replay := answering(func(_ string, body []byte) ([]byte, error) {
		if body != nil {
			return kept, nil
		}
		return nil, errors.New("no list")
	})
	if err := s.source(replay).Check(ctx, s.person, pool); !errors.Is(err, trust.ErrStatus) {
		t.Error("an answer about somebody else:", err)
	}
	foreign := answering(func(address string, body []byte) ([]byte, error) { return other.Ask(ctx, address, "", body) })
	if err := s.source(foreign).Check(ctx, s.person, pool); !errors.Is(err, trust.ErrStatus) {
		t.Error("an answer by somebody else:", err)
	}
	s.now = noon.AddDate(19, 6, 0)
	if err := s.source(replay).Check(ctx, s.friend, pool); !errors.Is(err, trust.ErrStatus) {
		t.Error("an old answer:", err)
	}
	s.now = noon.AddDate(0, 0, -1).Add(-time.Hour)
	if err := s.source(replay).Check(ctx, s.friend, pool); err == nil {
		t.Error("an answer from the future")
	}
}

func TestCollect(t *testing.T) {
	s := newStage(t, base)
	asked := map[string]int{}
	count := answering(func(address string, body []byte) ([]byte, error) {
		asked[address]++
		return s.Ask(context.Background(), address, "", body)
	})
	unit := s.StampChain()
	e, err := s.source(count).Collect(context.Background(), [][]*x509.Certificate{{s.person, s.IssuingCA()}, unit, {s.friend, s.IssuingCA()}, unit, {s.person}})
	if err != nil {
		t.Fatal(err)
	}
	// root, issuing CA, responder; time-stamp root and CA / one answer a person / of root, time-stamp root, time-stamp CA
	if len(e.Certificates) != 5 || len(e.OCSPs) != 2 || len(e.CRLs) != 3 {
		t.Errorf("%d certificates, %d OCSP answers, %d lists", len(e.Certificates), len(e.OCSPs), len(e.CRLs))
	}
	for _, c := range []*x509.Certificate{s.person, unit[0]} {
		for _, der := range e.Certificates {
			if bytes.Equal(der, c.Raw) {
				t.Error("a certificate that is in its signature already")
			}
		}
	}
	for address, n := range asked {
		if n > 1 && !strings.HasSuffix(address, "/ocsp") || n > 2 {
			t.Errorf("%s asked %d times", address, n)
		}
	}
	if _, err := s.source(count).Collect(context.Background(), [][]*x509.Certificate{{newStage(t, base).person}}); !errors.Is(err, trust.ErrChain) {
		t.Error("a stranger:", err)
	}
}

// TestHosts: a certificate does not choose whom we ask.
func TestHosts(t *testing.T) {
	s := newStage(t, base)
	var asked []string
	tr := answering(func(address string, _ []byte) ([]byte, error) {
		asked = append(asked, address)
		return nil, errors.New("asked")
	})
	for _, hosts := range [][]string{nil, {"ocsp.example.vn"}} {
		src := trust.NewSource(trust.NewAnchors(trust.Anchor{Certificate: s.Root(), Hosts: hosts}), tr, s.clock, time.Minute)
		if err := src.Check(context.Background(), s.person, []*x509.Certificate{s.IssuingCA()}); !errors.Is(err, trust.ErrStatus) || !errors.Is(err, trust.ErrAddress) {
			t.Error(err)
		}
	}
	if len(asked) > 0 {
		t.Errorf("asked %v", asked)
	}
}

func TestWeb(t *testing.T) {
	hits := 0
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/here", http.StatusFound) })
	mux.HandleFunc("/here", func(http.ResponseWriter, *http.Request) { hits++ })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 9<<20)) })
	hold := make(chan struct{})
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	})
	defer close(hold)
	ctx := context.Background()
	web := trust.NewWeb(trust.Loopback, time.Minute)
	if _, err := web.Ask(ctx, server.URL+"/here", "", nil); err != nil || hits != 1 {
		t.Error(err, hits)
	}
	if _, err := web.Ask(ctx, server.URL+"/away", "", nil); err == nil || hits != 1 {
		t.Error("followed a redirect", err)
	}
	for _, body := range [][]byte{nil, {1}} {
		if _, err := web.Ask(ctx, server.URL+"/long", "text/plain", body); err == nil {
			t.Error("took nine megabytes")
		}
	}
	if _, err := trust.NewWeb(trust.Loopback, 50*time.Millisecond).Ask(ctx, server.URL+"/slow", "", nil); err == nil {
		t.Error("waited for ever")
	}
	if _, err := trust.NewWeb(trust.Public, time.Minute).Ask(ctx, server.URL+"/here", "", nil); !errors.Is(err, trust.ErrAddress) || hits != 1 {
		t.Error("asked this machine:", err)
	}
	local := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	if _, err := trust.NewWeb(trust.Public, time.Minute).Ask(ctx, local+"/here", "", nil); err == nil || hits != 1 {
		t.Error("asked this machine by name:", err)
	}
	for _, address := range []string{"ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:word@127.0.0.1/", "http://", "::", "gopher://x"} {
		if _, err := web.Ask(ctx, address, "", nil); !errors.Is(err, trust.ErrAddress) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestOverHTTP: the whole way, with the addresses that are in the certificates.
func TestOverHTTP(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	s := newStage(t, server.URL+"/trial")
	mux.Handle("/trial/", http.StripPrefix("/trial", s.Handler()))
	web := trust.NewWeb(trust.Loopback, time.Minute)
	d := sha256.Sum256([]byte("x"))
	tsa := trust.NewAuthority(s.StampURL(), web, s.tsas, s.clock, time.Minute)
	if _, err := tsa.Stamp(context.Background(), d[:]); err != nil {
		t.Error(err)
	}
	s.SetTSA(false)
	if _, err := tsa.Stamp(context.Background(), d[:]); !errors.Is(err, trust.ErrNoAnswer) {
		t.Error(err)
	}
	if err := s.source(web).Check(context.Background(), s.person, []*x509.Certificate{s.IssuingCA()}); err != nil {
		t.Error(err)
	}
	if _, err := s.source(web).Collect(context.Background(), [][]*x509.Certificate{{s.person, s.IssuingCA()}, s.StampChain()}); err != nil {
		t.Error(err)
	}
}

func TestParsePEM(t *testing.T) {
	s := newStage(t, base)
	one := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Root().Raw})
	two := append(bytes.Clone(one), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.StampRoot().Raw})...)
	if list, err := trust.ParsePEM(two); err != nil || len(list) != 2 || !list[1].Equal(s.StampRoot()) {
		t.Error(err)
	}
	for name, bad := range map[string][]byte{
		"text": []byte("certificate"), "a key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}), "rest": append(bytes.Clone(one), "rest"...), "huge": make([]byte, 2<<20),
	} {
		if _, err := trust.ParsePEM(bad); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
}

func FuzzVerifyToken(f *testing.F) {
	w, err := trialpki.New(func() time.Time { return noon }, trialpki.P256, base)
	if err != nil {
		f.Fatal(err)
	}
	d := sha256.Sum256([]byte("x"))
	anchors := trust.NewAnchors(trust.Anchor{Certificate: w.StampRoot()})
	token, err := trust.NewAuthority(w.StampURL(), w, anchors, func() time.Time { return noon }, time.Minute).Stamp(context.Background(), d[:])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token.DER)
	f.Fuzz(func(t *testing.T, der []byte) {
		got, _, err := trust.VerifyToken(der, d[:], anchors, noon)
		if err == nil && (!got.Time.Equal(token.Time) || len(got.Path) == 0) {
			t.Error("a forged token was accepted")
		}
		_, _ = cms.Parse(der)
	})
}

func FuzzAnswers(f *testing.F) {
	w, err := trialpki.New(func() time.Time { return noon }, trialpki.P256, base)
	if err != nil {
		f.Fatal(err)
	}
	_, cert, err := w.NewPerson(trialpki.Subject{CommonName: "A"})
	if err != nil {
		f.Fatal(err)
	}
	list, err := w.CRL("ca")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(list)
	f.Fuzz(func(_ *testing.T, answer []byte) {
		tr := answering(func(string, []byte) ([]byte, error) { return answer, nil })
		src := trust.NewSource(trust.NewAnchors(trust.Anchor{Certificate: w.Root(), Hosts: []string{"127.0.0.1"}}), tr, func() time.Time { return noon }, time.Minute)
		_ = src.Check(context.Background(), cert, []*x509.Certificate{w.IssuingCA()})
		_, _ = trust.NewAuthority(w.StampURL(), tr, trust.NewAnchors(trust.Anchor{Certificate: w.StampRoot()}), func() time.Time { return noon }, time.Minute).Stamp(context.Background(), make([]byte, 32))
		_, _ = trust.ParsePEM(answer)
	})
}
