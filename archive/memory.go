package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/mod/sumdb/tlog"

	"kyket/pact"
)

// memorySuffix names the file beside the key that holds the newest checkpoint which this machine has signed. Whoever
// rewrites the tables, or puts an older database back, would have to reach that file too.
const memorySuffix = ".head"

// remembered is that checkpoint; its zero value when none was signed yet.
func (k *LogKey) remembered() (Checkpoint, error) {
	signed, err := os.ReadFile(k.path + memorySuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return Checkpoint{}, nil
	}
	if err != nil {
		return Checkpoint{}, err
	}
	return k.Open(signed)
}

// remember keeps a checkpoint that was committed. It is written after the commit: after a crash the file is behind the
// tables, never ahead of them.
func (k *LogKey) remember(c Checkpoint) error {
	return writeOnce(k.path+memorySuffix, 0o600, c.Note)
}

// contains says whether a tree of size entries holds the one that a checkpoint states.
func contains(r tlog.HashReader, size int64, c Checkpoint) (bool, error) {
	if c.Size > size {
		return false, nil
	}
	if c.Size == 0 {
		return true, nil
	}
	root, err := tlog.TreeHash(c.Size, r)
	if err != nil {
		return false, err
	}
	return pact.Digest(root) == c.Root, nil
}

// ErrForked refuses to sign a tree that does not hold what was signed before.
var ErrForked = errors.New("the log does not hold the tree that was signed before; it is not extended")

// keeps checks a tree that is to be extended against what this machine has signed.
func (l *Log) keeps(w LogReader, size int64) error {
	c, err := l.key.remembered()
	if err != nil {
		return fmt.Errorf("read the remembered checkpoint: %w", err)
	}
	ok, err := contains(newNodes(w), size, c)
	if err == nil && !ok {
		err = fmt.Errorf("%w: %d entries are there, %d were signed", ErrForked, size, c.Size)
	}
	return err
}
