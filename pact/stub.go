package pact

import "time"

func (r *Round) CheckOpen(cl *Cluster) error              { return nil }
func (r *Round) Extend(to time.Time, now time.Time) error { return nil }
func (r *Round) Silent(replies []Reply) []AgencyCode      { return nil }
func (r *Round) RemindTimes(cl *Cluster) []time.Time      { return nil }
func (r *Round) CheckSend(y *Reply, now time.Time) error  { return nil }
func (y *Reply) Send(r *Round, now time.Time)             {}
func (y *Reply) DecideLate(r *Round, accept bool) error   { return nil }
func AgreeFindings(rounds []Round) []Detail               { return nil }
func (r *Round) CloseFindings(cl *Cluster, replies []Reply, last bool, now time.Time) []Detail {
	return nil
}
func (r *Round) Close(cl *Cluster, replies []Reply, last bool, first int, now time.Time) ([]Comment, error) {
	return nil, nil
}

type Calendar struct {
	Holidays []Holiday
	Workdays []Workday
}
type Holiday struct {
	From, To     Date
	Name, Source string
}
type Workday struct {
	Day    Date
	Source string
}

func DefaultCalendar() Calendar                                             { return Calendar{} }
func DueAfter(opened time.Time, days int, cal Calendar) time.Time           { return opened }
func (a *Adoption) Check(cl *Cluster, text Content) error                   { return nil }
func (cl *Cluster) Check() error                                            { return nil }
func (cl *Cluster) Agency(code AgencyCode) *Agency                          { return nil }
func (cl *Cluster) NameOn(code AgencyCode, on Date) string                  { return "" }
func (a *Agency) NameOn(on Date) string                                     { return "" }
func (a *Agency) HeadOn(on Date) (Head, bool)                               { return Head{}, false }
func (h Head) Check(use Date) []Detail                                      { return nil }
func (h Head) Warnings() []Detail                                           { return nil }
func (cl *Cluster) Recipients(on Date) []string                             { return nil }
func (cl *Cluster) Signatory(c AgencyCode, on Date) (Head, []Detail, error) { return Head{}, nil, nil }

type Subject struct {
	Cluster ClusterID
	Agency  AgencyCode
	At      time.Time
}
type Permission struct {
	Act     Act
	Allowed bool
	Why     *Error
}

func Permit(a Actor, act Act, s Subject) error     { return nil }
func Can(a Actor, p *Pact, s Subject) []Permission { return nil }
func (y *Reply) VisibleTo(a Actor, s Subject) bool { return true }

type Consultation struct {
	Cluster     *Cluster
	Versions    []Version
	Rounds      []Round
	Replies     []Reply
	Hall        []Comment
	HallVersion int
	Resolutions []Resolution
}
type NamedAgency struct {
	Code AgencyCode
	Name string
}
type Manifest struct {
	PactCode     string
	Text, Ledger Digest
	Previous     []Digest
	Agencies     []NamedAgency
	Number       string
	Date         Date
	Place        string
	Policy       SigningPolicy
	Stamp        StampPolicy
	LevelMin     Level
	Fields       []Field
	Trial        bool
}

func CanonicalVersion(c Content) ([]byte, error)                              { return nil, nil }
func DecodeVersion(b []byte) (Content, error)                                 { return Content{}, nil }
func Ledger(c Consultation) ([]byte, error)                                   { return nil, nil }
func (m Manifest) Bytes() ([]byte, error)                                     { return nil, nil }
func DecodeManifest(b []byte) (Manifest, error)                               { return Manifest{}, nil }
func DigestOf(b []byte) Digest                                                { return Digest{} }
func PactJSON(cl *Cluster, code string, is *Issue, c Content) ([]byte, error) { return nil, nil }

// Capacity is how a person signs for the agency.
type Capacity string

// Capacity of the head.
func (h Head) Capacity() Capacity { return "" }
