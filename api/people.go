package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kyket/api/wire"
	"kyket/internal/identity"
	"kyket/pact"
)

// registerPeople adds accounts and sign-ins.
func (s *server) registerPeople(a huma.API) {
	add(s, a, Route{Method: "POST", Path: "/setup", Access: Public, Secret: true, Status: 201, Tag: "people",
		Summary: "Make the first administrator with the one-time code"}, s.setUp)
	add(s, a, Route{Method: "POST", Path: "/sign-in", Access: Public, Secret: true, Tag: "people",
		Summary: "Begin a session"}, s.signIn)
	add(s, a, Route{Method: "DELETE", Path: "/sign-in", Status: 204, Tag: "people",
		Summary: "End this session"}, s.signOut)
	add(s, a, Route{Method: "GET", Path: "/me", Tag: "people",
		Summary: "Who is signed in"}, s.me)
	add(s, a, Route{Method: "PUT", Path: "/me/password", Secret: true, Status: 204, Tag: "people",
		Summary: "Change one's password; other sessions end"}, s.changePassword)
	add(s, a, Route{Method: "POST", Path: "/step-up", Secret: true, Tag: "people",
		Summary: "Confirm one's password before signing"}, s.stepUp)
	add(s, a, Route{Method: "POST", Path: "/people", Act: pact.ActPersonCreate, Key: true, Secret: true, Status: 201, Tag: "people",
		Summary: "Open an account"}, s.addPerson)
	add(s, a, Route{Method: "GET", Path: "/people", Act: pact.ActPersonCreate, Tag: "people",
		Summary: "List the accounts"}, s.people)
	add(s, a, Route{Method: "GET", Path: "/people/{id}", Act: pact.ActPersonCreate, Tag: "people",
		Summary: "Read an account"}, s.person)
	add(s, a, Route{Method: "PUT", Path: "/people/{id}/grants", Act: pact.ActPersonCreate, Match: true, Tag: "people",
		Summary: "Replace what a person may do"}, s.setGrants)
	add(s, a, Route{Method: "PUT", Path: "/people/{id}/password", Act: pact.ActPersonCreate, Secret: true, Status: 204, Tag: "people",
		Summary: "Give a person a new password; all their sessions end"}, s.setPassword)
}

func (s *server) setUp(ctx context.Context, r *request, in *struct{ Body wire.Setup }) (*answer[wire.Person], error) {
	p, err := s.Identity.SetUp(ctx, in.Body.Code,
		identity.NewPerson{Login: in.Body.Login, Name: in.Body.Name, Password: in.Body.Password}, r.address)
	if err != nil {
		return nil, err
	}
	return say(wire.FromPerson(p)), nil
}

type signedIn struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      wire.SignedIn
}

func (s *server) signIn(ctx context.Context, r *request, in *struct {
	Cookie string `header:"Cookie" hidden:"true"`
	Auth   string `header:"Authorization" hidden:"true"`
	Body   wire.SignIn
}) (*signedIn, error) {
	old := s.tokenOf(http.Header{"Authorization": {in.Auth}}, func(name string) (*http.Cookie, error) {
		return (&http.Request{Header: http.Header{"Cookie": {in.Cookie}}}).Cookie(name)
	})
	token, session, p, err := s.Identity.SignIn(ctx, in.Body.Login, in.Body.Password, r.address, old)
	if err != nil {
		return nil, err
	}
	out := &signedIn{Body: wire.SignedIn{Token: token, Person: wire.FromPerson(p), Ends: session.Ends.UTC()}}
	if in.Body.Cookie { // for pages: no script ever sees the token
		out.Body.Token = ""
		out.SetCookie = []http.Cookie{s.cookie(token, session.Ends)}
	}
	return out, nil
}

func (s *server) signOut(ctx context.Context, r *request, _ *nowhere) (*struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}, error) {
	return &struct {
		SetCookie []http.Cookie `header:"Set-Cookie"`
	}{[]http.Cookie{s.cookie("", time.Unix(1, 0))}}, s.Identity.SignOut(ctx, r.token)
}

// cookieName has the prefix that ties a cookie to this very host, where the browser allows it.
func (s *server) cookieName() string {
	if s.secure {
		return "__Host-kyket"
	}
	return "kyket"
}

// cookie holds a session's token for the pages. Only on the machine itself does it go without TLS.
func (s *server) cookie(token string, ends time.Time) http.Cookie {
	return http.Cookie{Name: s.cookieName(), Value: token, Path: "/", Expires: ends.UTC(), HttpOnly: true,
		Secure: s.secure || !s.loopback, SameSite: http.SameSiteLaxMode}
}

func (s *server) me(_ context.Context, r *request, _ *nowhere) (*answer[wire.Person], error) {
	return say(wire.FromPerson(r.person)), nil
}

func (s *server) changePassword(ctx context.Context, r *request, in *struct{ Body wire.NewPassword }) (*none, error) {
	return &none{}, s.Identity.ChangePassword(ctx, r.session, in.Body.Old, in.Body.Password)
}

func (s *server) stepUp(ctx context.Context, r *request, in *struct{ Body wire.Password }) (*answer[wire.Until], error) {
	until, err := s.Identity.StepUp(ctx, r.session, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return say(wire.Until{Until: until}), nil
}

// mayManage says whether the actor looks after the accounts.
func (s *server) mayManage(r *request) error {
	return pact.Permit(r.call.Actor, pact.ActPersonCreate, pact.Subject{At: s.Workflow.Clock()})
}

func (s *server) addPerson(ctx context.Context, r *request, in *struct{ Body wire.NewPerson }) (*tagged[wire.Person], error) {
	if err := s.mayManage(r); err != nil {
		return nil, err
	}
	p, err := s.Identity.AddPerson(ctx, r.identify(), identity.NewPerson{Login: in.Body.Login, Name: in.Body.Name,
		Password: in.Body.Password, Grants: wire.DomainGrants(in.Body.Grants)})
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromPerson(p), p.RowVersion), nil
}

func (s *server) people(ctx context.Context, r *request, in *wire.OnPage) (*answer[wire.List[wire.Person]], error) {
	if err := s.mayManage(r); err != nil {
		return nil, err
	}
	all, err := s.Identity.People(ctx, pact.PersonID(in.After), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return say(paged(all, in.Limit, wire.FromPerson, func(p *identity.Person) string { return string(p.ID) })), nil
}

func (s *server) person(ctx context.Context, r *request, in *wire.OnID) (*tagged[wire.Person], error) {
	if err := s.mayManage(r); err != nil {
		return nil, err
	}
	p, err := s.Identity.Person(ctx, pact.PersonID(in.ID))
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromPerson(p), p.RowVersion), nil
}

func (s *server) setGrants(ctx context.Context, r *request, in *struct {
	wire.OnID
	Body wire.Grants
}) (*tagged[wire.Person], error) {
	if err := s.mayManage(r); err != nil {
		return nil, err
	}
	p, err := s.Identity.SetGrants(ctx, r.identify(), pact.PersonID(in.ID), r.version(), wire.DomainGrants(in.Body.Grants))
	if err != nil {
		return nil, err
	}
	return sayTagged(wire.FromPerson(p), p.RowVersion), nil
}

func (s *server) setPassword(ctx context.Context, r *request, in *struct {
	wire.OnID
	Body wire.Password
}) (*none, error) {
	if err := s.mayManage(r); err != nil {
		return nil, err
	}
	return &none{}, s.Identity.SetPassword(ctx, r.call.Actor.Person, pact.PersonID(in.ID), in.Body.Password)
}

// paged makes a page out of a list that was asked for one item more than it shows.
func paged[A, B any](all []A, limit int, show func(A) B, id func(A) string) wire.List[B] {
	next := ""
	if len(all) > limit {
		all = all[:limit]
		next = id(all[limit-1])
	}
	return wire.List[B]{Items: wire.Each(all, show), Next: next}
}

// whole makes a list that has one page.
func whole[A, B any](all []A, show func(A) B) wire.List[B] {
	return wire.List[B]{Items: wire.Each(all, show)}
}
