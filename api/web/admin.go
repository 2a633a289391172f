package web

import (
	"kyket/internal/identity"
	"kyket/pact"
)

// adminPage lists clusters and, for an administrator, the accounts.
type adminPage struct {
	*Base
	Clusters []*pact.Cluster
	People   []personRow
	Manages  bool
	Next     string // the page of people after this one
}

type personRow struct {
	*identity.Person
	Roles []grantRow
}

// perPage is how many accounts a page lists.
const perPage = 100

func (p *Site) admin(v *Visit) error {
	view := adminPage{Base: p.base(v, "admin", "Quản trị", "Administration"), Manages: p.manages(v) == nil}
	all, err := p.Workflow.Clusters(v.R.Context(), v.Call)
	if err != nil {
		return err
	}
	for _, c := range all {
		if pact.Permit(v.Call.Actor, pact.ActClusterEdit, pact.Subject{Cluster: c.ID, At: p.Workflow.Clock()}) == nil {
			view.Clusters = append(view.Clusters, c)
		}
	}
	if !view.Manages {
		if len(view.Clusters) == 0 {
			return p.manages(v)
		}
		return p.show(v, "admin", view)
	}
	people, err := p.Identity.People(v.R.Context(), pact.PersonID(v.R.URL.Query().Get("after")), perPage+1)
	if err != nil {
		return err
	}
	if len(people) > perPage {
		people = people[:perPage]
		view.Next = v.Here("after", string(people[perPage-1].ID))
	}
	for _, who := range people {
		roles, err := p.grantRows(v, view.Base, who.Grants)
		if err != nil {
			return err
		}
		view.People = append(view.People, personRow{who, roles})
	}
	return p.show(v, "admin", view)
}
