package workflow

import (
	"context"
	"errors"
	"sync"
	"time"

	"kyket/pact"
	"kyket/signing"
)

// KeyFiles opens a key file (PKCS#12) that a person hands in for one signature; the key is forgotten with the attempt.
type KeyFiles interface {
	Open(file []byte, password string) (signing.Key, error)
}

// TrialKeys keeps the keys that a trial folder makes for people who have none. Each is locked with its person's own
// password, so that the service cannot use it alone. Production has none: there keys stay with their holders.
type TrialKeys interface {
	// Load opens a person's key for an agency; pact.ErrNotFound when there is none, or another password locks it.
	Load(person pact.PersonID, agency pact.AgencyCode, password string) (signing.Key, error)
	// Make makes a key with a trial certificate and keeps it in place of an older one.
	Make(person pact.PersonID, agency pact.AgencyCode, password string, s CertificateSubject) (signing.Key, error)
}

// HereInput starts a signature with a key that is opened in this process.
type HereInput struct {
	Agency  pact.AgencyCode
	Consent pact.Consent
	// File is a PKCS#12 file and Password opens it. Without a file the trial key is used, which the password locks.
	File     []byte
	Password string
}

// SignHere opens the person's key, takes a place in the queue, and signs at once when it is this one's turn. Otherwise
// Continue goes on with the attempt; the key is held in memory as long as the attempt lives, and nowhere else.
func (w *Workflow) SignHere(ctx context.Context, call Call, id pact.PactID, in HereInput) (*Attempt, error) {
	key, cert, err := w.openKey(ctx, call, id, in)
	if err != nil {
		return nil, err
	}
	for _, c := range key.Chain() {
		cert.Chain = append(cert.Chain, c.Raw)
	}
	cert.DER = key.Certificate().Raw
	once := call
	once.Key = "" // the begin of the attempt carries the key
	had, err := w.AddCertificate(ctx, once, cert)
	if err != nil {
		return nil, err
	}
	a, err := w.BeginSignature(ctx, call, id, SignInput{Agency: in.Agency, Certificate: had.SHA256, Consent: in.Consent})
	if err != nil {
		return nil, err
	}
	w.held.put(a.Session, key, a.Ends, w.Machine())
	return w.Continue(ctx, once, id, a.Session)
}

// openKey opens the file, or the trial key, which is made on first use.
func (w *Workflow) openKey(ctx context.Context, call Call, id pact.PactID, in HereInput) (signing.Key, CertificateInput, error) {
	cert := CertificateInput{Provider: "pkcs12", Device: "tep_p12"}
	if len(in.File) > 0 {
		key, err := w.Signing.Files.Open(in.File, in.Password)
		return key, cert, err
	}
	if w.Signing.TrialKeys == nil {
		return nil, cert, pact.ErrMissing.With("field", "file")
	}
	cert.Provider, cert.Device, cert.Simulated = "trial_key", "", true
	p, err := w.Pact(ctx, call, id)
	if err != nil {
		return nil, cert, err
	}
	if err := w.permit(call, pact.ActSign, p, in.Agency); err != nil {
		return nil, cert, err
	}
	key, err := w.Signing.TrialKeys.Load(call.Actor.Person, in.Agency, in.Password)
	if err == nil || !errors.Is(err, pact.ErrNotFound) {
		return key, cert, err
	}
	s, err := w.subject(ctx, call, p.Cluster, in.Agency)
	if err != nil {
		return nil, cert, err
	}
	key, err = w.Signing.TrialKeys.Make(call.Actor.Person, in.Agency, in.Password, s)
	return key, cert, err
}

// Continue moves an attempt with a held key on: it signs when the turn has come, and otherwise tells the position. An
// attempt whose key is no longer held only tells where it stands.
func (w *Workflow) Continue(ctx context.Context, call Call, id pact.PactID, session string) (*Attempt, error) {
	a, err := w.Attempt(ctx, call, id, session)
	if err != nil || len(a.ToSign) == 0 {
		return a, err
	}
	key := w.held.get(session, w.Machine())
	if key == nil {
		return a, nil
	}
	answer, err := key.Sign(ctx, signing.Data{SignedAttributes: a.ToSign, Document: a.Document, Session: session})
	if err != nil {
		return nil, err
	}
	done, err := w.ResumeSignature(ctx, call, id, session, answer.Value)
	if err == nil && done.State == string(signing.Done) {
		w.held.drop(session)
	}
	return done, err
}

// HeldHere says whether this process still has the key of an attempt.
func (w *Workflow) HeldHere(session string) bool { return w.held.get(session, w.Machine()) != nil }

// heldKeys are the keys of running attempts.
type heldKeys struct {
	mu   sync.Mutex
	keys map[string]heldKey
}

type heldKey struct {
	key  signing.Key
	ends time.Time
}

func (h *heldKeys) put(session string, key signing.Key, ends, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.keys == nil {
		h.keys = map[string]heldKey{}
	}
	for s, k := range h.keys {
		if now.After(k.ends) {
			delete(h.keys, s)
		}
	}
	h.keys[session] = heldKey{key, ends}
}

func (h *heldKeys) get(session string, now time.Time) signing.Key {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, ok := h.keys[session]
	if !ok || now.After(k.ends) {
		delete(h.keys, session)
		return nil
	}
	return k.key
}

func (h *heldKeys) drop(session string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.keys, session)
}
