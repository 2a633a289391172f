package identity_test

import (
	"context"
	"sort"
	"strings"
	"sync"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

// memory is a Store in a map. It keeps what a real one promises: unique logins and tokens, row versions, no session
// that comes back, repeated requests.
type memory struct {
	mu       sync.Mutex
	people   map[pact.PersonID]identity.Person
	sessions map[string]identity.Session
	setup    *identity.SetupCode
	done     map[string]done
	records  []identity.Record
}

type done struct {
	fingerprint pact.Digest
	person      pact.PersonID
}

func newMemory() *memory {
	return &memory{people: map[pact.PersonID]identity.Person{}, sessions: map[string]identity.Session{}, done: map[string]done{}}
}

var missing = pact.ErrNotFound.With("what", "x")

func (m *memory) SetupCode(context.Context) (identity.SetupCode, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.setup == nil {
		return identity.SetupCode{}, missing
	}
	return *m.setup, nil
}

func (m *memory) PutSetupCode(_ context.Context, c identity.SetupCode) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.people) > 0 {
		return identity.ErrSetupDone
	}
	m.setup = &c
	return nil
}

func (m *memory) Install(_ context.Context, code pact.Digest, p *identity.Person, rec identity.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.people) > 0 || m.setup == nil || m.setup.Code != code || m.setup.UsedBy != "" {
		return identity.ErrSetupDone
	}
	m.setup.UsedBy = p.ID
	p.RowVersion = 1
	m.people[p.ID] = *p
	m.records = append(m.records, rec)
	return nil
}

func (m *memory) Person(_ context.Context, id pact.PersonID) (*identity.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.people[id]; ok {
		return &p, nil
	}
	return nil, missing
}

func (m *memory) PersonByLogin(_ context.Context, login string) (*identity.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.people {
		if p.Login == login {
			return &p, nil
		}
	}
	return nil, missing
}

func (m *memory) People(_ context.Context, after pact.PersonID, limit int) (out []*identity.Person, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.people {
		if p.ID > after {
			out = append(out, &p)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out[:min(limit, len(out))], nil
}

func (m *memory) AddPerson(_ context.Context, req identity.Request, p *identity.Person, rec identity.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := string(req.By) + "/" + req.Key
	if d, ok := m.done[key]; ok && req.Key != "" {
		if d.fingerprint != req.Fingerprint {
			return pact.ErrKeyReused
		}
		*p = m.people[d.person]
		return nil
	}
	for _, q := range m.people {
		if q.Login == p.Login {
			return identity.ErrLoginTaken.With("login", p.Login)
		}
	}
	p.RowVersion = 1
	m.people[p.ID] = *p
	m.done[key] = done{req.Fingerprint, p.ID}
	m.records = append(m.records, rec)
	return nil
}

func (m *memory) SavePerson(_ context.Context, _ identity.Request, p *identity.Person, rec identity.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.people[p.ID].RowVersion != p.RowVersion {
		return pact.ErrStale
	}
	p.RowVersion++
	m.people[p.ID] = *p
	m.records = append(m.records, rec)
	return nil
}

func (m *memory) AddSession(_ context.Context, s *identity.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[s.ID] = *s
	return nil
}

func (m *memory) SessionByToken(_ context.Context, token pact.Digest) (*identity.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sessions {
		if s.Token == token {
			return &s, nil
		}
	}
	return nil, missing
}

func (m *memory) SaveSession(_ context.Context, s *identity.Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.sessions[s.ID]; !ok {
		return missing
	}
	m.sessions[s.ID] = *s
	return nil
}

func (m *memory) EndSession(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, id)
	return nil
}

func (m *memory) EndSessions(_ context.Context, person pact.PersonID, except string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.sessions {
		if s.Person == person && id != except {
			delete(m.sessions, id)
		}
	}
	return nil
}

func (m *memory) PurgeSessions(_ context.Context, ends, idle time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.sessions {
		if s.Ends.Before(ends) || s.SeenAt.Before(idle) {
			delete(m.sessions, id)
		}
	}
	return nil
}

// all is everything that is kept, as text: to look for secrets in it.
func (m *memory) all() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	for _, p := range m.people {
		b.WriteString(p.Login + p.Name + p.Password)
	}
	for _, s := range m.sessions {
		b.WriteString(s.ID + string(s.Token[:]))
	}
	for _, r := range m.records {
		b.Write(r.Body)
	}
	return b.String()
}
