package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// testRoundTrip stores every kind of aggregate with every field set and reads it back.
func testRoundTrip(t *testing.T, open Open) {
	w := set(t, open)
	cluster := filled[pact.Cluster]()
	p := filled[pact.Pact]()
	p.Cluster = cluster.ID
	draft := filled[pact.Draft]()
	draft.Pact = p.ID
	v := version(t, p.ID, 3, "“ký kết” <&>")
	round := filled[pact.Round]()
	round.Pact, round.Version = p.ID, v.Number
	y := filled[pact.Reply]()
	y.Pact, y.Round = p.ID, round.Number
	hall := filled[pact.Comment]()
	hall.Pact, hall.Number = p.ID, 9999
	x := filled[pact.Resolution]()
	x.Pact, x.Comment = p.ID, y.Comments[1].ID
	file := filled[workflow.File]()
	file.Pact = p.ID
	session := filled[workflow.Session]()
	session.Pact = p.ID
	certificate := filled[workflow.Certificate]()
	e := &workflow.Event{ID: id(), Act: pact.ActReplySend, Actor: "person-1", Agency: "so-01", Cluster: "c", Pact: p.ID,
		OccurredAt: at(5), RecordedAt: at(6), Body: []byte(`{"text":"“đ” <&>"}`)}
	// The log takes ids, which are plain; what is filled here is not.
	p.ID, cluster.ID, y.ID, hall.ID = "pact-1", "cluster-1", "reply-1", "comment-1"
	p.Cluster, draft.Pact, v.Pact, round.Pact, y.Pact, hall.Pact, x.Pact, file.Pact, session.Pact, e.Pact =
		cluster.ID, p.ID, p.ID, p.ID, p.ID, p.ID, p.ID, p.ID, p.ID, p.ID
	y.Comments[0].Pact, y.Comments[1].Pact = p.ID, p.ID
	y.Comments[0].ID, y.Comments[1].ID, x.Comment = "comment-2", "comment-3", "comment-3"

	w.do(func(tx workflow.Tx) error {
		return errors.Join(tx.SaveCluster(cluster), tx.SavePact(p), tx.SaveDraft(draft), tx.AddVersion(v), tx.SaveRound(round),
			tx.SaveReply(y), tx.SaveHallComment(hall), tx.SaveResolution(x), tx.SaveFile(file), tx.SaveSession(session),
			tx.SaveCertificate(certificate), tx.Append(e))
	})
	w.view(func(r workflow.Reader) error {
		for name, c := range map[string]struct {
			want any
			got  func() (any, error)
		}{
			"cluster":      {cluster, func() (any, error) { return r.Cluster(cluster.ID) }},
			"pact":         {p, func() (any, error) { return r.Pact(p.ID) }},
			"pact by code": {p, func() (any, error) { return r.PactByCode(p.Code) }},
			"draft":        {draft, func() (any, error) { return r.Draft(p.ID) }},
			"version":      {v, func() (any, error) { return r.Version(p.ID, v.Number) }},
			"round":        {round, func() (any, error) { return r.Round(p.ID, round.Number) }},
			"reply":        {y, func() (any, error) { return r.Reply(p.ID, y.Round, y.Agency) }},
			"comment":      {&y.Comments[1], func() (any, error) { return r.Comment("comment-3") }},
			"hall comment": {hall, func() (any, error) { return r.Comment(hall.ID) }},
			"resolution":   {x, func() (any, error) { return r.Resolution(x.Comment) }},
			"file":         {file, func() (any, error) { return r.File(p.ID) }},
			"session":      {session, func() (any, error) { return r.Session(session.ID) }},
			"certificate":  {certificate, func() (any, error) { return r.Certificate(certificate.Person, certificate.SHA256) }},
			"event":        {e, func() (any, error) { return one(r.Events(p.ID, "", 0)) }},
		} {
			got, err := c.got()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s came back as another one:\n%s\nwant\n%s", name, asJSON(t, got), asJSON(t, c.want))
			}
		}
		return nil
	})
	if got := p.CreatedAt; got.Location() != time.UTC || got.Nanosecond()%1000 != 0 {
		t.Errorf("a time was stored as %v: not UTC with microseconds", got)
	}
}

// filled is a new aggregate with every field set; its row version says that it is new.
func filled[T any]() *T {
	v := new(T)
	Fill(v)
	if f := reflect.ValueOf(v).Elem().FieldByName("RowVersion"); f.IsValid() {
		f.SetInt(0)
	}
	return v
}

func one[T any](list []T, err error) (T, error) {
	var none T
	if err != nil || len(list) != 1 {
		return none, errors.Join(err, errors.New("not exactly one"))
	}
	return list[0], nil
}

// testLists checks the orders that the Reader promises.
func testLists(t *testing.T, open Open) {
	w := set(t, open)
	var ids []pact.PactID
	comments := []*pact.Comment{{ID: "h-b", Pact: w.pact.ID, Number: 11, At: at(1)}, {ID: "h-a", Pact: w.pact.ID, Number: 2, At: at(1)}}
	w.do(func(tx workflow.Tx) error {
		other := &pact.Cluster{ID: pact.ClusterID(id()), Year: 2027, Code: "cum-2"}
		err := errors.Join(tx.SaveCluster(&pact.Cluster{ID: pact.ClusterID(id()), Year: 2025, Code: "cum-1"}), tx.SaveCluster(other),
			tx.SaveCluster(&pact.Cluster{ID: pact.ClusterID(id()), Year: 2027, Code: "cum-1"}))
		for i := range 5 { // created in an order that is not the one of ids; the two last at one time
			p := &pact.Pact{ID: pact.PactID([]string{"p-c", "p-a", "p-d", "p-b", "p-e"}[i]), Cluster: other.ID, CreatedAt: at(10 + min(i, 3))}
			err = errors.Join(err, tx.SavePact(p))
			ids = append(ids, p.ID)
		}
		for n := 3; n >= 2; n-- {
			err = errors.Join(err, tx.AddVersion(version(t, w.pact.ID, n, "bản")), tx.SaveRound(&pact.Round{Pact: w.pact.ID, Number: n, Version: n}))
		}
		for _, i := range []int{10, 2, 1} {
			err = errors.Join(err, tx.SaveReply(w.reply(agency(i))))
		}
		for _, c := range comments {
			err = errors.Join(err, tx.SaveHallComment(c))
		}
		replies, e := tx.Replies(w.pact.ID, 1)
		if e != nil {
			return e
		}
		return errors.Join(err,
			tx.SaveResolution(&pact.Resolution{Comment: "h-a", Pact: w.pact.ID, Order: 1, DecidedAt: at(1)}),
			tx.SaveResolution(&pact.Resolution{Comment: replies[0].Comments[0].ID, Pact: w.pact.ID, Round: 1, Order: 2, DecidedAt: at(1)}),
			tx.SaveResolution(&pact.Resolution{Comment: replies[1].Comments[0].ID, Pact: w.pact.ID, Round: 1, Order: 1, DecidedAt: at(1)}),
			tx.SaveSession(&workflow.Session{ID: "s-1", Pact: w.pact.ID, Created: at(1), Ends: at(2)}),
			tx.SaveSession(&workflow.Session{ID: "s-2", Pact: w.pact.ID, Created: at(2), Ends: at(3)}),
			tx.SaveCertificate(&workflow.Certificate{Person: "x", SHA256: pact.Digest{1}, AddedAt: at(2)}),
			tx.SaveCertificate(&workflow.Certificate{Person: "x", SHA256: pact.Digest{2}, AddedAt: at(1)}),
			tx.SaveCertificate(&workflow.Certificate{Person: "x", SHA256: pact.Digest{2}, AddedAt: at(1), Device: "usb_token"}),
			tx.Append(w.event(pact.ActDraftEdit)))
	})
	w.view(func(r workflow.Reader) error {
		same(t, "clusters", []string{"2027 cum-1", "2027 cum-2", "2026 cum-1", "2025 cum-1"}, names(r.Clusters())(func(c *pact.Cluster) string { return asText(c.Year, c.Code) }))
		other, err := r.Pact(ids[0])
		if err != nil {
			return err
		}
		of := []pact.ClusterID{other.Cluster}
		id := func(p *pact.Pact) string { return string(p.ID) }
		same(t, "pacts", []string{"p-e", "p-b", "p-d", "p-a", "p-c"}, names(r.Pacts(of, "", 0))(id))
		same(t, "pacts, first page", []string{"p-e", "p-b"}, names(r.Pacts(of, "", 2))(id))
		same(t, "pacts, second page", []string{"p-d", "p-a"}, names(r.Pacts(of, "p-b", 2))(id))
		same(t, "pacts of all clusters", []string{"p-e", "p-b", "p-d", "p-a", "p-c", string(w.pact.ID)}, names(r.Pacts(nil, "", 0))(id))
		same(t, "versions", []string{"1", "2", "3"}, names(r.Versions(w.pact.ID))(func(v *pact.Version) string { return asText(v.Number) }))
		same(t, "rounds", []string{"1", "2", "3"}, names(r.Rounds(w.pact.ID))(func(v *pact.Round) string { return asText(v.Number) }))
		same(t, "replies", []string{"so-01", "so-02", "so-10"}, names(r.Replies(w.pact.ID, 1))(func(v *pact.Reply) string { return string(v.Agency) }))
		same(t, "hall comments", []string{"h-a", "h-b"}, names(r.HallComments(w.pact.ID))(func(v *pact.Comment) string { return string(v.ID) }))
		same(t, "resolutions", []string{"1 1", "1 2", "0 1"}, names(r.Resolutions(w.pact.ID))(func(v *pact.Resolution) string { return asText(v.Round, v.Order) }))
		same(t, "sessions", []string{"s-2", "s-1"}, names(r.Sessions(w.pact.ID))(func(v *workflow.Session) string { return v.ID }))
		same(t, "certificates", []string{"2 usb_token", "1 "}, names(r.Certificates("x"))(func(v *workflow.Certificate) string { return asText(int(v.SHA256[0]), v.Device) }))
		for what, err := range map[string]error{
			"pact": second(r.Pact("none")), "code": second(r.PactByCode("")), "cluster": second(r.Cluster("none")), "draft": second(r.Draft("none")),
			"version": second(r.Version(w.pact.ID, 9)), "round": second(r.Round(w.pact.ID, 9)), "comment": second(r.Comment("none")),
			"resolution": second(r.Resolution("none")), "file": second(r.File(w.pact.ID)), "session": second(r.Session("none")),
			"certificate": second(r.Certificate("x", pact.Digest{9})), "reply": second(r.Reply(w.pact.ID, 1, "none")),
		} {
			if !errors.Is(err, pact.ErrNotFound) {
				t.Errorf("a %s that does not exist: %v", what, err)
			}
		}
		return nil
	})
}

func second[T any](_ T, err error) error { return err }

func names[T any](list []T, err error) func(func(T) string) []string {
	return func(name func(T) string) []string {
		if err != nil {
			return []string{err.Error()}
		}
		out := []string{}
		for _, v := range list {
			out = append(out, name(v))
		}
		return out
	}
}

func asText(parts ...any) string {
	s := ""
	for i, p := range parts {
		b, _ := json.Marshal(p)
		if text, ok := p.(string); ok {
			b = []byte(text)
		}
		if i > 0 {
			s += " "
		}
		s += string(b)
	}
	return s
}

func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// testReopen opens the same database again: everything is there, and the migrations do nothing.
func testReopen(t *testing.T, open Open) {
	w := set(t, open)
	y := w.reply(agency(1))
	call := workflow.Call{Actor: pact.Actor{Person: "person-1"}, Key: "k", Fingerprint: pact.Digest{1}}
	if _, err := w.s.Do(context.Background(), call, nil, func(tx workflow.Tx) ([]byte, error) {
		return []byte("answer"), errors.Join(tx.SaveReply(y), tx.Append(w.event(pact.ActReplySend)), tx.Enqueue(workflow.Job{Kind: workflow.JobStamp, Pact: w.pact.ID}))
	}); err != nil {
		t.Fatal(err)
	}
	before := w.events()
	w.s = open(t)
	if after := w.events(); asJSON(t, after) != asJSON(t, before) {
		t.Errorf("events: %s", asJSON(t, after))
	}
	got, err := w.s.Do(context.Background(), call, nil, func(workflow.Tx) ([]byte, error) { return nil, errors.New("run again") })
	if err != nil || string(got) != "answer" {
		t.Errorf("the stored answer: %q, %v", got, err)
	}
	if n := w.openJobs(); n != 1 {
		t.Errorf("%d open jobs", n)
	}
	w.view(func(r workflow.Reader) error {
		got, err := r.Reply(w.pact.ID, 1, agency(1))
		if err == nil && !reflect.DeepEqual(got, y) {
			t.Errorf("the reply: %s", asJSON(t, got))
		}
		return err
	})
}

// testJobs: a job that waits is not added twice, neither within an act nor by another one; others are.
func testJobs(t *testing.T, open Open) {
	w := set(t, open)
	seal, stamp := workflow.Job{Kind: workflow.JobSeal, Pact: w.pact.ID}, workflow.Job{Kind: workflow.JobStamp, Pact: w.pact.ID}
	enqueue := func(jobs ...workflow.Job) {
		w.do(func(tx workflow.Tx) error {
			for _, j := range jobs {
				if err := tx.Enqueue(j); err != nil {
					return err
				}
			}
			return nil
		})
	}
	enqueue(seal, seal)
	enqueue(seal)
	if n := w.openJobs(); n != 1 {
		t.Errorf("one job added three times: %d open", n)
	}
	enqueue(stamp, workflow.Job{Kind: workflow.JobSeal, Pact: "another"})
	if n := w.openJobs(); n != 2 {
		t.Errorf("two kinds: %d open", n)
	}
}
