package i18n

import (
	"slices"
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

func TestSay(t *testing.T) {
	c := Catalogue{"hello": {Vi: "Chào {who}, {who}", En: "Hello {who}"}}
	for _, r := range []struct{ got, want string }{
		{c.Say(Vi, "hello", "who", "{who}"), "Chào {who}, {who}"},
		{c.Say(En, "hello", "who", "An"), "Hello An"},
		{c.Say(En, "bye"), "bye"},
	} {
		if r.got != r.want {
			t.Errorf("got %q, want %q", r.got, r.want)
		}
	}
}

func TestMissing(t *testing.T) {
	c := Catalogue{
		"good": {"{a} và {b}", "{b} and {a}"}, "no english": {"a", ""}, "other arguments": {"{a}", "{b}"}, "open": {"{a", "a"},
	}
	if got, want := c.Missing("good", "absent"), []string{"absent", "no english", "open", "other arguments"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
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
