package logs_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/logs"
	"pitboss/components/naming"
	"pitboss/components/redis"
	"pitboss/components/stores"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) logs.Args {
	keys := map[keyring.Class]keyring.Pair{}
	for _, class := range keyring.Classes() {
		keys[class] = keyring.Pair{Home: pulumi.String(class + "-home"), Standby: pulumi.String(class + "-standby")}
	}
	return logs.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: &aws.Provider{},
		KeyARNs: keys, Days: 365,
	}
}

func TestArgs(t *testing.T) {
	without := func(class keyring.Class, edit func(*keyring.Pair)) func(*logs.Args) {
		return func(a *logs.Args) {
			pair := a.KeyARNs[class]
			edit(&pair)
			a.KeyARNs = map[keyring.Class]keyring.Pair{class: pair}
			for _, other := range keyring.Classes() {
				if other != class {
					a.KeyARNs[other] = valid(t).KeyARNs[other]
				}
			}
		}
	}
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[logs.Args]{
		"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*logs.Args) {}},
		"NoMarket":     {Reason: "the cluster's name is in the group's", Edit: func(a *logs.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoHome":       {Reason: "a cluster is there", Edit: func(a *logs.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":    {Reason: "a cluster is there", Edit: func(a *logs.Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":         {Reason: "one group cannot be made twice", Edit: func(a *logs.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoProvider":   {Reason: "the group would be in the other region", Edit: func(a *logs.Args) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"NoKeys":       {Reason: "logs would be in the clear", Edit: func(a *logs.Args) { a.KeyARNs = nil }, Blames: "KeyARNs"},
		"NoHomeKey":    {Reason: "logs would be in the clear", Edit: without(keyring.Ledger, func(p *keyring.Pair) { p.Home = nil }), Blames: "KeyARNs"},
		"NoStandbyKey": {Reason: "logs would be in the clear", Edit: without(keyring.PII, func(p *keyring.Pair) { p.Standby = nil }), Blames: "KeyARNs"},
		"NoUnusedKey":  {Reason: "no group holds payments", Edit: without(keyring.Payments, func(p *keyring.Pair) { *p = keyring.Pair{} })},
		"OddDays":      {Reason: "CloudWatch takes only some", Edit: func(a *logs.Args) { a.Days = 366 }, Blames: "Days"},
	})
}

func TestDaysFor(t *testing.T) {
	for years, want := range map[int]int{1: 365, 2: 731, 5: 1827, 10: 3653, 11: 0} {
		if got := logs.DaysFor(years); got != want {
			t.Errorf("%d years are %d days, want %d", years, got, want)
		}
	}
}

// recorded is the groups with the keys that they are under.
func recorded(t *testing.T) record.Recording {
	t.Helper()
	args := valid(t)
	return componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		keys, err := keyring.New(ctx, "keys", keyring.Args{
			Market: args.Market, Home: args.Home, Standby: args.Standby, StandbyProvider: standby,
			LogGroups: logs.Groups(args.Market, args.Home, args.Standby),
		}, home)
		if err != nil {
			return nil, err
		}
		args.KeyARNs = keys.Pairs()
		_, err = logs.New(ctx, "logs", args, home)
		return nil, err
	})
}

// TestGroups wants each group where its writer is, under that region's key of its class,
// by the name that the writer chooses, and kept whatever becomes of the stack.
func TestGroups(t *testing.T) {
	r := recorded(t)
	groups := 0
	for where, suffix := range map[string]string{"eu-south-1": "", "eu-central-1": "-replica"} {
		for what, want := range map[string]struct{ name, key string }{
			"control-plane":   {"/aws/eks/mt-" + where + "/cluster", "cluster"},
			"database-ledger": {"/aws/rds/cluster/pitboss-mt-" + where + "-ledger/postgresql", "ledger"},
			"database-vault":  {"/aws/rds/cluster/pitboss-mt-" + where + "-vault/postgresql", "pii"},
			"proxy-ledger":    {"/aws/rds/proxy/pitboss-mt-" + where + "-ledger", "ledger"},
			"cache-sessions":  {"/pitboss/mt-" + where + "-sessions/redis", "data"},
			"cache-cache":     {"/pitboss/mt-" + where + "-cache/redis", "data"},
			"kafka":           {"/pitboss/mt-" + where + "/kafka", "ledger"},
		} {
			group, ok := r.Named("logs-" + what + "-" + where)
			if !ok || r.Region(group) != where || group.Text("name") != want.name ||
				group.Text("kmsKeyId") != "arn:aws:recorded:::keys-"+want.key+suffix || group.Get("retentionInDays") != 365.0 {
				t.Errorf("%s in %s: the group in %q is %v, want %v", what, where, r.Region(group), group.Inputs, want)
			}
			if !group.Protect || !group.Retain {
				t.Errorf("%s in %s: protect %t, retain on delete %t, want both", what, where, group.Protect, group.Retain)
			}
			groups++
		}
	}
	if got := len(r.Type("LogGroup")); got != groups {
		t.Errorf("%d groups, want %d", got, groups)
	}
}

// TestEveryKeyLetsItsGroupsIn wants the policy of each group's key to let CloudWatch Logs
// of that region encrypt that group: it refuses to make the group otherwise.
func TestEveryKeyLetsItsGroupsIn(t *testing.T) {
	r := recorded(t)
	for _, group := range r.Type("LogGroup") {
		where := r.Region(group)
		key, ok := r.Named(strings.TrimPrefix(group.Text("kmsKeyId"), "arn:aws:recorded:::"))
		if !ok || r.Region(key) != where {
			t.Errorf("%s is under %s, which is in %q", group.Name, group.Text("kmsKeyId"), r.Region(key))
			continue
		}
		var policy struct{ Statement []json.RawMessage }
		if err := key.JSON(&policy, "policy"); err != nil {
			t.Fatal(err)
		}
		lets := slices.ContainsFunc(policy.Statement, func(raw json.RawMessage) bool {
			return strings.Contains(string(raw), `"logs.`+where+`.amazonaws.com"`) &&
				strings.Contains(string(raw), `"arn:aws:logs:`+where+`:111122223333:log-group:`+group.Text("name")+`"`)
		})
		if !lets {
			t.Errorf("%s does not let %s in", key.Name, group.Text("name"))
		}
	}
}

// TestEveryCacheHasItsGroup wants the caches of components/redis, with the classes that
// they have there.
func TestEveryCacheHasItsGroup(t *testing.T) {
	var got []stores.Cache
	for _, row := range redis.Table() {
		got = append(got, stores.Cache{Name: row.Name, Key: row.Key})
	}
	if !slices.Equal(got, stores.Caches()) {
		t.Errorf("components/redis has %v, components/stores has %v", got, stores.Caches())
	}
}
