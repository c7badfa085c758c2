package services

import (
	"slices"

	"pitboss/components/kafka"
	"pitboss/components/stores"
	"pitboss/regions"
)

// connections judges everything that the service may speak to.
func (c *check) connections(d Domain, s Service) {
	for i, conn := range s.Connections {
		c.refuse(conn.targets() == 1, s.Name, "Connections", "has a connection to %d things (number %d, %q): want one of Service, Store, Reads or Writes, Party and Evidence", conn.targets(), i+1, conn.Why)
		c.refuse(conn.Why != "", s.Name, "Connections", "does not say why number %d is open", i+1)
		c.toService(d, s, conn)
		c.toStore(d, s, conn)
		c.toTopics(d, s, conn)
		c.toEvidence(d, s, conn)
		c.toParty(d, s, conn)
	}
	seen := map[string]bool{}
	for _, one := range openings(s) {
		c.refuse(!seen[one], s.Name, "Connections", "opens %s twice: one opening has one reason", one)
		seen[one] = true
	}
}

// openings is each thing that the service's connections open, in words.
func openings(s Service) (out []string) {
	for _, conn := range s.Connections {
		for _, one := range []struct{ what, name string }{
			{"port " + conn.Port + " of", conn.Service}, {"store", conn.Store}, {"parties", string(conn.Party)}, {"evidence", conn.Evidence},
		} {
			if one.name != "" {
				out = append(out, one.what+" "+one.name)
			}
		}
		for _, name := range conn.Reads {
			out = append(out, "reading of "+name)
		}
		for _, name := range conn.Writes {
			out = append(out, "writing of "+name)
		}
	}
	return out
}

// targets is how many things the connection is to.
func (conn Connection) targets() (n int) {
	for _, set := range []bool{conn.Service != "", conn.Store != "", len(conn.Reads)+len(conn.Writes) > 0, conn.Party != "", conn.Evidence != ""} {
		if set {
			n++
		}
	}
	return n
}

// reaches is what the service connects to, as readiness names it.
func reaches(s Service) (out []string) {
	for _, conn := range s.Connections {
		for _, one := range []string{conn.Service, conn.Store, string(conn.Party)} {
			if one != "" {
				out = append(out, one)
			}
		}
		out = append(out, conn.Reads...)
		out = append(out, conn.Writes...)
	}
	return out
}

func (c *check) toService(d Domain, s Service, conn Connection) {
	if conn.Service == "" {
		c.refuse(conn.Port == "", s.Name, "Connections", "names port %q of no service", conn.Port)
		return
	}
	to, target, known := findIn(c.domains, conn.Service)
	c.refuse(known, s.Name, "Connections", "is to service %q, which does not exist: choose one of %v", conn.Service, c.names())
	if !known {
		return
	}
	c.refuse(target.Name != s.Name, s.Name, "Connections", "is to itself")
	i := slices.IndexFunc(target.Ports, func(p Port) bool { return p.Name == conn.Port })
	c.refuse(i >= 0, s.Name, "Connections", "is to port %q of %s, which has %v", conn.Port, conn.Service, portNames(target))
	c.refuse(i < 0 || !target.Ports[i].Metrics, s.Name, "Connections", "is to port %q of %s, which is for metrics: Prometheus alone reads those", conn.Port, conn.Service)
	row := trustOf(d.Zone)
	c.refuse(slices.Contains(row.services, to.Zone), s.Name, "Connections", "is to %s of zone %s: zone %s reaches services of %v: %s", conn.Service, to.Zone, d.Zone, row.services, row.why)
}

func (c *check) toStore(d Domain, s Service, conn Connection) {
	if conn.Store == "" {
		return
	}
	all := stores.Consumers()
	i := slices.IndexFunc(all, func(one stores.Consumer) bool { return one.Name == conn.Store })
	c.refuse(i >= 0, s.Name, "Connections", "is to the store consumer %q, which does not exist: choose one of %v, or add it to components/stores", conn.Store, consumerNames())
	if i < 0 {
		return
	}
	c.refuse(all[i].Purpose != stores.Administration, s.Name, "Connections", "is as %q, who administers store %s: no service does: add a consumer for %s", conn.Store, all[i].Store, stores.Transactions)
	row, zone := trustOf(d.Zone), zoneOfStore(all[i])
	c.refuse(slices.Contains(row.stores, zone), s.Name, "Connections", "is to store %s of zone %s: zone %s reaches stores of %v: %s", all[i].Store, zone, d.Zone, row.stores, row.why)
}

// everybodySays is the owner of the topics that everybody may write to.
const everybodySays = "audit"

func (c *check) toTopics(d Domain, s Service, conn Connection) {
	if len(conn.Reads)+len(conn.Writes) == 0 {
		return
	}
	row := trustOf(d.Zone)
	c.refuse(row.records, s.Name, "Connections", "is to topics: zone %s reaches none: %s", d.Zone, row.why)
	for _, name := range conn.Reads {
		c.topic(s, name)
	}
	for _, name := range conn.Writes {
		if t, known := c.topic(s, name); known {
			c.refuse(t.Owner == everybodySays || slices.Contains(d.Speaks, t.Owner), s.Name, "Connections",
				"writes topic %s, whose owner is %q: domain %s speaks for %v: ask the owner's service instead, or write a topic of its own", name, t.Owner, d.Name, d.Speaks)
		}
	}
}

// topic is the topic of a name, refused if there is none.
func (c *check) topic(s Service, name string) (kafka.Topic, bool) {
	all := kafka.Topics()
	i := slices.IndexFunc(all, func(t kafka.Topic) bool { return t.Name == name })
	if i < 0 {
		c.refuse(false, s.Name, "Connections", "is to topic %q, which does not exist: choose one of %v, or add it to components/kafka", name, topicNames())
		return kafka.Topic{}, false
	}
	return all[i], true
}

// lag judges the topic whose waiting records scale the service.
func (c *check) lag(s Service) {
	sc := s.Scaling
	if sc.Signal != Lag {
		c.refuse(sc.Topic == "" && sc.Group == "", s.Name, "Scaling", "found topic %q and group %q: only signal %q is of a topic", sc.Topic, sc.Group, Lag)
		return
	}
	reads := slices.ContainsFunc(s.Connections, func(conn Connection) bool { return slices.Contains(conn.Reads, sc.Topic) })
	c.refuse(reads, s.Name, "Scaling.Topic", "found %q, which it does not read: more pods would not shorten it", sc.Topic)
	c.refuse(sc.Group == s.Name, s.Name, "Scaling.Group", "found %q: want its own name, %q: its role may use the group of that name and no other", sc.Group, s.Name)
	if t, known := c.topic(s, sc.Topic); known {
		c.refuse(s.Replicas.Most <= t.Partitions, s.Name, "Replicas.Most", "found %d: topic %s has %d partitions, and a pod more than that has nothing to read", s.Replicas.Most, t.Name, t.Partitions)
	}
}

func (c *check) toEvidence(d Domain, s Service, conn Connection) {
	if conn.Evidence == "" {
		return
	}
	row := trustOf(d.Zone)
	c.refuse(row.records, s.Name, "Connections", "is to evidence %q: zone %s reaches none: %s", conn.Evidence, d.Zone, row.why)
	classes := recordClasses()
	c.refuse(slices.Contains(classes, regions.RecordClass(conn.Evidence)), s.Name, "Connections", "is to evidence %q, which is no record class: choose one of %v", conn.Evidence, classes)
}

func (c *check) toParty(d Domain, s Service, conn Connection) {
	if conn.Party == "" {
		return
	}
	known := slices.Contains(Parties(), conn.Party)
	c.refuse(known, s.Name, "Connections", "is to parties %q: choose one of %v", conn.Party, Parties())
	row := trustOf(d.Zone)
	c.refuse(!known || slices.Contains(row.parties, conn.Party), s.Name, "Connections", "is to parties of kind %q: zone %s reaches %v: %s", conn.Party, d.Zone, row.parties, row.why)
}
