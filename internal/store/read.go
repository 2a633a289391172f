package store

import (
	"database/sql"
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
		err = missing(vi, en)
	}
	return row, err
}

func missing(vi, en string) error { return pact.ErrNotFound.With("what", vi+" / "+en) }

// body reads body and row version of one aggregate, the way that every act goes several times: without gorm's reflection,
// which costs as much as the query.
func (r *reader) body(vi, en, from string, args ...any) (body string, version int64, err error) {
	err = r.db.Raw("SELECT body, row_version FROM "+from, args...).Row().Scan(&body, &version)
	if errors.Is(err, sql.ErrNoRows) {
		err = missing(vi, en)
	}
	return body, version, err
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
