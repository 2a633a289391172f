package store

import (
	"time"

	"kyket/pact"
)

type resolutionRow struct {
	CommentID   string
	PactID      string
	Round       int
	Place       int
	Disposition string
	DecidedAt   time.Time
	Body        string
	RowVersion  int64
}

func (resolutionRow) TableName() string       { return "resolutions" }
func (r *resolutionRow) key() (string, []any) { return "comment_id = ?", []any{r.CommentID} }
func (r *resolutionRow) values() map[string]any {
	return map[string]any{"pact_id": r.PactID, "round": r.Round, "place": r.Place, "disposition": r.Disposition,
		"decided_at": r.DecidedAt, "body": r.Body}
}

func newResolutionRow(x *pact.Resolution) (*resolutionRow, error) {
	body, err := bodyOf(x, &x.RowVersion)
	return &resolutionRow{CommentID: string(x.Comment), PactID: string(x.Pact), Round: x.Round, Place: x.Order,
		Disposition: string(x.Disposition), DecidedAt: x.DecidedAt, Body: body, RowVersion: 1}, err
}

func (r *reader) resolution(row *resolutionRow) (*pact.Resolution, error) {
	x := new(pact.Resolution)
	if err := decode("resolution of "+row.CommentID, row.Body, x); err != nil {
		return nil, err
	}
	x.RowVersion = row.RowVersion
	r.note(kindResolution, row.CommentID, hashOf(row.Body))
	return x, nil
}

// Resolution satisfies workflow.Reader.
func (r *reader) Resolution(id pact.CommentID) (*pact.Resolution, error) {
	body, version, err := r.body("giải trình, tiếp thu", "resolution", "resolutions WHERE comment_id = ?", string(id))
	if err != nil {
		return nil, err
	}
	return r.resolution(&resolutionRow{CommentID: string(id), Body: body, RowVersion: version})
}

// Resolutions satisfies workflow.Reader.
func (r *reader) Resolutions(id pact.PactID) ([]*pact.Resolution, error) {
	return list(r.db.Where("pact_id = ?", string(id)).Order("round = 0, round, place, comment_id"), r.resolution)
}

// SaveResolution satisfies workflow.Tx.
func (t *unit) SaveResolution(x *pact.Resolution) error {
	row, err := newResolutionRow(x)
	if err != nil {
		return err
	}
	return t.save(kindResolution, row.CommentID, row.Body, row, &x.RowVersion,
		func() error { _, err := t.Resolution(x.Comment); return err })
}
