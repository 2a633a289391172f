package web

import (
	"net/http"

	"kyket/pact"
)

// entriesPaper are the pages from the conference to the archive, and those of strangers who verify.
func (p *Site) entriesPaper() []Entry {
	get, post := http.MethodGet, http.MethodPost
	return []Entry{
		{Method: get, Path: "/pacts/:id/brief/:agency", Act: pact.ActSign, Do: p.brief},
		{Method: post, Path: "/pacts/:id/brief/:agency", Act: pact.ActSign, Upload: true, Do: p.sign},
		{Method: post, Path: "/pacts/:id/brief/:agency/decline", Act: pact.ActSignDecline, Do: p.decline},
		{Method: get, Path: "/pacts/:id/sign/:session", Act: pact.ActSign, Do: p.attempt},
		{Method: post, Path: "/pacts/:id/sign/:session/give-up", Act: pact.ActSign, Do: p.giveUp},
		{Method: get, Path: "/pacts/:id/signing", Act: pact.ActPactRead, Do: p.signing},
		{Method: post, Path: "/pacts/:id/signing/close", Act: pact.ActSigningClose, Do: p.closeSigning},
	}
}
