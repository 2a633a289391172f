package store

import (
	"time"

	"kyket/pact"
)

type pactRow struct {
	ID         string
	ClusterID  string
	Code       string
	State      string
	Subject    string
	CreatedAt  time.Time
	Body       string
	RowVersion int64
}

func (pactRow) TableName() string       { return "pacts" }
func (r *pactRow) key() (string, []any) { return "id = ?", []any{r.ID} }
func (r *pactRow) values() map[string]any {
	return map[string]any{"cluster_id": r.ClusterID, "code": r.Code, "state": r.State, "subject": r.Subject,
		"created_at": r.CreatedAt, "body": r.Body}
}

func newPactRow(p *pact.Pact) (*pactRow, error) {
	body, err := bodyOf(p, &p.RowVersion)
	return &pactRow{ID: string(p.ID), ClusterID: string(p.Cluster), Code: p.Code, State: string(p.State), Subject: p.Subject,
		CreatedAt: p.CreatedAt, Body: body, RowVersion: 1}, err
}

func (r *reader) pact(row *pactRow) (*pact.Pact, error) {
	p := new(pact.Pact)
	if err := decode("pact "+row.ID, row.Body, p); err != nil {
		return nil, err
	}
	p.RowVersion = row.RowVersion
	r.note(kindPact, row.ID, hashOf(row.Body))
	return p, nil
}

// Pact satisfies workflow.Reader.
func (r *reader) Pact(id pact.PactID) (*pact.Pact, error) {
	body, version, err := r.body("giao ước", "pact", "pacts WHERE id = ?", string(id))
	if err != nil {
		return nil, err
	}
	return r.pact(&pactRow{ID: string(id), Body: body, RowVersion: version})
}

// PactByCode satisfies workflow.Reader.
func (r *reader) PactByCode(code string) (*pact.Pact, error) {
	row, err := take[pactRow](r.db, "giao ước", "pact", "code = ? AND code <> ''", code)
	if err != nil {
		return nil, err
	}
	return r.pact(&row)
}

// Pacts satisfies workflow.Reader.
func (r *reader) Pacts(clusters []pact.ClusterID, after pact.PactID, limit int) ([]*pact.Pact, error) {
	q := r.db.Order("created_at DESC, id DESC")
	if len(clusters) > 0 {
		q = q.Where("cluster_id IN ?", clusters)
	}
	if after != "" {
		q = q.Where("(created_at, id) < (SELECT a.created_at, a.id FROM pacts a WHERE a.id = ?)", string(after))
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	return list(q, r.pact)
}

// SavePact satisfies workflow.Tx.
func (t *unit) SavePact(p *pact.Pact) error {
	row, err := newPactRow(p)
	if err != nil {
		return err
	}
	return t.save(kindPact, row.ID, row.Body, row, &p.RowVersion, func() error { _, err := t.Pact(p.ID); return err })
}

type draftRow struct {
	PactID     string
	Body       string
	RowVersion int64
}

func (draftRow) TableName() string         { return "drafts" }
func (r *draftRow) key() (string, []any)   { return "pact_id = ?", []any{r.PactID} }
func (r *draftRow) values() map[string]any { return map[string]any{"body": r.Body} }

// Draft satisfies workflow.Reader.
func (r *reader) Draft(id pact.PactID) (*pact.Draft, error) {
	body, version, err := r.body("dự thảo", "draft", "drafts WHERE pact_id = ?", string(id))
	if err != nil {
		return nil, err
	}
	d := new(pact.Draft)
	if err := decode("draft of "+string(id), body, d); err != nil {
		return nil, err
	}
	d.RowVersion = version
	return d, nil
}

// SaveDraft satisfies workflow.Tx. A draft is autosaved, so the history does not carry it.
func (t *unit) SaveDraft(d *pact.Draft) error {
	body, err := bodyOf(d, &d.RowVersion)
	if err != nil {
		return err
	}
	return t.put(&draftRow{PactID: string(d.Pact), Body: body, RowVersion: 1}, &d.RowVersion)
}
