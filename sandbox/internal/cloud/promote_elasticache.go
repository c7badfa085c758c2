package cloud

import "fmt"

// failoverDatastore is elasticache FailoverGlobalReplicationGroup: of its three
// parameters none may be missing.
func (c *Cloud) failoverDatastore(call Call) (any, error) {
	g, err := c.datastore(call)
	if err != nil {
		return nil, err
	}
	region, id := call.String("PrimaryRegion"), call.String("PrimaryReplicationGroupId")
	target := g.Global.in(region)
	switch {
	case g.Global.in(call.Region) == nil:
		return nil, refuse("ElastiCache", call.Operation, "GlobalReplicationGroupNotFoundFault", "Global replication group %s has no member in %s.", g.ID, call.Region)
	case g.Global.Turn != nil || g.Global.writer() == nil:
		return nil, datastoreBusy(call.Operation, g)
	case target == nil || target.ID != id:
		return nil, refuse("ElastiCache", call.Operation, "InvalidParameterValue", "Replication group %s in %s is not a member of global replication group %s.", id, region, g.ID)
	case target.Writer:
		return nil, refuse("ElastiCache", call.Operation, "InvalidParameterValue", "Replication group %s is already the primary of global replication group %s.", id, g.ID)
	}
	if _, err := c.memberOf(g, target); IsNotFound(err) || err == nil && c.resyncs(*target) {
		return nil, refuse("ElastiCache", call.Operation, "InvalidGlobalReplicationGroupState", "Replication group %s is not in available state.", id)
	} else if err != nil {
		return nil, err
	}
	t := Turn{Status: "modifying", From: g.Global.writer().ARN, To: target.ARN, Done: c.after("FailoverGlobalReplicationGroup")}
	if err := c.beginTurn(g, t); err != nil {
		return nil, err
	}
	described, err := c.describeDatastore(g, true)
	return map[string]any{"GlobalReplicationGroup": described}, err
}

func (c *Cloud) datastore(call Call) (Resource, error) {
	id := call.String("GlobalReplicationGroupId")
	g, err := c.get(call.Account, call.Region, "aws_elasticache_global_replication_group", id)
	if IsNotFound(err) {
		return g, refuse("ElastiCache", call.Operation, "GlobalReplicationGroupNotFoundFault", "Global replication group %s not found.", id)
	}
	if g.Global == nil {
		g.Global = &Global{}
	}
	return g, err
}

func (c *Cloud) describeDatastores(call Call) (any, error) {
	id := call.String("GlobalReplicationGroupId")
	if id != "" {
		if _, err := c.datastore(call); err != nil {
			return nil, err
		}
	}
	found, err := c.find("aws_elasticache_global_replication_group", func(r Resource) bool {
		return r.Account == call.Account && (id == "" || r.ID == id)
	})
	list := []any{}
	for _, g := range found {
		described, err := c.describeDatastore(g, call.Bool("ShowMemberInfo"))
		if err != nil {
			return nil, err
		}
		list = append(list, described)
	}
	return map[string]any{"GlobalReplicationGroups": list}, err
}

// describeDatastore is a Global Datastore as AWS's API gives it.
func (c *Cloud) describeDatastore(g Resource, members bool) (map[string]any, error) {
	out := map[string]any{
		"GlobalReplicationGroupId": g.ID, "ARN": arnOf(g), "GlobalReplicationGroupDescription": g.String("globalReplicationGroupDescription"),
		"CacheNodeType": g.String("cacheNodeType"), "Engine": g.String("engine"), "EngineVersion": g.String("engineVersionActual"),
		"ClusterEnabled": g.Props["clusterEnabled"], "AuthTokenEnabled": g.Props["authTokenEnabled"],
		"TransitEncryptionEnabled": g.Props["transitEncryptionEnabled"], "AtRestEncryptionEnabled": g.Props["atRestEncryptionEnabled"],
		"Status": "available",
	}
	switch {
	case g.Global != nil && g.Global.Turn != nil:
		out["Status"] = g.Global.Turn.Status
	case len(g.members()) == 1:
		out["Status"] = "primary-only"
	}
	if !members {
		return out, nil
	}
	list := []any{}
	for _, m := range g.members() {
		role, failover := "SECONDARY", "disabled"
		if m.Writer {
			role = "PRIMARY"
		}
		r, err := c.memberOf(g, &m)
		if err := notMissing(err); err != nil {
			return nil, fmt.Errorf("member %s: %w", m.ID, err)
		}
		if on, _ := r.Props["automaticFailoverEnabled"].(bool); on {
			failover = "enabled"
		}
		list = append(list, map[string]any{
			"ReplicationGroupId": m.ID, "ReplicationGroupRegion": m.Region, "Role": role, "AutomaticFailover": failover, "Status": "associated",
		})
	}
	out["Members"] = list
	return out, nil
}
