package store

import (
	"bytes"
	"reflect"
	"slices"
	"time"

	"gorm.io/gorm"

	"kyket/archive"
	"kyket/pact"
	"kyket/workflow"
)

// Aggregates satisfies archive.LogReader: every row whose changes the history carries, with the hash of its body and,
// when a column does not say what the body says, that column's name.
func (t logTables) Aggregates(fn func(archive.Aggregate) error) error {
	r := &reader{db: t.db}
	heads, comments := map[string]*fileRow{}, map[string][]string{}
	steps := []func() error{
		func() error {
			return each(t.db, "pact_id", func(row *fileRow) error { heads[row.PactID] = row; return nil })
		},
		func() error {
			return each(t.db.Where("reply_id IS NOT NULL"), "id", func(row *commentRow) error {
				key := *row.ReplyID + "/" + row.PactID
				comments[key] = append(comments[key], row.ID)
				return nil
			})
		},
		func() error {
			return each(t.db, "id", func(row *clusterRow) error {
				c, err := r.cluster(row)
				return report(fn, err, kindCluster, row.ID, row.Body, row, func() (*clusterRow, error) { return newClusterRow(c) })
			})
		},
		func() error {
			return each(t.db, "id", func(row *pactRow) error {
				p, err := r.pact(row)
				if err == nil && !atHead(p, heads[row.ID]) {
					return fn(archive.Aggregate{Kind: kindPact, ID: row.ID, Hash: hashOf(row.Body), Skew: "files"})
				}
				return report(fn, err, kindPact, row.ID, row.Body, row, func() (*pactRow, error) { return newPactRow(p) })
			})
		},
		func() error {
			return each(t.db, "pact_id, number", func(row *versionRow) error {
				v, err := r.version(row)
				id := versionKey(pact.PactID(row.PactID), row.Number)
				return report(fn, err, kindVersion, id, row.Body, row, func() (*versionRow, error) { return newVersionRow(v) })
			})
		},
		func() error {
			return each(t.db, "pact_id, number", func(row *roundRow) error {
				d, err := r.round(row)
				id := workflow.RoundKey(pact.PactID(row.PactID), row.Number)
				return report(fn, err, kindRound, id, row.Body, row, func() (*roundRow, error) { return newRoundRow(d) })
			})
		},
		func() error {
			return each(t.db.Where("sent_at IS NOT NULL"), "id", func(row *replyRow) error {
				y, err := r.reply(row)
				if err == nil && !listed(y, comments[row.ID+"/"+row.PactID]) {
					return fn(archive.Aggregate{Kind: kindReply, ID: row.ID, Hash: hashOf(row.Body), Skew: "comments"})
				}
				return report(fn, err, kindReply, row.ID, row.Body, row, func() (*replyRow, error) { return newReplyRow(y) })
			})
		},
		func() error {
			return each(t.db.Where("reply_id IS NULL"), "id", func(row *commentRow) error {
				c, err := r.hallComment(row)
				return report(fn, err, kindComment, row.ID, *row.Body, row, func() (*commentRow, error) { return newHallRow(c) })
			})
		},
		func() error {
			return each(t.db, "comment_id", func(row *resolutionRow) error {
				x, err := r.resolution(row)
				return report(fn, err, kindResolution, row.CommentID, row.Body, row, func() (*resolutionRow, error) { return newResolutionRow(x) })
			})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// atHead says whether the signed file's row is where the pact says that its file is.
func atHead(p *pact.Pact, f *fileRow) bool {
	if p.Issue == nil {
		return true // a paper discarded before may have left its row
	}
	at, number := p.Issue.Base, 0
	if p.Signing != nil && len(p.Signing.Revisions) > 0 {
		last := p.Signing.Revisions[len(p.Signing.Revisions)-1]
		at, number = last.SHA256, last.Number
	}
	return f != nil && bytes.Equal(f.SHA256, at[:]) && f.Number == number
}

// listed says whether each comment of a reply can be found by its id, and no other.
func listed(y *pact.Reply, rows []string) bool {
	if len(rows) != len(y.Comments) {
		return false
	}
	for _, c := range y.Comments {
		if !slices.Contains(rows, string(c.ID)) {
			return false
		}
	}
	return true
}

// each reads all rows of a table, one at a time.
func each[T any](db *gorm.DB, order string, fn func(*T) error) error {
	rows, err := db.Model(new(T)).Order(order).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row T
		if err := db.ScanRows(rows, &row); err != nil {
			return err
		}
		if err := fn(&row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// report tells of one row. A body that cannot be read is reported as such: verification names it and goes on.
func report[T any](fn func(archive.Aggregate) error, unread error, kind, id, body string, row *T, again func() (*T, error)) error {
	a := archive.Aggregate{Kind: kind, ID: id, Hash: hashOf(body)}
	if unread != nil {
		a.Skew = "body"
		return fn(a)
	}
	want, err := again()
	if err != nil {
		a.Skew = "body"
		return fn(a)
	}
	a.Skew = skew(reflect.ValueOf(row).Elem(), reflect.ValueOf(want).Elem())
	return fn(a)
}

// skew names the first column in which two rows differ; how often a row was written does not count.
func skew(got, want reflect.Value) string {
	for i := range got.NumField() {
		name := got.Type().Field(i).Name
		if name != "RowVersion" && !same(got.Field(i).Interface(), want.Field(i).Interface()) {
			return name
		}
	}
	return ""
}

func same(a, b any) bool {
	switch a := a.(type) {
	case time.Time:
		return a.Equal(b.(time.Time))
	case *time.Time:
		b := b.(*time.Time)
		return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
	case []byte:
		return bytes.Equal(a, b.([]byte))
	}
	return reflect.DeepEqual(a, b)
}
