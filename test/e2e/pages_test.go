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
		if got := b.press("main form button"); got != http.StatusUnauthorized {
			b.t.Errorf("a wrong password is answered with %d", got)
		}
	}},
	{name: "verify", path: "/verify"},
	{name: "verify-unknown", path: "/v/khongcomanay", status: http.StatusNotFound},
	{name: "not-found", as: "thuky1", path: "/pacts/nothing", status: http.StatusNotFound},

	{name: "inbox-secretary", as: "thuky1", path: "/"},
	{name: "inbox-focal", as: "c06.daumoi", path: "/"},
	{name: "inbox-long-name", as: "c02.daumoi", path: "/"},
	{name: "inbox-head", as: "c02.lanhdao", path: "/"},
	{name: "inbox-archivist", as: "luutru", path: "/"},
	{name: "inbox-admin", as: "quantri", path: "/"},
	{name: "pacts", as: "thuky1", path: "/pacts"},
	{name: "archive", as: "luutru", path: "/archive"},
	{name: "dossier-review", as: "thuky1", path: "/pacts/{in_review}"},
	{name: "dossier-signing", as: "thuky1", path: "/pacts/{signing}"},
	{name: "dossier-archived", as: "thuky1", path: "/pacts/{archived}"},

	{name: "pact-new", as: "thuky1", path: "/pacts/new"},
	{name: "round", as: "thuky1", path: "/pacts/{in_review}/rounds/1"},
	{name: "reply", as: "c06.daumoi", path: "/pacts/{in_review}/rounds/1/reply/C06"},
	{name: "reply-draft", as: "c03.daumoi", path: "/pacts/{in_review}/rounds/1/reply/C03"},
	{name: "compare", as: "thuky1", path: "/pacts/{archived}/compare?from=1&to=2"},
	{name: "brief", as: "c02.lanhdao", path: "/pacts/{signing}/brief/C02"},
	{name: "brief-signed", as: "c01.lanhdao", path: "/pacts/{signing}/brief/C01"},
	{name: "signing", as: "thuky1", path: "/pacts/{signing}/signing"},
	{name: "record-sealed", as: "luutru", path: "/pacts/{sealed}/record"},
	{name: "record-archived", as: "luutru", path: "/pacts/{archived}/record"},

	{name: "account", as: "c01.lanhdao", path: "/account"},
	{name: "admin", as: "quantri", path: "/admin"},
	{name: "admin-found", as: "quantri", path: "/admin/clusters"},
	{name: "admin-found-preview", as: "quantri", path: "/admin/clusters", do: func(b *tab) {
		for at, text := range map[string]string{"#code": "CTD-TH", "#name": "Cụm thử", "#lead": "A", "#agencies": "A; K; Sở A; Huế; Trần Văn A; Giám đốc\nB; K; Sở B; Huế"} {
			b.fill(at, text)
		}
		b.press("button[value=preview]")
		b.sees("Sở A", "Sở B")
	}},
	{name: "admin-people", as: "quantri", path: "/admin/people"},
	{name: "admin-cluster", as: "quantri", path: "/admin/clusters/{cluster}"},
	{name: "admin-agency", as: "quantri", path: "/admin/clusters/{cluster}/agencies/C04"},
	{name: "admin-person", as: "quantri", path: "/admin/people/{person}"},
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
		b.t.Errorf("%s %s: the page moved after it was drawn by %.4f: %s", v.name, b.look, s, b.moved())
	}
	if v.do != nil {
		v.do(b)
	}
	if n := b.overflow(); n > 0 {
		b.t.Errorf("%s %s: the page is %d px wider than the window", v.name, b.look, n)
	}
}
