package web

import (
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

type accountPage struct {
	*Base
	Who    *identity.Person
	Grants []grantRow
	Since  string // when this sign-in began
	Ends   string
}

// grantRow is a role in words.
type grantRow struct {
	Role, Cluster, Agency string
	From, To              string
	Now                   bool // it holds today
}

func (p *Site) accountPage(v *Visit) (*accountPage, error) {
	b := p.base(v, "", "Tài khoản của tôi", "My account")
	view := &accountPage{Base: b, Who: v.Person, Since: b.At(v.Session.CreatedAt), Ends: b.At(v.Session.Ends)}
	var err error
	view.Grants, err = p.grantRows(v, b, v.Person.Grants)
	return view, err
}

// grantRows puts roles into words. A cluster that the visitor does not see any more is named by its id.
func (p *Site) grantRows(v *Visit, b *Base, grants []pact.Grant) ([]grantRow, error) {
	all, err := p.Workflow.Clusters(v.R.Context(), v.Call)
	if err != nil {
		return nil, err
	}
	byID := map[pact.ClusterID]*pact.Cluster{}
	for _, c := range all {
		byID[c.ID] = c
	}
	now := p.Workflow.Clock()
	var out []grantRow
	for _, g := range grants {
		r := grantRow{Role: b.Words(g.Role), Cluster: string(g.Cluster), Agency: string(g.Agency), From: dayOf(g.From), To: dayOf(g.To),
			Now: !now.Before(g.From) && (g.To.IsZero() || now.Before(g.To))}
		if c := byID[g.Cluster]; c != nil {
			r.Cluster = clusterName(c)
			if name := c.NameOn(g.Agency, pact.DateIn(now)); name != "" {
				r.Agency = name
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func clusterName(c *pact.Cluster) string {
	name := c.ShortName
	if name == "" {
		name = c.Name
	}
	return name + " (" + c.Code + ")"
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(pact.ICT).Format("02/01/2006")
}

func (p *Site) account(v *Visit) error {
	view, err := p.accountPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "account", view)
}

func (p *Site) changePassword(v *Visit) error {
	view, err := p.accountPage(v)
	if err != nil {
		return err
	}
	password := v.Form.Get("password")
	if password != v.Form.Get("again") {
		return p.refuse(v, errAgain, view.Base, "account", view)
	}
	if err := p.Identity.ChangePassword(v.R.Context(), v.Session, v.Form.Get("old"), password); err != nil {
		return p.refuse(v, err, view.Base, "account", view)
	}
	return v.Done("/account", "password")
}

func (p *Site) endOthers(v *Visit) error {
	if err := p.Identity.EndOthers(v.R.Context(), v.Session); err != nil {
		return err
	}
	return v.Done("/account", "others_ended")
}
