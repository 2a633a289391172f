package web

import (
	"kyket/pact"
	"kyket/workflow"
)

// newPactPage begins a pact from a template.
type newPactPage struct {
	*Base
	Clusters  []*pact.Cluster
	Skeletons []workflow.Skeleton
	// What was typed.
	ClusterID, Template, Subject, Theme, From, To string
}

func (p *Site) newPactPage(v *Visit) (*newPactPage, error) {
	view := &newPactPage{Base: p.base(v, "pacts", "Soạn giao ước mới", "Begin a pact")}
	all, err := p.Workflow.Clusters(v.R.Context(), v.Call)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if pact.Permit(v.Call.Actor, pact.ActPactCreate, pact.Subject{Cluster: c.ID, At: p.Workflow.Clock()}) == nil {
			view.Clusters = append(view.Clusters, c)
		}
	}
	if view.Skeletons, err = p.Workflow.Skeletons(v.R.Context(), v.Call); err != nil {
		return nil, err
	}
	return view, nil
}

func (p *Site) askPact(v *Visit) error {
	view, err := p.newPactPage(v)
	if err != nil {
		return err
	}
	if len(view.Skeletons) > 0 {
		view.Template = view.Skeletons[0].ID
	}
	return p.show(v, "pactnew", view)
}

func (p *Site) createPact(v *Visit) error {
	view, err := p.newPactPage(v)
	if err != nil {
		return err
	}
	view.ClusterID, view.Template, view.Subject = v.trimmed("cluster"), v.trimmed("template"), v.Text("subject")
	view.Theme, view.From, view.To = v.Text("theme"), v.trimmed("from"), v.trimmed("to")
	in := workflow.NewPact{Cluster: pact.ClusterID(view.ClusterID)}
	found := false
	for _, s := range view.Skeletons {
		if s.ID == view.Template {
			in.Content, found = inputOf(s.Content), true
		}
	}
	if !found {
		return p.refuse(v, pact.ErrMissing.With("field", view.Say("mẫu", "template")), view.Base, "pactnew", view)
	}
	in.Content.Theme = view.Theme
	if view.Subject != "" {
		in.Content.Subject = view.Subject
	}
	if in.Content.Effective.From, err = v.day("from"); err == nil {
		in.Content.Effective.To, err = v.day("to")
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "pactnew", view)
	}
	x, err := p.Workflow.CreatePact(v.R.Context(), v.Call, in)
	if err != nil {
		return p.refuse(v, err, view.Base, "pactnew", view)
	}
	return v.Done("/pacts/"+string(x.ID)+"/draft", "pact")
}
