package cloud

import (
	"cmp"
	"slices"
	"strings"
)

// hostedZone is the zone that a call names, with or without "/hostedzone/".
func (c *Cloud) hostedZone(call Call) (Resource, error) {
	id := strings.TrimPrefix(call.String("HostedZoneId"), "/hostedzone/")
	zone, err := c.get(call.Account, call.Region, "aws_route53_zone", id)
	if IsNotFound(err) {
		err = refuse("Route 53", call.Operation, "NoSuchHostedZone", "No hosted zone found with ID: %s", id)
	}
	return zone, err
}

// recordSets lists a zone's record sets in Route 53's order: by the labels of the
// name from the right, type and identifier.
func (c *Cloud) recordSets(call Call) (any, error) {
	zone, err := c.hostedZone(call)
	if err != nil {
		return nil, err
	}
	records, err := c.find("aws_route53_record", func(r Resource) bool { return r.Account == zone.Account && r.String("zoneId") == zone.ID })
	if err != nil {
		return nil, err
	}
	sets := zoneOwn(zone)
	for _, r := range records {
		sets = append(sets, recordSet(r))
	}
	slices.SortFunc(sets, func(a, b map[string]any) int { return slices.Compare(setOrder(a), setOrder(b)) })
	limit := 300.0
	if err := call.decode("MaxItems", &limit); err != nil {
		return nil, err
	}
	from := setOrder(map[string]any{"Name": call.String("StartRecordName"), "Type": call.String("StartRecordType"), "SetIdentifier": call.String("StartRecordIdentifier")})
	out := map[string]any{"IsTruncated": false, "MaxItems": int(limit)}
	list := []any{}
	for _, set := range sets {
		if call.String("StartRecordName") != "" && slices.Compare(setOrder(set), from) < 0 {
			continue
		}
		if len(list) == int(limit) {
			out["IsTruncated"] = true
			for field, next := range map[string]string{"Name": "NextRecordName", "Type": "NextRecordType", "SetIdentifier": "NextRecordIdentifier"} {
				if v := set[field]; v != nil {
					out[next] = v
				}
			}
			break
		}
		list = append(list, set)
	}
	out["ResourceRecordSets"] = list
	return out, nil
}

// setOrder is what record sets are ordered by.
func setOrder(set map[string]any) []string {
	name, _ := set["Name"].(string)
	labels := strings.Split(strings.ToLower(strings.TrimSuffix(name, ".")), ".")
	slices.Reverse(labels)
	kind, _ := set["Type"].(string)
	id, _ := set["SetIdentifier"].(string)
	return []string{strings.Join(labels, "\x00"), kind, id}
}

// zoneOwn is the records that every zone has and no program makes.
func zoneOwn(zone Resource) []map[string]any {
	name := strings.TrimSuffix(zone.String("name"), ".") + "."
	servers := []any{}
	for _, s := range names(zone.Props["nameServers"]) {
		servers = append(servers, map[string]any{"Value": s + "."})
	}
	soa := cmp.Or(zone.String("primaryNameServer"), "ns-1.awsdns-01.org") + ". awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
	return []map[string]any{
		{"Name": name, "Type": "NS", "TTL": 172800, "ResourceRecords": servers},
		{"Name": name, "Type": "SOA", "TTL": 900, "ResourceRecords": []any{map[string]any{"Value": soa}}},
	}
}

// recordSet is a record as Route 53's API gives it.
func recordSet(r Resource) map[string]any {
	out := map[string]any{"Name": r.String("fqdn") + ".", "Type": r.String("type")}
	for field, v := range map[string]any{
		"SetIdentifier": r.String("setIdentifier"), "HealthCheckId": r.String("healthCheckId"),
		"Failover": object(r.Props["failoverRoutingPolicy"])["type"], "Region": object(r.Props["latencyRoutingPolicy"])["region"],
		"Weight": object(r.Props["weightedRoutingPolicy"])["weight"],
	} {
		if v != nil && v != "" {
			out[field] = v
		}
	}
	if multi, _ := r.Props["multivalueAnswerRoutingPolicy"].(bool); multi {
		out["MultiValueAnswer"] = true
	}
	if alias := object(r.Props["alias"]); len(alias) > 0 {
		name, _ := alias["name"].(string)
		evaluate, _ := alias["evaluateTargetHealth"].(bool)
		out["AliasTarget"] = map[string]any{"DNSName": strings.TrimSuffix(name, ".") + ".", "HostedZoneId": alias["zoneId"], "EvaluateTargetHealth": evaluate}
		return out
	}
	values := []any{}
	for _, v := range names(r.Props["records"]) {
		values = append(values, map[string]any{"Value": v})
	}
	out["TTL"], out["ResourceRecords"] = r.Props["ttl"], values
	return out
}

// dnsChange is route53 GetChange. The sandbox's records are in force at once.
func (c *Cloud) dnsChange(call Call) (any, error) {
	id := strings.TrimPrefix(call.String("Id"), "/change/")
	if !strings.HasPrefix(id, "C") {
		return nil, refuse("Route 53", call.Operation, "NoSuchChange", "Could not find resource with ID: %s", id)
	}
	return map[string]any{"ChangeInfo": map[string]any{"Id": "/change/" + id, "Status": "INSYNC", "SubmittedAt": c.options.Now().UTC()}}, nil
}
