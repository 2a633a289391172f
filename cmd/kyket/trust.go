package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kyket/internal/config"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pkcs12"
	"kyket/signing/trust"
	"kyket/workflow"
)

// trustDeps are the keys and authorities that papers are signed with.
type trustDeps struct {
	certifier         signing.Key
	stamper           trust.Stamper
	status            trust.RevocationSource
	issuer            workflow.TrialIssuer // nil in production
	keys              workflow.TrialKeys   // nil in production
	world             *trialpki.World      // nil in production
	rootPEM, stampPEM []byte
	// anchors and stampAnchors are the same as certificates.
	anchors, stampAnchors []*x509.Certificate
}

// openTrust chooses the authorities by the mode of the data.
func openTrust(s Settings) (trustDeps, error) {
	switch s.Config.Mode {
	case config.Trial:
		return openTrial(s)
	case config.Production:
		return openProduction(s)
	}
	return trustDeps{}, fmt.Errorf("unknown mode %q", s.Config.Mode)
}

// openTrial opens the authorities of a trial folder, made at its first start. They are asked within the process.
func openTrial(s Settings) (d trustDeps, err error) {
	dir := filepath.Join(s.Config.Data, "trial")
	w, err := trialpki.Load(dir, s.Clock)
	if errors.Is(err, fs.ErrNotExist) {
		kind := s.Key
		if kind == "" {
			kind = trialpki.P256
		}
		if w, err = trialpki.New(s.Clock, kind, s.Config.PublicURL+"/trial"); err == nil {
			err = w.Save(dir)
		}
	}
	if err != nil {
		return d, err
	}
	certifier, err := trialCertifier(dir, w)
	if err != nil {
		return d, err
	}
	timeout := s.Config.TSA.Timeout
	hosts := []string{hostOf(w.Base())}
	people := trust.NewAnchors(trust.Anchor{Certificate: w.Root(), Hosts: hosts})
	stamps := trust.NewAnchors(trust.Anchor{Certificate: w.StampRoot(), Hosts: hosts})
	return trustDeps{
		certifier: certifier, world: w, issuer: trialIssuer{w}, keys: trialKeys{filepath.Join(dir, "people"), w},
		stamper: trust.NewAuthority(w.StampURL(), w, stamps, s.Clock, timeout),
		status:  trust.NewSource(people.With(stamps), w, s.Clock, timeout),
		rootPEM: certificatePEM(w.Root()), stampPEM: certificatePEM(w.StampRoot()),
		anchors: []*x509.Certificate{w.Root()}, stampAnchors: []*x509.Certificate{w.StampRoot()},
	}, nil
}

func certificatePEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// trialCertifier is the service's key of a trial folder: a PKCS#12 file with its password beside it. The password is
// there before the file that it opens.
func trialCertifier(dir string, w *trialpki.World) (signing.Key, error) {
	file, secret := filepath.Join(dir, "certifier.p12"), filepath.Join(dir, "certifier.password")
	b, err := os.ReadFile(file)
	if err == nil {
		password, err := os.ReadFile(secret)
		if err != nil {
			return nil, err
		}
		return pkcs12.Load(b, strings.TrimSpace(string(password)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var r [15]byte
	_, _ = rand.Read(r[:]) // never fails: crypto/rand ends the program instead
	password := base32.StdEncoding.EncodeToString(r[:])
	key, cert, err := w.NewService("Kyket TRIAL")
	if err != nil {
		return nil, err
	}
	k, err := signing.NewLocal(key, cert, w.IssuingCA())
	if err != nil {
		return nil, err
	}
	if b, err = pkcs12.Save(k, password); err != nil {
		return nil, err
	}
	if err := writeWhole(secret, []byte(password+"\n")); err != nil {
		return nil, err
	}
	return k, writeWhole(file, b)
}

// trialIssuer issues certificates to whoever the acts say.
type trialIssuer struct{ world *trialpki.World }

func (t trialIssuer) Issue(csr []byte, s workflow.CertificateSubject) (leaf []byte, chain [][]byte, err error) {
	c, err := t.world.IssueRequest(csr, trialpki.Subject{CommonName: s.Name, Organization: s.Organization, Unit: s.Unit, Locality: s.Locality, Title: s.Title})
	if err != nil {
		return nil, nil, pact.ErrField.With("field", "csr").With("value", "PKCS#10").Because(err)
	}
	return c.Raw, [][]byte{t.world.IssuingCA().Raw}, nil
}

// openProduction opens what the configuration names.
func openProduction(s Settings) (d trustDeps, err error) {
	c := s.Config
	b, err := os.ReadFile(c.Certifier.PKCS12)
	if err != nil {
		return d, err
	}
	if d.certifier, err = pkcs12.Load(b, string(c.Certifier.Password)); err != nil {
		return d, err
	}
	people, peoplePEM, err := anchorsOf(c.Anchors)
	if err != nil {
		return d, err
	}
	stamps, stampsPEM, err := anchorsOf(c.TSA.Anchors)
	if err != nil {
		return d, err
	}
	web := trust.NewWeb(trust.Public, c.TSA.Timeout)
	tsa := trust.NewWeb(trust.Anywhere, c.TSA.Timeout) // the administrator's own choice, often inside the house
	d.stamper = trust.NewAuthority(c.TSA.URL, tsa, stamps, time.Now, c.TSA.Timeout)
	d.status = trust.NewSource(people.With(stamps), web, time.Now, c.TSA.Timeout)
	d.rootPEM, d.stampPEM = peoplePEM, stampsPEM
	d.anchors, d.stampAnchors = certificatesOf(people), certificatesOf(stamps)
	return d, nil
}

func certificatesOf(a *trust.Anchors) (list []*x509.Certificate) {
	for _, one := range a.List() {
		list = append(list, one.Certificate)
	}
	return list
}

// anchorsOf reads PEM files. Below an anchor those hosts are asked that the certificates of its file name:
// an issuing authority's certificate beside its root says where.
func anchorsOf(files []string) (*trust.Anchors, []byte, error) {
	var list []trust.Anchor
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, nil, err
		}
		certs, err := trust.ParsePEM(b)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f, err)
		}
		for _, c := range certs {
			list = append(list, trust.Anchor{Certificate: c, Hosts: hostsOf(certs)})
		}
		all = append(all, b...)
	}
	return trust.NewAnchors(list...), all, nil
}
