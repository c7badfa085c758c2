package services

import (
	"regexp"
	"slices"
	"strings"

	"pitboss/components/pools/labels"
	"pitboss/components/stores"
)

// kinds is every kind, for those who have to choose one.
var kinds = []Kind{Deployment, StatefulSet, DaemonSet, CronJob}

func (c *check) service(d Domain, s Service) {
	c.refuse(label.MatchString(s.Name), s.Name, "Name", "found %q in domain %s: want lower-case letters, digits and dashes, at most 40", s.Name, d.Name)
	c.refuse(s.Does != "", s.Name, "Does", "is required: one sentence on what it is for")
	c.refuse(slices.Contains(kinds, s.Runs()), s.Name, "Kind", "found %q: choose one of %v", s.Kind, kinds)
	c.refuse(imageName.MatchString(s.Image) && s.Image != Pause, s.Name, "Image", "found %q: want an image's name alone, not %q; the market file has its digest", s.Image, Pause)
	c.placement(d, s)
	c.size(s)
	c.replicas(s)
	c.scaling(s)
	c.schedule(s)
	c.ports(d, s)
	c.host(d, s)
	c.probes(s)
	c.promise(s)
	c.settings(s)
	c.credentials(d, s)
	c.connections(d, s)
}

// imageName has no tag, no digest and no registry.
var imageName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// placement judges the tier and the pool.
func (c *check) placement(d Domain, s Service) {
	terms := s.Tier.Terms()
	if terms.Tier == "" {
		c.refuse(false, s.Name, "Tier", "found %q: choose one of %v", s.Tier, tierNames())
		return
	}
	known := slices.Contains(labels.Pools(), s.Pool)
	c.refuse(known, s.Name, "Pool", "found %q: choose one of %v", s.Pool, terms.Pools)
	c.refuse(!known || slices.Contains(terms.Pools, s.Pool), s.Name, "Pool", "found %q: tier %s runs on one of %v", s.Pool, s.Tier, terms.Pools)
	c.refuse(!known || (s.Pool == labels.PII) == (d.Zone == stores.Vault), s.Name, "Pool",
		"found %q in zone %s: the vault's services run on pool %s, and nothing else does, so that they share no kernel with what players reach", s.Pool, d.Zone, labels.PII)
}

func tierNames() []Tier {
	var out []Tier
	for _, t := range tiers {
		out = append(out, t.Tier)
	}
	return out
}

// size judges what a pod asks for by itself.
func (c *check) size(s Service) {
	guaranteed := s.Tier.Terms().Guaranteed
	for _, one := range []struct {
		field string
		of    Amount
	}{{"CPU", s.CPU}, {"Memory", s.Memory}} {
		c.refuse(one.of.Request > 0 && one.of.Limit >= one.of.Request, s.Name, one.field, "found request %d and limit %d: want a request, and a limit that is not below it", one.of.Request, one.of.Limit)
		c.refuse(!guaranteed || one.of.Request == one.of.Limit, s.Name, one.field, "found request %d and limit %d: tier %s is Guaranteed, which wants them equal: else a neighbour can take what it counts on", one.of.Request, one.of.Limit, s.Tier)
	}
	c.refuse(!guaranteed || s.CPU.Request%1000 == 0, s.Name, "CPU", "found %d thousandths: tier %s has whole CPUs, such as 1000: parts of one are throttled", s.CPU.Request, s.Tier)
}

// replicas judges the floors, and that the disruption budget lets a node go.
func (c *check) replicas(s Service) {
	r := s.Replicas
	if !s.Counted() {
		c.refuse(r == Replicas{}, s.Name, "Replicas", "found %+v: a %s has no number of replicas: leave it out", r, s.Runs())
		return
	}
	c.refuse(r.Full >= 1, s.Name, "Replicas.Full", "found %d: want at least 1", r.Full)
	c.refuse(r.Warm >= 1 && r.Warm <= r.Full, s.Name, "Replicas.Warm", "found %d: want 1 to the full floor, %d: what is not running in the standby region cannot be seen to work there", r.Warm, r.Full)
	keeps, _ := Budget(s)
	drainable := func(field string, floor int) {
		c.refuse(keeps == 0 || floor > keeps, s.Name, field, "found %d, and the disruption budget keeps %d, more than half of %d: no node with one of them could ever be drained: want at least %d", floor, keeps, r.Full, max(keeps+1, 3))
	}
	drainable("Replicas.Full", r.Full)
	if r.Full > keeps { // else the full floor is what is wrong
		drainable("Replicas.Warm", r.Warm)
	}
}

// scaling judges the signal, by tier, and what it needs.
func (c *check) scaling(s Service) {
	terms, sc := s.Tier.Terms(), s.Scaling
	c.refuse(terms.Tier == "" || slices.Contains(terms.Signals, sc.Signal), s.Name, "Scaling.Signal", "found %q: tier %s is scaled by one of %q", sc.Signal, s.Tier, terms.Signals)
	if !s.Scaled() {
		c.refuse(sc.Target == 0 && sc.Topic == "" && sc.Group == "", s.Name, "Scaling", "found %+v: signal %q has no target: leave it out", sc, sc.Signal)
		c.refuse(s.Replicas.Most == 0, s.Name, "Replicas.Most", "found %d: nothing scales it: leave it out, or choose a signal", s.Replicas.Most)
		return
	}
	c.refuse(s.Runs() == Deployment, s.Name, "Scaling.Signal", "found %q on a %s: only a Deployment is scaled", sc.Signal, s.Runs())
	c.refuse(sc.Target > 0, s.Name, "Scaling.Target", "found %d: say at which value of %s per pod there are enough pods", sc.Target, sc.Signal)
	c.refuse(s.Replicas.Most > s.Replicas.Full, s.Name, "Replicas.Most", "found %d: want more than the full floor, %d: else it is never scaled", s.Replicas.Most, s.Replicas.Full)
	c.lag(s)
}

// schedule judges what runs by the clock.
func (c *check) schedule(s Service) {
	if s.Runs() != CronJob {
		c.refuse(s.Schedule == nil, s.Name, "Schedule", "is set on a %s: only a %s runs by the clock", s.Runs(), CronJob)
		return
	}
	terms := s.Tier.Terms()
	c.refuse(terms.Tier == "" || terms.Suspended, s.Name, "Tier", "found %q for a %s: schedules of that tier do not stop in the standby region, and it would run twice: choose %s", s.Tier, CronJob, Batch)
	if s.Schedule == nil {
		c.refuse(false, s.Name, "Schedule", "is required for a %s", CronJob)
		return
	}
	at := *s.Schedule
	c.refuse(cron.MatchString(at.Cron), s.Name, "Schedule.Cron", `found %q: want five fields, in UTC, such as "20 1 * * *"`, at.Cron)
	c.refuse(at.Start > 0, s.Name, "Schedule.Start", "found %s: say how late a run may still start: without, a hundred missed runs stop the schedule for good", at.Start)
	c.refuse(at.Deadline > 0, s.Name, "Schedule.Deadline", "found %s: say how long a run may take: without, one that hangs blocks all that follow", at.Deadline)
	c.refuse(at.Retries >= 0 && at.Retries <= mostRetries, s.Name, "Schedule.Retries", "found %d: want 0 to %d", at.Retries, mostRetries)
}

// mostRetries is what Kubernetes tries unless told; beyond it, waits between tries are so
// long that the deadline ends them.
const mostRetries = 6

// cron has five fields of numbers, stars, lists, ranges and steps. The API server reads it
// again; this finds what is no schedule at all.
var cron = regexp.MustCompile(`^[0-9*,/-]+( [0-9*,/-]+){4}$`)

// settings judges the configuration.
func (c *check) settings(s Service) {
	seen := map[string]bool{}
	for _, one := range s.Settings {
		c.refuse(settingName.MatchString(one.Name), s.Name, "Settings", "found %q: want capital letters, digits and underscores", one.Name)
		c.refuse(!seen[one.Name], s.Name, "Settings", "has %s twice", one.Name)
		c.refuse(one.Value != "", s.Name, "Settings", "has no value for %s", one.Name)
		for _, word := range []string{"PASSWORD", "SECRET", "TOKEN", "PRIVATE", "CREDENTIAL"} {
			c.refuse(!strings.Contains(one.Name, word), s.Name, "Settings", "found %s: a secret is never a setting: add it to Credentials, and it is mounted as a file", one.Name)
		}
		seen[one.Name] = true
	}
}

var settingName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
