package store

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kyket/pact"
	"kyket/workflow"
)

// BenchmarkAct measures one act (an agency sends its reply with one comment: key, lock, reads, reply, comment, event with
// its leaf, answer) against the bare transaction of the database that it rests on (an insert and an update), taking
// turns, so that what else the machine does meets both. "ratio" is that of the medians.
func BenchmarkAct(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		benchmarkAct(b, opened(b, Config{SQLite: filepath.Join(b.TempDir(), "kyket.db")}))
	})
	b.Run("postgres", func(b *testing.B) {
		dsn := postgresDSN(b)
		benchmarkAct(b, opened(b, Config{Postgres: inSchema(dsn, emptySchema(b, dsn))}))
	})
}

func benchmarkAct(b *testing.B, s *Store) {
	now := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	event := func() *workflow.Event {
		return &workflow.Event{ID: uuid.Must(uuid.NewV7()).String(), Act: pact.ActReplySend, Actor: "p", Cluster: "c", Pact: "g", OccurredAt: now, RecordedAt: now,
			Body: []byte(`{"stance":"agree_with_comments","comments":1}`)}
	}
	content := pact.Content{Structure: pact.Articles, Clauses: []*pact.Clause{{ID: "c1", Kind: pact.Article, Text: strings.Repeat("Thi đua yêu nước. ", 40)}}}
	canonical, err := pact.CanonicalVersion(content)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Do(ctx, workflow.Call{}, nil, func(tx workflow.Tx) ([]byte, error) {
		for _, err := range []error{
			tx.SaveCluster(&pact.Cluster{ID: "c", Year: 2026}),
			tx.SavePact(&pact.Pact{ID: "g", Cluster: "c", State: pact.InReview, CreatedAt: now}),
			tx.AddVersion(&pact.Version{Pact: "g", Number: 1, Content: content, SHA256: pact.DigestOf(canonical), CreatedAt: now}),
			tx.SaveRound(&pact.Round{Pact: "g", Number: 1, Version: 1, OpenedAt: now, DueAt: now}),
			tx.Append(event()),
		} {
			if err != nil {
				return nil, err
			}
		}
		return nil, nil
	}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.write.pool.Exec("CREATE TABLE bare (id text PRIMARY KEY, body text NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	insert, update := "INSERT INTO bare (id, body) VALUES (?, ?)", "UPDATE bare SET body = ? WHERE id = ?"
	if s.postgres {
		insert, update = "INSERT INTO bare (id, body) VALUES ($1, $2)", "UPDATE bare SET body = $1 WHERE id = $2"
	}
	body := strings.Repeat("x", 500)
	bare := func() error {
		tx, err := s.write.pool.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		id := uuid.Must(uuid.NewV7()).String()
		if _, err := tx.ExecContext(ctx, insert, id, body); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, update, body, id); err != nil {
			return err
		}
		return tx.Commit()
	}
	var acts, bares []time.Duration
	n := 0
	b.ResetTimer()
	for b.Loop() {
		n++
		a := pact.AgencyCode(fmt.Sprintf("so-%d", n))
		start := time.Now()
		if err := act(s, a, event(), now); err != nil {
			b.Fatal(err)
		}
		acts = append(acts, time.Since(start))
		start = time.Now()
		if err := bare(); err != nil {
			b.Fatal(err)
		}
		bares = append(bares, time.Since(start))
	}
	slices.Sort(acts)
	slices.Sort(bares)
	b.ReportMetric(float64(acts[len(acts)/2].Microseconds()), "act-µs")
	b.ReportMetric(float64(bares[len(bares)/2].Microseconds()), "bare-µs")
	b.ReportMetric(float64(acts[len(acts)/2])/float64(bares[len(bares)/2]), "ratio")
}

func act(s *Store, a pact.AgencyCode, e *workflow.Event, now time.Time) error {
	call := workflow.Call{Actor: pact.Actor{Person: "p"}, Key: string(a), Fingerprint: pact.Digest{1}}
	_, err := s.Do(ctx, call, []workflow.Lock{workflow.Share(workflow.OnRound("g", 1))}, func(tx workflow.Tx) ([]byte, error) {
		if _, err := tx.Pact("g"); err != nil {
			return nil, err
		}
		if _, err := tx.Round("g", 1); err != nil {
			return nil, err
		}
		y := &pact.Reply{ID: uuid.Must(uuid.NewV7()).String(), Pact: "g", Round: 1, Agency: a, Stance: pact.AgreeWithComments, SentAt: now}
		y.Comments = []pact.Comment{{ID: pact.CommentID(uuid.Must(uuid.NewV7()).String()), Pact: "g", Round: 1, Agency: a, Clause: "c1", Kind: pact.Reword,
			Text: "Đề nghị viết rõ hơn thời hạn hoàn thành.", Proposal: "trước ngày 30 tháng 6 năm 2026", At: now}}
		if err := tx.SaveReply(y); err != nil {
			return nil, err
		}
		return []byte(`{"id":"` + y.ID + `"}`), tx.Append(e)
	})
	return err
}
