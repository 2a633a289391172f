package validate

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// seeds are containers and answers kept in testdata, by kind.
func seeds(f *testing.F, kind string) {
	names, err := filepath.Glob(filepath.Join("testdata", kind+"*.der"))
	if err != nil || len(names) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// TestAttributesOnce: which of two equal attributes counts differs among readers, so neither does.
func TestAttributesOnce(t *testing.T) {
	for want, digests := range map[bool]int{true: 1, false: 2} {
		var b cryptobyte.Builder
		for range digests {
			b.AddASN1(tag.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier(oidDigest)
				b.AddASN1(tag.SET, func(b *cryptobyte.Builder) { b.AddASN1OctetString(make([]byte, 32)) })
			})
		}
		if _, ok := readAttributes(b.BytesOrPanic(), true); ok != want {
			t.Errorf("%d digests: %v", digests, ok)
		}
		if _, ok := readAttributes(b.BytesOrPanic(), false); !ok {
			t.Errorf("%d unsigned attributes refused", digests)
		}
	}
}

func FuzzCMS(f *testing.F) {
	seeds(f, "cms")
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPool()
		c, err := parseCMS(b, p)
		if err != nil {
			return
		}
		c.signs(oidData, make([]byte, 32))
		if cert := c.signer(nil, true); cert != nil {
			c.algorithm.verifies(cert, c.attrs, c.value)
		}
	})
}

func FuzzToken(f *testing.F) {
	seeds(f, "token")
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, bad := parseToken(b, newPool())
		if (tok == nil) == (bad == nil) {
			t.Fatal("neither token nor reason")
		}
		new(token).read(b)
	})
}

func FuzzOCSP(f *testing.F) {
	seeds(f, "ocsp")
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPool()
		if a := parseOCSP(b, 0, p); a != nil {
			for _, c := range a.bag {
				a.about(c, c)
				a.responder(c, p)
			}
		}
	})
}

func FuzzCRL(f *testing.F) {
	seeds(f, "crl")
	f.Fuzz(func(t *testing.T, b []byte) {
		parseCRL(b, 0)
		parseIDP(b)
	})
}

func FuzzContents(f *testing.F) {
	f.Add([]byte("<30030201010000>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if der := contents(b); len(der) > len(b)/2 {
			t.Fatal("longer than what it came from")
		}
	})
}
