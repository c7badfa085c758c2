package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"pitboss/policy/exemptions"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

// A judge applies the rules to one run of the engine over one stack.
type judge struct {
	market     market.Market
	stack      market.Stack
	exempt     rules.Exemptions
	keys       map[string]string // classes of the market's keys, by ARN
	previewing bool
}

// newJudge is the judge of a stack of the market in the project's folder.
func newJudge(project, stack, marketName string, previewing bool) (*judge, error) {
	if marketName == "" {
		return nil, fmt.Errorf("stack %s does not say its market: set pitboss:market in its file", stack)
	}
	m, err := market.Load(project, marketName)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Stacks(), func(s market.Stack) bool { return s.Name == stack })
	if i < 0 {
		return nil, fmt.Errorf("market %s has no stack %s", marketName, stack)
	}
	exempt, err := exemptions.Load(project, time.Now())
	if err != nil {
		return nil, err
	}
	keys, err := rules.ReadKeys(os.Getenv(rules.JudgementVariable))
	if err != nil {
		return nil, err
	}
	return &judge{market: m, stack: m.Stacks()[i], exempt: exempt, keys: keys, previewing: previewing}, nil
}

// alone judges one resource by the rules that need to see no other. What they cannot tell,
// the whole stack's judgement says.
func (j *judge) alone(r rules.Resource) []rules.Finding {
	by := slices.DeleteFunc(rules.All(), func(rule rules.Rule) bool { return rule.Scope != rules.One })
	found := j.judge(&rules.Stack{Market: j.market, Stack: j.stack, Resources: []rules.Resource{r}}, by)
	return slices.DeleteFunc(found, func(f rules.Finding) bool { return f.Verdict != rules.Broken })
}

// whole judges the stack by all rules, and leaves what was seen and found for whoever
// started the run. The error is what is wrong with the judgement itself.
func (j *judge) whole(resources []rules.Resource) ([]rules.Finding, error) {
	s := &rules.Stack{Market: j.market, Stack: j.stack, Keys: maps.Clone(j.keys), Resources: resources}
	start := time.Now()
	s.FindKeys()
	found := j.judge(s, rules.All())
	wrong := exemptions.Check(j.exempt, s)
	if dir := os.Getenv(rules.JudgementVariable); dir != "" {
		told := rules.Judgement{Stack: s.Stack.Name, Resources: s.Resources, Findings: found, Seconds: time.Since(start).Seconds()}
		wrong = errors.Join(wrong, told.Write(dir))
	}
	return found, wrong
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
