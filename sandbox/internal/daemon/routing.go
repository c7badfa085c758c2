package daemon

import (
	"context"
	"fmt"
	"strings"

	"pitboss/sandbox/internal/casino/door"
	"pitboss/sandbox/internal/cloud"
)

// routing is what the simulated Route 53 and ARC say of a market's api.
type routing struct {
	cloud  *cloud.Cloud
	market market
}

// weightOf is the weight of a weighted record.
func weightOf(r cloud.Resource) (int, bool) {
	policy, _ := r.Props["weightedRoutingPolicy"].(map[string]any)
	weight, ok := policy["weight"].(float64)
	return int(weight), ok
}

// apiOf is the name that players of a market ask for: a weighted record's, which begins
// with "api.".
func apiOf(c *cloud.Cloud, of func(cloud.Resource) bool) (string, error) {
	records, err := c.OfType("aws_route53_record")
	if err != nil {
		return "", err
	}
	for _, r := range records {
		if _, ok := weightOf(r); ok && of(r) && strings.HasPrefix(r.String("name"), "api.") {
			return r.String("name"), nil
		}
	}
	return "", fmt.Errorf("the market has no weighted record whose name begins with \"api.\": its gslb stack makes them")
}

// Routes implements door.Routes.
func (r routing) Routes(context.Context) (door.Routing, error) {
	out := door.Routing{Weights: map[string]int{}, Evacuated: map[string]bool{}}
	records, err := r.cloud.OfType("aws_route53_record")
	if err != nil {
		return out, err
	}
	for _, record := range records {
		if weight, ok := weightOf(record); ok && record.String("name") == r.market.api {
			out.Weights[record.String("setIdentifier")] = weight
		}
	}
	return out, r.evacuated(out.Evacuated)
}

// evacuated are the regions whose switch is thrown: a routing control that is On, or a
// disabled check of the region's own name that is inverted. components/gslb/switch.go makes
// them.
func (r routing) evacuated(out map[string]bool) error {
	controls, err := r.cloud.OfType("aws_route53recoverycontrolconfig_routing_control")
	if err != nil {
		return err
	}
	checks, err := r.cloud.OfType("aws_route53_health_check")
	if err != nil {
		return err
	}
	for _, region := range r.market.regions {
		for _, c := range controls {
			if marketOf(c, nil) == r.market.name && c.String("name") == "evacuate-"+region.Name && c.Routing != nil && c.Routing.On {
				out[region.Name] = true
			}
		}
		for _, c := range checks {
			if c.String("fqdn") == region.Name+"."+r.market.api && c.Props["disabled"] == true && c.Props["invertHealthcheck"] == true {
				out[region.Name] = true
			}
		}
	}
	return nil
}
