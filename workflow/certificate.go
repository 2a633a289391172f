package workflow

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"kyket/pact"
)

// CertificateInput is a certificate that a person will sign with.
type CertificateInput struct {
	DER   []byte
	Chain [][]byte // issuing certificates, the leaf's issuer first
	// Provider holds the key; Device is what the person declares; Simulated: another key stands in for the device.
	Provider  string
	Device    string
	Simulated bool
}

// CertificateSubject is whom a trial certificate is issued to.
type CertificateSubject struct{ Name, Organization, Unit, Locality, Title string }

// TrialIssuer is the certification authority of a trial folder.
type TrialIssuer interface {
	// Issue checks the request's own signature and answers the certificate and its chain, DER.
	Issue(csr []byte, s CertificateSubject) (leaf []byte, chain [][]byte, err error)
}

// AddCertificate binds a certificate to the person who is signed in.
func (w *Workflow) AddCertificate(ctx context.Context, call Call, in CertificateInput) (*Certificate, error) {
	if call.Actor.Person == "" {
		return nil, pact.ErrSignIn
	}
	leaf, err := x509.ParseCertificate(in.DER)
	if err != nil {
		return nil, pact.ErrField.With("field", "der").With("value", "X.509").Because(err)
	}
	if leaf.KeyUsage&x509.KeyUsageContentCommitment == 0 || leaf.IsCA {
		return nil, errUsage
	}
	pool, err := parseChain(in.Chain)
	if err != nil {
		return nil, pact.ErrField.With("field", "chain").With("value", "X.509").Because(err)
	}
	if err := w.Signing.Status.Check(ctx, leaf, pool); err != nil {
		return nil, err
	}
	return run(ctx, w, call, nil, func(tx Tx) (*Certificate, error) {
		c := &Certificate{Person: call.Actor.Person, SHA256: pact.DigestOf(in.DER), DER: in.DER, Chain: in.Chain,
			Provider: in.Provider, Device: in.Device, Simulated: in.Simulated, AddedAt: w.Clock().UTC()}
		had, err := tx.Certificate(c.Person, c.SHA256)
		if err == nil {
			return had, nil
		}
		if !errors.Is(err, pact.ErrNotFound) {
			return nil, err
		}
		return c, tx.SaveCertificate(c)
	})
}

var errUsage = pact.Problem(pact.Invalid, "certificate_usage",
	"Chứng thư số này không dùng để ký văn bản (thiếu mục đích chống chối bỏ).",
	"This certificate is not meant for signing documents (key usage non-repudiation is missing).")

// IssueTrialCertificate issues and binds a certificate of the trial authority to the person who signs for an agency
// today. Only a trial folder has one.
func (w *Workflow) IssueTrialCertificate(ctx context.Context, call Call, cluster pact.ClusterID, agency pact.AgencyCode, csr []byte, in CertificateInput) (*Certificate, error) {
	if w.Signing.Trial == nil {
		return nil, errNoTrial
	}
	if err := pact.Permit(call.Actor, pact.ActSign, pact.Subject{Cluster: cluster, Agency: agency, At: w.Clock()}); err != nil {
		return nil, err
	}
	s, err := w.subject(ctx, call, cluster, agency)
	if err != nil {
		return nil, err
	}
	if in.DER, in.Chain, err = w.Signing.Trial.Issue(csr, s); err != nil {
		return nil, err
	}
	return w.AddCertificate(ctx, call, in)
}

// subject is the name on a trial certificate: the head of the day of an agency.
func (w *Workflow) subject(ctx context.Context, call Call, cluster pact.ClusterID, agency pact.AgencyCode) (s CertificateSubject, err error) {
	err = w.Store.View(ctx, func(tx Reader) error {
		cl, err := tx.Cluster(cluster)
		if err != nil {
			return err
		}
		head, err := w.signatory(call, cl, agency)
		if err != nil {
			return err
		}
		s = CertificateSubject{Name: head.Name, Organization: cl.NameOn(agency, pact.DateIn(w.Clock())),
			Locality: cl.Agency(agency).Place, Title: head.Position}
		return nil
	})
	return s, err
}

var errNoTrial = pact.Problem(pact.NotFound, "no_trial_authority",
	"Hệ thống này dùng chứng thư số thật; không cấp chứng thư thử nghiệm.",
	"This system uses real certificates; it issues none for trials.")

// signatory is the head of the day, and refuses everybody else: a role alone does not sign.
func (w *Workflow) signatory(call Call, cl *pact.Cluster, agency pact.AgencyCode) (pact.Head, error) {
	head, _, err := cl.Signatory(agency, pact.DateIn(w.Clock()))
	if err != nil {
		return head, err
	}
	if !sameText(head.Name, call.Actor.Name) {
		return head, errNotSignatory.With("agency", cl.NameOn(agency, pact.DateIn(w.Clock()))).With("name", head.Name)
	}
	return head, nil
}

var errNotSignatory = pact.Problem(pact.Forbidden, "not_signatory",
	"Người ký của {agency} trong ngày hôm nay là {name}.", "Today {name} signs for {agency}.")

func sameText(a, b string) bool { return foldText(a) == foldText(b) }

func foldText(s string) string { return cases.Fold().String(norm.NFC.String(s)) }

// usable checks a certificate for one signature: valid now, of this person and agency, not revoked. What cannot be found out now
// is a warning: the hall does not wait for a responder, and the seal checks again.
func (w *Workflow) usable(ctx context.Context, c *Certificate, name, organization string) (warning string, err error) {
	leaf, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return "", err
	}
	if now := w.Clock(); now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return "", errExpired.With("until", leaf.NotAfter.In(pact.ICT).Format(time.DateOnly))
	}
	if !slices.ContainsFunc(leaf.Subject.Organization, func(o string) bool { return sameText(o, organization) }) {
		return "", errWrongAgency.With("agency", organization)
	}
	// A certificate may say more than the name ("Nguyễn Văn A, Giám đốc"), never somebody else's.
	if !strings.Contains(foldText(leaf.Subject.CommonName), foldText(name)) {
		return "", errWrongPerson.With("name", name)
	}
	pool, err := parseChain(c.Chain)
	if err != nil {
		return "", err
	}
	err = w.Signing.Status.Check(ctx, leaf, pool)
	var p *pact.Error
	if errors.As(err, &p) && p.Kind == pact.Unavailable {
		w.Log.Warn("revocation status unknown at signing", "code", p.Code)
		return p.Code, nil
	}
	return "", err
}

var (
	errWrongPerson = pact.Problem(pact.Invalid, "certificate_wrong_person",
		"Chứng thư số không mang tên {name}.", "The certificate is not in the name of {name}.")
	errExpired = pact.Problem(pact.Conflict, "certificate_expired",
		"Chứng thư số không còn (hoặc chưa) có hiệu lực; thời hạn đến {until}.", "The certificate is not valid now; it is valid until {until}.")
	errWrongAgency = pact.Problem(pact.Invalid, "certificate_wrong_agency",
		"Chứng thư số không thuộc {agency}.", "The certificate does not belong to {agency}.")
)
