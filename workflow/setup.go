package workflow

import (
	"context"

	"kyket/pact"
)

// CreateCluster founds the cluster of one year with its agencies.
func (w *Workflow) CreateCluster(ctx context.Context, call Call, c pact.Cluster) (*pact.Cluster, error) {
	if err := pact.Permit(call.Actor, pact.ActClusterCreate, pact.Subject{At: w.Clock()}); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return run(ctx, w, call, nil, func(tx Tx) (*pact.Cluster, error) {
		n := c
		n.ID, n.RowVersion = pact.ClusterID(w.Mint.ID()), 0
		if err := tx.SaveCluster(&n); err != nil {
			return nil, err
		}
		return &n, w.record(tx, call, entry{act: pact.ActClusterCreate, cluster: n.ID, body: struct{ Code string }{n.Code}})
	})
}

// SaveCluster replaces the cluster's data; c.RowVersion is the version that was read.
func (w *Workflow) SaveCluster(ctx context.Context, call Call, c pact.Cluster) (*pact.Cluster, error) {
	if err := pact.Permit(call.Actor, pact.ActClusterEdit, pact.Subject{Cluster: c.ID, At: w.Clock()}); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return run(ctx, w, call, []Lock{OnCluster(c.ID)}, func(tx Tx) (*pact.Cluster, error) {
		old, err := tx.Cluster(c.ID)
		if err != nil {
			return nil, err
		}
		if old.RowVersion != c.RowVersion {
			return nil, pact.ErrStale
		}
		n := c
		if err := tx.SaveCluster(&n); err != nil {
			return nil, err
		}
		return &n, w.record(tx, call, entry{act: pact.ActClusterEdit, cluster: n.ID, body: struct{ Code string }{n.Code}})
	})
}
