package gslb

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/globalaccelerator"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/internal/component"
)

// entrance is one listener, as data.
type entrance struct {
	name, protocol string
	ports          []int
	to             func(edge.Published) edge.LoadBalancer
	// healthPort is asked over TCP, also for UDP, which cannot be asked. Behind it is a load
	// balancer, whose own health AWS uses instead; the API wants a port all the same.
	healthPort int
}

func entrances() []entrance {
	return []entrance{
		{"web", "TCP", []int{edge.WebPort}, func(p edge.Published) edge.LoadBalancer { return p.Web }, edge.WebPort},
		{"media", "UDP", edge.MediaPorts(), func(p edge.Published) edge.LoadBalancer { return p.Media }, edge.MediaHealthPort},
	}
}

// addAccelerator makes two addresses, the same from everywhere, and what they lead to: for
// each listener one endpoint group a region, dialled by role. Made again, it has other
// addresses. AWS's API for it is in one region, whichever the provider works in.
func (g *GSLB) addAccelerator(s component.Scope) error {
	accelerator, err := component.Create(s, "accelerator", globalaccelerator.NewAccelerator, &globalaccelerator.AcceleratorArgs{
		Enabled: pulumi.Bool(true), IpAddressType: pulumi.String("IPV4"),
	}, component.Protected())
	if err != nil {
		return err
	}
	g.accelerator = accelerator
	for _, e := range entrances() {
		if err := g.addEntrance(s, e); err != nil {
			return err
		}
	}
	return nil
}

func (g *GSLB) addEntrance(s component.Scope, e entrance) error {
	var ports globalaccelerator.ListenerPortRangeArray
	for _, port := range e.ports {
		ports = append(ports, globalaccelerator.ListenerPortRangeArgs{FromPort: pulumi.Int(port), ToPort: pulumi.Int(port)})
	}
	listener, err := component.Create(s, "accelerator-"+e.name, globalaccelerator.NewListener, &globalaccelerator.ListenerArgs{
		AcceleratorArn: g.accelerator.Arn, Protocol: pulumi.String(e.protocol), PortRanges: ports,
		ClientAffinity: pulumi.String("SOURCE_IP"), // a player's flows stay together
	})
	if err != nil {
		return err
	}
	var raised []pulumi.Resource
	for _, at := range g.activeFirst() {
		made, err := component.Create(s, "accelerator-"+e.name+"-"+at.Region.String(), globalaccelerator.NewEndpointGroup, &globalaccelerator.EndpointGroupArgs{
			ListenerArn: listener.Arn, EndpointGroupRegion: pulumi.String(at.Region.String()),
			TrafficDialPercentage: pulumi.Float64(float64(at.Role.Numbers().Dial)),
			HealthCheckProtocol:   pulumi.String("TCP"), HealthCheckPort: pulumi.Int(e.healthPort),
			HealthCheckIntervalSeconds: pulumi.Int(seconds(g.args.Failover.CheckInterval)), ThresholdCount: pulumi.Int(g.args.Failover.FailureThreshold),
			EndpointConfigurations: globalaccelerator.EndpointGroupEndpointConfigurationArray{
				globalaccelerator.EndpointGroupEndpointConfigurationArgs{
					EndpointId: e.to(at.Front).ARN, Weight: pulumi.Int(endpointWeight),
					// Needs a load balancer with a security group. AWS puts network interfaces
					// and a group of its own into the VPC for it, which keep the VPC from being
					// deleted until the endpoint is gone.
					ClientIpPreservationEnabled: pulumi.Bool(true),
				},
			},
		}, pulumi.DependsOn(raised))
		if err != nil {
			return err
		}
		raised = append(raised, made)
		at.groups = append(at.groups, made.Arn)
	}
	return nil
}

// endpointWeight is AWS's own default: each group has one endpoint. Zero would keep Global
// Accelerator from failing over to it.
const endpointWeight = 128
