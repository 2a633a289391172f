package archive

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"kyket/pact"
)

// Problem says in what way something does not fit.
type Problem string

// The problems that Verify finds.
const (
	EntryMissing      Problem = "entry_missing"      // an index of the tree has no event
	RecordChanged     Problem = "record_changed"     // the event's row is not what was committed
	BodyChanged       Problem = "body_changed"       // the event's text is not what was committed
	TreeChanged       Problem = "tree_changed"       // a stored hash of the tree is not what the entries give
	CheckpointChanged Problem = "checkpoint_changed" // a checkpoint is not ours or states another tree
	HistoryBroken     Problem = "history_broken"     // an aggregate changed between two events that name it
	StateChanged      Problem = "state_changed"      // an aggregate is not as its last event left it
	StateUnknown      Problem = "state_unknown"      // an aggregate that no event made
	StateMissing      Problem = "state_missing"      // an aggregate that an event left is gone
)

// Finding is the first entry that does not fit.
type Finding struct {
	Problem Problem
	// Index is the entry's place in the log; one that still waits counts on behind the tree. -1: no entry is at fault, as
	// with an aggregate that no entry knows.
	Index int64
	Event string // its id
	What  string // what was found, for an administrator; no personal text
}

// Report is what Verify saw.
type Report struct {
	Origin  string
	Size    int64
	Root    pact.Digest
	Waiting int      // events that the tree is yet to take in; they are checked too
	Finding *Finding // nil: everything fits
}

// Verify recomputes the log from the tables, in one snapshot: each event's record and leaf, the hashes of the tree, every
// checkpoint, the chain of each aggregate's hashes from event to event, and the last of them against the row as it
// stands. It needs memory for a hash per aggregate.
func (l *Log) Verify(ctx context.Context) (report Report, err error) {
	err = l.tables.ReadLog(ctx, func(r LogReader) error {
		v := verifier{r: r, key: l.key, last: map[aggregateKey]lastTouch{}, position: map[pact.PactID]int64{}}
		err := v.run()
		report = v.report
		return err
	})
	report.Origin = l.key.Origin()
	if err != nil {
		return report, fmt.Errorf("verify the log: %w", err)
	}
	return report, nil
}

type verifier struct {
	r      LogReader
	key    *LogKey
	report Report
	edge   edge
	last   map[aggregateKey]lastTouch
	// position is the place of each pact's last event in the order of commit.
	position map[pact.PactID]int64
	marks    []Checkpoint // checkpoints read ahead
	marked   int64        // size of the last checkpoint seen
}

type aggregateKey struct{ kind, id string }

type lastTouch struct {
	after pact.Digest
	index int64
	event string
}

// readAt is how many entries are read at a time.
const readAt = 512

func (v *verifier) run() (err error) {
	if v.report.Size, err = v.r.Size(); err != nil {
		return err
	}
	for from := int64(0); from < v.report.Size && v.report.Finding == nil; {
		entries, err := v.r.Entries(from, readAt)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			v.find(EntryMissing, from, "", "the tree says it has "+fmt.Sprint(v.report.Size)+" entries")
			return nil
		}
		if err := v.integrated(from, entries); err != nil {
			return err
		}
		from += int64(len(entries))
	}
	if v.report.Finding == nil {
		root, err := v.edge.root(v.report.Size)
		if err != nil {
			return err
		}
		v.report.Root = root
		if v.marked != v.report.Size {
			v.find(CheckpointChanged, v.report.Size-1, "", fmt.Sprintf("the last checkpoint is of %d entries, the tree has %d", v.marked, v.report.Size))
		}
		if err := v.memory(); err != nil {
			return err
		}
	}
	for after := int64(0); v.report.Finding == nil; {
		entries, err := v.r.Waiting(after, readAt)
		if err != nil {
			return err
		}
		for _, e := range entries {
			v.entry(v.report.Size+int64(v.report.Waiting), e)
			v.report.Waiting++
			after = e.Position
		}
		if len(entries) < readAt {
			break
		}
	}
	if v.report.Finding == nil {
		return v.aggregates()
	}
	return nil
}

// find keeps the finding with the smallest index; one that no entry is at fault for comes last.
// memory holds the tree against the newest checkpoint that this machine has signed: a shorter tree, or another one of
// that length, was put in its place.
func (v *verifier) memory() error {
	c, err := v.key.remembered()
	if err != nil {
		v.find(CheckpointChanged, v.report.Size-1, "", "the checkpoint kept beside the log's key cannot be read: "+err.Error())
		return nil
	}
	ok, err := contains(newNodes(v.r), v.report.Size, c)
	if err == nil && !ok {
		v.find(CheckpointChanged, min(c.Size, v.report.Size), "", fmt.Sprintf("this machine has signed a tree of %d entries that is not in this one of %d", c.Size, v.report.Size))
	}
	return err
}

func (v *verifier) find(p Problem, index int64, event, what string) {
	if f := v.report.Finding; f == nil || index >= 0 && (f.Index < 0 || index < f.Index) {
		v.report.Finding = &Finding{p, index, event, what}
	}
}

// integrated checks entries of the tree and the hashes that they store.
func (v *verifier) integrated(from int64, entries []Entry) error {
	first := tlog.StoredHashIndex(0, from)
	places := make([]int64, tlog.StoredHashCount(from+int64(len(entries)))-first)
	for i := range places {
		places[i] = first + int64(i)
	}
	stored, err := v.r.Nodes(places)
	if err != nil {
		// Which one is missing is found below: an absent hash equals none.
		stored = v.nodesOneByOne(places)
	}
	for i, e := range entries {
		n := from + int64(i)
		if e.Index != n {
			v.find(EntryMissing, n, "", "")
			return nil
		}
		if !v.entry(n, e) {
			return nil
		}
		hashes, err := v.edge.add(n, e.Leaf)
		if err != nil {
			return err
		}
		for _, h := range hashes {
			if stored[0] != h {
				v.find(TreeChanged, n, e.Record.Event, "")
				return nil
			}
			stored = stored[1:]
		}
		if err := v.checkpoint(n, e); err != nil || v.report.Finding != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) nodesOneByOne(places []int64) []pact.Digest {
	out := make([]pact.Digest, len(places))
	for i := range places {
		if h, err := v.r.Nodes(places[i : i+1]); err == nil {
			out[i] = h[0]
		}
	}
	return out
}

// entry checks one event by itself and the chain of what it touched.
func (v *verifier) entry(n int64, e Entry) bool {
	leaf, err := e.Record.Leaf()
	if err != nil || leaf != e.Leaf {
		v.find(RecordChanged, n, e.Record.Event, "")
		return false
	}
	if e.Body != nil && BodyHash(e.Salt, e.Body) != e.Record.Body {
		v.find(BodyChanged, n, e.Record.Event, "")
		return false
	}
	// Within a pact the order of commit is the order of the tree; the history is shown in the order of commit.
	if last := v.position[e.Record.Pact]; e.Record.Pact != "" && e.Position <= last {
		v.find(HistoryBroken, n, e.Record.Event, "its place in the order of commit")
		return false
	}
	v.position[e.Record.Pact] = e.Position
	for _, t := range e.Record.Touched {
		k := aggregateKey{t.Kind, t.ID}
		if v.last[k].after != t.Before {
			v.find(HistoryBroken, n, e.Record.Event, t.Kind+" "+t.ID)
			return false
		}
		v.last[k] = lastTouch{t.After, n, e.Record.Event}
	}
	return true
}

// checkpoint checks the checkpoint that ends with entry n, if there is one.
func (v *verifier) checkpoint(n int64, e Entry) (err error) {
	if len(v.marks) == 0 {
		if v.marks, err = v.r.Checkpoints(v.marked, readAt); err != nil {
			return err
		}
	}
	if len(v.marks) == 0 || v.marks[0].Size != n+1 {
		return nil
	}
	root, err := v.edge.root(n + 1)
	if err != nil {
		return err
	}
	c, err := v.key.Open(v.marks[0].Note)
	switch {
	case err != nil:
		v.find(CheckpointChanged, n, e.Record.Event, err.Error())
	case c.Size != n+1 || c.Root != root:
		v.find(CheckpointChanged, n, e.Record.Event, "it states another tree")
	}
	v.marked, v.marks = n+1, v.marks[1:]
	return nil
}

// aggregates checks each row against the last event that touched it.
func (v *verifier) aggregates() error {
	err := v.r.Aggregates(func(a Aggregate) error {
		k := aggregateKey{a.Kind, a.ID}
		last, ok := v.last[k]
		delete(v.last, k)
		name := a.Kind + " " + a.ID
		switch {
		case !ok:
			v.find(StateUnknown, -1, "", name)
		case last.after != a.Hash:
			v.find(StateChanged, last.index, last.event, name)
		case a.Skew != "":
			v.find(StateChanged, last.index, last.event, name+": column "+a.Skew)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for k, last := range v.last {
		v.find(StateMissing, last.index, last.event, k.kind+" "+k.id)
	}
	return nil
}

// edge is the right edge of a growing tree: of each level the newest hash, which is all that the next leaf needs.
type edge struct {
	place [64]int64
	hash  [64]tlog.Hash
}

func (g *edge) add(n int64, leaf pact.Digest) ([]pact.Digest, error) {
	hashes, err := tlog.StoredHashesForRecordHash(n, tlog.Hash(leaf), g)
	if err != nil {
		return nil, err
	}
	out := make([]pact.Digest, len(hashes))
	for level, h := range hashes {
		out[level] = pact.Digest(h)
		g.place[level], g.hash[level] = tlog.StoredHashIndex(level, n>>level), h
	}
	return out, nil
}

func (g *edge) root(size int64) (pact.Digest, error) {
	h, err := tlog.TreeHash(size, g)
	return pact.Digest(h), err
}

// ReadHashes satisfies tlog.HashReader.
func (g *edge) ReadHashes(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		level, _ := tlog.SplitStoredHashIndex(p)
		if g.place[level] != p {
			return nil, fmt.Errorf("hash %d is not at the edge", p)
		}
		out[i] = g.hash[level]
	}
	return out, nil
}
