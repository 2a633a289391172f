package rehearse

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// Grant is a role of a person, as the API takes it.
type Grant struct {
	Role    string     `json:"role"`
	Cluster string     `json:"cluster,omitempty"`
	Agency  string     `json:"agency,omitempty"`
	From    *time.Time `json:"from,omitempty"`
	To      *time.Time `json:"to,omitempty"`
}

// Person is what the folder keeps of somebody who acts, in people/<login>.json.
type Person struct {
	Login    string `json:"login"`
	Name     string `json:"name"`
	Office   string `json:"office"`           // what the person is, for the table of a demo
	Agency   string `json:"agency,omitempty"` // the name of the person's agency
	Password string `json:"password"`
	// Token is the present sign-in.
	Token string `json:"token,omitempty"`
	// Keystore is the PKCS#12 file beside this one, KeystorePassword its password, Request the key's certificate request
	// (PKCS #10, DER). They are empty for people who do not sign.
	Keystore         string `json:"keystore,omitempty"`
	KeystorePassword string `json:"keystore_password,omitempty"`
	Request          []byte `json:"certificate_request,omitempty"`
}

// person is a Person who acts in this process.
type person struct {
	Person
	cast *cast
	key  crypto.Signer // nil until it is needed
	// certified says that the key store holds the issued certificate.
	certified bool
}

// cast is everybody who acts, kept in a folder.
type cast struct {
	dir    string
	kind   string // of the keys
	people map[string]*person

	admin, clerk, archivist *person
	chief                   *person // of the secretariat
}

func openCast(dir, kind string) (*cast, error) {
	c := &cast{dir: filepath.Join(dir, "people"), kind: kind, people: map[string]*person{}}
	return c, os.MkdirAll(c.dir, 0o700)
}

// person returns the person with that login, making name and password at first. They are on disk before anybody hears
// of them, so that a repeated request is the same.
func (c *cast) person(p Person) (*person, error) {
	if had := c.people[p.Login]; had != nil {
		return had, nil
	}
	b, err := os.ReadFile(c.file(p.Login))
	switch {
	case err == nil:
		if err := json.Unmarshal(b, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", c.file(p.Login), err)
		}
	case errors.Is(err, fs.ErrNotExist):
		p.Password = secret()
		if err := writeJSON(c.file(p.Login), p); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	q := &person{Person: p, cast: c}
	c.people[p.Login] = q
	return q, nil
}

func (c *cast) file(login string) string { return filepath.Join(c.dir, login+".json") }

// address is where the person sits: an office of their own, since tries to sign in are counted by address.
func (p *person) address() string {
	d := sha256.Sum256([]byte(p.Login))
	return fmt.Sprintf("10.%d.%d.%d", d[0], d[1], d[2])
}

func (p *person) save() error { return writeJSON(p.cast.file(p.Login), p.Person) }

// People lists who acts in the play of a folder, in the order of their logins.
func People(dir string) ([]Person, error) {
	files, err := filepath.Glob(filepath.Join(dir, "people", "*.json"))
	if err != nil {
		return nil, err
	}
	var all []Person
	for _, f := range files {
		var p Person
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		all = append(all, p)
	}
	return all, nil
}

var passwordText = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// secret is a password of 80 random bits in four groups, which a person can type.
func secret() string {
	b := make([]byte, 10)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	s := passwordText.EncodeToString(b)
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

// prepareKey makes a person's key at first, keeps it as PKCS#12 and makes the request for its certificate.
func (p *person) prepareKey() error {
	if p.key != nil {
		return nil
	}
	if p.Keystore != "" {
		return p.loadKey()
	}
	key, err := newKey(p.cast.kind)
	if err != nil {
		return err
	}
	// The request is kept, since a repeated one would have another signature.
	p.Request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: p.Name}}, key)
	if err != nil {
		return err
	}
	p.KeystorePassword = secret()
	own, err := placeholder(p.Name, key)
	if err != nil {
		return err
	}
	p.key = key
	if err := p.keep(own, nil); err != nil {
		return err
	}
	p.Keystore = p.Login + ".p12"
	return p.save()
}

// keep writes the key store with the certificate.
func (p *person) keep(cert *x509.Certificate, chain []*x509.Certificate) error {
	b, err := pkcs12.Modern.Encode(p.key, cert, chain, p.KeystorePassword)
	if err != nil {
		return fmt.Errorf("key store of %s: %w", p.Login, err)
	}
	return replaceFile(filepath.Join(p.cast.dir, p.Login+".p12"), b, 0o600)
}

func (p *person) loadKey() error {
	b, err := os.ReadFile(filepath.Join(p.cast.dir, p.Keystore))
	if err != nil {
		return err
	}
	key, _, _, err := pkcs12.DecodeChain(b, p.KeystorePassword)
	if err != nil {
		return fmt.Errorf("key store of %s: %w", p.Login, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return fmt.Errorf("key store of %s: key %T cannot sign", p.Login, key)
	}
	p.key = signer
	return nil
}

// sign signs data with SHA-256. The value is the same each time (RFC 6979 for ECDSA), so that a repeated request is.
func (p *person) sign(data []byte) ([]byte, error) {
	if err := p.prepareKey(); err != nil {
		return nil, err
	}
	d := sha256.Sum256(data)
	return p.key.Sign(nil, d[:], crypto.SHA256)
}

func newKey(kind string) (crypto.Signer, error) {
	switch kind {
	case "p256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "rsa2048":
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return nil, fmt.Errorf("unknown kind of key %q: known are p256 and rsa2048", kind)
}

// placeholder is a self-signed certificate: a key store cannot hold a key alone.
func placeholder(name string, key crypto.Signer) (*x509.Certificate, error) {
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// signIn gives a person a session, unless there is one.
func (y *player) signIn(ctx context.Context, p *person) error {
	if p.Token != "" {
		return nil
	}
	var in struct {
		Token string `json:"token"`
	}
	c := call{who: p, method: http.MethodPost, path: "/sign-in", body: obj{"login": p.Login, "password": p.Password}, facts: &in}
	if _, err := y.send(ctx, c, "", ""); err != nil {
		return fmt.Errorf("sign in as %s: %w", p.Login, err)
	}
	p.Token = in.Token
	return p.save()
}

// engage opens a person's account at a time.
func (y *player) engage(ctx context.Context, p Person, at time.Time, place string, grants ...Grant) (*person, error) {
	who, err := y.cast.person(p)
	if err != nil {
		return nil, err
	}
	return who, y.do(ctx, call{key: "people/" + p.Login, place: place, at: at, who: y.cast.admin,
		method: http.MethodPost, path: "/people",
		body: obj{"login": who.Login, "name": who.Name, "password": who.Password, "grants": grants}})
}
