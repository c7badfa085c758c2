package cloud

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// databaseMayStart holds what RDS asks of a new Aurora cluster.
func (c *Cloud) databaseMayStart(r Resource) error {
	const op = "CreateDBCluster"
	for _, law := range []func() error{
		func() error {
			return nameFree("RDS", op, "DBClusterAlreadyExistsFault", "DB Cluster already exists: %s")(c, r)
		},
		func() error { return c.keyUsable(r, r.String("kmsKeyId"), "RDS", op, "KMSKeyNotAccessibleFault") },
		func() error { return c.parameterFamilyFits(r) },
	} {
		if err := law(); err != nil {
			return err
		}
	}
	if id := r.String("globalClusterIdentifier"); id != "" {
		return c.mayJoin(r, id)
	}
	return ownerGiven(r)
}

// ownerGiven: who may write has an owner; a copy has its source's.
func ownerGiven(r Resource) error {
	if r.String("snapshotIdentifier") != "" || r.String("replicationSourceIdentifier") != "" {
		return nil
	}
	missing := func(name string) error {
		return refuse("RDS", "CreateDBCluster", "InvalidParameterValue", "The parameter %s must be provided and must not be blank.", name)
	}
	password := r.String("masterPassword")
	switch managed, _ := r.Props["manageMasterUserPassword"].(bool); {
	case r.String("masterUsername") == "":
		return missing("MasterUsername")
	case password == "" && !managed:
		return missing("MasterUserPassword")
	}
	return passwordFits(password)
}

// passwordFits says what RDS says, which never repeats the password.
func passwordFits(password string) error {
	const rule = "The parameter MasterUserPassword is not a valid password"
	switch {
	case password == "":
	case len(password) < 8:
		return refuse("RDS", "CreateDBCluster", "InvalidParameterValue", "%s because it is shorter than 8 characters.", rule)
	case strings.ContainsFunc(password, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`/@"`, c) }):
		return refuse("RDS", "CreateDBCluster", "InvalidParameterValue",
			"%s. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.", rule)
	}
	return nil
}

func (c *Cloud) parameterFamilyFits(r Resource) error {
	name := r.String("dbClusterParameterGroupName")
	group, err := c.get(r.Account, r.Region, "aws_rds_cluster_parameter_group", name)
	if err != nil {
		return notMissing(err) // see references
	}
	want := r.String("engine") + major(r.String("engineVersion"))
	if have := group.String("family"); have != want {
		return refuse("RDS", "CreateDBCluster", "InvalidParameterCombination",
			"The Parameter Group %s with DBParameterGroupFamily %s cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily %s",
			name, have, want)
	}
	return nil
}

// instanceMayStart: a cluster that takes instances, and a class that it takes.
func (c *Cloud) instanceMayStart(r Resource) error {
	if err := nameFree("RDS", "CreateDBInstance", "DBInstanceAlreadyExists", "DB instance already exists: %s")(c, r); err != nil {
		return err
	}
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil {
		return notMissing(err)
	}
	g, me, err := c.globalOf(cluster)
	switch {
	case err != nil || me == nil:
		return err
	case g.Global.Turn != nil:
		return notAvailable("CreateDBInstance", cluster)
	case !globalClass(r.String("instanceClass")):
		return refuse("RDS", "CreateDBInstance", "InvalidParameterCombination",
			"RDS does not support creating a DB instance with the following combination: DBInstanceClass=%s, Engine=%s, EngineVersion=%s in a global database.",
			r.String("instanceClass"), r.String("engine"), cluster.String("engineVersion"))
	}
	return nil
}

// globalClass: a global database takes memory-optimised classes from db.r5 up.
// AWS: "Configuration requirements of an Amazon Aurora global database".
func globalClass(class string) bool {
	family, ok := strings.CutPrefix(class, "db.r")
	if !ok || family == "" {
		return class == "db.serverless" || strings.HasPrefix(class, "db.x")
	}
	return family[0] >= '5'
}

func notAvailable(operation string, cluster Resource) error {
	return refuse("RDS", operation, "InvalidDBClusterStateFault", "DB cluster %s is not in available state.", cluster.ID)
}

// databaseMayGo: not while it is protected, nor without the snapshot asked for.
func (c *Cloud) databaseMayGo(r Resource) error {
	if protected, _ := r.Props["deletionProtection"].(bool); protected {
		return refuse("RDS", "DeleteDBCluster", "InvalidParameterCombination",
			"Cannot delete protected Cluster, please disable deletion protection and try again.")
	}
	if skip, _ := r.Props["skipFinalSnapshot"].(bool); skip {
		return nil
	}
	name := r.String("finalSnapshotIdentifier")
	if name == "" { // the provider's own words: it does not get as far as asking AWS
		return fmt.Errorf("RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false")
	}
	if _, err := c.get(r.Account, r.Region, "aws_db_cluster_snapshot", name); !IsNotFound(err) {
		if err != nil {
			return err
		}
		return refuse("RDS", "DeleteDBCluster", "DBClusterSnapshotAlreadyExistsFault",
			"Cannot create the cluster snapshot because a snapshot with the identifier %s already exists.", name)
	}
	return nil
}

// instanceMayGo: a primary keeps an instance as long as it has secondaries.
func (c *Cloud) instanceMayGo(r Resource) error {
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil {
		return notMissing(err)
	}
	g, me, err := c.globalOf(cluster)
	if err != nil || me == nil {
		return err
	}
	if g.Global.Turn != nil {
		return notAvailable("DeleteDBInstance", cluster)
	}
	siblings, err := c.instancesOf(cluster)
	if err == nil && me.Writer && len(siblings) == 1 && len(g.Global.Members) > 1 {
		return refuse("RDS", "DeleteDBInstance", "InvalidDBClusterStateFault",
			"Cannot delete the last instance of the master cluster. Delete the replica cluster before deleting the last master cluster instance.")
	}
	return err
}

// subnetGroupFits: Aurora wants two zones at least.
func (c *Cloud) subnetGroupFits(r Resource) error {
	if err := nameFree("RDS", "CreateDBSubnetGroup", "DBSubnetGroupAlreadyExists", "The DB subnet group '%s' already exists.")(c, r); err != nil {
		return err
	}
	var zones []string
	for _, id := range names(r.Props["subnetIds"]) {
		subnet, err := c.get(r.Account, r.Region, "aws_subnet", id)
		if err != nil {
			return notMissing(err) // see references
		}
		zones = append(zones, subnet.String("availabilityZone"))
	}
	slices.Sort(zones)
	if zones = slices.Compact(zones); len(zones) == 1 {
		return refuse("RDS", "CreateDBSubnetGroup", "DBSubnetGroupDoesNotCoverEnoughAZs",
			"The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", zones[0])
	}
	return nil
}

// staticParameters are those of Aurora PostgreSQL that our kind of program sets
// and that take a restart.
var staticParameters = []string{"rds.logical_replication", "shared_preload_libraries", "max_connections", "max_replication_slots", "max_wal_senders"}

// parametersFit judges a cluster parameter group, new or changed.
func parametersFit(r Resource) error {
	parameters, _ := r.Props["parameters"].([]any)
	for _, p := range parameters {
		parameter, _ := p.(map[string]any)
		name, value, method := fmt.Sprint(parameter["name"]), fmt.Sprint(parameter["value"]), parameter["applyMethod"]
		if slices.Contains(staticParameters, name) && method != "pending-reboot" {
			return refuse("RDS", "ModifyDBClusterParameterGroup", "InvalidParameterCombination",
				"cannot use immediate apply method for static parameter (%s)", name)
		}
		if seconds, err := strconv.Atoi(value); name == "rds.global_db_rpo" && value != "-1" && (err != nil || seconds < 20) {
			return refuse("RDS", "ModifyDBClusterParameterGroup", "InvalidParameterValue",
				"Invalid parameter value: %s for: rds.global_db_rpo allowed values are: -1,20-2147483647", value)
		}
	}
	return nil
}

// proxyMayStart: its secrets and its role exist.
func (c *Cloud) proxyMayStart(r Resource) error {
	if err := nameFree("RDS", "CreateDBProxy", "DBProxyAlreadyExistsFault", "DB Proxy already exists: %s")(c, r); err != nil {
		return err
	}
	if err := c.roleExists(r, r.String("roleArn"), "RDS", "CreateDBProxy", "InvalidParameterValue"); err != nil {
		return err
	}
	for _, arn := range names(r.at("auths.secretArn")) {
		ok, err := c.secretIn(r.Account, r.Region, arn)
		if err != nil {
			return err
		}
		if !ok {
			return refuse("RDS", "CreateDBProxy", "InvalidParameterValue", "The secret %s does not exist in %s.", arn, r.Region)
		}
	}
	return nil
}
