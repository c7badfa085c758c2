package tests

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// houseRule is one habit of the source, with a piece of it that breaks the habit.
type houseRule struct {
	name, why string
	about     func(file) bool
	check     func(file) []string // what is wrong, with its place
	broken    string              // a file that must be refused
	at        string              // where that file would be
}

const (
	renderFile = "components/internal/component/render.go"
	scopeFile  = "components/internal/component/scope.go"
)

func ofComponents(f file) bool { return !f.isTest() && f.under("components") }
func ofProgram(f file) bool {
	return !f.isTest() && (f.under("components", "stacks") || f.path == "main.go")
}
func ofAnyone(file) bool { return true }

var houseRules = []houseRule{
	{
		name: "one-apply", why: "an Apply hides what it does from a preview: render.go has the pure ones",
		about: func(f file) bool { return ofProgram(f) && f.path != renderFile },
		check: func(f file) (out []string) {
			f.calls(func(call *ast.CallExpr, _, name string) {
				if strings.HasPrefix(name, "Apply") {
					out = append(out, f.at(call)+": "+name)
				}
			})
			return out
		},
		at: "components/x/x.go", broken: "package x\nfunc f(o interface{ ApplyT(any) }) { o.ApplyT(nil) }",
	},
	{
		name: "children-through-create", why: "Create names, parents and blames every child",
		about: func(f file) bool { return ofComponents(f) && f.path != scopeFile },
		check: func(f file) (out []string) {
			f.calls(func(call *ast.CallExpr, pkg, name string) {
				registers := strings.HasPrefix(name, "RegisterResource") || strings.HasPrefix(name, "RegisterComponentResource")
				if isSDK(pkg) && strings.HasPrefix(name, "New") || name == "Parent" && strings.HasSuffix(pkg, "/pulumi") || registers {
					out = append(out, f.at(call)+": "+name)
				}
			})
			return out
		},
		at: "components/x/x.go", broken: "package x\nimport \"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2\"\nfunc f() { ec2.NewVpc(nil, \"\", nil) }",
	},
	{
		name: "components-are-told", why: "what a component needs is in its Args; what it gives is in its fields",
		about: ofComponents,
		check: func(f file) (out []string) {
			f.calls(func(call *ast.CallExpr, pkg, name string) {
				if name == "Export" || name == "GetConfig" || strings.HasSuffix(pkg, "/pulumi/config") || name == "Getenv" && pkg == "os" || name == "Now" && pkg == "time" {
					out = append(out, f.at(call)+": "+name)
				}
			})
			return out
		},
		at: "components/x/x.go", broken: "package x\nfunc f(ctx interface{ Export(string) }) { ctx.Export(\"\") }",
	},
	{
		name: "no-region-facts", why: "a region is written in the catalogue and nowhere else",
		about: ofProgram,
		check: func(f file) (out []string) {
			if f.under("regions") {
				return nil
			}
			ast.Inspect(f.source, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && regionName.MatchString(lit.Value) {
					out = append(out, f.at(lit)+": "+lit.Value)
				}
				return true
			})
			return out
		},
		at: "components/x/x.go", broken: "package x\nconst r = \"eu-south-1\"",
	},
	{
		name: "roles-not-regions", why: "what a region does now is a role.Role: market.Role says it once, and nobody asks again by name",
		about: func(f file) bool { return ofProgram(f) && !f.under("stacks/market") },
		check: comparesActive,
		at:    "components/x/x.go", broken: "package x\nfunc f(m struct{ Active, Home string }) bool { return m.Home == m.Active }",
	},
	{
		name: "no-map-order", why: "ranging over a map makes and prints things in another order every time",
		about: ofProgram,
		check: mapRanges,
		at:    "components/x/x.go", broken: "package x\nvar m = map[string]int{}\nfunc f() { for range m {} }",
	},
	{
		name: "short-files", why: "what does not fit in 250 lines is two things",
		about: func(f file) bool { return !f.isTest() },
		check: func(f file) []string { return longer(f, 250) },
		at:    "components/x/x.go", broken: "package x\n" + strings.Repeat("\n", 251),
	},
	{
		name: "short-tests", why: "a test that nobody reads proves nothing",
		about: func(f file) bool { return f.isTest() },
		check: func(f file) []string { return longer(f, 350) },
		at:    "components/x/x_test.go", broken: "package x\n" + strings.Repeat("\n", 351),
	},
	{
		name: "nothing-left-open", why: "what is left open belongs to an issue", about: ofAnyone,
		check: func(f file) (out []string) {
			for _, group := range f.source.Comments {
				for _, word := range openWords {
					if strings.Contains(group.Text(), word) {
						out = append(out, f.at(group)+": "+word)
					}
				}
			}
			f.calls(func(call *ast.CallExpr, _, name string) {
				if f.isTest() && (name == "Skip" || name == "Skipf" || name == "SkipNow") {
					out = append(out, f.at(call)+": "+name)
				}
			})
			return out
		},
		at: "components/x/x.go", broken: "package x\n\n// " + openWords[0] + " later\nvar x int",
	},
	{
		name: "exported-is-documented", why: "an exported name without a sentence is a riddle",
		about: func(f file) bool { return ofProgram(f) || !f.isTest() && f.under("regions", "internal") },
		check: undocumented,
		at:    "components/x/x.go", broken: "package x\nfunc Exported() {}",
	},
}

func TestHouseRules(t *testing.T) {
	all := files(t)
	for _, rule := range houseRules {
		t.Run(rule.name, func(t *testing.T) {
			applied := 0
			for _, f := range all {
				if !rule.about(f) {
					continue
				}
				applied++
				for _, problem := range rule.check(f) {
					t.Errorf("%s (%s)", problem, rule.why)
				}
			}
			if applied == 0 {
				t.Error("it applied to no file: it proves nothing")
			}
			if len(rule.check(parseText(t, rule.at, rule.broken))) == 0 {
				t.Errorf("it does not see that this breaks it:\n%s", rule.broken)
			}
		})
	}
}

// TestHousePackagesAreDocumented wants one package comment in each package.
func TestHousePackagesAreDocumented(t *testing.T) {
	comments := map[string]int{}
	for _, f := range files(t) {
		if f.isTest() && f.dir() != "tests" {
			continue
		}
		comments[f.dir()] += 0
		if f.source.Doc != nil {
			comments[f.dir()]++
		}
	}
	for dir, n := range comments {
		if n != 1 {
			t.Errorf("%s has %d package comments, want one that says what it is for and who imports it", dir, n)
		}
	}
}

// TestHouseGoldenFilesAreReviewed wants no golden file that is compared with nothing.
func TestHouseGoldenFilesAreReviewed(t *testing.T) {
	found, err := os.ReadDir("golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		name := strings.TrimSuffix(f.Name(), ".txt")
		table, isTable := strings.CutSuffix(name, "-connections")
		if !slices.Contains(reviewed, name) && !(isTable && slices.Contains(connectionTables, table)) {
			t.Errorf("%s belongs to no reviewed stack: delete it", filepath.Join("golden", f.Name()))
		}
	}
}

func longer(f file, limit int) []string {
	if f.lines > limit {
		return []string{fmt.Sprintf("%s: %d lines, the limit is %d", f.path, f.lines, limit)}
	}
	return nil
}
