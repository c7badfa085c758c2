package gslb

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	arc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53recoverycontrol"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/internal/component"
)

// lever is the name of the switch's check in outputs and of its resource.
const lever = "switch"

// addSwitch makes the switch that the market chose: a check a region, healthy until
// somebody closes the region.
func (g *GSLB) addSwitch(s component.Scope) error {
	switch g.args.Switch {
	case RoutingControl:
		return g.addRoutingControls(s)
	case InvertedCheck:
		return g.addInvertedChecks(s)
	}
	return fmt.Errorf("gslb: no builder for switch %q", g.args.Switch)
}

// control is the switchboard in ARC.
type control struct {
	cluster  *arc.Cluster
	switches []*arc.RoutingControl // one a site, in their order; On closes the region
}

// waitMillis is how long after a change ARC refuses the next one, against flapping: its
// own default.
const waitMillis = 5000

// addRoutingControls makes a cluster, a panel and one control a region. A new control is
// Off, and Off means open, because its check is inverted. AWS takes the inversion when
// the check is made and refuses every later update of a check of this type
// (hashicorp/terraform-provider-aws#44247), so nothing of it may ever depend on a role.
func (g *GSLB) addRoutingControls(s component.Scope) error {
	cluster, err := component.Create(s, "arc", arc.NewCluster, &arc.ClusterArgs{}, component.Protected())
	if err != nil {
		return err
	}
	panel, err := component.Create(s, "arc-panel", arc.NewControlPanel, &arc.ControlPanelArgs{ClusterArn: cluster.Arn})
	if err != nil {
		return err
	}
	g.control = &control{cluster: cluster}
	var arns pulumi.StringArray
	for _, at := range g.sites {
		one, err := component.Create(s, at.Region.String()+"-evacuate", arc.NewRoutingControl, &arc.RoutingControlArgs{
			ClusterArn: cluster.Arn, ControlPanelArn: panel.Arn, Name: pulumi.String("evacuate-" + at.Region.String()),
		})
		if err != nil {
			return err
		}
		made, err := component.Create(s, at.Region.String()+"-"+lever, route53.NewHealthCheck, &route53.HealthCheckArgs{
			Type: pulumi.String("RECOVERY_CONTROL"), RoutingControlArn: one.Arn, InvertHealthcheck: pulumi.Bool(true),
			Tags: g.args.named(at.Region, "switch: not evacuated"),
		})
		if err != nil {
			return err
		}
		at.lever = check{lever, made}
		g.control.switches = append(g.control.switches, one)
		arns = append(arns, one.Arn)
	}
	return addSafetyRule(s, panel, arns)
}

// addSafetyRule refuses to evacuate every region at once: it holds unless as many
// controls as there are would be On. A rule is judged on what a request would lead to, so
// both can be moved in one.
func addSafetyRule(s component.Scope, panel *arc.ControlPanel, controls pulumi.StringArray) error {
	_, err := component.Create(s, "arc-never-all", arc.NewSafetyRule, &arc.SafetyRuleArgs{
		Name: pulumi.String("never-all-evacuated"), ControlPanelArn: panel.Arn, AssertedControls: controls,
		RuleConfig: arc.SafetyRuleRuleConfigArgs{
			Type: pulumi.String("ATLEAST"), Threshold: pulumi.Int(len(controls)), Inverted: pulumi.Bool(true),
		},
		WaitPeriodMs: pulumi.Int(waitMillis),
	})
	return err
}

// idleInterval and idleThreshold are of a check that never asks anybody. They are not the
// market's: another interval would make another check, which forgets that it was inverted.
const (
	idleInterval  = 30
	idleThreshold = 3
)

// addInvertedChecks makes one disabled check a region. Disabled, Route 53 counts it as
// healthy, and as unhealthy once it is inverted, in records and in calculated checks
// alike. (A calculated check with threshold 0 is always healthy too, but it could not be
// a child of another one, and our version of the provider drops the zero:
// hashicorp/terraform-provider-aws#44004.) Inverting is the drill's: what it sets is
// ignored, so that the next update does not move players back.
func (g *GSLB) addInvertedChecks(s component.Scope) error {
	for _, at := range g.sites {
		made, err := component.Create(s, at.Region.String()+"-"+lever, route53.NewHealthCheck, &route53.HealthCheckArgs{
			Type: pulumi.String("TCP"), Fqdn: pulumi.String(g.args.direct(at.Region)), Port: pulumi.Int(edge.WebPort),
			RequestInterval: pulumi.Int(idleInterval), FailureThreshold: pulumi.Int(idleThreshold),
			Disabled: pulumi.Bool(true), InvertHealthcheck: pulumi.Bool(false),
			Tags: g.args.named(at.Region, "switch: inverted while evacuated"),
		}, pulumi.IgnoreChanges([]string{"invertHealthcheck"}))
		if err != nil {
			return err
		}
		at.lever = check{lever, made}
	}
	return nil
}
