package logs_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/logs"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/regions"
)

func valid(t *testing.T) logs.Args {
	return logs.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: &aws.Provider{},
		HomeKeyARN: pulumi.String("home-key"), StandbyKeyARN: pulumi.String("standby-key"), Days: 365,
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[logs.Args]{
		"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*logs.Args) {}},
		"NoMarket":     {Reason: "the cluster's name is in the group's", Edit: func(a *logs.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoHome":       {Reason: "a cluster is there", Edit: func(a *logs.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":    {Reason: "a cluster is there", Edit: func(a *logs.Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":         {Reason: "one group cannot be made twice", Edit: func(a *logs.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoProvider":   {Reason: "the group would be in the other region", Edit: func(a *logs.Args) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"NoHomeKey":    {Reason: "logs would be in the clear", Edit: func(a *logs.Args) { a.HomeKeyARN = nil }, Blames: "HomeKeyARN"},
		"NoStandbyKey": {Reason: "logs would be in the clear", Edit: func(a *logs.Args) { a.StandbyKeyARN = nil }, Blames: "StandbyKeyARN"},
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

// TestOneGroupARegion wants each group where its cluster is, under that region's key, by
// the name that EKS writes to, and kept whatever becomes of the stack.
func TestOneGroupARegion(t *testing.T) {
	args := valid(t)
	r := componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		_, err := logs.New(ctx, "logs", args, home)
		return nil, err
	})
	for where, key := range map[string]string{"eu-south-1": "home-key", "eu-central-1": "standby-key"} {
		group, ok := r.Named("logs-control-plane-" + where)
		if !ok || r.Region(group) != where || group.Text("name") != "/aws/eks/mt-"+where+"/cluster" || group.Text("kmsKeyId") != key || group.Get("retentionInDays") != 365.0 {
			t.Errorf("%s: the group in %q is %v", where, r.Region(group), group.Inputs)
		}
		if !group.Protect || !group.Retain {
			t.Errorf("%s: protect %t, retain on delete %t, want both", where, group.Protect, group.Retain)
		}
	}
	if got := len(r.Type("LogGroup")); got != 2 {
		t.Errorf("%d groups, want 2", got)
	}
}
