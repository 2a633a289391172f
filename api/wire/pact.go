package wire

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// Pact is where a pact stands.
type Pact struct {
	ID           string         `json:"id"`
	Cluster      string         `json:"cluster"`
	Code         string         `json:"code"`
	Subject      string         `json:"subject"`
	State        string         `json:"state"`
	Text         int            `json:"text" doc:"Number of the newest version; 0: none"`
	Rounds       int            `json:"rounds"`
	Laid         int            `json:"laid,omitempty" doc:"The version laid before the conference"`
	Comments     int            `json:"comments"`
	Adoption     *Adoption      `json:"adoption,omitempty"`
	Issue        *Issue         `json:"issue,omitempty"`
	Signing      *SigningPhase  `json:"signing,omitempty"`
	Archive      *ArchiveRecord `json:"archive,omitempty"`
	WithdrawnWhy string         `json:"withdrawn_why,omitempty"`
	CreatedAt    time.Time      `json:"created_at"`
	RowVersion   int64          `json:"row_version"`
}

// Adopt is what the conference decided.
type Adopt struct {
	Conference    Conference `json:"conference" required:"true"`
	Quorum        Quorum     `json:"quorum" required:"true"`
	Vote          Vote       `json:"vote" required:"true"`
	Registrations *Vote      `json:"registrations,omitempty"`
	Minutes       Minutes    `json:"minutes,omitzero"`
}

// Adoption is a recorded decision of the conference.
type Adoption struct {
	Conference    Conference `json:"conference"`
	Version       int        `json:"version"`
	Quorum        Quorum     `json:"quorum"`
	Vote          Vote       `json:"vote"`
	Registrations *Vote      `json:"registrations,omitempty"`
	Minutes       Minutes    `json:"minutes,omitzero"`
	At            time.Time  `json:"at"`
}

// Conference is the meeting.
type Conference struct {
	Name       string `json:"name,omitempty"`
	Date       string `json:"date,omitempty"`
	Time       string `json:"time,omitempty"`
	Place      string `json:"place,omitempty"`
	Mode       string `json:"mode,omitempty"`
	Points     int    `json:"points,omitempty"`
	Invitation Paper  `json:"invitation,omitzero"`
}

// Quorum counts who must be and who was there.
type Quorum struct {
	Required int `json:"required"`
	Present  int `json:"present"`
	Online   int `json:"online,omitempty"`
}

// Vote is a vote with the reservations put on record.
type Vote struct {
	Method   string    `json:"method,omitempty"`
	Agree    int       `json:"agree"`
	Disagree int       `json:"disagree,omitempty"`
	Abstain  int       `json:"abstain,omitempty"`
	Dissent  []Dissent `json:"dissent,omitempty"`
}

// Dissent is a reservation.
type Dissent struct {
	Agency string `json:"agency"`
	Clause string `json:"clause,omitempty"`
	Text   string `json:"text"`
}

// Minutes are the conference's minutes.
type Minutes struct {
	Number    string `json:"number,omitempty"`
	Secretary string `json:"secretary,omitempty"`
	Chair     string `json:"chair,omitempty"`
}

// Freeze is what is fixed with the paper.
type Freeze struct {
	NumberPolicy  string   `json:"number_policy,omitempty"`
	Number        string   `json:"number,omitempty"`
	Symbol        string   `json:"symbol,omitempty"`
	NumberDisplay string   `json:"number_display,omitempty"`
	Place         string   `json:"place,omitempty"`
	Date          string   `json:"date,omitempty"`
	DateDisplay   string   `json:"date_display,omitempty"`
	Policy        string   `json:"policy,omitempty" doc:"reserved or open"`
	Stamp         string   `json:"stamp,omitempty" doc:"may_follow or within_lease"`
	LevelMin      string   `json:"level_min,omitempty"`
	OrgSeal       string   `json:"org_seal,omitempty"`
	Order         []string `json:"order,omitempty"`
	Deadline      string   `json:"deadline,omitempty"`
}

// Issue is what was fixed with the paper.
type Issue struct {
	Freeze
	Version  int       `json:"version"`
	Base     string    `json:"base" doc:"SHA-256 of the frozen paper"`
	BaseSize int64     `json:"base_size"`
	Manifest string    `json:"manifest,omitempty"`
	Ledger   string    `json:"ledger,omitempty"`
	Fields   []Field   `json:"fields"`
	Pages    int       `json:"pages"`
	FrozenAt time.Time `json:"frozen_at"`
}

// Field is a reserved signature field.
type Field struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Agency string `json:"agency,omitempty"`
	Title  string `json:"title,omitempty"`
}

// FrozenPaper answers a freeze.
type FrozenPaper struct {
	Base     string    `json:"base"`
	Pages    int       `json:"pages"`
	Fields   []Field   `json:"fields"`
	Warnings []Finding `json:"warnings"`
	Pact     Pact      `json:"pact"`
}

// ArchiveInput describes the record.
type ArchiveInput struct {
	Dossier   string    `json:"dossier" required:"true"`
	Title     string    `json:"title" required:"true"`
	Opened    string    `json:"opened,omitempty"`
	Closed    string    `json:"closed,omitempty"`
	Retention Retention `json:"retention" required:"true"`
}

// ArchiveRecord is the record in the archive.
type ArchiveRecord struct {
	ArchiveInput
	At time.Time `json:"at"`
}

// Retention is how long a record is kept.
type Retention struct {
	Permanent bool   `json:"permanent,omitempty"`
	Years     int    `json:"years,omitempty"`
	Basis     string `json:"basis,omitempty"`
}

// Action is what somebody can do now, or why not.
type Action struct {
	Act     string   `json:"act"`
	Allowed bool     `json:"allowed"`
	Why     *Finding `json:"why,omitempty"`
}

// FromPact shows a pact.
func FromPact(p *pact.Pact) Pact {
	return Pact{
		ID: string(p.ID), Cluster: string(p.Cluster), Code: p.Code, Subject: p.Subject, State: string(p.State), Text: p.Text,
		Rounds: p.Rounds, Laid: p.Laid, Comments: p.Comments, Adoption: when(p.Adoption, fromAdoption),
		Issue: when(p.Issue, fromIssue), Signing: when(p.Signing, fromSigning), Archive: when(p.Archive, fromArchive),
		WithdrawnWhy: p.WithdrawnWhy, CreatedAt: utc(p.CreatedAt), RowVersion: p.RowVersion,
	}
}

func fromAdoption(a pact.Adoption) Adoption {
	c := a.Conference
	return Adoption{
		Conference: Conference{c.Name, c.Date.String(), c.Time, c.Place, c.Mode, c.Points, paper(c.Invitation)},
		Version:    a.Version, Quorum: Quorum(a.Quorum), Vote: fromVote(a.Vote), Registrations: when(a.Registrations, fromVote),
		Minutes: Minutes{a.Minutes.Number, a.Minutes.Secretary, string(a.Minutes.Chair)}, At: utc(a.At),
	}
}

func fromVote(v pact.Vote) Vote {
	return Vote{v.Method, v.Agree, v.Disagree, v.Abstain, each(v.Dissent, func(d pact.Dissent) Dissent {
		return Dissent{string(d.Agency), string(d.Clause), d.Text}
	})}
}

func (v Vote) domain() pact.Vote {
	return pact.Vote{Method: v.Method, Agree: v.Agree, Disagree: v.Disagree, Abstain: v.Abstain,
		Dissent: each(v.Dissent, func(d Dissent) pact.Dissent {
			return pact.Dissent{Agency: pact.AgencyCode(d.Agency), Clause: pact.ClauseID(d.Clause), Text: d.Text}
		})}
}

// Domain reads an adoption.
func (a Adopt) Domain() (workflow.AdoptInput, error) {
	r, c := &reading{}, a.Conference
	out := workflow.AdoptInput{
		Conference: pact.Conference{Name: c.Name, Time: c.Time, Place: c.Place, Mode: c.Mode, Points: c.Points},
		Quorum:     pact.Quorum(a.Quorum), Vote: a.Vote.domain(), Registrations: when(a.Registrations, Vote.domain),
		Minutes: pact.Minutes{Number: a.Minutes.Number, Secretary: a.Minutes.Secretary, Chair: pact.AgencyCode(a.Minutes.Chair)},
	}
	r.in("conference", func() {
		out.Conference.Date = r.date("date", c.Date)
		r.in("invitation", func() { out.Conference.Invitation = r.paper(c.Invitation) })
	})
	return out, r.err()
}

func fromIssue(i pact.Issue) Issue {
	return Issue{
		Freeze: Freeze{
			NumberPolicy: string(i.NumberPolicy), Number: i.Number, Symbol: i.Symbol, NumberDisplay: i.NumberDisplay,
			Place: i.Place, Date: i.Date.String(), DateDisplay: i.DateDisplay, Policy: string(i.Policy), Stamp: string(i.Stamp),
			LevelMin: string(i.LevelMin), OrgSeal: string(i.OrgSeal), Order: texts(i.Order), Deadline: i.Deadline.String(),
		},
		Version: i.Version, Base: i.Base.String(), BaseSize: i.BaseSize, Manifest: i.Manifest.String(),
		Ledger: i.Ledger.String(), Fields: each(i.Fields, fromField), Pages: i.Pages, FrozenAt: utc(i.FrozenAt),
	}
}

func fromField(f pact.Field) Field { return Field{f.Name, string(f.Kind), string(f.Agency), f.Title} }

// FromFrozen answers a freeze.
func FromFrozen(f *workflow.FrozenPaper) FrozenPaper {
	out := FrozenPaper{Pact: FromPact(f.Pact), Warnings: each(f.Warnings, FromDetail), Fields: []Field{}}
	if i := out.Pact.Issue; i != nil {
		out.Base, out.Pages, out.Fields = i.Base, i.Pages, i.Fields
	}
	return out
}

// Domain reads what is to be fixed.
func (f Freeze) Domain() (workflow.FreezeInput, error) {
	r := &reading{}
	out := workflow.FreezeInput{
		NumberPolicy: pact.NumberPolicy(f.NumberPolicy), Number: f.Number, Symbol: f.Symbol, NumberDisplay: f.NumberDisplay,
		Place: f.Place, Date: r.date("date", f.Date), DateDisplay: f.DateDisplay, Policy: pact.SigningPolicy(f.Policy),
		Stamp: pact.StampPolicy(f.Stamp), LevelMin: pact.Level(f.LevelMin), OrgSeal: pact.OrgSeal(f.OrgSeal),
		Order: codes[pact.AgencyCode](f.Order), Deadline: r.date("deadline", f.Deadline),
	}
	return out, r.err()
}

func fromArchive(a pact.ArchiveRecord) ArchiveRecord {
	return ArchiveRecord{ArchiveInput{a.Dossier, a.Title, a.Opened.String(), a.Closed.String(), Retention(a.Retention)}, utc(a.At)}
}

// Domain reads a record's description.
func (a ArchiveInput) Domain() (workflow.ArchiveInput, error) {
	r := &reading{}
	out := workflow.ArchiveInput{Dossier: a.Dossier, Title: a.Title, Opened: r.date("opened", a.Opened),
		Closed: r.date("closed", a.Closed), Retention: pact.Retention(a.Retention)}
	return out, r.err()
}

// FromPermission shows what somebody can do.
func FromPermission(p pact.Permission) Action {
	return Action{Act: string(p.Act), Allowed: p.Allowed, Why: when(p.Why, func(e pact.Error) Finding {
		return Finding{Code: e.Code, Vi: e.Text("vi"), En: e.Text("en")}
	})}
}
