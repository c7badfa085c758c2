package main

import (
	"fmt"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"pitboss/policy/rules"
)

// A policy is what the engine lists, and names where one is violated.
type policy struct {
	name, title string
	level       pulumirpc.EnforcementLevel
	severity    pulumirpc.PolicySeverity
}

// Two policies are no rules: one says that rules could not tell, each as grave as its rule;
// the other that the judgement itself is wrong.
var (
	couldNotTell = policy{"could-not-tell", "A rule needs what only the cloud knows, and not yet.", pulumirpc.EnforcementLevel_ADVISORY, pulumirpc.PolicySeverity_POLICY_SEVERITY_UNSPECIFIED}
	judgement    = policy{"judgement", "Exemptions are of resources that exist, and what was found is passed on.", pulumirpc.EnforcementLevel_MANDATORY, pulumirpc.PolicySeverity_POLICY_SEVERITY_HIGH}
)

var severities = map[rules.Severity]pulumirpc.PolicySeverity{
	rules.Critical: pulumirpc.PolicySeverity_POLICY_SEVERITY_CRITICAL,
	rules.High:     pulumirpc.PolicySeverity_POLICY_SEVERITY_HIGH,
	rules.Medium:   pulumirpc.PolicySeverity_POLICY_SEVERITY_MEDIUM,
}

func policies() []policy {
	out := []policy{couldNotTell, judgement}
	for _, r := range rules.All() {
		out = append(out, policyOf(r))
	}
	return out
}

func policyOf(r rules.Rule) policy {
	return policy{r.ID, r.Title, pulumirpc.EnforcementLevel_MANDATORY, severities[r.Severity]}
}

// answer is what the engine is told of findings: what is broken under its rule, what could
// not be told under one policy, and nothing of what is exempted. What is wrong with the
// judgement is the stack's.
func answer(found []rules.Finding, wrong error) *pulumirpc.AnalyzeResponse {
	out := &pulumirpc.AnalyzeResponse{}
	say := func(p policy, urn, says string) {
		out.Diagnostics = append(out.Diagnostics, &pulumirpc.AnalyzeDiagnostic{
			PolicyPackName: packName, PolicyPackVersion: packVersion, PolicyName: p.name, Description: p.title, Message: p.title + "\n" + says,
			EnforcementLevel: p.level, Severity: p.severity, Urn: urn,
		})
	}
	for _, f := range found {
		p := couldNotTell
		switch f.Verdict {
		case rules.Exempted:
			continue
		case rules.Broken:
			rule, _ := rules.ByID(f.Rule) // which found it
			p = policyOf(rule)
		case rules.Untold:
			p.severity = severities[f.Severity]
		}
		say(p, f.URN, fmt.Sprintf("%s, %s: %s", f.Severity, f.Rule, strings.Join(f.Says, "; ")))
	}
	if wrong != nil {
		say(judgement, "", wrong.Error())
	}
	return out
}
