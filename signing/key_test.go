package signing_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"kyket/internal/cms"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/signing/pades"

	"time"
)

func TestLocal(t *testing.T) {
	w, err := trialpki.New(time.Now, trialpki.P256, "http://127.0.0.1:8080/trial")
	if err != nil {
		t.Fatal(err)
	}
	key, cert, err := w.NewPerson(trialpki.Subject{CommonName: "Nguyễn Văn A"})
	if err != nil {
		t.Fatal(err)
	}
	var k signing.Key
	if k, err = signing.NewLocal(key, cert, w.IssuingCA()); err != nil {
		t.Fatal(err)
	}
	data := signing.Data{SignedAttributes: []byte("attributes"), Document: sha256.Sum256(nil)}
	a, err := k.Sign(context.Background(), data)
	if err != nil || a.Pending != nil {
		t.Fatal(err)
	}
	if err := cms.VerifyValue(k.Certificate(), data.SignedAttributes, a.Value); err != nil {
		t.Error(err)
	}
	if len(k.Chain()) != 1 {
		t.Error("chain")
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := k.Sign(gone, data); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	other, _, err := w.NewPerson(trialpki.Subject{CommonName: "Trần Thị B"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signing.NewLocal(other, cert); !errors.Is(err, signing.ErrKeyMismatch) {
		t.Error(err)
	}
}

// TestExplain: every error of pades has words for a person, and keeps its cause.
func TestExplain(t *testing.T) {
	for _, err := range []error{pades.ErrPaper, pades.ErrNoField, pades.ErrFilled, pades.ErrOrder, pades.ErrAppearance, pades.ErrValue, pades.ErrToken, pades.ErrTooLong, pades.ErrChanged} {
		got := signing.Explain(fmt.Errorf("field: %w", err))
		var e *pact.Error
		if !errors.As(got, &e) || e.Vi == "" || e.En == "" || !errors.Is(got, err) {
			t.Errorf("%v: %v", err, got)
		}
	}
	if err := signing.Explain(context.Canceled); err != context.Canceled {
		t.Error(err)
	}
	if signing.Explain(nil) != nil {
		t.Error("no error became one")
	}
}
