package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/cost"
	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/cmd/pitboss/internal/risk"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

const picture = `<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 170" width="720" height="170" font-family="sans-serif" font-size="13">
<rect x="10" y="10" width="330" height="150" fill="#f5f7fa" stroke="#9aa7b6"/><text x="24" y="34">home, active</text>
<rect x="380" y="10" width="330" height="150" fill="#f5f7fa" stroke="#9aa7b6"/><text x="394" y="34">standby</text>
<rect x="40" y="60" width="120" height="50" fill="#fff" stroke="#1f4f8f"/><text x="56" y="90">ledger</text>
<rect x="410" y="60" width="120" height="50" fill="#fff" stroke="#1f4f8f"/><text x="426" y="90">ledger</text>
<path d="M160 85 H410" stroke="#1f4f8f" stroke-dasharray="5 4"/>
</svg>`

// malta is the first market of the project.
func malta(t *testing.T) market.Market {
	t.Helper()
	m, err := market.Load("../../../..", "mt")
	require.NoError(t, err)
	return m
}

// clean is a market of four stacks in which nothing changes.
func clean(t *testing.T) Input {
	m := malta(t)
	in := Input{
		Plan: plan.Market{Market: m}, ActiveBefore: m.Active.String(), Topology: []byte(picture), Full: "preview-mt.html", Rule: ruleOf,
		Cost: &cost.Bill{
			Prices: cost.Origin{Date: "2026-10-01", Source: "public price list of AWS"},
			Lines: []cost.Line{
				{Stack: "mt-eu-south-1", Region: "eu-south-1", Role: "active", What: "nodes of pool api, 3 x c7i.2xlarge", Total: cost.Total{Before: 91234, After: 91234}},
				{Stack: "mt-eu-central-1", Region: "eu-central-1", Role: "standby", What: "nodes of pool api, 1 x c7i.2xlarge", Total: cost.Total{Before: 30400, After: 30400}},
			},
			Active: cost.Total{Before: 1234567, After: 1234567}, Standby: cost.Total{Before: 654321, After: 654321},
			Shared: cost.Total{Before: 182500, After: 182500}, All: cost.Total{Before: 2071388, After: 2071388},
			Unpriced: []cost.Unpriced{{URN: "urn:x", Type: "aws:ec2/natGateway:NatGateway", Name: "network-nat-a", Why: "no price of traffic in eu-south-1"}},
			Assumed:  []string{"730 hours a month", "1 TB of traffic out of each region"},
		},
	}
	for i, s := range m.Stacks() {
		same := resource(s, "aws:iam/role:Role", "role")
		in.Plan.Stacks = append(in.Plan.Stacks, plan.Stack{Stack: s, Steps: []plan.Step{{Op: plan.Same, Old: same, New: same}}})
		in.Stacks = append(in.Stacks, Stack{Name: s.Name, Elapsed: time.Duration(3100+700*i) * time.Millisecond})
	}
	return in
}

// ruleOf is two rules, so that golden files do not change with the wording of real ones.
func ruleOf(id string) (rules.Rule, bool) {
	switch id {
	case "sg-opening-has-reason":
		return rules.Rule{
			ID: id, Title: "Every opening of a security group names its reason", Protects: "an opening that nobody remembers is one that nobody closes",
			Source: rules.Source{Kind: rules.House, Text: "architecture, law 5: deny by default"},
		}, true
	case "rds-encrypted":
		return rules.Rule{
			ID: id, Title: "Databases are encrypted", Protects: "a copied disk is readable by whoever has it",
			Source: rules.Source{Kind: rules.Regulation, Text: "GDPR article 32 (verified-primary)"},
		}, true
	}
	return rules.Rule{}, false
}

func resource(s market.Stack, typ, name string) *rules.Resource {
	return &rules.Resource{
		URN: "urn:pulumi:" + s.Name + "::pitboss::" + typ + "::" + name, Type: typ, Name: name, Custom: true,
		Provider: rules.Provider{Name: "aws", Region: s.Region.String()},
	}
}

// add puts a step into one of the stacks.
func (in *Input) add(stack int, op plan.Op, typ, name string, changes ...plan.Change) *rules.Resource {
	s := &in.Plan.Stacks[stack]
	r := resource(s.Stack, typ, name)
	step := plan.Step{Op: op, Changes: changes}
	if op != plan.Create {
		step.Old = r
	}
	if op != plan.Delete {
		step.New = r
	}
	s.Steps = append(s.Steps, step)
	return r
}

func harmless(t *testing.T) Input {
	in := clean(t)
	in.add(1, plan.Update, "kubernetes:apps/v1:Deployment", "lobby", plan.Change{Path: "spec.replicas", Old: 3.0, New: 4.0})
	in.add(1, plan.Create, "aws:cloudwatch/metricAlarm:MetricAlarm", "lobby-slow")
	in.add(2, plan.Delete, "aws:cloudwatch/metricAlarm:MetricAlarm", "lobby-old")
	in.Stacks[1].Findings = []rules.Finding{{
		Rule: "rds-encrypted", Severity: rules.High, Verdict: rules.Untold, Name: "lobby-slow", URN: "urn:a", Says: []string{"lobby-slow.kmsKeyId is not known yet"},
	}}
	in.Cost.Lines[0].After, in.Cost.Active.After, in.Cost.All.After = 121645, 1264978, 2101799
	return in
}

func dangerous(t *testing.T) Input {
	in := harmless(t)
	in.add(1, plan.Replace, "aws:rds/cluster:Cluster", "ledger-cluster",
		plan.Change{Path: "storageEncrypted", Old: true, New: false, Replaces: true},
		plan.Change{Path: "masterPassword", Old: rules.Secret{}, New: rules.Secret{}},
		plan.Change{Path: "kmsKeyId", Old: "arn:aws:kms:eu-south-1:111122223333:key/ledger", New: rules.Unknown{}, Replaces: true})
	in.add(0, plan.Delete, "aws:s3/bucketV2:BucketV2", "trail-audit-game")
	group := in.add(1, plan.Update, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "edge-admin",
		plan.Change{Path: "cidrIpv4", Old: "203.0.113.0/28", New: "0.0.0.0/0"})
	old := *group
	old.Inputs = map[string]any{"cidrIpv4": "203.0.113.0/28", "ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0}
	group.Inputs = map[string]any{"cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 22.0, "toPort": 22.0}
	in.Plan.Stacks[1].Steps[len(in.Plan.Stacks[1].Steps)-1].Old = &old
	away := in.add(0, plan.Update, "aws:secretsmanager/secret:Secret", "secrets-aml", plan.Change{Path: "replicas[0].region", Old: "eu-central-1", New: "us-east-1"})
	was := *away
	was.Inputs = map[string]any{"replicas": []any{map[string]any{"region": "eu-central-1"}}}
	away.Inputs = map[string]any{"replicas": []any{map[string]any{"region": "us-east-1"}}}
	in.Plan.Stacks[0].Steps[len(in.Plan.Stacks[0].Steps)-1].Old = &was
	in.Risks = risk.Find(in.Plan)
	in.ActiveAfter = in.Plan.Market.Standby.String()
	return in
}

func illegal(t *testing.T) Input {
	in := dangerous(t)
	ingress := in.Plan.Stacks[1].Steps[len(in.Plan.Stacks[1].Steps)-1].New
	in.Stacks[1].Findings = append([]rules.Finding{
		{Rule: "rds-encrypted", Severity: rules.Critical, Verdict: rules.Broken, URN: "urn:ledger", Type: "aws:rds/cluster:Cluster", Name: "ledger-cluster", Says: []string{"storageEncrypted is false, want true"}},
		{Rule: "sg-opening-has-reason", Severity: rules.Medium, Verdict: rules.Broken, URN: ingress.URN, Type: ingress.Type, Name: ingress.Name, Says: []string{"description is not set"}},
	}, in.Stacks[1].Findings...)
	in.Stacks[2].Findings = []rules.Finding{{
		Rule: "sg-opening-has-reason", Severity: rules.Medium, Verdict: rules.Exempted, URN: "urn:b", Name: "old-door", Says: []string{"description is not set"},
		Exemption: &rules.Exemption{Rule: "sg-opening-has-reason", Resource: "urn:b", Owner: "edge@example.com", Reason: "goes with the old door", Expires: "2026-12-31"},
	}}
	return in
}

func untellable(t *testing.T) Input {
	in := harmless(t)
	in.Stacks[2].Failed = "the program stopped: apiEndpoint.publicCIDRs[0]: found 0.0.0.0/0\nnext: name a smaller block"
	in.Plan.Stacks = append(in.Plan.Stacks[:2], in.Plan.Stacks[3:]...)
	in.Stacks[3].New, in.Stacks[3].Notes = true, []string{"it was planned without the outputs of mt-eu-central-1"}
	in.Notes = []string{"The state was read from a file of 2026-10-02."}
	in.Cost, in.Topology = nil, nil
	return in
}
