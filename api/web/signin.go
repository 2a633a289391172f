package web

import (
	"net/http"
	"time"
)

type signInPage struct {
	*Base
	Login, Next string
}

func (p *Site) signInPage(v *Visit) *signInPage {
	b := p.base(v, "", "Đăng nhập", "Sign in")
	b.Narrow = true
	return &signInPage{Base: b, Next: safeNext(v.R.URL.Query().Get("next"))}
}

func (p *Site) askSignIn(v *Visit) error {
	if v.Person != nil {
		return v.To(safeNext(v.R.URL.Query().Get("next")))
	}
	return p.show(v, "signin", p.signInPage(v))
}

// signIn always begins a new session: one that was there before, whoever brought it, ends.
func (p *Site) signIn(v *Visit) error {
	view := p.signInPage(v)
	view.Login, view.Next = v.Form.Get("login"), safeNext(v.Form.Get("next"))
	token, s, _, err := p.Identity.SignIn(v.R.Context(), view.Login, v.Form.Get("password"), v.Address, v.Token)
	if err != nil {
		return p.refuse(v, err, view.Base, "signin", view)
	}
	c := p.Cookie(token, s.Ends)
	http.SetCookie(v.W, &c)
	return v.To(view.Next)
}

func (p *Site) signOut(v *Visit) error {
	if err := p.Identity.SignOut(v.R.Context(), v.Token); err != nil {
		return err
	}
	c := p.Cookie("", time.Unix(1, 0))
	http.SetCookie(v.W, &c)
	return v.Done("/sign-in", "signed_out")
}
