package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kyket/internal/store/storetest"
)

func TestSQLite(t *testing.T) { storetest.Run(t, freshSQLite) }

func TestPostgres(t *testing.T) {
	dsn := postgresDSN(t)
	storetest.Run(t, func(t testing.TB) storetest.Open { return freshPostgres(t, dsn) })
}

func opened(t testing.TB, c Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func freshSQLite(t testing.TB) storetest.Open {
	path := filepath.Join(t.TempDir(), "a b", "kyket.db")
	return func(t testing.TB) storetest.Store { return opened(t, Config{SQLite: path}) }
}

// postgresDSN is where tests find PostgreSQL. A developer may be without; CI may not.
func postgresDSN(t testing.TB) string {
	dsn := os.Getenv("KYKET_TEST_POSTGRES")
	if dsn == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KYKET_TEST_POSTGRES is not set")
		}
		t.Skip("KYKET_TEST_POSTGRES is not set")
	}
	return dsn
}

// freshPostgres makes a schema that the test has to itself.
func freshPostgres(t testing.TB, dsn string) storetest.Open {
	dsn = inSchema(dsn, emptySchema(t, dsn))
	return func(t testing.TB) storetest.Store { return opened(t, Config{Postgres: dsn, MaxConns: 8}) }
}

func emptySchema(t testing.TB, dsn string) string {
	name := "kyket_test_" + strings.ToLower(rand.Text())
	admin, err := openPostgres(context.Background(), dsn, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := admin.Exec("CREATE SCHEMA " + name); err != nil {
		t.Fatal(err)
	}
	return name
}

// inSchema names the schema in a connection string of either form.
func inSchema(dsn, schema string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return fmt.Sprintf("%s search_path=%s", dsn, schema)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}
