package store

import (
	"encoding/json"
	"fmt"
	"time"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

// The kinds of aggregates whose hashes the history carries.
const (
	kindCluster    = "cluster"
	kindPact       = "pact"
	kindVersion    = "version"
	kindRound      = "round"
	kindReply      = "reply"
	kindComment    = "comment"
	kindResolution = "resolution"
)

// bodyOf is the body of an aggregate without its row version, which is a column: the hash of a body does not depend on
// how often it was written.
func bodyOf(v any, version *int64) (string, error) {
	kept := *version
	*version = 0
	defer func() { *version = kept }()
	return encode(v)
}

// save puts an aggregate that the history carries.
func (t *unit) save(kind, id, body string, row document, version *int64, load func() error) error {
	return t.track(aggregate{kind, id}, *version == 0, load, func() (pact.Digest, error) {
		return hashOf(body), t.put(row, version)
	})
}

type eventRow struct {
	Pos        int64 `gorm:"->"` // given by the database
	ID         string
	Act        string
	Actor      string
	Agency     string
	ClusterID  string
	PactID     string
	OccurredAt time.Time
	RecordedAt time.Time
	Body       *string
	Salt       []byte
	BodyHash   []byte
	Touched    string
	Leaf       []byte
	Seq        *int64
}

func (eventRow) TableName() string { return "events" }

// insertEvent is written out since every act passes here: gorm's reflection costs as much as the insert.
const insertEvent = `INSERT INTO events (id, act, actor, agency, cluster_id, pact_id, occurred_at, recorded_at, body, salt, body_hash, touched, leaf)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

func newEventRow(e *workflow.Event, salt []byte) (*eventRow, error) {
	touched := make([]archive.Touched, len(e.Touched))
	for i, x := range e.Touched {
		touched[i] = archive.Touched(x)
	}
	list, err := json.Marshal(touched)
	if err != nil {
		return nil, err
	}
	record := archive.Record{Event: e.ID, Act: e.Act, Actor: e.Actor, Agency: e.Agency, Cluster: e.Cluster, Pact: e.Pact,
		OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Touched: touched, Body: archive.BodyHash(salt, e.Body)}
	leaf, err := record.Leaf()
	if err != nil {
		return nil, err
	}
	body := string(e.Body)
	return &eventRow{ID: e.ID, Act: string(e.Act), Actor: string(e.Actor), Agency: string(e.Agency), ClusterID: string(e.Cluster),
		PactID: string(e.Pact), OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Body: &body, Salt: salt,
		BodyHash: record.Body[:], Touched: string(list), Leaf: leaf[:]}, nil
}

// record is what the row says, as the log knows it.
func (row *eventRow) record() (archive.Record, error) {
	r := archive.Record{Event: row.ID, Act: pact.Act(row.Act), Actor: pact.PersonID(row.Actor), Agency: pact.AgencyCode(row.Agency),
		Cluster: pact.ClusterID(row.ClusterID), Pact: pact.PactID(row.PactID), OccurredAt: utc(row.OccurredAt), RecordedAt: utc(row.RecordedAt)}
	if len(row.BodyHash) != len(r.Body) || len(row.Leaf) != len(r.Body) {
		return r, fmt.Errorf("event %s: a hash has a wrong length", row.ID)
	}
	r.Body = pact.Digest(row.BodyHash)
	return r, decode("touched aggregates of event "+row.ID, row.Touched, &r.Touched)
}

func event(row *eventRow) (*workflow.Event, error) {
	r, err := row.record()
	if err != nil {
		return nil, err
	}
	e := &workflow.Event{ID: r.Event, Act: r.Act, Actor: r.Actor, Agency: r.Agency, Cluster: r.Cluster, Pact: r.Pact,
		OccurredAt: r.OccurredAt, RecordedAt: r.RecordedAt}
	if row.Seq != nil {
		e.Seq = *row.Seq + 1
	}
	if row.Body != nil {
		e.Body = []byte(*row.Body)
	}
	for _, x := range r.Touched {
		e.Touched = append(e.Touched, workflow.Touched(x))
	}
	return e, nil
}

// Events satisfies workflow.Reader. Seq counts from 1 and is 0 until the log has taken the event in, which is a second
// at most; the order does not depend on it.
func (r *reader) Events(id pact.PactID, after string, limit int) ([]*workflow.Event, error) {
	q := r.db.Where("pact_id = ?", string(id)).Order("pos")
	if after != "" {
		q = q.Where("pos > (SELECT a.pos FROM events a WHERE a.pact_id = ? AND a.id = ?)", string(id), after)
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	return list(q, event)
}
