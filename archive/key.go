package archive

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// LogKey signs checkpoints (Ed25519, as a C2SP signed note).
type LogKey struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
	path     string
}

// OpenLogKey reads the key at path. When there is none it makes one for a log of that origin, such as
// "kyket.example.gov.vn/log": without spaces and plus signs. An existing key keeps the origin that it was made for.
func OpenLogKey(path, origin string) (*LogKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		private, public, err := note.GenerateKey(rand.Reader, origin)
		if err != nil {
			return nil, fmt.Errorf("make the log's key: %w", err)
		}
		text = []byte(private + "\n" + public + "\n")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := writeOnce(path, 0o600, text); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	k := &LogKey{public: public, path: path}
	if k.signer, err = note.NewSigner(private); err != nil {
		return nil, fmt.Errorf("read the log's key %s: %w", path, err)
	}
	if k.verifier, err = note.NewVerifier(public); err != nil {
		return nil, fmt.Errorf("read the log's key %s: %w", path, err)
	}
	if k.verifier.KeyHash() != k.signer.KeyHash() || k.verifier.Name() != k.signer.Name() {
		return nil, fmt.Errorf("read the log's key %s: its two halves do not belong together", path)
	}
	return k, nil
}

// Origin names the log.
func (k *LogKey) Origin() string { return k.signer.Name() }

// Public is the verifier key, as others need it to check a checkpoint.
func (k *LogKey) Public() string { return k.public }
