package store

import (
	"kyket/pact"
)

type clusterRow struct {
	ID         string
	Code       string
	Year       int
	Body       string
	RowVersion int64
}

func (clusterRow) TableName() string       { return "clusters" }
func (r *clusterRow) key() (string, []any) { return "id = ?", []any{r.ID} }
func (r *clusterRow) values() map[string]any {
	return map[string]any{"code": r.Code, "year": r.Year, "body": r.Body}
}

func newClusterRow(c *pact.Cluster) (*clusterRow, error) {
	body, err := bodyOf(c, &c.RowVersion)
	return &clusterRow{ID: string(c.ID), Code: c.Code, Year: c.Year, Body: body, RowVersion: 1}, err
}

func (r *reader) cluster(row *clusterRow) (*pact.Cluster, error) {
	c := new(pact.Cluster)
	if err := decode("cluster "+row.ID, row.Body, c); err != nil {
		return nil, err
	}
	c.RowVersion = row.RowVersion
	r.note(kindCluster, row.ID, hashOf(row.Body))
	return c, nil
}

// Cluster satisfies workflow.Reader.
func (r *reader) Cluster(id pact.ClusterID) (*pact.Cluster, error) {
	body, version, err := r.body("cụm, khối", "cluster", "clusters WHERE id = ?", string(id))
	if err != nil {
		return nil, err
	}
	return r.cluster(&clusterRow{ID: string(id), Body: body, RowVersion: version})
}

// Clusters satisfies workflow.Reader.
func (r *reader) Clusters() ([]*pact.Cluster, error) {
	return list(r.db.Order("year DESC, code"), r.cluster)
}

// SaveCluster satisfies workflow.Tx.
func (t *unit) SaveCluster(c *pact.Cluster) error {
	row, err := newClusterRow(c)
	if err != nil {
		return err
	}
	return t.save(kindCluster, row.ID, row.Body, row, &c.RowVersion, func() error { _, err := t.Cluster(c.ID); return err })
}
