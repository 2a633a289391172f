package scenario

// Adoption is the conference that adopts the text.
type Adoption struct {
	Conference            Conference `key:"conference" must:"yes"`
	DraftVersion          string     `key:"draft_version"` // label of the version laid before the conference
	Quorum                Quorum     `key:"quorum" must:"yes"`
	Vote                  Vote       `key:"vote" must:"yes"`
	RegistrationsApproved *Vote      `key:"registrations_approved"`
	Minutes               *Minutes   `key:"minutes"`
}

// Conference says where and how they met.
type Conference struct {
	Name       string         `key:"name"`
	Date       When           `key:"date" must:"yes"`
	Time       string         `key:"time"` // "14:00"
	Place      string         `key:"place"`
	HostPlace  string         `key:"host_place"`
	Mode       ConferenceMode `key:"mode"`
	Points     int            `key:"points"`
	Invitation *Invitation    `key:"invitation"`
}

// Invitation is the letter that calls the conference.
type Invitation struct {
	Number string `key:"number"`
	Date   *When  `key:"date"`
}

// Quorum counts members; PresentOnline is a part of Present.
type Quorum struct {
	Required      int `key:"required" must:"yes"`
	Present       int `key:"present" must:"yes"`
	PresentOnline int `key:"present_online"`
}

// Vote sums to the members present.
type Vote struct {
	Method   VoteMethod `key:"method"`
	Agree    int        `key:"agree" must:"yes"`
	Disagree int        `key:"disagree" must:"yes"`
	Abstain  int        `key:"abstain" must:"yes"`
	Dissent  *Dissent   `key:"dissent"`
}

// Dissent is an opinion kept in the record (bảo lưu ý kiến); Clause is an anchor of the adopted text.
type Dissent struct {
	Member Code   `key:"member" must:"yes"`
	Clause Anchor `key:"clause" must:"yes"`
	Text   string `key:"text" must:"yes"`
}

// Minutes of the conference.
type Minutes struct {
	Number    string `key:"number"`
	Secretary string `key:"secretary"`
	Chair     Code   `key:"chair"`
}
