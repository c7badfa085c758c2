package edge

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// Output is the front door as a stack output: web and media, each with the load
// balancer's arn, dnsName, zoneId and securityGroup, and by port its targetGroups. Read
// takes it back.
func (e *Edge) Output() pulumi.Map {
	out := pulumi.Map{}
	for _, f := range e.fronts {
		groups := pulumi.Map{}
		for i, p := range f.door.ports {
			groups[p.name] = f.targets[i].Arn
		}
		out[f.door.name] = pulumi.Map{
			"arn": f.balancer.Arn, "dnsName": f.balancer.DnsName, "zoneId": f.balancer.ZoneId,
			"securityGroup": f.group.ID().ToStringOutput(), "targetGroups": groups,
		}
	}
	return out
}

// LoadBalancer is what DNS and Global Accelerator need of one.
type LoadBalancer struct {
	ARN     pulumi.StringOutput
	DNSName pulumi.StringOutput
	ZoneID  pulumi.StringOutput // AWS's zone of its name, which alias records want
}

// IsZero reports whether l is no load balancer.
func (l LoadBalancer) IsZero() bool {
	return l.ARN.OutputState == nil || l.DNSName.OutputState == nil || l.ZoneID.OutputState == nil
}

// Published is a front door read from another stack's output.
type Published struct{ Web, Media LoadBalancer }

// Read takes the output of stack that Output made.
func Read(stack string, output pulumi.AnyOutput) Published {
	one := func(door string) LoadBalancer {
		return LoadBalancer{
			ARN:     component.Pick(stack, output, door, "arn"),
			DNSName: component.Pick(stack, output, door, "dnsName"),
			ZoneID:  component.Pick(stack, output, door, "zoneId"),
		}
	}
	return Published{Web: one(web), Media: one(media)}
}
