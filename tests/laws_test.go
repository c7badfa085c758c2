package tests

import (
	"fmt"
	"go/ast"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// isSDK says whether a package is a cloud's.
func isSDK(pkg string) bool {
	return strings.HasPrefix(pkg, "github.com/pulumi/pulumi-") || strings.HasPrefix(pkg, "github.com/aws/")
}

// lookups is every place where a file asks a cloud for a fact.
func lookups(f file) []string {
	var out []string
	f.calls(func(call *ast.CallExpr, pkg, name string) {
		switch {
		case isSDK(pkg) && (strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "Lookup")):
			out = append(out, fmt.Sprintf("%s: %s.%s asks the cloud", f.at(call), pkg, name))
		case slices.Contains([]string{"Invoke", "InvokeOutput", "InvokePackage", "InvokePackageRaw", "Call", "CallPackage", "CallPackageSingle", "ReadResource"}, name):
			out = append(out, fmt.Sprintf("%s: %s asks a provider", f.at(call), name))
		}
	})
	for name, pkg := range f.imports {
		if pkg == "net/http" || pkg == "os/exec" || strings.HasPrefix(pkg, "github.com/aws/") {
			out = append(out, fmt.Sprintf("%s: %s (%s) reaches outside of the program", f.path, pkg, name))
		}
	}
	return out
}

// TestLawNoCloudLookups holds law 1: a preview is the same on every machine, without
// credentials, and tests see all of it.
func TestLawNoCloudLookups(t *testing.T) {
	for _, f := range program(t) {
		for _, problem := range lookups(f) {
			t.Errorf("%s: facts come from the catalogue or the market file", problem)
		}
	}
	for reason, text := range map[string]string{
		"a data source": `package x
import "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
func f() { aws.GetCallerIdentity(nil, nil) }`,
		"a lookup": `package x
import "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
func f() { ec2.LookupVpc(nil, nil) }`,
		"an invoke": `package x
func f(ctx interface{ Invoke(string) }) { ctx.Invoke("aws:ec2/getAmi:getAmi") }`,
		"a call of our own": `package x
import "net/http"
var _ = http.Get`,
	} {
		if len(lookups(parseText(t, "components/x/x.go", text))) == 0 {
			t.Errorf("%s is not seen", reason)
		}
	}
}

// never is what a part of the tree may not import, directly or through others of ours.
var never = []struct{ from, to, why string }{
	{"regions", "github.com/", "the catalogue is plain data: the command line and the tests use it without Pulumi"},
	{"regions", "pitboss/components", "facts know nothing of what is built from them"},
	{"regions", "pitboss/stacks", "facts know nothing of what is built from them"},
	{"stacks/market", "github.com/pulumi/", "the command line reads markets and must build in seconds"},
	{"stacks/market", "pitboss/components", "the command line reads markets and must build in seconds"},
	{"components", "pitboss/stacks", "a component may not know where it is used"},
	{"components", "pitboss/internal/record", "the program does not depend on its tests"},
	{"components", "pitboss/internal/componenttest", "the program does not depend on its tests"},
	{"components", "pitboss/cmd", "the program does not know who drives it"},
	{"components/naming", "github.com/", "names are plain strings"},
	{"components/pools/labels", "github.com/", "workloads and tools read labels as plain data"},
	{"stacks", "pitboss/cmd", "the program does not know who drives it"},
	{"stacks", "pitboss/internal/record", "the program does not depend on its tests"},
	{"policy/rules", "github.com/pulumi/", "rules judge plain values: the command line and the tests read them without Pulumi"},
	{"cmd", "pitboss/components", "the command line drives the engine and does not link the SDKs"},
	{"cmd", "github.com/pulumi/pulumi-", "the command line drives the engine and does not link the SDKs"},
	{"internal/record", "pitboss/components", "the recorder knows no component"},
	{"internal/record", "pitboss/stacks", "the recorder knows no stack"},
	{"", "pitboss/sandbox", "nothing outside of the sandbox knows that there is one"},
}

// plainData is what of the components everybody may read: it links nothing, see above.
var plainData = []string{"pitboss/components/pools/labels"}

// TestLawImportsPointOneWay holds the layout: main to stacks to components to regions.
func TestLawImportsPointOneWay(t *testing.T) {
	direct := directImports(files(t))
	for _, problem := range wrongImports(direct) {
		t.Error(problem)
	}
	for _, rule := range never {
		bad := map[string][]string{rule.from: {"pitboss/through"}, "through": {rule.to + "x"}}
		if strings.HasSuffix(rule.to, "/") {
			bad["through"] = []string{rule.to + "x"}
		}
		if len(wrongImports(bad)) == 0 {
			t.Errorf("%s importing %s through another package is not seen", rule.from, rule.to)
		}
	}
}

// directImports is what each folder's program files import.
func directImports(all []file) map[string][]string {
	out := map[string][]string{}
	for _, f := range all {
		if f.isTest() || f.under("sandbox", "tests") {
			continue
		}
		for _, pkg := range f.imports {
			out[f.dir()] = append(out[f.dir()], pkg)
		}
	}
	return out
}

func wrongImports(direct map[string][]string) []string {
	var out []string
	for from := range direct {
		reached := reach(direct, from)
		for _, rule := range never {
			// stacks/market has rules of its own, stricter than those of stacks.
			if rule.from != "" && from != rule.from && !strings.HasPrefix(from, rule.from+"/") {
				continue
			}
			for _, to := range reached {
				if strings.HasPrefix(to, rule.to) && (rule.from != "cmd" || !slices.Contains(plainData, to)) {
					out = append(out, fmt.Sprintf("%s imports %s: %s", from, to, rule.why))
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reach is everything that a folder imports, through packages of ours too.
func reach(direct map[string][]string, from string) []string {
	seen := map[string]bool{}
	queue := slices.Clone(direct[from])
	for len(queue) > 0 {
		pkg := queue[0]
		queue = queue[1:]
		if seen[pkg] {
			continue
		}
		seen[pkg] = true
		if ours, ok := strings.CutPrefix(pkg, "pitboss/"); ok {
			queue = append(queue, direct[ours]...)
		}
	}
	var out []string
	for pkg := range seen {
		out = append(out, pkg)
	}
	slices.Sort(out)
	return out
}

// banned are the packages whose compilation costs more than all the rest together.
var banned = []string{
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2",
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/helm",
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/yaml",
}

// TestLawNoBannedPackage holds law 7, over all that the program links.
func TestLawNoBannedPackage(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir = projectDir
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if !slices.Contains(linked, "pitboss/stacks") {
		t.Fatal("the program does not link its stacks: this proves nothing")
	}
	for _, problem := range bannedAmong(linked) {
		t.Errorf("the program links %s: register that resource by its token, with narrow Args of our own", problem)
	}
	for _, one := range banned {
		if len(bannedAmong([]string{one + "/v3"})) == 0 {
			t.Errorf("%s is not seen", one)
		}
	}
}

func bannedAmong(linked []string) []string {
	var out []string
	for _, pkg := range linked {
		for _, one := range banned {
			if pkg == one || strings.HasPrefix(pkg, one+"/") {
				out = append(out, pkg)
			}
		}
	}
	return out
}
