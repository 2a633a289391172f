package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pkcs12"
	"kyket/workflow"
)

// keyFiles opens PKCS#12 files that people hand in.
type keyFiles struct{}

func (keyFiles) Open(file []byte, password string) (signing.Key, error) {
	return pkcs12.Load(file, password)
}

// trialKeys keeps the keys that a trial folder makes for its people: a PKCS#12 file each, locked with the person's own
// password. A changed password locks the old key for good, and the next signature makes a new one.
type trialKeys struct {
	dir   string
	world *trialpki.World
}

func (t trialKeys) path(person pact.PersonID, agency pact.AgencyCode) string {
	d := sha256.Sum256([]byte(string(person) + "/" + string(agency)))
	return filepath.Join(t.dir, hex.EncodeToString(d[:12])+".p12")
}

// Load implements workflow.TrialKeys.
func (t trialKeys) Load(person pact.PersonID, agency pact.AgencyCode, password string) (signing.Key, error) {
	missing := pact.ErrNotFound.With("what", "khóa thử nghiệm / trial key")
	b, err := os.ReadFile(t.path(person, agency))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	k, err := pkcs12.Load(b, password)
	if errors.Is(err, pkcs12.ErrPassword) {
		return nil, missing
	}
	return k, err
}

// Make implements workflow.TrialKeys.
func (t trialKeys) Make(person pact.PersonID, agency pact.AgencyCode, password string, s workflow.CertificateSubject) (signing.Key, error) {
	key, cert, err := t.world.NewPerson(trialpki.Subject{CommonName: s.Name, Organization: s.Organization, Unit: s.Unit,
		Locality: s.Locality, Title: s.Title})
	if err != nil {
		return nil, err
	}
	k, err := signing.NewLocal(key, cert, t.world.IssuingCA())
	if err != nil {
		return nil, err
	}
	b, err := pkcs12.Save(k, password)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(t.dir, 0o700); err != nil {
		return nil, err
	}
	return k, writeWhole(t.path(person, agency), b)
}
