package workflow

import (
	"context"
	"testing"

	"kyket/pact"
	"kyket/signing/pades"
)

type noObjects struct{ t *testing.T }

func (o noObjects) Put(context.Context, []byte) (pact.Digest, error) { return pact.Digest{}, nil }
func (o noObjects) Get(context.Context, pact.Digest) ([]byte, error) { return nil, nil }
func (o noObjects) PutIncrement(context.Context, pact.Digest, []byte, pact.Digest) error {
	o.t.Error("something that is no increment was kept")
	return nil
}

// TestKeepReadsAgain hands over bytes that do not follow the head.
func TestKeepReadsAgain(t *testing.T) {
	w := New(Deps{Objects: noObjects{t}})
	if err := w.keep(t.Context(), pades.Head{}, pades.Increment{Bytes: []byte("5 0 obj null endobj")}); err == nil {
		t.Error("accepted")
	}
}
