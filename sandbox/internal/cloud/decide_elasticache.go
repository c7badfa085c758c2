package cloud

import (
	"fmt"
	"strings"
)

// inherited is what a secondary takes from its Global Datastore's primary.
var inherited = []string{
	"engine", "engineVersion", "engineVersionActual", "nodeType", "numNodeGroups", "clusterMode", "parameterGroupName", "port",
	"atRestEncryptionEnabled", "transitEncryptionEnabled", "transitEncryptionMode", "automaticFailoverEnabled",
}

func decideReplicationGroup(c *Cloud, r Resource, _, out map[string]any) error {
	out["engine"], out["port"], out["networkType"], out["ipDiscovery"] = "redis", 6379, "ipv4", "ipv4"
	out["maintenanceWindow"], out["snapshotWindow"] = "sun:05:00-sun:06:00", "03:00-04:00"
	out["autoMinorVersionUpgrade"], out["atRestEncryptionEnabled"] = "true", "false"
	out["engineVersion"] = r.String("engineVersion")
	if r.String("engineVersion") == "" {
		out["engineVersion"] = "7.1"
	}
	if primary, err := c.primaryOf(r); err != nil {
		return err
	} else if primary != nil {
		for _, name := range inherited {
			if v, ok := primary.Props[name]; ok {
				out[name] = v
			}
		}
	}
	version := fmt.Sprint(out["engineVersion"])
	if strings.Count(version, ".") < 2 {
		version += ".0"
	}
	out["engineVersionActual"] = version
	if tls, _ := r.Props["transitEncryptionEnabled"].(bool); tls {
		out["transitEncryptionMode"] = "required"
	}
	shape(r, out)
	return nil
}

// shape is a group's nodes and where they answer.
func shape(r Resource, out map[string]any) {
	shards, _ := first(r.Props["numNodeGroups"], out["numNodeGroups"]).(float64)
	sharded := clusterMode(r) || out["clusterMode"] == "enabled"
	copies := replicas(r) + 1
	shards = max(1, shards)
	out["numNodeGroups"], out["replicasPerNodeGroup"], out["numCacheClusters"] = shards, copies-1, int(shards)*copies
	out["clusterEnabled"], out["clusterMode"] = sharded, "disabled"
	host := func(kind string) string {
		return kind + "." + r.ID + "." + hexID(6, "cache", r.Account, r.Region) + "." + shortRegion(r.Region) + ".cache.amazonaws.com"
	}
	nodes := []any{}
	for s := range int(shards) {
		for n := range copies {
			if sharded {
				nodes = append(nodes, fmt.Sprintf("%s-%04d-%03d", r.ID, s+1, n+1))
			} else {
				nodes = append(nodes, fmt.Sprintf("%s-%03d", r.ID, n+1))
			}
		}
	}
	out["memberClusters"] = nodes
	out["configurationEndpointAddress"], out["primaryEndpointAddress"], out["readerEndpointAddress"] = "", "", ""
	if sharded {
		out["clusterMode"], out["configurationEndpointAddress"] = "enabled", host("clustercfg")
	} else {
		out["primaryEndpointAddress"], out["readerEndpointAddress"] = host("master"), host("replica")
	}
}

// first is the first value that is set.
func first(values ...any) any {
	for _, v := range values {
		if v != nil && v != "" && v != 0 && v != 0.0 {
			return v
		}
	}
	return nil
}

// shortRegion is ElastiCache's form: "euc1" of "eu-central-1".
func shortRegion(region string) string {
	parts := strings.Split(region, "-")
	if len(parts) != 3 {
		return region
	}
	return parts[0] + parts[1][:1] + parts[2]
}

// primaryOf is the primary of the Global Datastore that r joins; nil for none.
func (c *Cloud) primaryOf(r Resource) (*Resource, error) {
	id := r.String("globalReplicationGroupId")
	if id == "" {
		return nil, nil
	}
	g, err := c.get(r.Account, r.Region, "aws_elasticache_global_replication_group", id)
	if err != nil || g.Global == nil || g.Global.writer() == nil {
		return nil, notMissing(err)
	}
	primary, err := c.memberOf(g, g.Global.writer())
	if err != nil {
		return nil, notMissing(err)
	}
	return &primary, nil
}

func decideDatastore(c *Cloud, r Resource, _, out map[string]any) error {
	out["globalReplicationGroupId"] = r.ID
	primary, err := c.get(r.Account, r.Region, "aws_elasticache_replication_group", r.String("primaryReplicationGroupId"))
	if err != nil {
		return notMissing(err)
	}
	for _, name := range []string{"engine", "engineVersion", "engineVersionActual", "clusterEnabled", "numNodeGroups", "automaticFailoverEnabled", "transitEncryptionEnabled"} {
		out[name] = primary.Props[name]
	}
	out["cacheNodeType"] = primary.String("nodeType")
	out["atRestEncryptionEnabled"] = fmt.Sprint(primary.Props["atRestEncryptionEnabled"]) == "true"
	out["authTokenEnabled"] = primary.String("authToken") != ""
	groups := []any{}
	if sharded, _ := primary.Props["clusterEnabled"].(bool); sharded {
		shards, _ := primary.Props["numNodeGroups"].(float64)
		const slots = 16384
		for i := range int(shards) {
			groups = append(groups, map[string]any{
				"globalNodeGroupId": fmt.Sprintf("%s-%04d", r.ID, i+1),
				"slots":             fmt.Sprintf("%d-%d", i*slots/int(shards), (i+1)*slots/int(shards)-1),
			})
		}
	}
	out["globalNodeGroups"] = groups
	return nil
}

// datastoreID: AWS puts five letters before the suffix, the same for one region.
func datastoreID(r *Resource) string {
	letters := []byte(hexID(5, "datastore", r.Region))
	for i, c := range letters {
		letters[i] = 'a' + c%26
	}
	return string(letters) + "-" + r.String("globalReplicationGroupIdSuffix")
}

// found makes a group the primary of a new Global Datastore. From then on minor
// versions no longer change by themselves.
func (c *Cloud) found(r *Resource, b *batch) error {
	primary, err := c.get(r.Account, r.Region, "aws_elasticache_replication_group", r.String("primaryReplicationGroupId"))
	if err != nil {
		return err
	}
	r.Global = &Global{Members: []Member{{ARN: arnOf(primary), Region: primary.Region, ID: primary.ID, Writer: true}}}
	primary.Props["autoMinorVersionUpgrade"] = "false"
	b.put = append(b.put, primary)
	return nil
}

// joinDatastore makes a new group a secondary, with its primary's settings.
func (c *Cloud) joinDatastore(r *Resource, b *batch) error {
	primary, err := c.primaryOf(*r)
	if err != nil || primary == nil {
		return err
	}
	g, err := c.get(r.Account, r.Region, "aws_elasticache_global_replication_group", r.String("globalReplicationGroupId"))
	if err != nil {
		return err
	}
	g.Global.Members = append(g.Global.Members, Member{ARN: arnOf(*r), Region: r.Region, ID: r.ID})
	r.Props["automaticFailoverEnabled"], r.Props["autoMinorVersionUpgrade"] = primary.Props["automaticFailoverEnabled"], "false"
	b.put = append(b.put, g)
	return nil
}

// scaleDatastore: what belongs to the whole Global Datastore changes at every
// member.
func (c *Cloud) scaleDatastore(old Resource, next *Resource, _ map[string]any, b *batch) error {
	for _, m := range next.members() {
		r, err := c.memberOf(*next, &m)
		if err != nil {
			return err
		}
		for global, own := range map[string]string{"cacheNodeType": "nodeType", "engineVersion": "engineVersion", "numNodeGroups": "numNodeGroups",
			"automaticFailoverEnabled": "automaticFailoverEnabled"} {
			if v := next.Props[global]; v != old.Props[global] {
				r.Props[own] = v
			}
		}
		b.put = append(b.put, r)
	}
	return nil
}
