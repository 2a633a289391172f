package archive

import (
	"crypto/sha256"
	"fmt"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"kyket/pact"
)

// Record is what the log holds of an event: opaque ids, times, hashes. The leaf of the log is the RFC 6962 hash of its
// bytes, which docs/formats-log.md defines. Personal text stands beside it, in the event's body, and can be erased
// without harm: of it the record holds a salted hash only.
type Record struct {
	Event      string
	Act        pact.Act
	Actor      pact.PersonID // empty: the service
	Agency     pact.AgencyCode
	Cluster    pact.ClusterID
	Pact       pact.PactID
	OccurredAt time.Time // microseconds
	RecordedAt time.Time
	Touched    []Touched
	Body       pact.Digest // BodyHash
}

// Touched is an aggregate that the event changed, with the hash of its stored body before (zero: new) and after.
type Touched struct {
	Kind, ID      string
	Before, After pact.Digest
}

// SaltSize is the number of random bytes of a salt: enough that a short body cannot be guessed from its hash.
const SaltSize = 16

// BodyHash is the SHA-256 of salt and body.
func BodyHash(salt, body []byte) (d pact.Digest) {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	h.Sum(d[:0])
	return d
}

const recordTime = "2006-01-02T15:04:05.000000Z"

// Bytes are the canonical bytes of the record (RFC 8785). Its strings are ids, codes and names of acts: one with a
// control character, a quotation mark, a backslash or bytes outside UTF-8 is refused, so that no escape is ever written.
func (r Record) Bytes() ([]byte, error) {
	w := recordWriter{b: make([]byte, 0, 512+224*len(r.Touched))}
	w.field(`{"act":"`, string(r.Act))
	w.field(`","actor":"`, string(r.Actor))
	w.field(`","agency":"`, string(r.Agency))
	w.field(`","body":"`, r.Body.String())
	w.field(`","cluster":"`, string(r.Cluster))
	w.field(`","event":"`, r.Event)
	w.field(`","occurred_at":"`, r.OccurredAt.UTC().Format(recordTime))
	w.field(`","pact":"`, string(r.Pact))
	w.field(`","recorded_at":"`, r.RecordedAt.UTC().Format(recordTime))
	w.b = append(w.b, `","schema":1,"touched":[`...)
	for i, t := range r.Touched {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.field(`{"after":"`, t.After.String())
		w.field(`","before":"`, t.Before.String())
		w.field(`","id":"`, t.ID)
		w.field(`","kind":"`, t.Kind)
		w.b = append(w.b, `"}`...)
	}
	w.b = append(w.b, `]}`...)
	return w.b, w.err
}

type recordWriter struct {
	b   []byte
	err error
}

func (w *recordWriter) field(before, value string) {
	for _, c := range []byte(value) {
		if c < ' ' || c == '"' || c == '\\' {
			w.err = fmt.Errorf("%q cannot stand in a log record", value)
		}
	}
	if !utf8.ValidString(value) {
		w.err = fmt.Errorf("%q cannot stand in a log record", value)
	}
	w.b = append(append(w.b, before...), value...)
}

// Leaf is the hash that the log holds for the record.
func (r Record) Leaf() (pact.Digest, error) {
	b, err := r.Bytes()
	return pact.Digest(tlog.RecordHash(b)), err
}
