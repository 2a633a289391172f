package wire

import "kyket/pact"

// The parts of addresses, to be embedded where a body comes beside them.
type (
	// OnPage asks for a page of a list.
	OnPage struct {
		After string `query:"after" maxLength:"100"`
		Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}
	// OnID names a thing of its own.
	OnID struct {
		ID string `path:"id" maxLength:"64"`
	}
	// OnPact names a pact.
	OnPact struct {
		Pact pact.PactID `path:"id" maxLength:"64"`
	}
	// OnNumber names a round or a version of a pact; round 0 is the hall.
	OnNumber struct {
		OnPact
		N int `path:"n" minimum:"0" maximum:"1000"`
	}
	// OnReply names an agency's reply in a round.
	OnReply struct {
		OnNumber
		Agency pact.AgencyCode `path:"agency" maxLength:"64"`
	}
	// OnAttempt names an attempt to sign.
	OnAttempt struct {
		OnPact
		Session string `path:"session" maxLength:"64"`
	}
)
