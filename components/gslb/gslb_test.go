package gslb_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/gslb"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/role"
)

const (
	home, standby = "eu-south-1", "eu-central-1"
	domain        = "mt.example.com"
)

// front is a front door whose parts say whose they are.
func front(of string) edge.Published {
	one := func(door string) edge.LoadBalancer {
		return edge.LoadBalancer{
			ARN:     pulumi.String("arn-" + door + "-" + of).ToStringOutput(),
			DNSName: pulumi.String(door + "." + of + ".elb").ToStringOutput(),
			ZoneID:  pulumi.String("Z-" + door + "-" + of).ToStringOutput(),
		}
	}
	return edge.Published{Web: one("web"), Media: one("media")}
}

func valid(t *testing.T) gslb.Args {
	return gslb.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		ZoneID: pulumi.String("ZONE"), Domain: domain,
		Members: []gslb.Member{
			{Region: componenttest.Region(t, home), Role: role.Active, Front: front(home)},
			{Region: componenttest.Region(t, standby), Role: role.Standby, Front: front(standby)},
		},
		Switch: gslb.RoutingControl, Failover: regions.DefaultFailover(), RTO: 15 * time.Minute,
		Names: gslb.Names{API: "api." + domain, WebSocket: "ws." + domain, Read: "read." + domain},
	}
}

// recorded is what args make, after edits.
func recorded(t *testing.T, edits ...func(*gslb.Args)) record.Recording {
	t.Helper()
	args := valid(t)
	for _, edit := range edits {
		edit(&args)
	}
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		g, err := gslb.New(ctx, "gslb", args)
		if err != nil {
			return nil, err
		}
		return g.Output(), nil
	})
}

func inverted(a *gslb.Args) { a.Switch = gslb.InvertedCheck }

func swapped(a *gslb.Args) {
	for i := range a.Members {
		a.Members[i].Role = a.Members[i].Role.Other()
	}
}

func TestArgs(t *testing.T) {
	member := func(edit func(*gslb.Member)) func(*gslb.Args) {
		return func(a *gslb.Args) {
			a.Members = slices.Clone(a.Members)
			edit(&a.Members[1])
		}
	}
	failover := func(edit func(*regions.Failover)) func(*gslb.Args) {
		return func(a *gslb.Args) { edit(&a.Failover) }
	}
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[gslb.Args]{
		"Valid":       {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*gslb.Args) {}},
		"Inverted":    {Reason: "the other switch is as good", Edit: inverted},
		"Slow":        {Reason: "30 s is an interval too", Edit: failover(func(f *regions.Failover) { f.CheckInterval = 30 * time.Second })},
		"Deep":        {Reason: "a name may have more labels", Edit: func(a *gslb.Args) { a.Names.Read = "a.b." + domain }},
		"NoMarket":    {Reason: "checks are tagged with it", Edit: func(a *gslb.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoZone":      {Reason: "records are in it", Edit: func(a *gslb.Args) { a.ZoneID = nil }, Blames: "ZoneID"},
		"NoDomain":    {Reason: "names lie in it", Edit: func(a *gslb.Args) { a.Domain = "" }, Blames: "Domain"},
		"NoSwitch":    {Reason: "the switch exists from day one", Edit: func(a *gslb.Args) { a.Switch = "" }, Blames: "Switch"},
		"OtherSwitch": {Reason: "a switch that nobody builds moves nothing", Edit: func(a *gslb.Args) { a.Switch = "weights" }, Blames: "Switch"},
		"One":         {Reason: "there is nowhere to fail over to", Edit: func(a *gslb.Args) { a.Members = a.Members[:1] }, Blames: "Members"},
		"Three":       {Reason: "a failover pair is a pair", Edit: func(a *gslb.Args) { a.Members = append(slices.Clone(a.Members), a.Members[0]) }, Blames: "Members"},
		"NoneActive":  {Reason: "all-zero weights are an even split, not off", Edit: func(a *gslb.Args) { a.Members = slices.Clone(a.Members); a.Members[0].Role = role.Standby }, Blames: "Members"},
		"BothActive":  {Reason: "half of the players would write where nobody may", Edit: member(func(m *gslb.Member) { m.Role = role.Active }), Blames: "Members"},
		"NoRegion":    {Reason: "names and endpoint groups are its", Edit: member(func(m *gslb.Member) { m.Region = regions.Region{} }), Blames: "Members[1].Region"},
		"SameRegion":  {Reason: "it would fail over to itself", Edit: member(func(m *gslb.Member) { m.Region = componenttest.Region(t, home) }), Blames: "Members[1].Region"},
		"NoRole":      {Reason: "weights follow from it", Edit: member(func(m *gslb.Member) { m.Role = "" }), Blames: "Members[1].Role"},
		"NoFront":     {Reason: "records would lead nowhere", Edit: member(func(m *gslb.Member) { m.Front = edge.Published{} }), Blames: "Members[1].Front"},
		"NoMedia":     {Reason: "media would lead nowhere", Edit: member(func(m *gslb.Member) { m.Front.Media = edge.LoadBalancer{} }), Blames: "Members[1].Front"},
		"Interval":    {Reason: "Route 53 has two", Edit: failover(func(f *regions.Failover) { f.CheckInterval = 20 * time.Second }), Blames: "Failover.CheckInterval"},
		"NoThreshold": {Reason: "no check ever fails", Edit: failover(func(f *regions.Failover) { f.FailureThreshold = 0 }), Blames: "Failover.FailureThreshold"},
		"Threshold":   {Reason: "Route 53 stops at ten", Edit: failover(func(f *regions.Failover) { f.FailureThreshold = 11 }), Blames: "Failover.FailureThreshold"},
		"NoTTL":       {Reason: "resolvers would ask for each request", Edit: failover(func(f *regions.Failover) { f.TTL = 0 }), Blames: "Failover.TTL"},
		"HalfTTL":     {Reason: "a TTL is whole seconds", Edit: failover(func(f *regions.Failover) { f.TTL = 1500 * time.Millisecond }), Blames: "Failover.TTL"},
		"LongTTL":     {Reason: "no failover waits for it", Edit: failover(func(f *regions.Failover) { f.TTL = 8 * 24 * time.Hour }), Blames: "Failover.TTL"},
		"NoRTO":       {Reason: "there would be no bound", Edit: func(a *gslb.Args) { a.RTO = 0 }, Blames: "RTO"},
		"TooSlow":     {Reason: "30 s and 60 s are more than a minute", Edit: func(a *gslb.Args) { a.RTO = time.Minute }, Blames: "Failover"},
		"NoAPI":       {Reason: "players need it", Edit: func(a *gslb.Args) { a.Names.API = "" }, Blames: "Names.API"},
		"Apex":        {Reason: "a CNAME cannot stand there", Edit: func(a *gslb.Args) { a.Names.API = domain }, Blames: "Names.API"},
		"Outside":     {Reason: "the zone would not answer for it", Edit: func(a *gslb.Args) { a.Names.WebSocket = "ws.gb.example.com" }, Blames: "Names.WebSocket"},
		"Lookalike":   {Reason: "xmt.example.com is not below mt.example.com", Edit: func(a *gslb.Args) { a.Names.Read = "readx" + domain }, Blames: "Names.Read"},
		"Capitals":    {Reason: "Route 53 keeps lower case, and the difference would stay", Edit: func(a *gslb.Args) { a.Names.Read = "Read." + domain }, Blames: "Names.Read"},
		"Wildcard":    {Reason: "players cannot type it", Edit: func(a *gslb.Args) { a.Names.Read = "*." + domain }, Blames: "Names.Read"},
		"Same":        {Reason: "one name cannot have two policies", Edit: func(a *gslb.Args) { a.Names.Read = a.Names.API }, Blames: "Names.Read"},
		"Below":       {Reason: "the region's own name would be this one", Edit: func(a *gslb.Args) { a.Names.Read = home + "." + a.Names.API }, Blames: "Names.Read"},
	})
}

// TestTooSlowSaysTheSum wants whoever set a figure to see what it adds up to.
func TestTooSlowSaysTheSum(t *testing.T) {
	a := valid(t)
	a.RTO = time.Minute
	err := a.Validate()
	if err == nil || !strings.Contains(err.Error(), "1m30s") || !strings.Contains(err.Error(), "30s to notice") || !strings.Contains(err.Error(), "1m0s until records expire") {
		t.Errorf("error is %v, want the sum and its terms", err)
	}
}

// TestFailoverTimeIsPublished wants the sum where a drill compares it with its clock.
func TestFailoverTimeIsPublished(t *testing.T) {
	for reason, c := range map[string]struct {
		failover regions.Failover
		want     float64
	}{
		"the default: 10 s x 3 + 60 s of the aliases": {regions.DefaultFailover(), 90},
		"a TTL longer than the aliases' counts":       {regions.Failover{CheckInterval: 30 * time.Second, FailureThreshold: 2, TTL: 5 * time.Minute}, 360},
	} {
		r := recorded(t, func(a *gslb.Args) { a.Failover = c.failover })
		if got := r.Outputs["failoverSeconds"]; got != c.want {
			t.Errorf("failoverSeconds is %v, want %v: %s", got, c.want, reason)
		}
		if text, _ := r.Outputs["failover"].(string); !strings.Contains(text, "to notice") || !strings.Contains(text, "until records expire") {
			t.Errorf("failover is %q, want the terms", text)
		}
	}
}

// TestOutputIsWhatADrillNeeds checks that ids and ARNs are under the region that they are
// of: a drill that moves the wrong one makes the outage.
func TestOutputIsWhatADrillNeeds(t *testing.T) {
	out := recorded(t).Outputs
	for _, r := range []string{home, standby} {
		checks := out["healthChecks"].(map[string]any)[r].(map[string]any)
		want := map[string]string{"login": "sli-login", "deposit": "sli-deposit", "bet": "sli-bet", "switch": "switch", "open": "open"}
		if len(checks) != len(want) {
			t.Errorf("%s: checks are %v", r, checks)
		}
		for name, child := range want {
			if checks[name] != "gslb-"+r+"-"+child+"-id" {
				t.Errorf("%s: %s is %v", r, name, checks[name])
			}
		}
		lever := out["switch"].(map[string]any)
		if got := lever["controls"].(map[string]any)[r]; got != "arn:aws:recorded:::gslb-"+r+"-evacuate" || lever["kind"] != "routing-control" {
			t.Errorf("%s: control is %v of %v", r, got, lever["kind"])
		}
		if got := out["direct"].(map[string]any)[r]; got != r+".api."+domain {
			t.Errorf("%s: direct name is %v", r, got)
		}
	}
	if lever := recorded(t, inverted).Outputs["switch"].(map[string]any); lever["kind"] != "inverted-health-check" || lever["controls"] != nil {
		t.Errorf("inverted: switch is %v", lever)
	}
}
