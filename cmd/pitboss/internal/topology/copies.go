package topology

import (
	"slices"
	"strings"
)

// connect finds what is copied from one region to the other.
func (g *graph) connect() {
	for _, n := range g.nodes {
		r := n.Resource
		home, other := n.region, g.other(n.region)
		switch {
		case n.Is("rds/globalCluster:GlobalCluster"):
			g.copies(n, store, owner(r), "Aurora global", g.active(), g.other(g.active()), true)
		case n.Is("elasticache/globalReplicationGroup:GlobalReplicationGroup"):
			g.copies(n, store, owner(r), "Global Datastore", g.active(), g.other(g.active()), true)
		case n.Is("msk/replicator:Replicator"):
			// A replicator stands in the region that it copies to.
			g.copies(n, store, g.kafka(), "MSK Replicator", other, home, home != g.active())
		case n.IsAny("BucketReplicationConfig", "BucketReplication"):
			g.copies(n, evidence, "", "S3 replication", home, other, true)
		case n.Is("kms/replicaKey:ReplicaKey"):
			g.copies(n, key, "", "key replicas", other, home, true)
		case n.Is("secretsmanager/secret:Secret") && at(r, "replicas") != nil:
			g.copies(n, secrets, "", "secrets", home, g.named(text(r, "replicas", 0, "region"), other), true)
		case n.Is("ecr/replicationConfiguration:ReplicationConfiguration"):
			to := text(r, "replicationConfiguration", "rules", 0, "destinations", 0, "region")
			g.copies(n, images, "", "images", home, g.named(to, other), true)
		case n.Is("backup/plan:Plan") && strings.Contains(text(r, "rules", 0, "copyActions", 0, "destinationVaultArn"), ":"):
			g.copies(n, backups, "", "backup copies", home, other, true)
		}
	}
}

// named is a region of the market by its name, or else the one that is usual.
func (g *graph) named(name, usual string) string {
	if g.region(name) != nil {
		return name
	}
	return usual
}

// kafka is the key of the brokers that a replicator reads, whose own name is another.
func (g *graph) kafka() string {
	for _, t := range g.model.things {
		if t.kind == store && strings.HasPrefix(t.title, kafkaTitle) {
			return t.key
		}
	}
	return "kafka"
}

// copies adds a replication of things of a kind. One for all of the kind has no key.
func (g *graph) copies(n *node, what kind, name, title, from, to string, live bool) {
	uid := strings.Join([]string{string(what), name, from, to}, "/")
	i := slices.IndexFunc(g.model.things, func(t *thing) bool { return t.kind == replication && t.uid == uid })
	if i < 0 {
		i = len(g.model.things)
		g.model.things = append(g.model.things, &thing{
			kind: replication, key: string(what) + "/" + name, title: title, from: from, to: to, live: live, uid: uid,
		})
	}
	t := g.model.things[i]
	t.count++
	t.live = t.live || live
	t.mark.add(n.step, true)
	n.arrow = true
	// A copy of a secret or an image is a resource of nobody's program.
	if what == secrets || what == images {
		g.copied(n, what, to)
	}
}

// copied adds the box of what AWS copies to a region.
func (g *graph) copied(n *node, what kind, to string) {
	t := g.model.one(what, to)
	if t == nil {
		t = &thing{kind: what, region: to, title: map[kind]string{secrets: "secrets", images: "image repositories"}[what], role: "copies"}
		g.model.things = append(g.model.things, t)
	}
	if t.role != "copies" {
		return
	}
	t.count++
	if home := g.model.one(what, g.other(to)); what == images && home != nil {
		t.count = home.count
	}
	t.mark.add(n.step, false)
}

// between lists the replications of a kind of things, and of one of them by its key.
func (m *model) between(what kind, name string) []*thing {
	var out []*thing
	for _, t := range m.things {
		if t.kind == replication && t.key == string(what)+"/"+name {
			out = append(out, t)
		}
	}
	return out
}
