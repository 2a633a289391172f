package archive

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kyket/pact"
)

// Tables is what the log needs of the database; internal/store satisfies it.
type Tables interface {
	// ReadLog runs fn on one consistent snapshot.
	ReadLog(ctx context.Context, fn func(LogReader) error) error
	// ExtendLog runs fn in one transaction that holds the log alone: a second one waits until it ends.
	ExtendLog(ctx context.Context, fn func(LogWriter) error) error
}

// LogReader reads the log's tables.
type LogReader interface {
	// Size is the number of entries in the tree.
	Size() (int64, error)
	// Nodes returns the hashes at the given places of tlog's storage, in that order; a missing one is an error.
	Nodes(places []int64) ([]pact.Digest, error)
	// Entries lists entries of the tree from an index on.
	Entries(from int64, limit int) ([]Entry, error)
	// Waiting lists events that no tree holds yet, in the order of commit, after a position (0: from the first).
	Waiting(after int64, limit int) ([]Entry, error)
	// Checkpoints lists checkpoints of more than size entries, smallest first.
	Checkpoints(size int64, limit int) ([]Checkpoint, error)
	// LastCheckpoint is the largest; its zero value when there is none.
	LastCheckpoint() (Checkpoint, error)
	// Aggregates calls fn for every aggregate that the history carries, as it stands.
	Aggregates(fn func(Aggregate) error) error
}

// LogWriter extends the log.
type LogWriter interface {
	LogReader
	// Extend puts the entries, which were waiting, at indexes size, size+1, … and their hashes behind those that are there.
	// It fails when the tree has another size.
	Extend(size int64, entries []Entry, hashes []pact.Digest) error
	// AddCheckpoint stores a signed checkpoint.
	AddCheckpoint(Checkpoint) error
}

// Entry is an event as its row says, and the leaf hash that was committed with it.
type Entry struct {
	Record   Record
	Leaf     pact.Digest
	Position int64 // in the order of commit
	Index    int64 // in the tree; -1 while it waits
	Salt     []byte
	Body     []byte // nil: erased
}

// Aggregate is the state of an aggregate as stored.
type Aggregate struct {
	Kind, ID string
	Hash     pact.Digest
	// Skew names a column that does not say what the body says; empty: none.
	Skew string
}

// Checkpoint states the tree: a C2SP tlog-checkpoint, signed as a C2SP signed note.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   pact.Digest
	Note   []byte
}

// Log is the tamper-evident log of the history. Events commit with their leaf hash; the log takes them into its tree
// afterwards, in batches, so that acts never wait for one another.
type Log struct {
	tables Tables
	key    *LogKey
	log    *slog.Logger
}

// NewLog returns the log over its tables, signing with key.
func NewLog(t Tables, key *LogKey, log *slog.Logger) *Log { return &Log{tables: t, key: key, log: log} }

// batch bounds a transaction of Integrate, which on SQLite keeps acts waiting.
const batch = 256

// Integrate takes all waiting events into the tree, a signed checkpoint after each batch, and says how many it took.
// Several processes may call it: one works at a time, and the tree's size is the fence that a late one cannot pass.
func (l *Log) Integrate(ctx context.Context) (taken int, err error) {
	for {
		n, signed := 0, Checkpoint{}
		err := l.tables.ExtendLog(ctx, func(w LogWriter) error {
			n = 0
			entries, err := w.Waiting(0, batch)
			if err != nil || len(entries) == 0 {
				return err
			}
			n = len(entries)
			signed, err = l.extend(w, entries)
			return err
		})
		if err == nil && n > 0 {
			err = l.key.remember(signed)
		}
		if err != nil {
			return taken, fmt.Errorf("extend the log: %w", err)
		}
		if taken += n; n < batch {
			return taken, nil
		}
	}
}

func (l *Log) extend(w LogWriter, entries []Entry) (Checkpoint, error) {
	size, err := w.Size()
	if err != nil {
		return Checkpoint{}, err
	}
	if err := l.keeps(w, size); err != nil {
		return Checkpoint{}, err
	}
	tree := newNodes(w)
	var hashes []pact.Digest
	for i, e := range entries {
		added, err := tree.add(size+int64(i), e.Leaf)
		if err != nil {
			return Checkpoint{}, err
		}
		hashes = append(hashes, added...)
	}
	if err := w.Extend(size, entries, hashes); err != nil {
		return Checkpoint{}, err
	}
	size += int64(len(entries))
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := l.key.sign(size, pact.Digest(root))
	if err != nil {
		return Checkpoint{}, err
	}
	return c, w.AddCheckpoint(c)
}

// Run integrates every second until ctx ends.
func (l *Log) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if _, err := l.Integrate(ctx); err != nil && ctx.Err() == nil {
			l.log.ErrorContext(ctx, "log not extended", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Checkpoint integrates what waits and returns the newest checkpoint. A log without entries has one of size 0.
func (l *Log) Checkpoint(ctx context.Context) (Checkpoint, error) {
	if _, err := l.Integrate(ctx); err != nil {
		return Checkpoint{}, err
	}
	var c Checkpoint
	err := l.tables.ReadLog(ctx, func(r LogReader) (err error) {
		c, err = r.LastCheckpoint()
		return err
	})
	if err != nil {
		return c, err
	}
	if c.Note == nil {
		root, err := tlog.TreeHash(0, nil)
		if err != nil {
			return c, err
		}
		return l.key.sign(0, pact.Digest(root))
	}
	return l.key.Open(c.Note)
}

// Text is the checkpoint's body as it is signed: origin, size, root, a line each.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

func (k *LogKey) sign(size int64, root pact.Digest) (Checkpoint, error) {
	c := Checkpoint{Origin: k.signer.Name(), Size: size, Root: root}
	var err error
	c.Note, err = note.Sign(&note.Note{Text: c.text()}, k.signer)
	return c, err
}

// maxCheckpoint is far above a checkpoint with a signature.
const maxCheckpoint = 4 << 10

// Open reads a checkpoint and verifies that this key signed it.
func (k *LogKey) Open(signed []byte) (Checkpoint, error) {
	c := Checkpoint{Note: signed}
	if len(signed) > maxCheckpoint {
		return c, errors.New("checkpoint: too large")
	}
	n, err := note.Open(signed, note.VerifierList(k.verifier))
	if err != nil {
		return c, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 {
		return c, errors.New("checkpoint: fewer than three lines")
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) {
		return c, errors.New("checkpoint: the root is no SHA-256 value")
	}
	c.Origin, c.Root = lines[0], pact.Digest(root)
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || c.Origin != k.signer.Name() || c.text() != n.Text {
		return c, errors.New("checkpoint: not of this log")
	}
	return c, nil
}

// nodes are the tree's hashes with those that are being added.
type nodes struct {
	stored LogReader
	fresh  map[int64]pact.Digest
}

func newNodes(r LogReader) *nodes { return &nodes{r, map[int64]pact.Digest{}} }

// add computes what leaf number n stores.
func (t *nodes) add(n int64, leaf pact.Digest) ([]pact.Digest, error) {
	hashes, err := tlog.StoredHashesForRecordHash(n, tlog.Hash(leaf), t)
	if err != nil {
		return nil, err
	}
	out := make([]pact.Digest, len(hashes))
	first := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		out[i] = pact.Digest(h)
		t.fresh[first+int64(i)] = out[i]
	}
	return out, nil
}

// ReadHashes satisfies tlog.HashReader.
func (t *nodes) ReadHashes(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	var missing []int64
	for i, p := range places {
		if h, ok := t.fresh[p]; ok {
			out[i] = tlog.Hash(h)
		} else {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	got, err := t.stored.Nodes(missing)
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		if _, ok := t.fresh[p]; !ok {
			out[i], got = tlog.Hash(got[0]), got[1:]
		}
	}
	return out, nil
}

// FirstHash is the place of the first hash that entry number n stores.
func FirstHash(n int64) int64 { return tlog.StoredHashIndex(0, n) }
