package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// file is one Go file of the program's own module.
type file struct {
	path    string // from the project's folder, with slashes
	source  *ast.File
	set     *token.FileSet
	lines   int
	imports map[string]string // what a package is called here -> its path
}

// dir is the folder of the file: its package.
func (f file) dir() string { return filepath.ToSlash(filepath.Dir(f.path)) }

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// at is where a node is, for a message.
func (f file) at(n ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.set.Position(n.Pos()).Line)
}

// under says whether the file is in one of these folders.
func (f file) under(dirs ...string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return f.dir() == d || strings.HasPrefix(f.dir(), d+"/") })
}

// files is every Go file of the project, sandbox included (its modules keep the same
// house rules).
func files(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(projectDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != projectDir) {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			out = append(out, parse(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 40 {
		t.Fatalf("found %d Go files: these tests prove nothing without any", len(out))
	}
	return out
}

// program is the files that the program is built from.
func program(t *testing.T) []file {
	return slices.DeleteFunc(files(t), func(f file) bool {
		return f.isTest() || !(f.path == "main.go" || f.under("components", "regions", "stacks"))
	})
}

func parse(t *testing.T, path string) file {
	t.Helper()
	set := token.NewFileSet()
	source, err := parser.ParseFile(set, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, set, path, source)
}

// parseText is a file as a counter-example.
func parseText(t *testing.T, path, text string) file {
	t.Helper()
	set := token.NewFileSet()
	source, err := parser.ParseFile(set, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, set, filepath.Join(projectDir, path), source)
}

func read(t *testing.T, set *token.FileSet, path string, source *ast.File) file {
	t.Helper()
	rel, err := filepath.Rel(projectDir, path)
	if err != nil {
		t.Fatal(err)
	}
	f := file{path: filepath.ToSlash(rel), source: source, set: set, imports: map[string]string{}}
	f.lines = set.File(source.Pos()).LineCount()
	for _, spec := range source.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		name := imported[strings.LastIndex(imported, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		f.imports[name] = imported
	}
	return f
}

// calls visits every call of a function or method by name: pkg is the import path, or
// empty if the name before the dot is no package.
func (f file) calls(visit func(call *ast.CallExpr, pkg, name string)) {
	ast.Inspect(f.source, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun := call.Fun
		if generic, ok := fun.(*ast.IndexExpr); ok {
			fun = generic.X
		}
		if sel, ok := fun.(*ast.SelectorExpr); ok {
			pkg := ""
			if x, ok := sel.X.(*ast.Ident); ok {
				pkg = f.imports[x.Name]
			}
			visit(call, pkg, sel.Sel.Name)
		}
		return true
	})
}
