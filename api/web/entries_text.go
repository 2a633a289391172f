package web

import (
	"net/http"

	"kyket/pact"
)

// textEntries are the addresses of the text and of its consultation.
func (p *Site) textEntries() []Entry {
	get, post := http.MethodGet, http.MethodPost
	return []Entry{
		{Method: get, Path: "/pacts/new", Do: p.askPact},
		{Method: post, Path: "/pacts/new", Do: p.createPact},
		{Method: get, Path: "/pacts/:id/draft", Act: pact.ActDraftEdit, Do: p.draft},
		{Method: post, Path: "/pacts/:id/draft", Act: pact.ActDraftEdit, Do: p.editDraft},
		{Method: get, Path: "/pacts/:id/rounds/new", Act: pact.ActPactRead, Do: p.askRound},
		{Method: post, Path: "/pacts/:id/rounds/new", Act: pact.ActRoundOpen, Do: p.openRound},
		{Method: get, Path: "/pacts/:id/rounds/:n", Act: pact.ActPactRead, Do: p.round},
		{Method: post, Path: "/pacts/:id/rounds/:n", Act: pact.ActRoundRemind, Do: p.changeRound},
		{Method: get, Path: "/pacts/:id/rounds/:n/reply/:agency", Act: pact.ActPactRead, Do: p.askReply},
		{Method: post, Path: "/pacts/:id/rounds/:n/reply/:agency", Act: pact.ActReplySend, Do: p.sendReply},
		{Method: get, Path: "/pacts/:id/rounds/:n/record/:agency", Act: pact.ActReplyRecord, Do: p.askRecord},
		{Method: post, Path: "/pacts/:id/rounds/:n/record/:agency", Act: pact.ActReplyRecord, Upload: true, Do: p.recordReply},
		{Method: get, Path: "/pacts/:id/rounds/:n/consolidate", Act: pact.ActPactRead, Do: p.consolidate},
		{Method: post, Path: "/pacts/:id/rounds/:n/consolidate", Act: pact.ActCommentResolve, Do: p.changeDesk},
		{Method: get, Path: "/pacts/:id/hall", Act: pact.ActPactRead, Do: p.hall},
		{Method: post, Path: "/pacts/:id/hall", Act: pact.ActHallComment, Do: p.changeHall},
		{Method: get, Path: "/pacts/:id/compare", Act: pact.ActPactRead, Do: p.compare},
	}
}
