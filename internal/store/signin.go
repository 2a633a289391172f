package store

import (
	"context"
	"time"

	"kyket/internal/identity"
	"kyket/pact"
)

type signInRow struct {
	ID        string
	Token     []byte
	Person    string
	CreatedAt time.Time
	SeenAt    time.Time
	Ends      time.Time
	StepUpAt  *time.Time
}

func (signInRow) TableName() string { return "identity_sessions" }

// AddSession satisfies identity.Store.
func (s *Store) AddSession(ctx context.Context, x *identity.Session) error {
	x.CreatedAt, x.SeenAt, x.Ends, x.StepUpAt = utc(x.CreatedAt), utc(x.SeenAt), utc(x.Ends), utc(x.StepUpAt)
	return s.write.gorm.WithContext(ctx).Create(&signInRow{ID: x.ID, Token: x.Token[:], Person: string(x.Person), CreatedAt: x.CreatedAt,
		SeenAt: x.SeenAt, Ends: x.Ends, StepUpAt: orNull(x.StepUpAt)}).Error
}

// SessionByToken satisfies identity.Store.
func (s *Store) SessionByToken(ctx context.Context, token pact.Digest) (*identity.Session, error) {
	row, err := take[signInRow](s.read.gorm.WithContext(ctx), "phiên đăng nhập", "sign-in", "token = ?", token[:])
	if err != nil {
		return nil, err
	}
	x := &identity.Session{ID: row.ID, Token: pact.Digest(row.Token), Person: pact.PersonID(row.Person), CreatedAt: utc(row.CreatedAt),
		SeenAt: utc(row.SeenAt), Ends: utc(row.Ends)}
	if row.StepUpAt != nil {
		x.StepUpAt = utc(*row.StepUpAt)
	}
	return x, nil
}

// SaveSession satisfies identity.Store.
func (s *Store) SaveSession(ctx context.Context, x *identity.Session) error {
	x.SeenAt, x.StepUpAt = utc(x.SeenAt), utc(x.StepUpAt)
	res := s.write.gorm.WithContext(ctx).Exec("UPDATE identity_sessions SET seen_at = ?, step_up_at = ? WHERE id = ?", x.SeenAt, orNull(x.StepUpAt), x.ID)
	if res.Error == nil && res.RowsAffected == 0 {
		return pact.ErrNotFound.With("what", "phiên đăng nhập / sign-in")
	}
	return res.Error
}

// EndSession satisfies identity.Store.
func (s *Store) EndSession(ctx context.Context, id string) error {
	return s.write.gorm.WithContext(ctx).Exec("DELETE FROM identity_sessions WHERE id = ?", id).Error
}

// EndSessions satisfies identity.Store.
func (s *Store) EndSessions(ctx context.Context, person pact.PersonID, except string) error {
	return s.write.gorm.WithContext(ctx).Exec("DELETE FROM identity_sessions WHERE person = ? AND id <> ?", string(person), except).Error
}

// PurgeSessions satisfies identity.Store.
func (s *Store) PurgeSessions(ctx context.Context, ends, idle time.Time) error {
	return s.write.gorm.WithContext(ctx).Exec("DELETE FROM identity_sessions WHERE ends < ? OR seen_at < ?", utc(ends), utc(idle)).Error
}
