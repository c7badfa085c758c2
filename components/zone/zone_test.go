package zone_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/naming"
	"pitboss/components/zone"
	"pitboss/internal/componenttest"
)

func valid() zone.Args {
	return zone.Args{Market: naming.Market{Name: "mt", Account: "111122223333"}, Domain: "mt.example.com"}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(), map[string]componenttest.Case[zone.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*zone.Args) {}},
		"Digits":    {Reason: "labels may begin with a digit", Edit: func(a *zone.Args) { a.Domain = "1.mt-2.example.com" }},
		"NoMarket":  {Reason: "the zone's comment says whose it is", Edit: func(a *zone.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoDomain":  {Reason: "the zone is named after it", Edit: func(a *zone.Args) { a.Domain = "" }, Blames: "Domain"},
		"OneLabel":  {Reason: "nobody delegates a top-level domain to a market", Edit: func(a *zone.Args) { a.Domain = "com" }, Blames: "Domain"},
		"Root":      {Reason: "the dot at the end is not part of the market file's form", Edit: func(a *zone.Args) { a.Domain = "mt.example.com." }, Blames: "Domain"},
		"Capitals":  {Reason: "Route 53 keeps lower case, and the difference would stay", Edit: func(a *zone.Args) { a.Domain = "MT.example.com" }, Blames: "Domain"},
		"Underline": {Reason: "no host name has one", Edit: func(a *zone.Args) { a.Domain = "mt_1.example.com" }, Blames: "Domain"},
		"URL":       {Reason: "a URL is not a domain", Edit: func(a *zone.Args) { a.Domain = "https://mt.example.com" }, Blames: "Domain"},
	})
}

// TestZoneIsKept wants one public zone that survives a mistake: it has other name servers
// when it is made again.
func TestZoneIsKept(t *testing.T) {
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		z, err := zone.New(ctx, "zone", valid())
		if err != nil {
			return nil, err
		}
		return z.Output(), nil
	})
	zones := r.Type("route53/zone:Zone")
	if len(zones) != 1 {
		t.Fatalf("%d zones, want one", len(zones))
	}
	z := zones[0]
	if z.Text("name") != "mt.example.com" || z.Get("vpcs") != nil || z.Get("forceDestroy") != false {
		t.Errorf("zone is %v, want a public one of that name which is not destroyed with its records", z.Inputs)
	}
	if !z.Protect || !z.Retain {
		t.Errorf("protect %t, retain on delete %t, want both", z.Protect, z.Retain)
	}
	if r.Outputs["id"] != "zone-public-id" || r.Outputs["name"] != "mt.example.com" {
		t.Errorf("outputs are %v", r.Outputs)
	}
	if _, ok := r.Outputs["nameServers"]; !ok {
		t.Error("the name servers are not published: nobody could delegate to the zone")
	}
}
