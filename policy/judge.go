package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"pitboss/policy/exemptions"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// A judge applies the rules to one run of the engine over one stack.
//
// What policyx does at this release, and what is done about it:
//
//   - It unpacks a resource's properties once for every policy about resources. So there
//     is one such policy, which remembers the resource; the rules are policies about the
//     stack, for which everything is unpacked once.
//   - A stack's policies see what resources turned out to be, not what was asked for:
//     inputs that AWS fills in cannot be told from those that we set. They judge what the
//     first policy remembered.
//   - Stack policies run at the end, when an update has made everything. So in an update
//     the first policy also judges by the rules that need to see one resource only.
//   - A policy that returns an error fails the whole analysis, and one that panics ends the
//     process. Rules return nothing, and what is not known is a value of theirs; see guard.
//   - The pack's own enforcement level is ignored, and a severity is nowhere to be said.
//     Every policy states its level, and every message begins with the rule's severity.
//   - RetainOnDelete is not passed on: rules that need it are told that they are not told.
type judge struct {
	market   market.Market
	stack    market.Stack
	exempt   rules.Exemptions
	keys     map[string]string // classes of the market's keys, by ARN
	updating bool

	mu     sync.Mutex
	inputs map[string]rules.Resource // by URN
	judged []rules.Finding
	wrong  error // what nobody can judge by
	done   bool
}

func newJudge(ctx *pulumi.Context, project string) (*judge, error) {
	name, err := config.Try(ctx, "pitboss:market")
	if err != nil {
		return nil, fmt.Errorf("stack %s does not say its market: set pitboss:market in its file", ctx.Stack())
	}
	m, err := market.Load(project, name)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Stacks(), func(s market.Stack) bool { return s.Name == ctx.Stack() })
	if i < 0 {
		return nil, fmt.Errorf("market %s has no stack %s", name, ctx.Stack())
	}
	exempt, err := exemptions.Load(project, time.Now())
	if err != nil {
		return nil, err
	}
	keys, err := rules.ReadKeys(os.Getenv(rules.JudgementVariable))
	if err != nil {
		return nil, err
	}
	return &judge{
		market: m, stack: m.Stacks()[i], exempt: exempt, keys: keys, updating: !ctx.DryRun(), inputs: map[string]rules.Resource{},
	}, nil
}

func (j *judge) pack() (policyx.PolicyPack, error) {
	policies := []policyx.Policy{policyx.NewResourceValidationPolicy("before-it-is-made", policyx.ResourceValidationPolicyArgs{
		Description: "What a resource alone shows is judged before it is made.", EnforcementLevel: policyx.EnforcementLevelMandatory,
		ValidateResource: j.see,
	})}
	for _, rule := range rules.All() {
		policies = append(policies, policyx.NewStackValidationPolicy(rule.ID, policyx.StackValidationPolicyArgs{
			Description: rule.Title, EnforcementLevel: policyx.EnforcementLevelMandatory, ValidateStack: j.of(rule.ID, rules.Broken),
		}))
	}
	policies = append(policies, policyx.NewStackValidationPolicy("judgement", policyx.StackValidationPolicyArgs{
		Description: "Exemptions are of resources that exist, and what was found is passed on.", EnforcementLevel: policyx.EnforcementLevelMandatory,
		ValidateStack: j.sound,
	}))
	policies = append(policies, policyx.NewStackValidationPolicy("could-not-tell", policyx.StackValidationPolicyArgs{
		Description: "A rule needs what only the cloud knows, and not yet.", EnforcementLevel: policyx.EnforcementLevelAdvisory,
		ValidateStack: j.of("", rules.Untold),
	}))
	return policyx.NewPolicyPack("pitboss", semver.MustParse("1.0.0"), policyx.EnforcementLevelMandatory, policies)
}

// see remembers a resource as the program declares it.
func (j *judge) see(_ context.Context, args policyx.ResourceValidationArgs) error {
	r := resourceOf(args.Resource)
	j.mu.Lock()
	j.inputs[r.URN] = r
	j.mu.Unlock()
	if !j.updating {
		return nil
	}
	alone := slices.DeleteFunc(rules.All(), func(rule rules.Rule) bool { return rule.Scope != rules.One })
	for _, f := range j.judge(&rules.Stack{Market: j.market, Stack: j.stack, Resources: []rules.Resource{r}}, alone) {
		if f.Verdict == rules.Broken {
			args.Manager.ReportViolation(message(f), f.URN)
		}
	}
	return nil
}

// of reports what one rule found, or all that could not be told.
func (j *judge) of(rule string, verdict rules.Verdict) func(context.Context, policyx.StackValidationArgs) error {
	return func(_ context.Context, args policyx.StackValidationArgs) error {
		j.once(args.Resources)
		for _, f := range j.judged {
			if f.Verdict == verdict && (rule == "" || f.Rule == rule) {
				args.Manager.ReportViolation(message(f), f.URN)
			}
		}
		return nil
	}
}

// sound reports what is wrong with the judgement itself.
func (j *judge) sound(_ context.Context, args policyx.StackValidationArgs) error {
	j.once(args.Resources)
	if j.wrong != nil {
		args.Manager.ReportViolation(j.wrong.Error(), "")
	}
	return nil
}

// once judges the stack for all policies about it, when the first one asks.
func (j *judge) once(there []policyx.AnalyzerResource) {
	if !j.done {
		j.judged, j.done = j.whole(there), true
	}
}

// whole judges the stack: those of the resources that are there at the end, as they were
// asked for.
func (j *judge) whole(there []policyx.AnalyzerResource) []rules.Finding {
	s := &rules.Stack{Market: j.market, Stack: j.stack, Keys: maps.Clone(j.keys)}
	for _, one := range there {
		r := resourceOf(one)
		if asked, ok := j.inputs[r.URN]; ok {
			asked.From, asked.Parent, asked.ARN = r.From, r.Parent, r.ARN
			if asked.Provider.Name == "" {
				asked.Provider = r.Provider
			}
			r = asked
		}
		s.Resources = append(s.Resources, r)
	}
	start := time.Now()
	s.FindKeys()
	found := j.judge(s, rules.All())
	j.wrong = exemptions.Check(j.exempt, s)
	if dir := os.Getenv(rules.JudgementVariable); dir != "" {
		told := rules.Judgement{Stack: s.Stack.Name, Resources: s.Resources, Findings: found, Seconds: time.Since(start).Seconds()}
		j.wrong = errors.Join(j.wrong, told.Write(dir))
	}
	return found
}

// judge turns a rule's own mistake into a finding: no rule may end the analysis.
func (j *judge) judge(s *rules.Stack, by []rules.Rule) (found []rules.Finding) {
	for _, rule := range by {
		found = append(found, guard(s, rule, j.exempt)...)
	}
	return found
}

func guard(s *rules.Stack, rule rules.Rule, exempt rules.Exemptions) (found []rules.Finding) {
	defer func() {
		if p := recover(); p != nil {
			found = []rules.Finding{{Rule: rule.ID, Verdict: rules.Broken, Severity: rule.Severity, Says: []string{fmt.Sprintf("the rule itself failed, so nothing is known: %v", p)}}}
		}
	}()
	return rules.Judge(s, []rules.Rule{rule}, exempt)
}

func message(f rules.Finding) string {
	return fmt.Sprintf("%s, %s: %s", f.Severity, f.Rule, strings.Join(f.Says, "; "))
}
