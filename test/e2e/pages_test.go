package e2e

import (
	"net/http"
	"testing"
)

// view is a page in a state: who looks, where, and what is done before.
type view struct {
	name string
	as   string // "" a stranger
	// path with {state} stands for the id of the demo's pact in that state.
	path   string
	status int // 0 is 200
	do     func(*tab)
}

var views = []view{
	{name: "sign-in", path: "/sign-in"},
	{name: "sign-in-refused", path: "/sign-in", do: func(b *tab) {
		b.fill("#login", "thuky1")
		b.fill("#password", "không phải mật khẩu này")
		if got := b.press("main form button"); got != http.StatusUnauthorized && got != http.StatusForbidden && got != http.StatusUnprocessableEntity {
			b.t.Errorf("a wrong password is answered with %d", got)
		}
	}},
	{name: "inbox-secretary", as: "thuky1", path: "/"},
	{name: "inbox-admin", as: "quantri", path: "/"},
	{name: "pacts", as: "thuky1", path: "/pacts"},
	{name: "archive", as: "luutru", path: "/archive"},
	{name: "dossier-archived", as: "thuky1", path: "/pacts/{archived}"},
	{name: "not-found", as: "thuky1", path: "/pacts/nothing", status: http.StatusNotFound},
}

// TestPages looks at every page in every state, width, scheme and language: axe-core finds nothing, nothing moves
// after it was drawn, nothing is cut off, and a picture is kept.
func TestPages(t *testing.T) {
	w := demoWorld(t)
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, en := range []bool{false, true} {
				b := w.tab(t, v.as, look{width: desk, en: en})
				for _, width := range []int{desk, phone} {
					l := look{width: width, en: en}
					b.setLook(l)
					b.visit(v)
					for _, dark := range []bool{false, true} {
						l.dark = dark
						b.setLook(l)
						b.judge(v.name)
						b.shoot(v.name)
					}
				}
			}
		})
	}
}

// visit brings a tab to the state of a view.
func (b *tab) visit(v view) {
	b.t.Helper()
	want := v.status
	if want == 0 {
		want = http.StatusOK
	}
	if got := b.open(b.w.fillIn(b.t, v.path)); got != want {
		b.t.Fatalf("%s: status %d, want %d", v.path, got, want)
	}
	if s := b.shift(); s != 0 {
		b.t.Errorf("%s %s: the page moved after it was drawn by %.4f", v.name, b.look, s)
	}
	if v.do != nil {
		v.do(b)
	}
	if n := b.overflow(); n > 0 {
		b.t.Errorf("%s %s: the page is %d px wider than the window", v.name, b.look, n)
	}
}
