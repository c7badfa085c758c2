package services

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"pitboss/components/pools/labels"
)

// The ports that a service may answer on. Below the first, a process would need a
// privilege. On the host's network, the last is below what a webrtc node hands out for its
// own connections (components/pools/userdata.go) and below the media's.
const (
	firstPort    = 1024
	lastPort     = 65535
	lastHostPort = 10239
)

// portName is a port's name as Kubernetes takes it: at most 15 letters, digits and dashes.
var portName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$`)

// ports judges what the service answers on.
func (c *check) ports(d Domain, s Service) {
	if s.Runs() == CronJob {
		c.refuse(len(s.Ports) == 0, s.Name, "Ports", "found %d: a %s answers nobody: leave them out", len(s.Ports), CronJob)
		return
	}
	last := lastPort
	if s.Host != nil {
		last = lastHostPort
	}
	type number struct {
		port int
		udp  bool
	}
	names, numbers, measured := map[string]bool{}, map[number]bool{}, 0
	for _, p := range s.Ports {
		c.refuse(portName.MatchString(p.Name), s.Name, "Ports", "found name %q: want lower-case letters, digits and dashes, at most 15", p.Name)
		c.refuse(!names[p.Name], s.Name, "Ports", "has two ports %q", p.Name)
		c.refuse(!numbers[number{p.Port, p.UDP}], s.Name, "Ports", "has port %d twice, the second as %q", p.Port, p.Name)
		c.refuse(p.Port >= firstPort && p.Port <= last, s.Name, "Ports", "found %d for %q: want %d to %d on pool %s", p.Port, p.Name, firstPort, last, s.Pool)
		c.refuse(p.Serves != "", s.Name, "Ports", "does not say whom %q serves: it is the reason of the opening", p.Name)
		c.refuse(!p.Players || d.Zone == Public, s.Name, "Ports", "opens %q to players in zone %s: players reach zone %s only", p.Name, d.Zone, Public)
		c.refuse(!p.Metrics || !p.Players && !p.UDP, s.Name, "Ports", "has %q for metrics and for something else: give metrics a port of their own", p.Name)
		names[p.Name], numbers[number{p.Port, p.UDP}] = true, true
		if p.Metrics {
			measured++
		}
	}
	c.refuse(measured == 1, s.Name, "Ports", "has %d ports for metrics: want one: nobody sees what is not measured", measured)
	c.refuse(!s.Sticky || answersSomebody(s), s.Name, "Sticky", "is set, and it answers nobody")
	c.refuse(s.Drain > 0 && s.Drain <= longestDrain, s.Name, "Drain", "found %s: say how long its connections need to end, at most %s: EKS waits 15 minutes for a node to empty, and then gives the update up", s.Drain, longestDrain)
}

const longestDrain = 10 * time.Minute

// answersSomebody is false for what only Prometheus and the kubelet speak to.
func answersSomebody(s Service) bool {
	return slices.ContainsFunc(s.Ports, func(p Port) bool { return !p.Metrics })
}

// host judges what the service may use of its node's network.
func (c *check) host(d Domain, s Service) {
	if s.Host == nil {
		return
	}
	h := *s.Host
	if d.HostNetwork == "" {
		c.refuse(false, s.Name, "Host", "is set, and domain %s keeps Pod Security's restricted level: say in its HostNetwork why it cannot, or leave Host out", d.Name)
		return
	}
	c.refuse(s.Runs() == DaemonSet, s.Name, "Kind", "found %s on the host's network: want a %s: two pods of one node would want the same ports", s.Runs(), DaemonSet)
	c.refuse(s.Pool == labels.WebRTC, s.Name, "Pool", "found %q on the host's network: only pool %s opens a node's ports", s.Pool, labels.WebRTC)
	c.refuse(h.First >= labels.MediaPortFirst && h.First <= h.Last && h.Last <= labels.MediaPortLast, s.Name, "Host",
		"found ports %d to %d: pool %s opens %d to %d", h.First, h.Last, labels.WebRTC, labels.MediaPortFirst, labels.MediaPortLast)
	c.refuse(h.DSCP >= 0 && h.DSCP <= 63, s.Name, "Host", "found DSCP %d: want 0 to 63", h.DSCP)
}

// probes judges how health is read.
func (c *check) probes(s Service) {
	p := s.Probes
	if s.Runs() == CronJob {
		c.refuse(p.Port == "" && p.Live == "" && p.Ready == "", s.Name, "Probes", "is set on a %s: a run is judged by how it ends", CronJob)
		return
	}
	i := slices.IndexFunc(s.Ports, func(one Port) bool { return one.Name == p.Port })
	c.refuse(i >= 0 && !s.Ports[max(i, 0)].UDP, s.Name, "Probes.Port", "found %q: want the name of one of its TCP ports", p.Port)
	c.refuse(strings.HasPrefix(p.Live, "/"), s.Name, "Probes.Live", "found %q: want a path, such as /live", p.Live)
	c.refuse(strings.HasPrefix(p.Ready, "/"), s.Name, "Probes.Ready", "found %q: want a path, such as /ready", p.Ready)
	c.refuse(p.Live == "" || p.Live != p.Ready, s.Name, "Probes.Live", "is %q, as readiness is: readiness asks dependencies, and what asks them for liveness restarts every pod when one is down", p.Live)
	c.refuse(p.StartupSeconds > 0, s.Name, "Probes.StartupSeconds", "found %d: say how long a start may take: liveness would kill it before", p.StartupSeconds)
	for _, need := range p.ReadyDependsOn {
		c.refuse(slices.Contains(reaches(s), need), s.Name, "Probes.ReadyDependsOn", "found %q, which it does not connect to: choose from %v", need, reaches(s))
	}
}

// promise judges the SLO.
func (c *check) promise(s Service) {
	if s.Tier == Batch {
		return
	}
	c.refuse(s.SLO.Availability > 0 && s.SLO.Availability < 100, s.Name, "SLO.Availability", "found %v: want a share in per cent below 100, such as 99.95: nobody keeps 100", s.SLO.Availability)
	c.refuse(s.SLO.P95 > 0 || !answersSomebody(s), s.Name, "SLO.P95", "is required: somebody waits for its answers")
}
