// Command policy is the policy pack: it judges every preview and every update by the rules
// of policy/rules. The engine starts it; see PulumiPolicy.yaml.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"
)

func main() {
	// The engine asks one thing at a time, and waits. On one thread an answer passes from
	// goroutine to goroutine without waking another: half a second of a region's preview.
	runtime.GOMAXPROCS(1)
	project := option(os.Args[1:], "project")
	err := policyx.Main(func(ctx *pulumi.Context) (policyx.PolicyPack, error) {
		dir, err := projectOf(project, ctx.RootDirectory())
		if err != nil {
			return nil, err
		}
		j, err := newJudge(ctx, dir)
		if err != nil {
			return nil, err
		}
		return j.pack()
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// option is the value of a -name=value that PulumiPolicy.yaml's runtime options give.
func option(args []string, name string) string {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, "-"+name+"="); ok {
			return value
		}
	}
	return ""
}

// projectOf is the folder of the project: the one that is named, else the first above the
// pack that has markets.
func projectOf(named, pack string) (string, error) {
	if named != "" {
		return named, nil
	}
	for dir := pack; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(filepath.Join(dir, "stacks", "markets")); err == nil && info.IsDir() {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("there is no stacks/markets in %s or any folder above it: the policy pack lies in the project that it judges, or is told it by the runtime option `project`", pack)
		}
	}
}
