package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/pact"
)

// registerLedger adds the consolidation: comments with their answers, and what the conference makes of the text.
func (s *server) registerLedger(a huma.API) {
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/comments", Act: pact.ActPactRead, Tag: "consolidation",
		Summary: "The comments of the closed rounds and of the hall, with their answers"}, s.comments)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/rounds/{n}/preview", Act: pact.ActRepliesReadAll, Tag: "consolidation",
		Summary: "The text that the answers make so far; round 0 is the hall"}, s.preview)
	add(s, a, Route{Method: "PUT", Path: "/pacts/{id}/comments/{comment}/resolution", Act: pact.ActCommentResolve, Tag: "consolidation",
		Summary: "Answer a comment, or replace its answer"}, s.resolve)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/rounds/{n}/ledger/close", Act: pact.ActLedgerClose, Key: true, Tag: "consolidation",
		Summary: "Close the ledger: every comment has its answer"}, s.closeLedger)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/agree", Act: pact.ActTextAgree, Key: true, Tag: "consolidation",
		Summary: "Lay the newest text before the conference"}, s.agree)
	s.withReason(a, "reopen", pact.ActTextReopen, "Take the text back for further consolidation", s.Workflow.ReopenText)
	s.withReason(a, "withdraw", pact.ActWithdraw, "End a pact before its signing", s.Workflow.Withdraw)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/hall/comments", Act: pact.ActHallComment, Key: true, Status: 201, Tag: "conference",
		Summary: "Write down a remark made at the conference"}, s.takeDown)
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/adoption", Act: pact.ActAdopt, Key: true, Tag: "conference",
		Summary: "Record what the conference decided"}, s.adopt)
	s.withReason(a, "adoption/undo", pact.ActAdoptUndo, "Take back a recorded adoption", s.Workflow.UndoAdoption)
}

// withReason adds an act whose only input is the reason why.
func (s *server) withReason(a huma.API, path string, act pact.Act, summary string, do reasoned) {
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/" + path, Act: act, Key: true, Tag: "decisions", Summary: summary},
		func(ctx context.Context, r *request, in *struct {
			wire.OnPact
			Body wire.Reason
		}) (*tagged[wire.Pact], error) {
			return showPact(do(ctx, r.call, in.Pact, in.Body.Reason))
		})
}

// ledger is a part of the comments with their answers.
type ledger struct {
	Comments []wire.Comment    `json:"comments"`
	Answers  []wire.Resolution `json:"answers"`
}

func (s *server) comments(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Round int `query:"round" minimum:"-1" maximum:"1000" default:"-1" doc:"Only this round; 0 is the hall"`
}) (*answer[ledger], error) {
	rounds := []int{in.Round}
	if in.Round < 0 {
		all, err := s.Workflow.Rounds(ctx, r.call, in.Pact)
		if err != nil {
			return nil, err
		}
		rounds = nil
		for _, x := range all {
			if !x.Open() {
				rounds = append(rounds, x.Number)
			}
		}
		rounds = append(rounds, 0)
	}
	out := ledger{Comments: []wire.Comment{}, Answers: []wire.Resolution{}}
	for _, n := range rounds {
		l, err := s.Workflow.Ledger(ctx, r.call, in.Pact, n)
		if err != nil {
			return nil, err
		}
		for i := range l.Comments {
			out.Comments = append(out.Comments, wire.FromComment(&l.Comments[i]))
		}
		for i := range l.Answers {
			out.Answers = append(out.Answers, wire.FromResolution(&l.Answers[i]))
		}
	}
	return say(out), nil
}

func (s *server) preview(ctx context.Context, r *request, in *wire.OnNumber) (*answer[wire.Content], error) {
	c, err := s.Workflow.Preview(ctx, r.call, in.Pact, in.N)
	if err != nil {
		return nil, err
	}
	return say(wire.FromContent(*c)), nil
}

func (s *server) resolve(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Comment string `path:"comment" maxLength:"64"`
	Body    wire.Resolve
}) (*tagged[wire.Resolution], error) {
	input, err := in.Body.Domain(in.Comment, r.version())
	if err != nil {
		return nil, err
	}
	a, err := s.Workflow.Resolve(ctx, r.call, in.Pact, input)
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromResolution(a), a.RowVersion), nil
}

func (s *server) closeLedger(ctx context.Context, r *request, in *struct {
	wire.OnNumber
	Body *wire.Label
}) (*answer[wire.Version], error) {
	label := ""
	if in.Body != nil {
		label = in.Body.Label
	}
	v, err := s.Workflow.CloseLedger(ctx, r.call, in.Pact, in.N, label)
	if err != nil {
		return nil, err
	}
	return say(wire.FromVersion(v)), nil
}

func (s *server) agree(ctx context.Context, r *request, in *wire.OnPact) (*tagged[wire.Pact], error) {
	return showPact(s.Workflow.AgreeText(ctx, r.call, in.Pact))
}

func (s *server) takeDown(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.HallComment
}) (*answer[wire.Comment], error) {
	c, err := s.Workflow.TakeDown(ctx, r.call, in.Pact, in.Body.Domain())
	if err != nil {
		return nil, err
	}
	return say(wire.FromComment(c)), nil
}

func (s *server) adopt(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.Adopt
}) (*tagged[wire.Pact], error) {
	input, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	return showPact(s.Workflow.Adopt(ctx, r.call, in.Pact, input))
}
