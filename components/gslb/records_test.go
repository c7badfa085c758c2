package gslb_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/components/gslb"
	"pitboss/internal/record"
	"pitboss/regions/role"
)

// at is the records of one name.
func at(r record.Recording, name string) []record.Resource {
	return slices.DeleteFunc(r.Type("route53/record:Record"), func(one record.Resource) bool { return one.Text("name") != name })
}

// TestNumbersNeverSplit holds what the records rely on: Route 53 takes all-zero weights
// for an even split, and Global Accelerator all-zero dials for any region.
func TestNumbersNeverSplit(t *testing.T) {
	for _, r := range []role.Role{role.Active, role.Standby} {
		mine, other := r.Numbers(), r.Other().Numbers()
		if (mine.Weight == 0) == (other.Weight == 0) || (mine.Dial == 0) == (other.Dial == 0) {
			t.Errorf("%s has weight %d and dial %d, the other %d and %d: exactly one of each must be zero", r, mine.Weight, mine.Dial, other.Weight, other.Dial)
		}
		if mine.Weight < 0 || mine.Weight > 255 || mine.Dial < 0 || mine.Dial > 100 {
			t.Errorf("%s: weight %d or dial %d is none that AWS takes", r, mine.Weight, mine.Dial)
		}
	}
}

// TestWeightsFollowTheRole follows a player from the name to the region.
func TestWeightsFollowTheRole(t *testing.T) {
	for active, edits := range map[string][]func(*gslb.Args){home: nil, standby: {swapped}} {
		r := recorded(t, edits...)
		for _, service := range []string{"api", "ws"} {
			name := service + "." + domain
			records := at(r, name)
			if len(records) != 2 {
				t.Fatalf("%s has %d records, want one a region", name, len(records))
			}
			for _, one := range records {
				region, want := one.Text("setIdentifier"), 0.0
				if region == active {
					want = 100
				}
				if one.Get("weightedRoutingPolicies", 0, "weight") != want {
					t.Errorf("with %s active, %s to %s has weight %v", active, name, region, one.Get("weightedRoutingPolicies", 0, "weight"))
				}
				if one.Text("type") != "CNAME" || one.Get("ttl") != 30.0 || !slices.Equal(one.Texts("records"), []string{"prefer-" + region + "." + name}) || one.Get("healthCheckId") != nil {
					t.Errorf("%s is %v", one.Name, one.Inputs)
				}
			}
		}
	}
}

// TestPairsCrossOver wants each preferred name to lead to its own region while that is
// open, else to the other one while that is.
func TestPairsCrossOver(t *testing.T) {
	r := recorded(t)
	for _, service := range []string{"api", "ws"} {
		for preferred, other := range map[string]string{home: standby, standby: home} {
			got := map[string]string{} // PRIMARY or SECONDARY -> where, judged by what
			for _, one := range at(r, "prefer-"+preferred+"."+service+"."+domain) {
				got[one.Text("failoverRoutingPolicies", 0, "type")] = strings.Join([]string{
					one.Text("type"), one.Text("aliases", 0, "name"), one.Text("aliases", 0, "zoneId"), one.Text("healthCheckId"), one.Text("aliases", 0, "evaluateTargetHealth"),
				}, " ")
			}
			leads := func(to string) string {
				return fmt.Sprintf("A web.%s.elb Z-web-%s gslb-%s-open-id false", to, to, to)
			}
			if want := map[string]string{"PRIMARY": leads(preferred), "SECONDARY": leads(other)}; !reflect.DeepEqual(got, want) {
				t.Errorf("%s prefers %s: %v, want %v", service, preferred, got, want)
			}
		}
	}
}

// TestNearestIsJudgedByTheSwitch wants both regions to serve reads, whatever their roles,
// until one is closed or has no target.
func TestNearestIsJudgedByTheSwitch(t *testing.T) {
	each(t, func(t *testing.T, r record.Recording) {
		records := at(r, "read."+domain)
		if len(records) != 2 {
			t.Fatalf("%d records, want one a region", len(records))
		}
		for _, one := range records {
			region := one.Text("setIdentifier")
			if one.Text("latencyRoutingPolicies", 0, "region") != region || one.Text("aliases", 0, "name") != "web."+region+".elb" {
				t.Errorf("%s is %v", one.Name, one.Inputs)
			}
			if one.Text("healthCheckId") != "gslb-"+region+"-switch-id" || one.Get("aliases", 0, "evaluateTargetHealth") != true {
				t.Errorf("%s is judged by %s and target health %v: a standby is not open, and may serve reads", one.Name, one.Text("healthCheckId"), one.Get("aliases", 0, "evaluateTargetHealth"))
			}
		}
	})
}

// TestRecordsAreWhatRoute53Takes holds its rules over all records.
func TestRecordsAreWhatRoute53Takes(t *testing.T) {
	r := recorded(t)
	policies := []string{"weightedRoutingPolicies", "failoverRoutingPolicies", "latencyRoutingPolicies"}
	policyOf, seen := map[string]string{}, map[string]bool{}
	for _, one := range r.Type("route53/record:Record") {
		name := one.Text("name")
		if name == domain || !strings.HasSuffix(name, "."+domain) || one.Text("zoneId") != "ZONE" {
			t.Errorf("%s is %s in %s", one.Name, name, one.Text("zoneId"))
		}
		has := slices.DeleteFunc(slices.Clone(policies), func(p string) bool { return one.Get(p) == nil })
		if len(has) > 1 || (len(has) == 1) != (one.Text("setIdentifier") != "") {
			t.Errorf("%s has policies %v and set identifier %q", one.Name, has, one.Text("setIdentifier"))
		}
		policy := one.Text("type") + strings.Join(has, "")
		if before, ok := policyOf[name]; ok && before != policy {
			t.Errorf("%s mixes %s and %s", name, before, policy)
		}
		policyOf[name] = policy
		if alias := one.Get("aliases") != nil; alias == (one.Get("ttl") != nil) || alias == (one.Get("records") != nil) {
			t.Errorf("%s: an alias takes no TTL and no records, everything else needs both", one.Name)
		}
		if key := name + " " + one.Text("setIdentifier"); seen[key] {
			t.Errorf("%s twice", key)
		} else {
			seen[key] = true
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d records", len(seen))
	}
}

func TestTTLIsTheMarkets(t *testing.T) {
	r := recorded(t, func(a *gslb.Args) { a.Failover.TTL = 45 * time.Second })
	for _, one := range append(at(r, "api."+domain), at(r, "ws."+domain)...) {
		if one.Get("ttl") != 45.0 {
			t.Errorf("%s has TTL %v, want the market's 45 s", one.Name, one.Get("ttl"))
		}
	}
}
