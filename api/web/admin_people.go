package web

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

// peoplePage takes people as lines: first a preview, then the accounts with their passwords, shown once.
type peoplePage struct {
	*Base
	Clusters []*pact.Cluster
	Cluster  *pact.Cluster // chosen; nil: none
	Text     string
	Lines    []personLine
	Ready    bool // the preview found nothing wrong
	Made     bool
	Roles    []pact.Role
}

func (p *Site) peoplePage(v *Visit, chosen string) (*peoplePage, error) {
	if err := p.manages(v); err != nil {
		return nil, err
	}
	b := p.base(v, "admin", "Thêm người dùng", "Add people")
	view := &peoplePage{Base: b, Roles: everyRole}
	var err error
	if view.Clusters, err = p.Workflow.Clusters(v.R.Context(), v.Call); err != nil {
		return nil, err
	}
	for _, c := range view.Clusters {
		if string(c.ID) == chosen {
			view.Cluster = c
		}
	}
	return view, nil
}

func (p *Site) askPeople(v *Visit) error {
	q := v.R.URL.Query()
	view, err := p.peoplePage(v, q.Get("cluster"))
	if err != nil {
		return err
	}
	if view.Cluster != nil && q.Get("propose") != "" {
		view.Text = proposePeople(view.Cluster, pact.DateIn(p.Workflow.Clock()))
	}
	return p.show(v, "people", view)
}

func (p *Site) addPeople(v *Visit) error {
	view, err := p.peoplePage(v, v.Form.Get("cluster"))
	if err != nil {
		return err
	}
	view.Text = v.Text("people")
	view.Lines, view.Ready = personLines(view.Base, view.Text, view.Cluster)
	if !view.Ready || v.Form.Get("step") != "save" {
		return p.show(v, "people", view)
	}
	if err := p.makeAccounts(v, view); err != nil {
		return p.refuse(v, err, view.Base, "people", view)
	}
	v.W.Header().Set("Cache-Control", "no-store")
	return p.show(v, "people", view)
}

// makeAccounts opens an account a login. A login that is taken is said at its line; the others are made.
func (p *Site) makeAccounts(v *Visit, view *peoplePage) error {
	view.Made = true
	for i := range view.Lines {
		l := &view.Lines[i]
		if slices.ContainsFunc(view.Lines[:i], func(x personLine) bool { return x.Login == l.Login }) {
			continue // its roles went with the first line
		}
		in := identity.NewPerson{Login: l.Login, Name: l.Name, Password: newPassword()}
		for _, x := range view.Lines {
			if x.Login == l.Login {
				in.Grants = append(in.Grants, x.Grant)
			}
		}
		_, err := p.Identity.AddPerson(v.R.Context(), identity.Request{By: v.Person.ID, Key: v.Call.Key + "/" + l.Login}, in)
		var e *pact.Error
		switch {
		case err == nil:
			l.Password = in.Password
		case errors.Is(err, pact.ErrKeyReused):
			l.Trouble = view.Say("Tài khoản này đã được tạo khi biểu mẫu được gửi lần đầu; cần thì đặt mật khẩu mới.", "This account was made when the form was sent first; set a new password if need be.")
		case errors.As(err, &e) && e.Kind != pact.Internal:
			l.Trouble = e.Text(view.Lang)
		default:
			return err
		}
	}
	return nil
}

var passwordText = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// newPassword has 80 random bits, in groups that are easy to read out.
func newPassword() string {
	var b [10]byte
	rand.Read(b[:])
	s := passwordText.EncodeToString(b[:])
	return strings.Join([]string{s[:4], s[4:8], s[8:12], s[12:]}, "-")
}

// personPage is one account.
type personPage struct {
	*Base
	Who      *identity.Person
	Clusters []*pact.Cluster
	Rows     []grantInput
	Roles    []pact.Role
	Version  int64
	Password string // new, shown once
	Current  []grantRow
}

// grantInput is a role as it is typed.
type grantInput struct{ Role, Cluster, Agency, From, To string }

// spareRows are empty rows for roles to be added.
const spareRows = 2

func (p *Site) personPage(v *Visit) (*personPage, error) {
	if err := p.manages(v); err != nil {
		return nil, err
	}
	who, err := p.Identity.Person(v.R.Context(), pact.PersonID(v.Param("id")))
	if err != nil {
		return nil, err
	}
	view := &personPage{Base: p.base(v, "admin", who.Name, who.Name), Who: who, Roles: everyRole, Version: who.RowVersion}
	if view.Clusters, err = p.Workflow.Clusters(v.R.Context(), v.Call); err != nil {
		return nil, err
	}
	for _, g := range who.Grants {
		r := grantInput{Role: string(g.Role), Cluster: string(g.Cluster), Agency: string(g.Agency)}
		if !g.From.IsZero() {
			r.From = g.From.In(pact.ICT).Format(time.DateOnly)
		}
		if !g.To.IsZero() {
			r.To = g.To.In(pact.ICT).Format(time.DateOnly)
		}
		view.Rows = append(view.Rows, r)
	}
	view.Rows = append(view.Rows, make([]grantInput, spareRows)...)
	view.Current, err = p.grantRows(v, view.Base, who.Grants)
	return view, err
}

func (p *Site) person(v *Visit) error {
	view, err := p.personPage(v)
	if err != nil {
		return err
	}
	return p.show(v, "person", view)
}

func (p *Site) setGrants(v *Visit) error {
	view, err := p.personPage(v)
	if err != nil {
		return err
	}
	view.Rows = nil
	var grants []pact.Grant
	var wrong error
	f := v.Form
	for i, role := range f["role"] {
		at := func(name string) string {
			if i < len(f[name]) {
				return strings.TrimSpace(f[name][i])
			}
			return ""
		}
		r := grantInput{role, at("cluster"), at("agency"), at("from"), at("to")}
		view.Rows = append(view.Rows, r)
		if role == "" {
			continue // a spare row, or one to be dropped
		}
		g, err := r.grant()
		if err != nil {
			wrong = err
		}
		grants = append(grants, g)
	}
	version, _ := strconv.ParseInt(v.Form.Get("version"), 10, 64) // what is no number is stale
	err = wrong
	if err == nil {
		_, err = p.Identity.SetGrants(v.R.Context(), identity.Request{By: v.Person.ID, Key: v.Call.Key, Fingerprint: v.Call.Fingerprint}, view.Who.ID, version, grants)
	}
	if err != nil {
		return p.refuse(v, err, view.Base, "person", view)
	}
	return v.Done("/admin/people/"+string(view.Who.ID), "saved")
}

func (r grantInput) grant() (pact.Grant, error) {
	g := pact.Grant{Role: pact.Role(r.Role), Cluster: pact.ClusterID(r.Cluster), Agency: pact.AgencyCode(r.Agency)}
	if g.Role == pact.Admin {
		g.Cluster, g.Agency = "", ""
	}
	for _, x := range []struct {
		text string
		to   *time.Time
	}{{r.From, &g.From}, {r.To, &g.To}} {
		d, err := pact.ParseDate(x.text)
		if err != nil {
			return g, pact.ErrField.With("field", "date").With("value", x.text)
		}
		if !d.IsZero() {
			*x.to = d.Time()
		}
	}
	return g, nil
}

// renewPassword gives a new password, shown once.
func (p *Site) renewPassword(v *Visit) error {
	view, err := p.personPage(v)
	if err != nil {
		return err
	}
	password := newPassword()
	if err := p.Identity.SetPassword(v.R.Context(), v.Person.ID, view.Who.ID, password); err != nil {
		return p.refuse(v, err, view.Base, "person", view)
	}
	view.Password = password
	view.Who, err = p.Identity.Person(v.R.Context(), view.Who.ID) // its row has moved on
	if err != nil {
		return err
	}
	view.Version = view.Who.RowVersion
	v.W.Header().Set("Cache-Control", "no-store")
	return p.show(v, "person", view)
}
