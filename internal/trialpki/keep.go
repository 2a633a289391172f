package trialpki

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// stateFile holds what is not a key or a certificate.
const stateFile = "world.json"

type wireState struct {
	Kind    KeyKind       `json:"kind"`
	Base    string        `json:"base"`
	Revoked []wireRevoked `json:"revoked,omitempty"`
}

type wireRevoked struct {
	Serial string    `json:"serial"`
	Issuer string    `json:"issuer"`
	At     time.Time `json:"at"`
}

// Save writes the world into a folder of its own (made if absent, 0700): <place>.pem with certificate and PKCS #8 key,
// and world.json; all files 0600, each replaced as a whole.
func (w *World) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("folder of the trial world: %w", err)
	}
	for _, p := range places {
		e := w.entity[p.file]
		key, err := x509.MarshalPKCS8PrivateKey(e.key)
		if err != nil {
			return err
		}
		b := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: e.cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
		if err := replace(filepath.Join(dir, p.file+".pem"), b); err != nil {
			return err
		}
	}
	s := wireState{Kind: w.kind, Base: w.base}
	w.mu.Lock()
	for serial, r := range w.revoked {
		s.Revoked = append(s.Revoked, wireRevoked{serial, r.issuer, r.at})
	}
	w.mu.Unlock()
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(dir, stateFile), b)
}

// replace writes a file beside the old one and renames it, so that a crash leaves one of both.
func replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return fmt.Errorf("trial world: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("trial world: %w", err)
	}
	return nil
}

// Load reads a world that Save wrote. Errors wrap fs.ErrNotExist when there is none.
func Load(dir string, clock func() time.Time) (*World, error) {
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return nil, fmt.Errorf("trial world: %w", err)
	}
	var s wireState
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("trial world: %s: %w", stateFile, err)
	}
	w := &World{clock: clock, kind: s.Kind, base: s.Base, entity: map[string]entity{}, revoked: map[string]revocation{}}
	for _, r := range s.Revoked {
		w.revoked[r.Serial] = revocation{r.Issuer, r.At}
	}
	for _, p := range places {
		e, err := loadEntity(filepath.Join(dir, p.file+".pem"))
		if err != nil {
			return nil, fmt.Errorf("trial world: %s: %w", p.file, err)
		}
		w.entity[p.file] = e
	}
	return w, nil
}

func loadEntity(path string) (e entity, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return e, err
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			if e.cert, err = x509.ParseCertificate(block.Bytes); err != nil {
				return e, err
			}
		case "PRIVATE KEY":
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return e, err
			}
			signer, ok := key.(crypto.Signer)
			if !ok {
				return e, fmt.Errorf("key %T cannot sign", key)
			}
			e.key = signer
		}
	}
	if e.cert == nil || e.key == nil {
		return e, fmt.Errorf("%s lacks a certificate or a key", strings.TrimSuffix(filepath.Base(path), ".pem"))
	}
	public, ok := e.key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(e.cert.PublicKey) {
		return e, fmt.Errorf("key and certificate do not belong together")
	}
	return e, nil
}
