package web

import (
	"net/http"

	"kyket/pact"
)

// Entries lists every address of the pages: api registers them beside those of the API, in one place.
func (p *Site) Entries() []Entry {
	get, post := http.MethodGet, http.MethodPost
	list := []Entry{
		{Method: get, Path: "/sign-in", Public: true, Do: p.askSignIn},
		{Method: post, Path: "/sign-in", Public: true, Do: p.signIn},
		{Method: post, Path: "/sign-out", Do: p.signOut},
		{Method: get, Path: "/", Do: p.inbox},
		{Method: get, Path: "/pacts", Do: p.pacts},
		{Method: get, Path: "/archive", Do: p.archive},
		{Method: get, Path: "/pacts/:id", Act: pact.ActPactRead, Do: p.dossier},
		{Method: get, Path: "/pacts/:id/live", Act: pact.ActPactRead, Do: p.live},
		{Method: post, Path: "/pacts/:id/withdraw", Act: pact.ActWithdraw, Do: p.withdraw},
	}
	list = append(list, p.entriesPaper()...)
	list = append(list, p.textEntries()...)
	list = append(list, p.entriesAdmin()...)
	return list
}
