package validate

import (
	"crypto/x509"
	"encoding/json"
	"time"
)

// Options is what a verdict depends on beside the file.
type Options struct {
	// Trust are the anchors of signers; TSATrust those of time-stamp authorities, empty: Trust serves both.
	Trust, TSATrust []*x509.Certificate
	// At is the time of the judgement; zero: now.
	At time.Time
	// Expected are the SHA-256 digests, in lower-case hexadecimal, of the file as it was after revisions that are
	// known to exist. One that the file does not begin with means that a revision was dropped or replaced.
	Expected []string
}

// Verdict and indication values of EN 319 102-1, table 5.
const (
	Passed        = "TOTAL_PASSED"
	Failed        = "TOTAL_FAILED"
	Indeterminate = "INDETERMINATE"
)

// Sub-indications of EN 319 102-1, table 6, as far as they are given here.
const (
	FormatFailure         = "FORMAT_FAILURE"
	HashFailure           = "HASH_FAILURE"
	CryptoFailure         = "SIG_CRYPTO_FAILURE"
	Revoked               = "REVOKED"
	RevokedNoPOE          = "REVOKED_NO_POE"
	RevokedCANoPOE        = "REVOKED_CA_NO_POE"
	Expired               = "EXPIRED"
	NotYetValid           = "NOT_YET_VALID"
	OutOfBounds           = "OUT_OF_BOUNDS_NO_POE"
	ConstraintsFailure    = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraints      = "CHAIN_CONSTRAINTS_FAILURE"
	ChainFailure          = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
	CryptoConstraints     = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	NoChain               = "NO_CERTIFICATE_CHAIN_FOUND"
	NoSigningCertificate  = "NO_SIGNING_CERTIFICATE_FOUND"
	TimestampOrderFailure = "TIMESTAMP_ORDER_FAILURE"
	TryLater              = "TRY_LATER"
)

// Levels of PAdES baseline signatures (ETSI EN 319 142-1), named by what is proven and not by what is merely there.
const (
	LevelB   = "B-B"
	LevelT   = "B-T"
	LevelLT  = "B-LT"
	LevelLTA = "B-LTA"
)

// Kinds of signatures.
const (
	Approval      = "approval"
	Certification = "certification"
	Timestamp     = "timestamp"
)

// Coverage of a signature's byte range.
const (
	EntireFile     = "ENTIRE_FILE"
	EntireRevision = "ENTIRE_REVISION"
	Partial        = "PARTIAL"
)

// Report is the judgement of one file.
type Report struct {
	// File is left for the caller to name; SHA256 is that of all bytes.
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	// Verdict is the worst of all signatures, Failed when anything is unexplained.
	Verdict string `json:"verdict"`
	// Revisions counts the revisions of the file.
	Revisions   int           `json:"revisions"`
	Signatures  []Signature   `json:"signatures"`
	Unexplained []Unexplained `json:"unexplained"`

	// Pact is the code that the paper gives itself, in the manifest that its first signature covers; empty without one.
	// Whoever makes a paper can write any code there: it says where to look, and proves nothing.
	Pact string `json:"-"`

	unreadable bool
}

// Signature is the judgement of one signature or document time stamp, in the order of revisions.
type Signature struct {
	Field string `json:"field"`
	// Kind is Approval, Certification or Timestamp.
	Kind string `json:"kind"`
	// Signer and Issuer are the common names in the signer's certificate, empty when it could not be identified.
	Signer    string `json:"signer"`
	Issuer    string `json:"issuer"`
	SubFilter string `json:"sub_filter"`
	// Level is one of the Level constants; empty for what is no baseline signature and for time stamps.
	Level string `json:"level"`
	// Indication is Passed, Failed or Indeterminate; SubIndication says why, empty when passed.
	Indication    string `json:"indication"`
	SubIndication string `json:"sub_indication"`
	// ClaimedAt is what the signer's machine wrote, ProvenAt the time of the first trusted time stamp over it.
	ClaimedAt *time.Time `json:"claimed_at"`
	ProvenAt  *time.Time `json:"proven_at"`
	Coverage  string     `json:"coverage"`
	// ChangesAfter is what later revisions did.
	ChangesAfter []Change  `json:"changes_after"`
	Messages     []Message `json:"messages"`

	// Certificate is the signer's, nil when it could not be identified. Revision is the index of the revision that
	// this signature ends, from 0.
	Certificate *x509.Certificate `json:"-"`
	Revision    int               `json:"-"`
}

// Change is one thing that a later revision did: Kind is "signature", "timestamp", "dss" or "other".
type Change struct {
	Kind    string `json:"kind"`
	Object  string `json:"object"`
	Allowed bool   `json:"allowed"`
	Why     Reason `json:"why"`

	revision int
}

// Unexplained is a change, or bytes, that no rule allows. Object is a reference ("12 0 R") or a range of bytes;
// Revision counts from 1.
type Unexplained struct {
	Object   string `json:"object"`
	Revision int    `json:"revision"`
	Why      Reason `json:"why"`
}

// Message tells a person what was found. Code is stable.
type Message struct {
	Code string `json:"code"`
	VI   string `json:"vi"`
	EN   string `json:"en"`
}

// Reason is a message that the JSON shows as one line: Vietnamese, a solidus, English.
type Reason Message

// MarshalText writes the line.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.VI + " / " + r.EN), nil }

// MarshalJSON writes empty lists as [] and not as null.
func (r Report) MarshalJSON() ([]byte, error) {
	type plain Report
	p := plain(r)
	if p.Signatures == nil {
		p.Signatures = []Signature{}
	}
	if p.Unexplained == nil {
		p.Unexplained = []Unexplained{}
	}
	return json.Marshal(p)
}

// MarshalJSON writes empty lists as [] and not as null.
func (s Signature) MarshalJSON() ([]byte, error) {
	type plain Signature
	p := plain(s)
	if p.ChangesAfter == nil {
		p.ChangesAfter = []Change{}
	}
	if p.Messages == nil {
		p.Messages = []Message{}
	}
	return json.Marshal(p)
}

// ExitCode is that of `kyket verify`: 0 passed, 1 failed, 2 indeterminate, 3 not readable, 4 no signature.
func (r Report) ExitCode() int {
	switch {
	case r.unreadable:
		return 3
	case len(r.Signatures) == 0 && len(r.Unexplained) == 0:
		return 4
	case r.Verdict == Passed:
		return 0
	case r.Verdict == Failed:
		return 1
	}
	return 2
}
