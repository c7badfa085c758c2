package gslb_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pitboss/components/gslb"
	"pitboss/internal/record"
)

// turned is what a swap of the roles may change: all of it in place.
var turned = []string{
	"aws:globalaccelerator/endpointGroup:EndpointGroup trafficDialPercentage",
	"aws:route53/record:Record weightedRoutingPolicies",
}

// TestSwapTurnsNumbersOnly flips the roles, with either switch: nothing is made, replaced
// or deleted, and of everything only weights and dials change.
func TestSwapTurnsNumbersOnly(t *testing.T) {
	for _, s := range gslb.Switches() {
		with := func(a *gslb.Args) { a.Switch = s }
		before, after := recorded(t, with).Resources, recorded(t, with, swapped).Resources
		if len(before) != len(after) {
			t.Fatalf("%s: %d resources become %d", s, len(before), len(after))
		}
		changed := map[string]int{}
		for i, a := range before {
			b := after[i]
			if a.URN != b.URN || a.Protect != b.Protect || !slices.Equal(a.IgnoreChanges, b.IgnoreChanges) {
				t.Errorf("%s: %s becomes %s, or is kept otherwise", s, a.URN, b.URN)
			}
			for _, key := range differing(a, b) {
				changed[a.Type+" "+key]++
			}
		}
		want := map[string]int{turned[0]: 4, turned[1]: 4}
		if !reflect.DeepEqual(changed, want) {
			t.Errorf("%s: a swap changes %v, want %v", s, changed, want)
		}
	}
}

// differing is the inputs that two recordings of one resource do not share.
func differing(a, b record.Resource) []string {
	var out []string
	for key := range a.Inputs {
		if !reflect.DeepEqual(a.Inputs[key], b.Inputs[key]) {
			out = append(out, key)
		}
	}
	for key := range b.Inputs {
		if _, ok := a.Inputs[key]; !ok {
			out = append(out, key)
		}
	}
	return out
}

// TestAcceleratorLeadsToBothRegions wants each listener to reach the right load balancer
// in each region, dialled by role, with the player's address kept.
func TestAcceleratorLeadsToBothRegions(t *testing.T) {
	r := recorded(t)
	ports := map[string]string{"web": "TCP [443-443]", "media": "UDP [7882-7882 3478-3478]"}
	health := map[string]float64{"web": 443, "media": 7880}
	dial := map[string]float64{home: 100, standby: 0}
	for door, want := range ports {
		listener, _ := r.Named("gslb-accelerator-" + door)
		var ranges []string
		for i := range listener.Get("portRanges").([]any) {
			ranges = append(ranges, listener.Text("portRanges", i, "fromPort")+"-"+listener.Text("portRanges", i, "toPort"))
		}
		if got := fmt.Sprint(listener.Text("protocol"), " ", ranges); got != want {
			t.Errorf("%s listens on %s, want %s", door, got, want)
		}
		for _, region := range []string{home, standby} {
			group, ok := r.Named("gslb-accelerator-" + door + "-" + region)
			if !ok || group.Text("listenerArn") != "arn:aws:recorded:::"+listener.Name || group.Text("endpointGroupRegion") != region {
				t.Errorf("%s in %s is %v", door, region, group.Inputs)
			}
			if group.Get("trafficDialPercentage") != dial[region] {
				t.Errorf("%s in %s is dialled to %v, want %v", door, region, group.Get("trafficDialPercentage"), dial[region])
			}
			if group.Text("endpointConfigurations", 0, "endpointId") != "arn-"+door+"-"+region || group.Get("endpointConfigurations", 0, "clientIpPreservationEnabled") != true {
				t.Errorf("%s in %s leads to %v", door, region, group.Get("endpointConfigurations"))
			}
			if group.Get("endpointConfigurations", 0, "weight") == 0.0 {
				t.Errorf("%s in %s has weight 0: Global Accelerator would never fail over to it", door, region)
			}
			if group.Text("healthCheckProtocol") != "TCP" || group.Get("healthCheckPort") != health[door] || group.Get("healthCheckIntervalSeconds") != 10.0 || group.Get("thresholdCount") != 3.0 {
				t.Errorf("%s in %s is probed by %v", door, region, group.Inputs)
			}
		}
	}
}
