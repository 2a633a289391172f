package store

import (
	"time"

	"kyket/pact"
	"kyket/workflow"
)

type callRow struct {
	Person      string
	Key         string
	Fingerprint []byte
	Answer      []byte
	CreatedAt   time.Time
}

func (callRow) TableName() string { return "idempotency" }

// claim makes a call's key ours for this transaction. When somebody holds it in a transaction of theirs we wait for its
// end: after a commit the answer is there, after a rollback the key is ours.
func (t *unit) claim(call workflow.Call) (known bool, answer []byte, err error) {
	res := t.db.Exec("INSERT INTO idempotency (person, key, fingerprint, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		string(call.Actor.Person), call.Key, call.Fingerprint[:], utc(t.store.now()))
	if res.Error != nil || res.RowsAffected == 1 {
		return false, nil, res.Error
	}
	var row callRow
	if err := t.db.Where("person = ? AND key = ?", string(call.Actor.Person), call.Key).Take(&row).Error; err != nil {
		return false, nil, err
	}
	if pact.Digest(row.Fingerprint) != call.Fingerprint {
		return false, nil, pact.ErrKeyReused
	}
	return true, row.Answer, nil
}

// answer stores what the call is answered with.
func (t *unit) answer(call workflow.Call, answer []byte) error {
	return t.db.Exec("UPDATE idempotency SET answer = ? WHERE person = ? AND key = ?",
		answer, string(call.Actor.Person), call.Key).Error
}
