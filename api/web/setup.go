package web

import (
	"net/http"

	"kyket/internal/identity"
	"kyket/pact"
)

type setupPage struct {
	*Base
	Code, Login, Name string
}

func (p *Site) setupPage(v *Visit) *setupPage {
	b := p.base(v, "", "Thiết lập Kyket", "Set up Kyket")
	b.Narrow = true
	return &setupPage{Base: b}
}

// installed says whether somebody has an account, so that there is nothing to set up.
func (p *Site) installed(v *Visit) (bool, error) {
	some, err := p.Identity.People(v.R.Context(), "", 1)
	return len(some) > 0, err
}

func (p *Site) askSetup(v *Visit) error {
	done, err := p.installed(v)
	if err != nil {
		return err
	}
	if done {
		return v.To("/sign-in")
	}
	return p.show(v, "setup", p.setupPage(v))
}

// setUp makes the first administrator and signs them in; the guided part goes on with the cluster.
func (p *Site) setUp(v *Visit) error {
	view := p.setupPage(v)
	view.Code, view.Login, view.Name = v.trimmed("code"), v.trimmed("login"), v.trimmed("name")
	password := v.Form.Get("password")
	if password != v.Form.Get("again") {
		return p.refuse(v, errAgain, view.Base, "setup", view)
	}
	_, err := p.Identity.SetUp(v.R.Context(), view.Code, identity.NewPerson{Login: view.Login, Name: view.Name, Password: password}, v.Address)
	if err != nil {
		return p.refuse(v, err, view.Base, "setup", view)
	}
	token, s, _, err := p.Identity.SignIn(v.R.Context(), view.Login, password, v.Address, v.Token)
	if err != nil {
		return v.Done("/sign-in", "setup_done")
	}
	c := p.Cookie(token, s.Ends)
	http.SetCookie(v.W, &c)
	return v.To("/admin/clusters?first=1")
}

var errAgain = pact.Problem(pact.Invalid, "password_again",
	"Hai lần nhập mật khẩu không giống nhau.", "The two passwords are not the same.")
