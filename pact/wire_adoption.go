package pact

type wireAdoption struct {
	Version       int            `json:"version"`
	VersionSHA256 string         `json:"version_sha256,omitempty"`
	Conference    wireConference `json:"conference"`
	Quorum        wireQuorum     `json:"quorum"`
	Vote          wireVote       `json:"vote"`
	Registrations *wireVote      `json:"registrations,omitempty"`
	Minutes       *wireMinutes   `json:"minutes,omitempty"`
}

type wireConference struct {
	Name       string       `json:"name,omitempty"`
	Date       string       `json:"date,omitempty"`
	Time       string       `json:"time,omitempty"`
	Place      string       `json:"place,omitempty"`
	Mode       string       `json:"mode,omitempty"`
	Points     int          `json:"points,omitempty"`
	Invitation *wireRequest `json:"invitation,omitempty"`
}

type wireQuorum struct {
	Required int `json:"required"`
	Present  int `json:"present"`
	Online   int `json:"online,omitempty"`
}

type wireVote struct {
	Method   string        `json:"method,omitempty"`
	Agree    int           `json:"agree"`
	Disagree int           `json:"disagree"`
	Abstain  int           `json:"abstain"`
	Dissent  []wireDissent `json:"dissent,omitempty"`
}

type wireDissent struct {
	Agency     AgencyCode `json:"agency,omitempty"`
	AgencyName string     `json:"agency_name,omitempty"`
	Clause     ClauseID   `json:"clause,omitempty"`
	Anchor     Anchor     `json:"anchor,omitempty"`
	Text       string     `json:"text,omitempty"`
}

type wireMinutes struct {
	Number string     `json:"number,omitempty"`
	Chair  AgencyCode `json:"chair,omitempty"`
}

// adoption leaves out who wrote the minutes: a person whom the paper does not name.
func (l *ledgerMaker) adoption(a *Adoption) *wireAdoption {
	c, v := a.Conference, l.version(a.Version)
	w := &wireAdoption{
		Version: a.Version, VersionSHA256: v.SHA256.String(),
		Conference: wireConference{Name: c.Name, Date: c.Date.String(), Time: c.Time, Place: c.Place, Mode: c.Mode, Points: c.Points},
		Quorum:     wireQuorum(a.Quorum), Vote: l.vote(&a.Vote, v, c.Date),
	}
	if c.Invitation.Number != "" || !c.Invitation.Date.IsZero() {
		w.Conference.Invitation = &wireRequest{Number: c.Invitation.Number, Date: c.Invitation.Date.String()}
	}
	if a.Registrations != nil {
		vote := l.vote(a.Registrations, v, c.Date)
		w.Registrations = &vote
	}
	if m := (wireMinutes{a.Minutes.Number, a.Minutes.Chair}); m != (wireMinutes{}) {
		w.Minutes = &m
	}
	return w
}

func (l *ledgerMaker) vote(v *Vote, text *Version, on Date) wireVote {
	w := wireVote{Method: v.Method, Agree: v.Agree, Disagree: v.Disagree, Abstain: v.Abstain}
	for _, d := range v.Dissent {
		w.Dissent = append(w.Dissent, wireDissent{d.Agency, l.Cluster.NameOn(d.Agency, on), d.Clause, text.Content.AnchorOf(d.Clause), d.Text})
	}
	return w
}
