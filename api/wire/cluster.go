package wire

import "kyket/pact"

// Cluster is a cluster with its agencies and rules.
type Cluster struct {
	ID          string       `json:"id,omitempty"`
	Code        string       `json:"code"`
	Kind        string       `json:"kind" doc:"cum, khoi or khu_vuc"`
	Name        string       `json:"name"`
	ShortName   string       `json:"short_name,omitempty"`
	Year        int          `json:"year"`
	Decision    Paper        `json:"decision,omitzero"`
	Blocks      []Block      `json:"blocks"`
	Lead        string       `json:"lead"`
	Deputies    []string     `json:"deputies"`
	Secretariat Secretariat  `json:"secretariat,omitzero"`
	Tacit       TacitConsent `json:"tacit,omitzero"`
	RemindDays  []int        `json:"remind_days"`
	Agencies    []Agency     `json:"agencies"`
	Witnesses   []Witness    `json:"witnesses"`
	RowVersion  int64        `json:"row_version,omitempty" readOnly:"true"`
}

// Paper refers to a paper document.
type Paper struct {
	Number  string `json:"number,omitempty"`
	Date    string `json:"date,omitempty" doc:"2026-01-22"`
	Issuer  string `json:"issuer,omitempty"`
	Summary string `json:"summary,omitempty"`
}

// Period is a span of days, both included.
type Period struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Block is a group of agencies with an own measuring period.
type Block struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Period Period `json:"period,omitzero"`
}

// Secretariat is the office that does the work for the lead.
type Secretariat struct {
	Host string `json:"host,omitempty"`
	Unit string `json:"unit,omitempty"`
}

// TacitConsent is the rule that silence counts as consent.
type TacitConsent struct {
	Enabled  bool   `json:"enabled,omitempty"`
	Wording  string `json:"wording,omitempty"`
	AgreedIn string `json:"agreed_in,omitempty"`
}

// Agency is a member with its dated names and heads.
type Agency struct {
	Code   string      `json:"code"`
	Block  string      `json:"block,omitempty"`
	Parent string      `json:"parent,omitempty"`
	Place  string      `json:"place,omitempty"`
	Names  []DatedName `json:"names"`
	Heads  []Head      `json:"heads"`
}

// DatedName is a name from a day on.
type DatedName struct {
	Name       string   `json:"name"`
	From       string   `json:"from,omitempty"`
	MergedWith []string `json:"merged_with,omitempty"`
}

// Head is who signs for an agency from a day on.
type Head struct {
	Name        string          `json:"name"`
	Position    string          `json:"position,omitempty"`
	Formula     string          `json:"formula,omitempty"`
	HeadName    string          `json:"head_name,omitempty"`
	Authority   *AuthorityPaper `json:"authority,omitempty"`
	From        string          `json:"from,omitempty"`
	Certificate CertificateInfo `json:"certificate,omitzero"`
}

// AuthorityPaper is what an authority to sign rests on.
type AuthorityPaper struct {
	Number string `json:"number,omitempty"`
	Date   string `json:"date,omitempty"`
	Scope  string `json:"scope,omitempty"`
}

// CertificateInfo is what a person declares to sign with.
type CertificateInfo struct {
	Issuer string `json:"issuer,omitempty"`
	Device string `json:"device,omitempty"`
}

// Witness may sign in an optional field.
type Witness struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Agency   string `json:"agency,omitempty"`
	Label    string `json:"label,omitempty"`
	Signs    bool   `json:"signs,omitempty"`
}

func paper(p pact.Paper) Paper { return Paper{p.Number, p.Date.String(), p.Issuer, p.Summary} }

func (r *reading) paper(p Paper) pact.Paper {
	return pact.Paper{Number: p.Number, Date: r.date("date", p.Date), Issuer: p.Issuer, Summary: p.Summary}
}

func period(p pact.Period) Period { return Period{p.From.String(), p.To.String()} }

func (r *reading) period(p Period) pact.Period {
	return pact.Period{From: r.date("from", p.From), To: r.date("to", p.To)}
}

// FromCluster shows a cluster.
func FromCluster(c *pact.Cluster) Cluster {
	return Cluster{
		ID: string(c.ID), Code: c.Code, Kind: string(c.Kind), Name: c.Name, ShortName: c.ShortName, Year: c.Year,
		Decision: paper(c.Decision),
		Blocks:   each(c.Blocks, func(b pact.Block) Block { return Block{b.Code, b.Name, period(b.Period)} }),
		Lead:     string(c.Lead), Deputies: texts(c.Deputies),
		Secretariat: Secretariat{string(c.Secretariat.Host), c.Secretariat.Unit},
		Tacit:       TacitConsent(c.Tacit),
		RemindDays:  each(c.RemindDays, func(n int) int { return n }),
		Agencies:    each(c.Agencies, fromAgency),
		Witnesses:   each(c.Witnesses, func(w pact.Witness) Witness { return Witness(w) }),
		RowVersion:  c.RowVersion,
	}
}

func fromAgency(a pact.Agency) Agency {
	return Agency{
		Code: string(a.Code), Block: a.Block, Parent: a.Parent, Place: a.Place,
		Names: each(a.Names, func(n pact.DatedName) DatedName {
			return DatedName{n.Name, n.From.String(), texts(n.MergedWith)}
		}),
		Heads: each(a.Heads, func(h pact.Head) Head {
			return Head{
				Name: h.Name, Position: h.Position, Formula: h.Formula, HeadName: h.HeadName,
				Authority: when(h.Authority, func(p pact.AuthorityPaper) AuthorityPaper {
					return AuthorityPaper{p.Number, p.Date.String(), p.Scope}
				}),
				From: h.From.String(), Certificate: CertificateInfo(h.Certificate),
			}
		}),
	}
}

// Domain reads a cluster; id and row version come from the request.
func (c Cluster) Domain() (pact.Cluster, error) {
	r := &reading{}
	out := pact.Cluster{
		Code: c.Code, Kind: pact.ClusterKind(c.Kind), Name: c.Name, ShortName: c.ShortName, Year: c.Year,
		Lead: pact.AgencyCode(c.Lead), Deputies: codes[pact.AgencyCode](c.Deputies),
		Secretariat: pact.Secretariat{Host: pact.AgencyCode(c.Secretariat.Host), Unit: c.Secretariat.Unit},
		Tacit:       pact.TacitConsent(c.Tacit), RemindDays: c.RemindDays,
		Witnesses: each(c.Witnesses, func(w Witness) pact.Witness { return pact.Witness(w) }),
	}
	r.in("decision", func() { out.Decision = r.paper(c.Decision) })
	for i, b := range c.Blocks {
		r.item("blocks", i, func() {
			out.Blocks = append(out.Blocks, pact.Block{Code: b.Code, Name: b.Name, Period: r.period(b.Period)})
		})
	}
	for i, a := range c.Agencies {
		r.item("agencies", i, func() { out.Agencies = append(out.Agencies, r.agency(a)) })
	}
	return out, r.err()
}

func (r *reading) agency(a Agency) pact.Agency {
	out := pact.Agency{Code: pact.AgencyCode(a.Code), Block: a.Block, Parent: a.Parent, Place: a.Place}
	for i, n := range a.Names {
		r.item("names", i, func() {
			out.Names = append(out.Names, pact.DatedName{Name: n.Name, From: r.date("from", n.From),
				MergedWith: codes[pact.AgencyCode](n.MergedWith)})
		})
	}
	for i, h := range a.Heads {
		r.item("heads", i, func() {
			d := pact.Head{Name: h.Name, Position: h.Position, Formula: h.Formula, HeadName: h.HeadName,
				From: r.date("from", h.From), Certificate: pact.CertificateInfo(h.Certificate)}
			if p := h.Authority; p != nil {
				r.in("authority", func() {
					d.Authority = &pact.AuthorityPaper{Number: p.Number, Date: r.date("date", p.Date), Scope: p.Scope}
				})
			}
			out.Heads = append(out.Heads, d)
		})
	}
	return out
}
