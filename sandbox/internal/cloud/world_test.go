package cloud

import (
	"encoding/json"
	"maps"

	"github.com/stretchr/testify/require"
)

// subnets makes two subnets in region and return their ids.
func (w *world) subnets(region string) []any {
	w.Helper()
	vpc := w.make(region, "aws_vpc", map[string]any{"cidrBlock": "10.16.0.0/16", "arn": Unknown})
	var ids []any
	for i, zone := range []string{"a", "b"} {
		ids = append(ids, w.make(region, "aws_subnet", map[string]any{
			"vpcId": vpc.ID, "cidrBlock": []string{"10.16.0.0/20", "10.16.16.0/20"}[i], "availabilityZone": region + zone,
		}).ID)
	}
	return ids
}

func (w *world) key(region string) string {
	w.Helper()
	return w.make(region, "aws_kms_key", map[string]any{"arn": Unknown, "description": region}).String("arn")
}

func (w *world) role(name string) string {
	w.Helper()
	return w.make(home, "aws_iam_role", map[string]any{"name": name, "path": "/", "arn": Unknown}).String("arn")
}

// with is a plan with some of its values changed; nil takes one out.
func with(plan map[string]any, changes ...map[string]any) map[string]any {
	out := maps.Clone(plan)
	for _, c := range changes {
		for k, v := range c {
			if v == nil {
				delete(out, k)
			} else {
				out[k] = v
			}
		}
	}
	return out
}

// tryChange plans r as the engine's state has it, with changes.
func (w *world) tryChange(r Resource, changes map[string]any) (Resource, error) {
	w.Helper()
	return w.cloud.Update(w.Context(), Request{Account: r.Account, Region: r.Region, Type: r.Type, ID: r.ID, URN: r.URN,
		Planned: viaJSON(w.T, with(r.Props, changes)), Prior: viaJSON(w.T, r.Props)})
}

func (w *world) change(r Resource, changes map[string]any) Resource {
	w.Helper()
	next, err := w.tryChange(r, changes)
	require.NoError(w, err)
	return next
}

func (w *world) read(r Resource) Resource {
	w.Helper()
	now, err := w.cloud.Read(r.Account, r.Region, r.Type, r.ID)
	require.NoError(w, err)
	return now
}

func (w *world) tryDelete(r Resource) error {
	return w.cloud.Delete(w.Context(), r.Account, r.Region, r.Type, r.ID)
}

func (w *world) delete(r ...Resource) {
	w.Helper()
	for _, r := range r {
		require.NoError(w, w.tryDelete(r))
	}
}

// ask calls AWS itself; params are name and value by turns.
func (w *world) ask(service, operation, region string, params ...any) (map[string]any, error) {
	w.Helper()
	call := Call{Service: service, Operation: operation, Region: region, Account: account, Params: map[string]any{}}
	for i := 0; i < len(params); i += 2 {
		call.Params[params[i].(string)] = params[i+1]
	}
	answer, err := w.cloud.Operate(call)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(answer)
	require.NoError(w, err)
	out := map[string]any{}
	require.NoError(w, json.Unmarshal(data, &out))
	return out, nil
}

// database is a global database with a primary in home and, once second is
// called, a secondary in standby.
type database struct {
	*world
	global, primary, secondary Resource
	first                      Resource // the primary's first instance
	primaryPlan, secondaryPlan map[string]any
}

func (w *world) database() *database {
	w.Helper()
	d := &database{world: w}
	d.global = w.make(home, "aws_rds_global_cluster", map[string]any{"globalClusterIdentifier": "mt-ledger", "engine": "aurora-postgresql",
		"engineVersion": "17.7", "storageEncrypted": true, "databaseName": "ledger", "deletionProtection": true, "arn": Unknown, "endpoint": Unknown, "globalClusterMembers": Unknown})
	common := map[string]any{"engine": "aurora-postgresql", "engineVersion": "17.7", "globalClusterIdentifier": "mt-ledger", "storageEncrypted": true,
		"deletionProtection": true, "arn": Unknown, "endpoint": Unknown, "readerEndpoint": Unknown, "masterUsername": Unknown, "databaseName": Unknown,
		"port": Unknown, "dbClusterParameterGroupName": Unknown, "availabilityZones": Unknown, "clusterMembers": Unknown}
	d.primaryPlan = with(common, map[string]any{"clusterIdentifier": "mt-eu-south-1-ledger", "masterUsername": "ledger", "masterPassword": "correct-horse-battery",
		"finalSnapshotIdentifier": "mt-eu-south-1-ledger-last", "kmsKeyId": w.key(home), "dbSubnetGroupName": w.subnetGroup(home)})
	d.secondaryPlan = with(common, map[string]any{"clusterIdentifier": "mt-eu-central-1-ledger", "sourceRegion": home,
		"finalSnapshotIdentifier": "mt-eu-central-1-ledger-last", "kmsKeyId": w.key(standby), "dbSubnetGroupName": w.subnetGroup(standby)})
	return d
}

func (w *world) subnetGroup(region string) string {
	w.Helper()
	return w.make(region, "aws_db_subnet_group", map[string]any{"name": "ledger", "subnetIds": w.subnets(region), "vpcId": Unknown}).ID
}

func (d *database) instance(region, cluster, name string, tier int) Resource {
	d.Helper()
	return d.make(region, "aws_rds_cluster_instance", map[string]any{"identifier": name, "clusterIdentifier": cluster, "engine": "aurora-postgresql",
		"instanceClass": "db.r7g.large", "promotionTier": tier, "writer": Unknown, "endpoint": Unknown, "availabilityZone": Unknown})
}

func (d *database) start() *database {
	d.Helper()
	d.primary = d.make(home, "aws_rds_cluster", d.primaryPlan)
	d.first = d.instance(home, d.primary.ID, "ledger-home-a", 1)
	return d
}

func (d *database) second() *database {
	d.Helper()
	d.start()
	d.secondary = d.make(standby, "aws_rds_cluster", d.secondaryPlan)
	d.instance(standby, d.secondary.ID, "ledger-standby-reporting", 15)
	d.instance(standby, d.secondary.ID, "ledger-standby-a", 0)
	return d
}
