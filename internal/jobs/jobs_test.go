package jobs

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"kyket/pact"
	"kyket/workflow"
)

var ctx = context.Background()

// soon bounds what a test waits for something that must come; it is no measure.
const soon = 30 * time.Second

func sqliteDatabase(t testing.TB, path string) Database {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate&_time_format=sqlite&_timezone=UTC")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return Database{DB: db, SQLite: path}
}

func postgresDatabase(t testing.TB) Database {
	t.Helper()
	dsn := os.Getenv("KYKET_TEST_POSTGRES")
	if dsn == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KYKET_TEST_POSTGRES is not set")
		}
		t.Skip("KYKET_TEST_POSTGRES is not set")
	}
	admin, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	name := "kyket_test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP SCHEMA IF EXISTS " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		_ = admin.Close()
	})
	if _, err := admin.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	switch {
	case !strings.Contains(dsn, "://"):
		dsn += " search_path=" + name
	case strings.Contains(dsn, "?"):
		dsn += "&search_path=" + name
	default:
		dsn += "?search_path=" + name
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(8)
	t.Cleanup(func() { _ = db.Close() })
	return Database{DB: db, Postgres: dsn}
}

// onBoth runs a test on both databases, with River's tables made.
func onBoth(t *testing.T, test func(t *testing.T, db Database)) {
	for name, open := range map[string]func(t *testing.T) Database{
		"sqlite":   func(t *testing.T) Database { return sqliteDatabase(t, filepath.Join(t.TempDir(), "kyket.db")) },
		"postgres": func(t *testing.T) Database { return postgresDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			if err := Migrate(ctx, db); err != nil {
				t.Fatal(err)
			}
			test(t, db)
		})
	}
}

func engine(t *testing.T, db Database, c Config) *Engine {
	t.Helper()
	if c.Backoff == nil {
		c.Backoff = func(int) time.Duration { return time.Millisecond }
	}
	e, err := New(db, c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func start(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
}

func insert(t *testing.T, e *Engine, commit bool, jobs ...workflow.Job) {
	t.Helper()
	tx, err := e.db.DB.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := e.Insert(ctx, tx, jobs...); err != nil {
		t.Fatal(err)
	}
	if commit {
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(soon):
		t.Fatal("it did not come")
		panic("unreachable")
	}
}

// idle waits until a pact has no open job.
func idle(t *testing.T, e *Engine, id pact.PactID) {
	t.Helper()
	for end := time.Now().Add(soon); ; time.Sleep(5 * time.Millisecond) {
		n, err := e.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d jobs stay open", n)
		}
	}
}

func TestWork(t *testing.T) {
	onBoth(t, func(t *testing.T, db Database) {
		e := engine(t, db, Config{})
		done := make(chan pact.PactID, 10)
		e.Handle(workflow.JobSeal, func(_ context.Context, id pact.PactID) error { done <- id; return nil })
		insert(t, e, false, workflow.Job{Kind: workflow.JobSeal, Pact: "rolled back"})
		insert(t, e, true, workflow.Job{Kind: workflow.JobSeal, Pact: "before the start"})
		start(t, e)
		if id := receive(t, done); id != "before the start" {
			t.Errorf("worked for %q", id)
		}
		insert(t, e, true, workflow.Job{Kind: workflow.JobSeal, Pact: "after"})
		if id := receive(t, done); id != "after" {
			t.Errorf("worked for %q", id)
		}
		idle(t, e, "after")
	})
}

func TestRetry(t *testing.T) {
	onBoth(t, func(t *testing.T, db Database) {
		var mu sync.Mutex
		var pauses []int
		e := engine(t, db, Config{Backoff: func(n int) time.Duration {
			mu.Lock()
			defer mu.Unlock()
			pauses = append(pauses, n)
			return time.Millisecond
		}})
		done := make(chan int, 10)
		tries := 0
		e.Handle(workflow.JobStamp, func(context.Context, pact.PactID) error {
			tries++
			switch tries {
			case 1:
				return errors.New("no answer")
			case 2:
				return pact.ErrInternal // a refusal that may pass
			case 3:
				panic("wanted")
			}
			done <- tries
			return nil
		})
		start(t, e)
		insert(t, e, true, workflow.Job{Kind: workflow.JobStamp, Pact: "g"})
		receive(t, done)
		idle(t, e, "g")
		mu.Lock()
		defer mu.Unlock()
		if len(pauses) != 3 || pauses[0] != 1 || pauses[2] != 3 {
			t.Errorf("pauses after failures %v", pauses)
		}
	})
}

// TestRefused: what no repetition changes is given up, and an administrator can see why.
func TestRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, db Database) {
		var log lockedBuffer
		e := engine(t, db, Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
		var tries atomic.Int32
		e.Handle(workflow.JobSeal, func(context.Context, pact.PactID) error { tries.Add(1); return pact.ErrState.With("act", "seal") })
		start(t, e)
		insert(t, e, true, workflow.Job{Kind: workflow.JobSeal, Pact: "g"}, workflow.Job{Kind: "unknown", Pact: "h"})
		idle(t, e, "g")
		idle(t, e, "h")
		if tries.Load() != 1 {
			t.Errorf("a refused job was tried %d times", tries.Load())
		}
		kept := "SELECT count(*) FROM river_job WHERE state = 'cancelled' AND errors IS NOT NULL"
		var n int
		if err := db.DB.QueryRow(kept).Scan(&n); err != nil || n != 2 {
			t.Errorf("%d refused jobs are kept with their error, %v", n, err)
		}
		if s := log.String(); !strings.Contains(s, "wrong_state") || !strings.Contains(s, "pact=g") || !strings.Contains(s, "job given up") || !strings.Contains(s, "job=unknown") {
			t.Errorf("log: %s", s)
		}
	})
}

// TestRunningIsNoWaiting: what is enqueued while the same job runs runs afterwards, and never beside it.
func TestRunningIsNoWaiting(t *testing.T) {
	onBoth(t, func(t *testing.T, db Database) {
		e := engine(t, db, Config{Workers: 4})
		started, goOn := make(chan int32, 10), make(chan struct{})
		var running atomic.Int32
		e.Handle(workflow.JobStamp, func(context.Context, pact.PactID) error {
			started <- running.Add(1)
			<-goOn
			running.Add(-1)
			return nil
		})
		other := make(chan pact.PactID, 1)
		e.Handle(workflow.JobSeal, func(_ context.Context, id pact.PactID) error { other <- id; return nil })
		start(t, e)
		insert(t, e, true, workflow.Job{Kind: workflow.JobStamp, Pact: "g"})
		receive(t, started)
		insert(t, e, true, workflow.Job{Kind: workflow.JobStamp, Pact: "g"})
		insert(t, e, true, workflow.Job{Kind: workflow.JobStamp, Pact: "g"})
		if n, err := e.Open(ctx, "g"); n != 2 || err != nil {
			t.Errorf("%d open, %v: want the running and one waiting", n, err)
		}
		// Another pact's job overtakes; when it is done, the waiting one had its chance and did not start.
		insert(t, e, true, workflow.Job{Kind: workflow.JobSeal, Pact: "h"})
		receive(t, other)
		close(goOn)
		if n := receive(t, started); n != 1 {
			t.Errorf("%d of one pact at a time", n)
		}
		idle(t, e, "g")
		if len(started) != 0 {
			t.Error("it ran more than twice")
		}
	})
}

func TestBackoff(t *testing.T) {
	b := Backoff(time.Second, 15*time.Minute)
	for n, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 11: 15 * time.Minute, 1000: 15 * time.Minute} {
		if got := b(n); got != want {
			t.Errorf("after %d failures %s, want %s", n, got, want)
		}
	}
}

// TestOneProcess: of two processes on one SQLite file, one works the jobs.
func TestOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kyket.db")
	a, b := engine(t, sqliteDatabase(t, path), Config{}), engine(t, sqliteDatabase(t, path), Config{})
	if err := Migrate(ctx, a.db); err != nil {
		t.Fatal(err)
	}
	if err := a.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(ctx); err == nil {
		t.Error("a second one started")
	}
	if err := a.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(ctx); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
	start(t, b)
}

const childPath = "KYKET_TEST_JOBS_CHILD"

// TestKilled kills a process in the middle of a job: the next one takes it up at its start. River alone would wait for
// its rescuer, which looks every half minute.
func TestKilled(t *testing.T) {
	if path := os.Getenv(childPath); path != "" {
		child(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "kyket.db")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKilled$", "-test.v")
	cmd.Env = append(os.Environ(), childPath+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make(chan string, 1)
	go func() {
		r := bufio.NewScanner(out)
		for r.Scan() {
			if strings.Contains(r.Text(), "working") {
				line <- r.Text()
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	receive(t, line)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	e := engine(t, sqliteDatabase(t, path), Config{})
	var state string
	if err := e.db.DB.QueryRow("SELECT state FROM river_job").Scan(&state); err != nil || state != "running" {
		t.Fatalf("the killed process left the job %q, %v", state, err)
	}
	again := make(chan pact.PactID, 1)
	e.Handle(workflow.JobSeal, func(_ context.Context, id pact.PactID) error { again <- id; return nil })
	start(t, e)
	if id := receive(t, again); id != "g" {
		t.Errorf("worked for %q", id)
	}
	idle(t, e, "g")
}

func child(t *testing.T, path string) {
	e := engine(t, sqliteDatabase(t, path), Config{})
	if err := Migrate(ctx, e.db); err != nil {
		t.Fatal(err)
	}
	e.Handle(workflow.JobSeal, func(context.Context, pact.PactID) error {
		os.Stdout.WriteString("working\n")
		select {}
	})
	start(t, e)
	insert(t, e, true, workflow.Job{Kind: workflow.JobSeal, Pact: "g"})
	select {}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
