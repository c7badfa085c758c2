package cloud

import (
	"slices"
	"strings"
)

// setChange is one change of a batch: a record set as Route 53's API takes it.
type setChange struct {
	Action            string
	ResourceRecordSet struct {
		Name, Type, SetIdentifier, HealthCheckId string
		Weight, TTL                              *number
		ResourceRecords                          []struct{ Value string }
		AliasTarget                              *struct {
			HostedZoneId, DNSName string
			EvaluateTargetHealth  flag
		}
	}
}

// number is a number, or the word for one, as forms have it.
type number float64

// UnmarshalJSON takes 5 and "5".
func (n *number) UnmarshalJSON(data []byte) error {
	return unword(data, (*float64)(n))
}

// flag is true or false, or the word for one.
type flag bool

// UnmarshalJSON takes true and "true".
func (f *flag) UnmarshalJSON(data []byte) error {
	return unword(data, (*bool)(f))
}

// changeRecordSets is route53 ChangeResourceRecordSets, for the weights of records
// that there are: UPSERT of weighted sets. All of a batch is done or nothing.
func (c *Cloud) changeRecordSets(call Call) (any, error) {
	zone, err := c.hostedZone(call)
	if err != nil {
		return nil, err
	}
	var asked struct {
		Comment string
		Changes []setChange
	}
	if err := call.decode("ChangeBatch", &asked); err != nil {
		return nil, err
	}
	if len(asked.Changes) == 0 {
		return nil, dnsRefuses("InvalidInput", "Invalid request: Missing field 'Changes' in ChangeBatch")
	}
	var b batch
	for _, change := range asked.Changes {
		r, err := c.upsert(zone, change)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(b.put, func(o Resource) bool { return o.ID == r.ID }) {
			return nil, dnsRefuses("InvalidChangeBatch", "[The request contains an invalid set of changes for a resource record set '%s %s.']", r.String("type"), r.String("fqdn"))
		}
		b.put = append(b.put, r)
	}
	if err := c.commit(b); err != nil {
		return nil, err
	}
	now := c.options.Now().UTC()
	return map[string]any{"ChangeInfo": map[string]any{"Id": "/change/C" + strings.ToUpper(hexID(20, zone.ID, now)),
		"Status": "PENDING", "SubmittedAt": now, "Comment": asked.Comment}}, nil
}

// upsert is the record that one change makes. UPSERT replaces the whole record
// set: what is not said is gone.
func (c *Cloud) upsert(zone Resource, change setChange) (Resource, error) {
	set := change.ResourceRecordSet
	apex := strings.TrimSuffix(zone.String("name"), ".")
	name := strings.ToLower(strings.TrimSuffix(set.Name, "."))
	said := "Change with [Action=" + change.Action + ", Name=" + name + "., Type=" + set.Type + ", SetIdentifier=" + set.SetIdentifier + "]"
	var none Resource
	switch {
	case change.Action != "UPSERT":
		return none, dnsRefuses("InvalidInput", "Invalid request: the sandbox knows the action UPSERT alone, got %s", said)
	case set.Weight == nil:
		return none, dnsRefuses("InvalidInput", "Invalid request: the sandbox changes weighted record sets alone; missing field 'Weight' in %s", said)
	case set.SetIdentifier == "":
		return none, dnsRefuses("InvalidInput", "Invalid request: Missing field 'SetIdentifier' in %s", said)
	case *set.Weight < 0 || *set.Weight > 255 || *set.Weight != number(int(*set.Weight)):
		return none, dnsRefuses("InvalidInput", "Invalid request: Value %v of 'Weight' must be a whole number from 0 to 255 in %s", *set.Weight, said)
	case (set.AliasTarget == nil) == (set.TTL == nil && len(set.ResourceRecords) == 0), set.AliasTarget == nil && (set.TTL == nil || len(set.ResourceRecords) == 0):
		return none, dnsRefuses("InvalidInput", "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId] in %s", said)
	case name != apex && !strings.HasSuffix(name, "."+apex):
		return none, dnsRefuses("InvalidChangeBatch", "[RRSet with DNS name %s. is not permitted in zone %s.]", name, apex)
	}
	r, err := c.recordLike(zone, name, set.Type, set.SetIdentifier)
	if err != nil {
		return none, err
	}
	r.Props["weightedRoutingPolicy"] = map[string]any{"weight": float64(*set.Weight)}
	replace(r.Props, "healthCheckId", set.HealthCheckId, set.HealthCheckId == "")
	if a := set.AliasTarget; a != nil {
		delete(r.Props, "ttl")
		delete(r.Props, "records")
		r.Props["alias"] = map[string]any{"name": aliasName(r, a.DNSName), "zoneId": a.HostedZoneId, "evaluateTargetHealth": bool(a.EvaluateTargetHealth)}
	} else {
		delete(r.Props, "alias")
		var values []string
		for _, v := range set.ResourceRecords {
			values = append(values, v.Value)
		}
		r.Props["ttl"] = float64(*set.TTL)
		if !slices.Equal(slices.Sorted(slices.Values(names(r.Props["records"]))), slices.Sorted(slices.Values(values))) {
			r.Props["records"] = sorted(values)
		}
	}
	if err := c.referencesExist(r); err != nil {
		return none, err
	}
	return r, c.recordFits(r)
}

// recordLike is the zone's record of that name, type and identifier, or a new one.
func (c *Cloud) recordLike(zone Resource, name, kind, set string) (Resource, error) {
	found, err := c.find("aws_route53_record", func(r Resource) bool {
		return r.Account == zone.Account && r.String("zoneId") == zone.ID && r.String("fqdn") == name && r.String("type") == kind && r.String("setIdentifier") == set
	})
	if err != nil || len(found) > 0 {
		return append(found, Resource{})[0], err
	}
	r := Resource{Account: zone.Account, Region: zone.Region, Type: "aws_route53_record", Created: c.options.Now().UTC(),
		Props: map[string]any{"zoneId": zone.ID, "name": name, "fqdn": name, "type": kind, "setIdentifier": set}}
	r.ID = recordID(&r)
	return r, nil
}

// aliasName keeps the recorded way of writing a name that is still the same.
func aliasName(r Resource, name string) string {
	plain := func(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }
	if have, _ := object(r.Props["alias"])["name"].(string); plain(have) == plain(name) {
		return have
	}
	return plain(name)
}

// replace sets an attribute; an empty value is written only over one.
func replace(props map[string]any, name string, v any, empty bool) {
	if _, there := props[name]; there || !empty {
		props[name] = v
	}
}
