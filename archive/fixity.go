package archive

import (
	"context"
	"crypto/sha256"
	"encoding"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kyket/pact"
)

// Fixity is what a walk over all objects found.
type Fixity struct {
	Objects int
	Bytes   int64 // as stored
	Damaged []Damage
}

// Damage is an object that does not hold what its name says.
type Damage struct {
	Object pact.Digest // zero: a file that is none of ours
	File   string      // relative to the folder
	What   string
}

// Fixity reads every object and verifies it. Each file is read once, also those that increments rest on.
func (o *Objects) Fixity(ctx context.Context) (Fixity, error) {
	w := fixityWalk{o: o, seen: map[string]result{}}
	err := filepath.WalkDir(o.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || isTemp(e.Name()) {
			return errors.Join(err, ctx.Err())
		}
		file, err := filepath.Rel(o.dir, path)
		if err != nil {
			return err
		}
		d, err := parseHash(strings.TrimSuffix(e.Name(), incrementSuffix))
		if err != nil || strings.TrimSuffix(path, incrementSuffix) != o.path(d) {
			w.found.Damaged = append(w.found.Damaged, Damage{File: file, What: "no object's name"})
			return nil
		}
		w.found.Objects++
		if _, err := w.check(d, path); err != nil {
			w.found.Damaged = append(w.found.Damaged, Damage{d, file, err.Error()})
		}
		return ctx.Err()
	})
	return w.found, err
}

type fixityWalk struct {
	o     *Objects
	seen  map[string]result // by file
	found Fixity
	depth int
}

// result is the hash state behind a file that is sound, or what is wrong with it.
type result struct {
	state state
	err   error
}

// check verifies one file and returns the hash state behind it.
func (w *fixityWalk) check(d pact.Digest, path string) (state, error) {
	r, ok := w.seen[path]
	if !ok {
		r.state, r.err = w.verify(d, path)
		w.seen[path] = r
	}
	return r.state, r.err
}

func (w *fixityWalk) verify(d pact.Digest, path string) (state, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return state{}, err
	}
	w.found.Bytes += int64(len(data))
	h := sha256.New()
	var before state
	if strings.HasSuffix(path, incrementSuffix) {
		var head incrementHead
		if head, data, err = parseIncrement(data); err != nil {
			return state{}, err
		}
		if head.whole != d {
			return state{}, errors.New("names another object")
		}
		if before, err = w.parent(head); err != nil {
			return state{}, err
		}
		if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(before.hash); err != nil {
			return state{}, err
		}
	}
	h.Write(data)
	if got := digest(h); got != d {
		return state{}, fmt.Errorf("holds the bytes of %s", got)
	}
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	return state{b, before.size + int64(len(data))}, err
}

// parent is the state behind what an increment rests on.
func (w *fixityWalk) parent(head incrementHead) (state, error) {
	if w.depth++; w.depth > maxChain {
		return state{}, fmt.Errorf("rests on more than %d increments", maxChain)
	}
	defer func() { w.depth-- }()
	path := w.o.path(head.parent)
	if _, err := os.Stat(path); err != nil {
		path += incrementSuffix
	}
	s, err := w.check(head.parent, path)
	if err != nil {
		return s, fmt.Errorf("its parent %s: %w", head.parent, err)
	}
	if s.size != head.offset {
		return s, fmt.Errorf("its parent has %d bytes, not %d", s.size, head.offset)
	}
	return s, nil
}
