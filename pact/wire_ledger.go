package pact

import (
	"slices"
)

// Consultation is everything that was said about a pact's text, for the ledger. Resolutions may be of any round.
type Consultation struct {
	Cluster     *Cluster
	Versions    []Version
	Rounds      []Round
	Replies     []Reply
	Hall        []Comment // made at the conference
	HallVersion int       // the version that they are read in
	Resolutions []Resolution
	Adoption    *Adoption // nil while the text is not adopted
}

type wireLedger struct {
	header
	Cluster  wireCluster       `json:"cluster"`
	Tacit    *wireTacit        `json:"tacit,omitempty"`
	Versions []wireVersionName `json:"versions,omitempty"`
	Rounds   []wireRound       `json:"rounds,omitempty"`
	Hall     *wireHall         `json:"hall,omitempty"`
	Adoption *wireAdoption     `json:"adoption,omitempty"`
}

type wireTacit struct {
	Wording  string `json:"wording,omitempty"`
	AgreedIn string `json:"agreed_in,omitempty"`
}

type wireVersionName struct {
	Number int    `json:"number"`
	Label  string `json:"label,omitempty"`
	Cause  string `json:"cause,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

type wireRound struct {
	Round         int            `json:"round"`
	Version       int            `json:"version"`
	VersionSHA256 string         `json:"version_sha256,omitempty"`
	Request       wireRequest    `json:"request"`
	OpenedAt      string         `json:"opened_at,omitempty"`
	DueAt         string         `json:"due_at,omitempty"`
	ExtendedTo    string         `json:"extended_to,omitempty"`
	ClosedAt      string         `json:"closed_at,omitempty"`
	Channels      []string       `json:"channels,omitempty"`
	Reminders     []wireReminder `json:"reminders,omitempty"`
	Replies       []wireReply    `json:"replies,omitempty"`
	Comments      []wireComment  `json:"comments,omitempty"`
}

type wireRequest struct {
	Number     string     `json:"number,omitempty"`
	Date       string     `json:"date,omitempty"`
	Signer     AgencyCode `json:"signer,omitempty"`
	SignerName string     `json:"signer_name,omitempty"`
}

type wireReminder struct {
	Agency     AgencyCode `json:"agency"`
	OccurredAt string     `json:"occurred_at,omitempty"`
	Phone      bool       `json:"phone,omitempty"`
}

type wireReply struct {
	Agency     AgencyCode `json:"agency,omitempty"`
	AgencyName string     `json:"agency_name,omitempty"`
	Stance     Stance     `json:"stance"`
	wireSaid
	SetAside *wireAside `json:"set_aside,omitempty"`
}

type wireSaid struct {
	Number     string `json:"number,omitempty"`
	Note       string `json:"note,omitempty"`
	OccurredAt string `json:"occurred_at,omitempty"`
	Late       bool   `json:"late,omitempty"`
	Recorded   bool   `json:"recorded,omitempty"`
	Scan       string `json:"scan_sha256,omitempty"`
}

type wireAside struct {
	Stance Stance `json:"stance"`
	wireSaid
}

type wireHall struct {
	Version       int           `json:"version"`
	VersionSHA256 string        `json:"version_sha256,omitempty"`
	Comments      []wireComment `json:"comments,omitempty"`
}

type wireComment struct {
	Number     int            `json:"number"`
	Agency     AgencyCode     `json:"agency,omitempty"`
	AgencyName string         `json:"agency_name,omitempty"`
	OccurredAt string         `json:"occurred_at,omitempty"`
	Clause     ClauseID       `json:"clause,omitempty"`
	Anchor     Anchor         `json:"anchor,omitempty"`
	Quote      string         `json:"quote,omitempty"`
	Kind       CommentKind    `json:"kind,omitempty"`
	Text       string         `json:"text,omitempty"`
	Proposal   string         `json:"proposal,omitempty"`
	Resolution wireResolution `json:"resolution"`
}

type wireResolution struct {
	Disposition  Disposition        `json:"disposition"`
	Reason       string             `json:"reason,omitempty"`
	Order        int                `json:"order,omitempty"`
	NewText      *string            `json:"new_text,omitempty"`
	Operations   []wireOperation    `json:"operations,omitempty"`
	Targets      []wireTargetChange `json:"targets,omitempty"`
	NoTextChange string             `json:"no_text_change,omitempty"`
	Dissent      bool               `json:"dissent,omitempty"`
	Conflicts    []int              `json:"conflicts,omitempty"`
}

type wireOperation struct {
	Op      OpKind   `json:"op"`
	Clause  ClauseID `json:"clause,omitempty"`
	To      Anchor   `json:"to,omitempty"`
	Heading string   `json:"heading,omitempty"`
	Text    string   `json:"text,omitempty"`
	Cells   []string `json:"cells,omitempty"`
}

type wireTargetChange struct {
	Target TargetID    `json:"target"`
	Drop   bool        `json:"drop,omitempty"`
	Set    *wireTarget `json:"set,omitempty"`
	At     Anchor      `json:"at,omitempty"`
}

// Ledger are the canonical bytes of the comment ledger (docs/formats.md): the closed rounds, the hall, and the adoption.
// Every comment must have exactly one answer.
func Ledger(c Consultation) ([]byte, error) {
	l := ledgerMaker{Consultation: c, numbers: map[CommentID]int{}}
	w := wireLedger{header: header{formatLedger, 1}, Cluster: wireCluster{Code: c.Cluster.Code, Name: c.Cluster.Name, Year: c.Cluster.Year}}
	if t := c.Cluster.Tacit; t.Enabled {
		w.Tacit = &wireTacit{t.Wording, t.AgreedIn}
	}
	versions := slices.Clone(c.Versions)
	slices.SortFunc(versions, func(a, b Version) int { return a.Number - b.Number })
	for _, v := range versions {
		w.Versions = append(w.Versions, wireVersionName{v.Number, v.Label, v.Cause, v.SHA256.String()})
	}
	for _, y := range c.Replies {
		for _, m := range y.Comments {
			l.numbers[m.ID] = m.Number
		}
	}
	for _, m := range c.Hall {
		l.numbers[m.ID] = m.Number
	}
	rounds := slices.Clone(c.Rounds)
	slices.SortFunc(rounds, func(a, b Round) int { return a.Number - b.Number })
	for _, r := range rounds {
		if !r.Open() {
			w.Rounds = append(w.Rounds, l.round(&r))
		}
	}
	if len(c.Hall) > 0 {
		w.Hall = &wireHall{Version: c.HallVersion, VersionSHA256: l.version(c.HallVersion).SHA256.String()}
		w.Hall.Comments = l.comments(c.Hall, l.version(c.HallVersion), nil)
	}
	if c.Adoption != nil {
		w.Adoption = l.adoption(c.Adoption)
	}
	if l.err != nil {
		return nil, l.err
	}
	return canonical(w)
}

// ledgerMaker turns the record of a consultation into the wire and keeps the first gap that it meets.
type ledgerMaker struct {
	Consultation
	numbers map[CommentID]int
	err     error
}

func (l *ledgerMaker) version(n int) *Version {
	if i := slices.IndexFunc(l.Versions, func(v Version) bool { return v.Number == n }); i >= 0 {
		return &l.Versions[i]
	}
	if l.err == nil {
		l.err = ErrNotFound.With("what", "version")
	}
	return &Version{}
}

func (l *ledgerMaker) round(r *Round) wireRound {
	on, v := DateIn(r.OpenedAt), l.version(r.Version)
	w := wireRound{
		Round: r.Number, Version: r.Version, VersionSHA256: v.SHA256.String(), Channels: r.Channels,
		Request:  wireRequest{r.Request.Number, r.Request.Date.String(), r.Signer, l.Cluster.NameOn(r.Signer, on)},
		OpenedAt: stamp(r.OpenedAt), DueAt: stamp(r.DueAt), ExtendedTo: stamp(r.ExtendedTo), ClosedAt: stamp(r.ClosedAt),
	}
	for _, m := range r.Reminders {
		w.Reminders = append(w.Reminders, wireReminder{m.Agency, stamp(m.At), m.Phone})
	}
	var said []Comment
	for _, o := range r.Outcome {
		x := wireReply{Agency: o.Agency, AgencyName: l.Cluster.NameOn(o.Agency, on), Stance: o.Stance}
		switch y := r.of(o.Agency, l.Replies); {
		case y == nil || !y.Sent():
		case y.Counts():
			x.wireSaid = saidWire(y)
			for _, m := range y.Comments {
				m.At = y.SentAt
				said = append(said, m)
			}
		default:
			x.SetAside = &wireAside{y.Stance, saidWire(y)}
		}
		w.Replies = append(w.Replies, x)
	}
	w.Comments = l.comments(said, v, &on)
	return w
}

func saidWire(y *Reply) wireSaid {
	return wireSaid{y.Number, y.Note, stamp(y.SentAt), y.Late, y.RecordedBy != "", y.Scan.String()}
}

// comments are on the text of v; on is the day of the agencies' names, nil for each comment's own day.
func (l *ledgerMaker) comments(list []Comment, v *Version, on *Date) (all []wireComment) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Comment) int { return a.Number - b.Number })
	for _, m := range list {
		day := DateIn(m.At)
		if on != nil {
			day = *on
		}
		all = append(all, wireComment{
			Number: m.Number, Agency: m.Agency, AgencyName: l.Cluster.NameOn(m.Agency, day), OccurredAt: stamp(m.At),
			Clause: m.Clause, Anchor: v.Content.AnchorOf(m.Clause), Quote: m.Quote, Kind: m.Kind, Text: m.Text,
			Proposal: m.Proposal, Resolution: l.resolution(m),
		})
	}
	return all
}

func (l *ledgerMaker) resolution(m Comment) wireResolution {
	var found []Resolution
	for _, r := range l.Resolutions {
		if r.Comment == m.ID {
			found = append(found, r)
		}
	}
	if len(found) != 1 || m.Number == 0 {
		if l.err == nil {
			l.err = ErrLedgerGap.With("number", m.Number)
		}
		return wireResolution{}
	}
	r := found[0]
	w := wireResolution{Disposition: r.Disposition, Reason: r.Reason, Order: r.Order, NewText: r.NewText,
		NoTextChange: r.NoTextChange, Dissent: r.Dissent}
	for i, o := range r.Operations {
		if o.Op == OpAdd {
			o.Clause = AddedClause(m.Number, i+1)
		}
		w.Operations = append(w.Operations, wireOperation(o))
	}
	for _, t := range r.Targets {
		x := wireTargetChange{Target: t.Target, Drop: t.Drop, At: t.At}
		if t.Set != nil {
			set := wireTarget(*t.Set)
			x.Set = &set
		}
		w.Targets = append(w.Targets, x)
	}
	for _, id := range r.Conflicts {
		w.Conflicts = append(w.Conflicts, l.numbers[id])
	}
	slices.Sort(w.Conflicts)
	return w
}
