package cloud

import (
	"fmt"
	"slices"
)

// createEffects, updateEffects and deleteEffects are what else a change makes of
// the cloud, in the same step. They may write to the resource itself.
var createEffects = map[string]func(*Cloud, *Resource, *batch) error{
	"aws_rds_global_cluster":                   newGlobal,
	"aws_rds_cluster":                          (*Cloud).join,
	"aws_rds_cluster_instance":                 (*Cloud).lead,
	"aws_elasticache_global_replication_group": (*Cloud).found,
	"aws_elasticache_replication_group":        (*Cloud).joinDatastore,
	"aws_secretsmanager_secret":                inSync,
}

var updateEffects = map[string]func(c *Cloud, old Resource, next *Resource, prior map[string]any, b *batch) error{
	"aws_rds_global_cluster":                   (*Cloud).upgrade,
	"aws_rds_cluster":                          (*Cloud).detach,
	"aws_elasticache_global_replication_group": (*Cloud).scaleDatastore,
	"aws_secretsmanager_secret": func(c *Cloud, _ Resource, next *Resource, _ map[string]any, b *batch) error {
		return inSync(c, next, b)
	},
}

var deleteEffects = map[string]func(*Cloud, Resource, *batch) error{
	"aws_rds_cluster":           (*Cloud).lastSnapshot,
	"aws_rds_cluster_instance":  (*Cloud).passLead,
	"aws_secretsmanager_secret": (*Cloud).scheduleSecret,
	"aws_backup_vault":          (*Cloud).unlockVault,
	"aws_route53_zone":          (*Cloud).emptyZone,
}

func newGlobal(_ *Cloud, r *Resource, _ *batch) error {
	r.Global = &Global{}
	return nil
}

// join makes a new cluster a member of its global database: the first is its
// primary.
func (c *Cloud) join(r *Resource, b *batch) error {
	id := r.String("globalClusterIdentifier")
	if id == "" {
		return nil
	}
	g, err := c.get(r.Account, r.Region, "aws_rds_global_cluster", id)
	if err != nil {
		return err
	}
	if g.Global == nil {
		g.Global = &Global{}
	}
	g.Global.Members = append(g.Global.Members, Member{ARN: arnOf(*r), Region: r.Region, ID: r.ID, Writer: len(g.Global.Members) == 0})
	b.put = append(b.put, g)
	return nil
}

// detach is what emptying globalClusterIdentifier does.
func (c *Cloud) detach(old Resource, next *Resource, prior map[string]any, b *batch) error {
	g, me, err := c.globalOf(old)
	if err != nil || me == nil || !changed(*next, prior, "globalClusterIdentifier") {
		return err
	}
	g.Global.drop(me.ARN)
	b.put = append(b.put, g)
	return nil
}

// upgrade: a new version of the global database is one of every member's.
func (c *Cloud) upgrade(old Resource, next *Resource, _ map[string]any, b *batch) error {
	version := next.String("engineVersion")
	if version == old.String("engineVersion") || next.Global == nil {
		return nil
	}
	next.Props["engineVersionActual"] = version
	for _, m := range next.Global.Members {
		cluster, err := c.memberOf(*next, &m)
		if err != nil {
			return err
		}
		instances, err := c.instancesOf(cluster)
		if err != nil {
			return err
		}
		for _, r := range append(instances, cluster) {
			r.Props["engineVersion"], r.Props["engineVersionActual"] = version, version
			b.put = append(b.put, r)
		}
	}
	return nil
}

// lead: the first instance of a cluster is the one that writes, whatever its
// promotion tier.
func (c *Cloud) lead(r *Resource, b *batch) error {
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil || cluster.Lead != "" {
		return err
	}
	cluster.Lead = r.ID
	b.put = append(b.put, cluster)
	return nil
}

// passLead: when the writer goes, the instance with the lowest tier takes over.
func (c *Cloud) passLead(r Resource, b *batch) error {
	cluster, err := c.get(r.Account, r.Region, "aws_rds_cluster", r.String("clusterIdentifier"))
	if err != nil || cluster.Lead != r.ID {
		return notMissing(err)
	}
	cluster.Lead, err = c.successor(cluster, r.ID)
	b.put = append(b.put, cluster)
	return err
}

// successor is the instance of the lowest promotion tier but the one named.
func (c *Cloud) successor(cluster Resource, but string) (string, error) {
	instances, err := c.instancesOf(cluster)
	instances = slices.DeleteFunc(instances, func(i Resource) bool { return i.ID == but })
	if err != nil || len(instances) == 0 {
		return "", err
	}
	tier := func(i Resource) float64 { n, _ := i.Props["promotionTier"].(float64); return n }
	return slices.MinFunc(instances, func(a, b Resource) int { return int(tier(a) - tier(b)) }).ID, nil
}

// lastSnapshot keeps what a deleted cluster held, under the name asked for.
func (c *Cloud) lastSnapshot(r Resource, b *batch) error {
	if skip, _ := r.Props["skipFinalSnapshot"].(bool); !skip {
		b.put = append(b.put, c.snapshot(r, r.String("finalSnapshotIdentifier"), "manual"))
	}
	return nil
}

func (c *Cloud) snapshot(r Resource, name, kind string) Resource {
	now := c.options.Now().UTC()
	s := Resource{Account: r.Account, Region: r.Region, Type: "aws_db_cluster_snapshot", ID: name, URN: r.URN, Created: now, Props: map[string]any{
		"dbClusterSnapshotIdentifier": name, "dbClusterIdentifier": r.ID, "engine": r.String("engine"), "engineVersion": r.String("engineVersion"),
		"kmsKeyId": r.String("kmsKeyId"), "storageEncrypted": r.Props["storageEncrypted"], "snapshotType": kind, "status": "available",
	}}
	s.Props["dbClusterSnapshotArn"] = arnOf(s)
	return s
}

// turnCluster is what a finished change of roles makes of a cluster.
func (c *Cloud) turnCluster(r Resource, t *Turn, me *Member, b *batch) error {
	switch {
	case me.Writer:
		lead, err := c.successor(r, "")
		r.Lead = lead
		b.put = append(b.put, r)
		return err
	case t.Lossy && me.ARN == t.From: // it gets a new volume, and its old one is kept
		if !t.Moves { // else it takes as long as it takes
			me.Behind = c.after("Resynchronization")
		}
		name := fmt.Sprintf("rds:unplanned-global-failover-%s-%s", r.ID, t.Done.Format("2006-01-02-15-04-05"))
		b.put = append(b.put, c.snapshot(r, name, "automated"))
	}
	return nil
}
