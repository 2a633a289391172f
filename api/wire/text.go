package wire

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// Clause is a clause in its place. When a text is sent only anchor, words, table and, for a clause that was there
// before, id are read; label, kind and tag follow.
type Clause struct {
	ID      string   `json:"id,omitempty"`
	Anchor  string   `json:"anchor"`
	Label   string   `json:"label,omitempty" readOnly:"true"`
	Kind    string   `json:"kind,omitempty" readOnly:"true"`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text,omitempty"`
	Cells   []string `json:"cells,omitempty"`
	Table   *Table   `json:"table,omitempty"`
	Tag     string   `json:"tag,omitempty" readOnly:"true" doc:"Changes with the words; send it as was when editing this clause alone"`
}

// Table says what an annex's table holds.
type Table struct {
	Content string   `json:"content" doc:"dang_ky, chi_tieu or bang"`
	Columns []string `json:"columns"`
}

// Basis is a legal basis.
type Basis struct {
	Text      string `json:"text"`
	ValidFrom string `json:"valid_from,omitempty"`
	ValidTo   string `json:"valid_to,omitempty"`
	Source    string `json:"source,omitempty"`
}

// Target is a figure that a clause promises.
type Target struct {
	ID        string `json:"id"`
	Clause    string `json:"clause,omitempty"`
	Block     string `json:"block,omitempty"`
	Indicator string `json:"indicator,omitempty"`
	Unit      string `json:"unit,omitempty"`
	Op        string `json:"op,omitempty"`
	Value     string `json:"value,omitempty" doc:"A decimal number as text: 84.5"`
	MaxScore  string `json:"max_score,omitempty"`
	Source    string `json:"source,omitempty"`
	Veto      bool   `json:"veto,omitempty"`
	SplitFrom string `json:"split_from,omitempty"`
}

// PlacedTarget is a target whose clause may be named by its place.
type PlacedTarget struct {
	Target Target `json:"target"`
	Anchor string `json:"anchor,omitempty"`
}

// Registration is what an agency registers for.
type Registration struct {
	Agency string `json:"agency"`
	Award  string `json:"award,omitempty"`
	Level  string `json:"level,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Content is a whole text, its clauses as a flat list in the order of the paper.
type Content struct {
	Structure     string         `json:"structure" doc:"dieu_khoan_diem or phan_muc"`
	TypeName      string         `json:"type_name"`
	Subject       string         `json:"subject"`
	Theme         string         `json:"theme,omitempty"`
	Effective     Period         `json:"effective,omitzero"`
	Bases         []Basis        `json:"bases"`
	Clauses       []Clause       `json:"clauses"`
	Targets       []PlacedTarget `json:"targets"`
	Registrations []Registration `json:"registrations"`
	Recipients    []string       `json:"recipients"`
}

// NewPact starts a pact.
type NewPact struct {
	Cluster string  `json:"cluster" required:"true"`
	Content Content `json:"content" required:"true"`
}

// Draft is the text being written.
type Draft struct {
	Pact       string  `json:"pact"`
	Content    Content `json:"content"`
	RowVersion int64   `json:"row_version"`
}

// ClauseEdit replaces the words of one clause.
type ClauseEdit struct {
	Was     string   `json:"was" required:"true" doc:"The clause's tag when it was read"`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text,omitempty"`
	Cells   []string `json:"cells,omitempty"`
}

// Version is an immutable text.
type Version struct {
	Pact      string    `json:"pact"`
	Number    int       `json:"number"`
	Label     string    `json:"label"`
	SHA256    string    `json:"sha256"`
	Cause     string    `json:"cause"`
	CreatedAt time.Time `json:"created_at"`
	Closed    bool      `json:"closed"`
	Content   *Content  `json:"content,omitempty"`
	Clauses   []Clause  `json:"clauses,omitempty"`
}

// FromDraft shows a draft.
func FromDraft(d *pact.Draft) Draft {
	return Draft{Pact: string(d.Pact), Content: FromContent(d.Content), RowVersion: d.RowVersion}
}

// FromVersion shows a version without its text.
func FromVersion(v *pact.Version) Version {
	return Version{Pact: string(v.Pact), Number: v.Number, Label: v.Label, SHA256: v.SHA256.String(), Cause: v.Cause,
		CreatedAt: utc(v.CreatedAt), Closed: v.Closed}
}

// FromVersionWhole shows a version with its text.
func FromVersionWhole(v *pact.Version) Version {
	out := FromVersion(v)
	c := FromContent(v.Content)
	out.Clauses = c.Clauses
	out.Content = &c
	return out
}

// FromContent shows a text.
func FromContent(c pact.Content) Content {
	out := Content{
		Structure: string(c.Structure), TypeName: c.TypeName, Subject: c.Subject, Theme: c.Theme, Effective: period(c.Effective),
		Bases: each(c.Bases, func(b pact.Basis) Basis {
			return Basis{b.Text, b.ValidFrom.String(), b.ValidTo.String(), b.Source}
		}),
		Clauses: []Clause{},
		Targets: each(c.Targets, func(t pact.Target) PlacedTarget {
			return PlacedTarget{Target: fromTarget(t), Anchor: string(c.AnchorOf(t.Clause))}
		}),
		Registrations: each(c.Registrations, func(r pact.Registration) Registration {
			return Registration{string(r.Agency), r.Award, r.Level, r.Note}
		}),
		Recipients: each(c.Recipients, func(s string) string { return s }),
	}
	c.Walk(func(a pact.Anchor, label string, cl *pact.Clause) {
		out.Clauses = append(out.Clauses, Clause{
			ID: string(cl.ID), Anchor: string(a), Label: label, Kind: string(cl.Kind), Heading: cl.Heading, Text: cl.Text,
			Cells: cl.Cells, Tag: cl.Tag(),
			Table: when(cl.Table, func(t pact.Table) Table { return Table{string(t.Content), t.Columns} }),
		})
	})
	return out
}

func fromTarget(t pact.Target) Target {
	return Target{ID: string(t.ID), Clause: string(t.Clause), Block: t.Block, Indicator: t.Indicator, Unit: t.Unit, Op: t.Op,
		Value: string(t.Value), MaxScore: string(t.MaxScore), Source: t.Source, Veto: t.Veto, SplitFrom: string(t.SplitFrom)}
}

func (r *reading) target(t Target) pact.Target {
	return pact.Target{ID: pact.TargetID(t.ID), Clause: pact.ClauseID(t.Clause), Block: t.Block, Indicator: t.Indicator,
		Unit: t.Unit, Op: t.Op, Value: r.decimal("value", t.Value), MaxScore: r.decimal("max_score", t.MaxScore),
		Source: t.Source, Veto: t.Veto, SplitFrom: pact.TargetID(t.SplitFrom)}
}

// Domain reads a text as people write it.
func (c Content) Domain() (workflow.ContentInput, error) {
	r := &reading{at: "content."}
	out := workflow.ContentInput{
		Structure: pact.Structure(c.Structure), TypeName: c.TypeName, Subject: c.Subject, Theme: c.Theme,
		Clauses: each(c.Clauses, func(cl Clause) pact.Placed {
			return pact.Placed{ID: pact.ClauseID(cl.ID), Anchor: pact.Anchor(cl.Anchor), Heading: cl.Heading, Text: cl.Text,
				Cells: cl.Cells, Table: when(cl.Table, func(t Table) pact.Table {
					return pact.Table{Content: pact.TableContent(t.Content), Columns: t.Columns}
				})}
		}),
		Registrations: each(c.Registrations, func(g Registration) pact.Registration {
			return pact.Registration{Agency: pact.AgencyCode(g.Agency), Award: g.Award, Level: g.Level, Note: g.Note}
		}),
		Recipients: c.Recipients,
	}
	r.in("effective", func() { out.Effective = r.period(c.Effective) })
	for i, b := range c.Bases {
		r.item("bases", i, func() {
			out.Bases = append(out.Bases, pact.Basis{Text: b.Text, ValidFrom: r.date("valid_from", b.ValidFrom),
				ValidTo: r.date("valid_to", b.ValidTo), Source: b.Source})
		})
	}
	for i, t := range c.Targets {
		r.item("targets", i, func() {
			out.Targets = append(out.Targets, workflow.TargetInput{Target: r.target(t.Target), Anchor: pact.Anchor(t.Anchor)})
		})
	}
	return out, r.err()
}

// Domain reads an edit of one clause.
func (e ClauseEdit) Domain(id string) workflow.ClauseEdit {
	return workflow.ClauseEdit{Clause: pact.ClauseID(id), Was: e.Was, Heading: e.Heading, Text: e.Text, Cells: e.Cells}
}
