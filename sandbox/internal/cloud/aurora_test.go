package cloud

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAGlobalDatabaseShowsItsMembersAndTheirRoles(t *testing.T) {
	d := newWorld(t).database()
	require.Equal(t, "arn:aws:rds::111122223333:global-cluster:mt-ledger", d.global.String("arn"), "it belongs to no region")
	require.Empty(t, d.global.Props["globalClusterMembers"])
	d.second()
	require.Equal(t, "arn:aws:rds:eu-south-1:111122223333:cluster:mt-eu-south-1-ledger", d.primary.String("arn"))
	require.Equal(t, []any{
		map[string]any{"dbClusterArn": d.secondary.String("arn"), "isWriter": false},
		map[string]any{"dbClusterArn": d.primary.String("arn"), "isWriter": true},
	}, d.read(d.global).Props["globalClusterMembers"])
	require.Equal(t, d.primary.String("arn"), d.secondary.String("replicationSourceIdentifier"), "as Terraform reads it from AWS")
	require.NotContains(t, d.primary.Props, "replicationSourceIdentifier")
	require.Equal(t, "ledger", d.secondary.String("masterUsername"), "a copy has its source's")
	require.Equal(t, "ledger", d.primary.String("databaseName"), "the first member gets the global database's")
	require.Equal(t, "ledger", d.secondary.String("databaseName"))
	require.Equal(t, []any{"eu-central-1a", "eu-central-1b"}, d.secondary.Props["availabilityZones"])
	require.Equal(t, []any{"ledger-standby-a", "ledger-standby-reporting"}, d.read(d.secondary).Props["clusterMembers"])
	require.Regexp(t, `^mt-eu-south-1-ledger\.cluster-[0-9a-f]{12}\.eu-south-1\.rds\.amazonaws\.com$`, d.primary.String("endpoint"))
	require.Equal(t, true, d.read(d.first).Props["writer"])
	all, err := d.cloud.All()
	require.NoError(t, err)
	for _, r := range all {
		if r.Type == "aws_rds_cluster_instance" {
			require.Equal(t, r.ID == d.first.ID, r.Props["writer"], "a secondary has no writer: %s", r.ID)
		}
	}
}

func TestWhoMayJoinAGlobalDatabase(t *testing.T) {
	cases := map[string]struct {
		reason  string
		secondd bool
		change  map[string]any
		code    string
	}{
		"Primary":      {"the first member", false, nil, ""},
		"NoOwner":      {"a primary has an owner", false, map[string]any{"masterUsername": nil}, "InvalidParameterValue"},
		"BadPassword":  {"RDS refuses some characters", false, map[string]any{"masterPassword": "correct/horse"}, "InvalidParameterValue"},
		"Managed":      {"managed passwords do not work here", false, map[string]any{"manageMasterUserPassword": true, "masterPassword": nil}, "InvalidParameterCombination"},
		"NoGlobal":     {"the global database exists", false, map[string]any{"globalClusterIdentifier": "none"}, "GlobalClusterNotFoundFault"},
		"Version":      {"members have one version", false, map[string]any{"engineVersion": "17.6"}, "InvalidParameterCombination"},
		"Plain":        {"members are encrypted alike", false, map[string]any{"storageEncrypted": false}, "InvalidParameterCombination"},
		"AlienKey":     {"a key is of its own region", false, map[string]any{"kmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/none"}, "KMSKeyNotAccessibleFault"},
		"Secondary":    {"a copy in another region", true, nil, ""},
		"SecondWriter": {"one member has the owner", true, map[string]any{"masterUsername": "other", "masterPassword": "correct-horse"}, "InvalidParameterCombination"},
		"Named":        {"a copy's database has its source's name", true, map[string]any{"databaseName": "other"}, "InvalidParameterCombination"},
		"NoSource":     {"an encrypted copy names its source region", true, map[string]any{"sourceRegion": nil}, "InvalidParameterCombination"},
		"WrongSource":  {"and that is where the primary is", true, map[string]any{"sourceRegion": "eu-west-1"}, "InvalidParameterCombination"},
		"NoKey":        {"an encrypted copy has a key of its region", true, map[string]any{"kmsKeyId": nil}, "InvalidParameterCombination"},
		"SameName":     {"names are unique over all regions", true, map[string]any{"clusterIdentifier": "mt-eu-south-1-ledger"}, "DBClusterAlreadyExistsFault"},
		"Vault":        {"a subnet group exists", true, map[string]any{"dbSubnetGroupName": "none"}, "DBSubnetGroupNotFoundFault"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d := newWorld(t).database()
			region, plan := home, d.primaryPlan
			if c.secondd {
				d.start()
				region, plan = standby, d.secondaryPlan
			}
			_, err := d.try(region, "aws_rds_cluster", with(plan, c.change))
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			d.refuses(c.code, err)
			require.NotContains(t, err.Error(), "correct", "no secret in an error")
		})
	}
}

func TestASecondaryWaitsForThePrimarysInstance(t *testing.T) {
	d := newWorld(t).database()
	d.primary = d.make(home, "aws_rds_cluster", d.primaryPlan)
	_, err := d.try(standby, "aws_rds_cluster", d.secondaryPlan)
	d.refuses("InvalidDBClusterStateFault", err)
	require.ErrorContains(t, err, "not valid for physical replication")
	_, err = d.try(home, "aws_rds_cluster", with(d.primaryPlan, map[string]any{"clusterIdentifier": "another"}))
	d.refuses("InvalidParameterCombination", err) // it has a writer in this region
}

func TestInstancesOfAGlobalDatabase(t *testing.T) {
	d := newWorld(t).database().start()
	plan := map[string]any{"identifier": "x", "clusterIdentifier": d.primary.ID, "engine": "aurora-postgresql", "instanceClass": "db.t4g.medium"}
	_, err := d.try(home, "aws_rds_cluster_instance", plan)
	d.refuses("InvalidParameterCombination", err)
	_, err = d.try(home, "aws_rds_cluster_instance", with(plan, map[string]any{"clusterIdentifier": "none", "instanceClass": "db.r7g.large"}))
	d.refuses("DBClusterNotFoundFault", err)
	for class, ok := range map[string]bool{"db.r4.large": false, "db.r5.large": true, "db.r8g.16xlarge": true, "db.m7g.large": false, "db.serverless": true} {
		require.Equal(t, ok, globalClass(class), class)
	}
}

func TestGlobalVersions(t *testing.T) {
	for version, ok := range map[string]bool{"17.7": true, "17.3": false, "16.1": true, "12.9": false, "18.3": true, "16.1.6": true, "17": false} {
		require.Equal(t, ok, offersGlobal(version), version)
	}
	w := newWorld(t)
	_, err := w.try(home, "aws_rds_global_cluster", map[string]any{"globalClusterIdentifier": "g", "engine": "aurora-postgresql", "engineVersion": "17.3"})
	w.refuses("InvalidParameterValue", err)
}

func TestAGlobalDatabaseGoesPieceByPiece(t *testing.T) {
	d := newWorld(t).database().second()
	d.refuses("InvalidParameterCombination", d.tryDelete(d.global)) // protected
	d.global = d.change(d.global, map[string]any{"deletionProtection": false})
	d.refuses("InvalidGlobalClusterStateFault", d.tryDelete(d.global)) // not empty
	d.refuses("InvalidDBClusterStateFault", d.tryDelete(d.first))      // the primary's last
	d.refuses("InvalidGlobalClusterStateFault", d.tryDelete(d.primary))
	require.Len(t, d.read(d.global).Props["globalClusterMembers"], 2, "the refused deletion of the primary changed nothing")

	d.refuses("InvalidParameterCombination", d.tryDelete(d.secondary))
	require.Len(t, d.read(d.global).Props["globalClusterMembers"], 1, "Terraform takes a member out before AWS refuses to delete it")
	require.Empty(t, d.read(d.secondary).String("globalClusterIdentifier"))
	unprotected := d.change(d.read(d.secondary), map[string]any{"deletionProtection": false})
	d.refuses("InvalidDBClusterStateFault", d.tryDelete(unprotected)) // it has instances
	all, err := d.cloud.All()
	require.NoError(t, err)
	for _, r := range all {
		if r.Type == "aws_rds_cluster_instance" {
			d.delete(r)
		}
	}
	d.delete(unprotected, d.change(d.read(d.primary), map[string]any{"deletionProtection": false}), d.global)
}

func TestTheFinalSnapshotStaysAndItsNameIsTaken(t *testing.T) {
	d := newWorld(t).database().start()
	d.delete(d.first)
	gone := d.change(d.primary, map[string]any{"deletionProtection": false})
	d.delete(gone)
	snapshot, err := d.cloud.Read(account, home, "aws_db_cluster_snapshot", "mt-eu-south-1-ledger-last")
	require.NoError(t, err)
	require.Equal(t, "mt-eu-south-1-ledger", snapshot.String("dbClusterIdentifier"))
	again := d.make(home, "aws_rds_cluster", with(d.primaryPlan, map[string]any{"deletionProtection": false}))
	d.refuses("DBClusterSnapshotAlreadyExistsFault", d.tryDelete(again))
	nameless := d.change(again, map[string]any{"finalSnapshotIdentifier": nil})
	require.ErrorContains(t, d.tryDelete(nameless), "final_snapshot_identifier is required")
	d.delete(d.change(nameless, map[string]any{"skipFinalSnapshot": true}))
}

// What a plan without IgnoreChanges would do after a promotion.
func TestUndoingWhatAWSFilledIn(t *testing.T) {
	d := newWorld(t).database().second()
	_, err := d.tryChange(d.secondary, map[string]any{"replicationSourceIdentifier": nil})
	d.refuses("InvalidDBClusterStateFault", err)
	detached := d.change(d.secondary, map[string]any{"globalClusterIdentifier": ""})
	require.Empty(t, detached.String("globalClusterIdentifier"))
	require.Len(t, d.read(d.global).Props["globalClusterMembers"], 1, "an empty globalClusterIdentifier takes the member out")
	_, err = d.tryChange(d.primary, map[string]any{"globalClusterIdentifier": ""})
	require.NoError(t, err, "a primary may go when it is the last")
	_, err = d.tryChange(d.read(d.primary), map[string]any{"globalClusterIdentifier": "mt-ledger"})
	require.ErrorContains(t, err, "cannot be added")
}

func TestAStateThatIsBehindChangesNoRole(t *testing.T) {
	d := newWorld(t).database().second()
	stale := d.secondary
	stale.Props = with(stale.Props, map[string]any{"replicationSourceIdentifier": nil}) // the state from before
	d.change(stale, map[string]any{"tags": map[string]any{"a": "b"}})
	require.Equal(t, d.primary.String("arn"), d.read(d.secondary).String("replicationSourceIdentifier"))
}

func TestVersionsOfMembers(t *testing.T) {
	d := newWorld(t).database().second()
	_, err := d.tryChange(d.primary, map[string]any{"engineVersion": "18.3"})
	d.refuses("InvalidParameterCombination", err)
	d.change(d.global, map[string]any{"engineVersion": "17.9"})
	require.Equal(t, "17.9", d.read(d.primary).String("engineVersion"), "an upgrade goes through the global database")
	require.Equal(t, "17.9", d.read(d.secondary).String("engineVersion"))
	_, err = d.tryChange(d.read(d.global), map[string]any{"engineVersion": "17.1"})
	d.refuses("InvalidParameterValue", err)
}

func TestTheWriterIsTheFirstInstanceAndThenTheLowestTier(t *testing.T) {
	d := newWorld(t).database().start()
	d.instance(home, d.primary.ID, "ledger-home-reporting", 15)
	b := d.instance(home, d.primary.ID, "ledger-home-b", 1)
	require.Equal(t, false, d.read(b).Props["writer"])
	d.delete(d.first)
	require.Equal(t, true, d.read(b).Props["writer"])
}

func TestRDSGroups(t *testing.T) {
	w := newWorld(t)
	ids := w.subnets(home)
	_, err := w.try(home, "aws_db_subnet_group", map[string]any{"name": "one", "subnetIds": ids[:1]})
	w.refuses("DBSubnetGroupDoesNotCoverEnoughAZs", err)
	_, err = w.try(home, "aws_db_subnet_group", map[string]any{"name": "x", "subnetIds": []any{"subnet-none", ids[0]}})
	w.refuses("InvalidSubnetID.NotFound", err)
	parameters := func(name, value, method string) map[string]any {
		return map[string]any{"name": "p", "family": "aurora-postgresql17", "parameters": []any{map[string]any{"name": name, "value": value, "applyMethod": method}}}
	}
	for value, code := range map[string]string{"5": "InvalidParameterValue", "x": "InvalidParameterValue"} {
		_, err = w.try(home, "aws_rds_cluster_parameter_group", parameters("rds.global_db_rpo", value, "immediate"))
		w.refuses(code, err)
	}
	_, err = w.try(home, "aws_rds_cluster_parameter_group", parameters("rds.logical_replication", "1", "immediate"))
	w.refuses("InvalidParameterCombination", err) // static
	group := w.make(home, "aws_rds_cluster_parameter_group", parameters("rds.logical_replication", "1", "pending-reboot"))
	w.change(group, map[string]any{"parameters": []any{map[string]any{"name": "rds.global_db_rpo", "value": "60", "applyMethod": "immediate"}}})
	plan := map[string]any{"clusterIdentifier": "c", "engine": "aurora-postgresql", "engineVersion": "16.9", "masterUsername": "m", "masterPassword": "long-enough",
		"dbClusterParameterGroupName": "p", "skipFinalSnapshot": true}
	_, err = w.try(home, "aws_rds_cluster", plan)
	w.refuses("InvalidParameterCombination", err) // the family is 17's
	cluster := w.make(home, "aws_rds_cluster", with(plan, map[string]any{"engineVersion": "17.7"}))
	w.refuses("InvalidDBParameterGroupState", w.tryDelete(group))
	w.delete(cluster, group)
}

func TestAProtectedDatabaseStays(t *testing.T) {
	w := newWorld(t)
	db := w.make(home, "aws_rds_cluster", map[string]any{"clusterIdentifier": "ledger", "deletionProtection": true, "masterUsername": "m",
		"masterPassword": "long-enough", "skipFinalSnapshot": true})
	w.refuses("InvalidParameterCombination", w.tryDelete(db))
	w.delete(w.change(db, map[string]any{"deletionProtection": false}))
	w.now = w.now.Add(time.Hour)
}
