package cloud

import (
	"slices"
	"strings"
)

// rdsHost is the host name of something of RDS. The twelve characters are the
// same for one account in one region.
func rdsHost(r Resource, name, kind string) string {
	return name + "." + kind + hexID(12, "rds", r.Account, r.Region) + "." + r.Region + ".rds.amazonaws.com"
}

func decideGlobalCluster(_ *Cloud, r Resource, _, out map[string]any) error {
	out["engineVersionActual"] = r.String("engineVersion")
	out["globalClusterResourceId"] = "cluster-" + hexID(16, r.Account, r.ID, r.Created)
	out["endpoint"] = r.ID + ".global-" + hexID(12, r.Account) + ".global.rds.amazonaws.com"
	out["engineLifecycleSupport"] = "open-source-rds-extended-support"
	return nil
}

func decideDatabase(c *Cloud, r Resource, _, out map[string]any) error {
	zones, err := c.zonesOf(r, "aws_db_subnet_group", r.String("dbSubnetGroupName"))
	if err != nil {
		return err
	}
	out["availabilityZones"] = zones
	out["endpoint"], out["readerEndpoint"] = rdsHost(r, r.ID, "cluster-"), rdsHost(r, r.ID, "cluster-ro-")
	out["hostedZoneId"] = "Z" + strings.ToUpper(hexID(13, "rds", r.Region))
	out["clusterResourceId"] = "cluster-" + strings.ToUpper(hexID(26, r.Account, r.Region, r.ID, r.Created))
	out["port"] = 5432
	version := r.String("engineVersion")
	if g, err := c.get(r.Account, r.Region, "aws_rds_global_cluster", r.String("globalClusterIdentifier")); err == nil {
		version, _ = first(version, g.String("engineVersion")).(string)
		out["engineVersion"] = version
		if len(g.members()) == 0 { // the first one's; a copy has its source's, see viewCluster
			out["databaseName"] = g.String("databaseName")
		}
	}
	out["engineVersionActual"] = version
	out["dbClusterParameterGroupName"] = "default." + r.String("engine") + major(version)
	out["preferredBackupWindow"], out["preferredMaintenanceWindow"] = "03:00-03:30", "sun:05:00-sun:06:00"
	out["networkType"], out["clusterScalabilityType"], out["databaseInsightsMode"] = "IPV4", "standard", "standard"
	out["caCertificateIdentifier"], out["engineLifecycleSupport"] = "rds-ca-rsa2048-g1", "open-source-rds-extended-support"
	if encrypted, _ := r.Props["storageEncrypted"].(bool); encrypted {
		out["kmsKeyId"] = defaultKey(r, "rds")
	}
	return nil
}

// defaultKey is the key that AWS keeps for a service in an account and region.
func defaultKey(r Resource, service string) string {
	return "arn:" + partition(r.Region) + ":kms:" + r.Region + ":" + r.Account + ":key/" + uuid("aws/"+service, r.Account, r.Region)
}

func uuid(parts ...any) string {
	h := hexID(32, parts...)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

func decideInstance(c *Cloud, r Resource, old, out map[string]any) error {
	out["endpoint"], out["port"] = rdsHost(r, r.ID, ""), 5432
	out["dbiResourceId"] = "db-" + strings.ToUpper(hexID(26, r.Account, r.Region, r.ID, r.Created))
	out["caCertIdentifier"], out["networkType"] = "rds-ca-rsa2048-g1", "IPV4"
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil {
		return notMissing(err) // the laws say so in AWS's words
	}
	version := cluster.String("engineVersion")
	out["engineVersion"], out["engineVersionActual"] = version, version
	out["dbSubnetGroupName"], out["dbParameterGroupName"] = cluster.String("dbSubnetGroupName"), "default."+cluster.String("engine")+major(version)
	out["storageEncrypted"], out["kmsKeyId"] = cluster.Props["storageEncrypted"], cluster.String("kmsKeyId")
	out["preferredBackupWindow"], out["preferredMaintenanceWindow"] = cluster.String("preferredBackupWindow"), "sun:06:00-sun:06:30"
	if on, _ := r.Props["performanceInsightsEnabled"].(bool); on {
		out["performanceInsightsKmsKeyId"], out["performanceInsightsRetentionPeriod"] = defaultKey(r, "rds"), 7
	}
	if old != nil {
		return nil
	}
	zones, err := c.zonesOf(r, "aws_db_subnet_group", cluster.String("dbSubnetGroupName"))
	if err != nil || len(zones) == 0 {
		return err
	}
	siblings, err := c.instancesOf(cluster)
	out["availabilityZone"] = zones[len(siblings)%len(zones)]
	return err
}

func notMissing(err error) error {
	if IsNotFound(err) {
		return nil
	}
	return err
}

func decideCustomEndpoint(_ *Cloud, r Resource, _, out map[string]any) error {
	out["endpoint"] = rdsHost(r, r.ID, "cluster-custom-")
	return nil
}

// decideSubnetGroup is for RDS and ElastiCache.
func decideSubnetGroup(c *Cloud, r Resource, _, out map[string]any) error {
	out["supportedNetworkTypes"] = []any{"IPV4"}
	for _, id := range names(r.Props["subnetIds"]) {
		if subnet, err := c.get(r.Account, r.Region, "aws_subnet", id); err == nil {
			out["vpcId"] = subnet.String("vpcId")
		}
	}
	return nil
}

func decideProxy(_ *Cloud, r Resource, _, out map[string]any) error {
	out["endpoint"] = rdsHost(r, r.ID, "proxy-")
	out["idleClientTimeout"] = 1800
	return nil
}

func decideProxyTargetGroup(_ *Cloud, r Resource, _, out map[string]any) error {
	out["name"] = "default"
	out["connectionPoolConfig"] = whereOpen(r.Props["connectionPoolConfig"], map[string]any{
		"connectionBorrowTimeout": 120, "maxConnectionsPercent": 100, "maxIdleConnectionsPercent": 50,
	})
	return nil
}

// whereOpen is the defaults of the fields that the plan of an object left open.
func whereOpen(planned any, defaults map[string]any) map[string]any {
	have, _ := planned.(map[string]any)
	out := map[string]any{}
	for k, v := range defaults {
		if now := have[k]; now == nil || now == "" || now == 0 || now == 0.0 {
			out[k] = v
		}
	}
	return out
}

func decideProxyTarget(_ *Cloud, r Resource, _, out map[string]any) error {
	out["type"], out["rdsResourceId"] = "TRACKED_CLUSTER", r.String("dbClusterIdentifier")
	out["port"], out["endpoint"], out["targetArn"], out["trackedClusterId"] = 5432, "", "", ""
	return nil
}

// zonesOf is the availability zones of a subnet group's subnets, sorted.
func (c *Cloud) zonesOf(r Resource, groupType, group string) ([]any, error) {
	g, err := c.get(r.Account, r.Region, groupType, group)
	if err != nil {
		return nil, notMissing(err)
	}
	var zones []string
	for _, id := range names(g.Props["subnetIds"]) {
		subnet, err := c.get(r.Account, r.Region, "aws_subnet", id)
		if err != nil {
			if IsNotFound(err) {
				continue
			}
			return nil, err
		}
		zones = append(zones, subnet.String("availabilityZone"))
	}
	slices.Sort(zones)
	out := []any{}
	for _, z := range slices.Compact(zones) {
		out = append(out, z)
	}
	return out, nil
}

// instancesOf is a cluster's instances, by identifier.
func (c *Cloud) instancesOf(cluster Resource) ([]Resource, error) {
	return c.find("aws_rds_cluster_instance", func(i Resource) bool {
		return i.Account == cluster.Account && i.Region == cluster.Region && i.String("clusterIdentifier") == cluster.ID
	})
}

// major is an engine version's first number: "17" of "17.7".
func major(version string) string {
	m, _, _ := strings.Cut(version, ".")
	return m
}
