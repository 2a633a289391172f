package rehearse

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestJournalKeepsWhatWasAcknowledged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	run := Run{Scenario: "x.yaml", SHA256: "00", Level: "B-T", Key: "p256", Seed: "7", Shift: -3}
	j, err := openJournal(dir, &run, false)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 22, 16, 2, 11, 0, time.UTC)
	if err := errors.Join(j.Cue(at, false), j.Acknowledge("X/pact", at, false, 201, map[string]string{"id": "p1"}), j.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, journalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(whole, `{"key":"X/tor`...), 0o600); err != nil { // a kill in the middle of a line
		t.Fatal(err)
	}
	again := Run{Scenario: "x.yaml", SHA256: "00", Level: "B-T", Key: "p256"}
	if j, err = openJournal(dir, &again, true); err != nil {
		t.Fatal(err)
	}
	if again.Seed != "7" || again.Shift != -3 {
		t.Errorf("the first run's seed and shift do not hold: %+v", again)
	}
	if e, ok := j.answers["X/pact"]; !ok || string(e.Facts) != `{"id":"p1"}` || len(j.answers) != 1 {
		t.Errorf("answers: %v", j.answers)
	}
	if !j.cue.At.Equal(at) || j.cue.TSA {
		t.Errorf("cue: %+v", j.cue)
	}
	if err := errors.Join(j.Acknowledge("X/next", at, true, 200, nil), j.Close()); err != nil {
		t.Fatal(err)
	}
	if j, err = openJournal(dir, &again, true); err != nil || len(j.answers) != 2 {
		t.Errorf("what follows a torn line is not read: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFolderOfAnotherRunIsRefused(t *testing.T) {
	dir := t.TempDir()
	run := Run{SHA256: "00", Level: "B-T", Key: "p256"}
	j, err := openJournal(dir, &run, true) // resuming what never began begins it
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string]struct {
		run    Run
		resume bool
	}{
		"not resumed":    {run, false},
		"other scenario": {Run{SHA256: "01", Level: "B-T", Key: "p256"}, true},
		"other level":    {Run{SHA256: "00", Level: "B-LTA", Key: "p256"}, true},
		"other key":      {Run{SHA256: "00", Level: "B-T", Key: "rsa2048"}, true},
		"other way":      {Run{SHA256: "00", Level: "B-T", Key: "p256", Digital: true}, true},
	} {
		if _, err := openJournal(dir, &try.run, try.resume); !errors.Is(err, ErrOtherRun) {
			t.Errorf("%s: %v", name, err)
		}
	}
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "mine.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openJournal(used, &run, true); !errors.Is(err, ErrOtherRun) {
		t.Errorf("a folder with other files: %v", err)
	}
}

func TestRepeatedRequestsAreTheSame(t *testing.T) {
	for _, kind := range []string{"p256", "rsa2048"} {
		dir := t.TempDir()
		first := cachedPerson(t, dir, kind)
		again := cachedPerson(t, dir, kind) // as after a restart
		if first.Password != again.Password || first.Password == "" {
			t.Errorf("%s: the password is another one", kind)
		}
		if string(first.Request) != string(again.Request) {
			t.Errorf("%s: the certificate request is another one", kind)
		}
		a, err := first.sign([]byte("signed attributes"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := again.sign([]byte("signed attributes"))
		if err != nil || string(a) != string(b) {
			t.Errorf("%s: the value is another one: %v", kind, err)
		}
	}
}

func cachedPerson(t *testing.T, dir, kind string) *person {
	t.Helper()
	c, err := openCast(dir, kind)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.person(Person{Login: "c01.lanhdao", Name: "Điểu Thị Ngọc Bích"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.prepareKey(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"c01.lanhdao.json", "c01.lanhdao.p12"} {
		info, err := os.Stat(filepath.Join(dir, "people", name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	return p
}
