package risk

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
	"pitboss/stacks/market"
)

type in = map[string]any

// malta is the market of all tests here: it may be anywhere in the European Union.
func malta(t *testing.T) market.Market {
	t.Helper()
	m, err := market.Load("../../../..", "mt")
	require.NoError(t, err)
	return m
}

func res(typ, name string, inputs in) *rules.Resource {
	r := &rules.Resource{URN: "urn:pulumi:s::pitboss::" + typ + "::" + name, Type: typ, Name: name, Custom: true, Inputs: inputs}
	if strings.HasPrefix(typ, "aws:") {
		r.Provider = rules.Provider{Name: "aws", Region: "eu-south-1"}
	}
	return r
}

// of is the risks of one step in the home region's stack.
func of(t *testing.T, steps ...plan.Step) []Risk {
	t.Helper()
	m := malta(t)
	return Find(plan.Market{Market: m, Stacks: []plan.Stack{{Stack: m.Stacks()[1], Steps: steps}}})
}

const database = "aws:rds/cluster:Cluster"

func TestLoss(t *testing.T) {
	cluster := res(database, "ledger", nil)
	kept := res("aws:s3/bucketV2:BucketV2", "audit", nil)
	yes := true
	kept.Retain = &yes
	free := res("aws:sqs/queue:Queue", "jobs", nil)
	changes := []plan.Change{
		{Path: "engine", Old: "a", New: "b", Replaces: true},
		{Path: "tags.x", Old: "a", New: "b"},
		{Path: "masterPassword", Old: rules.Secret{}, New: rules.Secret{}, Replaces: true},
		{Path: "kmsKeyId", Old: "k", New: rules.Unknown{}, Replaces: true},
		{Path: "settings", New: in{"b": 1.0, "a": []any{rules.Secret{}, rules.Unknown{}, "<x>"}}, Replaces: true},
	}
	cases := map[string]struct {
		reason  string
		step    plan.Step
		kind    Kind
		says    string
		because []string
	}{
		"Replace": {
			"what it holds is lost, and each input that forces it is named without secrets",
			plan.Step{Op: plan.Replace, Old: cluster, New: cluster, Changes: changes}, Replace, "ledger is deleted and made anew; at stake: a database",
			[]string{
				`engine: "a" -> "b"`, "masterPassword: [secret] -> [secret]", `kmsKeyId: "k" -> [not known yet]`,
				`settings: not set -> {"a":["[secret]","[not known yet]","<x>"],"b":1}`,
			},
		},
		"NoInput":    {"what forces it is never left out", plan.Step{Op: plan.Replace, Old: cluster, New: cluster}, Replace, "made anew", []string{"the plan names no input that forces it"}},
		"Delete":     {"gone", plan.Step{Op: plan.Delete, Old: cluster}, Delete, "ledger is deleted; at stake: a database", nil},
		"Leave":      {"kept in the cloud, and still a loss", plan.Step{Op: plan.Delete, Old: kept}, Delete, "audit leaves the stack, and stays in the cloud with nothing that looks after it; at stake: evidence", nil},
		"Update":     {"in place", plan.Step{Op: plan.Update, Old: cluster, New: cluster, Changes: changes[1:2]}, "", "", nil},
		"Create":     {"nothing was there", plan.Step{Op: plan.Create, New: cluster}, "", "", nil},
		"Same":       {"nothing happens", plan.Step{Op: plan.Same, Old: cluster, New: cluster}, "", "", nil},
		"FreeGoes":   {"it holds nothing", plan.Step{Op: plan.Delete, Old: free}, "", "", nil},
		"FreeAnew":   {"it holds nothing", plan.Step{Op: plan.Replace, Old: free, New: free, Changes: changes}, "", "", nil},
		"NothingSet": {"a step without any resource is not one", plan.Step{Op: plan.Delete}, "", "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { wants(t, of(t, c.step), c.kind, c.says, c.because, c.reason) })
	}
}

// wants is one risk that says this, or none.
func wants(t *testing.T, got []Risk, kind Kind, says string, because []string, reason string) {
	t.Helper()
	if says == "" {
		assert.Empty(t, got, reason)
		return
	}
	require.Len(t, got, 1, reason)
	assert.Equal(t, kind, got[0].Kind, reason)
	assert.Contains(t, got[0].Says, says, reason)
	if because != nil {
		assert.Equal(t, because, got[0].Because, reason)
	}
}

func TestOrderAndWords(t *testing.T) {
	m := malta(t)
	gone := func(name string) plan.Step { return plan.Step{Op: plan.Delete, Old: res(database, name, nil)} }
	anew := func(name string) plan.Step {
		return plan.Step{Op: plan.Replace, Old: res(database, name, nil), New: res(database, name, in{"publiclyAccessible": true})}
	}
	p := plan.Market{Market: m, Stacks: []plan.Stack{
		{Stack: m.Stacks()[1], Steps: []plan.Step{gone("z"), anew("b"), gone("a")}},
		{Stack: m.Stacks()[2], Steps: []plan.Step{anew("a"), gone("a")}},
	}}
	var got []string
	for _, r := range Find(p) {
		got = append(got, string(r.Kind)+" "+r.Stack+" "+r.Name)
	}
	assert.Equal(t, []string{
		"replace mt-eu-south-1 b", "replace mt-eu-central-1 a",
		"delete mt-eu-south-1 a", "delete mt-eu-south-1 z", "delete mt-eu-central-1 a",
		"expose mt-eu-south-1 b", "expose mt-eu-central-1 a",
	}, got)
	assert.Equal(t, Find(p), Find(p))
	assert.Equal(t, "replace:urn:pulumi:s::pitboss::"+database+"::b", Find(p)[0].Words())
}

func TestMove(t *testing.T) {
	at := func(typ, region string, inputs in) *rules.Resource {
		r := res(typ, "x", inputs)
		r.Provider.Region = region
		return r
	}
	const secret, rep, backups = "aws:secretsmanager/secret:Secret", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:backup/plan:Plan"
	replicas := func(v any) in { return in{"replicas": []any{in{"region": v}}} }
	to := func(arn any) in { return in{"rules": []any{in{"destination": in{"bucket": arn}}}} }
	vault := func(region string) in {
		return in{"rules": []any{in{"copyActions": []any{in{"destinationVaultArn": "arn:aws:backup:" + region + ":1:backup-vault:v"}}}}}
	}
	bucket := func(region string) plan.Step {
		b := at("aws:s3/bucketV2:BucketV2", region, in{"bucket": "in-" + region})
		b.URN, b.Name = "urn:bucket-"+region, "b"
		return plan.Step{Op: plan.Same, Old: b, New: b}
	}
	cases := map[string]struct {
		reason   string
		old, new *rules.Resource
		says     string
	}{
		"Out":              {"over the border, with the rule", at(database, "eu-south-1", nil), at(database, "us-east-1", nil), "gets to us-east-1, where it was not: outside of the area of MT (rule "},
		"Within":           {"inside of the area, and still elsewhere", at(database, "eu-south-1", nil), at(database, "eu-west-1", nil), "gets to eu-west-1, where it was not: inside of the area of MT"},
		"Stays":            {"where it was", at(database, "eu-south-1", nil), at(database, "eu-south-1", in{"port": 1.0}), ""},
		"Free":             {"nothing gets anywhere", at("aws:sqs/queue:Queue", "eu-south-1", nil), at("aws:sqs/queue:Queue", "us-east-1", nil), ""},
		"Zone":             {"another zone of the region is no move", at(database, "eu-south-1", in{"availabilityZone": "eu-south-1a"}), at(database, "eu-south-1", in{"availabilityZone": "eu-south-1b"}), ""},
		"ZoneOut":          {"a zone of another region is one", at(database, "eu-south-1", in{"availabilityZone": "eu-south-1a"}), at(database, "eu-south-1", in{"availabilityZone": "us-east-1b"}), "us-east-1"},
		"ZoneUnknown":      {"a zone is one of the provider's region", at(database, "eu-south-1", in{"availabilityZone": "eu-south-1a"}), at(database, "eu-south-1", in{"availabilityZone": rules.Unknown{}}), ""},
		"Own":              {"a resource's own region counts", at(database, "eu-south-1", nil), at(database, "eu-south-1", in{"region": "us-east-1"}), "us-east-1"},
		"OwnUnknown":       {"it decides, and is not known", at(database, "eu-south-1", nil), at(database, "eu-south-1", in{"region": rules.Unknown{}}), "(region) cannot be told before it is made"},
		"Replica":          {"a copy is data too", at(secret, "eu-south-1", replicas("eu-central-1")), at(secret, "eu-south-1", replicas("us-east-1")), "us-east-1"},
		"ReplicaStays":     {"as before", at(secret, "eu-south-1", replicas("eu-central-1")), at(secret, "eu-south-1", replicas("eu-central-1")), ""},
		"ReplicaUnknown":   {"known to be inside, and not known any more", at(secret, "eu-south-1", replicas("eu-central-1")), at(secret, "eu-south-1", replicas(rules.Unknown{})), "cannot be told before it is made"},
		"ReplicaWasOut":    {"it was not safe before", at(secret, "eu-south-1", replicas("us-east-1")), at(secret, "eu-south-1", replicas(rules.Unknown{})), ""},
		"New":              {"made where the market may be", nil, at(secret, "eu-south-1", replicas("eu-central-1")), ""},
		"NewUnknown":       {"nothing was known to be safe", nil, at(secret, "eu-south-1", replicas(rules.Unknown{})), ""},
		"NewOut":           {"made outside", nil, at(secret, "eu-south-1", replicas("us-east-1")), "outside"},
		"Bucket":           {"found by name", at(rep, "eu-south-1", to("arn:aws:s3:::in-eu-central-1")), at(rep, "eu-south-1", to("arn:aws:s3:::in-us-east-1")), "us-east-1"},
		"BucketStranger":   {"nobody knows where that is", at(rep, "eu-south-1", to("arn:aws:s3:::in-eu-central-1")), at(rep, "eu-south-1", to("arn:aws:s3:::theirs")), "not this market's"},
		"BucketUnknown":    {"an ARN to come", at(rep, "eu-south-1", to("arn:aws:s3:::in-eu-central-1")), at(rep, "eu-south-1", to(rules.Unknown{})), "cannot be told before it is made"},
		"BackupElsewhere":  {"an ARN has its region", at(backups, "eu-south-1", vault("eu-central-1")), at(backups, "eu-south-1", vault("us-east-1")), "us-east-1"},
		"BackupAsItWas":    {"as before", at(backups, "eu-south-1", vault("eu-central-1")), at(backups, "eu-south-1", vault("eu-central-1")), ""},
		"ProviderNotSaid":  {"a provider that is not known yet", at(database, "eu-south-1", nil), at(database, "", nil), "(provider) cannot be told before it is made"},
		"WasOutsideAlways": {"it was there before", at(database, "us-east-1", nil), at(database, "us-east-1", in{"port": 1.0}), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			op := plan.Update
			if c.old == nil {
				op = plan.Create
			}
			got := of(t, bucket("eu-central-1"), bucket("us-east-1"), plan.Step{Op: op, Old: c.old, New: c.new})
			wants(t, got, Move, c.says, nil, c.reason)
		})
	}
	t.Run("BucketFromResource", func(t *testing.T) {
		made := at(rep, "eu-south-1", to(rules.Unknown{}))
		made.From = map[string][]string{"rules": {"urn:key", "urn:bucket-us-east-1"}}
		got := of(t, bucket("eu-central-1"), bucket("us-east-1"), plan.Step{Op: plan.Update, Old: at(rep, "eu-south-1", to("arn:aws:s3:::in-eu-central-1")), New: made})
		wants(t, got, Move, "gets to us-east-1", nil, "an ARN to come of a bucket whose region is known")
	})
	assert.False(t, slices.ContainsFunc([]string{"", "nowhere", "us-east-1"}, func(r string) bool { return Inside(malta(t), r) }))
}
