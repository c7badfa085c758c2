package cloud

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// globalVersions is the first minor version of each major one with which Aurora
// PostgreSQL takes part in a global database and can switch over. AWS: "Supported
// Regions and DB engines for Aurora global databases", as of September 2026.
var globalVersions = map[string]int{"13": 4, "14": 3, "15": 2, "16": 1, "17": 4, "18": 3}

func offersGlobal(version string) bool {
	m, rest, _ := strings.Cut(version, ".")
	least, known := globalVersions[m]
	rest, _, _ = strings.Cut(rest, ".") // the patch level
	minor, err := strconv.Atoi(rest)
	return known && err == nil && minor >= least
}

// globalMayStart: a free name and a version that global databases have.
func (c *Cloud) globalMayStart(r Resource) error {
	if err := nameFree("RDS", "CreateGlobalCluster", "GlobalClusterAlreadyExistsFault", "Global cluster already exists: %s")(c, r); err != nil {
		return err
	}
	if v := r.String("engineVersion"); r.String("engine") == "aurora-postgresql" && v != "" && !offersGlobal(v) {
		return refuse("RDS", "CreateGlobalCluster", "InvalidParameterValue",
			"The engine version %s of aurora-postgresql doesn't support global databases", v)
	}
	return nil
}

// mayJoin holds what a cluster needs to be a member: the first one is the
// primary, every other a secondary that is copied from it.
func (c *Cloud) mayJoin(r Resource, global string) error {
	const op = "CreateDBCluster"
	g, err := c.get(r.Account, r.Region, "aws_rds_global_cluster", global)
	if err != nil {
		if IsNotFound(err) {
			return refuse("RDS", op, "GlobalClusterNotFoundFault", "Global cluster %s not found", global)
		}
		return err
	}
	managed, _ := r.Props["manageMasterUserPassword"].(bool)
	encrypted, _ := r.Props["storageEncrypted"].(bool)
	wantEncrypted, _ := g.Props["storageEncrypted"].(bool)
	switch {
	case g.Global != nil && g.Global.Turn != nil:
		return globalBusy(op, g)
	case managed:
		return refuse("RDS", op, "InvalidParameterCombination", "ManageMasterUserPassword isn't supported for clusters in a global database")
	case r.String("engine") != g.String("engine"):
		return refuse("RDS", op, "InvalidParameterCombination", "The engine %s of the cluster doesn't match that of the global cluster, %s", r.String("engine"), g.String("engine"))
	case r.String("engineVersion") != g.String("engineVersion"):
		return refuse("RDS", op, "InvalidParameterCombination",
			"The engine version that you requested for your DB cluster (%s) is not the global cluster's (%s)", r.String("engineVersion"), g.String("engineVersion"))
	case encrypted != wantEncrypted:
		return refuse("RDS", op, "InvalidParameterCombination", "The cluster's storage encryption must be the global cluster's, %t", wantEncrypted)
	case g.Global == nil || len(g.Global.Members) == 0:
		return ownerGiven(r)
	}
	return c.maySecond(r, g)
}

// maySecond holds what is asked of a secondary.
func (c *Cloud) maySecond(r, g Resource) error {
	const op = "CreateDBCluster"
	writer := g.Global.writer()
	if writer == nil {
		return globalBusy(op, g)
	}
	instances, err := c.find("aws_rds_cluster_instance", func(i Resource) bool {
		return i.Account == g.Account && i.Region == writer.Region && i.String("clusterIdentifier") == writer.ID
	})
	encrypted, _ := r.Props["storageEncrypted"].(bool)
	switch {
	case err != nil:
		return err
	case r.String("masterUsername") != "" || r.String("masterPassword") != "":
		return refuse("RDS", op, "InvalidParameterCombination", "Cannot specify user name or password for cross region replication cluster")
	case r.String("databaseName") != "":
		return refuse("RDS", op, "InvalidParameterCombination", "Cannot specify database name for cross region replication cluster")
	case g.Global.in(r.Region) != nil:
		return refuse("RDS", op, "InvalidParameterValue", "Global cluster %s already has a member in %s", g.ID, r.Region)
	case slices.ContainsFunc(g.Global.Members, func(m Member) bool { return m.ID == r.ID }):
		return refuse("RDS", op, "DBClusterAlreadyExistsFault", "DB Cluster already exists: %s, in another Region of global cluster %s", r.ID, g.ID)
	case len(instances) == 0:
		return refuse("RDS", op, "InvalidDBClusterStateFault", "Source cluster: %s is in a state which is not valid for physical replication", writer.ARN)
	case encrypted && r.String("sourceRegion") != writer.Region:
		return refuse("RDS", op, "InvalidParameterCombination",
			"PreSignedUrl could not be authenticated: the source of an encrypted cross-Region replica is in %s, its source Region was given as %q", writer.Region, r.String("sourceRegion"))
	case encrypted && (r.String("kmsKeyId") == "" || r.String("kmsKeyId") == defaultKey(r, "rds")):
		return refuse("RDS", op, "InvalidParameterCombination", "An encrypted cross-Region replica needs a KMS key of its own Region, %s", r.Region)
	}
	return nil
}

func globalBusy(operation string, g Resource) error {
	return refuse("RDS", operation, "InvalidGlobalClusterStateFault", "Global cluster %s is not in available state.", g.ID)
}

// globalMayChange: nothing changes while roles do.
func (c *Cloud) globalMayChange(old, next Resource, _ map[string]any) error {
	if old.Global != nil && old.Global.Turn != nil {
		return globalBusy("ModifyGlobalCluster", old)
	}
	if v := next.String("engineVersion"); v != old.String("engineVersion") && next.String("engine") == "aurora-postgresql" && !offersGlobal(v) {
		return refuse("RDS", "ModifyGlobalCluster", "InvalidParameterValue", "The engine version %s of aurora-postgresql doesn't support global databases", v)
	}
	return nil
}

func (c *Cloud) globalMayGo(r Resource) error {
	if protected, _ := r.Props["deletionProtection"].(bool); protected {
		return refuse("RDS", "DeleteGlobalCluster", "InvalidParameterCombination",
			"Cannot delete protected Global Cluster, please disable deletion protection and try again.")
	}
	if force, _ := r.Props["forceDestroy"].(bool); !force && len(r.members()) > 0 {
		return refuse("RDS", "DeleteGlobalCluster", "InvalidGlobalClusterStateFault", "Global Cluster %s is not empty", arnOf(r))
	}
	return nil
}

// changed says whether the provider sees the attribute change: it compares the
// plan with the engine's state.
func changed(next Resource, prior map[string]any, name string) bool {
	before, _ := prior[name].(string)
	return before != next.String(name)
}

// databaseMayChange: a member may change, but a plan that empties what AWS itself
// filled in would undo a promotion.
func (c *Cloud) databaseMayChange(old, next Resource, prior map[string]any) error {
	if err := c.parameterFamilyFits(next); err != nil {
		return err
	}
	g, me, err := c.globalOf(old)
	global := next.String("globalClusterIdentifier")
	switch {
	case err != nil:
		return err
	case me == nil && changed(next, prior, "globalClusterIdentifier") && global != "": // the provider's own words
		return errors.New("Existing RDS Clusters cannot be added to an existing RDS Global Cluster") //nolint:staticcheck // its words
	case me == nil:
		return nil
	case g.Global.Turn != nil:
		return notAvailable("ModifyDBCluster", old)
	case changed(next, prior, "replicationSourceIdentifier") && next.String("replicationSourceIdentifier") == "":
		return refuse("RDS", "PromoteReadReplicaDBCluster", "InvalidDBClusterStateFault",
			"DB cluster %s is a member of global cluster %s and cannot be promoted on its own.", old.ID, g.ID)
	case changed(next, prior, "globalClusterIdentifier") && global != "": // the provider's own words
		return errors.New("Existing RDS Clusters cannot be migrated between existing RDS Global Clusters") //nolint:staticcheck // its words
	case changed(next, prior, "globalClusterIdentifier"):
		return c.mayDetach(g, me)
	case major(old.String("engineVersion")) != major(next.String("engineVersion")):
		return refuse("RDS", "ModifyDBCluster", "InvalidParameterCombination",
			"The major engine version of %s can only be changed through its global cluster, %s", old.ID, g.ID)
	}
	return nil
}

// mayDetach: a primary goes last.
func (c *Cloud) mayDetach(g Resource, me *Member) error {
	switch {
	case g.Global.Turn != nil:
		return globalBusy("RemoveFromGlobalCluster", g)
	case me.Writer && len(g.Global.Members) > 1:
		return refuse("RDS", "RemoveFromGlobalCluster", "InvalidGlobalClusterStateFault",
			"Unable to remove cluster that is a primary member of global cluster while there are other global cluster members (%s)", me.ARN)
	}
	return nil
}

// leave takes r out of what it is a member of, which Terraform's provider does
// before it deletes it. That stays done even if the deletion is refused.
func (c *Cloud) leave(r Resource) error {
	if globalTypes[r.Type] == "" {
		return nil
	}
	g, me, err := c.globalOf(r)
	if err != nil || me == nil {
		return err
	}
	if r.Type == "aws_rds_cluster" {
		err = c.mayDetach(g, me)
	} else {
		err = c.mayDisassociate(g, me)
	}
	if err != nil {
		return err
	}
	g.Global.drop(me.ARN)
	if err := c.put(g); err != nil {
		return fmt.Errorf("take %s out of %s: %w", r.ID, g.ID, err)
	}
	return nil
}
