package wire

import (
	"encoding/json"
	"time"

	"kyket/pact"
	"kyket/workflow"
)

// SigningPhase is the signing and how it stands.
type SigningPhase struct {
	OpenedAt      time.Time     `json:"opened_at"`
	Certification *Signature    `json:"certification,omitempty"`
	Revisions     []Revision    `json:"revisions"`
	Signatures    []Signature   `json:"signatures"`
	Declined      []Declined    `json:"declined"`
	Close         *SigningClose `json:"close,omitempty"`
	Level         string        `json:"level,omitempty"`
}

// Revision is one increment of the signed file.
type Revision struct {
	Number int       `json:"number"`
	Cause  string    `json:"cause"`
	Field  string    `json:"field,omitempty"`
	SHA256 string    `json:"sha256"`
	Size   int64     `json:"size"`
	Level  string    `json:"level,omitempty"`
	At     time.Time `json:"at"`
}

// Signature is one signature in the file.
type Signature struct {
	Agency      string    `json:"agency,omitempty"`
	Person      string    `json:"person,omitempty"`
	Signer      string    `json:"signer"`
	Formula     string    `json:"formula,omitempty"`
	Position    string    `json:"position,omitempty"`
	Field       string    `json:"field"`
	Provider    string    `json:"provider,omitempty"`
	Device      string    `json:"device,omitempty"`
	Level       string    `json:"level"`
	OccurredAt  time.Time `json:"occurred_at"`
	ProvenAt    time.Time `json:"proven_at,omitzero"`
	Revision    int       `json:"revision"`
	SHA256      string    `json:"sha256"`
	Certificate string    `json:"certificate"`
	Warning     string    `json:"warning,omitempty"`
}

// Declined is a member that will not sign.
type Declined struct {
	Agency string    `json:"agency"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// SigningClose ends a signing early.
type SigningClose struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Decline is said by or for an agency.
type Decline struct {
	Agency string `json:"agency" required:"true"`
	Reason string `json:"reason"`
}

// CloseSigning ends a signing early.
type CloseSigning struct {
	By     string `json:"by" required:"true"`
	Reason string `json:"reason"`
}

// CertificateInput is a certificate that a person will sign with.
type CertificateInput struct {
	DER       []byte   `json:"der" required:"true"`
	Chain     [][]byte `json:"chain,omitempty" maxItems:"8"`
	Provider  string   `json:"provider,omitempty" maxLength:"64"`
	Device    string   `json:"device,omitempty" maxLength:"64"`
	Simulated bool     `json:"simulated,omitempty"`
}

// TrialRequest asks the trial authority for a certificate of whoever signs for the agency today.
type TrialRequest struct {
	CSR       []byte `json:"csr" required:"true" doc:"PKCS#10, DER"`
	Cluster   string `json:"cluster" required:"true"`
	Agency    string `json:"agency" required:"true"`
	Provider  string `json:"provider,omitempty" maxLength:"64"`
	Device    string `json:"device,omitempty" maxLength:"64"`
	Simulated bool   `json:"simulated,omitempty"`
}

// Certificate is a certificate bound to a person.
type Certificate struct {
	SHA256    string    `json:"sha256"`
	DER       []byte    `json:"der"`
	Chain     [][]byte  `json:"chain"`
	Provider  string    `json:"provider,omitempty"`
	Device    string    `json:"device,omitempty"`
	Simulated bool      `json:"simulated,omitempty"`
	AddedAt   time.Time `json:"added_at"`
}

// Sign starts an attempt.
type Sign struct {
	Agency      string `json:"agency" required:"true"`
	Certificate string `json:"certificate" required:"true" doc:"SHA-256 of a certificate bound to you"`
	Base        string `json:"base,omitempty" doc:"SHA-256 of the frozen paper that you read; refused when it is another one by now"`
}

// SignatureValue is what the key made.
type SignatureValue struct {
	Value []byte `json:"value" required:"true"`
}

// Attempt is where an attempt to sign stands.
type Attempt struct {
	Session  string    `json:"session"`
	State    string    `json:"state" doc:"waiting, submitted, done, refused, expired or failed"`
	Position int       `json:"position"`
	ToSign   []byte    `json:"to_sign,omitempty" doc:"DER of the signed attributes; the key signs them with SHA-256"`
	Document string    `json:"document,omitempty"`
	Ends     time.Time `json:"ends,omitzero"`
	Level    string    `json:"level,omitempty"`
	SHA256   string    `json:"sha256,omitempty"`
	Reason   string    `json:"reason,omitempty" doc:"Code of what ended it otherwise"`
}

// Event is one entry of the history.
type Event struct {
	ID         string          `json:"id"`
	Seq        int64           `json:"seq"`
	Act        string          `json:"act"`
	Actor      string          `json:"actor,omitempty"`
	Agency     string          `json:"agency,omitempty"`
	OccurredAt time.Time       `json:"occurred_at"`
	RecordedAt time.Time       `json:"recorded_at"`
	Body       json.RawMessage `json:"body,omitempty"`
}

func fromSigning(s pact.SigningPhase) SigningPhase {
	out := SigningPhase{
		OpenedAt: utc(s.OpenedAt), Revisions: each(s.Revisions, FromRevision), Signatures: each(s.Signatures, fromSignature),
		Declined: each(s.Declined, func(d pact.Declined) Declined { return Declined{string(d.Agency), d.Reason, utc(d.At)} }),
		Close: when(s.Close, func(c pact.SigningClose) SigningClose {
			return SigningClose{string(c.By), c.Reason, utc(c.At)}
		}),
		Level: string(s.Level),
	}
	if s.Certification.Field != "" {
		c := fromSignature(s.Certification)
		out.Certification = &c
	}
	return out
}

// FromRevision shows a revision.
func FromRevision(r pact.Revision) Revision {
	return Revision{r.Number, string(r.Cause), r.Field, r.SHA256.String(), r.Size, string(r.Level), utc(r.At)}
}

func fromSignature(s pact.Signature) Signature {
	return Signature{Agency: string(s.Agency), Person: string(s.Person), Signer: s.Signer, Formula: s.Formula, Position: s.Position,
		Field: s.Field, Provider: s.Provider, Device: s.Device, Level: string(s.Level), OccurredAt: utc(s.OccurredAt),
		ProvenAt: utc(s.ProvenAt), Revision: s.Revision, SHA256: s.SHA256.String(), Certificate: s.Certificate.String(), Warning: s.Warning}
}

// Domain reads a certificate.
func (c CertificateInput) Domain() workflow.CertificateInput {
	return workflow.CertificateInput{DER: c.DER, Chain: c.Chain, Provider: c.Provider, Device: c.Device, Simulated: c.Simulated}
}

// FromCertificate shows a certificate.
func FromCertificate(c *workflow.Certificate) Certificate {
	return Certificate{SHA256: c.SHA256.String(), DER: c.DER, Chain: each(c.Chain, func(b []byte) []byte { return b }),
		Provider: c.Provider, Device: c.Device, Simulated: c.Simulated, AddedAt: utc(c.AddedAt)}
}

// FromAttempt shows an attempt.
func FromAttempt(a *workflow.Attempt) Attempt {
	return Attempt{Session: a.Session, State: a.State, Position: a.Position, ToSign: a.ToSign, Document: a.Document.String(),
		Ends: utc(a.Ends), Level: string(a.Level), SHA256: a.SHA256.String(), Reason: a.Reason}
}

// FromEvent shows an event.
func FromEvent(e *workflow.Event) Event {
	body := json.RawMessage(e.Body)
	if !json.Valid(body) {
		body = nil
	}
	return Event{ID: e.ID, Seq: e.Seq, Act: string(e.Act), Actor: string(e.Actor), Agency: string(e.Agency),
		OccurredAt: utc(e.OccurredAt), RecordedAt: utc(e.RecordedAt), Body: body}
}
