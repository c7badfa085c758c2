package keyring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) keyring.Args {
	return keyring.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: &aws.Provider{},
		LogGroups: []keyring.LogGroup{
			{What: "control-plane", Class: keyring.Cluster, Region: componenttest.Region(t, "eu-south-1"), Name: "/aws/eks/mt-eu-south-1/cluster"},
			{What: "control-plane", Class: keyring.Cluster, Region: componenttest.Region(t, "eu-central-1"), Name: "/aws/eks/mt-eu-central-1/cluster"},
			{What: "database-ledger", Class: keyring.Ledger, Region: componenttest.Region(t, "eu-south-1"), Name: "/aws/rds/cluster/ledger/postgresql"},
			{What: "kafka", Class: keyring.Ledger, Region: componenttest.Region(t, "eu-south-1"), Name: "/pitboss/kafka"},
		},
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[keyring.Args]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*keyring.Args) {}},
		"NoMarket":   {Reason: "aliases carry its name", Edit: func(a *keyring.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount": {Reason: "policies name it", Edit: func(a *keyring.Args) { a.Market.Account = "x" }, Blames: "Market.Account"},
		"NoHome":     {Reason: "primaries are there", Edit: func(a *keyring.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":  {Reason: "replicas are there", Edit: func(a *keyring.Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":       {Reason: "a region has one copy of a key", Edit: func(a *keyring.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoProvider": {Reason: "a replica made at home would not be one", Edit: func(a *keyring.Args) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"NoLogs":     {Reason: "no group could be made", Edit: func(a *keyring.Args) { a.LogGroups = nil }, Blames: "LogGroups"},
		"Nameless":   {Reason: "it would let every group in, or none", Edit: editGroup(func(g *keyring.LogGroup) { g.Name = "" }), Blames: "LogGroups[0]"},
		"Wordless":   {Reason: "two statements would have one id", Edit: editGroup(func(g *keyring.LogGroup) { g.What = "" }), Blames: "LogGroups[0]"},
		"NoClass":    {Reason: "no key would let it in", Edit: editGroup(func(g *keyring.LogGroup) { g.Class = "adit" }), Blames: "LogGroups[0]"},
		"Elsewhere":  {Reason: "no key is there", Edit: editGroup(func(g *keyring.LogGroup) { g.Region = componenttest.Region(t, "eu-west-2") }), Blames: "LogGroups[0]"},
	})
}

func editGroup(edit func(*keyring.LogGroup)) func(*keyring.Args) {
	return func(a *keyring.Args) {
		a.LogGroups = slices.Clone(a.LogGroups)
		edit(&a.LogGroups[0])
	}
}

func recorded(t *testing.T) record.Recording {
	t.Helper()
	args := valid(t)
	return componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		made, err := keyring.New(ctx, "keys", args, home)
		if err != nil {
			return nil, err
		}
		return made.Output(), nil
	})
}

// TestOneKeyAClassInEachRegion wants primary, replica, and an alias for both.
func TestOneKeyAClassInEachRegion(t *testing.T) {
	r := recorded(t)
	want := []keyring.Class{"ledger", "pii", "payments", "audit", "cluster", "data"}
	if got := keyring.Classes(); !slices.Equal(got, want) {
		t.Fatalf("classes are %v, want %v", got, want)
	}
	for _, class := range want {
		primary, _ := r.Named("keys-" + string(class))
		replica, _ := r.Named("keys-" + string(class) + "-replica")
		if !primary.Is("kms/key:Key") || r.Region(primary) != "eu-south-1" {
			t.Errorf("%s: primary is a %s in %q", class, primary.Type, r.Region(primary))
		}
		if !replica.Is("ReplicaKey") || r.Region(replica) != "eu-central-1" || replica.Text("primaryKeyArn") != "arn:aws:recorded:::keys-"+string(class) {
			t.Errorf("%s: replica is a %s in %q of %s", class, replica.Type, r.Region(replica), replica.Text("primaryKeyArn"))
		}
		if !slices.Contains(replica.IgnoreChanges, "primaryKeyArn") {
			t.Errorf("%s: a replica whose primary moved would be replaced", class)
		}
		for suffix, where := range map[string]string{"-alias": "eu-south-1", "-replica-alias": "eu-central-1"} {
			alias, ok := r.Named("keys-" + string(class) + suffix)
			if !ok || r.Region(alias) != where || alias.Text("name") != "alias/pitboss/mt/"+string(class) {
				t.Errorf("%s: alias is %s in %q", class, alias.Text("name"), r.Region(alias))
			}
		}
	}
	if got := len(r.Type("kms/key:Key")) + len(r.Type("ReplicaKey")); got != 2*len(want) {
		t.Errorf("%d keys, want %d", got, 2*len(want))
	}
}

// TestOutputIsByClassAndRegion wants each key's own ARN where others read it.
func TestOutputIsByClassAndRegion(t *testing.T) {
	out := recorded(t).Outputs
	for _, class := range keyring.Classes() {
		byRegion, _ := out[string(class)].(map[string]any)
		if byRegion["eu-south-1"] != "arn:aws:recorded:::keys-"+string(class) || byRegion["eu-central-1"] != "arn:aws:recorded:::keys-"+string(class)+"-replica" {
			t.Errorf("%s is published as %v", class, byRegion)
		}
	}
}

// TestKeyIsOfItsRegion wants each region's own key, and an error instead of another's.
func TestKeyIsOfItsRegion(t *testing.T) {
	args := valid(t)
	r := componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		made, err := keyring.New(ctx, "keys", args, home)
		if err != nil {
			return nil, err
		}
		for _, where := range []regions.Region{componenttest.Region(t, "eu-west-2"), {}} {
			if _, err := made.Key(keyring.Audit, where); err == nil || !strings.Contains(err.Error(), "eu-south-1 and eu-central-1") {
				t.Errorf("a key in %q: error is %v", where, err)
			}
		}
		if _, err := made.Key("adit", args.Home); err == nil || !strings.Contains(err.Error(), "audit") {
			t.Errorf("a key of no class: error is %v", err)
		}
		here, err := made.Key(keyring.Audit, args.Home)
		if err != nil {
			return nil, err
		}
		there, err := made.Key(keyring.Audit, args.Standby)
		return pulumi.Map{"here": here, "there": there}, err
	})
	if r.Outputs["here"] != "arn:aws:recorded:::keys-audit" || r.Outputs["there"] != "arn:aws:recorded:::keys-audit-replica" {
		t.Errorf("keys are %v", r.Outputs)
	}
}

// TestWhoMayUseWhichKey lists every statement that allows cryptography: a new user of a
// key is a decision, and belongs here.
func TestWhoMayUseWhichKey(t *testing.T) {
	want := map[keyring.Class][]string{
		"ledger":   {"rds", "backup", "kafka", "secretsmanager", "logs.eu-south-1.amazonaws.com"},
		"pii":      {"rds", "backup", "secretsmanager"},
		"payments": {"secretsmanager"},
		"audit":    {"s3", "secretsmanager", "delivery.logs.amazonaws.com"},
		"cluster":  {"eks", "role/pitboss-mt-eu-south-1-cluster", "logs.eu-south-1.amazonaws.com"},
		"data":     {"ec2", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", "elasticache", "ecr", "secretsmanager"},
	}
	r := recorded(t)
	for _, class := range keyring.Classes() {
		key, _ := r.Named("keys-" + string(class))
		var policy struct {
			Statement []struct {
				Sid       string
				Principal struct{ AWS, Service []string }
				Action    []string
				Condition map[string]map[string][]string
			}
		}
		if err := key.JSON(&policy, "policy"); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range policy.Statement[1:] { // the first administers
			who := append(append(slices.Clone(s.Principal.Service), s.Condition["ArnEquals"]["aws:PrincipalArn"]...), s.Condition["StringEquals"]["kms:ViaService"]...)
			for _, one := range who {
				one = strings.TrimSuffix(strings.TrimPrefix(one, "arn:aws:iam::111122223333:"), ".eu-south-1.amazonaws.com")
				if strings.HasPrefix(one, "logs") {
					one += ".eu-south-1.amazonaws.com"
				}
				if !slices.Contains(got, one) {
					got = append(got, one)
				}
			}
			if len(who) != 1 {
				t.Errorf("%s: statement %s is for %v, want one user", class, s.Sid, who)
			}
		}
		if !slices.Equal(got, want[class]) {
			t.Errorf("%s may be used by %v, want %v", class, got, want[class])
		}
	}
}

// TestAdministrationIsNotUse wants the account's own statement to hold no cryptography,
// and no way to lose a key in one step.
func TestAdministrationIsNotUse(t *testing.T) {
	key, _ := recorded(t).Named("keys-ledger")
	var policy struct{ Statement []struct{ Action []string } }
	if err := key.JSON(&policy, "policy"); err != nil {
		t.Fatal(err)
	}
	for _, action := range policy.Statement[0].Action {
		for _, never := range []string{"Encrypt", "Decrypt", "GenerateDataKey", "CreateGrant", "ScheduleKeyDeletion", "DisableKey", "UpdatePrimaryRegion", "*"} {
			if strings.Contains(action, never) && action != "kms:EnableKeyRotation" {
				t.Errorf("the account may %s", action)
			}
		}
	}
	for _, needed := range []string{"kms:PutKeyPolicy", "kms:ReplicateKey", "kms:DescribeKey", "kms:CancelKeyDeletion"} {
		if !slices.Contains(policy.Statement[0].Action, needed) {
			t.Errorf("the account may not %s: the key could not be managed", needed)
		}
	}
}

// TestLogsAreLetInOneByOne wants one statement a group, in its own region's key only, each
// with an id of its own: a key policy with two equal ids is refused.
func TestLogsAreLetInOneByOne(t *testing.T) {
	r := recorded(t)
	for name, want := range map[string][]string{
		"keys-ledger": {
			"DatabaseLedgerLogs arn:aws:logs:eu-south-1:111122223333:log-group:/aws/rds/cluster/ledger/postgresql",
			"KafkaLogs arn:aws:logs:eu-south-1:111122223333:log-group:/pitboss/kafka",
		},
		"keys-ledger-replica":  nil,
		"keys-cluster-replica": {"ControlPlaneLogs arn:aws:logs:eu-central-1:111122223333:log-group:/aws/eks/mt-eu-central-1/cluster"},
		"keys-pii":             nil,
	} {
		key, _ := r.Named(name)
		var policy struct {
			Statement []struct {
				Sid       string
				Condition map[string]map[string][]string
			}
		}
		if err := key.JSON(&policy, "policy"); err != nil {
			t.Fatal(err)
		}
		var got []string
		seen := map[string]bool{}
		for _, s := range policy.Statement {
			if seen[s.Sid] || s.Sid == "" {
				t.Errorf("%s: two statements are called %q", name, s.Sid)
			}
			seen[s.Sid] = true
			if groups := s.Condition["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]; groups != nil {
				got = append(got, s.Sid+" "+strings.Join(groups, ","))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s lets in %v, want %v", name, got, want)
		}
	}
}

// TestPairs wants each class's own two keys.
func TestPairs(t *testing.T) {
	args := valid(t)
	r := componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		made, err := keyring.New(ctx, "keys", args, home)
		if err != nil {
			return nil, err
		}
		out := pulumi.Map{}
		for class, pair := range made.Pairs() {
			out[string(class)+"-home"], out[string(class)+"-standby"] = pair.Home, pair.Standby
		}
		return out, nil
	})
	for _, class := range keyring.Classes() {
		arn := "arn:aws:recorded:::keys-" + string(class)
		if r.Outputs[string(class)+"-home"] != arn || r.Outputs[string(class)+"-standby"] != arn+"-replica" {
			t.Errorf("%s: the pair is %v and %v", class, r.Outputs[string(class)+"-home"], r.Outputs[string(class)+"-standby"])
		}
	}
	if (keyring.Pair{Home: pulumi.String("x")}).Complete() || (keyring.Pair{Standby: pulumi.String("x")}).Complete() {
		t.Error("half a pair is no pair")
	}
}
