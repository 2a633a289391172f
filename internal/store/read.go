package store

import (
	"errors"

	"gorm.io/gorm"

	"kyket/pact"
)

// reader reads aggregates within one transaction.
type reader struct {
	db       *gorm.DB
	postgres bool
	// seen holds, in a unit of work, the hash of each aggregate as it was when first read.
	seen map[aggregate]pact.Digest
}

func (r *reader) note(kind, id string, hash pact.Digest) {
	if r.seen == nil {
		return
	}
	a := aggregate{kind, id}
	if _, ok := r.seen[a]; !ok {
		r.seen[a] = hash
	}
}

// take reads one row; what names it in the refusal when there is none.
func take[T any](db *gorm.DB, vi, en, where string, args ...any) (T, error) {
	var row T
	err := db.Where(where, args...).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = pact.ErrNotFound.With("what", vi+" / "+en)
	}
	return row, err
}

// list reads rows and turns each into its value.
func list[T, V any](db *gorm.DB, value func(*T) (V, error)) ([]V, error) {
	var rows []T
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]V, 0, len(rows))
	for i := range rows {
		v, err := value(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
