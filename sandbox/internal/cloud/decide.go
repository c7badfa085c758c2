package cloud

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// decide returns what AWS decides about r beyond what was asked: its ARN, and
// whatever its type's row below adds. old is nil for a new resource.
func (c *Cloud) decide(r Resource, old map[string]any) (map[string]any, error) {
	out := map[string]any{}
	if _, has := r.Props["arn"]; !has {
		if known, ok := identities[r.Type]; ok && known.arn != "" {
			out["arn"] = arnOf(r)
		}
	}
	out["ownerId"] = r.Account
	if f, ok := deciders[r.Type]; ok {
		if err := f(c, r, old, out); err != nil {
			return nil, err
		}
	}
	return c.only(r.Type, out)
}

// only keeps the attributes that the type really has.
func (c *Cloud) only(tfType string, m map[string]any) (map[string]any, error) {
	schema, err := c.options.Schema()
	if err != nil {
		return nil, err
	}
	shape, err := schema.Resource(tfType)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for k, v := range m {
		if _, ok := shape.Outputs[k]; ok {
			out[k] = v
		}
	}
	return out, nil
}

func unique(r Resource) string { return strings.ToUpper(hexID(17, r.Account, r.ID, r.Created)) }

func decideVPC(_ *Cloud, r Resource, _, out map[string]any) error {
	out["defaultSecurityGroupId"] = defaultGroup(r.ID)
	out["defaultNetworkAclId"] = "acl-" + hexID(17, "default", r.ID)
	out["defaultRouteTableId"] = "rtb-" + hexID(17, "default", r.ID)
	out["mainRouteTableId"] = out["defaultRouteTableId"]
	out["dhcpOptionsId"] = "dopt-" + hexID(17, r.Account, r.Region)
	return nil
}

func decideSubnet(_ *Cloud, r Resource, _, out map[string]any) error {
	if zone := r.String("availabilityZone"); zone != "" {
		out["availabilityZoneId"] = zoneID(zone)
	}
	return nil
}

// zoneID is AWS's account-independent form: "eu-south-1a" is "eus1-az1" there.
func zoneID(zone string) string {
	parts := strings.Split(zone[:len(zone)-1], "-")
	if len(parts) != 3 {
		return zone
	}
	short := strings.NewReplacer("north", "n", "south", "s", "east", "e", "west", "w", "central", "c").Replace(parts[1])
	return parts[0] + short + parts[2] + "-az" + string(rune('1'+zone[len(zone)-1]-'a'))
}

// publicIP is an address of the range that RFC 2544 sets aside for benchmarks,
// so that no simulated address is ever somebody's.
func publicIP(id string) string {
	n, _ := strconv.ParseUint(hexID(4, id), 16, 16) // four hex digits always parse
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)}).String()
}

func decideEIP(_ *Cloud, r Resource, _, out map[string]any) error {
	ip := publicIP(r.ID)
	out["allocationId"], out["publicIp"] = r.ID, ip
	out["publicDns"] = "ec2-" + strings.ReplaceAll(ip, ".", "-") + "." + r.Region + ".compute.amazonaws.com"
	out["publicIpv4Pool"], out["networkBorderGroup"] = "amazon", r.Region
	return nil
}

func decideNAT(c *Cloud, r Resource, _, out map[string]any) error {
	out["publicIp"] = publicIP(r.String("allocationId"))
	out["networkInterfaceId"] = "eni-" + hexID(17, r.ID)
	out["associationId"] = "eipassoc-" + hexID(17, r.ID)
	if subnet, err := c.get(r.Account, r.Region, "aws_subnet", r.String("subnetId")); err == nil {
		if block, err := netip.ParsePrefix(subnet.String("cidrBlock")); err == nil {
			out["privateIp"] = block.Addr().Next().Next().Next().Next().String() // the first four are AWS's own
		}
	}
	return nil
}

func decideEndpoint(_ *Cloud, r Resource, _, out map[string]any) error {
	out["state"] = "available"
	if r.String("vpcEndpointType") == "Interface" {
		_, short, _ := strings.Cut(r.String("serviceName"), r.Region+".")
		out["dnsEntries"] = []any{map[string]any{
			"dnsName": r.ID + "-" + hexID(8, r.ID) + "." + short + "." + r.Region + ".vpce.amazonaws.com", "hostedZoneId": "Z" + strings.ToUpper(hexID(13, r.Region)),
		}}
		return nil
	}
	out["prefixListId"] = "pl-" + hexID(8, r.Region, r.String("serviceName"))
	return nil
}

// decideLaunchTemplate: every change is a new version; the default one moves
// only when the caller says so.
func decideLaunchTemplate(_ *Cloud, r Resource, old, out map[string]any) error {
	latest := 1.0
	if old != nil {
		before, _ := old["latestVersion"].(float64)
		latest = before + 1
	}
	out["latestVersion"] = latest
	if follow, _ := r.Props["updateDefaultVersion"].(bool); follow || old == nil {
		out["defaultVersion"] = latest
	}
	return nil
}

func decideKey(_ *Cloud, r Resource, _, out map[string]any) error {
	out["keyId"] = r.ID
	if on, _ := r.Props["enableKeyRotation"].(bool); on && r.Props["rotationPeriodInDays"] == nil {
		out["rotationPeriodInDays"] = 365.0
	}
	return nil
}

func decideAlias(_ *Cloud, r Resource, _, out map[string]any) error {
	key := r.String("targetKeyId")
	if i := strings.LastIndex(key, "/"); i >= 0 {
		key = key[i+1:]
	}
	out["targetKeyArn"] = "arn:" + partition(r.Region) + ":kms:" + r.Region + ":" + r.Account + ":key/" + key
	return nil
}

func decideBucket(_ *Cloud, r Resource, _, out map[string]any) error {
	out["bucketDomainName"] = r.ID + ".s3.amazonaws.com"
	out["bucketRegionalDomainName"] = r.ID + ".s3." + r.Region + ".amazonaws.com"
	out["region"], out["requestPayer"] = r.Region, "BucketOwner"
	out["hostedZoneId"] = "Z" + strings.ToUpper(hexID(13, r.Region))
	return nil
}

func decideRole(_ *Cloud, r Resource, _, out map[string]any) error {
	out["uniqueId"] = "AROA" + unique(r)
	out["createDate"] = r.Created.Format(time.RFC3339)
	return nil
}

func decideTimes(_ *Cloud, r Resource, _, out map[string]any) error {
	out["createdAt"], out["modifiedAt"], out["associatedAt"] = stamp(r), stamp(r), stamp(r)
	return nil
}

func stamp(r Resource) string { return r.Created.Format(time.RFC3339) }

func decideRule(_ *Cloud, r Resource, _, out map[string]any) error {
	out["securityGroupRuleId"] = r.ID
	return nil
}
