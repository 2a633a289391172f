package pkcs12_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kyket/internal/cms"
	"kyket/internal/trialpki"
	"kyket/signing"
	"kyket/signing/pkcs12"
)

func TestSaveAndLoad(t *testing.T) {
	for _, kind := range []trialpki.KeyKind{trialpki.P256, trialpki.RSA2048} {
		w, err := trialpki.New(time.Now, kind, "http://127.0.0.1:8080/trial")
		if err != nil {
			t.Fatal(err)
		}
		key, cert, err := w.NewService("Sở Nội vụ")
		if err != nil {
			t.Fatal(err)
		}
		k, err := signing.NewLocal(key, cert, w.IssuingCA())
		if err != nil {
			t.Fatal(err)
		}
		file, err := pkcs12.Save(k, "mật khẩu")
		if err != nil {
			t.Fatal(err)
		}
		back, err := pkcs12.Load(file, "mật khẩu")
		if err != nil {
			t.Fatal(err)
		}
		if !back.Certificate().Equal(cert) || len(back.Chain()) != 1 || !back.Chain()[0].Equal(w.IssuingCA()) {
			t.Error("another certificate or chain came back")
		}
		a, err := back.Sign(context.Background(), signing.Data{SignedAttributes: []byte("x")})
		if err != nil || cms.VerifyValue(cert, []byte("x"), a.Value) != nil {
			t.Error(err)
		}
		if _, err := pkcs12.Load(file, "mat khau"); !errors.Is(err, pkcs12.ErrPassword) {
			t.Error(err)
		}
		if _, err := pkcs12.Load(file[:len(file)/2], "mật khẩu"); !errors.Is(err, pkcs12.ErrFile) {
			t.Error(err)
		}
		if _, err := pkcs12.Load(make([]byte, 2<<20), ""); !errors.Is(err, pkcs12.ErrFile) {
			t.Error(err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte{0x30, 0x03, 2, 1, 3})
	f.Fuzz(func(_ *testing.T, file []byte) { _, _ = pkcs12.Load(file, "x") })
}
