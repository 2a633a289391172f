// Package kyket holds no code: the program is cmd/kyket. This folder's test holds the import rules of the whole.
package kyket

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "kyket/"

// may says which of our packages each package may import. Read from top to bottom it is the architecture: data falls
// down this list and comes up again once; nothing goes sideways. "*" is everything.
var may = map[string]string{
	"cmd/kyket": "*",

	"api":      "workflow pact internal/identity internal/i18n api/wire api/web",
	"api/wire": "workflow pact internal/identity",
	"api/web":  "workflow pact internal/identity internal/i18n internal/worddiff",

	// Workflow alone joins rooms. It does not know internal/pdf: a form goes from templates to pades as a value.
	"workflow": "pact templates signing signing/pades signing/trust signing/validate archive",

	"templates":        "pact templates/finish internal/pdf internal/pdf/font",
	"templates/finish": "internal/pdf internal/pdf/font",

	"signing":        "pact signing/pades signing/trust",
	"signing/pkcs12": "pact signing",
	"signing/pades":  "pact signing/trust internal/pdf internal/cms",
	"signing/trust":  "pact internal/cms",
	// The validator shares nothing with the signer that could hide a common mistake: no pades, no internal/cms.
	"signing/validate": "pact internal/pdf",

	"archive": "pact",

	"pact": "",

	"internal/store":             "pact workflow signing archive internal/identity internal/jobs",
	"internal/store/storetest":   "pact workflow signing archive internal/identity",
	"internal/jobs":              "pact workflow",
	"internal/identity":          "pact",
	"internal/config":            "pact",
	"internal/i18n":              "",
	"internal/worddiff":          "",
	"internal/pdf":               "",
	"internal/pdf/font":          "",
	"internal/cms":               "",
	"internal/trialpki":          "internal/cms",
	"internal/rehearse":          "internal/rehearse/scenario", // acts over HTTP only
	"internal/rehearse/scenario": "",
}

// homes names the packages that may import a big dependency; one home each. After "|" come those that may do so in
// their tests only, "*" for all.
var homes = map[string]string{
	"gorm.io":                        "internal/store",
	"github.com/pressly/goose":       "internal/store",
	"modernc.org/sqlite":             "internal/store | internal/jobs",
	"github.com/jackc/pgx":           "internal/store internal/jobs",
	"database/sql":                   "internal/store internal/jobs | internal/store/storetest",
	"github.com/riverqueue":          "internal/jobs",
	"github.com/gin-gonic":           "api api/web",
	"github.com/danielgtaylor/huma":  "api",
	"github.com/jung-kurt/gofpdf":    "templates | templates/finish",
	"codeberg.org/go-pdf/fpdf":       "| templates",
	"github.com/boombuler/barcode":   "templates",
	"github.com/go-fonts/liberation": "internal/pdf/font",
	"github.com/digitorus/timestamp": "signing/trust internal/trialpki | signing/validate signing/pades internal/cms",
	"github.com/digitorus/pdfsign":   "| signing/validate",
	"github.com/digitorus/pdf":       "| signing/validate",
	"github.com/digitorus/pkcs7":     "| internal/cms",
	// internal/rehearse: the people's own files, on their side of HTTP.
	"software.sslmate.com/src/go-pkcs12": "signing/pkcs12 internal/rehearse",
	"github.com/alexedwards/argon2id":    "internal/identity | api",
	"github.com/alecthomas/kong":         "cmd/kyket",
	"github.com/prometheus":              "api cmd/kyket",
	"github.com/gowebpki/jcs":            "pact",
	"golang.org/x/mod":                   "archive",
	"gopkg.in/yaml.v3":                   "internal/rehearse/scenario internal/config templates",
	"github.com/chromedp":                "| test/e2e",
	// workflow: http.DetectContentType over an uploaded scan.
	"net/http": "api api/web cmd/kyket signing/trust internal/trialpki internal/rehearse workflow | *",
}

// pure packages import, beside the standard library, only what is named here.
var pure = map[string]string{
	"pact": "golang.org/x/text github.com/gowebpki/jcs",
}

func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "build" || file != "." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || path.Dir(filepath.ToSlash(file)) == "." {
			return nil
		}
		seen[path.Dir(filepath.ToSlash(file))] = true
		checkFile(t, filepath.ToSlash(file))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for p := range may {
		switch {
		case !seen[p]:
			t.Errorf("the map lists %s, which does not exist", p)
		case seen[p] && forbidden(path.Base(p)):
			t.Errorf("%s: name a package after what it holds", p)
		}
	}
}

// checkFile reads the import statements itself: an answer of go list comes from the test cache and misses changes.
func checkFile(t *testing.T, file string) {
	from, inTest := path.Dir(file), strings.HasSuffix(file, "_test.go")
	rule, known := may[from]
	if !known && !strings.HasPrefix(from, "test/") {
		t.Errorf("%s is not in the map of imports_test.go; say there what it may import", from)
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range f.Imports {
		i, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		// A test may stand a whole house up around its package; the walls hold for what is built.
		if to, ours := strings.CutPrefix(i, module); ours {
			if !inTest && rule != "*" && !has(rule, to) {
				t.Errorf("%s: %s must not import %s", file, from, to)
			}
			continue
		}
		checkHome(t, file, from, i, inTest)
		if allowed, isPure := pure[from]; isPure && !inTest && !standard(i) && !covered(allowed, i) {
			t.Errorf("%s: %s is pure and must not import %s", file, from, i)
		}
	}
}

func checkHome(t *testing.T, file, from, imported string, inTest bool) {
	for dep, who := range homes {
		if imported != dep && !strings.HasPrefix(imported, dep+"/") {
			continue
		}
		always, tests, _ := strings.Cut(who, "|")
		if !has(always, from) && !(inTest && (has(tests, from) || has(tests, "*"))) {
			t.Errorf("%s: %s must not import %s; only %s may", file, from, imported, who)
		}
	}
}

func has(list, s string) bool { return slices.Contains(strings.Fields(list), s) }

func covered(list, imported string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(p string) bool { return imported == p || strings.HasPrefix(imported, p+"/") })
}

// standard: the first part of a path outside the standard library is a host name.
func standard(imported string) bool {
	host, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(host, ".")
}

func forbidden(name string) bool { return has("util common models types helpers manager", name) }
