// Package storetest is the conformance suite of the store: what the rooms rely on, run on SQLite and on PostgreSQL. It
// knows the interfaces that the rooms declare and no implementation. Each safeguard of a store (the transaction, row
// versions, round locks, unique keys) has a test here that fails when it is taken out.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kyket/archive"
	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

// Store is what is tested.
type Store interface {
	workflow.Store
	identity.Store
	archive.Tables
}

// Open opens a database that is empty at the first call and the same at each further one; t closes what it opens.
type Open func(t testing.TB) Store

// Run runs the suite; fresh makes a new empty database.
func Run(t *testing.T, fresh func(t testing.TB) Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"atomicity", testAtomicity},
		{"panic", testPanic},
		{"event required", testEventRequired},
		{"stale", testStale},
		{"lost update", testLostUpdate},
		{"unique keys", testUniqueKeys},
		{"versions", testVersions},
		{"replay", testReplay},
		{"key reuse", testKeyReuse},
		{"same key at once", testSameKeyAtOnce},
		{"refused key is free", testRefusedKey},
		{"close of the round", testCloseRace},
		{"lock order", testLockOrder},
		{"shared locks", testSharedLocks},
		{"two servers", testTwoServers},
		{"snapshot", testSnapshot},
		{"event order", testEventOrder},
		{"touched", testTouched},
		{"log", testLog},
		{"log tells", testLogTells},
		{"round trip", testRoundTrip},
		{"lists", testLists},
		{"reopen", testReopen},
		{"jobs", testJobs},
		{"accounts", testAccounts},
		{"set-up race", testSetupRace},
		{"sign-ins", testSignIns},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
	}
}

var zone = time.FixedZone("ICT", 7*3600)

// at is a time that is neither UTC nor whole seconds.
func at(minute int) time.Time {
	return time.Date(2026, 3, 5, 16, minute, 30, 123456789, zone)
}

// settled is at as it is stored.
func settled(minute int) time.Time { return at(minute).UTC().Truncate(time.Microsecond) }

func id() string { return uuid.Must(uuid.NewV7()).String() }

// world is a store with one pact in it, in its first round.
type world struct {
	t       testing.TB
	s       Store
	cluster *pact.Cluster
	pact    *pact.Pact
	round   *pact.Round
}

// set puts a cluster, a pact, its draft, a version and an open round into a new store.
func set(t testing.TB, open Open) *world {
	t.Helper()
	w := &world{t: t, s: open(t)}
	w.cluster = &pact.Cluster{ID: pact.ClusterID(id()), Code: "cum-1", Kind: pact.Cum, Name: "Cụm thi đua số 1", Year: 2026}
	for i := range 26 {
		w.cluster.Agencies = append(w.cluster.Agencies, pact.Agency{Code: agency(i)})
	}
	w.pact = &pact.Pact{ID: pact.PactID(id()), Cluster: w.cluster.ID, Code: strings.ReplaceAll(id(), "-", ""), State: pact.InReview, Text: 1, Rounds: 1, CreatedAt: at(0)}
	w.round = &pact.Round{Pact: w.pact.ID, Number: 1, Version: 1, OpenedAt: at(1), DueAt: at(50)}
	w.do(func(tx workflow.Tx) error {
		return errors.Join(tx.SaveCluster(w.cluster), tx.SavePact(w.pact),
			tx.SaveDraft(&pact.Draft{Pact: w.pact.ID, Content: text("bản thảo"), NextClause: 2}),
			tx.AddVersion(version(t, w.pact.ID, 1, "bản một")), tx.SaveRound(w.round), tx.Append(w.event(pact.ActRoundOpen)))
	})
	return w
}

func agency(i int) pact.AgencyCode { return pact.AgencyCode(fmt.Sprintf("so-%02d", i)) }

func text(words string) pact.Content {
	return pact.Content{Structure: pact.Articles, TypeName: "BẢN GIAO ƯỚC THI ĐUA", Subject: "năm 2026",
		Clauses: []*pact.Clause{{ID: "c1", Kind: pact.Article, Heading: "Mục tiêu", Text: words}}}
}

func version(t testing.TB, p pact.PactID, number int, words string) *pact.Version {
	t.Helper()
	v := &pact.Version{Pact: p, Number: number, Label: fmt.Sprintf("Bản %d", number), Content: text(words), Cause: "draft", CreatedAt: at(2)}
	b, err := pact.CanonicalVersion(v.Content)
	if err != nil {
		t.Fatal(err)
	}
	v.SHA256 = pact.DigestOf(b)
	return v
}

func (w *world) event(act pact.Act) *workflow.Event {
	return &workflow.Event{ID: id(), Act: act, Actor: "person-1", Cluster: w.cluster.ID, Pact: w.pact.ID, OccurredAt: at(3), RecordedAt: at(4), Body: []byte(`{"note":"ghi chú"}`)}
}

// reply is a sent reply with one comment.
func (w *world) reply(a pact.AgencyCode) *pact.Reply {
	y := &pact.Reply{ID: id(), Pact: w.pact.ID, Round: 1, Agency: a, Stance: pact.AgreeWithComments, SentAt: at(10)}
	y.Comments = []pact.Comment{{ID: pact.CommentID(id()), Pact: w.pact.ID, Round: 1, Agency: a, Clause: "c1", Kind: pact.Reword, Text: "Đề nghị viết rõ hơn", At: at(10)}}
	return y
}

// try runs fn as a unit of work without a key.
func (w *world) try(fn func(workflow.Tx) error, locks ...workflow.Lock) error {
	_, err := w.s.Do(context.Background(), workflow.Call{}, locks, func(tx workflow.Tx) ([]byte, error) { return nil, fn(tx) })
	return err
}

func (w *world) do(fn func(workflow.Tx) error, locks ...workflow.Lock) {
	w.t.Helper()
	if err := w.try(fn, locks...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) view(fn func(workflow.Reader) error) {
	w.t.Helper()
	if err := w.s.View(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) events() (list []*workflow.Event) {
	w.t.Helper()
	w.view(func(r workflow.Reader) (err error) {
		list, err = r.Events(w.pact.ID, "", 0)
		return err
	})
	return list
}

func (w *world) count(act pact.Act) (n int) {
	w.t.Helper()
	for _, e := range w.events() {
		if e.Act == act {
			n++
		}
	}
	return n
}

func (w *world) openJobs() int {
	w.t.Helper()
	n, err := w.s.OpenJobs(context.Background(), w.pact.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// all runs fn for 0 … n-1 at once and returns their errors.
func all(n int, fn func(int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func wantIs(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
