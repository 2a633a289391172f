package cms

import (
	"bytes"
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// TSTInfo is what a time-stamp token says (RFC 3161, 2.4.2).
type TSTInfo struct {
	Policy   asn1.ObjectIdentifier
	Hash     crypto.Hash
	Imprint  []byte
	Serial   *big.Int
	Time     time.Time
	Accuracy time.Duration
	Nonce    *big.Int
}

type wireTSTInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Hash      []byte
	}
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy struct {
		Seconds int `asn1:"optional"`
		Millis  int `asn1:"optional,tag:0"`
		Micros  int `asn1:"optional,tag:1"`
	} `asn1:"optional"`
	Ordering   bool             `asn1:"optional"`
	Nonce      *big.Int         `asn1:"optional"`
	TSA        asn1.RawValue    `asn1:"optional,tag:0,explicit"`
	Extensions []pkix.Extension `asn1:"optional,tag:1"`
}

// TimeStamp reads the content of a time-stamp token; Verify says whether it is signed.
func (m *Message) TimeStamp() (TSTInfo, error) {
	if !m.ContentType.Equal(OIDTSTInfo) || m.Content == nil {
		return TSTInfo{}, fmt.Errorf("no time-stamp token: %w", ErrMalformed)
	}
	var w wireTSTInfo
	if err := exact(m.Content, &w, "TSTInfo"); err != nil {
		return TSTInfo{}, err
	}
	h, err := hashOf(w.Imprint.Algorithm.Algorithm)
	if err != nil {
		return TSTInfo{}, err
	}
	a := w.Accuracy
	if a.Seconds < 0 || a.Seconds > 86400 || a.Millis < 0 || a.Millis > 999 || a.Micros < 0 || a.Micros > 999 {
		return TSTInfo{}, fmt.Errorf("accuracy: %w", ErrMalformed)
	}
	return TSTInfo{
		Policy: w.Policy, Hash: h, Imprint: w.Imprint.Hash, Serial: w.Serial, Time: w.Time.UTC(), Nonce: w.Nonce,
		Accuracy: time.Duration(a.Seconds)*time.Second + time.Duration(a.Millis)*time.Millisecond + time.Duration(a.Micros)*time.Microsecond,
	}, nil
}

// Stamps says whether the token is over this SHA-256.
func (t TSTInfo) Stamps(digest []byte) bool {
	return t.Hash == crypto.SHA256 && bytes.Equal(t.Imprint, digest)
}
