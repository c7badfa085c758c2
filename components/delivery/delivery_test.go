package delivery

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/iam"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/internal/stateful"
	"pitboss/regions"
)

func valid(t *testing.T) Args {
	home := componenttest.Region(t, "eu-south-1")
	return Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"}, Home: home, Standby: componenttest.Region(t, "eu-central-1"),
		State:  State{"acme-pitboss-state", home, "alias/pitboss-state"},
		Stacks: []Stack{{"mt-foundation", Foundation}, {"mt-eu-south-1", Region}, {"mt-eu-central-1", Region}, {"mt-gslb", GSLB}},
		GitHub: "acme/casino", GitLab: &GitLab{"gitlab.example.com", "acme/platform/casino", "main"},
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[Args]{
		"Valid":       {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*Args) {}},
		"GitHubAlone": {Reason: "one forge is enough", Edit: func(a *Args) { a.GitLab = nil }},
		"GitLabAlone": {Reason: "either is", Edit: func(a *Args) { a.GitHub = "" }},
		"NoAccount":   {Reason: "the roles would be for another's", Edit: func(a *Args) { a.Market.Account = "" }, Blames: "Market"},
		"NoHome":      {Reason: "the names say where", Edit: func(a *Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":   {Reason: "the other region could not be changed", Edit: func(a *Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"NoState":     {Reason: "the engine keeps it somewhere", Edit: func(a *Args) { a.State.Bucket = "" }, Blames: "State"},
		"OwnBucket":   {Reason: "no role may delete in those", Edit: func(a *Args) { a.State.Bucket = "pitboss-mt-state" }, Blames: "State.Bucket"},
		"NoKey":       {Reason: "states hold secrets", Edit: func(a *Args) { a.State.KeyAlias = "" }, Blames: "State.KeyAlias"},
		"NoStacks":    {Reason: "nothing could be changed", Edit: func(a *Args) { a.Stacks = nil }, Blames: "Stacks"},
		"OtherKind":   {Reason: "what it may change is not known", Edit: func(a *Args) { a.Stacks = []Stack{{"mt-x", "x"}} }, Blames: "Stacks"},
		"NoForge":     {Reason: "roles for nobody", Edit: func(a *Args) { a.GitHub, a.GitLab = "", nil }, Blames: "GitHub"},
		"AnyRepo":     {Reason: "every repository of the owner", Edit: func(a *Args) { a.GitHub = "acme/*" }, Blames: "GitHub"},
		"AnySubject":  {Reason: "a colon begins the subject's next part", Edit: func(a *Args) { a.GitHub = "acme/casino:ref" }, Blames: "GitHub"},
		"AnyBranch":   {Reason: "anybody may make a branch", Edit: func(a *Args) { a.GitLab = &GitLab{"gitlab.com", "a/b", "*"} }, Blames: "GitLab"},
	})
}

func recorded(t *testing.T) record.Recording {
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := New(ctx, "delivery", valid(t))
		return nil, err
	})
}

// TestTrustIsExact wants each role believed by one environment on GitHub and by the
// protected branch on GitLab, compared whole, and by nobody else.
func TestTrustIsExact(t *testing.T) {
	r := recorded(t)
	environments := map[string]string{
		"preview": "mt-preview", "drift": "mt-drift", "up-foundation": "mt-foundation",
		"up-eu-south-1": "mt-eu-south-1", "up-eu-central-1": "mt-eu-central-1", "up-gslb": "mt-gslb",
	}
	if got := len(r.Type("iam/role:Role")); got != len(environments) {
		t.Fatalf("%d roles, want %d", got, len(environments))
	}
	for what, environment := range environments {
		role, _ := r.Named("delivery-" + what)
		if want := "pitboss-mt-eu-south-1-ci-" + what; role.Text("name") != want {
			t.Errorf("%s is named %q, want %q", what, role.Text("name"), want)
		}
		want := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[`+
			`{"Sid":"github","Effect":"Allow","Principal":{"Federated":"arn:aws:recorded:::delivery-github"},"Action":["sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":["sts.amazonaws.com"],"token.actions.githubusercontent.com:sub":["repo:acme/casino:environment:%s"]}}},`+
			`{"Sid":"gitlab","Effect":"Allow","Principal":{"Federated":"arn:aws:recorded:::delivery-gitlab"},"Action":["sts:AssumeRoleWithWebIdentity"],"Condition":{"StringEquals":{"gitlab.example.com:aud":["sts.amazonaws.com"],"gitlab.example.com:sub":["project_path:acme/platform/casino:ref_type:branch:ref:main"]}}}]}`, environment)
		if got := role.Text("assumeRolePolicy"); got != want {
			t.Errorf("%s trusts\n%s, want\n%s", what, got, want)
		}
	}
	for name, url := range map[string]string{"github": "https://token.actions.githubusercontent.com", "gitlab": "https://gitlab.example.com"} {
		if p, _ := r.Named("delivery-" + name); p.Text("url") != url || p.Text("clientIdLists", 0) != "sts.amazonaws.com" {
			t.Errorf("%s is %v", name, p.Inputs)
		}
	}
}

// policyOf is what one role may do, and that AWS takes it: ten thousand characters a role.
func policyOf(t *testing.T, r record.Recording, what string) iam.Policy {
	t.Helper()
	one, _ := r.Named("delivery-" + what + "-policy")
	var p iam.Policy
	t.Logf("%s: %d characters of 10240", what, len(one.Text("policy")))
	if err := json.Unmarshal([]byte(one.Text("policy")), &p); err != nil || len(one.Text("policy")) > 10240 {
		t.Fatalf("%s: %d characters, %v", what, len(one.Text("policy")), err)
	}
	sids := map[string]bool{}
	for _, s := range p.Statement {
		if sids[s.Sid] || strings.Trim(s.Sid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("%s: AWS refuses the statement id %q", what, s.Sid)
		}
		sids[s.Sid] = true
	}
	return p
}

// TestPreviewReadsStateAndNothingElse wants its whole policy: no secret, no cloud, no other
// market's state.
func TestPreviewReadsStateAndNothingElse(t *testing.T) {
	got := policyOf(t, recorded(t), "preview")
	want := iam.Document(
		iam.Statement{Sid: "States", Effect: iam.Allow, Action: []string{"s3:GetObject"}, Resource: []string{"arn:aws:s3:::acme-pitboss-state/.pulumi/meta.yaml", "arn:aws:s3:::acme-pitboss-state/.pulumi/stacks/pitboss/mt-*"}},
		iam.Statement{Sid: "StateNames", Effect: iam.Allow, Action: []string{"s3:ListBucket"}, Resource: []string{"arn:aws:s3:::acme-pitboss-state"}, Condition: iam.Condition{"StringLike": {"s3:prefix": {".pulumi/*"}}}},
		iam.Statement{
			Sid: "StateKey", Effect: iam.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{"arn:aws:kms:eu-south-1:111122223333:key/*"},
			Condition: iam.Condition{"ForAnyValue:StringEquals": {"kms:ResourceAliases": {"alias/pitboss-state"}}, "StringEquals": {"kms:ViaService": {"s3.eu-south-1.amazonaws.com"}}},
		},
	)
	if got.String() != want.String() {
		t.Errorf("preview may\n%s, want\n%s", got, want)
	}
}

// TestDriftReads wants no action that changes anything, and no data but what is named.
func TestDriftReads(t *testing.T) {
	for _, s := range policyOf(t, recorded(t), "drift").Statement {
		for _, action := range s.Action {
			_, verb, _ := strings.Cut(action, ":")
			reads := strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Describe") || verb == "Decrypt"
			if s.Effect != iam.Allow || !reads || strings.HasPrefix(verb, "GetObject") && s.Sid != "States" || verb == "GetSecretValue" && slices.Contains(s.Resource, "*") {
				t.Errorf("%s: drift may %s on %v", s.Sid, action, s.Resource)
			}
		}
	}
}

// TestUpIsHeld wants each role of a stack in the market's regions alone, without users or
// other roles, unable to delete what is kept, and without the other stacks' services.
func TestUpIsHeld(t *testing.T) {
	r := recorded(t)
	for _, st := range valid(t).Stacks {
		what := "up-" + strings.TrimPrefix(st.Name, "mt-")
		p, denied := policyOf(t, r, what), []string{}
		for _, s := range p.Statement {
			if s.Effect == iam.Deny {
				denied = append(denied, s.Action...)
				continue
			}
			for _, action := range s.Action {
				service, verb, _ := strings.Cut(action, ":")
				global := service == "iam" || service == "route53" || service == "globalaccelerator" || service == "route53-recovery-control-config"
				state := strings.Contains(s.Sid, "State")
				if !global && !state && len(s.Condition["StringEquals"]["aws:RequestedRegion"]) != 2 {
					t.Errorf("%s may %s in any region", what, action)
				}
				if verb == "*" || verb == "" || service == "iam" && (strings.Contains(verb, "*") || strings.Contains(verb, "User") || strings.Contains(verb, "AccessKey")) || service == "sts" {
					t.Errorf("%s may %s", what, action)
				}
			}
		}
		for _, want := range slices.Concat(kept, keptInBuckets, []string{"sts:AssumeRole"}) {
			if !slices.Contains(denied, want) {
				t.Errorf("%s may %s", what, want)
			}
		}
		if slices.Contains(denied, "iam:*") != (st.Kind != Foundation) {
			t.Errorf("%s: only the foundation changes these roles", what)
		}
		if text := p.String(); strings.Contains(text, "secretsmanager:Create") != (st.Kind == Foundation) || strings.Contains(text, "eks:Create") != (st.Kind == Region) || strings.Contains(text, "globalaccelerator:Create") != (st.Kind == GSLB) {
			t.Errorf("%s may change another kind's services: %s", what, text)
		}
	}
}

// TestServicesAreThoseOfTheProgram wants a row for each service that the program's types
// belong to: without one an up from a runner would be refused by AWS, halfway.
func TestServicesAreThoseOfTheProgram(t *testing.T) {
	called := map[string]string{
		"appautoscaling": "application-autoscaling", "lb": "elasticloadbalancing", "msk": "kafka", "vpc": "ec2",
		"route53recoverycontrol": "route53-recovery-control-config",
	}
	types := stateful.FreeTypes()
	for _, k := range stateful.Kinds() {
		types = append(types, k.Type)
	}
	for _, typ := range types {
		module, ok := strings.CutPrefix(typ, "aws:")
		if !ok || strings.HasPrefix(module, "iam/") {
			continue
		}
		module, _, _ = strings.Cut(module, "/")
		if typ == "aws:cloudwatch/logGroup:LogGroup" {
			module = "logs"
		}
		if other := called[module]; other != "" {
			module = other
		}
		if !slices.ContainsFunc(services, func(s service) bool { return s.name == module }) {
			t.Errorf("no role may change %s: add service %s to table.go", typ, module)
		}
	}
}
