package cloud

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// balancer is the plan of a network load balancer with a security group.
func (w *world) balancer(name, region string) map[string]any {
	w.Helper()
	subnets := w.subnets(region)
	subnet, err := w.cloud.Read(account, region, "aws_subnet", subnets[0].(string))
	require.NoError(w, err)
	group := w.make(region, "aws_security_group", map[string]any{"name": name, "vpcId": subnet.String("vpcId")})
	return map[string]any{"name": name, "loadBalancerType": "network", "subnets": subnets, "subnetMappings": Unknown, "securityGroups": []any{group.ID},
		"enableDeletionProtection": true, "arn": Unknown, "dnsName": Unknown, "zoneId": Unknown, "vpcId": Unknown, "arnSuffix": Unknown}
}

func TestALoadBalancer(t *testing.T) {
	w := newWorld(t)
	plan := w.balancer("web", home)
	balancer := w.make(home, "aws_lb", plan)
	require.Regexp(t, `^arn:aws:elasticloadbalancing:eu-south-1:111122223333:loadbalancer/net/web/[0-9a-f]{16}$`, balancer.ID)
	require.Regexp(t, `^net/web/`, balancer.String("arnSuffix"))
	require.Regexp(t, `^web-[0-9a-f]{16}\.elb\.eu-south-1\.amazonaws\.com$`, balancer.String("dnsName"))
	require.Len(t, balancer.Props["subnetMappings"], 2)
	_, err := w.try(home, "aws_lb", with(plan, map[string]any{"internal": true}))
	w.refuses("DuplicateLoadBalancerName", err)
	subnet, err := w.cloud.Read(account, home, "aws_subnet", names(plan["subnets"])[0])
	require.NoError(t, err)
	w.refuses("DependencyViolation", w.tryDelete(subnet))
	w.refuses("OperationNotPermitted", w.tryDelete(balancer))
	w.delete(w.change(balancer, map[string]any{"enableDeletionProtection": false}))
}

func TestListenersAndTargetGroups(t *testing.T) {
	w := newWorld(t)
	balancer := w.make(home, "aws_lb", w.balancer("media", home))
	group := func(name, protocol string) Resource {
		return w.make(home, "aws_lb_target_group", map[string]any{"name": name, "port": 7882, "protocol": protocol, "targetType": "instance",
			"vpcId": balancer.String("vpcId"), "arn": Unknown, "healthCheck": map[string]any{"protocol": "TCP", "port": "8080", "interval": Unknown}, "loadBalancerArns": Unknown})
	}
	udp, tcp := group("udp", "UDP"), group("tcp", "TCP")
	require.Equal(t, 30, udp.Props["healthCheck"].(map[string]any)["interval"], "what the plan leaves open")
	require.Equal(t, "8080", udp.Props["healthCheck"].(map[string]any)["port"], "and not what it says")
	_, err := w.try(home, "aws_lb_target_group", map[string]any{"name": "udp", "port": 1, "protocol": "TCP"})
	w.refuses("DuplicateTargetGroupName", err)
	listener := func(protocol string, port int, group string) map[string]any {
		return map[string]any{"loadBalancerArn": balancer.ID, "port": port, "protocol": protocol, "arn": Unknown,
			"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": group}}}
	}
	made := w.make(home, "aws_lb_listener", listener("UDP", 7882, udp.ID))
	require.Regexp(t, `^arn:aws:elasticloadbalancing:eu-south-1:111122223333:listener/net/media/[0-9a-f]{16}/[0-9a-f]{16}$`, made.ID)
	require.Equal(t, []any{balancer.ID}, w.read(udp).Props["loadBalancerArns"])
	for code, plan := range map[string]map[string]any{
		"DuplicateListener":           listener("TCP", 7882, tcp.ID), // one port, one listener
		"InvalidConfigurationRequest": listener("UDP", 3478, tcp.ID), // UDP does not go to TCP targets
		"TargetGroupNotFound":         listener("TCP", 443, "arn:none"),
		"LoadBalancerNotFound":        with(listener("TCP", 443, tcp.ID), map[string]any{"loadBalancerArn": "arn:none"}),
	} {
		_, err := w.try(home, "aws_lb_listener", plan)
		w.refuses(code, err)
	}
	w.refuses("ResourceInUse", w.tryDelete(udp))
	w.delete(made, udp)
}

func TestAnAccelerator(t *testing.T) {
	w := newWorld(t)
	accelerator := w.make(home, "aws_globalaccelerator_accelerator", map[string]any{"name": "mt", "arn": Unknown, "dnsName": Unknown, "ipSets": Unknown})
	require.Regexp(t, `^arn:aws:globalaccelerator::111122223333:accelerator/[0-9a-f]{8}-`, accelerator.ID)
	require.Len(t, accelerator.Props["ipSets"].([]any)[0].(map[string]any)["ipAddresses"], 2)
	require.Regexp(t, `^a[0-9a-f]{16}\.awsglobalaccelerator\.com$`, accelerator.String("dnsName"))
	ports := func(protocol string, from, to int) map[string]any {
		return map[string]any{"acceleratorArn": accelerator.ID, "protocol": protocol, "portRanges": []any{map[string]any{"fromPort": from, "toPort": to}}, "arn": Unknown}
	}
	listener := w.make(home, "aws_globalaccelerator_listener", ports("TCP", 443, 443))
	w.make(home, "aws_globalaccelerator_listener", ports("UDP", 443, 7882))
	_, err := w.try(home, "aws_globalaccelerator_listener", ports("TCP", 400, 500))
	w.refuses("InvalidPortRangeException", err)
	_, err = w.try(home, "aws_globalaccelerator_listener", with(ports("TCP", 80, 80), map[string]any{"acceleratorArn": "arn:none"}))
	w.refuses("AcceleratorNotFoundException", err)

	kept := w.make(home, "aws_lb", w.balancer("web", home))
	bare := w.make(standby, "aws_lb", with(w.balancer("web", standby), map[string]any{"securityGroups": nil}))
	group := func(region, endpoint string, keep bool) map[string]any {
		return map[string]any{"listenerArn": listener.ID, "endpointGroupRegion": region, "trafficDialPercentage": 100, "arn": Unknown, "healthCheckPort": Unknown,
			"endpointConfigurations": []any{map[string]any{"endpointId": endpoint, "clientIpPreservationEnabled": keep}}}
	}
	made := w.make(home, "aws_globalaccelerator_endpoint_group", group(home, kept.ID, true))
	require.InDelta(t, 443, made.Props["healthCheckPort"], 0)
	for code, plan := range map[string]map[string]any{
		"EndpointGroupAlreadyExistsException": group(home, kept.ID, false),
		"InvalidArgumentException":            group(standby, bare.ID, true), // keeps no address without a security group
		"ListenerNotFoundException":           with(group(standby, bare.ID, false), map[string]any{"listenerArn": "arn:none"}),
	} {
		_, err := w.try(home, "aws_globalaccelerator_endpoint_group", plan)
		w.refuses(code, err)
	}
	_, err = w.try(home, "aws_globalaccelerator_endpoint_group", group(standby, kept.ID, true))
	w.refuses("InvalidArgumentException", err) // it is of another region
	w.make(home, "aws_globalaccelerator_endpoint_group", group(standby, bare.ID, false))
	w.refuses("AssociatedEndpointGroupFoundException", w.tryDelete(listener))
	spare := func(region string) Resource {
		vpc := w.make(region, "aws_vpc", map[string]any{"cidrBlock": "10.90.0.0/16"})
		return w.make(region, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.90.0.0/24"})
	}
	w.refuses("DependencyViolation", w.tryDelete(spare(home)))
	require.NoError(t, w.tryDelete(spare(standby)), "an endpoint that hides players' addresses has no interface there")
	w.refuses("AssociatedListenerFoundException", w.tryDelete(accelerator))

	_, err = w.ask("globalaccelerator", "UpdateEndpointGroup", "us-west-2", "EndpointGroupArn", made.ID, "TrafficDialPercentage", "0")
	require.NoError(t, err)
	require.InDelta(t, 0, w.read(made).Props["trafficDialPercentage"], 0)
	_, err = w.ask("globalaccelerator", "UpdateEndpointGroup", "us-west-2", "EndpointGroupArn", made.ID, "TrafficDialPercentage", 101)
	w.refuses("InvalidArgumentException", err)
	_, err = w.ask("globalaccelerator", "UpdateEndpointGroup", home, "EndpointGroupArn", made.ID)
	require.ErrorContains(t, err, "us-west-2")
}

// recovery is a recovery cluster with a control a region and the rule that at
// most one of them is On.
func (w *world) recovery() (cluster, panel, first, second, rule Resource) {
	w.Helper()
	cluster = w.make(home, "aws_route53recoverycontrolconfig_cluster", map[string]any{"name": "mt", "arn": Unknown, "clusterEndpoints": Unknown})
	panel = w.make(home, "aws_route53recoverycontrolconfig_control_panel", map[string]any{"name": "mt", "clusterArn": cluster.ID, "arn": Unknown, "routingControlCount": Unknown})
	control := func(name string) Resource {
		return w.make(home, "aws_route53recoverycontrolconfig_routing_control", map[string]any{"name": name, "clusterArn": cluster.ID, "controlPanelArn": panel.ID, "arn": Unknown})
	}
	first, second = control(home), control(standby)
	rule = w.make(home, "aws_route53recoverycontrolconfig_safety_rule", map[string]any{"name": "one-stays", "controlPanelArn": panel.ID, "waitPeriodMs": 5000,
		"assertedControls": []any{first.ID, second.ID}, "ruleConfig": map[string]any{"type": "ATLEAST", "threshold": 2, "inverted": true}, "arn": Unknown})
	return cluster, panel, first, second, rule
}

func TestRoutingControlsObeySafetyRules(t *testing.T) {
	w := newWorld(t)
	cluster, panel, first, second, rule := w.recovery()
	require.Len(t, cluster.Props["clusterEndpoints"], 5)
	require.Equal(t, 2, w.read(panel).Props["routingControlCount"])
	set := func(entries string, more ...any) error {
		_, err := w.ask("route53-recovery-cluster", "UpdateRoutingControlStates", "eu-west-1", append([]any{"UpdateRoutingControlStateEntries", entries}, more...)...)
		return err
	}
	entry := func(r Resource, state string) string {
		return `{"RoutingControlArn":"` + r.ID + `","RoutingControlState":"` + state + `"}`
	}
	state := func(r Resource) any {
		out, err := w.ask("route53-recovery-cluster", "GetRoutingControlState", "us-east-1", "RoutingControlArn", r.ID)
		require.NoError(t, err)
		return out["RoutingControlState"]
	}
	require.Equal(t, "Off", state(first), "as it is made")
	w.refuses("ConflictException", set("["+entry(first, "On")+","+entry(second, "On")+"]"))
	require.Equal(t, "Off", state(first), "all of it or nothing")
	require.NoError(t, set("["+entry(first, "On")+"]"))
	require.Equal(t, "On", state(first))
	w.refuses("ConflictException", set("["+entry(first, "Off")+"]")) // within the wait period
	w.now = w.now.Add(6 * time.Second)
	w.refuses("ConflictException", set("["+entry(second, "On")+"]"))
	require.NoError(t, set("["+entry(first, "Off")+","+entry(second, "On")+"]"), "in one step the rule holds")
	require.NoError(t, set("["+entry(first, "On")+"]", "SafetyRulesToOverride", `["`+rule.ID+`"]`), "break the glass")
	require.Equal(t, w.read(first).Props, first.Props, "it is no attribute: moving a switch leaves no drift")
	w.refuses("ValidationException", set("["+entry(first, "Maybe")+"]"))
	w.refuses("ValidationException", set("no JSON"))
	w.refuses("ResourceNotFoundException", set(`[{"RoutingControlArn":"arn:x","RoutingControlState":"On"}]`))
	_, err := w.ask("route53-recovery-cluster", "GetRoutingControlState", home, "RoutingControlArn", first.ID)
	require.ErrorContains(t, err, "no endpoint in eu-south-1")

	for _, r := range []Resource{cluster, panel, first} {
		w.refuses("ConflictException", w.tryDelete(r))
	}
	w.delete(rule, first, second, panel, cluster)
}

func TestGatingAndOtherRules(t *testing.T) {
	for name, c := range map[string]struct {
		config map[string]any
		on, of int
		holds  bool
	}{
		"And": {map[string]any{"type": "AND"}, 2, 2, true}, "AndNot": {map[string]any{"type": "AND"}, 1, 2, false},
		"Or": {map[string]any{"type": "OR"}, 1, 2, true}, "OrNot": {map[string]any{"type": "OR"}, 0, 2, false},
		"AtLeast": {map[string]any{"type": "ATLEAST", "threshold": 1.0}, 1, 2, true}, "Inverted": {map[string]any{"type": "OR", "inverted": true}, 1, 2, false},
	} {
		require.Equal(t, c.holds, satisfied(Resource{Props: map[string]any{"ruleConfig": c.config}}, c.on, c.of), name)
	}
	w := newWorld(t)
	_, panel, gate, target, rule := w.recovery()
	w.delete(rule)
	w.make(home, "aws_route53recoverycontrolconfig_safety_rule", map[string]any{"name": "gate", "controlPanelArn": panel.ID, "waitPeriodMs": 0,
		"gatingControls": []any{gate.ID}, "targetControls": []any{target.ID}, "ruleConfig": map[string]any{"type": "OR"}, "arn": Unknown})
	set := func(r Resource) error {
		_, err := w.ask("route53-recovery-cluster", "UpdateRoutingControlStates", "us-west-2", "UpdateRoutingControlStateEntries",
			[]any{map[string]any{"RoutingControlArn": r.ID, "RoutingControlState": "On"}})
		return err
	}
	w.refuses("ConflictException", set(target))
	require.NoError(t, set(gate))
	require.NoError(t, set(target))
	_, err := w.try(home, "aws_route53recoverycontrolconfig_safety_rule", map[string]any{"name": "both", "controlPanelArn": panel.ID,
		"gatingControls": []any{gate.ID}, "assertedControls": []any{gate.ID}, "ruleConfig": map[string]any{"type": "OR"}})
	w.refuses("ValidationException", err)
}
