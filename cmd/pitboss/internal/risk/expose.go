package risk

import (
	"fmt"
	"net/netip"
	"strings"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
)

// exposed is what the world reaches after a step and did not reach before it.
func exposed(s plan.Step) finding {
	f := finding{kind: Expose}
	if s.Op == plan.Delete {
		if s.Old != nil && s.Old.Is("AccountPublicAccessBlock") {
			f.say("without " + s.Old.Name + " nothing keeps the account's buckets from being public")
		}
		return f
	}
	if s.New == nil || !s.New.Custom {
		return f
	}
	opened(s, &f)
	switched(s, &f)
	endpoint(s, &f)
	granted(s, &f)
	return f
}

// gate is an input that alone decides whether the world gets in.
type gate struct {
	about  func(rules.Resource) bool
	path   string
	open   func(any) bool
	unset  any // what the provider takes where it is not set
	opened string
}

func is(v any) func(any) bool    { return func(got any) bool { return got == v } }
func isNot(v any) func(any) bool { return func(got any) bool { return got != v } }
func typed(suffixes ...string) func(rules.Resource) bool {
	return func(r rules.Resource) bool { return r.IsAny(suffixes...) }
}

var publicEndpoint = gate{typed("eks/cluster:Cluster"), "vpcConfig.endpointPublicAccess", is(true), true, "answers the Kubernetes API on the internet"}

// gates are those that AWS has and the program may use.
var gates = []gate{
	{rules.Resource.AWS, "publiclyAccessible", is(true), false, "gets a public address"},
	publicEndpoint,
	{typed("msk/cluster:Cluster"), "brokerNodeGroupInfo.connectivityInfo.publicAccess.type", isNot("DISABLED"), "DISABLED", "gives its brokers public addresses"},
	{balancer, "internal", isNot(true), false, "faces the internet"},
	{service, "spec.type", is("LoadBalancer"), "ClusterIP", "gets a load balancer that faces the internet"},
	{typed("BucketPublicAccessBlock", "AccountPublicAccessBlock"), "blockPublicAcls", isNot(true), false, "lets public ACLs be set"},
	{typed("BucketPublicAccessBlock", "AccountPublicAccessBlock"), "blockPublicPolicy", isNot(true), false, "lets a public policy be set"},
	{typed("BucketPublicAccessBlock", "AccountPublicAccessBlock"), "ignorePublicAcls", isNot(true), false, "makes public ACLs count"},
	{typed("BucketPublicAccessBlock", "AccountPublicAccessBlock"), "restrictPublicBuckets", isNot(true), false, "lets a public policy work"},
}

func balancer(r rules.Resource) bool { return r.AWS() && r.Is("LoadBalancer") }

// service is a Kubernetes Service whose load balancer, if it has one, faces the internet.
func service(r rules.Resource) bool {
	if !r.Kubernetes() || !r.Is("Service") {
		return false
	}
	m, _ := one(&r, "metadata").(map[string]any)
	notes, _ := m["annotations"].(map[string]any)
	return notes["service.beta.kubernetes.io/aws-load-balancer-scheme"] != "internal" &&
		notes["service.beta.kubernetes.io/aws-load-balancer-internal"] != "true"
}

// read is whether the gate of a resource is open; told is false if that is not known.
func (g gate) read(r *rules.Resource) (open, told bool) {
	if r == nil || !g.about(*r) {
		return false, true
	}
	v := one(r, g.path)
	if v == nil {
		v = g.unset
	}
	return !hidden(v) && g.open(v), !hidden(v)
}

func switched(s plan.Step, f *finding) {
	for _, g := range gates {
		if !g.about(*s.New) {
			continue
		}
		was, sure := g.read(s.Old)
		open, told := g.read(s.New)
		switch {
		case was || !sure && !told:
		case !told && s.Old != nil:
			f.say(fmt.Sprintf("whether %s %s %s", s.New.Name, g.opened, untold), because(s, g.path))
		case open:
			f.say(s.New.Name+" "+g.opened, because(s, g.path))
		}
	}
}

// endpoint is who else reaches a cluster's public endpoint.
func endpoint(s plan.Step, f *finding) {
	const path = "vpcConfig.publicAccessCidrs"
	public := publicEndpoint
	if open, told := public.read(s.New); !public.about(*s.New) || told && !open {
		return
	}
	// A cluster without an endpoint on the internet lets nobody in, whatever its list.
	var old []netip.Prefix
	oldTold := s.Old != nil
	if was, told := public.read(s.Old); s.Old != nil && (was || !told) {
		old, oldTold = admitted(s.Old)
	} else if s.Old == nil || told {
		return // switched says that it opens
	}
	now, told := admitted(s.New)
	if !told && oldTold {
		f.say("who reaches the Kubernetes API of "+s.New.Name+" on the internet "+untold, because(s, path))
	}
	var more []string
	for _, block := range now {
		if !within(block, old) {
			more = append(more, block.String())
		}
	}
	if len(more) > 0 {
		f.say("more of the internet reaches the Kubernetes API of "+s.New.Name+": "+strings.Join(more, ", "), because(s, path))
	}
}

// admitted are the blocks that reach a cluster's public endpoint: all, where none is named.
func admitted(r *rules.Resource) (blocks []netip.Prefix, told bool) {
	list := reach(r, "vpcConfig.publicAccessCidrs.*")
	if len(list) == 0 {
		return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0)}, true
	}
	told = true
	for _, s := range list {
		text, _ := s.value.(string)
		if block, err := netip.ParsePrefix(text); err == nil {
			blocks = append(blocks, block)
		} else {
			told = false
		}
	}
	return blocks, told
}

func within(block netip.Prefix, list []netip.Prefix) bool {
	for _, o := range list {
		if o.Bits() <= block.Bits() && o.Contains(block.Addr()) {
			return true
		}
	}
	return false
}
