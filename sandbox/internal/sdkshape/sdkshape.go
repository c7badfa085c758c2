// Package sdkshape reads the shape of AWS resource types out of the source of
// pulumi-aws's Go SDK: which properties the program can set and read, and what
// each looks like. It parses and compiles nothing, so a test can compare types
// of the 130 MB SDK in seconds. Only tests of the sandbox import it.
package sdkshape

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"

	"pitboss/sandbox/internal/awsschema"
)

// SDK is the parsed source of some of the SDK's packages.
type SDK struct {
	root  string // ".../sdk/v6@v6.83.2/go/aws"
	types map[string]map[string]*ast.StructType
}

// Open prepares to read the SDK whose module lies in dir.
func Open(dir string) (*SDK, error) {
	root := filepath.Join(dir, "go", "aws")
	if _, err := os.Stat(root); err != nil {
		return nil, fmt.Errorf("pulumi-aws's Go SDK: %w", err)
	}
	return &SDK{root: root, types: map[string]map[string]*ast.StructType{}}, nil
}

// Resource returns the inputs and outputs of a type such as "ec2", "Vpc".
func (s *SDK) Resource(module, name string) (*awsschema.Resource, error) {
	types, err := s.module(module)
	if err != nil {
		return nil, err
	}
	args, ok := types[lowerFirst(name)+"Args"]
	if !ok {
		return nil, fmt.Errorf("%s.%s: no %sArgs in the SDK", module, name, lowerFirst(name))
	}
	state, ok := types[name]
	if !ok {
		return nil, fmt.Errorf("%s.%s: no such type in the SDK", module, name)
	}
	r := reader{types: types, seen: map[string]*awsschema.Type{}}
	return &awsschema.Resource{Inputs: r.fields(args), Outputs: r.fields(state)}, nil
}

func (s *SDK) module(name string) (map[string]*ast.StructType, error) {
	if t, ok := s.types[name]; ok {
		return t, nil
	}
	packages, err := parser.ParseDir(token.NewFileSet(), filepath.Join(s.root, name), nil, parser.SkipObjectResolution) //nolint:staticcheck // types are not needed
	if err != nil {
		return nil, err
	}
	types := map[string]*ast.StructType{}
	for _, p := range packages {
		for _, f := range p.Files {
			for _, d := range f.Decls {
				collect(d, types)
			}
		}
	}
	s.types[name] = types
	return types, nil
}

func collect(d ast.Decl, into map[string]*ast.StructType) {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range g.Specs {
		if t, ok := spec.(*ast.TypeSpec); ok {
			if st, ok := t.Type.(*ast.StructType); ok {
				into[t.Name.Name] = st
			}
		}
	}
}

type reader struct {
	types map[string]*ast.StructType
	seen  map[string]*awsschema.Type
}

func (r reader) fields(st *ast.StructType) map[string]*awsschema.Type {
	out := map[string]*awsschema.Type{}
	for _, f := range st.Fields.List {
		if f.Tag == nil {
			continue
		}
		name := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("pulumi")
		if name != "" {
			out[name] = r.shape(f.Type)
		}
	}
	return out
}

// shape reads plain types (of Args) and Output types (of resources).
func (r reader) shape(e ast.Expr) *awsschema.Type {
	switch e := e.(type) {
	case *ast.StarExpr:
		return r.shape(e.X)
	case *ast.ArrayType:
		return &awsschema.Type{Kind: awsschema.List, Elem: r.shape(e.Elt)}
	case *ast.MapType:
		return &awsschema.Type{Kind: awsschema.Map, Elem: r.shape(e.Value)}
	case *ast.SelectorExpr: // pulumi.StringOutput
		return r.named(e.Sel.Name)
	case *ast.Ident:
		return r.named(e.Name)
	}
	return &awsschema.Type{Kind: awsschema.String}
}

func (r reader) named(name string) *awsschema.Type {
	name = strings.TrimSuffix(name, "Output")
	if st, ok := r.types[name]; ok && !strings.HasSuffix(name, "Ptr") {
		return r.object(name, st)
	}
	for _, suffix := range []string{"Ptr", "Array", "Map"} {
		inner, ok := strings.CutSuffix(name, suffix)
		if !ok || inner == "" {
			continue
		}
		switch suffix {
		case "Array":
			return &awsschema.Type{Kind: awsschema.List, Elem: r.named(inner)}
		case "Map":
			return &awsschema.Type{Kind: awsschema.Map, Elem: r.named(inner)}
		}
		return r.named(inner)
	}
	switch strings.ToLower(name) {
	case "bool":
		return &awsschema.Type{Kind: awsschema.Boolean}
	case "int", "float64":
		return &awsschema.Type{Kind: awsschema.Number}
	}
	return &awsschema.Type{Kind: awsschema.String}
}

func (r reader) object(name string, st *ast.StructType) *awsschema.Type {
	if t, ok := r.seen[name]; ok {
		return t
	}
	t := &awsschema.Type{Kind: awsschema.Object}
	r.seen[name] = t
	t.Fields = r.fields(st)
	return t
}

func lowerFirst(s string) string {
	runes := []rune(s)
	runes[0] = unicode.ToLower(runes[0])
	return string(runes)
}
