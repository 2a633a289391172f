package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// codeBytes makes a public code of 80 bits: 16 letters and digits.
const codeBytes = 10

func codeText(b []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:codeBytes]))
}

// randomMint makes the names of a server.
type randomMint struct{}

func (randomMint) ID() string { return uuid.Must(uuid.NewV7()).String() }

func (randomMint) Code(string) string {
	var b [codeBytes]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return codeText(b[:])
}

// seededMint makes the codes of a rehearsal from its seed and the call's place in the scenario, so that two rehearsals
// print the same paper. Row ids stand in no paper and are those of a server.
type seededMint struct {
	randomMint
	seed string
}

func (m seededMint) Code(key string) string {
	h := hmac.New(sha256.New, []byte(m.seed))
	h.Write([]byte("code\x00" + key))
	return codeText(h.Sum(nil))
}
