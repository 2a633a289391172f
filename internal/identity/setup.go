package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"strings"

	"kyket/pact"
)

// codeText is Crockford's base 32: no letters that are read as digits.
var codeText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewSetupCode makes the one-time code of the first start, for the operator's eyes; it replaces an unused older one. It
// is empty when somebody has an account already.
func (a *Accounts) NewSetupCode(ctx context.Context) (string, error) {
	var b [15]byte // 120 bits, four groups of six
	rand.Read(b[:])
	s := codeText.EncodeToString(b[:])
	code := s[:6] + "-" + s[6:12] + "-" + s[12:18] + "-" + s[18:]
	err := a.store.PutSetupCode(ctx, SetupCode{Code: codeDigest(code)})
	if errors.Is(err, ErrSetupDone) {
		return "", nil
	}
	return code, err
}

func codeDigest(code string) pact.Digest {
	code = strings.ToUpper(code)
	code = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(code)
	return digest("kyket set-up code\n" + code)
}

// SetUp makes the first administrator with the one-time code, which is used up by it. The same request again, after its
// answer was lost, is answered alike: it knows code and password both.
func (a *Accounts) SetUp(ctx context.Context, code string, in NewPerson, address string) (*Person, error) {
	if err := a.take(a.byAddress, AddressKey(address)); err != nil {
		return nil, err
	}
	stored, err := a.store.SetupCode(ctx)
	if missing(err) {
		return nil, ErrSetupDone
	}
	if err != nil {
		return nil, err
	}
	given := codeDigest(code)
	if subtle.ConstantTimeCompare(given[:], stored.Code[:]) != 1 {
		if stored.UsedBy != "" {
			return nil, ErrSetupDone
		}
		return nil, ErrSetupCode
	}
	if stored.UsedBy != "" {
		return a.setUpAgain(ctx, stored.UsedBy, in)
	}
	in.Grants = []pact.Grant{{Role: pact.Admin}}
	p, err := a.person(ctx, in)
	if err != nil {
		return nil, err
	}
	rec, err := a.record(pact.ActPersonCreate, "", p)
	if err != nil {
		return nil, err
	}
	if err := a.store.Install(ctx, given, p, rec); err != nil {
		return nil, err
	}
	a.byAddress.Return(AddressKey(address))
	return p, nil
}

func (a *Accounts) setUpAgain(ctx context.Context, id pact.PersonID, in NewPerson) (*Person, error) {
	p, err := a.store.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	login, err := CleanLogin(in.Login)
	if err != nil || login != p.Login {
		return nil, ErrSetupDone
	}
	ok, err := a.hash.matches(ctx, in.Password, p.Password)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrSetupDone
	}
	return p, nil
}
