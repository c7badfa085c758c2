package cloud

import "strings"

// after the colon: "net/web/0123" of a load balancer's ARN.
func arnSuffix(arn, kind string) string {
	_, suffix, _ := strings.Cut(arn, ":"+kind)
	return suffix
}

func decideBalancer(c *Cloud, r Resource, _, out map[string]any) error {
	suffix := arnSuffix(r.ID, "loadbalancer/")
	out["arnSuffix"] = suffix
	out["dnsName"] = strings.ToLower(r.String("name")) + "-" + suffix[strings.LastIndex(suffix, "/")+1:] + ".elb." + r.Region + ".amazonaws.com"
	out["zoneId"] = "Z" + strings.ToUpper(hexID(13, "nlb", r.Region))
	out["ipAddressType"], out["dnsRecordClientRoutingPolicy"] = "ipv4", "any_availability_zone"
	out["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = ""
	if len(names(r.Props["securityGroups"])) > 0 {
		out["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = "on"
	}
	subnets := names(r.Props["subnets"])
	if len(subnets) == 0 {
		subnets = names(r.at("subnetMappings.subnetId"))
	}
	mappings, ids := []any{}, []any{}
	for _, id := range subnets {
		ids = append(ids, id)
		mappings = append(mappings, map[string]any{"subnetId": id, "allocationId": "", "ipv6Address": "", "outpostId": "", "privateIpv4Address": ""})
		if subnet, err := c.get(r.Account, r.Region, "aws_subnet", id); err == nil {
			out["vpcId"] = subnet.String("vpcId")
		} else if !IsNotFound(err) {
			return err
		}
	}
	out["subnets"], out["subnetMappings"] = ids, mappings
	return nil
}

func decideTargetGroup(_ *Cloud, r Resource, _, out map[string]any) error {
	out["arnSuffix"] = "targetgroup/" + arnSuffix(r.ID, "targetgroup/")
	out["ipAddressType"], out["loadBalancingCrossZoneEnabled"] = "ipv4", "use_load_balancer_configuration"
	out["preserveClientIp"] = "false"
	if r.String("targetType") != "ip" || strings.Contains(r.String("protocol"), "UDP") {
		out["preserveClientIp"] = "true"
	}
	out["healthCheck"] = whereOpen(r.Props["healthCheck"], map[string]any{
		"protocol": "TCP", "port": "traffic-port", "interval": 30, "timeout": 10, "healthyThreshold": 5, "unhealthyThreshold": 2,
	})
	return nil
}

// acceleratorZone is the hosted zone of every accelerator's name. AWS: "AWS
// Global Accelerator endpoints and quotas".
const acceleratorZone = "Z2BJ6XQ5FK7U4H"

func decideAccelerator(_ *Cloud, r Resource, _, out map[string]any) error {
	id := hexID(16, r.ID)
	out["dnsName"], out["dualStackDnsName"], out["hostedZoneId"] = "a"+id+".awsglobalaccelerator.com", "", acceleratorZone
	if r.String("ipAddressType") == "DUAL_STACK" {
		out["dualStackDnsName"] = "a" + id + ".dualstack.awsglobalaccelerator.com"
	}
	addresses := []any{publicIP(id + "a"), publicIP(id + "b")}
	out["ipSets"] = []any{map[string]any{"ipFamily": "IPv4", "ipAddresses": addresses}}
	return nil
}

func decideEndpointGroup(c *Cloud, r Resource, _, out map[string]any) error {
	out["endpointGroupRegion"] = r.Region
	if listener, err := c.get(r.Account, r.Region, "aws_globalaccelerator_listener", r.String("listenerArn")); err == nil {
		if ports := ranges(listener); len(ports) > 0 {
			out["healthCheckPort"] = ports[0][0]
		}
	}
	return nil
}
