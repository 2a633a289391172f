package storetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

var ctx = context.Background()

func newPerson(login string) *identity.Person {
	return &identity.Person{ID: pact.PersonID(id()), Login: login, Name: "Nguyễn Thị Định", Password: "$argon2id$…", CreatedAt: at(0),
		Grants: []pact.Grant{{Role: pact.Focal, Cluster: "c", Agency: "so-01", From: at(1)}}}
}

func record(act pact.Act) identity.Record {
	return identity.Record{Act: act, By: "admin", At: at(2), Body: []byte(`{}`)}
}

func testAccounts(t *testing.T, open Open) {
	w := set(t, open)
	p := newPerson("dinh")
	req := identity.Request{By: "admin", Key: "k", Fingerprint: pact.Digest{1}}
	if err := w.s.AddPerson(ctx, req, p, record(pact.ActPersonCreate)); err != nil {
		t.Fatal(err)
	}
	same := func(what string, got *identity.Person, err error) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s: %v, %s\nwant %s", what, err, asJSON(t, got), asJSON(t, p))
		}
	}
	if p.RowVersion != 1 || !p.CreatedAt.Equal(settled(0)) || !p.Grants[0].From.Equal(settled(1)) {
		t.Errorf("added: %s", asJSON(t, p))
	}
	got, err := w.s.Person(ctx, p.ID)
	same("by id", got, err)
	got, err = w.s.PersonByLogin(ctx, "dinh")
	same("by login", got, err)

	again := newPerson("dinh")
	if err := w.s.AddPerson(ctx, req, again, record(pact.ActPersonCreate)); err != nil {
		t.Fatal(err)
	}
	same("the repeated request", again, nil)
	req.Fingerprint = pact.Digest{2}
	wantIs(t, w.s.AddPerson(ctx, req, newPerson("x"), record(pact.ActPersonCreate)), pact.ErrKeyReused)
	wantIs(t, w.s.AddPerson(ctx, identity.Request{}, newPerson("dinh"), record(pact.ActPersonCreate)), identity.ErrLoginTaken)

	stale := *p
	p.Name, p.Grants = "Nguyễn Thị Bình", nil
	if err := w.s.SavePerson(ctx, identity.Request{}, p, record("grants_change")); err != nil || p.RowVersion != 2 {
		t.Fatalf("save: %v, row version %d", err, p.RowVersion)
	}
	got, err = w.s.Person(ctx, p.ID)
	same("saved", got, err)
	wantIs(t, w.s.SavePerson(ctx, identity.Request{}, &stale, record("grants_change")), pact.ErrStale)
	stale.RowVersion = 0
	wantIs(t, w.s.SavePerson(ctx, identity.Request{}, &stale, record("grants_change")), pact.ErrStale)

	other := newPerson("an")
	if err := w.s.AddPerson(ctx, identity.Request{}, other, record(pact.ActPersonCreate)); err != nil {
		t.Fatal(err)
	}
	page, err := w.s.People(ctx, p.ID, 5)
	if err != nil || len(page) != 1 || page[0].ID != other.ID {
		t.Errorf("people after the first: %v, %s", err, asJSON(t, page))
	}
	_, err = w.s.Person(ctx, "none")
	wantIs(t, err, pact.ErrNotFound)
	_, err = w.s.PersonByLogin(ctx, "none")
	wantIs(t, err, pact.ErrNotFound)

	report, err := openLog(t, w.s).Verify(ctx)
	if err != nil || report.Finding != nil || report.Waiting != 4 { // the world's, two added, one saved
		t.Errorf("history of accounts: %s, %v", asJSON(t, report), err)
	}
}

// testSetupRace uses the one-time code many times at once: exactly one person comes of it.
func testSetupRace(t *testing.T, open Open) {
	s := open(t)
	code := pact.Digest{7}
	if _, err := s.SetupCode(ctx); !errors.Is(err, pact.ErrNotFound) {
		t.Fatal(err)
	}
	for _, c := range []pact.Digest{{6}, code} { // a second start before anybody used the first code
		if err := s.PutSetupCode(ctx, identity.SetupCode{Code: c}); err != nil {
			t.Fatal(err)
		}
	}
	wantIs(t, s.Install(ctx, pact.Digest{6}, newPerson("old"), record(pact.ActPersonCreate)), identity.ErrSetupDone)
	won := 0
	for i, err := range all(8, func(i int) error {
		return s.Install(ctx, code, newPerson("admin"+string(rune('a'+i))), record(pact.ActPersonCreate))
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, identity.ErrSetupDone) {
			t.Errorf("%d: %v", i, err)
		}
	}
	people, err := s.People(ctx, "", 0)
	if err != nil || won != 1 || len(people) != 1 {
		t.Fatalf("%d installed, %d people, %v", won, len(people), err)
	}
	c, err := s.SetupCode(ctx)
	if err != nil || c.Code != code || c.UsedBy != people[0].ID {
		t.Errorf("the code: %v, %v", c, err)
	}
	wantIs(t, s.PutSetupCode(ctx, identity.SetupCode{Code: pact.Digest{8}}), identity.ErrSetupDone)
}

func testSignIns(t *testing.T, open Open) {
	s := open(t)
	p := newPerson("dinh")
	if err := s.AddPerson(ctx, identity.Request{}, p, record(pact.ActPersonCreate)); err != nil {
		t.Fatal(err)
	}
	add := func(n byte, seen, ends int) *identity.Session {
		x := &identity.Session{ID: id(), Token: pact.Digest{n}, Person: p.ID, CreatedAt: at(0), SeenAt: at(seen), Ends: at(ends)}
		if err := s.AddSession(ctx, x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	there := func(x *identity.Session) bool {
		got, err := s.SessionByToken(ctx, x.Token)
		if err != nil && !errors.Is(err, pact.ErrNotFound) {
			t.Fatal(err)
		}
		if err == nil && !reflect.DeepEqual(got, x) {
			t.Errorf("got %s, want %s", asJSON(t, got), asJSON(t, x))
		}
		return err == nil
	}
	a, b, c, d := add(1, 30, 50), add(2, 30, 50), add(3, 5, 50), add(4, 30, 40)
	a.StepUpAt, a.SeenAt = at(31), at(32)
	if err := s.SaveSession(ctx, a); err != nil {
		t.Fatal(err)
	}
	if err := s.AddSession(ctx, &identity.Session{ID: id(), Token: a.Token, Person: p.ID, CreatedAt: at(0), SeenAt: at(0), Ends: at(0)}); err == nil {
		t.Error("one token twice")
	}
	if err := s.PurgeSessions(ctx, at(45), at(10)); err != nil {
		t.Fatal(err)
	}
	if !there(a) || !there(b) || there(c) || there(d) {
		t.Error("purge left or took the wrong ones")
	}
	if err := errors.Join(s.EndSession(ctx, b.ID), s.EndSession(ctx, b.ID)); err != nil || there(b) {
		t.Errorf("ended: %v", err)
	}
	b.SeenAt = b.SeenAt.Add(time.Minute)
	wantIs(t, s.SaveSession(ctx, b), pact.ErrNotFound)
	if there(b) {
		t.Error("a sign-in that was ended came back")
	}
	e := add(5, 30, 50)
	if err := s.EndSessions(ctx, p.ID, e.ID); err != nil || there(a) || !there(e) {
		t.Errorf("all but one: %v", err)
	}
	if err := s.EndSessions(ctx, p.ID, ""); err != nil || there(e) {
		t.Errorf("all: %v", err)
	}
}
