package store

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

type roundRow struct {
	PactID     string
	Number     int
	Version    int
	DueAt      *time.Time
	ClosedAt   *time.Time
	Body       string
	RowVersion int64
}

func (roundRow) TableName() string { return "rounds" }
func (r *roundRow) key() (string, []any) {
	return "pact_id = ? AND number = ?", []any{r.PactID, r.Number}
}
func (r *roundRow) values() map[string]any {
	return map[string]any{"version": r.Version, "due_at": r.DueAt, "closed_at": r.ClosedAt, "body": r.Body}
}

func newRoundRow(d *pact.Round) (*roundRow, error) {
	body, err := bodyOf(d, &d.RowVersion)
	return &roundRow{PactID: string(d.Pact), Number: d.Number, Version: d.Version, DueAt: orNull(d.Due()), ClosedAt: orNull(d.ClosedAt),
		Body: body, RowVersion: 1}, err
}

func (r *reader) round(row *roundRow) (*pact.Round, error) {
	id := workflow.RoundKey(pact.PactID(row.PactID), row.Number)
	d := new(pact.Round)
	if err := decode("round "+id, row.Body, d); err != nil {
		return nil, err
	}
	d.RowVersion = row.RowVersion
	r.note(kindRound, id, hashOf(row.Body))
	return d, nil
}

// Round satisfies workflow.Reader.
func (r *reader) Round(id pact.PactID, number int) (*pact.Round, error) {
	body, version, err := r.body("đợt lấy ý kiến", "round", "rounds WHERE pact_id = ? AND number = ?", string(id), number)
	if err != nil {
		return nil, err
	}
	return r.round(&roundRow{PactID: string(id), Number: number, Body: body, RowVersion: version})
}

// Rounds satisfies workflow.Reader.
func (r *reader) Rounds(id pact.PactID) ([]*pact.Round, error) {
	return list(r.db.Where("pact_id = ?", string(id)).Order("number"), r.round)
}

// SaveRound satisfies workflow.Tx.
func (t *unit) SaveRound(d *pact.Round) error {
	row, err := newRoundRow(d)
	if err != nil {
		return err
	}
	return t.save(kindRound, workflow.RoundKey(d.Pact, d.Number), row.Body, row, &d.RowVersion,
		func() error { _, err := t.Round(d.Pact, d.Number); return err })
}
