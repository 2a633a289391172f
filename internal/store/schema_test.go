package store

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"kyket/internal/store/storetest"
	"kyket/pact"
	"kyket/workflow"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestStoredNames pins the JSON of every aggregate: the names are stored in every database there is. A field may be
// added; renaming or removing one takes a migration of the bodies that exist. Then run with -update.
func TestStoredNames(t *testing.T) {
	var b strings.Builder
	for _, v := range []any{&pact.Cluster{}, &pact.Pact{}, &pact.Draft{}, &pact.Round{}, &pact.Reply{}, &pact.Comment{}, &pact.Resolution{}, &versionBody{},
		&workflow.File{}, &workflow.Session{}, &workflow.Certificate{}, &[]pact.Grant{}} {
		storetest.Fill(v)
		body, err := encode(v)
		if err != nil {
			t.Fatal(err)
		}
		var any any
		if err := json.Unmarshal([]byte(body), &any); err != nil {
			t.Fatal(err)
		}
		paths := map[string]bool{}
		shape(strings.TrimPrefix(fmt.Sprintf("%T", v), "*"), any, paths)
		for _, p := range sorted(paths) {
			b.WriteString(p + "\n")
		}
	}
	const golden = "testdata/stored-names.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, old := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for _, p := range old {
		if !slices.Contains(got, p) {
			t.Errorf("stored, but no longer read: %s", p)
		}
	}
	for _, p := range got {
		if !slices.Contains(old, p) {
			t.Errorf("new: %s (run with -update)", p)
		}
	}
}

// shape lists the paths of a JSON value and the form of what stands there.
func shape(at string, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			shape(at+"."+name, x, into)
		}
	case []any:
		for _, x := range v {
			shape(at+"[]", x, into)
		}
	case string:
		form := "text"
		for name, pattern := range map[string]string{"time": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`, "date": `^\d{4}-\d\d-\d\d$`, "digest": `^[0-9a-f]{64}$`} {
			if regexp.MustCompile(pattern).MatchString(v) {
				form = name
			}
		}
		into[at+" "+form] = true
	case nil: // the recursion's end
	default:
		into[fmt.Sprintf("%s %T", at, v)] = true
	}
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// TestSchemaParity compares what goose made of both databases: tables, columns, types, nullability, keys.
func TestSchemaParity(t *testing.T) {
	dsn := postgresDSN(t)
	lite := freshSQLite(t)(t).(*Store)
	pg := freshPostgres(t, dsn)(t).(*Store)
	a, b := liteSchema(t, lite), pgSchema(t, pg)
	if len(a) < 60 {
		t.Errorf("only %d facts on the schema", len(a))
	}
	for _, f := range a {
		if !slices.Contains(b, f) {
			t.Errorf("on SQLite only: %s", f)
		}
	}
	for _, f := range b {
		if !slices.Contains(a, f) {
			t.Errorf("on PostgreSQL only: %s", f)
		}
	}
}

func column(table, name, kind string, null bool) string {
	class := map[string]string{"integer": "int", "bigint": "int", "blob": "bytes", "bytea": "bytes", "timestamp": "time",
		"timestamp with time zone": "time", "text": "text", "boolean": "bool"}[kind]
	if class == "" {
		class = "unknown " + kind
	}
	return fmt.Sprintf("column %s.%s %s null=%t", table, name, class, null)
}

func facts(t *testing.T, s *Store, query string, fact func(scan func(...any)) string, args ...any) (out []string) {
	t.Helper()
	rows, err := s.write.pool.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		out = append(out, fact(func(to ...any) {
			if err := rows.Scan(to...); err != nil {
				t.Fatal(err)
			}
		}))
	}
	return out
}

func liteSchema(t *testing.T, s *Store) []string {
	const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'river%' AND name NOT LIKE 'goose%'`
	out := facts(t, s, `SELECT m.name, c.name, lower(c.type), c."notnull" = 0 FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.name IN (`+tables+`)`,
		func(scan func(...any)) string {
			var table, name, kind string
			var null bool
			scan(&table, &name, &kind, &null)
			return column(table, name, kind, null)
		})
	out = append(out, facts(t, s, `SELECT m.name, i."unique", i.partial, (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
		FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.name IN (`+tables+`)`, index)...)
	// The alias of the row id is a primary key without an index of its own.
	out = append(out, facts(t, s, `SELECT m.name, 1, 0, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.name IN (`+tables+`) AND c.pk = 1 AND lower(c.type) = 'integer'
		AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i WHERE i.origin = 'pk')`, index)...)
	return append(out, facts(t, s, `SELECT m.name, f."table", group_concat(f."from", ',') FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
		WHERE m.name IN (`+tables+`) GROUP BY m.name, f.id`, foreign)...)
}

func index(scan func(...any)) string {
	var table, columns string
	var unique, partial bool
	scan(&table, &unique, &partial, &columns)
	return fmt.Sprintf("index on %s (%s) unique=%t partial=%t", table, columns, unique, partial)
}

func foreign(scan func(...any)) string {
	var from, to, columns string
	scan(&from, &to, &columns)
	return fmt.Sprintf("foreign key %s (%s) to %s", from, columns, to)
}

func pgSchema(t *testing.T, s *Store) []string {
	const of = `n.nspname = current_schema() AND c.relname NOT LIKE 'river%' AND c.relname NOT LIKE 'goose%'`
	out := facts(t, s, `SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES' FROM information_schema.columns c
		WHERE c.table_schema = current_schema() AND c.table_name NOT LIKE 'river%' AND c.table_name NOT LIKE 'goose%'`,
		func(scan func(...any)) string {
			var table, name, kind string
			var null bool
			scan(&table, &name, &kind, &null)
			return column(table, name, kind, null)
		})
	out = append(out, facts(t, s, `SELECT c.relname, i.indisunique, i.indpred IS NOT NULL,
		(SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(att, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.att)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE `+of, index)...)
	return append(out, facts(t, s, `SELECT c.relname, f.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.conkey) WITH ORDINALITY k(att, n)
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.att)
		FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid JOIN pg_class f ON f.oid = x.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE x.contype = 'f' AND `+of, foreign)...)
}

// TestStartAtOnce opens one new database from several sides: the schema is made once.
func TestStartAtOnce(t *testing.T) {
	for name, c := range map[string]func(t *testing.T) Config{
		"sqlite": func(t *testing.T) Config { return Config{SQLite: filepath.Join(t.TempDir(), "kyket.db")} },
		"postgres": func(t *testing.T) Config {
			return Config{Postgres: inSchema(postgresDSN(t), emptySchema(t, postgresDSN(t))), MaxConns: 4}
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := c(t)
			var wg sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wg.Go(func() {
					s, err := Open(ctx, config)
					if err == nil {
						err = s.Close()
					}
					errs[i] = err
				})
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"none": {}, "two": {SQLite: "a", Postgres: "b"}, "a folder": {SQLite: t.TempDir()},
		"nobody there": {Postgres: "postgres://127.0.0.1:1/x?connect_timeout=2"},
	} {
		if s, err := Open(ctx, c); err == nil {
			t.Errorf("%s was opened", name)
			_ = s.Close()
		}
	}
}
