package tests

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

// regionName is a literal that names an AWS region.
var regionName = regexp.MustCompile(`"(us|eu|ca|sa|ap|me|af|il)-(north|south|east|west|central|northeast|southeast)-\d[a-z]?"`)

// openWords are how people mark what they leave open. They are put together here so
// that this file does not contain them.
var openWords = []string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}

// mapRanges is every range over what the file itself declares as a map: a variable, a
// parameter, a field or a literal.
func mapRanges(f file) (out []string) {
	maps := map[string]bool{}
	ast.Inspect(f.source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			if isMap(n.Type) {
				for _, name := range n.Names {
					maps[name.Name] = true
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if isMap(n.Type) || i < len(n.Values) && isMap(n.Values[i]) {
					maps[name.Name] = true
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && i < len(n.Rhs) && isMap(n.Rhs[i]) {
					maps[name.Name] = true
				}
			}
		}
		return true
	})
	ast.Inspect(f.source, func(n ast.Node) bool {
		loop, ok := n.(*ast.RangeStmt)
		if !ok {
			return true
		}
		name := ""
		switch over := loop.X.(type) {
		case *ast.Ident:
			name = over.Name
		case *ast.SelectorExpr:
			name = over.Sel.Name
		}
		if maps[name] || isMap(loop.X) {
			out = append(out, f.at(loop)+": range over the map "+name)
		}
		return true
	})
	return out
}

// comparesActive is every comparison with the market's active region.
func comparesActive(f file) (out []string) {
	ast.Inspect(f.source, func(n ast.Node) bool {
		compared, ok := n.(*ast.BinaryExpr)
		if !ok || compared.Op != token.EQL && compared.Op != token.NEQ {
			return true
		}
		for _, side := range []ast.Expr{compared.X, compared.Y} {
			sel, ok := side.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Active" {
				continue
			}
			if of, ok := sel.X.(*ast.Ident); !ok || f.imports[of.Name] != "pitboss/regions/role" {
				out = append(out, f.at(compared)+": compares regions")
			}
		}
		return true
	})
	return out
}

// isMap says whether an expression is a map type, a map literal or a made map.
func isMap(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.MapType:
		return true
	case *ast.CompositeLit:
		return isMap(e.Type)
	case *ast.CallExpr:
		name, ok := e.Fun.(*ast.Ident)
		return ok && name.Name == "make" && isMap(e.Args[0])
	case *ast.SelectorExpr:
		return e.Sel.Name == "Map" || strings.HasSuffix(e.Sel.Name, "StringMap")
	}
	return false
}

// undocumented is every exported name without a comment, and every field of an Args
// struct that does not say what it is.
func undocumented(f file) (out []string) {
	if f.source.Name.Name == "main" {
		return nil
	}
	for _, decl := range f.source.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			// Error and String say what they are by being what they are.
			known := decl.Recv != nil && (decl.Name.Name == "Error" || decl.Name.Name == "String")
			if decl.Name.IsExported() && receiverIsExported(decl) && decl.Doc == nil && !known {
				out = append(out, f.at(decl)+": "+decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				out = append(out, undocumentedSpec(f, decl, spec)...)
			}
		}
	}
	return out
}

func undocumentedSpec(f file, decl *ast.GenDecl, spec ast.Spec) (out []string) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && decl.Doc == nil && spec.Doc == nil {
			out = append(out, f.at(spec)+": "+spec.Name.Name)
		}
		if args, ok := spec.Type.(*ast.StructType); ok && strings.HasSuffix(spec.Name.Name, "Args") {
			for _, field := range args.Fields.List {
				if text := field.Doc.Text(); !strings.Contains(text, "Required") && !strings.Contains(text, "default") && !strings.Contains(text, "means") && !strings.Contains(text, "says") {
					out = append(out, f.at(field)+": a field of Args says what it is, and that it is Required or its default")
				}
			}
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && decl.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				out = append(out, f.at(spec)+": "+name.Name)
			}
		}
	}
	return out
}

// receiverIsExported is true for functions, and for methods of exported types.
func receiverIsExported(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	if pointer, ok := t.(*ast.StarExpr); ok {
		t = pointer.X
	}
	name, ok := t.(*ast.Ident)
	return !ok || name.IsExported()
}
