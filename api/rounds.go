package api

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/pact"
	"kyket/workflow"
)

// registerRounds adds circulation and replies.
func (s *server) registerRounds(a huma.API) {
	const round, reply = "/pacts/{id}/rounds/{n}", "/pacts/{id}/rounds/{n}/replies/{agency}"
	add(s, a, Route{Method: "POST", Path: "/pacts/{id}/rounds", Act: pact.ActRoundOpen, Key: true, Status: 201, Tag: "consultation",
		Summary: "Circulate the newest text among the members"}, s.openRound)
	add(s, a, Route{Method: "GET", Path: "/pacts/{id}/rounds", Act: pact.ActPactRead, Tag: "consultation",
		Summary: "List the rounds"}, s.rounds)
	add(s, a, Route{Method: "GET", Path: round, Act: pact.ActPactRead, Tag: "consultation",
		Summary: "Read a round"}, s.round)
	add(s, a, Route{Method: "POST", Path: round + "/extension", Act: pact.ActRoundExtend, Key: true, Tag: "consultation",
		Summary: "Move the due date to a later time"}, s.extendRound)
	add(s, a, Route{Method: "POST", Path: round + "/reminders", Act: pact.ActRoundRemind, Key: true, Tag: "consultation",
		Summary: "Remind an agency that has not replied"}, s.remind)
	add(s, a, Route{Method: "POST", Path: round + "/close", Act: pact.ActRoundClose, Key: true, Tag: "consultation",
		Summary: "Close the round: nothing is sent after it"}, s.closeRound)
	add(s, a, Route{Method: "GET", Path: round + "/open-items", Act: pact.ActRepliesReadAll, Tag: "consultation",
		Summary: "What keeps the round, or the ledger after it, from closing"}, s.openItems)
	add(s, a, Route{Method: "GET", Path: round + "/replies", Act: pact.ActPactRead, Tag: "consultation",
		Summary: "List the replies that one may see"}, s.replies)
	add(s, a, Route{Method: "GET", Path: reply, Act: pact.ActPactRead, Tag: "consultation",
		Summary: "Read an agency's reply; a draft is its own alone"}, s.reply)
	add(s, a, Route{Method: "PUT", Path: reply, Act: pact.ActReplySave, Tag: "consultation",
		Summary: "Keep an agency's reply as a draft"}, s.saveReply)
	add(s, a, Route{Method: "POST", Path: reply + "/send", Act: pact.ActReplySend, Key: true, Tag: "consultation",
		Summary: "Send a reply as a whole; without a body the draft is sent"}, s.sendReply)
	add(s, a, Route{Method: "POST", Path: reply + "/record", Act: pact.ActReplyRecord, Key: true, Scan: true, Status: 201, Tag: "consultation",
		Summary: "Enter a paper reply with its scan"}, s.recordReply)
	add(s, a, Route{Method: "POST", Path: reply + "/late", Act: pact.ActReplyLateDecide, Key: true, Tag: "consultation",
		Summary: "Decide on a late reply"}, s.decideLate)
}

func showRound(x *pact.Round, err error) (*tagged[wire.Round], error) {
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromRound(x), x.RowVersion), nil
}

func showReply(y *pact.Reply, err error) (*tagged[wire.Reply], error) {
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromReply(y), y.RowVersion), nil
}

func (s *server) openRound(ctx context.Context, r *request, in *struct {
	wire.OnPact
	Body wire.OpenRound
}) (*tagged[wire.Round], error) {
	open, err := in.Body.Domain()
	if err != nil {
		return nil, err
	}
	return showRound(s.Workflow.OpenRound(ctx, r.call, in.Pact, open))
}

func (s *server) rounds(ctx context.Context, r *request, in *wire.OnPact) (*answer[wire.List[wire.Round]], error) {
	all, err := s.Workflow.Rounds(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	return say(whole(all, wire.FromRound)), nil
}

func (s *server) round(ctx context.Context, r *request, in *wire.OnNumber) (*tagged[wire.Round], error) {
	all, err := s.Workflow.Rounds(ctx, r.call, in.Pact)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.Number == in.N {
			return showRound(x, nil)
		}
	}
	return nil, errNoRound.With("round", in.N)
}

var errNoRound = pact.Problem(pact.NotFound, "no_such_round", "Giao ước này không có đợt góp ý {round}.", "This pact has no round {round}.")

func (s *server) extendRound(ctx context.Context, r *request, in *struct {
	wire.OnNumber
	Body wire.Extension
}) (*tagged[wire.Round], error) {
	return showRound(s.Workflow.ExtendRound(ctx, r.call, in.Pact, in.N, in.Body.To))
}

func (s *server) remind(ctx context.Context, r *request, in *struct {
	wire.OnNumber
	Body wire.Remind
}) (*tagged[wire.Round], error) {
	return showRound(s.Workflow.Remind(ctx, r.call, in.Pact, in.N, pact.AgencyCode(in.Body.Agency), in.Body.Phone))
}

func (s *server) closeRound(ctx context.Context, r *request, in *wire.OnNumber) (*tagged[wire.Round], error) {
	return showRound(s.Workflow.CloseRound(ctx, r.call, in.Pact, in.N))
}

func (s *server) openItems(ctx context.Context, r *request, in *wire.OnNumber) (*answer[wire.List[wire.Finding]], error) {
	items, err := s.Workflow.OpenItems(ctx, r.call, in.Pact, in.N)
	if err != nil {
		return nil, err
	}
	return say(whole(items, wire.FromDetail)), nil
}

func (s *server) replies(ctx context.Context, r *request, in *wire.OnNumber) (*answer[wire.List[wire.Reply]], error) {
	all, err := s.Workflow.Replies(ctx, r.call, in.Pact, in.N)
	if err != nil {
		return nil, err
	}
	return say(whole(all, wire.FromReply)), nil
}

func (s *server) reply(ctx context.Context, r *request, in *wire.OnReply) (*tagged[wire.Reply], error) {
	return showReply(s.Workflow.Reply(ctx, r.call, in.Pact, in.N, in.Agency))
}

func (s *server) saveReply(ctx context.Context, r *request, in *struct {
	wire.OnReply
	Body wire.ReplyInput
}) (*tagged[wire.Reply], error) {
	return showReply(s.Workflow.SaveReply(ctx, r.call, in.Pact, in.Body.Domain(in.N, in.Agency, r.version())))
}

func (s *server) sendReply(ctx context.Context, r *request, in *struct {
	wire.OnReply
	Body *wire.ReplyInput
}) (*tagged[wire.Reply], error) {
	if in.Body != nil {
		return showReply(s.Workflow.SendReply(ctx, r.call, in.Pact, in.Body.Domain(in.N, in.Agency, r.version())))
	}
	draft, err := s.Workflow.Reply(ctx, r.call, in.Pact, in.N, in.Agency)
	if errors.Is(err, pact.ErrNotFound) {
		draft, err = &pact.Reply{Agency: in.Agency}, nil // nothing written: sending says what is missing
	}
	if err != nil {
		return nil, err
	}
	whole := asInput(draft, in.N)
	if r.match >= 0 {
		whole.RowVersion = r.match
	}
	return showReply(s.Workflow.SendReply(ctx, r.call, in.Pact, whole))
}

// asInput is a stored draft as it would be written again.
func asInput(y *pact.Reply, round int) workflow.ReplyInput {
	return workflow.ReplyInput{Round: round, Agency: y.Agency, Stance: y.Stance, Number: y.Number, Note: y.Note,
		RowVersion: y.RowVersion, Comments: wire.Each(y.Comments, func(c pact.Comment) workflow.CommentInput {
			return workflow.CommentInput{ID: c.ID, Clause: c.Clause, Quote: c.Quote, Kind: c.Kind, Text: c.Text, Proposal: c.Proposal}
		})}
}

func (s *server) recordReply(ctx context.Context, r *request, in *struct {
	wire.OnReply
	Body wire.RecordedReply
}) (*tagged[wire.Reply], error) {
	if len(in.Body.Scan) > maxScan {
		return nil, errTooLarge.With("max", maxScan)
	}
	return showReply(s.Workflow.RecordReply(ctx, r.call, in.Pact, workflow.RecordedReply{
		ReplyInput: in.Body.ReplyInput.Domain(in.N, in.Agency, r.version()), ReceivedAt: in.Body.ReceivedAt, Scan: in.Body.Scan}))
}

func (s *server) decideLate(ctx context.Context, r *request, in *struct {
	wire.OnReply
	Body wire.LateDecision
}) (*tagged[wire.Reply], error) {
	return showReply(s.Workflow.DecideLate(ctx, r.call, in.Pact, in.N, in.Agency, in.Body.Accept))
}
