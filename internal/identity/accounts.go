package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"kyket/pact"
)

// Accounts are the people and their sign-ins. It is safe for concurrent use.
type Accounts struct {
	store Store
	now   func() time.Time
	log   *slog.Logger
	hash  *hasher

	byAddress, byLogin, bySession *Throttle
}

// Options are what differs between a server and a test.
type Options struct {
	// Now is the machine's clock.
	Now    func() time.Time
	Logger *slog.Logger
	// Params of the password hash; nil for the real ones.
	Params *argon2id.Params
}

// New returns the accounts over their store.
func New(store Store, o Options) (*Accounts, error) {
	params := hashParams
	if o.Params != nil {
		params = *o.Params
	}
	h, err := newHasher(params, 2)
	if err != nil {
		return nil, err
	}
	return &Accounts{
		store: store, now: o.Now, log: o.Logger, hash: h,
		byAddress: NewThrottle(30, 10*time.Second, 10_000),
		byLogin:   NewThrottle(10, 30*time.Second, 10_000),
		bySession: NewThrottle(5, 30*time.Second, 10_000),
	}, nil
}

// NewPerson is what an administrator enters.
type NewPerson struct {
	Login, Name, Password string
	Grants                []pact.Grant
}

// AddPerson opens an account. Who may do it is checked by the caller with package pact.
func (a *Accounts) AddPerson(ctx context.Context, req Request, in NewPerson) (*Person, error) {
	p, err := a.person(ctx, in)
	if err != nil {
		return nil, err
	}
	rec, err := a.record(pact.ActPersonCreate, req.By, p)
	if err != nil {
		return nil, err
	}
	made := *p
	if err := a.store.AddPerson(ctx, req, p, rec); err != nil {
		return nil, err
	}
	if p.ID == made.ID {
		return p, nil
	}
	// A repeated request. Its fingerprint holds no digest of the password, so that is compared here.
	same, err := a.hash.matches(ctx, in.Password, p.Password)
	if err != nil {
		return nil, err
	}
	if !same || p.Login != made.Login {
		return nil, pact.ErrKeyReused
	}
	return p, nil
}

// person checks the input and makes the account of it, not stored yet.
func (a *Accounts) person(ctx context.Context, in NewPerson) (*Person, error) {
	login, err := CleanLogin(in.Login)
	if err != nil {
		return nil, err
	}
	name, err := cleanName(in.Name)
	if err != nil {
		return nil, err
	}
	if err := CheckPassword(in.Password, login); err != nil {
		return nil, err
	}
	if err := checkGrants(in.Grants); err != nil {
		return nil, err
	}
	hash, err := a.hash.hash(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	return &Person{ID: pact.PersonID(id.String()), Login: login, Name: name, Grants: in.Grants, Password: hash,
		CreatedAt: a.now().UTC().Truncate(time.Microsecond)}, nil
}

// SetGrants replaces what a person may do; version is the row version that was read. It holds from the next request on.
func (a *Accounts) SetGrants(ctx context.Context, req Request, id pact.PersonID, version int64, grants []pact.Grant) (*Person, error) {
	if err := checkGrants(grants); err != nil {
		return nil, err
	}
	p, err := a.store.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	p.RowVersion, p.Grants = version, grants
	rec, err := a.record(ActGrantsChange, req.By, p)
	if err != nil {
		return nil, err
	}
	return p, a.store.SavePerson(ctx, req, p, rec)
}

// SetPassword gives a person a new password and ends all sign-ins; by is the administrator, empty for the command line.
func (a *Accounts) SetPassword(ctx context.Context, by, id pact.PersonID, password string) error {
	p, err := a.store.Person(ctx, id)
	if err != nil {
		return err
	}
	if err := a.savePassword(ctx, by, p, password); err != nil {
		return err
	}
	return a.store.EndSessions(ctx, id, "")
}

// ChangePassword is done by the person, who knows the old password; other sign-ins end.
func (a *Accounts) ChangePassword(ctx context.Context, s *Session, old, password string) error {
	p, err := a.confirm(ctx, s, old)
	if err != nil {
		return err
	}
	if err := a.savePassword(ctx, p.ID, p, password); err != nil {
		return err
	}
	return a.store.EndSessions(ctx, p.ID, s.ID)
}

func (a *Accounts) savePassword(ctx context.Context, by pact.PersonID, p *Person, password string) error {
	err := CheckPassword(password, p.Login)
	if err != nil {
		return err
	}
	if p.Password, err = a.hash.hash(ctx, password); err != nil {
		return err
	}
	rec, err := a.record(ActPasswordChange, by, p)
	if err != nil {
		return err
	}
	return a.store.SavePerson(ctx, Request{By: by}, p, rec)
}

// Person returns one account.
func (a *Accounts) Person(ctx context.Context, id pact.PersonID) (*Person, error) {
	return a.store.Person(ctx, id)
}

// PersonByLogin finds an account by its login, for the command line.
func (a *Accounts) PersonByLogin(ctx context.Context, login string) (*Person, error) {
	login, err := CleanLogin(login)
	if err != nil {
		return nil, err
	}
	return a.store.PersonByLogin(ctx, login)
}

// People lists accounts by id, after the given one.
func (a *Accounts) People(ctx context.Context, after pact.PersonID, limit int) ([]*Person, error) {
	return a.store.People(ctx, after, limit)
}

// record makes the entry of the history: who the person is and may be, no secret.
func (a *Accounts) record(act pact.Act, by pact.PersonID, p *Person) (Record, error) {
	body, err := json.Marshal(struct {
		Person pact.PersonID
		Login  string
		Name   string
		Grants []pact.Grant
	}{p.ID, p.Login, p.Name, p.Grants})
	return Record{Act: act, By: by, At: a.now().UTC().Truncate(time.Microsecond), Body: body}, err
}

var roles = []pact.Role{
	pact.Admin, pact.LeadHead, pact.SecretaryChief, pact.Secretary, pact.Clerk, pact.Focal, pact.HeadOfAgency,
	pact.Archivist, pact.Auditor,
}

// ofAgency are the roles that a person has for one agency, not for the cluster as a whole.
var ofAgency = []pact.Role{pact.Focal, pact.HeadOfAgency}

// maxGrants bounds what is read with every request.
const maxGrants = 100

func checkGrants(grants []pact.Grant) error {
	if len(grants) > maxGrants {
		return ErrGrant.With("role", "…").With("why", bilingual{"quá 100 vai trò", "more than 100 grants"})
	}
	for _, g := range grants {
		why := bilingual{}
		switch {
		case !slices.Contains(roles, g.Role):
			why = bilingual{"không có vai trò này", "there is no such role"}
		case g.Role == pact.Admin && (g.Cluster != "" || g.Agency != ""):
			why = bilingual{"quản trị viên không thuộc cụm hay đơn vị nào", "an administrator has no cluster and no agency"}
		case g.Role != pact.Admin && g.Cluster == "":
			why = bilingual{"thiếu cụm", "the cluster is missing"}
		case slices.Contains(ofAgency, g.Role) && g.Agency == "":
			why = bilingual{"thiếu đơn vị", "the agency is missing"}
		case !g.From.IsZero() && !g.To.IsZero() && !g.From.Before(g.To):
			why = bilingual{"thời hạn kết thúc trước khi bắt đầu", "it ends before it begins"}
		}
		if why != (bilingual{}) {
			return ErrGrant.With("role", clip(string(g.Role))).With("why", why)
		}
	}
	return nil
}

// bilingual is a reason inside a sentence.
type bilingual struct{ vi, en string }

func (b bilingual) Words(lang string) string {
	if lang == "en" {
		return b.en
	}
	return b.vi
}

func cleanName(name string) (string, error) {
	s := strings.Join(strings.Fields(norm.NFC.String(name)), " ")
	if s == "" {
		return "", pact.ErrMissing.With("field", "name")
	}
	if len([]rune(s)) > 200 || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", pact.ErrField.With("field", "name").With("value", clip(s))
	}
	return s, nil
}

// newToken is 256 random bits as text.
func newToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func digest(secret string) pact.Digest { return sha256.Sum256([]byte(secret)) }

func missing(err error) bool { return errors.Is(err, pact.ErrNotFound) }
