package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"kyket/pact"
)

// versionRow holds a version. Its content is the canonical bytes that its SHA-256 names; the body is what is known
// about it beside.
type versionRow struct {
	PactID    string
	Number    int
	SHA256    []byte `gorm:"column:sha256"`
	Closed    bool
	CreatedAt time.Time
	Body      string
	Content   string
}

func (versionRow) TableName() string { return "versions" }

// versionBody is the body of a version.
type versionBody struct {
	Pact      pact.PactID
	Number    int
	Label     string
	SHA256    pact.Digest
	Cause     string
	CreatedAt time.Time
	Closed    bool
}

func newVersionRow(v *pact.Version) (*versionRow, error) {
	content, err := pact.CanonicalVersion(v.Content)
	if err != nil {
		return nil, err
	}
	if got := pact.DigestOf(content); got != v.SHA256 {
		return nil, fmt.Errorf("version %d of %s is named %s, its bytes are %s", v.Number, v.Pact, v.SHA256, got)
	}
	v.CreatedAt = utc(v.CreatedAt)
	body, err := json.Marshal(versionBody{v.Pact, v.Number, v.Label, v.SHA256, v.Cause, v.CreatedAt, v.Closed})
	return &versionRow{PactID: string(v.Pact), Number: v.Number, SHA256: v.SHA256[:], Closed: v.Closed, CreatedAt: v.CreatedAt,
		Body: string(body), Content: string(content)}, err
}

func (r *reader) version(row *versionRow) (*pact.Version, error) {
	id := versionKey(pact.PactID(row.PactID), row.Number)
	var b versionBody
	if err := decode("version "+id, row.Body, &b); err != nil {
		return nil, err
	}
	if got := pact.DigestOf([]byte(row.Content)); got != b.SHA256 {
		return nil, fmt.Errorf("stored version %s was changed: it is named %s, its bytes are %s", id, b.SHA256, got)
	}
	content, err := pact.DecodeVersion([]byte(row.Content))
	if err != nil {
		return nil, fmt.Errorf("read stored version %s: %w", id, err)
	}
	r.note(kindVersion, id, hashOf(row.Body))
	return &pact.Version{Pact: b.Pact, Number: b.Number, Label: b.Label, SHA256: b.SHA256, Content: content, Cause: b.Cause,
		CreatedAt: b.CreatedAt, Closed: b.Closed}, nil
}

func versionKey(id pact.PactID, number int) string { return string(id) + "/" + strconv.Itoa(number) }

// Version satisfies workflow.Reader.
func (r *reader) Version(id pact.PactID, number int) (*pact.Version, error) {
	row, err := take[versionRow](r.db, "phiên bản", "version", "pact_id = ? AND number = ?", string(id), number)
	if err != nil {
		return nil, err
	}
	return r.version(&row)
}

// Versions satisfies workflow.Reader.
func (r *reader) Versions(id pact.PactID) ([]*pact.Version, error) {
	return list(r.db.Where("pact_id = ?", string(id)).Order("number"), r.version)
}

// AddVersion satisfies workflow.Tx. A number that is taken is pact.ErrStale, unless the version there is not closed:
// that one is replaced, which also is how a version is closed.
func (t *unit) AddVersion(v *pact.Version) error {
	row, err := newVersionRow(v)
	if err != nil {
		return err
	}
	a := aggregate{kindVersion, versionKey(v.Pact, v.Number)}
	load := func() error {
		_, err := t.Version(v.Pact, v.Number)
		if errors.Is(err, pact.ErrNotFound) {
			t.seen[a], err = pact.Digest{}, nil
		}
		return err
	}
	return t.track(a, false, load, func() (pact.Digest, error) { return hashOf(row.Body), t.addVersion(row) })
}

func (t *unit) addVersion(row *versionRow) error {
	res := t.db.Table("versions").Where("pact_id = ? AND number = ? AND NOT closed", row.PactID, row.Number).
		Updates(map[string]any{"sha256": row.SHA256, "closed": row.Closed, "created_at": row.CreatedAt, "body": row.Body, "content": row.Content})
	if res.Error != nil || res.RowsAffected == 1 {
		return res.Error
	}
	return t.insert(row)
}
