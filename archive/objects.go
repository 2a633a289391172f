// Package archive keeps what must last: bytes by their SHA-256, written once, a signed file's revisions as increments
// only; and the tamper-evident log of the history. It knows no pact beyond the vocabulary, no workflow and no SQL.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"kyket/pact"
)

// Objects are bytes by their SHA-256 in files below one folder. It is safe for concurrent use, also by several processes.
//
// A Put is durable when it returns. It costs two fsyncs, of the file and of its folder, and a third for the first object
// in a folder (one of 256). One that is there already costs one fsync, of the folder. A folder that lost a name and a
// file that lost its bytes at a power cut are thus both ruled out.
type Objects struct {
	dir string

	mu     sync.Mutex
	states map[pact.Digest]state // of what increments are likely to extend
	recent []pact.Digest         // the keys of states, oldest first
}

// state is the hash state behind the last byte of an object: an increment is verified by hashing its own bytes, however
// long the file before it is.
type state struct {
	hash []byte
	size int64
}

// keptStates bounds the states that are kept: one per file that is being signed is enough.
const keptStates = 256

// maxChain bounds the increments behind one base, far above a pact with sixty signatures, stamps and renewals.
const maxChain = 4096

// ErrDamaged says that stored bytes are not what their name says.
var ErrDamaged = errors.New("stored object is damaged")

// OpenObjects opens the folder, made when it is not there.
func OpenObjects(dir string) (*Objects, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := syncDir(filepath.Dir(dir)); err != nil {
		return nil, err
	}
	return &Objects{dir: dir, states: map[pact.Digest]state{}}, nil
}

// Put stores data under its digest. Storing it again changes nothing; a damaged copy is replaced.
func (o *Objects) Put(ctx context.Context, data []byte) (pact.Digest, error) {
	h := sha256.New()
	h.Write(data)
	d := digest(h)
	if err := ctx.Err(); err != nil {
		return d, err
	}
	// The object may be there as an increment already; whole is as good, and what Get prefers.
	if err := o.write(o.path(d), data); err != nil {
		return d, fmt.Errorf("store object %s: %w", d, err)
	}
	o.keep(d, h, int64(len(data)))
	return d, nil
}

// PutIncrement stores the revision whole, which is parent's bytes followed by increment, as the increment only. It
// verifies that whole is the digest of both together, at the cost of hashing the increment (and once after a start, of
// reading the parent). The parent must be stored.
func (o *Objects) PutIncrement(ctx context.Context, parent pact.Digest, increment []byte, whole pact.Digest) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(increment) == 0 {
		return errors.New("store increment: it is empty")
	}
	h, size, err := o.resume(ctx, parent)
	if err != nil {
		return fmt.Errorf("store increment: its parent: %w", err)
	}
	h.Write(increment)
	if got := digest(h); got != whole {
		return fmt.Errorf("store increment: parent and increment give %s, not %s", got, whole)
	}
	head := incrementHead{parent: parent, offset: size, length: int64(len(increment)), whole: whole}
	if err := o.write(o.path(whole)+incrementSuffix, append(head.bytes(), increment...)); err != nil {
		return fmt.Errorf("store increment %s: %w", whole, err)
	}
	o.keep(whole, h, size+int64(len(increment)))
	return nil
}

// Has says whether an object is stored, whole or as an increment. It does not read it.
func (o *Objects) Has(_ context.Context, d pact.Digest) (bool, error) {
	for _, p := range []string{o.path(d), o.path(d) + incrementSuffix} {
		_, err := os.Stat(p)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return err == nil, err
		}
	}
	return false, nil
}

// Get returns an object, a revision put together from its base and increments. The bytes are verified; those that do not
// fit are ErrDamaged. What is not stored is pact.ErrNotFound.
func (o *Objects) Get(ctx context.Context, d pact.Digest) ([]byte, error) {
	var parts [][]byte // the newest first
	var offsets []int64
	total := int64(0)
	for at := d; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		data, head, err := o.read(at)
		if err != nil {
			return nil, err
		}
		parts, offsets = append(parts, data), append(offsets, head.offset)
		total += int64(len(data))
		if head.parent.IsZero() {
			break
		}
		if at = head.parent; len(parts) > maxChain {
			return nil, fmt.Errorf("%w: %s rests on more than %d increments", ErrDamaged, d, maxChain)
		}
	}
	out := make([]byte, 0, total)
	for i := len(parts) - 1; i >= 0; i-- {
		if offsets[i] != int64(len(out)) {
			return nil, fmt.Errorf("%w: an increment below %s begins at %d, not %d", ErrDamaged, d, len(out), offsets[i])
		}
		out = append(out, parts[i]...)
	}
	h := sha256.New()
	h.Write(out)
	if got := digest(h); got != d {
		return nil, fmt.Errorf("%w: %s holds the bytes of %s", ErrDamaged, d, got)
	}
	o.keep(d, h, total)
	return out, nil
}

// read returns what is stored of an object: all of it, with an empty head, or its increment.
func (o *Objects) read(d pact.Digest) (data []byte, head incrementHead, err error) {
	data, err = os.ReadFile(o.path(d))
	if !errors.Is(err, fs.ErrNotExist) {
		return data, head, err
	}
	data, err = os.ReadFile(o.path(d) + incrementSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, head, pact.ErrNotFound.With("what", "đối tượng lưu trữ / object "+d.String())
	}
	if err != nil {
		return nil, head, err
	}
	head, data, err = parseIncrement(data)
	if err == nil && head.whole != d {
		err = errors.New("it names another object")
	}
	if err != nil {
		return nil, head, fmt.Errorf("%w: increment %s: %v", ErrDamaged, d, err)
	}
	return data, head, nil
}

// resume is the hash state behind an object.
func (o *Objects) resume(ctx context.Context, d pact.Digest) (hash.Hash, int64, error) {
	o.mu.Lock()
	s, ok := o.states[d]
	o.mu.Unlock()
	if !ok {
		if _, err := o.Get(ctx, d); err != nil {
			return nil, 0, err
		}
		o.mu.Lock()
		s = o.states[d]
		o.mu.Unlock()
	}
	h := sha256.New()
	err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(s.hash)
	return h, s.size, err
}

// keep remembers the hash state behind an object.
func (o *Objects) keep(d pact.Digest, h hash.Hash, size int64) {
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return // resume reads the object instead
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.states[d]; !ok {
		o.recent = append(o.recent, d)
	}
	o.states[d] = state{b, size}
	if len(o.recent) > keptStates {
		delete(o.states, o.recent[0])
		o.recent = o.recent[1:]
	}
}

func (o *Objects) path(d pact.Digest) string {
	name := fmt.Sprintf("%x", d[:])
	return filepath.Join(o.dir, name[:2], name)
}

// write makes a file that is complete and durable, or none.
func (o *Objects) write(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.Mkdir(dir, 0o700); err == nil {
		if err := syncDir(o.dir); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, data) {
		// Whoever wrote it may not have come to make its name durable.
		return syncDir(dir)
	}
	return writeOnce(path, 0o400, data)
}

// writeOnce writes beside path, makes the bytes durable, then the name.
func writeOnce(path string, mode os.FileMode, data []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, tempPrefix+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone after the rename
	if _, err := f.Write(data); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Chmod(mode); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

const tempPrefix = ".new-"

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func digest(h hash.Hash) (d pact.Digest) {
	h.Sum(d[:0])
	return d
}

// isTemp says whether a name is that of a file that was being written.
func isTemp(name string) bool { return strings.HasPrefix(name, tempPrefix) }
