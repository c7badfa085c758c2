package gslb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/internal/component"
	"pitboss/regions"
)

// addRecords makes every name of the package comment. All are of IPv4: the load balancers
// have no other addresses.
func (g *GSLB) addRecords(s component.Scope) error {
	for _, at := range g.sites {
		if err := g.addRecord(s, at.Region.String()+"-direct", g.args.direct(at.Region), at.Front.Web, route53.RecordArgs{}, false); err != nil {
			return err
		}
	}
	for _, service := range []struct{ what, name string }{{"api", g.args.Names.API}, {"websocket", g.args.Names.WebSocket}} {
		if err := g.addWeighted(s, service.what, service.name); err != nil {
			return err
		}
		if err := g.addPairs(s, service.what, service.name); err != nil {
			return err
		}
	}
	return g.addNearest(s, "read", g.args.Names.Read)
}

// addWeighted makes the records that a swap turns: one a region, at the name itself. They
// have no health checks, so the weights alone decide. A swap raises one before it lowers the
// other: both at zero, if only for as long as a run is interrupted, would be an even split.
// TTL is the same on all, which Route 53 wants.
func (g *GSLB) addWeighted(s component.Scope, what, name string) error {
	var raised []pulumi.Resource
	for _, at := range g.activeFirst() {
		made, err := component.Create(s, what+"-"+at.Region.String(), route53.NewRecord, &route53.RecordArgs{
			ZoneId: g.args.ZoneID, Name: pulumi.String(name), Type: pulumi.String("CNAME"),
			Ttl: pulumi.Int(seconds(g.args.Failover.TTL)), Records: pulumi.StringArray{pulumi.String(prefer(at.Region, name))},
			SetIdentifier: pulumi.String(at.Region.String()),
			WeightedRoutingPolicies: route53.RecordWeightedRoutingPolicyArray{
				route53.RecordWeightedRoutingPolicyArgs{Weight: pulumi.Int(at.Role.Numbers().Weight)},
			},
		}, pulumi.DependsOn(raised))
		if err != nil {
			return err
		}
		raised = append(raised, made)
	}
	return nil
}

// addPairs makes a failover pair for each region that may be preferred: itself, then the
// other one. Both are judged by their own open check and by nothing else: the load
// balancer's own health is part of what the indicators see.
func (g *GSLB) addPairs(s component.Scope, what, name string) error {
	for _, preferred := range g.sites {
		for _, target := range []struct {
			at    *site
			order string
		}{{preferred, "PRIMARY"}, {g.other(preferred), "SECONDARY"}} {
			child := what + "-prefer-" + preferred.Region.String() + "-at-" + target.at.Region.String()
			err := g.addRecord(s, child, prefer(preferred.Region, name), target.at.Front.Web, route53.RecordArgs{
				SetIdentifier: pulumi.String(target.at.Region.String()), HealthCheckId: target.at.open.ID(),
				FailoverRoutingPolicies: route53.RecordFailoverRoutingPolicyArray{
					route53.RecordFailoverRoutingPolicyArgs{Type: pulumi.String(target.order)},
				},
			}, false)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// addNearest makes the records of what both regions may serve. The open check is no use
// here, because a standby is not open and may well serve reads: a region is left out when
// its switch is thrown or its load balancer has no healthy target.
func (g *GSLB) addNearest(s component.Scope, what, name string) error {
	for _, at := range g.sites {
		err := g.addRecord(s, what+"-"+at.Region.String(), name, at.Front.Web, route53.RecordArgs{
			SetIdentifier: pulumi.String(at.Region.String()), HealthCheckId: at.lever.ID(),
			LatencyRoutingPolicies: route53.RecordLatencyRoutingPolicyArray{
				route53.RecordLatencyRoutingPolicyArgs{Region: pulumi.String(at.Region.String())},
			},
		}, true)
		if err != nil {
			return err
		}
	}
	return nil
}

// addRecord makes an alias of a load balancer. An alias has no TTL of its own: AWS answers
// with 60 s.
func (g *GSLB) addRecord(s component.Scope, what, name string, to edge.LoadBalancer, record route53.RecordArgs, judged bool) error {
	record.ZoneId, record.Name, record.Type = g.args.ZoneID, pulumi.String(name), pulumi.String("A")
	record.Aliases = route53.RecordAliasArray{
		route53.RecordAliasArgs{Name: to.DNSName, ZoneId: to.ZoneID, EvaluateTargetHealth: pulumi.Bool(judged)},
	}
	_, err := component.Create(s, what, route53.NewRecord, &record)
	return err
}

// prefer is where name leads while r is preferred.
func prefer(r regions.Region, name string) string { return "prefer-" + r.String() + "." + name }
