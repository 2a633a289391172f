package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/pact"
)

// registerClusters adds clusters with their agencies, rules and dated names.
func (s *server) registerClusters(a huma.API) {
	add(s, a, Route{Method: "POST", Path: "/clusters", Act: pact.ActClusterCreate, Key: true, Status: 201, Tag: "clusters",
		Summary: "Found the cluster of a year"}, s.createCluster)
	add(s, a, Route{Method: "GET", Path: "/clusters", Tag: "clusters",
		Summary: "List the clusters that one has a role in"}, s.clusters)
	add(s, a, Route{Method: "GET", Path: "/clusters/{id}", Act: pact.ActPactRead, Tag: "clusters",
		Summary: "Read a cluster"}, s.cluster)
	add(s, a, Route{Method: "PUT", Path: "/clusters/{id}", Act: pact.ActClusterEdit, Match: true, Tag: "clusters",
		Summary: "Replace a cluster's data"}, s.saveCluster)
}

func (s *server) createCluster(ctx context.Context, r *request, in *struct{ Body wire.Cluster }) (*tagged[wire.Cluster], error) {
	c, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	saved, err := s.Workflow.CreateCluster(ctx, r.call, c)
	return showCluster(saved, err)
}

func showCluster(c *pact.Cluster, err error) (*tagged[wire.Cluster], error) {
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromCluster(c), c.RowVersion), nil
}

func (s *server) clusters(ctx context.Context, r *request, _ *nowhere) (*answer[wire.List[wire.Cluster]], error) {
	all, err := s.Workflow.Clusters(ctx, r.call)
	if err != nil {
		return nil, err
	}
	return say(whole(all, wire.FromCluster)), nil
}

func (s *server) cluster(ctx context.Context, r *request, in *wire.OnID) (*tagged[wire.Cluster], error) {
	c, err := s.Workflow.Cluster(ctx, r.call, pact.ClusterID(in.ID))
	return showCluster(c, err)
}

func (s *server) saveCluster(ctx context.Context, r *request, in *struct {
	wire.OnID
	Body wire.Cluster
}) (*tagged[wire.Cluster], error) {
	c, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	c.ID, c.RowVersion = pact.ClusterID(in.ID), r.version()
	saved, err := s.Workflow.SaveCluster(ctx, r.call, c)
	return showCluster(saved, err)
}
