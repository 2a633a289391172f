package web

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// signingPage is the screen of the hall: every seat, who signs now, and how the signing ends.
type signingPage struct {
	*Base
	Pact     *pact.Pact
	Cluster  *pact.Cluster
	Hall     *workflow.Hall
	Seats    []seat
	Signed   int
	Target   pact.Level
	Holder   string
	MayClose bool
	WhyClose *pact.Error // why the signing cannot be closed
	Closer   string      // agency that closes
	By       pact.AgencyCode
	Reason   string
	Mine     []pact.AgencyCode // agencies that the person signs for
}

func (p *Site) signing(v *Visit) error {
	view, err := p.signingPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "signing", view)
}

func (p *Site) signingPage(v *Visit) (*signingPage, error) {
	ctx, id := v.R.Context(), v.Pact()
	x, err := p.Workflow.Pact(ctx, v.Call, id)
	if err != nil {
		return nil, err
	}
	view := &signingPage{Base: p.base(v, "pacts", "Ký: "+x.Subject, "Signing: "+x.Subject), Pact: x, Target: p.Workflow.TargetLevel()}
	view.Modules = []string{"live.js"}
	if view.Cluster, err = p.Workflow.Cluster(ctx, v.Call, x.Cluster); err != nil {
		return nil, err
	}
	if view.Hall, err = p.Workflow.Hall(ctx, v.Call, id); err != nil {
		return nil, err
	}
	if x.Issue != nil {
		view.Seats = p.seats(view.Base, x, view.Cluster, view.Hall, "")
	}
	for _, s := range view.Seats {
		if s.State == "done" {
			view.Signed++
		}
		if s.State == "now" {
			view.Holder = s.Name
		}
	}
	view.By = view.Cluster.Lead
	if x.Signing != nil && x.Signing.Close != nil {
		view.Closer = view.Cluster.NameOn(x.Signing.Close.By, x.Issue.Date)
	}
	if view.MayClose, view.WhyClose, err = p.may(v, x, pact.ActSigningClose); err != nil {
		return nil, err
	}
	now := p.Workflow.Clock()
	for _, g := range v.Person.Grants {
		s := pact.Subject{Cluster: x.Cluster, Agency: g.Agency, At: now}
		if g.Agency != "" && x.State == pact.Signing && pact.Permit(v.Call.Actor, pact.ActSign, s) == nil {
			view.Mine = append(view.Mine, g.Agency)
		}
	}
	return view, nil
}

// may says whether the person can do an act on a pact now, and else why not.
func (p *Site) may(v *Visit, x *pact.Pact, act pact.Act) (bool, *pact.Error, error) {
	list, err := p.Workflow.Actions(v.R.Context(), v.Call, x.ID, "")
	if err != nil {
		return false, nil, err
	}
	for _, a := range list {
		if a.Act == act {
			return a.Allowed, a.Why, nil
		}
	}
	return false, pact.ErrForbidden, nil
}

// closeSigning ends a signing that not all have signed, with a reason.
func (p *Site) closeSigning(v *Visit) error {
	by, reason := pact.AgencyCode(v.Form.Get("by")), v.Text("reason")
	_, err := p.Workflow.CloseSigning(v.R.Context(), v.Call, v.Pact(), by, reason)
	if err == nil {
		return v.Done("/pacts/"+string(v.Pact())+"/signing", "closed")
	}
	view, again := p.signingPage(v)
	if again != nil {
		return err
	}
	view.By, view.Reason = by, reason
	return p.refuse(v, err, view.Base, "signing", view)
}

// clock is the time of day of a lease.
func (b *Base) clock(t time.Time) string { return t.In(pact.ICT).Format("15:04:05") }

// Provider says what held the key.
func (b *Base) Provider(g *pact.Signature) string {
	s := g.Provider
	switch g.Provider {
	case "pkcs12":
		s = b.Say("tệp khóa PKCS#12", "PKCS#12 key file")
	case "trial_key":
		s = b.Say("khóa thử nghiệm của hệ thống", "trial key of this system")
	case "in_process":
		s = b.Say("khóa trong tiến trình", "key in the process")
	case "service":
		s = b.Say("khóa của hệ thống", "key of this service")
	}
	if g.Simulated && g.Provider != "trial_key" {
		s += b.Say(" (mô phỏng)", " (simulated)")
	}
	return s
}

// warning is what a policy warning on a signature says.
func (b *Base) warning(code string) string {
	if code == "public_ca" {
		return b.Say("chứng thư công cộng, không phải chứng thư chuyên dùng công vụ", "public certificate, not one of the public service")
	}
	return b.Say("chưa kiểm tra được thu hồi khi ký; hệ thống kiểm tra lại khi niêm phong", "revocation unknown at signing; checked again at the seal")
}
