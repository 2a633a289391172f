package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

var ctx = context.Background()

// tampered is a store with a history of several entries, a log and a direct way into its tables.
type tampered struct {
	s   *Store
	log *archive.Log
}

func newTampered(t *testing.T) *tampered {
	t.Helper()
	dir := t.TempDir()
	s := opened(t, Config{SQLite: filepath.Join(dir, "kyket.db")})
	key, err := archive.OpenLogKey(filepath.Join(dir, "log.key"), "test.example/log")
	if err != nil {
		t.Fatal(err)
	}
	x := &tampered{s, archive.NewLog(s, key, slog.New(slog.DiscardHandler))}
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	c := &pact.Cluster{ID: "c", Year: 2026, Code: "cum-1"}
	event := func(n int) *workflow.Event {
		return &workflow.Event{ID: fmt.Sprintf("event-%d", n), Act: pact.ActClusterEdit, Actor: "p", Cluster: "c", OccurredAt: now, RecordedAt: now,
			Body: []byte(`{"name":"Nguyễn Văn A"}`)}
	}
	for n := range 8 {
		_, err := s.Do(ctx, workflow.Call{}, nil, func(tx workflow.Tx) ([]byte, error) {
			c.Name = fmt.Sprint("tên ", n)
			if err := tx.SaveCluster(c); err != nil {
				return nil, err
			}
			if n == 2 {
				if err := tx.SavePact(&pact.Pact{ID: "g", Cluster: "c", Code: "code", State: pact.Drafting, CreatedAt: now}); err != nil {
					return nil, err
				}
			}
			return nil, tx.Append(event(n))
		})
		if err != nil {
			t.Fatal(err)
		}
		if n == 3 || n == 6 { // the last event waits
			if _, err := x.log.Integrate(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	return x
}

func (x *tampered) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, q := range statements {
		if _, err := x.s.write.pool.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVerifyNamesTheEntry changes the tables behind the program's back in every way that matters.
func TestVerifyNamesTheEntry(t *testing.T) {
	for name, c := range map[string]struct {
		sql     []string
		problem archive.Problem
		index   int64
	}{
		"nothing":     {},
		"erased text": {sql: []string{`UPDATE events SET body = NULL, salt = NULL WHERE id = 'event-2'`}},
		"text":        {[]string{`UPDATE events SET body = '{"name":"B"}' WHERE id = 'event-2'`}, archive.BodyChanged, 2},
		"salt":        {[]string{`UPDATE events SET salt = x'00' WHERE id = 'event-2'`}, archive.BodyChanged, 2},
		"actor":       {[]string{`UPDATE events SET actor = 'q' WHERE id = 'event-1'`}, archive.RecordChanged, 1},
		"time":        {[]string{`UPDATE events SET recorded_at = '2026-03-05 09:00:00.000001+00:00' WHERE id = 'event-1'`}, archive.RecordChanged, 1},
		"touched":     {[]string{`UPDATE events SET touched = '[]' WHERE id = 'event-5'`}, archive.RecordChanged, 5},
		"leaf":        {[]string{`UPDATE events SET leaf = zeroblob(32) WHERE id = 'event-5'`}, archive.RecordChanged, 5},
		"waiting":     {[]string{`UPDATE events SET actor = 'q' WHERE id = 'event-7'`}, archive.RecordChanged, 7},
		"two entries": {[]string{`UPDATE events SET actor = 'q' WHERE id IN ('event-4', 'event-6')`}, archive.RecordChanged, 4},
		"entry gone":  {[]string{`DELETE FROM events WHERE id = 'event-3'`}, archive.EntryMissing, 3},
		"tail gone":   {[]string{`DELETE FROM events WHERE id IN ('event-6', 'event-7')`}, archive.EntryMissing, 6},
		"tail gone, size too": {[]string{`DELETE FROM events WHERE id IN ('event-6', 'event-7')`, `UPDATE log_head SET size = 6`,
			`DELETE FROM log_checkpoint WHERE size > 6`, `DELETE FROM log_node WHERE idx >= 10`}, archive.CheckpointChanged, 5},
		"tail gone to a checkpoint": {[]string{`DELETE FROM events WHERE seq IS NULL OR seq > 3`, `UPDATE log_head SET size = 4`,
			`DELETE FROM log_checkpoint WHERE size > 4`}, archive.CheckpointChanged, 4},
		"tree emptied":     {emptied, archive.CheckpointChanged, 0},
		"waiting gone":     {[]string{`DELETE FROM events WHERE id = 'event-7'`}, archive.StateChanged, 6},
		"order":            {[]string{`UPDATE events SET seq = 100 WHERE id = 'event-1'`, `UPDATE events SET seq = 1 WHERE id = 'event-2'`, `UPDATE events SET seq = 2 WHERE id = 'event-1'`}, archive.HistoryBroken, 1},
		"tree":             {[]string{`UPDATE log_node SET hash = zeroblob(32) WHERE idx = 6`}, archive.TreeChanged, 3},
		"tree gone":        {[]string{`DELETE FROM log_node WHERE idx = 3`}, archive.TreeChanged, 2},
		"checkpoint":       {[]string{`UPDATE log_checkpoint SET note = replace(note, char(10) || '4' || char(10), char(10) || '5' || char(10))`}, archive.CheckpointChanged, 3},
		"checkpoint moved": {[]string{`UPDATE log_checkpoint SET note = (SELECT note FROM log_checkpoint WHERE size = 4) WHERE size = 7`}, archive.CheckpointChanged, 6},
		"checkpoint gone":  {[]string{`DELETE FROM log_checkpoint WHERE size = 7`}, archive.CheckpointChanged, 6},
		"row":              {[]string{`UPDATE clusters SET body = replace(body, 'tên 7', 'tên 8')`}, archive.StateChanged, 7},
		"row set back":     {[]string{`UPDATE clusters SET body = replace(body, 'tên 7', 'tên 6')`}, archive.StateChanged, 7},
		"column":           {[]string{`UPDATE pacts SET state = 'sealed'`}, archive.StateChanged, 2},
		"column of times":  {[]string{`UPDATE pacts SET created_at = '2026-03-05 09:00:01+00:00'`}, archive.StateChanged, 2},
		"body unreadable":  {[]string{`UPDATE pacts SET body = 'x'`}, archive.StateChanged, 2},
		"row gone":         {[]string{`DELETE FROM pacts`}, archive.StateMissing, 2},
		"row added":        {[]string{`INSERT INTO clusters SELECT 'd', 'cum-9', year, body, 1 FROM clusters`}, archive.StateUnknown, -1},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTampered(t)
			x.exec(t, c.sql...)
			r, err := x.log.Verify(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if c.problem == "" {
				if r.Finding != nil || r.Size != 7 || r.Waiting != 1 || r.Root.IsZero() {
					t.Errorf("%+v, finding %+v", r, r.Finding)
				}
				return
			}
			want := fmt.Sprintf("event-%d", c.index)
			if f := r.Finding; f == nil || f.Problem != c.problem || f.Index != c.index || f.Event != "" && f.Event != want && name != "order" {
				t.Errorf("%+v, want %s at %d", f, c.problem, c.index)
			}
		})
	}
}

// TestEveryEntryIsGuarded rewrites an entry together with its leaf and its hashes in the tree: the signed checkpoint
// tells, whichever entry it is.
func TestEveryEntryIsGuarded(t *testing.T) {
	for n := range 7 {
		x := newTampered(t)
		var row eventRow
		if err := x.s.write.gorm.Where("seq = ?", n).Take(&row).Error; err != nil {
			t.Fatal(err)
		}
		row.Actor = "somebody"
		r, err := row.record()
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := r.Leaf()
		if err != nil {
			t.Fatal(err)
		}
		if err := x.s.write.gorm.Exec("UPDATE events SET actor = ?, leaf = ? WHERE seq = ?", row.Actor, leaf[:], n).Error; err != nil {
			t.Fatal(err)
		}
		if err := x.s.write.gorm.Exec("UPDATE log_node SET hash = ? WHERE idx = ?", leaf[:], archive.FirstHash(int64(n))).Error; err != nil {
			t.Fatal(err)
		}
		report, err := x.log.Verify(ctx)
		if err != nil || report.Finding == nil {
			t.Errorf("entry %d was rewritten unnoticed: %v", n, err)
		}
	}
}

// emptied is what somebody does who has rewritten entries with their leaves, and lets the server sign a new tree of them.
var emptied = []string{`UPDATE events SET seq = NULL`, `DELETE FROM log_node`, `UPDATE log_head SET size = 0`, `DELETE FROM log_checkpoint`}

// TestNoSecondTree lets the server go on over tables whose tree was taken away: it signs nothing that does not hold what
// it has signed before.
func TestNoSecondTree(t *testing.T) {
	x := newTampered(t)
	x.exec(t, emptied...)
	if _, err := x.log.Integrate(ctx); !errors.Is(err, archive.ErrForked) {
		t.Errorf("a second tree was signed: %v", err)
	}
	if r, err := x.log.Verify(ctx); err != nil || r.Finding == nil || r.Size != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestFence lets a sequencer go on that believes in an older size: nothing changes.
func TestFence(t *testing.T) {
	x := newTampered(t)
	if err := x.s.ExtendLog(ctx, func(w archive.LogWriter) error { return w.Extend(6, nil, nil) }); err == nil {
		t.Error("the size was not compared")
	}
	err := x.s.ExtendLog(ctx, func(w archive.LogWriter) error {
		entries, err := w.Waiting(0, 1)
		if err != nil {
			return err
		}
		return w.Extend(6, entries, make([]pact.Digest, 1))
	})
	if err == nil {
		t.Error("the tree was extended from a size that it no longer had")
	}
	if r, err := x.log.Verify(ctx); err != nil || r.Finding != nil {
		t.Errorf("%+v, %v", r.Finding, err)
	}
}
