package pact

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// A code is stable for ever and means one thing in the whole project, said by one sentence in each language; both sentences
// name the same arguments.
func TestEveryCodeMeansOneThingInBothLanguages(t *testing.T) {
	placeholder := regexp.MustCompile(`\{\w+\}`)
	codeForm := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	type declared struct {
		at    token.Position
		words string
	}
	seen := map[string]declared{}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || d.Name() == "data" || d.Name() == "build") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil // the compiler says so better
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !isProblem(call.Fun) || len(call.Args) != 4 {
				return true
			}
			at := files.Position(call.Pos())
			code, vi, en := literal(call.Args[1]), literal(call.Args[2]), literal(call.Args[3])
			if !codeForm.MatchString(code) {
				t.Errorf("%s: the code %q is not a literal of lower-case words", at, code)
			}
			if other, dup := seen[code]; dup && other.words != vi+en {
				t.Errorf("%s: the code %s means something else at %s", at, code, other.at)
			}
			seen[code] = declared{at, vi + en}
			if vi == "" || en == "" || vi == en {
				t.Errorf("%s: %s needs a sentence of its own in each language", at, code)
			}
			if isASCII(vi) {
				t.Errorf("%s: %s is no Vietnamese: %q", at, code, vi)
			}
			if a, b := set(placeholder.FindAllString(vi, -1)), set(placeholder.FindAllString(en, -1)); a != b {
				t.Errorf("%s: %s names %s in Vietnamese and %s in English", at, code, a, b)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 60 {
		t.Errorf("only %d problems found: does the test still see them?", len(seen))
	}
}

func isProblem(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name == "Problem"
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		return ok && x.Name == "pact" && f.Sel.Name == "Problem"
	}
	return false
}

// literal is the value of a string literal, or of several joined by +.
func literal(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(x.Value)
		return s
	case *ast.BinaryExpr:
		return literal(x.X) + literal(x.Y)
	}
	return ""
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func set(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}
