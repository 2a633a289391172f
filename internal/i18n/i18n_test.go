package i18n

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	for _, r := range []struct {
		query, cookie, accept string
		want                  Lang
	}{
		{"", "", "", Vi},
		{"en", "vi", "vi", En},
		{"fr", "en", "vi", En},
		{"", "EN", "", Vi},
		{"", "", "en-GB,en;q=0.9", En},
		{"", "", "fr,de", Vi},
		{"", "", "en;q=0.3, vi-VN", Vi},
		{"", "", "fr, en;q=0.8", En},
		{"", "", ";;;q=", Vi},
		{"", "", strings.Repeat("en,", 1000), Vi},
	} {
		if got := Choose(r.query, r.cookie, r.accept); got != r.want {
			t.Errorf("%+v: got %s", r, got)
		}
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("en-GB,en;q=0.9")
	f.Fuzz(func(t *testing.T, accept string) {
		if got := Choose("", "", accept); got != Vi && got != En {
			t.Fatal(got)
		}
	})
}
