package store

import (
	"database/sql"
	"errors"

	"kyket/pact"
	"kyket/workflow"
)

// claim makes a call's key ours for this transaction, or returns the answer that it was given. On PostgreSQL the row is
// inserted first: when somebody holds the key in a transaction of theirs, that waits for its end, after which the answer
// is there or the key is ours. On SQLite nobody else is in a transaction that writes, and the row comes with the answer.
func (t *unit) claim(call workflow.Call) (known bool, answer []byte, err error) {
	if t.postgres {
		res := t.db.Exec("INSERT INTO idempotency (person, key, fingerprint, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			string(call.Actor.Person), call.Key, call.Fingerprint[:], utc(t.store.now()))
		if res.Error != nil || res.RowsAffected == 1 {
			return false, nil, res.Error
		}
	}
	var fingerprint []byte
	err = t.db.Raw("SELECT fingerprint, answer FROM idempotency WHERE person = ? AND key = ?", string(call.Actor.Person), call.Key).
		Row().Scan(&fingerprint, &answer)
	if errors.Is(err, sql.ErrNoRows) && !t.postgres {
		return false, nil, nil
	}
	if err != nil {
		return false, nil, err
	}
	if pact.Digest(fingerprint) != call.Fingerprint {
		return false, nil, pact.ErrKeyReused
	}
	return true, answer, nil
}

// answer stores what the call is answered with.
func (t *unit) answer(call workflow.Call, answer []byte) error {
	if t.postgres {
		return t.db.Exec("UPDATE idempotency SET answer = ? WHERE person = ? AND key = ?",
			answer, string(call.Actor.Person), call.Key).Error
	}
	return t.db.Exec("INSERT INTO idempotency (person, key, fingerprint, answer, created_at) VALUES (?, ?, ?, ?, ?)",
		string(call.Actor.Person), call.Key, call.Fingerprint[:], answer, utc(t.store.now())).Error
}
