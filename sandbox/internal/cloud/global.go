package cloud

import (
	"slices"
	"time"
)

// Global is who belongs to an Aurora global database or to an ElastiCache Global
// Datastore, which of them writes, and the change of roles that is under way.
type Global struct {
	Members []Member `json:"members"`
	Turn    *Turn    `json:"turn,omitempty"`
}

// Member is a cluster or replication group of one region.
type Member struct {
	ARN    string `json:"arn"`
	Region string `json:"region"`
	ID     string `json:"id"`
	Writer bool   `json:"writer"`
	// Behind is until when it copies again what it missed.
	Behind time.Time `json:"behind,omitzero"`
	// Lost says that its data does not follow the writer's, and is to be made to.
	Lost bool `json:"lost,omitempty"`
}

// Turn is a change of roles under way.
type Turn struct {
	// Status is AWS's word for it: "switching-over", "failing-over", "modifying".
	Status string `json:"status"`
	// From and To are the members' ARNs.
	From string `json:"from"`
	To   string `json:"to"`
	// Lossy is a failover that gives up what was not copied yet.
	Lossy bool      `json:"lossy"`
	Done  time.Time `json:"done"`
	// Moves says that data moves with it: it ends when that has happened, not at Done.
	Moves bool `json:"moves,omitempty"`
}

// DefaultSpeed is how many times faster than AWS roles change: a switchover of
// Aurora takes two seconds, long enough to be seen under way.
const DefaultSpeed = 30

// takes is how long AWS needs, as far as it says so. Aurora's switchover: "a
// short time"; its failover: "typically within a few minutes", and the old
// primary then gets a new volume; ElastiCache: about a minute in AWS's own
// workshop on disaster recovery.
var takes = map[string]time.Duration{
	"SwitchoverGlobalCluster":        time.Minute,
	"FailoverGlobalCluster":          2 * time.Minute,
	"Resynchronization":              10 * time.Minute,
	"FailoverGlobalReplicationGroup": time.Minute,
}

// after is when what starts now will have ended.
func (c *Cloud) after(what string) time.Time {
	return c.options.Now().UTC().Add(time.Duration(float64(takes[what]) / c.options.Speed))
}

// resyncs says that a member copies again what it missed.
func (c *Cloud) resyncs(m Member) bool { return m.Lost || c.options.Now().Before(m.Behind) }

func (g *Global) writer() *Member {
	for i := range g.Members {
		if g.Members[i].Writer {
			return &g.Members[i]
		}
	}
	return nil
}

func (g *Global) member(arn string) *Member {
	for i := range g.Members {
		if g.Members[i].ARN == arn {
			return &g.Members[i]
		}
	}
	return nil
}

func (g *Global) in(region string) *Member {
	for i := range g.Members {
		if g.Members[i].Region == region {
			return &g.Members[i]
		}
	}
	return nil
}

func (g *Global) drop(arn string) {
	g.Members = slices.DeleteFunc(g.Members, func(m Member) bool { return m.ARN == arn })
}

// globalTypes is what each type of member is a member of.
var globalTypes = map[string]string{
	"aws_rds_cluster":                   "aws_rds_global_cluster",
	"aws_elasticache_replication_group": "aws_elasticache_global_replication_group",
}

// globalOf returns what r is a member of, and as what; nil if of nothing.
func (c *Cloud) globalOf(r Resource) (Resource, *Member, error) {
	arn := arnOf(r)
	found, err := c.find(globalTypes[r.Type], func(g Resource) bool {
		return g.Account == r.Account && g.Global != nil && g.Global.member(arn) != nil
	})
	if err != nil || len(found) == 0 {
		return Resource{}, nil, err
	}
	return found[0], found[0].Global.member(arn), nil
}

// memberOf returns the resource that a member stands for.
func (c *Cloud) memberOf(g Resource, m *Member) (Resource, error) {
	for tfType, global := range globalTypes {
		if global == g.Type {
			return c.get(g.Account, m.Region, tfType, m.ID)
		}
	}
	return Resource{}, &NotFoundError{g.Account, m.Region, g.Type, m.ID}
}

// settle gives the new roles to what has finished changing them. Nothing waits
// for it in the background, so a change survives a restart of sandboxd. The
// caller holds mu.
func (c *Cloud) settle() error {
	now := c.options.Now()
	for _, tfType := range []string{"aws_elasticache_global_replication_group", "aws_rds_global_cluster"} {
		due, err := c.find(tfType, func(r Resource) bool {
			return r.Global != nil && r.Global.Turn != nil && !r.Global.Turn.Moves && !now.Before(r.Global.Turn.Done)
		})
		if err != nil {
			return err
		}
		for _, g := range due {
			if err := c.turn(g); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn completes a change of roles.
func (c *Cloud) turn(g Resource) error {
	t := g.Global.Turn
	g.Global.Turn = nil
	var b batch
	for _, m := range slices.Clone(g.Global.Members) {
		r, err := c.memberOf(g, &m)
		if IsNotFound(err) && m.ARN != t.To { // lost with its region
			g.Global.drop(m.ARN)
			continue
		}
		if err != nil {
			return err
		}
		mine := g.Global.member(m.ARN)
		mine.Writer = m.ARN == t.To
		if r.Type == "aws_rds_cluster" {
			if err := c.turnCluster(r, t, mine, &b); err != nil {
				return err
			}
		}
	}
	b.put = append(b.put, g)
	return c.commit(b)
}
