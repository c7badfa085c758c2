package market

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pitboss/regions"
)

// Traffic says how players find the region that is active.
type Traffic struct {
	// Switch is what a drill moves traffic with.
	Switch Switch
	// Failover is how DNS notices a lost region, and how long that takes.
	Failover regions.Failover
	// Names are the names that players' software uses.
	Names Names
}

// Names are DNS names, all below the market's domain, without a final dot.
type Names struct {
	// API is the name of the HTTPS API.
	API string
	// WebSocket is the name of the live connection.
	WebSocket string
	// Read is the name under which both regions may answer.
	Read string
}

// Switch is what closes a region to traffic without changing a record: the control plane
// of Route 53 lives in one region, which may be the one that is lost.
type Switch string

const (
	// SwitchRoutingControl is a routing control of Application Recovery Controller: five
	// regional endpoints, any of which moves it, at the price of a cluster by the hour.
	SwitchRoutingControl Switch = "routing-control"
	// SwitchInvertedCheck inverts a health check. It costs nothing, and the call that
	// does it goes to Route 53's control plane.
	SwitchInvertedCheck Switch = "inverted-health-check"
)

var switches = []string{string(SwitchRoutingControl), string(SwitchInvertedCheck)}

// switchCosts is what a market file says beside its switch.
func switchCosts(s Switch) string {
	if s == SwitchRoutingControl {
		return "moves in five regions; its ARC cluster costs about 2.5 USD an hour (not verified)"
	}
	return "costs nothing; moving it takes Route 53's control plane, which is in one region"
}

func parseSwitch(s string) (Switch, error) {
	if !slices.Contains(switches, s) {
		return "", fmt.Errorf("unknown switch %q", s)
	}
	return Switch(s), nil
}

// longestTTL is a day: what anybody could mean. The RTO decides long before.
const longestTTL = 24 * time.Hour

const (
	meansTTL       = "whole seconds from 1s to 24h, e.g. 30s"
	meansThreshold = "a number of failed checks from 1 to 10"
)

func (r *reader) traffic(n *yaml.Node, domain string) Traffic {
	f := r.section(n, "traffic", []key{
		{"switch", true, "one of " + strings.Join(switches, ", ")}, {"ttl", false, ""}, {"checkInterval", false, ""}, {"failureThreshold", false, ""}, {"names", false, ""},
	})
	out := Traffic{
		Switch:   value(r, f["switch"], "traffic.switch", parseSwitch, switches),
		Failover: regions.DefaultFailover(),
		Names:    r.names(f["names"], domain),
	}
	if d, ok := r.duration(f["ttl"], "traffic.ttl", meansTTL); ok {
		if d < time.Second || d > longestTTL {
			r.blame("traffic.ttl", d.String(), meansTTL, "30s is the policy's")
		} else {
			out.Failover.TTL = d
		}
	}
	intervals := fmt.Sprint(regions.CheckIntervals()[0], " or ", regions.CheckIntervals()[1])
	if d, ok := r.duration(f["checkInterval"], "traffic.checkInterval", intervals); ok {
		if slices.Contains(regions.CheckIntervals(), d) {
			out.Failover.CheckInterval = d
		} else {
			r.blame("traffic.checkInterval", d.String(), intervals, "choose one of the two that Route 53 has")
		}
	}
	if s, ok := r.text(f["failureThreshold"], "traffic.failureThreshold", meansThreshold); ok {
		threshold, err := strconv.Atoi(s)
		if err == nil && threshold >= 1 && threshold <= regions.MaxFailureThreshold {
			out.Failover.FailureThreshold = threshold
		} else {
			r.blame("traffic.failureThreshold", strconv.Quote(s), meansThreshold, "3 is the policy's")
		}
	}
	return out
}

// duration reads a time such as 30s or 15m, in whole seconds.
func (r *reader) duration(n *yaml.Node, path, means string) (time.Duration, bool) {
	s, ok := r.text(n, path, means)
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(s)
	if err != nil || d%time.Second != 0 {
		r.blame(path, strconv.Quote(s), means, "write it with its unit, in whole seconds: 30s, 15m")
		return 0, false
	}
	return d, true
}

// namesFor is the names of a market that gives none.
func namesFor(domain string) Names {
	return Names{"api." + domain, "ws." + domain, "read." + domain}
}

// names reads the names that players use. Without a domain that could be read nothing can
// be said of them.
func (r *reader) names(n *yaml.Node, domain string) Names {
	f := r.section(n, "traffic.names", []key{{"api", false, ""}, {"websocket", false, ""}, {"read", false, ""}})
	if domain == "" {
		return Names{}
	}
	out := namesFor(domain)
	for _, name := range []struct {
		key  string
		into *string
	}{{"api", &out.API}, {"websocket", &out.WebSocket}, {"read", &out.Read}} {
		at := "traffic.names." + name.key
		if s, ok := r.text(f[name.key], at, meansHost(domain)); ok && r.below(s, at, domain) {
			*name.into = s
		}
	}
	r.apart(out)
	return out
}

func meansHost(domain string) string {
	return "a DNS name in lower case below the market's domain, e.g. " + namesFor(domain).API
}

// longestName leaves room for the region that stands before a name in its own records.
const longestName = 253 - 32

// below keeps a name inside the market's own zone, and off its apex: there a name is a
// CNAME, which stands beside nothing else.
func (r *reader) below(name, at, domain string) bool {
	bad := slices.ContainsFunc(strings.Split(name, "."), func(l string) bool { return !labelForm.MatchString(l) })
	switch {
	case bad || len(name) > longestName:
		r.blame(at, strconv.Quote(name), meansHost(domain), "write the whole name, without a final dot")
	case name == domain:
		r.blame(at, name, meansHost(domain), "choose a name below it: the domain itself cannot point to another name")
	case !strings.HasSuffix(name, "."+domain):
		r.blame(at, name, meansHost(domain), "the market's hosted zone answers for "+domain+" and nothing else: put the name there, or correct domain")
	default:
		return true
	}
	return false
}

// apart keeps the three names, and what stands below them, from meeting.
func (r *reader) apart(n Names) {
	all := []struct{ at, name string }{{"traffic.names.api", n.API}, {"traffic.names.websocket", n.WebSocket}, {"traffic.names.read", n.Read}}
	for i, a := range all {
		for _, b := range all[:i] {
			switch {
			case a.name == b.name:
				r.blame(a.at, a.name, "a name of its own; "+b.at+" is this one", "choose another")
			case strings.HasSuffix(a.name, "."+b.name), strings.HasSuffix(b.name, "."+a.name):
				r.blame(a.at, a.name, fmt.Sprintf("a name that is not below another; %s is %s", b.at, b.name), "choose another: the records of each region stand below its name")
			}
		}
	}
}
