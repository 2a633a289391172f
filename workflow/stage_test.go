package workflow_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kyket/archive"
	"kyket/internal/jobs"
	"kyket/internal/store"
	"kyket/internal/trialpki"
	"kyket/pact"
	"kyket/signing"
	"kyket/signing/trust"
	"kyket/workflow"
)

// stage is a whole installation without HTTP: SQLite, objects on disk, the trial authorities, jobs that run.
type stage struct {
	t     testing.TB
	w     *workflow.Workflow
	store *store.Store
	world *trialpki.World
	clock atomic.Int64
	calls int
	id    pact.PactID
}

// start is when the plays begin.
var start = time.Date(2026, 1, 5, 8, 0, 0, 0, pact.ICT)

func (s *stage) now() time.Time          { return time.Unix(0, s.clock.Load()).UTC() }
func (s *stage) advance(d time.Duration) { s.clock.Add(int64(d)) }
func (s *stage) call(a pact.Actor) workflow.Call {
	s.calls++
	return workflow.Call{Actor: a, Key: fmt.Sprintf("k%d", s.calls), Fingerprint: pact.DigestOf(fmt.Appendf(nil, "%d", s.calls))}
}

type mint struct{}

func (mint) ID() string             { return uuid.Must(uuid.NewV7()).String() }
func (mint) Code(key string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(key)))[:13] }

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{t: t}
	s.clock.Store(start.UnixNano())
	ctx := context.Background()
	dir := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	var err error
	s.store, err = store.Open(ctx, store.Config{SQLite: filepath.Join(dir, "kyket.db"),
		Jobs: jobs.Config{Log: log, Backoff: jobs.Backoff(20*time.Millisecond, 100*time.Millisecond)}})
	check(t, err)
	objects, err := archive.OpenObjects(filepath.Join(dir, "objects"))
	check(t, err)
	s.world, err = trialpki.New(s.now, trialpki.P256, "http://127.0.0.1:8080/trial")
	check(t, err)
	key, cert, err := s.world.NewService("Kyket")
	check(t, err)
	certifier, err := signing.NewLocal(key, cert, s.world.IssuingCA())
	check(t, err)
	hosts := []string{"127.0.0.1"}
	signers := trust.NewAnchors(trust.Anchor{Certificate: s.world.Root(), Hosts: hosts})
	stamps := trust.NewAnchors(trust.Anchor{Certificate: s.world.StampRoot(), Hosts: hosts})
	s.w = workflow.New(workflow.Deps{
		Store: s.store, Objects: objects, Clock: s.now, Machine: time.Now, Mint: mint{}, PublicURL: "http://127.0.0.1:8080",
		Trial: true, Log: log,
		Signing: workflow.SigningDeps{Certifier: certifier, Rules: signing.DefaultRules,
			Stamper: trust.NewAuthority(s.world.StampURL(), s.world, stamps, s.now, 5*time.Second),
			Status:  trust.NewSource(signers.With(stamps), s.world, s.now, 5*time.Second)},
	})
	s.store.Jobs().Handle(workflow.JobStamp, s.w.LiftStamps)
	s.store.Jobs().Handle(workflow.JobSeal, s.w.Seal)
	check(t, s.store.Jobs().Start(ctx))
	t.Cleanup(func() {
		_ = s.store.Jobs().Stop(ctx)
		_ = s.store.Close()
	})
	return s
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settle waits until the pact has no open job.
func (s *stage) settle() {
	s.t.Helper()
	for range 1000 {
		n, err := s.store.OpenJobs(s.t.Context(), s.id)
		check(s.t, err)
		if n == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatal("jobs stay open")
}

// The people of the play.
func actor(cluster pact.ClusterID, name string, grants ...pact.Grant) pact.Actor {
	for i := range grants {
		grants[i].Cluster = cluster
	}
	return pact.Actor{Person: pact.PersonID(name), Name: name, Grants: grants, Session: "s-" + name}
}

func cluster() pact.Cluster {
	agency := func(code pact.AgencyCode, name, head string) pact.Agency {
		return pact.Agency{Code: code, Block: "STP", Place: "Tây Ninh", Names: []pact.DatedName{{Name: name}},
			Heads: []pact.Head{{Name: head, Position: "Giám đốc", Formula: "GIÁM ĐỐC"}}}
	}
	return pact.Cluster{Code: "CTD", Kind: pact.Cum, Name: "Cụm thi đua thử nghiệm", ShortName: "Cụm thử nghiệm", Year: 2026,
		Blocks: []pact.Block{{Code: "STP", Name: "Khối Sở Tư pháp", Period: pact.Period{From: date("2026-01-01"), To: date("2026-12-31")}}},
		Lead:   "A1", Secretariat: pact.Secretariat{Host: "A1", Unit: "Văn phòng"},
		Agencies: []pact.Agency{agency("A1", "Sở Tư pháp tỉnh Tây Ninh", "Trần Thị Kim Loan"),
			agency("A2", "Sở Tư pháp tỉnh Đồng Nai", "Điểu Thị Ngọc Bích"), agency("A3", "Sở Tư pháp tỉnh Nghĩa Lộ", "Nguyễn Trọng Nghĩa")}}
}

func date(s string) pact.Date {
	d, err := pact.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// person is somebody with an own key.
type person struct {
	actor pact.Actor
	key   crypto.Signer
	cert  *workflow.Certificate
}

func (s *stage) signer(cl *pact.Cluster, code pact.AgencyCode) *person {
	s.t.Helper()
	a := cl.Agency(code)
	head := a.Heads[0]
	p := &person{actor: actor(cl.ID, head.Name, pact.Grant{Role: pact.HeadOfAgency, Agency: code})}
	key, cert, err := s.world.NewPerson(trialpki.Subject{CommonName: head.Name, Organization: a.Names[0].Name, Title: head.Position})
	check(s.t, err)
	p.key = key
	p.cert, err = s.w.AddCertificate(s.t.Context(), s.call(p.actor), workflow.CertificateInput{DER: cert.Raw,
		Chain: [][]byte{s.world.IssuingCA().Raw}, Provider: "in_process", Device: "usb_token", Simulated: true})
	check(s.t, err)
	return p
}

// certificateOf binds a certificate in somebody's name to an actor.
func (s *stage) certificateOf(t testing.TB, a pact.Actor, name, organization string) *workflow.Certificate {
	t.Helper()
	_, cert, err := s.world.NewPerson(trialpki.Subject{CommonName: name, Organization: organization})
	check(t, err)
	c, err := s.w.AddCertificate(t.Context(), s.call(a), workflow.CertificateInput{DER: cert.Raw, Chain: [][]byte{s.world.IssuingCA().Raw}})
	check(t, err)
	return c
}

// value signs what the attempt hands out.
func (p *person) value(t testing.TB, a *workflow.Attempt) []byte {
	t.Helper()
	if len(a.ToSign) == 0 {
		t.Fatalf("nothing to sign: %+v", a)
	}
	h := sha256.Sum256(a.ToSign)
	v, err := p.key.Sign(rand.Reader, h[:], crypto.SHA256)
	check(t, err)
	return v
}

func (s *stage) consent(p *person, base pact.Digest) pact.Consent {
	now := time.Now()
	return pact.Consent{Person: p.actor.Person, Session: p.actor.Session, Pact: s.id, Base: base, At: now, Expires: now.Add(5 * time.Minute)}
}

func (s *stage) begin(p *person, code pact.AgencyCode) *workflow.Attempt {
	s.t.Helper()
	now, err := s.w.Pact(s.t.Context(), s.call(p.actor), s.id)
	check(s.t, err)
	a, err := s.w.BeginSignature(s.t.Context(), s.call(p.actor), s.id, workflow.SignInput{Agency: code,
		Certificate: p.cert.SHA256, Consent: s.consent(p, now.Issue.Base)})
	check(s.t, err)
	return a
}

func (s *stage) sign(p *person, code pact.AgencyCode) *workflow.Attempt {
	s.t.Helper()
	a := s.begin(p, code)
	done, err := s.w.ResumeSignature(s.t.Context(), s.call(p.actor), s.id, a.Session, p.value(s.t, a))
	check(s.t, err)
	return done
}

// anchors for the validator.
func (s *stage) anchors() (signers, stamps []*x509.Certificate) {
	return []*x509.Certificate{s.world.Root()}, []*x509.Certificate{s.world.StampRoot()}
}

func mustLeaf(t testing.TB, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	check(t, err)
	return c
}

func isCode(err error, code string) bool {
	var e *pact.Error
	return errors.As(err, &e) && e.Code == code
}
