package validate

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestSentences: every code that the code can say has both sentences, with the same values in the same order, and none
// is left over.
func TestSentences(t *testing.T) {
	said := map[string]bool{}
	// the argument that holds the code, by function
	place := map[string]int{"failed": 1, "indeterminate": 1, "say": 0, "tell": 0, "allow": 2}
	inspect(t, func(node ast.Node) bool {
		switch v := node.(type) {
		case *ast.CallExpr:
			name := ""
			switch f := v.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if name == "refuse" {
				for _, a := range v.Args {
					said[text(a)] = true
				}
			}
			if k, ok := place[name]; ok && k < len(v.Args) {
				said[text(v.Args[k])] = true
			}
		case *ast.AssignStmt:
			if id, ok := v.Lhs[0].(*ast.Ident); ok && id.Name == "code" {
				said[text(v.Rhs[0])] = true
			}
		case *ast.ReturnStmt:
			if len(v.Results) == 1 {
				said[text(v.Results[0])] = true
			}
		}
		return true
	})
	for code := range said {
		if _, ok := sentences[code]; !ok && code != "" && strings.Contains(code, "_") && !strings.ContainsAny(code, " /") && code == strings.ToLower(code) {
			t.Errorf("%s has no sentence", code)
		}
	}
	for code, s := range sentences {
		if !said[code] {
			t.Errorf("%s is never said", code)
		}
		if !norm.NFC.IsNormalString(s[0]) || strings.Count(s[0], "%s") != strings.Count(s[1], "%s") || s[0] == "" || s[1] == "" {
			t.Errorf("%s: %q and %q", code, s[0], s[1])
		}
	}
}

// inspect walks the files of the package.
func inspect(t *testing.T, f func(ast.Node) bool) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, f)
	}
}

func text(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == gotoken.STRING {
		s, _ := strconv.Unquote(l.Value)
		return s
	}
	return ""
}
