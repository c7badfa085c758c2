package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pitboss/cmd/pitboss/internal/engine"
	"pitboss/stacks/market"
)

// A target is one market in one engine: what a command is about to touch.
type target struct {
	market market.Market
	stacks []market.Stack // those asked for, in the order they are built
	ws     *engine.Workspace
}

// aim reads the market, picks the stacks, finds the engine, and says what is
// about to be touched. Nothing has been touched when it fails.
func (a *app) aim(ctx context.Context, name, onlyStack string) (target, error) {
	return a.aimWith(name, onlyStack, func(e engine.Engine, _ market.Market) (*engine.Workspace, error) {
		return engine.Open(ctx, a.dir, e, a.env.Kill)
	})
}

// aimWith is aim with another way to open the project in the engine.
func (a *app) aimWith(name, onlyStack string, open func(engine.Engine, market.Market) (*engine.Workspace, error)) (target, error) {
	m, err := market.Load(a.dir, name)
	if err != nil {
		return target{}, &inputError{err}
	}
	if err := m.CheckStackFiles(a.dir); err != nil {
		return target{}, &inputError{err}
	}
	t := target{market: m, stacks: m.Stacks()}
	if onlyStack != "" {
		if t.stacks, err = pick(m, onlyStack); err != nil {
			return target{}, err
		}
	}
	e, err := engine.Select(a.dir, a.env.Environ)
	if err != nil {
		return target{}, err
	}
	if e.Account != "" && e.Account != m.Account {
		return target{}, &inputError{fmt.Errorf(
			"%s: account: found %q, but the credentials of engine %s belong to account %s\n  next: use the credentials of %s, or correct the file",
			m.File, m.Account, e.Name, e.Account, m.Account)}
	}
	if t.ws, err = open(e, m); err != nil {
		return target{}, err
	}
	t.ws.Foundation = m.Stacks()[0].Name
	a.announce(t)
	return t, nil
}

func pick(m market.Market, name string) ([]market.Stack, error) {
	var names []string
	for _, s := range m.Stacks() {
		if s.Name == name {
			return []market.Stack{s}, nil
		}
		names = append(names, s.Name)
	}
	return nil, &usageError{fmt.Sprintf("--stack: found %q, market %s has %s", name, m.Name, strings.Join(names, ", ")), "give one of these, or leave --stack out for all of them"}
}

// announce says on standard error what is about to be touched.
func (a *app) announce(t target) {
	m, e := t.market, t.ws.Engine
	names := make([]string, 0, len(t.stacks))
	for _, s := range t.stacks {
		names = append(names, s.Name)
	}
	a.say("market   %s (%s, %s), %s", m.Name, m.Jurisdiction.Name(), m.Environment, m.File)
	a.say("stacks   %s", strings.Join(names, ", "))
	a.say("account  %s", m.Account)
	a.say("engine   %s: %s", e.Name, e.Description)
	a.say("backend  %s", withoutSecrets(t.ws.Backend))
	if e.Own {
		profile := a.env.Getenv("AWS_PROFILE")
		if profile == "" {
			profile = "(AWS_PROFILE is not set: the AWS provider's own order of credentials decides)"
		}
		a.say("profile  %s", profile)
		for _, e := range toEnable(m) {
			a.say("enable   account %s must have enabled %s, an opt-in region", m.Account, e.Region)
		}
	}
}

// withoutSecrets drops user and password from a backend's address.
func withoutSecrets(backend string) string {
	scheme, rest, ok := strings.Cut(backend, "://")
	if !ok {
		return backend
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndex(authority, "@"); i >= 0 {
		rest = "***" + authority[i:] + "/" + path
	}
	return scheme + "://" + rest
}

// open opens every stack: what is wrong with one of them is known before any is touched.
func (t target) open(ctx context.Context) (map[string]*engine.Stack, error) {
	return t.ws.OpenStacks(ctx, stackNames(t.stacks)...)
}

// inTurn is the order in which stacks are built, one after the other: each reads what
// those before it have made.
func inTurn(stacks []market.Stack) [][]market.Stack {
	out := make([][]market.Stack, 0, len(stacks))
	for _, s := range stacks {
		out = append(out, []market.Stack{s})
	}
	return out
}

// together is the order in which stacks are previewed. What is built is compared with what
// the others have published already, so all may be looked at at the same time; otherwise
// the foundation comes first, then the regions, then what needs both.
func together(stacks []market.Stack, built bool) [][]market.Stack {
	if built {
		return [][]market.Stack{stacks}
	}
	var out [][]market.Stack
	for _, kind := range []market.Kind{market.KindFoundation, market.KindRegion, market.KindGSLB} {
		wave := slices.DeleteFunc(slices.Clone(stacks), func(s market.Stack) bool { return s.Kind != kind })
		if len(wave) > 0 {
			out = append(out, wave)
		}
	}
	return out
}

// built tells whether each of these stacks has something.
func built(stacks []market.Stack, open map[string]*engine.Stack) bool {
	return !slices.ContainsFunc(stacks, func(s market.Stack) bool { return open[s.Name].State.Resources == 0 })
}
