package store

import (
	"time"

	"gorm.io/gorm/clause"

	"kyket/pact"
	"kyket/workflow"
)

// What follows is not carried by the history: the file's head is in the pact's revisions, whose hash is, and a session
// is an attempt until it becomes a signature there.

type fileRow struct {
	PactID     string
	SHA256     []byte `gorm:"column:sha256"`
	Number     int
	Body       string
	RowVersion int64
}

func (fileRow) TableName() string       { return "files" }
func (r *fileRow) key() (string, []any) { return "pact_id = ?", []any{r.PactID} }
func (r *fileRow) values() map[string]any {
	return map[string]any{"sha256": r.SHA256, "number": r.Number, "body": r.Body}
}

// File satisfies workflow.Reader.
func (r *reader) File(id pact.PactID) (*workflow.File, error) {
	body, version, err := r.body("tệp ký", "signed file", "files WHERE pact_id = ?", string(id))
	if err != nil {
		return nil, err
	}
	f := new(workflow.File)
	if err := decode("file of "+string(id), body, f); err != nil {
		return nil, err
	}
	f.RowVersion = version
	return f, nil
}

// SaveFile satisfies workflow.Tx.
func (t *unit) SaveFile(f *workflow.File) error {
	body, err := bodyOf(f, &f.RowVersion)
	if err != nil {
		return err
	}
	return t.put(&fileRow{PactID: string(f.Pact), SHA256: f.SHA256[:], Number: f.Number, Body: body, RowVersion: 1}, &f.RowVersion)
}

type sessionRow struct {
	ID         string
	PactID     string
	Person     string
	Field      string
	State      string
	CreatedAt  time.Time
	EndsAt     time.Time
	Body       string
	RowVersion int64
}

func (sessionRow) TableName() string       { return "sessions" }
func (r *sessionRow) key() (string, []any) { return "id = ?", []any{r.ID} }
func (r *sessionRow) values() map[string]any {
	return map[string]any{"pact_id": r.PactID, "person": r.Person, "field": r.Field, "state": r.State,
		"created_at": r.CreatedAt, "ends_at": r.EndsAt, "body": r.Body}
}

func session(row *sessionRow) (*workflow.Session, error) {
	s := new(workflow.Session)
	if err := decode("session "+row.ID, row.Body, s); err != nil {
		return nil, err
	}
	s.RowVersion = row.RowVersion
	return s, nil
}

// Session satisfies workflow.Reader.
func (r *reader) Session(id string) (*workflow.Session, error) {
	body, version, err := r.body("phiên ký", "signing session", "sessions WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	return session(&sessionRow{ID: id, Body: body, RowVersion: version})
}

// Sessions satisfies workflow.Reader.
func (r *reader) Sessions(id pact.PactID) ([]*workflow.Session, error) {
	return list(r.db.Where("pact_id = ?", string(id)).Order("created_at DESC, id DESC"), session)
}

// SaveSession satisfies workflow.Tx.
func (t *unit) SaveSession(s *workflow.Session) error {
	body, err := bodyOf(s, &s.RowVersion)
	if err != nil {
		return err
	}
	row := &sessionRow{ID: s.ID, PactID: string(s.Pact), Person: string(s.Person), Field: s.Field, State: s.State,
		CreatedAt: s.Created, EndsAt: s.Ends, Body: body, RowVersion: 1}
	return t.put(row, &s.RowVersion)
}

type certificateRow struct {
	Person  string
	SHA256  []byte `gorm:"column:sha256"`
	AddedAt time.Time
	Body    string
}

func (certificateRow) TableName() string { return "certificates" }

func certificate(row *certificateRow) (*workflow.Certificate, error) {
	c := new(workflow.Certificate)
	return c, decode("certificate", row.Body, c)
}

// Certificate satisfies workflow.Reader.
func (r *reader) Certificate(person pact.PersonID, sha pact.Digest) (*workflow.Certificate, error) {
	row, err := take[certificateRow](r.db, "chứng thư số", "certificate", "person = ? AND sha256 = ?", string(person), sha[:])
	if err != nil {
		return nil, err
	}
	return certificate(&row)
}

// Certificates satisfies workflow.Reader: oldest first.
func (r *reader) Certificates(person pact.PersonID) ([]*workflow.Certificate, error) {
	return list(r.db.Where("person = ?", string(person)).Order("added_at, sha256"), certificate)
}

// SaveCertificate satisfies workflow.Tx. A certificate that is bound to the person already is replaced.
func (t *unit) SaveCertificate(c *workflow.Certificate) error {
	body, err := encode(c)
	if err != nil {
		return err
	}
	return t.db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "person"}, {Name: "sha256"}},
		DoUpdates: clause.AssignmentColumns([]string{"added_at", "body"}),
	}).Create(&certificateRow{Person: string(c.Person), SHA256: c.SHA256[:], AddedAt: c.AddedAt, Body: body}).Error
}
