package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/pact"
	"kyket/workflow"
)

// registerTexts adds pacts, their drafts and versions.
func (s *server) registerTexts(a huma.API) {
	add(s, a, Route{Method: "POST", Path: "/pacts", Act: pact.ActPactCreate, Key: true, Status: 201, Tag: "text",
		Summary: "Start a pact with its first text"}, s.createPact)
	add(s, a, Route{Method: "GET", Path: "/pacts", Tag: "text",
		Summary: "List the pacts of one's clusters, newest first"}, s.pacts)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}", Act: pact.ActPactRead, Tag: "text",
		Summary: "Read where a pact stands"}, s.pact)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/actions", Act: pact.ActPactRead, Tag: "text",
		Summary: "What one can do with a pact now, and why not"}, s.actions)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/draft", Act: pact.ActDraftEdit, Tag: "text",
		Summary: "Read the text being written"}, s.draft)
	add(s, a, Route{Method: "PUT", Path: "/pacts/{id}/draft", Act: pact.ActDraftEdit, Match: true, Tag: "text",
		Summary: "Replace the whole draft"}, s.editDraft)
	add(s, a, Route{Method: "PATCH", Path: "/pacts/{id}/draft/clauses/{clause}", Act: pact.ActDraftEdit, Tag: "text",
		Summary: "Replace the words of one clause"}, s.editClause)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/versions", Act: pact.ActPactRead, Tag: "text",
		Summary: "List the versions of the text"}, s.versions)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/versions/{n}", Act: pact.ActPactRead, Tag: "text",
		Summary: "Read a version"}, s.version)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/versions/{n}/canonical", Act: pact.ActPactRead, Tag: "text",
		Summary: "The canonical bytes that the version's SHA-256 names"}, s.canonical)
}

func showPact(p *pact.Pact, err error) (*tagged[wire.Pact], error) {
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromPact(p), p.RowVersion), nil
}

func showDraft(d *pact.Draft, err error) (*tagged[wire.Draft], error) {
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromDraft(d), d.RowVersion), nil
}

func (s *server) createPact(ctx context.Context, r *request, in *struct{ Body wire.NewPact }) (*tagged[wire.Pact], error) {
	content, err := in.Body.Content.Domain()
	if err != nil {
		return nil, err
	}
	return showPact(s.Workflow.CreatePact(ctx, r.call,
		workflow.NewPact{Cluster: pact.ClusterID(in.Body.Cluster), Content: content}))
}

func (s *server) pacts(ctx context.Context, r *request, in *wire.OnPage) (*answer[wire.List[wire.Pact]], error) {
	all, err := s.Workflow.Pacts(ctx, r.call, pact.PactID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return say(paged(all, in.Limit, wire.FromPact, func(p *pact.Pact) string { return string(p.ID) })), nil
}

func (s *server) pact(ctx context.Context, r *request, in *wire.OnPact) (*tagged[wire.Pact], error) {
	return showPact(s.Workflow.Pact(ctx, r.call, in.Pact))
}

func (s *server) actions(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Agency string `query:"agency" maxLength:"64" doc:"On whose behalf, for the acts of an agency"`
}) (*answer[wire.List[wire.Action]], error) {
	all, err := s.Workflow.Actions(ctx, r.call, in.Pact, pact.AgencyCode(in.Agency))
	if err != nil {
		return nil, err
	}
	return say(whole(all, wire.FromPermission)), nil
}

func (s *server) draft(ctx context.Context, r *request, in *wire.OnPact) (*tagged[wire.Draft], error) {
	return showDraft(s.Workflow.Draft(ctx, r.call, in.Pact))
}

func (s *server) editDraft(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.Content
}) (*tagged[wire.Draft], error) {
	content, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	return showDraft(s.Workflow.EditDraft(ctx, r.call, in.Pact, r.version(), content))
}

func (s *server) editClause(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Clause string `path:"clause" maxLength:"64"`
	Body   wire.ClauseEdit
}) (*tagged[wire.Draft], error) {
	return showDraft(s.Workflow.EditClause(ctx, r.call, in.Pact, in.Body.Domain(in.Clause)))
}

func (s *server) versions(ctx context.Context, r *request, in *wire.OnPact) (*answer[wire.List[wire.Version]], error) {
	all, err := s.Workflow.Versions(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	return say(whole(all, wire.FromVersion)), nil
}

func (s *server) version(ctx context.Context, r *request, in *wire.OnNumber) (*answer[wire.Version], error) {
	v, err := s.Workflow.Version(ctx, r.call, in.Pact, in.N)
	if err != nil {
		return nil, err
	}
	return say(wire.FromVersionWhole(v)), nil
}

func (s *server) canonical(ctx context.Context, r *request, in *wire.OnNumber) (*file, error) {
	v, err := s.Workflow.Version(ctx, r.call, in.Pact, in.N)
	if err != nil {
		return nil, err
	}
	b, err := pact.CanonicalVersion(v.Content)
	if err != nil {
		return nil, err
	}
	return &file{ContentType: "application/json", ETag: `"` + v.SHA256.String() + `"`, Body: b}, nil
}
