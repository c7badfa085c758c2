package sdkshape

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const sdkImport = "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/"

// Uses lists the tokens of the AWS resource types that the Go source below dirs
// creates: every mention of a constructor such as ec2.NewVpc.
func Uses(dirs ...string) ([]string, error) {
	found := map[string]bool{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			return usesOf(path, found)
		})
		if err != nil {
			return nil, err
		}
	}
	var out []string
	for t := range found {
		out = append(out, t)
	}
	slices.Sort(out)
	return out, nil
}

func usesOf(path string, found map[string]bool) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	modules := map[string]string{} // name in this file -> SDK module
	for _, i := range file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		module, ok := strings.CutPrefix(p, sdkImport)
		if !ok {
			continue
		}
		name := module
		if i.Name != nil {
			name = i.Name.Name
		}
		modules[name] = module
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if !ok || modules[pkg.Name] == "" {
			return true
		}
		if name, ok := strings.CutPrefix(sel.Sel.Name, "New"); ok && name != "" {
			found["aws:"+modules[pkg.Name]+"/"+lowerFirst(name)+":"+name] = true
		}
		return true
	})
	return nil
}
