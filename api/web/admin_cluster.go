package web

import (
	"slices"
	"strconv"
	"strings"

	"kyket/pact"
)

// foundPage founds a cluster from lines: first a preview, then the cluster.
type foundPage struct {
	*Base
	First                          bool // right after the set-up
	Code, Name, ShortName, Kind    string
	Year, Lead, Deputies, Unit     string
	Decision, DecisionDate, Issuer string
	Text                           string
	Lines                          []agencyLine
	Ready                          bool
}

func (p *Site) foundPage(v *Visit) (*foundPage, error) {
	if err := pact.Permit(v.Call.Actor, pact.ActClusterCreate, pact.Subject{At: p.Workflow.Clock()}); err != nil {
		return nil, err
	}
	view := &foundPage{Base: p.base(v, "admin", "Lập cụm thi đua", "Found a cluster"), Kind: string(pact.Cum),
		Year: strconv.Itoa(pact.DateIn(p.Workflow.Clock()).Year)}
	view.First = v.R.URL.Query().Get("first") != ""
	return view, nil
}

func (p *Site) askCluster(v *Visit) error {
	view, err := p.foundPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "found", view)
}

func (p *Site) foundCluster(v *Visit) error {
	view, err := p.foundPage(v)
	if err != nil {
		return err
	}
	for name, to := range map[string]*string{"code": &view.Code, "name": &view.Name, "short_name": &view.ShortName, "kind": &view.Kind, "year": &view.Year,
		"lead": &view.Lead, "deputies": &view.Deputies, "unit": &view.Unit, "decision": &view.Decision, "decision_date": &view.DecisionDate, "issuer": &view.Issuer} {
		*to = v.trimmed(name)
	}
	view.First, view.Text = v.Form.Get("first") != "", v.Text("agencies")
	ok := false
	view.Lines, ok = agencyLines(view.Base, view.Text)
	c, err := view.cluster(v)
	if err == nil {
		err = c.Check()
	}
	view.Ready = ok && err == nil
	if !ok {
		return p.show(v, "found", view) // each line says what is wrong with it
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "found", view)
	}
	if v.Form.Get("step") != "save" {
		return p.show(v, "found", view)
	}
	made, err := p.Workflow.CreateCluster(v.R.Context(), v.Call, c)
	if err != nil {
		return p.refuse(v, err, view.Base, "found", view)
	}
	return v.Done("/admin/people?propose=1&cluster="+string(made.ID), "cluster")
}

// cluster is what was typed. A block is what the lines name; its period is the year.
func (f *foundPage) cluster(v *Visit) (pact.Cluster, error) {
	c := pact.Cluster{Code: f.Code, Kind: pact.ClusterKind(f.Kind), Name: f.Name, ShortName: f.ShortName, Lead: pact.AgencyCode(f.Lead),
		Decision: pact.Paper{Number: f.Decision, Issuer: f.Issuer}, Deputies: codes(f.Deputies)}
	var err error
	if c.Year, err = strconv.Atoi(f.Year); err != nil {
		return c, pact.ErrField.With("field", "year").With("value", f.Year)
	}
	if c.Decision.Date, err = v.day("decision_date"); err != nil {
		return c, err
	}
	if f.Unit != "" {
		c.Secretariat = pact.Secretariat{Host: c.Lead, Unit: f.Unit}
	}
	year := pact.Period{From: pact.Date{Year: c.Year, Month: 1, Day: 1}, To: pact.Date{Year: c.Year, Month: 12, Day: 31}}
	for _, l := range f.Lines {
		if !slices.ContainsFunc(c.Blocks, func(b pact.Block) bool { return b.Code == l.Block }) && l.Block != "" {
			c.Blocks = append(c.Blocks, pact.Block{Code: l.Block, Name: l.Block, Period: year})
		}
		c.Agencies = append(c.Agencies, l.agency())
	}
	return c, nil
}

// codes reads codes that are set apart by commas or blanks.
func codes(s string) (out []pact.AgencyCode) {
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",; \t\n", r) }) {
		out = append(out, pact.AgencyCode(f))
	}
	return out
}

func join(list []pact.AgencyCode) string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = string(c)
	}
	return strings.Join(out, ", ")
}

// clusterPage is a cluster that exists: its rules, and the way to each agency.
type clusterPage struct {
	*Base
	Cluster                             *pact.Cluster // as it is kept
	Name, ShortName, Lead, Deputies     string
	Host, Unit                          string
	Decision, DecisionDate, Issuer, Sum string
	Tacit                               bool
	Wording, AgreedIn, RemindDays       string
	Text                                string // agencies to be added
	Lines                               []agencyLine
	Version                             int64
	Stale                               bool
	Today                               pact.Date
}

// edited reads a cluster that the visitor may edit; others learn nothing of it, or who may.
func (p *Site) edited(v *Visit) (*pact.Cluster, error) {
	c, err := p.Workflow.Cluster(v.R.Context(), v.Call, pact.ClusterID(v.Param("id")))
	if err != nil {
		return nil, err
	}
	return c, pact.Permit(v.Call.Actor, pact.ActClusterEdit, pact.Subject{Cluster: c.ID, At: p.Workflow.Clock()})
}

func (p *Site) clusterPage(v *Visit) (*clusterPage, error) {
	c, err := p.edited(v)
	if err != nil {
		return nil, err
	}
	view := &clusterPage{Base: p.base(v, "admin", clusterName(c), clusterName(c)), Cluster: c, Name: c.Name, ShortName: c.ShortName,
		Lead: string(c.Lead), Deputies: join(c.Deputies), Host: string(c.Secretariat.Host), Unit: c.Secretariat.Unit,
		Decision: c.Decision.Number, DecisionDate: c.Decision.Date.String(), Issuer: c.Decision.Issuer, Sum: c.Decision.Summary,
		Tacit: c.Tacit.Enabled, Wording: c.Tacit.Wording, AgreedIn: c.Tacit.AgreedIn, Version: c.RowVersion, Today: pact.DateIn(p.Workflow.Clock())}
	var days []string
	for _, d := range c.RemindDays {
		days = append(days, strconv.Itoa(d))
	}
	view.RemindDays = strings.Join(days, ", ")
	return view, nil
}

func (p *Site) cluster(v *Visit) error {
	view, err := p.clusterPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "cluster", view)
}

func (p *Site) saveCluster(v *Visit) error {
	view, err := p.clusterPage(v)
	if err != nil {
		return err
	}
	for name, to := range map[string]*string{"name": &view.Name, "short_name": &view.ShortName, "lead": &view.Lead, "deputies": &view.Deputies,
		"host": &view.Host, "unit": &view.Unit, "decision": &view.Decision, "decision_date": &view.DecisionDate, "issuer": &view.Issuer,
		"summary": &view.Sum, "wording": &view.Wording, "agreed_in": &view.AgreedIn, "remind_days": &view.RemindDays} {
		*to = v.trimmed(name)
	}
	view.Tacit, view.Text = v.Form.Get("tacit") != "", v.Text("agencies")
	c := *view.Cluster
	c.RowVersion, _ = strconv.ParseInt(v.Form.Get("version"), 10, 64)
	err = view.into(v, &c)
	if err == nil {
		_, err = p.Workflow.SaveCluster(v.R.Context(), v.Call, c)
	}
	if err != nil {
		view.Stale = refusal(err).Code == pact.ErrStale.Code
		return p.refuse(v, err, view.Base, "cluster", view)
	}
	return v.Done("/admin/clusters/"+string(c.ID), "saved")
}

// into puts what was typed into a cluster.
func (f *clusterPage) into(v *Visit, c *pact.Cluster) (err error) {
	c.Name, c.ShortName, c.Lead, c.Deputies = f.Name, f.ShortName, pact.AgencyCode(f.Lead), codes(f.Deputies)
	c.Secretariat = pact.Secretariat{Host: pact.AgencyCode(f.Host), Unit: f.Unit}
	c.Decision = pact.Paper{Number: f.Decision, Issuer: f.Issuer, Summary: f.Sum}
	if c.Decision.Date, err = v.day("decision_date"); err != nil {
		return err
	}
	c.Tacit = pact.TacitConsent{Enabled: f.Tacit, Wording: f.Wording, AgreedIn: f.AgreedIn}
	c.RemindDays = nil
	for _, s := range codes(f.RemindDays) {
		n, err := strconv.Atoi(string(s))
		if err != nil || n < 0 || n > 365 {
			return pact.ErrField.With("field", "remind_days").With("value", string(s))
		}
		c.RemindDays = append(c.RemindDays, n)
	}
	if strings.TrimSpace(f.Text) == "" {
		return nil
	}
	lines, ok := agencyLines(f.Base, f.Text)
	f.Lines = lines
	if !ok {
		return pact.ErrField.With("field", f.Say("đơn vị thêm mới; xem từng dòng", "agencies to add; see each line")).With("value", "…")
	}
	c.Agencies = slices.Clone(c.Agencies)
	for _, l := range lines {
		c.Agencies = append(c.Agencies, l.agency())
	}
	return nil
}
