package tests

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/internal/record"
)

// trafficRules are about how players reach the market.
var trafficRules = []rule{
	{
		name: "doors-have-groups", why: "a first security group that comes later is another load balancer with another name", about: is("LoadBalancer"),
		check: func(_ place, r record.Resource) error {
			if len(r.Texts("securityGroups")) == 0 {
				return fmt.Errorf("no security group")
			}
			if len(r.Texts("subnets")) != 3 {
				return fmt.Errorf("it is in %d zones", len(r.Texts("subnets")))
			}
			return want(r, true, "enableDeletionProtection")
		},
		breaks: set([]any{}, "securityGroups"),
		also:   map[string]breaking{"Unprotected": itself(set(false, "enableDeletionProtection"))},
	},
	{
		name: "names-are-the-markets", why: "a record elsewhere is somebody else's", about: is("route53/record:Record"),
		check: func(p place, r record.Resource) error {
			if !strings.HasSuffix(r.Text("name"), "."+p.market.Domain) {
				return fmt.Errorf("%q is not inside of %s", r.Text("name"), p.market.Domain)
			}
			return nil
		},
		breaks: set("api.example.org", "name"),
	},
	{
		name: "one-region-has-weight", why: "all-zero weights are an even split, and two regions that take writes are two truths", about: weighted,
		check: func(p place, r record.Resource) error {
			sum, positive := 0.0, 0
			for _, one := range p.all.Type("route53/record:Record") {
				if weighted(one) && one.Text("name") == r.Text("name") {
					weight, _ := one.Get("weightedRoutingPolicies", 0, "weight").(float64)
					sum += weight
					if weight > 0 {
						positive++
					}
				}
			}
			if active := r.Text("setIdentifier") == p.market.Active.String(); active != (r.Get("weightedRoutingPolicies", 0, "weight") == 100.0) {
				return fmt.Errorf("%s has weight %v, and %s is active", r.Text("setIdentifier"), r.Get("weightedRoutingPolicies", 0, "weight"), p.market.Active)
			}
			if sum != 100 || positive != 1 {
				return fmt.Errorf("weights of %s add up to %v over %d regions, want 100 in one", r.Text("name"), sum, positive)
			}
			return nil
		},
		also: map[string]breaking{"Standby": itself(func(r *record.Resource) {
			weight, _ := r.Get("weightedRoutingPolicies", 0, "weight").(float64)
			set(100-weight, "weightedRoutingPolicies", 0, "weight")(r)
		}), "AllZero": func(all *record.Recording, r *record.Resource) {
			for i := range all.Resources {
				if weighted(all.Resources[i]) {
					all.Resources[i] = clone(all.Resources[i])
					set(0.0, "weightedRoutingPolicies", 0, "weight")(&all.Resources[i])
				}
			}
		}},
	},
	{
		name: "failover-crosses-over", why: "a region that is lost must hand its players to the other one", about: primary,
		check: func(p place, r record.Resource) error {
			i := slices.IndexFunc(p.all.Resources, func(one record.Resource) bool {
				return one.Is("route53/record:Record") && one.Text("name") == r.Text("name") && one.Get("failoverRoutingPolicies", 0, "type") == "SECONDARY"
			})
			if i < 0 {
				return fmt.Errorf("%s has no secondary", r.Text("name"))
			}
			second := p.all.Resources[i]
			if second.Text("aliases", 0, "name") == r.Text("aliases", 0, "name") || second.Text("healthCheckId") == r.Text("healthCheckId") || r.Text("healthCheckId") == "" {
				return fmt.Errorf("%s leads to %s twice", r.Text("name"), r.Text("aliases", 0, "name"))
			}
			for _, one := range []record.Resource{r, second} {
				if one.Text("healthCheckId") != "gslb-"+one.Text("setIdentifier")+"-open-id" {
					return fmt.Errorf("%s is judged by %s", one.Text("setIdentifier"), one.Text("healthCheckId"))
				}
			}
			return nil
		},
		also: map[string]breaking{
			"Crossed": itself(func(r *record.Resource) { r.Inputs["healthCheckId"] = "gslb-elsewhere-open-id" }),
			"Alone": func(all *record.Recording, r *record.Resource) {
				for i := range all.Resources {
					if all.Resources[i].Get("failoverRoutingPolicies", 0, "type") == "SECONDARY" {
						all.Resources[i] = clone(all.Resources[i])
						set("PRIMARY", "failoverRoutingPolicies", 0, "type")(&all.Resources[i])
					}
				}
			}},
	},
	{
		name: "business-is-asked", why: "a region that answers and cannot take a deposit is down", about: is("route53/healthCheck:HealthCheck"),
		check: func(p place, r record.Resource) error {
			if r.Text("type") != "CALCULATED" {
				return nil
			}
			children := r.Texts("childHealthchecks")
			if all, _ := r.Get("childHealthThreshold").(float64); int(all) != len(children) || len(children) != 4 {
				return fmt.Errorf("%v of %d checks must be healthy, want all of login, deposit, bet and the switch", all, len(children))
			}
			paths := map[string]bool{}
			for _, child := range children {
				if one, ok := p.all.Named(strings.TrimSuffix(child, "-id")); ok {
					paths[one.Text("resourcePath")] = true
				}
			}
			if !paths["/sli/login"] || !paths["/sli/deposit"] || !paths["/sli/bet"] {
				return fmt.Errorf("it asks %v", paths)
			}
			return nil
		},
		also: map[string]breaking{"OneIsEnough": func(_ *record.Recording, r *record.Resource) {
			r.Inputs["type"], r.Inputs["childHealthThreshold"] = "CALCULATED", 1.0
		}},
	},
}

func weighted(r record.Resource) bool {
	return r.Is("route53/record:Record") && r.Get("weightedRoutingPolicies") != nil
}

func primary(r record.Resource) bool {
	return r.Is("route53/record:Record") && r.Get("failoverRoutingPolicies", 0, "type") == "PRIMARY"
}
