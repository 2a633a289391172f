package rehearse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Run holds the parameters of a run. They are fixed by its first start.
type Run struct {
	Scenario string `json:"scenario"` // the file's name without its folder
	SHA256   string `json:"sha256"`   // of the scenario file
	Level    string `json:"level"`    // B-B, B-T or B-LTA
	Key      string `json:"key"`      // p256 or rsa2048
	Digital  bool   `json:"digital"`
	Seed     string `json:"seed"`
	Shift    int    `json:"shift_days"` // 0 or negative
}

// ErrOtherRun says that a folder holds another run, or that a new run finds its folder in use.
var ErrOtherRun = errors.New("the folder holds another rehearsal")

// same says whether a resumed run is the one that was started.
func (r Run) same(o Run) bool {
	return r.SHA256 == o.SHA256 && r.Level == o.Level && r.Key == o.Key && r.Digital == o.Digital
}

// entry is a line of the journal: a cue (Key empty) before a call is made, or the acknowledged call with the facts of
// its answer that the rest of the play needs.
type entry struct {
	Key    string          `json:"key,omitempty"`
	At     time.Time       `json:"at"`
	TSA    bool            `json:"tsa"`
	Status int             `json:"status,omitempty"`
	Facts  json.RawMessage `json:"facts,omitempty"`
}

// journal is the memory of a play: a JSON line for every answer that was received, on disk before the play goes on. A
// resumed play asks it first, so that only the first call that is not in it reaches the server again, with the
// Idempotency-Key that it had: it then gets the answer that was given, or does the work once.
type journal struct {
	file    *os.File
	answers map[string]entry
	cue     entry // the last one
}

const (
	journalFile = "journal.jsonl"
	runFile     = "run.json"
)

// openJournal makes the folder for a new run, or reads the journal of the one that it holds.
func openJournal(dir string, run *Run, resume bool) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var old Run
	b, err := os.ReadFile(filepath.Join(dir, runFile))
	switch {
	case err == nil && !resume:
		return nil, fmt.Errorf("%s: %w; use --resume to go on with it, or an empty folder", dir, ErrOtherRun)
	case err == nil:
		if err := json.Unmarshal(b, &old); err != nil {
			return nil, fmt.Errorf("%s: %w", runFile, err)
		}
		if !old.same(*run) {
			return nil, fmt.Errorf("%s: %w (scenario, level, key or way of signing differ)", dir, ErrOtherRun)
		}
		*run = old
	case errors.Is(err, fs.ErrNotExist):
		if err := newFolder(dir, *run); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	return readJournal(filepath.Join(dir, journalFile))
}

// newFolder writes down the run in a folder that holds nothing yet.
func newFolder(dir string, run Run) error {
	held, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return fmt.Errorf("%s: %w or other files; choose an empty folder", dir, ErrOtherRun)
	}
	return writeJSON(filepath.Join(dir, runFile), run)
}

func readJournal(path string) (*journal, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	j := &journal{file: f, answers: map[string]entry{}}
	r := bufio.NewReader(f)
	var whole int64 // the end of the last whole line
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			break // a line that a kill cut short was not acknowledged to anybody
		}
		var e entry
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
		}
		whole += int64(len(line))
		j.note(e)
	}
	if err := f.Truncate(whole); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.Seek(whole, 0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return j, nil
}

func (j *journal) note(e entry) {
	if e.Key == "" {
		j.cue = e
		return
	}
	j.answers[e.Key] = e
}

// Cue notes the clock before a call is made at another time than the last one.
func (j *journal) Cue(at time.Time, tsa bool) error {
	if j.cue.At.Equal(at) && j.cue.TSA == tsa {
		return nil
	}
	return j.write(entry{At: at.UTC(), TSA: tsa}, false)
}

// Acknowledge keeps an answer; it returns when the line is on disk.
func (j *journal) Acknowledge(key string, at time.Time, tsa bool, status int, facts any) error {
	b, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	return j.write(entry{Key: key, At: at.UTC(), TSA: tsa, Status: status, Facts: b}, true)
}

func (j *journal) write(e entry, sync bool) error {
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(b, '\n')); err != nil {
		return err
	}
	if sync {
		if err := j.file.Sync(); err != nil {
			return err
		}
	}
	j.note(e)
	return nil
}

func (j *journal) Close() error { return j.file.Close() }

// writeJSON replaces a file as a whole, readable by its owner only.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(path, append(b, '\n'), 0o600)
}

// replaceFile writes beside the old file and renames, so that a kill leaves one of both.
func replaceFile(path string, b []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone after the rename
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
