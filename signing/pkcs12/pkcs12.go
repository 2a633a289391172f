// Package pkcs12 keeps a key in a PKCS #12 file (RFC 7292): the service's own, and in a rehearsal everybody's.
package pkcs12

import (
	"crypto"
	"errors"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"kyket/pact"
	"kyket/signing"
)

// maxFile is the largest file that is read, in bytes.
const maxFile = 1 << 20

// Errors of reading.
var (
	ErrPassword = pact.Problem(pact.Invalid, "pkcs12_password", "Mật khẩu của tệp khóa không đúng.", "The password of the key file is wrong.")
	ErrFile     = pact.Problem(pact.Invalid, "pkcs12_unreadable", "Không đọc được tệp khóa PKCS #12.", "The PKCS #12 key file cannot be read.")
)

// Load opens a file: ErrPassword, ErrFile, or signing.ErrKeyMismatch.
func Load(file []byte, password string) (*signing.Local, error) {
	if len(file) > maxFile {
		return nil, ErrFile
	}
	key, cert, chain, err := gopkcs12.DecodeChain(file, password)
	switch {
	case errors.Is(err, gopkcs12.ErrIncorrectPassword):
		return nil, ErrPassword
	case err != nil:
		return nil, ErrFile.Because(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrFile
	}
	return signing.NewLocal(signer, cert, chain...)
}

// Save writes key, certificate and chain under a password, with AES-256 and PBKDF2 (go-pkcs12's Modern).
func Save(k *signing.Local, password string) ([]byte, error) {
	return gopkcs12.Modern.Encode(k.Signer(), k.Certificate(), k.Chain(), password)
}
