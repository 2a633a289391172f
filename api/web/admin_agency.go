package web

import (
	"slices"
	"strconv"

	"kyket/pact"
)

// agencyPage is an agency with its dated names and heads.
type agencyPage struct {
	*Base
	Cluster              *pact.Cluster
	Code                 pact.AgencyCode
	Kept                 *pact.Agency // as it is kept
	Block, Parent, Place string
	Names                []nameInput
	Heads                []headInput
	Version              int64
	Stale                bool
}

// nameInput and headInput are rows as they are typed.
type (
	nameInput struct{ Name, From, With string }
	headInput struct {
		Name, Position, Formula, HeadName, From string
		Number, Date, Scope, Issuer, Device     string
	}
)

// devices are what a head may sign with, as the cluster's data calls them.
var devices = [][3]string{{"", "khóa trên máy chủ (dùng thử)", "key on the server (trial)"}, {"usb_token", "USB token", "USB token"}, {"sim_pki", "SIM PKI", "SIM PKI"},
	{"ky_so_tu_xa", "ký số từ xa", "remote signing"}, {"hsm", "HSM", "HSM"}, {"tep_p12", "tệp .p12", ".p12 file"},
	{"cong_cu_vgca", "công cụ VGCA", "VGCA tool"}, {"tu_ky_tai_len", "tự ký rồi tải lên", "signed elsewhere, uploaded"}}

// Devices lists them with their names.
func (a *agencyPage) Devices() [][2]string {
	var out [][2]string
	for _, d := range devices {
		out = append(out, [2]string{d[0], a.Say(d[1], d[2])})
	}
	return out
}

func (p *Site) agencyPage(v *Visit) (*agencyPage, error) {
	c, err := p.edited(v)
	if err != nil {
		return nil, err
	}
	a := c.Agency(pact.AgencyCode(v.Param("agency")))
	if a == nil {
		return nil, pact.ErrNotFound.With("what", "đơn vị / agency")
	}
	name := c.NameOn(a.Code, pact.DateIn(p.Workflow.Clock()))
	view := &agencyPage{Base: p.base(v, "admin", name, name), Cluster: c, Code: a.Code, Kept: a, Block: a.Block, Parent: a.Parent, Place: a.Place, Version: c.RowVersion}
	for _, n := range a.Names {
		view.Names = append(view.Names, nameInput{n.Name, n.From.String(), join(n.MergedWith)})
	}
	for _, h := range a.Heads {
		r := headInput{Name: h.Name, Position: h.Position, Formula: h.Formula, HeadName: h.HeadName, From: h.From.String(),
			Issuer: h.Certificate.Issuer, Device: h.Certificate.Device}
		if h.Authority != nil {
			r.Number, r.Date, r.Scope = h.Authority.Number, h.Authority.Date.String(), h.Authority.Scope
		}
		view.Heads = append(view.Heads, r)
	}
	view.spare()
	return view, nil
}

// spare adds an empty row to each list.
func (a *agencyPage) spare() {
	a.Names, a.Heads = append(a.Names, nameInput{}), append(a.Heads, headInput{})
}

func (p *Site) agency(v *Visit) error {
	view, err := p.agencyPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "agency", view)
}

func (p *Site) saveAgency(v *Visit) error {
	view, err := p.agencyPage(v)
	if err != nil {
		return err
	}
	view.Block, view.Parent, view.Place = v.trimmed("block"), v.trimmed("parent"), v.trimmed("place")
	view.Names, view.Heads = nil, nil
	v.rows("n", "name", func(get func(string) string) {
		if x := (nameInput{get("name"), get("from"), get("with")}); x != (nameInput{}) {
			view.Names = append(view.Names, x)
		}
	})
	v.rows("h", "name", func(get func(string) string) {
		x := headInput{get("name"), get("position"), get("formula"), get("head_name"), get("from"), get("number"), get("date"), get("scope"), get("issuer"), get("device")}
		if x != (headInput{Device: x.Device}) {
			view.Heads = append(view.Heads, x)
		}
	})
	n, err := view.agency()
	c := *view.Cluster
	c.Agencies = slices.Clone(c.Agencies)
	c.Agencies[slices.IndexFunc(c.Agencies, func(a pact.Agency) bool { return a.Code == view.Code })] = n
	c.RowVersion, _ = strconv.ParseInt(v.Form.Get("version"), 10, 64)
	view.spare()
	if err == nil {
		_, err = p.Workflow.SaveCluster(v.R.Context(), v.Call, c)
	}
	if err != nil {
		view.Stale = refusal(err).Code == pact.ErrStale.Code
		return p.refuse(v, err, view.Base, "agency", view)
	}
	return v.Done("/admin/clusters/"+string(c.ID)+"/agencies/"+string(view.Code), "saved")
}

// agency is what was typed; the first date that is none is the error.
func (a *agencyPage) agency() (pact.Agency, error) {
	n := pact.Agency{Code: a.Code, Block: a.Block, Parent: a.Parent, Place: a.Place}
	var wrong error
	date := func(s string) pact.Date {
		d, err := pact.ParseDate(s)
		if err != nil {
			wrong = pact.ErrField.With("field", "date").With("value", s)
		}
		return d
	}
	for _, x := range a.Names {
		n.Names = append(n.Names, pact.DatedName{Name: x.Name, From: date(x.From), MergedWith: codes(x.With)})
	}
	for _, x := range a.Heads {
		h := pact.Head{Name: x.Name, Position: x.Position, Formula: x.Formula, HeadName: x.HeadName, From: date(x.From),
			Certificate: pact.CertificateInfo{Issuer: x.Issuer, Device: x.Device}}
		if x.Number != "" || x.Date != "" || x.Scope != "" {
			h.Authority = &pact.AuthorityPaper{Number: x.Number, Date: date(x.Date), Scope: x.Scope}
		}
		n.Heads = append(n.Heads, h)
	}
	return n, wrong
}
