package cloud

import (
	"slices"
	"strings"
)

// describeClusters is rds DescribeDBClusters, of the call's region. A cluster is
// named by its identifier or its ARN.
func (c *Cloud) describeClusters(call Call) (any, error) {
	want := call.String("DBClusterIdentifier")
	found, err := c.find("aws_rds_cluster", func(r Resource) bool {
		return r.Account == call.Account && r.Region == call.Region && (want == "" || strings.EqualFold(r.ID, want) || arnOf(r) == want)
	})
	if err != nil {
		return nil, err
	}
	if want != "" && len(found) == 0 {
		return nil, refuse("RDS", call.Operation, "DBClusterNotFoundFault", "DBCluster %s not found.", want)
	}
	list := []any{}
	for _, r := range found {
		described, err := c.describeCluster(r)
		if err != nil {
			return nil, err
		}
		list = append(list, described)
	}
	return map[string]any{"DBClusters": list}, nil
}

// describeCluster is a database cluster as AWS's API gives it.
func (c *Cloud) describeCluster(r Resource) (map[string]any, error) {
	r, err := c.present(r)
	if err != nil {
		return nil, err
	}
	instances, err := c.instancesOf(r)
	if err != nil {
		return nil, err
	}
	g, me, err := c.globalOf(r)
	if err != nil {
		return nil, err
	}
	writes := me == nil || me.Writer
	members := []any{}
	for _, i := range instances {
		tier, _ := i.Props["promotionTier"].(float64)
		members = append(members, map[string]any{"DBInstanceIdentifier": i.ID, "IsClusterWriter": writes && i.ID == r.Lead, "PromotionTier": int(tier)})
	}
	groups := []any{}
	for _, id := range names(r.Props["vpcSecurityGroupIds"]) {
		groups = append(groups, map[string]any{"VpcSecurityGroupId": id, "Status": "active"})
	}
	out := map[string]any{
		"DBClusterIdentifier": r.ID, "DBClusterArn": arnOf(r), "DbClusterResourceId": r.String("clusterResourceId"), "Status": clusterStatus(r, g, me),
		"Engine": r.String("engine"), "EngineVersion": r.String("engineVersion"), "EngineMode": "provisioned", "Port": r.Props["port"],
		"Endpoint": r.String("endpoint"), "ReaderEndpoint": r.String("readerEndpoint"), "DatabaseName": r.String("databaseName"),
		"MasterUsername": r.String("masterUsername"), "DeletionProtection": r.Props["deletionProtection"], "StorageEncrypted": r.Props["storageEncrypted"],
		"KmsKeyId": r.String("kmsKeyId"), "DBSubnetGroup": r.String("dbSubnetGroupName"), "HttpEndpointEnabled": r.Props["enableHttpEndpoint"] == true,
		"GlobalClusterIdentifier": r.String("globalClusterIdentifier"), "ReplicationSourceIdentifier": r.Props["replicationSourceIdentifier"],
		"DBClusterMembers": members, "VpcSecurityGroups": groups, "ClusterCreateTime": r.Created,
	}
	return out, nil
}

// clusterStatus is "available", but for the two whose roles are being changed.
func clusterStatus(r, g Resource, me *Member) string {
	if me != nil && g.Global.Turn != nil && slices.Contains([]string{g.Global.Turn.From, g.Global.Turn.To}, arnOf(r)) {
		return g.Global.Turn.Status
	}
	return "available"
}
