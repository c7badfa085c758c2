package cloud

import (
	"slices"
	"strings"
)

// replicationGroupMayStart holds what ElastiCache asks of a group of its own, and
// of one that joins a Global Datastore.
func (c *Cloud) replicationGroupMayStart(r Resource) error {
	const op = "CreateReplicationGroup"
	if err := nameFree("ElastiCache", op, "ReplicationGroupAlreadyExists", "Replication group %s already exists.")(c, r); err != nil {
		return err
	}
	if err := c.keyUsable(r, r.String("kmsKeyId"), "ElastiCache", op, "InvalidParameterValue"); err != nil {
		return err
	}
	if err := c.cacheFamilyFits(r); err != nil {
		return err
	}
	tls, _ := r.Props["transitEncryptionEnabled"].(bool)
	failover, _ := r.Props["automaticFailoverEnabled"].(bool)
	multiAZ, _ := r.Props["multiAzEnabled"].(bool)
	id := r.String("globalReplicationGroupId")
	switch {
	case r.String("authToken") != "" && !tls && id == "":
		return refuse("ElastiCache", op, "InvalidParameterCombination", "AUTH is only supported when encryption in transit is enabled.")
	case multiAZ && !failover && id == "":
		return refuse("ElastiCache", op, "InvalidParameterCombination", "Must have automatic failover enabled to enable Multi-AZ.")
	case (failover || multiAZ) && replicas(r) == 0 && id == "" && !clusterMode(r):
		return refuse("ElastiCache", op, "InvalidParameterValue",
			"When using automatic failover, there must be at least 2 cache clusters in the replication group.")
	case id != "":
		return c.mayJoinDatastore(r, id)
	}
	return nil
}

// replicas is the number of copies beside each primary node.
func replicas(r Resource) int {
	if n, _ := r.Props["replicasPerNodeGroup"].(float64); n > 0 {
		return int(n)
	}
	n, _ := r.Props["numCacheClusters"].(float64)
	return max(0, int(n)-1)
}

// clusterMode: slots over shards, by whichever of its settings says so.
func clusterMode(r Resource) bool {
	shards, _ := r.Props["numNodeGroups"].(float64)
	return r.String("clusterMode") == "enabled" || shards > 1 || strings.HasSuffix(r.String("parameterGroupName"), ".cluster.on")
}

func (c *Cloud) cacheFamilyFits(r Resource) error {
	name := r.String("parameterGroupName")
	group, err := c.get(r.Account, r.Region, "aws_elasticache_parameter_group", name)
	if err != nil {
		return notMissing(err)
	}
	want := strings.ToLower(r.String("engine")) + major(r.String("engineVersion"))
	if want == "redis6" {
		want = "redis6.x"
	}
	if have := group.String("family"); r.String("engineVersion") != "" && have != want {
		return refuse("ElastiCache", "CreateReplicationGroup", "InvalidParameterCombination",
			"Expected a parameter group of family %s but found one of family %s", want, have)
	}
	return nil
}

// mayJoinDatastore: a secondary takes its engine, nodes and shards from the
// primary. That it names none of them is the provider's own rule.
func (c *Cloud) mayJoinDatastore(r Resource, id string) error {
	const op = "CreateReplicationGroup"
	g, err := c.get(r.Account, r.Region, "aws_elasticache_global_replication_group", id)
	if err != nil {
		if IsNotFound(err) {
			return refuse("ElastiCache", op, "GlobalReplicationGroupNotFoundFault", "Global replication group %s not found.", id)
		}
		return err
	}
	if g.Global == nil || g.Global.Turn != nil || g.Global.writer() == nil {
		return datastoreBusy(op, g)
	}
	primary, err := c.memberOf(g, g.Global.writer())
	if err != nil {
		return err
	}
	failover, _ := primary.Props["automaticFailoverEnabled"].(bool)
	switch {
	case g.Global.in(r.Region) != nil:
		return refuse("ElastiCache", op, "InvalidParameterValue", "Global replication group %s already has a member in %s.", id, r.Region)
	case len(g.Global.Members) > 2:
		return refuse("ElastiCache", op, "InvalidParameterValue", "Global replication group %s already has the most secondary regions it may have, 2.", id)
	case failover && replicas(r) == 0:
		return refuse("ElastiCache", op, "InvalidParameterValue",
			"Automatic failover of global replication group %s is on, so every node group needs at least one replica.", id)
	}
	for _, name := range []string{"nodeType", "engineVersion"} { // decided by the primary unless the plan says otherwise
		if have := r.String(name); have != "" && have != primary.String(name) {
			return refuse("ElastiCache", op, "InvalidParameterCombination",
				"Cannot use the given parameters when creating new replication group in an existing global replication group. (%s %s, not %s)", name, have, primary.String(name))
		}
	}
	return nil
}

func datastoreBusy(operation string, g Resource) error {
	return refuse("ElastiCache", operation, "InvalidGlobalReplicationGroupState", "Global replication group %s is not in available state.", g.ID)
}

// globalFamilies is the node families of a Global Datastore, in size large and
// up. AWS: "Prerequisites and limitations" of global datastores.
var globalFamilies = []string{"m5", "m6g", "m7g", "m8g", "r5", "r6g", "r6gd", "r7g", "r8g", "c7gn", "c8gn"}

func globalNode(nodeType string) bool {
	parts := strings.Split(strings.TrimPrefix(nodeType, "cache."), ".")
	return len(parts) == 2 && slices.Contains(globalFamilies, parts[0]) && strings.HasSuffix(parts[1], "large")
}

// datastoreMayStart: its primary exists, stands alone, and is of a kind that can
// be copied.
func (c *Cloud) datastoreMayStart(r Resource) error {
	const op = "CreateGlobalReplicationGroup"
	if err := nameFree("ElastiCache", op, "GlobalReplicationGroupAlreadyExistsFault", "Global replication group %s already exists.")(c, r); err != nil {
		return err
	}
	id := r.String("primaryReplicationGroupId")
	primary, err := c.get(r.Account, r.Region, "aws_elasticache_replication_group", id)
	if err != nil {
		if IsNotFound(err) {
			return refuse("ElastiCache", op, "ReplicationGroupNotFoundFault", "Replication group %s not found.", id)
		}
		return err
	}
	other, me, err := c.globalOf(primary)
	switch {
	case err != nil:
		return err
	case me != nil:
		return refuse("ElastiCache", op, "InvalidReplicationGroupState", "Replication group %s is already part of global replication group %s.", id, other.ID)
	case !globalNode(primary.String("nodeType")):
		return refuse("ElastiCache", op, "InvalidParameterValue", "Global Datastore is not supported for node type %s.", primary.String("nodeType"))
	}
	return nil
}

// memberSettings belong to the whole Global Datastore once there is one.
var memberSettings = []string{"nodeType", "engineVersion", "numNodeGroups", "parameterGroupName", "automaticFailoverEnabled"}

func (c *Cloud) replicationGroupMayChange(old, next Resource, prior map[string]any) error {
	g, me, err := c.globalOf(old)
	if err != nil || me == nil {
		return err
	}
	if g.Global.Turn != nil {
		return refuse("ElastiCache", "ModifyReplicationGroup", "InvalidReplicationGroupState", "Replication group %s is not in available state.", old.ID)
	}
	for _, name := range memberSettings {
		if before, now := prior[name], next.Props[name]; now != nil && before != now {
			return refuse("ElastiCache", "ModifyReplicationGroup", "InvalidParameterValue",
				"Cluster [%s] is part of a global cluster [%s]. Request rejected.", old.ID, g.ID)
		}
	}
	return nil
}

func (c *Cloud) datastoreMayChange(old, _ Resource, _ map[string]any) error {
	if old.Global != nil && old.Global.Turn != nil {
		return datastoreBusy("ModifyGlobalReplicationGroup", old)
	}
	return nil
}

// datastoreMayGo: only its primary may be left, which then stands alone.
func (c *Cloud) datastoreMayGo(r Resource) error {
	switch {
	case r.Global != nil && r.Global.Turn != nil:
		return datastoreBusy("DeleteGlobalReplicationGroup", r)
	case len(r.members()) > 1:
		return refuse("ElastiCache", "DeleteGlobalReplicationGroup", "InvalidGlobalReplicationGroupState",
			"Global replication group %s has secondary members; disassociate them first.", r.ID)
	}
	return nil
}

// mayDisassociate: a primary belongs to its Global Datastore until that goes.
func (c *Cloud) mayDisassociate(g Resource, me *Member) error {
	switch {
	case g.Global.Turn != nil:
		return datastoreBusy("DisassociateGlobalReplicationGroup", g)
	case me.Writer:
		return refuse("ElastiCache", "DeleteReplicationGroup", "InvalidReplicationGroupState",
			"Replication group %s is the primary of global replication group %s and cannot be deleted.", me.ID, g.ID)
	}
	return nil
}
