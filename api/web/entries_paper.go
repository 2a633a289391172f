package web

import (
	"net/http"

	"kyket/pact"
	"kyket/workflow"
)

// entriesPaper are the pages from the conference to the archive, and those of strangers who verify.
func (p *Site) entriesPaper() []Entry {
	get, post := http.MethodGet, http.MethodPost
	return []Entry{
		{Method: get, Path: "/pacts/:id/adoption", Act: pact.ActPactRead, Do: p.adoption},
		{Method: post, Path: "/pacts/:id/adoption", Act: pact.ActAdopt, Do: p.adopt},
		{Method: post, Path: "/pacts/:id/adoption/undo", Act: pact.ActAdoptUndo, Do: p.undoAdoption},
		{Method: get, Path: "/pacts/:id/paper", Act: pact.ActPactRead, Do: p.paper},
		{Method: post, Path: "/pacts/:id/freeze", Act: pact.ActPaperFreeze, Do: p.freeze},
		{Method: post, Path: "/pacts/:id/unfreeze", Act: pact.ActPaperUnfreeze, Do: p.unfreeze},
		{Method: post, Path: "/pacts/:id/signing/open", Act: pact.ActSigningOpen, Do: p.openSigning},
		{Method: get, Path: "/pacts/:id/brief/:agency", Act: pact.ActSign, Do: p.brief},
		{Method: post, Path: "/pacts/:id/brief/:agency", Act: pact.ActSign, Upload: true, Do: p.sign},
		{Method: post, Path: "/pacts/:id/brief/:agency/decline", Act: pact.ActSignDecline, Do: p.decline},
		{Method: get, Path: "/pacts/:id/sign/:session", Act: pact.ActSign, Do: p.attempt},
		{Method: post, Path: "/pacts/:id/sign/:session/give-up", Act: pact.ActSign, Do: p.giveUp},
		{Method: get, Path: "/pacts/:id/signing", Act: pact.ActPactRead, Do: p.signing},
		{Method: post, Path: "/pacts/:id/signing/close", Act: pact.ActSigningClose, Do: p.closeSigning},
		{Method: get, Path: "/pacts/:id/record", Act: pact.ActPactRead, Do: p.record},
		{Method: post, Path: "/pacts/:id/record", Act: pact.ActArchive, Do: p.archiveRecord},
		{Method: get, Path: "/pacts/:id/files/:which", Act: pact.ActPactRead, Do: p.file},
		{Method: get, Path: "/pacts/:id/record/versions/:number", Act: pact.ActPactRead, Do: p.canonical},
		{Method: get, Path: "/v", Public: true, Do: p.askCode},
		{Method: get, Path: "/v/:code", Public: true, Do: p.showCode},
		{Method: get, Path: "/verify", Public: true, Do: p.askFile},
		{Method: post, Path: "/verify", Public: true, Upload: true, Max: workflow.MaxVerified + 1<<20, Do: p.verifyFile},
	}
}
