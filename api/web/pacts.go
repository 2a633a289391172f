package web

import (
	"kyket/pact"
)

// pactsPage lists the pacts of a person's clusters.
type pactsPage struct {
	*Base
	Pacts    []pactRow
	Next     string
	MayBegin bool
}

type pactRow struct {
	*pact.Pact
	Cluster string
	Kind    string // shape of the state
}

const pactsPerPage = 50

func (p *Site) pacts(v *Visit) error {
	return p.listPacts(v, p.base(v, "pacts", "Giao ước", "Pacts"), func(*pact.Pact) bool { return true })
}

func (p *Site) archive(v *Visit) error {
	return p.listPacts(v, p.base(v, "archive", "Lưu trữ", "Archive"), func(x *pact.Pact) bool {
		return x.State == pact.Sealed || x.State == pact.SealedIncomplete || x.State == pact.Archived
	})
}

func (p *Site) listPacts(v *Visit, b *Base, keep func(*pact.Pact) bool) error {
	list, err := p.Workflow.Pacts(v.R.Context(), v.Call, pact.PactID(v.R.URL.Query().Get("after")), pactsPerPage)
	if err != nil {
		return err
	}
	clusters, err := p.Workflow.Clusters(v.R.Context(), v.Call)
	if err != nil {
		return err
	}
	names := map[pact.ClusterID]string{}
	view := pactsPage{Base: b}
	for _, c := range clusters {
		names[c.ID] = c.ShortName
		if c.ShortName == "" {
			names[c.ID] = c.Name
		}
		if pact.Permit(v.Call.Actor, pact.ActPactCreate, pact.Subject{Cluster: c.ID, At: p.Workflow.Clock()}) == nil {
			view.MayBegin = b.Nav == "pacts"
		}
	}
	for _, x := range list {
		if keep(x) {
			view.Pacts = append(view.Pacts, pactRow{x, names[x.Cluster], shapeOf(x.State)})
		}
	}
	if len(list) == pactsPerPage {
		view.Next = v.Here("after", string(list[len(list)-1].ID))
	}
	return p.show(v, "pacts", view)
}

// shapeOf is the icon of a state: a state is a shape, then a word, then a colour.
func shapeOf(s pact.State) string {
	switch s {
	case pact.Drafting:
		return "pen"
	case pact.InReview:
		return "talk"
	case pact.Consolidating:
		return "swap"
	case pact.Agreed, pact.Adopted:
		return "ok"
	case pact.Frozen:
		return "lock"
	case pact.Signing:
		return "half"
	case pact.Sealed, pact.SealedIncomplete, pact.Archived:
		return "seal"
	}
	return "none"
}
