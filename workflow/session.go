package workflow

import (
	"encoding/json"
	"time"

	"kyket/pact"
	"kyket/signing"
)

// storedSession is the part of a signing session that only the acts of signing read.
type storedSession struct {
	Certificate pact.Digest
	// Head is who signs, as what: fixed when the attempt began.
	Head    pact.Head
	Warning string
	// Until is when the consent is no longer good for this attempt, by the machine's clock: nobody signs long after.
	Until time.Time
	// Room is the space reserved for a time stamp, in bytes.
	Room int
	// Signing is nil while the attempt waits for the ticket; At is the claimed time of the prepared signature.
	Signing *signing.Session
	At      time.Time
	// Level and SHA256 are the result.
	Level  pact.Level
	SHA256 pact.Digest
}

func (s *storedSession) load(row *Session) error { return json.Unmarshal(row.Body, s) }

func (s *storedSession) store(row *Session) (err error) {
	row.Body, err = json.Marshal(s)
	return err
}
