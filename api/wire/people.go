package wire

import (
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

// Setup makes the first administrator.
type Setup struct {
	Code     string `json:"code" required:"true" maxLength:"100"`
	Login    string `json:"login" required:"true" maxLength:"200"`
	Name     string `json:"name" required:"true" maxLength:"1000"`
	Password string `json:"password" required:"true" maxLength:"2000"`
}

// SignIn begins a session.
type SignIn struct {
	Login    string `json:"login" required:"true" maxLength:"200"`
	Password string `json:"password" required:"true" maxLength:"2000"`
	Cookie   bool   `json:"cookie,omitempty" doc:"Keep the token in a cookie of the pages instead of answering it"`
}

// SignedIn is a session that has begun.
type SignedIn struct {
	Token  string    `json:"token,omitempty" doc:"Send it as Authorization: Bearer; it is shown once"`
	Person Person    `json:"person"`
	Ends   time.Time `json:"ends" doc:"At the latest; two hours without a request end it before"`
}

// Password confirms who is there.
type Password struct {
	Password string `json:"password" required:"true" maxLength:"2000"`
}

// NewPassword replaces one's password.
type NewPassword struct {
	Old      string `json:"old" required:"true" maxLength:"2000"`
	Password string `json:"password" required:"true" maxLength:"2000"`
}

// Until says how long a confirmation holds.
type Until struct {
	Until time.Time `json:"until"`
}

// Grant gives a role.
type Grant struct {
	Role    string    `json:"role" required:"true"`
	Cluster string    `json:"cluster,omitempty"`
	Agency  string    `json:"agency,omitempty"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
}

// NewPerson opens an account.
type NewPerson struct {
	Login    string  `json:"login" required:"true" maxLength:"200"`
	Name     string  `json:"name" required:"true" maxLength:"1000"`
	Password string  `json:"password" required:"true" maxLength:"2000"`
	Grants   []Grant `json:"grants,omitempty"`
}

// Grants replaces what a person may do.
type Grants struct {
	Grants []Grant `json:"grants" required:"true"`
}

// Person is somebody with an account.
type Person struct {
	ID         string    `json:"id"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	Grants     []Grant   `json:"grants"`
	CreatedAt  time.Time `json:"created_at"`
	RowVersion int64     `json:"row_version"`
}

// FromPerson shows an account.
func FromPerson(p *identity.Person) Person {
	return Person{ID: string(p.ID), Login: p.Login, Name: p.Name, CreatedAt: utc(p.CreatedAt), RowVersion: p.RowVersion,
		Grants: each(p.Grants, func(g pact.Grant) Grant {
			return Grant{string(g.Role), string(g.Cluster), string(g.Agency), utc(g.From), utc(g.To)}
		})}
}

// DomainGrants reads grants.
func DomainGrants(in []Grant) []pact.Grant {
	return each(in, func(g Grant) pact.Grant {
		return pact.Grant{Role: pact.Role(g.Role), Cluster: pact.ClusterID(g.Cluster), Agency: pact.AgencyCode(g.Agency),
			From: utc(g.From), To: utc(g.To)}
	})
}
