package web

import (
	"net/http"

	"kyket/pact"
)

// entriesAdmin are the first start, the accounts, the clusters, and one's own account.
func (p *Site) entriesAdmin() []Entry {
	get, post := http.MethodGet, http.MethodPost
	return []Entry{
		{Method: get, Path: "/setup", Public: true, Do: p.askSetup},
		{Method: post, Path: "/setup", Public: true, Do: p.setUp},
		{Method: get, Path: "/account", Do: p.account},
		{Method: post, Path: "/account/password", Do: p.changePassword},
		{Method: post, Path: "/account/others", Do: p.endOthers},
		{Method: get, Path: "/admin", Do: p.admin},
		{Method: get, Path: "/admin/clusters", Act: pact.ActClusterCreate, Do: p.askCluster},
		{Method: post, Path: "/admin/clusters", Act: pact.ActClusterCreate, Do: p.foundCluster},
		{Method: get, Path: "/admin/clusters/:id", Act: pact.ActClusterEdit, Do: p.cluster},
		{Method: post, Path: "/admin/clusters/:id", Act: pact.ActClusterEdit, Do: p.saveCluster},
		{Method: get, Path: "/admin/clusters/:id/agencies/:agency", Act: pact.ActClusterEdit, Do: p.agency},
		{Method: post, Path: "/admin/clusters/:id/agencies/:agency", Act: pact.ActClusterEdit, Do: p.saveAgency},
		{Method: get, Path: "/admin/people", Act: pact.ActPersonCreate, Do: p.askPeople},
		{Method: post, Path: "/admin/people", Act: pact.ActPersonCreate, Do: p.addPeople},
		{Method: get, Path: "/admin/people/:id", Act: pact.ActPersonCreate, Do: p.person},
		{Method: post, Path: "/admin/people/:id/grants", Act: pact.ActPersonCreate, Do: p.setGrants},
		{Method: post, Path: "/admin/people/:id/password", Act: pact.ActPersonCreate, Do: p.renewPassword},
	}
}

// manages says whether the visitor looks after the accounts; others learn what they may not.
func (p *Site) manages(v *Visit) error {
	return pact.Permit(v.Call.Actor, pact.ActPersonCreate, pact.Subject{At: p.Workflow.Clock()})
}
