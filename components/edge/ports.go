package edge

import (
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// internet is where players are.
const internet = "0.0.0.0/0"

// How a load balancer judges a target: three misses in half a minute. A probe may take
// no longer than until the next one.
const (
	healthSeconds   = 10
	healthTimeout   = 6
	healthThreshold = 3
)

// addGroup makes a door's security group: in from the internet on the ports of the
// table, out to the VPC on what answers behind them. Without the way out to the health
// port, every target counts as unhealthy.
func addGroup(s component.Scope, a Args, d door) (*ec2.SecurityGroup, []pulumi.Resource, error) {
	group, err := component.Create(s, d.name+"-group", ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: a.Network.VPCID, Description: pulumi.String("load balancer " + d.name), Tags: named(a, d.name),
	})
	if err != nil {
		return nil, nil, err
	}
	var rules []pulumi.Resource
	for _, p := range d.ports {
		rule, err := component.Create(s, d.name+"-from-"+p.name, vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(), Description: pulumi.String(p.reason),
			IpProtocol: pulumi.String(ipProtocol(p.protocol)), FromPort: pulumi.Int(p.listen), ToPort: pulumi.Int(p.listen),
			CidrIpv4: pulumi.String(internet),
		})
		if err != nil {
			return nil, nil, err
		}
		rules = append(rules, rule)
	}
	for _, out := range d.outward() {
		rule, err := component.Create(s, d.name+"-to-"+out.name, vpc.NewSecurityGroupEgressRule, &vpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: group.ID(), Description: pulumi.String(out.reason),
			IpProtocol: pulumi.String(ipProtocol(out.protocol)), FromPort: pulumi.Int(out.target), ToPort: pulumi.Int(out.target),
			CidrIpv4: pulumi.String(a.Network.CIDR.String()),
		})
		if err != nil {
			return nil, nil, err
		}
		rules = append(rules, rule)
	}
	return group, rules, nil
}

// openTargets lets what stands behind a door hear it. The group is named and not the
// players' addresses, although packets keep those: whoever goes round the door is not let
// in.
func openTargets(s component.Scope, a Args, d door, group *ec2.SecurityGroup) error {
	targets := map[string]pulumi.StringInput{web: a.WebTargetsGroupID, media: a.MediaTargetsGroupID}[d.name]
	for _, out := range d.outward() {
		_, err := component.Create(s, d.name+"-behind-"+out.name, vpc.NewSecurityGroupIngressRule, &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: targets, Description: pulumi.String("load balancer " + d.name + ": " + out.name),
			IpProtocol: pulumi.String(ipProtocol(out.protocol)), FromPort: pulumi.Int(out.target), ToPort: pulumi.Int(out.target),
			ReferencedSecurityGroupId: group.ID().ToStringOutput().ToStringPtrOutput(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// outward is what a door must reach: its targets, and their health where that is on a
// port of its own.
func (d door) outward() []port {
	var out []port
	probed := false
	for _, p := range d.ports {
		out = append(out, port{name: p.name, protocol: p.protocol, target: p.target, reason: "targets: " + p.name})
		probed = probed || p.protocol == tcp && p.target == d.healthPort
	}
	if !probed {
		out = append(out, port{name: "health", protocol: tcp, target: d.healthPort, reason: "targets: health checks"})
	}
	return out
}

// ipProtocol is how security groups spell a protocol.
func ipProtocol(protocol string) string {
	if protocol == udp {
		return "udp"
	}
	return "tcp"
}

// addPort makes a target group and the listener in front of it. The group's name says
// its port: another port is another group, and two cannot have one name.
func addPort(s component.Scope, a Args, d door, p port, balancer *lb.LoadBalancer) (*lb.TargetGroup, error) {
	what := d.name + "-" + p.name
	name := what + "-" + strconv.Itoa(p.target)
	target, err := component.Create(s, what+"-targets", lb.NewTargetGroup, &lb.TargetGroupArgs{
		Name:  pulumi.String(a.Market.LoadBalancer(a.Network.Region, name)),
		VpcId: a.Network.VPCID, TargetType: pulumi.String(d.targets),
		Protocol: pulumi.String(p.protocol), Port: pulumi.Int(p.target),
		PreserveClientIp: clientIP(p),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled: pulumi.Bool(true), Protocol: pulumi.String(tcp), Port: pulumi.String(strconv.Itoa(d.healthPort)),
			Interval: pulumi.Int(healthSeconds), Timeout: pulumi.Int(healthTimeout),
			HealthyThreshold: pulumi.Int(healthThreshold), UnhealthyThreshold: pulumi.Int(healthThreshold),
		},
		Tags: named(a, name),
	})
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, what, lb.NewListener, &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn, Protocol: pulumi.String(p.protocol), Port: pulumi.Int(p.listen),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: target.Arn,
		}},
	})
	return target, err
}

// clientIP keeps the player's own address, which tells services where the player is. For
// UDP it is always kept, cannot be turned off and is not ours to set.
func clientIP(p port) pulumi.StringPtrInput {
	if p.protocol == udp {
		return nil
	}
	return pulumi.String("true")
}
