package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/regions"
	"pitboss/regions/role"
	"pitboss/stacks/market"
)

// code is the program and its stacks, as a drill sees them.
type code struct {
	app    *app
	target target
	// programs is what this process computed to bring the program up and to preview it.
	programs time.Duration
	// prepared says that the program was built: its source does not change in a drill.
	prepared bool
}

// Active is what the market's file says now.
func (c *code) Active(context.Context) (regions.Region, error) {
	m, err := market.Load(c.app.dir, c.target.market.Name)
	return m.Active, err
}

// SetActive changes that one value and leaves the rest of the file as it is, comments and
// all.
func (c *code) SetActive(_ context.Context, to regions.Region) error {
	path := filepath.Join(c.app.dir, c.target.market.File)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed, err := withActive(data, to.String())
	if err != nil || bytes.Equal(changed, data) {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	// Beside it first: a file that is half written would stop everybody.
	next := path + ".next"
	if err := os.WriteFile(next, changed, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Rename(next, path)
}

// withActive replaces the value of the key active at the top of a market's file.
func withActive(data []byte, to string) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 1 && root.Content[0].Kind == yaml.MappingNode {
		pairs := root.Content[0].Content
		for i := 0; i+1 < len(pairs); i += 2 {
			if v := pairs[i+1]; pairs[i].Value == "active" && v.Kind == yaml.ScalarNode {
				lines := strings.SplitAfter(string(data), "\n")
				line := lines[v.Line-1]
				lines[v.Line-1] = line[:v.Column-1] + strings.Replace(line[v.Column-1:], v.Value, to, 1)
				return []byte(strings.Join(lines, "")), nil
			}
		}
	}
	return nil, fmt.Errorf("the market's file has no key active")
}

// InFlight asks the backend whether a stack of the market is being worked on.
func (c *code) InFlight(ctx context.Context) (string, error) {
	known, err := c.target.ws.Stacks(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range c.target.market.Stacks() {
		if known[s.Name].Running {
			return s.Name, nil
		}
	}
	return "", nil
}

// Up brings the stacks up to date that follow from the role of a region: the regions' own
// and the traffic's, at the same time: none of them reads of another what a role decides,
// and Changes would find it. Nothing of the foundation follows from it. Each is previewed,
// judged and reviewed as `pitboss up` does it; its words go where words go.
func (c *code) Up(ctx context.Context, only ...regions.Region) error {
	defer c.aside()()
	sub := c.sub()
	t, open, err := c.ready(ctx, sub, only)
	if err != nil {
		return err
	}
	v, err := newReview(t.market, nil, "")
	if err != nil {
		return err
	}
	o := newOutcome("up", t)
	sub.execute(ctx, &o, [][]market.Stack{t.stacks}, open, true, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		r := st.Up(ctx, engine.Choice{
			Review:  func(p engine.Result) error { return v.of(s, p) },
			Message: func() string { return "pitboss drill " + t.market.Name + ": active is " + t.market.Active.String() },
		}, watch)
		return v.add(judge(s, r, false), s, r)
	})
	return told(sub.finish(&o, t))
}

// ready opens the stacks of these regions and the traffic's; of none both regions'. The
// market is read again: its file has changed.
func (c *code) ready(ctx context.Context, sub *app, only []regions.Region) (target, map[string]*engine.Stack, error) {
	m, err := market.Load(c.app.dir, c.target.market.Name)
	if err != nil {
		return target{}, nil, err
	}
	t := c.target
	t.market, t.stacks = m, chosen(m, only)
	open, err := t.open(ctx)
	if err == nil && !c.prepared {
		err = sub.prepare(ctx, t)
		c.prepared = err == nil
	}
	return t, open, err
}

// Says is what the region's stack was last brought up as: it publishes its role at its end.
func (c *code) Says(ctx context.Context, at regions.Region) (role.Role, error) {
	for _, s := range c.target.market.Stacks() {
		if s.Kind == market.KindRegion && s.Region == at {
			state, err := c.target.ws.State(ctx, s.Name)
			return saysRole(state), err
		}
	}
	return "", fmt.Errorf("market %s has no stack in %s", c.target.market.Name, at)
}

// aside counts what the process computes meanwhile as the program's, not as the drill's.
func (c *code) aside() func() {
	before := cpu()
	return func() { c.programs += cpu() - before }
}

// sub is the command line without its standard output, which is the drill's.
func (c *code) sub() *app {
	env := c.app.env
	env.Out = env.Err
	return &app{env: env, dir: c.app.dir, started: true}
}

// told gives an error that was explained already words of its own.
func told(err error) error {
	if err != nil && err.Error() == "" {
		return fmt.Errorf("pitboss ended with %d; what it said is above", exitCode(err))
	}
	return err
}

// chosen are the stacks of these regions and the traffic's; of none both regions'.
func chosen(m market.Market, only []regions.Region) []market.Stack {
	return slices.DeleteFunc(slices.Clone(m.Stacks()), func(s market.Stack) bool {
		return s.Kind == market.KindFoundation || s.Kind == market.KindRegion && len(only) > 0 && !slices.Contains(only, s.Region)
	})
}

// Changes compares the program with the cloud, all stacks at the same time, and says what
// would change.
func (c *code) Changes(ctx context.Context, only ...regions.Region) ([]string, error) {
	defer c.aside()()
	sub := c.sub()
	t, open, err := c.ready(ctx, sub, only)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var found []string
	o := newOutcome("preview", t)
	sub.execute(ctx, &o, [][]market.Stack{t.stacks}, open, true, func(ctx context.Context, s market.Stack, st *engine.Stack, watch engine.Watch) stackOutcome {
		r := st.Compare(ctx, watch)
		mu.Lock()
		defer mu.Unlock()
		for _, change := range r.List {
			found = append(found, fmt.Sprintf("%s: %s %s", s.Name, change.Op, change.URN))
		}
		return judge(s, r, true)
	})
	slices.Sort(found)
	if o.Result != resultSucceeded {
		return nil, told(sub.finish(&o, t))
	}
	return found, ctx.Err()
}
