package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/cmd/pitboss/internal/tally"
	"pitboss/regions"
)

// A protectedThing is one resource that nobody may lose by accident: the engine protects
// it, or AWS does.
type protectedThing struct {
	// Name is what --destroy-protected takes: "<stack>/<resource name>".
	Name     string `json:"name"`
	Type     string `json:"type"`
	URN      string `json:"urn"`
	Named    bool   `json:"named"`              // this run was told that it may go
	Retained bool   `json:"retained,omitempty"` // it leaves the stack and stays in the cloud
}

// protectedIn lists what a stack protects, in the order in which a destroy comes to it. A
// name that two of them share is told apart by the type.
func protectedIn(stack string, plan []tally.Change) []protectedThing {
	plan = slices.DeleteFunc(slices.Clone(plan), func(c tally.Change) bool { return !c.Protected })
	uses := map[string]int{}
	for _, c := range plan {
		uses[c.Name]++
	}
	out := make([]protectedThing, 0, len(plan))
	for _, c := range plan {
		name := stack + "/" + c.Name
		if uses[c.Name] > 1 {
			name = stack + "/" + c.Type + "::" + c.Name
		}
		out = append(out, protectedThing{Name: name, Type: c.Type, URN: c.URN, Retained: c.Retained})
	}
	return out
}

// consent is what the caller of one run let go, by name.
type consent map[string]bool

// consents reads the flags: names, and a file of names, one a line. "-" is standard input.
func (a *app) consents(named []string, from string) (consent, error) {
	out := consent{}
	for _, n := range named {
		out[strings.TrimSpace(n)] = true
	}
	if from == "" {
		return out, nil
	}
	var in io.Reader = a.env.In
	if from != "-" {
		if !filepath.IsAbs(from) {
			from = filepath.Join(a.env.Dir, from)
		}
		f, err := os.Open(from)
		if err != nil {
			return nil, &usageError{fmt.Sprintf("--destroy-protected-from: %v", err), "name a file with one <stack>/<resource name> a line; `pitboss down <market> --dry-run --json` lists them"}
		}
		defer f.Close() //nolint:errcheck // only read
		in = f
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if n := strings.TrimSpace(lines.Text()); n != "" && !strings.HasPrefix(n, "#") {
			out[n] = true
		}
	}
	return out, lines.Err()
}

// sorted is the names, in order.
func (c consent) sorted() []string {
	out := make([]string, 0, len(c))
	for name := range c {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// protections is what the stacks of one run protect, by stack.
type protections map[string][]protectedThing

// protections marks what was named, and refuses a name that means nothing: a typing error
// would otherwise look like a refusal for another reason. What is there may be named, and
// what an earlier run was told may go: a run that was cut off can be repeated as it was.
func (t target) protections(open map[string]*engine.Stack, states map[string]engine.State, named consent) (protections, error) {
	out := protections{}
	var all, stacks, known []string
	for _, s := range t.market.Stacks() {
		gone, err := t.ws.Consented(s.Name)
		if err != nil {
			return nil, err
		}
		stacks, known = append(stacks, s.Name), append(known, namesOf(s.Name, states[s.Name], gone)...)
	}
	for _, s := range t.stacks {
		things := protectedIn(s.Name, open[s.Name].State.PlanDestroy().List)
		for i := range things {
			things[i].Named = named[things[i].Name]
			all = append(all, things[i].Name)
		}
		out[s.Name] = things
	}
	for _, name := range named.sorted() {
		stack, thing, _ := strings.Cut(name, "/")
		switch {
		case slices.Contains(known, name):
		case !slices.Contains(stacks, stack) || thing == "":
			return nil, unknownName(name, fmt.Sprintf("it names no stack of market %s, which has %s", t.market.Name, list(stacks)), all)
		default:
			return nil, unknownName(name, "stack "+stack+" has nothing of that name", all)
		}
	}
	return out, nil
}

// namesOf lists both ways to name each resource that a stack has, or had.
func namesOf(stack string, s engine.State, gone []string) []string {
	var out []string
	for _, c := range s.PlanDestroy().List {
		out = append(out, stack+"/"+c.Name, stack+"/"+c.Type+"::"+c.Name)
	}
	for _, urn := range gone {
		name := resource.URN(urn).Name()
		out = append(out, stack+"/"+name, stack+"/"+typeOf(urn)+"::"+name)
	}
	return out
}

func unknownName(name, why string, all []string) error {
	next := "write the names exactly as `pitboss down <market> --dry-run` prints them"
	if near := regions.Nearest(name, all); near != "" {
		next = fmt.Sprintf("did you mean %q?", near)
	}
	return &usageError{fmt.Sprintf("--destroy-protected: found %q: %s", name, why), next}
}

// unnamed lists what must be named before the stacks of the run may go.
func (p protections) unnamed(stack string) []string {
	var out []string
	for _, thing := range p[stack] {
		if !thing.Named {
			out = append(out, thing.URN)
		}
	}
	return out
}

// named lists the URNs of a stack that may go.
func (p protections) named(stack string) []string {
	var out []string
	for _, thing := range p[stack] {
		if thing.Named {
			out = append(out, thing.URN)
		}
	}
	return out
}

// fewNames is how many names still make a command line that somebody reads.
const fewNames = 12

// command is the whole command that would go through, or how to come to it.
func (t target) command(p protections, onlyStack string) string {
	base := "pitboss down " + t.market.Name
	if onlyStack != "" {
		base += " --stack " + onlyStack
	}
	var names []string
	for _, s := range t.stacks {
		for _, thing := range p[s.Name] {
			names = append(names, thing.Name)
		}
	}
	if len(names) > fewNames {
		return fmt.Sprintf("if all %d may go, write their names into a file, one a line (`%s --dry-run --json` has them as .stacks[].protected[].name), and run\n    %s --destroy-protected-from FILE", len(names), base, base)
	}
	for _, name := range names {
		base += " \\\n      --destroy-protected " + name
	}
	return "if they may go, run\n    " + base
}

// typeOf is a URN's type, for people.
func typeOf(urn string) string { return string(resource.URN(urn).Type()) }
