package cloud

import "strings"

func decideZone(_ *Cloud, r Resource, _, out map[string]any) error {
	out["zoneId"], out["primaryNameServer"] = r.ID, "ns-1.awsdns-01.org"
	out["nameServers"] = []any{"ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk"}
	return nil
}

// decideRecord: the whole name, as the provider completes it.
func decideRecord(c *Cloud, r Resource, _, out map[string]any) error {
	zone, err := c.get(r.Account, r.Region, "aws_route53_zone", r.String("zoneId"))
	if err != nil {
		return notMissing(err)
	}
	out["fqdn"] = fullName(r.String("name"), zone.String("name"))
	return nil
}

// recoveryRegions is where the data plane of routing controls lives: five
// endpoints, of which any answers. AWS: "Amazon ARC endpoints and quotas".
var recoveryRegions = []string{"ap-northeast-1", "ap-southeast-2", "eu-west-1", "us-east-1", "us-west-2"}

func decideRecoveryCluster(c *Cloud, r Resource, old, out map[string]any) error {
	endpoints := []any{}
	for _, region := range recoveryRegions {
		endpoints = append(endpoints, map[string]any{
			"region": region, "endpoint": "https://" + hexID(8, r.ID, region) + ".route53-recovery-cluster." + region + ".amazonaws.com/v1",
		})
	}
	out["clusterEndpoints"] = endpoints
	return decideDeployed(c, r, old, out)
}

func decideDeployed(_ *Cloud, _ Resource, _, out map[string]any) error {
	out["status"], out["defaultControlPanel"] = "DEPLOYED", false
	return nil
}

func decideRoutingControl(c *Cloud, r Resource, old, out map[string]any) error {
	out["controlPanelArn"] = r.ID[:strings.LastIndex(r.ID, "/routingcontrol/")]
	return decideDeployed(c, r, old, out)
}
