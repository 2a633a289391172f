package pact

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
