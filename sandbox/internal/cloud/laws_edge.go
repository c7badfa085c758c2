package cloud

import "slices"

func elbRefuses(operation, code, format string, args ...any) error {
	return refuse("Elastic Load Balancing v2", operation, code, format, args...)
}

func (c *Cloud) balancerMayGo(r Resource) error {
	if protected, _ := r.Props["enableDeletionProtection"].(bool); protected {
		return elbRefuses("DeleteLoadBalancer", "OperationNotPermitted", "Load balancer '%s' cannot be deleted because deletion protection is enabled", r.ID)
	}
	return nil
}

// targetsOf lists, by a network load balancer's listener protocol, the protocols
// of the target groups that it may forward to. AWS: "Listeners for your Network
// Load Balancers".
var targetsOf = map[string][]string{
	"TCP": {"TCP", "TCP_UDP"}, "TLS": {"TCP", "TLS"}, "UDP": {"UDP", "TCP_UDP"}, "TCP_UDP": {"TCP_UDP"},
}

// listenerMayExist: one listener a port, and a target group that it can feed.
func (c *Cloud) listenerMayExist(r Resource) error {
	balancer, port, protocol := r.String("loadBalancerArn"), r.Props["port"], r.String("protocol")
	taken, err := c.find(r.Type, func(o Resource) bool {
		return o.ID != r.ID && o.String("loadBalancerArn") == balancer && o.Props["port"] == port
	})
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		return elbRefuses("CreateListener", "DuplicateListener", "A listener already exists on this port for this load balancer '%s'", balancer)
	}
	allowed, network := targetsOf[protocol]
	if !network {
		return nil
	}
	for _, arn := range names(r.at("defaultActions.targetGroupArn")) {
		group, err := c.get(r.Account, r.Region, "aws_lb_target_group", arn)
		if err != nil {
			return notMissing(err)
		}
		if p := group.String("protocol"); !slices.Contains(allowed, p) {
			return elbRefuses("CreateListener", "InvalidConfigurationRequest", "Listener protocol '%s' is not supported with a target group with the protocol '%s'", protocol, p)
		}
	}
	return nil
}

func acceleratorRefuses(operation, code, format string, args ...any) error {
	return refuse("Global Accelerator", operation, code, format, args...)
}

// portsFit: two listeners of an accelerator with one protocol share no port.
func (c *Cloud) portsFit(r Resource) error {
	others, err := c.find(r.Type, func(o Resource) bool {
		return o.ID != r.ID && o.String("acceleratorArn") == r.String("acceleratorArn") && o.String("protocol") == r.String("protocol")
	})
	if err != nil {
		return err
	}
	for _, o := range others {
		for _, a := range ranges(r) {
			for _, b := range ranges(o) {
				if a[0] <= b[1] && b[0] <= a[1] {
					return acceleratorRefuses("CreateListener", "InvalidPortRangeException", "The port range %v-%v overlaps with that of listener %s", a[0], a[1], o.ID)
				}
			}
		}
	}
	return nil
}

func ranges(r Resource) [][2]float64 {
	var out [][2]float64
	list, _ := r.Props["portRanges"].([]any)
	for _, v := range list {
		m, _ := v.(map[string]any)
		from, _ := m["fromPort"].(float64)
		to, _ := m["toPort"].(float64)
		out = append(out, [2]float64{from, to})
	}
	return out
}

// endpointsFit: one group a region, of load balancers in that region; a client's
// address is kept only by a network load balancer with a security group.
func (c *Cloud) endpointsFit(r Resource) error {
	const op = "CreateEndpointGroup"
	region := r.String("endpointGroupRegion")
	others, err := c.find(r.Type, func(o Resource) bool {
		return o.ID != r.ID && o.String("listenerArn") == r.String("listenerArn") && o.String("endpointGroupRegion") == region
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return acceleratorRefuses(op, "EndpointGroupAlreadyExistsException", "An endpoint group for %s already exists: %s", region, others[0].ID)
	}
	configurations, _ := r.Props["endpointConfigurations"].([]any)
	for _, v := range configurations {
		m, _ := v.(map[string]any)
		id, _ := m["endpointId"].(string)
		if regionOf(id) == "" {
			continue // an Elastic IP address
		}
		balancer, err := c.get(r.Account, region, "aws_lb", id)
		if err != nil {
			if IsNotFound(err) {
				return acceleratorRefuses(op, "InvalidArgumentException", "The endpoint %s does not exist in %s", id, region)
			}
			return err
		}
		keep, _ := m["clientIpPreservationEnabled"].(bool)
		if keep && balancer.String("loadBalancerType") == "network" && len(names(balancer.Props["securityGroups"])) == 0 {
			return acceleratorRefuses(op, "InvalidArgumentException", "Client IP address preservation is not supported for Network Load Balancer %s, which has no security group", id)
		}
	}
	return nil
}

// ruleFits: a safety rule is about controls of its own panel.
func (c *Cloud) ruleFits(r Resource) error {
	const op = "CreateSafetyRule"
	asserted, gating, target := names(r.Props["assertedControls"]), names(r.Props["gatingControls"]), names(r.Props["targetControls"])
	if (len(asserted) == 0) == (len(gating) == 0) || (len(gating) == 0) != (len(target) == 0) {
		return refuse("Route53 Recovery Control Config", op, "ValidationException", "A safety rule has asserted controls, or gating and target controls.")
	}
	for _, arn := range append(append(asserted, gating...), target...) {
		control, err := c.get(r.Account, r.Region, "aws_route53recoverycontrolconfig_routing_control", arn)
		if err != nil {
			return notMissing(err)
		}
		if panel := control.String("controlPanelArn"); panel != r.String("controlPanelArn") {
			return refuse("Route53 Recovery Control Config", op, "ValidationException", "Routing control %s is in control panel %s and not in the rule's", arn, panel)
		}
	}
	return nil
}
