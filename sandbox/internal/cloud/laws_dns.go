package cloud

import (
	"slices"
	"strings"
)

func dnsRefuses(code, format string, args ...any) error {
	return refuse("Route 53", "ChangeResourceRecordSets", code, format, args...)
}

// fullName is a record's name as the provider completes it: what does not end
// like the zone is taken to lie in it.
func fullName(name, zone string) string {
	name, zone = strings.TrimSuffix(strings.ToLower(name), "."), strings.TrimSuffix(zone, ".")
	switch {
	case strings.HasSuffix(name, zone):
		return name
	case name == "":
		return zone
	}
	return name + "." + zone
}

// policyOf is a record's routing policy, "" for a simple one.
func policyOf(r Resource) string {
	for _, name := range []string{"cidr", "failover", "geolocation", "geoproximity", "latency", "weighted"} {
		if v, _ := r.Props[name+"RoutingPolicy"].(map[string]any); len(v) > 0 {
			return name
		}
	}
	if multi, _ := r.Props["multivalueAnswerRoutingPolicy"].(bool); multi {
		return "multivalue"
	}
	return ""
}

// recordMayStart: a record set that is there already is overwritten only on
// request.
func (c *Cloud) recordMayStart(r Resource) error {
	_, err := c.get(r.Account, r.Region, r.Type, r.ID)
	if overwrite, _ := r.Props["allowOverwrite"].(bool); err == nil && !overwrite {
		return dnsRefuses("InvalidChangeBatch", "[Tried to create resource record set [name='%s.', type='%s', set-identifier='%s'] but it already exists]",
			r.String("fqdn"), r.String("type"), r.String("setIdentifier"))
	}
	if err := notMissing(err); err != nil {
		return err
	}
	return c.recordFits(r)
}

// recordFits holds the rules of a zone for one record set.
func (c *Cloud) recordFits(r Resource) error {
	zone, err := c.get(r.Account, r.Region, "aws_route53_zone", r.String("zoneId"))
	if err != nil {
		return notMissing(err)
	}
	apex := strings.TrimSuffix(zone.String("name"), ".")
	name, kind := fullName(r.String("name"), apex), r.String("type")
	alias, _ := r.Props["alias"].(map[string]any)
	ttl, _ := r.Props["ttl"].(float64)
	switch {
	case name != apex && !strings.HasSuffix(name, "."+apex):
		return dnsRefuses("InvalidChangeBatch", "[RRSet with DNS name %s. is not permitted in zone %s.]", name, apex)
	case kind == "CNAME" && name == apex:
		return dnsRefuses("InvalidChangeBatch", "[RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.]", name, apex)
	case len(alias) > 0 && ttl != 0:
		return dnsRefuses("InvalidInput", "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], "+
			"but found more than one in Change with [Action=CREATE, Name=%s., Type=%s, SetIdentifier=%s]", name, kind, r.String("setIdentifier"))
	case policyOf(r) != "" && r.String("setIdentifier") == "":
		return dnsRefuses("InvalidInput", "Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, Name=%s., Type=%s]", name, kind)
	}
	if err := c.agrees(r, name); err != nil {
		return err
	}
	return c.aliasFits(r, alias)
}

// agrees: record sets of one name and type share a routing policy, and a CNAME
// shares its name with no other type.
func (c *Cloud) agrees(r Resource, name string) error {
	others, err := c.find(r.Type, func(o Resource) bool {
		return o.Account == r.Account && o.String("zoneId") == r.String("zoneId") && o.String("fqdn") == name && o.ID != r.ID
	})
	if err != nil {
		return err
	}
	kind, set := r.String("type"), r.String("setIdentifier")
	for _, o := range others {
		switch same := o.String("type") == kind; {
		case !same && (kind == "CNAME" || o.String("type") == "CNAME"):
			return dnsRefuses("InvalidChangeBatch", "[RRSet of type %s with DNS name %s. is not permitted because a conflicting RRSet of type %s with the same DNS name already exists.]", kind, name, o.String("type"))
		case same && policyOf(o) != policyOf(r):
			return dnsRefuses("InvalidChangeBatch", "[RRSet with DNS name %s., type %s, SetIdentifier %s cannot be created as other RRSets exist with the same name and type.]", name, kind, set)
		}
	}
	return nil
}

// aliasFits: an alias names a record of a zone that has it, or a load balancer
// with that load balancer's own zone.
func (c *Cloud) aliasFits(r Resource, alias map[string]any) error {
	if len(alias) == 0 {
		return nil
	}
	target, _ := alias["name"].(string)
	target = strings.TrimSuffix(strings.ToLower(target), ".")
	zone, _ := alias["zoneId"].(string)
	balancers, err := c.find("aws_lb", func(o Resource) bool { return o.String("dnsName") == target })
	if err != nil {
		return err
	}
	if len(balancers) > 0 && balancers[0].String("zoneId") != zone {
		return dnsRefuses("InvalidChangeBatch", "[Tried to create an alias that targets %s., type %s in zone %s, but the alias target name does not lie within the target zone]", target, r.String("type"), zone)
	}
	if _, err := c.get(r.Account, r.Region, "aws_route53_zone", zone); err != nil {
		return notMissing(err)
	}
	found, err := c.find(r.Type, func(o Resource) bool {
		return o.String("zoneId") == zone && o.String("fqdn") == target && o.String("type") == r.String("type")
	})
	if err == nil && len(found) == 0 {
		return dnsRefuses("InvalidChangeBatch", "[Tried to create an alias that targets %s., type %s in zone %s, but that target was not found]", target, r.String("type"), zone)
	}
	return err
}

// zoneMayGo: only with nothing in it but its own NS and SOA.
func (c *Cloud) zoneMayGo(r Resource) error {
	records, err := c.find("aws_route53_record", func(o Resource) bool { return o.String("zoneId") == r.ID })
	if force, _ := r.Props["forceDestroy"].(bool); err != nil || force || len(records) == 0 {
		return err
	}
	return refuse("Route 53", "DeleteHostedZone", "HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets and so cannot be deleted. (%s)", records[0].ID)
}

// emptyZone: what forceDestroy takes with the zone.
func (c *Cloud) emptyZone(r Resource, b *batch) error {
	records, err := c.find("aws_route53_record", func(o Resource) bool { return o.String("zoneId") == r.ID })
	b.remove = append(b.remove, records...)
	return err
}

// healthCheckFits: a calculated check needs a threshold that the provider sends,
// and 0 it does not send (hashicorp/terraform-provider-aws, issues 20620, 39428
// and 44004).
func healthCheckFits(c *Cloud, r Resource) error {
	children := names(r.Props["childHealthchecks"])
	threshold, _ := r.Props["childHealthThreshold"].(float64)
	invalid := func(format string, args ...any) error {
		return refuse("Route 53", "CreateHealthCheck", "InvalidInput", "Invalid parameter : "+format, args...)
	}
	switch kind := r.String("type"); {
	case kind == "CALCULATED" && threshold == 0:
		return invalid("Calculated health checks must have a health threshold specified.")
	case kind == "CALCULATED" && len(children) > 256:
		return invalid("A calculated health check monitors at most 256 others, got %d.", len(children))
	case kind == "RECOVERY_CONTROL" && r.String("routingControlArn") == "":
		return invalid("A recovery control health check needs a routing control.")
	case slices.Contains([]string{"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"}, kind) && r.String("fqdn") == "" && r.String("ipAddress") == "":
		return invalid("Endpoint health checks need an IP address or a domain name.")
	}
	for _, id := range children { // AWS: "Monitoring other health checks"
		child, err := c.get(r.Account, r.Region, r.Type, id)
		if err != nil {
			return notMissing(err) // see references
		}
		if child.String("type") == "CALCULATED" {
			return invalid("A calculated health check cannot monitor another one, %s.", id)
		}
	}
	return nil
}
