package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kyket/internal/identity"
	"kyket/pact"
	"kyket/workflow"
)

var _ identity.Store = (*Store)(nil)

type personRow struct {
	ID         string
	Login      string
	Name       string
	Grants     string
	Password   string
	CreatedAt  time.Time
	RowVersion int64
}

func (personRow) TableName() string       { return "identity_people" }
func (r *personRow) key() (string, []any) { return "id = ?", []any{r.ID} }
func (r *personRow) values() map[string]any {
	return map[string]any{"name": r.Name, "grants": r.Grants, "password": r.Password}
}

func newPersonRow(p *identity.Person) (*personRow, error) {
	p.CreatedAt = utc(p.CreatedAt)
	grants, err := encode(&p.Grants)
	return &personRow{ID: string(p.ID), Login: p.Login, Name: p.Name, Grants: grants, Password: p.Password,
		CreatedAt: p.CreatedAt, RowVersion: 1}, err
}

func person(row *personRow) (*identity.Person, error) {
	p := &identity.Person{ID: pact.PersonID(row.ID), Login: row.Login, Name: row.Name, Password: row.Password,
		CreatedAt: utc(row.CreatedAt), RowVersion: row.RowVersion}
	return p, decode("grants of "+row.ID, row.Grants, &p.Grants)
}

func (r *reader) person(where string, arg any) (*identity.Person, error) {
	row, err := take[personRow](r.db, "người dùng", "person", where, arg)
	if err != nil {
		return nil, err
	}
	return person(&row)
}

// Person satisfies identity.Store.
func (s *Store) Person(ctx context.Context, id pact.PersonID) (*identity.Person, error) {
	return (&reader{db: s.read.gorm.WithContext(ctx)}).person("id = ?", string(id))
}

// PersonByLogin satisfies identity.Store.
func (s *Store) PersonByLogin(ctx context.Context, login string) (*identity.Person, error) {
	return (&reader{db: s.read.gorm.WithContext(ctx)}).person("login = ?", login)
}

// People satisfies identity.Store.
func (s *Store) People(ctx context.Context, after pact.PersonID, limit int) ([]*identity.Person, error) {
	q := s.read.gorm.WithContext(ctx).Where("id > ?", string(after)).Order("id")
	if limit > 0 {
		q = q.Limit(limit)
	}
	return list(q, person)
}

// AddPerson satisfies identity.Store.
func (s *Store) AddPerson(ctx context.Context, req identity.Request, p *identity.Person, rec identity.Record) error {
	return s.changePerson(ctx, req, p, rec, func(t *unit, row *personRow) error { return t.addPerson(row) })
}

// SavePerson satisfies identity.Store.
func (s *Store) SavePerson(ctx context.Context, req identity.Request, p *identity.Person, rec identity.Record) error {
	if p.RowVersion == 0 {
		return pact.ErrStale
	}
	return s.changePerson(ctx, req, p, rec, func(t *unit, row *personRow) error {
		version := p.RowVersion
		return t.put(row, &version)
	})
}

// changePerson writes a person as a unit of work; p becomes what is stored then.
func (s *Store) changePerson(ctx context.Context, req identity.Request, p *identity.Person, rec identity.Record, write func(*unit, *personRow) error) error {
	row, err := newPersonRow(p)
	if err != nil {
		return err
	}
	call := workflow.Call{Actor: pact.Actor{Person: req.By}, Key: req.Key, Fingerprint: req.Fingerprint}
	answer, err := s.Do(ctx, call, nil, func(tx workflow.Tx) ([]byte, error) {
		if err := write(tx.(*unit), row); err != nil {
			return nil, err
		}
		if err := tx.Append(accountEvent(rec)); err != nil {
			return nil, err
		}
		return json.Marshal(p.ID)
	})
	if err != nil {
		return err
	}
	var id pact.PersonID
	if err := json.Unmarshal(answer, &id); err != nil {
		return err
	}
	stored, err := (&reader{db: s.write.gorm.WithContext(ctx)}).person("id = ?", string(id))
	if err != nil {
		return err
	}
	*p = *stored
	return nil
}

func (t *unit) addPerson(row *personRow) error {
	err := t.db.Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return identity.ErrLoginTaken.With("login", row.Login).Because(err)
	}
	return err
}

func accountEvent(rec identity.Record) *workflow.Event {
	return &workflow.Event{ID: uuid.Must(uuid.NewV7()).String(), Act: rec.Act, Actor: rec.By, OccurredAt: rec.At, RecordedAt: rec.At, Body: rec.Body}
}

type setupRow struct {
	ID     int64
	Code   []byte
	UsedBy string
}

func (setupRow) TableName() string { return "identity_setup" }

// SetupCode satisfies identity.Store.
func (s *Store) SetupCode(ctx context.Context) (identity.SetupCode, error) {
	row, err := take[setupRow](s.read.gorm.WithContext(ctx), "mã thiết lập", "set-up code", "id = 1")
	if err != nil {
		return identity.SetupCode{}, err
	}
	return identity.SetupCode{Code: pact.Digest(row.Code), UsedBy: pact.PersonID(row.UsedBy)}, nil
}

// PutSetupCode satisfies identity.Store.
func (s *Store) PutSetupCode(ctx context.Context, c identity.SetupCode) error {
	return s.transact(ctx, func(db *gorm.DB, _ *sql.Tx) error {
		if err := nobody(db); err != nil {
			return err
		}
		return db.Exec("INSERT INTO identity_setup (id, code, used_by) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET code = excluded.code, used_by = excluded.used_by",
			c.Code[:], string(c.UsedBy)).Error
	})
}

// nobody refuses when somebody has an account.
func nobody(db *gorm.DB) error {
	var n int64
	if err := db.Table("identity_people").Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return identity.ErrSetupDone
	}
	return nil
}

// Install satisfies identity.Store. Using up the code locks its row: of two at once, the second finds it used.
func (s *Store) Install(ctx context.Context, code pact.Digest, p *identity.Person, rec identity.Record) error {
	row, err := newPersonRow(p)
	if err != nil {
		return err
	}
	_, err = s.Do(ctx, workflow.Call{}, nil, func(tx workflow.Tx) ([]byte, error) {
		t := tx.(*unit)
		res := t.db.Exec("UPDATE identity_setup SET used_by = ? WHERE id = 1 AND code = ? AND used_by = ''", string(p.ID), code[:])
		if res.Error != nil {
			return nil, res.Error
		}
		if res.RowsAffected != 1 {
			return nil, identity.ErrSetupDone
		}
		if err := nobody(t.db); err != nil {
			return nil, err
		}
		if err := t.addPerson(row); err != nil {
			return nil, err
		}
		return nil, t.Append(accountEvent(rec))
	})
	if err == nil {
		p.RowVersion = 1
	}
	return err
}
