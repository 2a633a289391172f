package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"kyket/archive"
	"kyket/pact"
)

// ReadLog satisfies archive.Tables.
func (s *Store) ReadLog(ctx context.Context, fn func(archive.LogReader) error) error {
	return s.snapshot(ctx, func(db *gorm.DB) error { return fn(logTables{db}) })
}

// ExtendLog satisfies archive.Tables. The row of the log's head is the lock.
func (s *Store) ExtendLog(ctx context.Context, fn func(archive.LogWriter) error) error {
	return s.transact(ctx, func(db *gorm.DB, _ *sql.Tx) error {
		if s.postgres {
			if err := db.Exec("SELECT size FROM log_head WHERE id = 1 FOR UPDATE").Error; err != nil {
				return err
			}
		}
		return fn(logTables{db})
	})
}

type logTables struct{ db *gorm.DB }

type nodeRow struct {
	Idx  int64
	Hash []byte
}

func (nodeRow) TableName() string { return "log_node" }

type checkpointRow struct {
	Size int64
	Note string
}

func (checkpointRow) TableName() string { return "log_checkpoint" }

// Size satisfies archive.LogReader.
func (t logTables) Size() (size int64, err error) {
	err = t.db.Raw("SELECT size FROM log_head WHERE id = 1").Row().Scan(&size)
	return size, err
}

// maxIn bounds the values in one IN list.
const maxIn = 500

// Nodes satisfies archive.LogReader.
func (t logTables) Nodes(places []int64) ([]pact.Digest, error) {
	found := make(map[int64]pact.Digest, len(places))
	for rest := places; len(rest) > 0; {
		part := rest[:min(len(rest), maxIn)]
		rest = rest[len(part):]
		var rows []nodeRow
		if err := t.db.Where("idx IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			if len(r.Hash) == len(pact.Digest{}) {
				found[r.Idx] = pact.Digest(r.Hash)
			}
		}
	}
	out := make([]pact.Digest, len(places))
	for i, p := range places {
		h, ok := found[p]
		if !ok {
			return nil, fmt.Errorf("the log has no hash at %d", p)
		}
		out[i] = h
	}
	return out, nil
}

func entry(row *eventRow) (archive.Entry, error) {
	r, err := row.record()
	if err != nil {
		return archive.Entry{}, err
	}
	e := archive.Entry{Record: r, Leaf: pact.Digest(row.Leaf), Position: row.Pos, Index: -1, Salt: row.Salt}
	if row.Seq != nil {
		e.Index = *row.Seq
	}
	if row.Body != nil {
		e.Body = []byte(*row.Body)
	}
	return e, nil
}

// Entries satisfies archive.LogReader.
func (t logTables) Entries(from int64, limit int) ([]archive.Entry, error) {
	return list(t.db.Where("seq >= ?", from).Order("seq").Limit(limit), entry)
}

// Waiting satisfies archive.LogReader.
func (t logTables) Waiting(after int64, limit int) ([]archive.Entry, error) {
	return list(t.db.Where("seq IS NULL AND pos > ?", after).Order("pos").Limit(limit), entry)
}

// Checkpoints satisfies archive.LogReader.
func (t logTables) Checkpoints(size int64, limit int) ([]archive.Checkpoint, error) {
	return list(t.db.Where("size > ?", size).Order("size").Limit(limit), checkpoint)
}

// LastCheckpoint satisfies archive.LogReader.
func (t logTables) LastCheckpoint() (archive.Checkpoint, error) {
	last, err := list(t.db.Order("size DESC").Limit(1), checkpoint)
	if err != nil || len(last) == 0 {
		return archive.Checkpoint{}, err
	}
	return last[0], nil
}

func checkpoint(r *checkpointRow) (archive.Checkpoint, error) {
	return archive.Checkpoint{Size: r.Size, Note: []byte(r.Note)}, nil
}

// Extend satisfies archive.LogWriter. The size is compared once more as it is raised: a sequencer that lost its lock
// without noticing changes nothing.
func (t logTables) Extend(size int64, entries []archive.Entry, hashes []pact.Digest) error {
	res := t.db.Exec("UPDATE log_head SET size = ? WHERE id = 1 AND size = ?", size+int64(len(entries)), size)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected != 1 {
		return errors.New("the log was extended by somebody else")
	}
	for i, e := range entries {
		res := t.db.Exec("UPDATE events SET seq = ? WHERE pos = ? AND seq IS NULL", size+int64(i), e.Position)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected != 1 {
			return fmt.Errorf("event %s is in the log already", e.Record.Event)
		}
	}
	first := archive.FirstHash(size)
	rows := make([]nodeRow, len(hashes))
	for i := range hashes {
		rows[i] = nodeRow{Idx: first + int64(i), Hash: hashes[i][:]}
	}
	return t.db.CreateInBatches(rows, maxIn).Error
}

// AddCheckpoint satisfies archive.LogWriter.
func (t logTables) AddCheckpoint(c archive.Checkpoint) error {
	return t.db.Create(&checkpointRow{Size: c.Size, Note: string(c.Note)}).Error
}
