package signing_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kyket/signing"
	"kyket/signing/pades"
)

var start = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)

func ticket(name string, ready bool) signing.Ticket {
	return signing.Ticket{Person: "person/" + name, Session: "session/" + name, Field: "ky_" + name, Ready: ready}
}

func ask(t testing.TB, q signing.Queue, k signing.Ticket, now time.Time, want int) signing.Queue {
	t.Helper()
	q, at, err := q.Ask(k, now)
	if err != nil || at != want {
		t.Fatalf("%s stands at %d, not %d (%v)", k.Session, at, want, err)
	}
	return q
}

func TestTurns(t *testing.T) {
	q := signing.NewQueue(signing.DefaultRules)
	head := pades.Digest{1}
	q = ask(t, q, ticket("a", false), start, 1)
	q = ask(t, q, ticket("b", true), start, 2)
	q = ask(t, q, ticket("c", true), start, 3)
	q, l := q.Grant(head, start)
	if l == nil || l.Session != "session/b" {
		t.Fatalf("%+v: who is ready passes whose remote approval is not", l)
	}
	if _, again := q.Grant(head, start); again != nil {
		t.Fatal("two holders")
	}
	if err := q.Holds("session/b", head, start.Add(89*time.Second)); err != nil {
		t.Error(err)
	}
	if err := q.Holds("session/b", pades.Digest{2}, start); !errors.Is(err, signing.ErrHeadMoved) {
		t.Error(err)
	}
	if err := q.Holds("session/a", head, start); !errors.Is(err, signing.ErrNoTicket) {
		t.Error(err)
	}
	if err := q.Holds("session/b", head, start.Add(90*time.Second)); !errors.Is(err, signing.ErrNoTicket) {
		t.Error("an expired ticket:", err)
	}
	q = ask(t, q, ticket("a", true), start, 1) // ready now, and still first
	q, l = q.Grant(head, start.Add(2*time.Minute))
	if l == nil || l.Session != "session/a" {
		t.Errorf("%+v", l)
	}
	q = q.Release("session/a")
	if q.Position("session/a") != -1 || q.Position("session/c") != 1 {
		t.Error("release")
	}
}

func TestRenewal(t *testing.T) {
	q := ask(t, signing.NewQueue(signing.DefaultRules), ticket("a", true), start, 1)
	q, _ = q.Grant(pades.Digest{}, start)
	now := start
	var err error
	for now.Before(start.Add(4 * time.Minute)) {
		now = now.Add(time.Minute)
		if q, _, err = q.Renew("session/a", now); err != nil {
			t.Fatal(now.Sub(start), err)
		}
	}
	if _, _, err = q.Renew("session/a", now.Add(time.Second)); !errors.Is(err, signing.ErrTicketCap) {
		t.Error("beyond the cap:", err)
	}
	if _, _, err = q.Renew("session/b", now); !errors.Is(err, signing.ErrNoTicket) {
		t.Error(err)
	}
	if _, _, err = q.Renew("session/a", start.Add(5*time.Minute)); !errors.Is(err, signing.ErrNoTicket) {
		t.Error("after its end:", err)
	}
}

func TestOneField(t *testing.T) {
	q := ask(t, signing.NewQueue(signing.DefaultRules), ticket("a", true), start, 1)
	q = ask(t, q, ticket("b", true), start, 2)
	again := ticket("a", true)
	again.Session = "session/a2" // the same person tried anew
	q = ask(t, q, again, start.Add(time.Second), 1)
	if q.Position("session/a") != -1 || len(q.Waiting) != 2 || !q.Waiting[0].Asked.Equal(start) {
		t.Errorf("%+v", q.Waiting)
	}
	thief := ticket("a", true)
	thief.Person, thief.Session = "person/x", "session/x"
	if _, _, err := q.Ask(thief, start); !errors.Is(err, signing.ErrFieldAsked) {
		t.Error(err)
	}
	q, _ = q.Grant(pades.Digest{}, start)
	if _, _, err := q.Ask(thief, start); !errors.Is(err, signing.ErrFieldAsked) {
		t.Error(err)
	}
	ask(t, q, again, start, 0)
}

// TestQueueLaws plays random queues: first come, first served among the ready; never two holders; an expired ticket
// never in the way; operations leave the old queue alone; a queue survives its JSON.
func TestQueueLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := signing.NewQueue(signing.Rules{Lease: 90 * time.Second, Cap: 300 * time.Second})
		now, head := start, pades.Digest{7}
		var line []string // model: sessions waiting, in order
		ready := map[string]bool{}
		holder, until, granted := "", time.Time{}, time.Time{}
		lapse := func() {
			if holder != "" && !now.Before(until) {
				holder = ""
			}
		}
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := jsonOf(t, q)
			old := q
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
			k := ticket(name.Draw(t, "who"), rapid.Bool().Draw(t, "ready"))
			lapse()
			switch rapid.IntRange(0, 3).Draw(t, "act") {
			case 0:
				var err error
				if q, _, err = q.Ask(k, now); err != nil {
					t.Fatal(err)
				}
				if holder != k.Session {
					if !contains(line, k.Session) {
						line = append(line, k.Session)
					}
					ready[k.Session] = k.Ready
				}
			case 1:
				var l *signing.Lease
				q, l = q.Grant(head, now)
				want := ""
				if holder == "" {
					for _, s := range line {
						if ready[s] {
							want = s
							break
						}
					}
				}
				if (l == nil) != (want == "") || l != nil && l.Session != want {
					t.Fatalf("granted to %+v, the first that is ready is %q", l, want)
				}
				if l != nil {
					holder, until, granted = want, now.Add(90*time.Second), now
					line = remove(line, want)
				}
			case 2:
				var err error
				var l *signing.Lease
				q, l, err = q.Renew(k.Session, now)
				switch {
				case holder != k.Session:
					if !errors.Is(err, signing.ErrNoTicket) {
						t.Fatal(err)
					}
				case err == nil:
					if l.Until.After(granted.Add(300*time.Second)) || l.Until.Before(until) {
						t.Fatalf("renewed until %v", l.Until)
					}
					until = l.Until
				case !errors.Is(err, signing.ErrTicketCap):
					t.Fatal(err)
				}
			case 3:
				q = q.Release(k.Session)
				line = remove(line, k.Session)
				if holder == k.Session {
					holder = ""
				}
			}
			if string(jsonOf(t, old)) != string(before) {
				t.Fatal("an operation changed the queue it was called on")
			}
			got, _ := q.Expire(now)
			if at := ""; got.Holder != nil {
				if at = got.Holder.Session; at != holder {
					t.Fatalf("%q holds the ticket, not %q", at, holder)
				}
			} else if holder != "" {
				t.Fatalf("%q lost the ticket", holder)
			}
			for i, s := range line {
				if got.Position(s) != i+1 {
					t.Fatalf("%s at %d, not %d", s, got.Position(s), i+1)
				}
			}
			if len(got.Waiting) != len(line) {
				t.Fatal("somebody waits twice")
			}
			var back signing.Queue
			if err := json.Unmarshal(jsonOf(t, q), &back); err != nil || string(jsonOf(t, back)) != string(jsonOf(t, q)) {
				t.Fatal("the queue does not survive its JSON", err)
			}
		}
		// whatever happened, everybody who is ready gets the turn
		for range len(line) {
			now = now.Add(time.Hour)
			q, _ = q.Grant(head, now)
		}
		for _, s := range line {
			if ready[s] && q.Position(s) > 0 {
				t.Fatalf("%s never got the turn", s)
			}
		}
	})
}

func jsonOf(t interface{ Fatal(...any) }, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func remove(list []string, s string) (out []string) {
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

// TestSessionLaws: a session that has ended stays ended, but that a late value still counts while nobody else signed.
func TestSessionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		head, other := pades.Digest{1}, pades.Digest{2}
		deadline := start.Add(time.Minute)
		s := signing.NewSession("1", "doc", "person", pades.Prepared{Base: head, Field: "ky_01"}, start, deadline)
		now := start
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "seconds")) * time.Second)
			was := s
			var err error
			act := rapid.SampledFrom([]string{"pend", "complete", "moved", "refuse", "fail", "expire"}).Draw(t, "act")
			switch act {
			case "pend":
				s, err = s.Pend(signing.Pending{Handle: "h", Until: now.Add(time.Hour)})
			case "complete":
				s, err = s.Complete(head, now)
			case "moved":
				if s, err = s.Complete(other, now); err == nil {
					t.Fatal("completed on another head")
				}
			case "refuse":
				s, err = s.Refuse("key_declined", now)
			case "fail":
				s, err = s.Fail("key_failed", now)
			case "expire":
				var did bool
				if s, did = s.Expire(now); did != (was.Open() && !now.Before(deadline)) {
					t.Fatalf("expired: %v", did)
				}
			}
			if err != nil && !reflect.DeepEqual(s, was) {
				t.Fatalf("%s failed and changed the session", act)
			}
			if s.Open() == !s.Ended.IsZero() {
				t.Fatalf("%s ended at %v", s.State, s.Ended)
			}
			if !was.Open() && s.State != was.State && was.State != signing.Expired {
				t.Fatalf("%s became %s", was.State, s.State)
			}
			if act == "complete" && (was.Open() || was.State == signing.Expired) != (s.State == signing.Done && err == nil) && was.State != signing.Done {
				t.Fatalf("from %s: %s, %v", was.State, s.State, err)
			}
		}
	})
}
