package store

import (
	"errors"
	"fmt"
	"time"

	"kyket/pact"
)

type replyRow struct {
	ID         string
	PactID     string
	Round      int
	Agency     string
	Stance     string
	SentAt     *time.Time
	Body       string
	RowVersion int64
}

func (replyRow) TableName() string       { return "replies" }
func (r *replyRow) key() (string, []any) { return "id = ?", []any{r.ID} }
func (r *replyRow) values() map[string]any {
	return map[string]any{"pact_id": r.PactID, "round": r.Round, "agency": r.Agency, "stance": r.Stance, "sent_at": r.SentAt, "body": r.Body}
}

func newReplyRow(y *pact.Reply) (*replyRow, error) {
	body, err := bodyOf(y, &y.RowVersion)
	return &replyRow{ID: y.ID, PactID: string(y.Pact), Round: y.Round, Agency: string(y.Agency), Stance: string(y.Stance),
		SentAt: orNull(y.SentAt), Body: body, RowVersion: 1}, err
}

func (r *reader) reply(row *replyRow) (*pact.Reply, error) {
	y := new(pact.Reply)
	if err := decode("reply "+row.ID, row.Body, y); err != nil {
		return nil, err
	}
	y.RowVersion = row.RowVersion
	// A draft is autosaved without an event: for the history the reply begins when it is sent.
	var hash pact.Digest
	if y.Sent() {
		hash = hashOf(row.Body)
	}
	r.note(kindReply, y.ID, hash)
	return y, nil
}

// Reply satisfies workflow.Reader.
func (r *reader) Reply(id pact.PactID, round int, agency pact.AgencyCode) (*pact.Reply, error) {
	return r.replyFrom("replies WHERE pact_id = ? AND round = ? AND agency = ?", string(id), round, string(agency))
}

func (r *reader) replyByID(id string) (*pact.Reply, error) {
	return r.replyFrom("replies WHERE id = ?", id)
}

func (r *reader) replyFrom(from string, args ...any) (*pact.Reply, error) {
	body, version, err := r.body("văn bản góp ý", "reply", from, args...)
	if err != nil {
		return nil, err
	}
	return r.reply(&replyRow{Body: body, RowVersion: version})
}

// Replies satisfies workflow.Reader.
func (r *reader) Replies(id pact.PactID, round int) ([]*pact.Reply, error) {
	return list(r.db.Where("pact_id = ? AND round = ?", string(id), round).Order("agency"), r.reply)
}

// SaveReply satisfies workflow.Tx.
func (t *unit) SaveReply(y *pact.Reply) error {
	row, err := newReplyRow(y)
	if err != nil {
		return err
	}
	var before []pact.Comment
	if y.RowVersion != 0 {
		old, err := t.replyByID(y.ID)
		if errors.Is(err, pact.ErrNotFound) {
			return pact.ErrStale
		}
		if err != nil {
			return err
		}
		before = old.Comments
	}
	load := func() error { return nil } // it was just read
	if y.Sent() {
		err = t.save(kindReply, row.ID, row.Body, row, &y.RowVersion, load)
	} else {
		err = t.put(row, &y.RowVersion)
	}
	if err != nil {
		return err
	}
	return t.indexComments(y, before)
}

// commentRow finds a comment: of a reply, whose body holds it, or from the hall, whose body is here.
type commentRow struct {
	ID      string
	PactID  string
	ReplyID *string
	Number  *int
	Body    *string
}

func (commentRow) TableName() string { return "comments" }

func newCommentRow(c *pact.Comment) *commentRow {
	row := &commentRow{ID: string(c.ID), PactID: string(c.Pact)}
	if c.Number != 0 {
		row.Number = &c.Number
	}
	return row
}

// indexComments brings the rows that find the comments of a reply in line with it.
func (t *unit) indexComments(y *pact.Reply, before []pact.Comment) error {
	had := map[string]int{}
	for _, c := range before {
		had[string(c.ID)] = c.Number
	}
	for i := range y.Comments {
		c := &y.Comments[i]
		row := newCommentRow(c)
		row.ReplyID = &y.ID
		number, ok := had[row.ID]
		delete(had, row.ID)
		switch {
		case !ok:
			if err := t.insert(row); err != nil {
				return err
			}
		case number != c.Number:
			if err := t.db.Exec("UPDATE comments SET number = ? WHERE id = ?", row.Number, row.ID).Error; err != nil {
				return err
			}
		}
	}
	for id := range had {
		if err := t.db.Exec("DELETE FROM comments WHERE id = ?", id).Error; err != nil {
			return fmt.Errorf("remove comment %s: %w", id, err)
		}
	}
	return nil
}

func (r *reader) hallComment(row *commentRow) (*pact.Comment, error) {
	c := new(pact.Comment)
	if err := decode("comment "+row.ID, *row.Body, c); err != nil {
		return nil, err
	}
	r.note(kindComment, row.ID, hashOf(*row.Body))
	return c, nil
}

// HallComments satisfies workflow.Reader.
func (r *reader) HallComments(id pact.PactID) ([]*pact.Comment, error) {
	return list(r.db.Where("pact_id = ? AND reply_id IS NULL", string(id)).Order("number, id"), r.hallComment)
}

// Comment satisfies workflow.Reader.
func (r *reader) Comment(id pact.CommentID) (*pact.Comment, error) {
	row, err := take[commentRow](r.db, "ý kiến", "comment", "id = ?", string(id))
	if err != nil {
		return nil, err
	}
	if row.ReplyID == nil {
		return r.hallComment(&row)
	}
	y, err := r.replyByID(*row.ReplyID)
	if err != nil {
		return nil, err
	}
	for i := range y.Comments {
		if y.Comments[i].ID == id {
			return &y.Comments[i], nil
		}
	}
	return nil, fmt.Errorf("comment %s is not in its reply %s", id, y.ID)
}

// SaveHallComment satisfies workflow.Tx.
func (t *unit) SaveHallComment(c *pact.Comment) error {
	row, err := newHallRow(c)
	if err != nil {
		return err
	}
	return t.track(aggregate{kindComment, row.ID}, true, nil, func() (pact.Digest, error) { return hashOf(*row.Body), t.insert(row) })
}

func newHallRow(c *pact.Comment) (*commentRow, error) {
	body, err := encode(c)
	row := newCommentRow(c)
	row.Body = &body
	return row, err
}
