package workload

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"pitboss/components/internal/component"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/stores"
)

// byDigest is an image of a registry by its digest: a tag can be moved to another image.
var byDigest = regexp.MustCompile(`^[a-z0-9.-]+(/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$`)

// Validate reports every problem at once, each naming its field. Rows are judged against
// each other by services.Check; this judges the one row and what it is given.
func (a Args) Validate() error {
	p := component.Problems{Of: fmt.Sprintf("workload.Args (service %s)", a.Service.Name)}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Region.IsZero(), "Region", "is required")
	p.Check(a.Role.Valid(), "Role", "must be active or standby, got %q", a.Role)
	a.checkRow(&p)
	a.checkNumbers(&p)
	a.checkImage(&p)
	a.checkConfig(&p)
	a.checkPeers(&p)
	a.checkStores(&p)
	a.checkAWS(&p)
	return p.Err()
}

func (a Args) checkRow(p *component.Problems) {
	s := a.Service
	p.Check(s.Name != "", "Service.Name", "is required")
	p.Check(a.Domain.Name != "" && a.Domain.Owner != "" && a.Domain.Zone != "", "Domain", "needs a name, an owner and a zone of trust, got %q, %q and %q", a.Domain.Name, a.Domain.Owner, a.Domain.Zone)
	p.Check(slices.ContainsFunc(a.Domain.Services, func(one services.Service) bool { return one.Name == s.Name }), "Domain", "%s has no service %q: a workload is made in the namespace of its domain", a.Domain.Name, s.Name)
	kinds := []services.Kind{services.Deployment, services.StatefulSet, services.DaemonSet, services.CronJob}
	p.Check(slices.Contains(kinds, s.Runs()), "Service.Kind", "found %q: choose one of %v", s.Kind, kinds)
	terms := s.Tier.Terms()
	p.Check(terms.Tier != "", "Service.Tier", "found %q, which is no tier", s.Tier)
	p.Check(slices.Contains(labels.Pools(), s.Pool), "Service.Pool", "found %q: choose one of %v", s.Pool, labels.Pools())
	p.Check(s.Host == nil || a.Domain.HostNetwork != "", "Service.Host", "is set, but domain %s does not say why it cannot keep Pod Security's restricted level", a.Domain.Name)
	p.Check((s.Schedule != nil) == (s.Runs() == services.CronJob), "Service.Schedule", "is for a CronJob, which cannot be without it; got a %s", s.Runs())
	_, probed := portOf(s, s.Probes.Port)
	p.Check(s.Runs() == services.CronJob || probed && s.Probes.Live != "" && s.Probes.Ready != "", "Service.Probes", "must name a port of the service and both paths, got port %q, live %q, ready %q", s.Probes.Port, s.Probes.Live, s.Probes.Ready)
}

// checkNumbers judges how much there is of the service.
func (a Args) checkNumbers(p *component.Problems) {
	s, terms := a.Service, a.Service.Tier.Terms()
	amount := func(field string, of services.Amount) {
		p.Check(of.Request > 0 && of.Limit >= of.Request, field, "must have a request, and a limit that is not below it, got %d and %d", of.Request, of.Limit)
		p.Check(!terms.Guaranteed || of.Request == of.Limit, field, "must ask for all that it may use, got %d and %d: tier %s is Guaranteed", of.Request, of.Limit, s.Tier)
	}
	amount("Service.CPU", s.CPU)
	amount("Service.Memory", s.Memory)
	p.Check(slices.Contains(terms.Signals, s.Scaling.Signal), "Service.Scaling", "found signal %q: tier %s allows %q", s.Scaling.Signal, s.Tier, terms.Signals)
	p.Check(!s.Scaled() || s.Runs() == services.Deployment && s.Scaling.Target > 0, "Service.Scaling", "scales a Deployment, to a target, got a %s and %d", s.Runs(), s.Scaling.Target)
	p.Check(s.Scaling.Signal != services.Lag || s.Scaling.Topic != "" && a.usesKafka(), "Service.Scaling", "by lag needs a topic among those that the service reads, got %q", s.Scaling.Topic)
	keeps, _ := services.Budget(s)
	p.Check(!s.Counted() || s.Replicas.Full > keeps && s.Replicas.Warm > keeps, "Service.Replicas", "must stay above the %d that the disruption budget keeps, in either role, got %d and %d: no node could be drained", keeps, s.Replicas.Full, s.Replicas.Warm)
	p.Check(!s.Scaled() || s.Replicas.Most >= s.Replicas.Full, "Service.Replicas", "may grow to %d, which is below its floor of %d", s.Replicas.Most, s.Replicas.Full)
}

func (a Args) checkImage(p *component.Problems) {
	p.Check(byDigest.MatchString(a.Image), "Image", "must be <registry>/<repository>@sha256:<64 hexadecimal digits>, got %q: what a tag names can change without a release", a.Image)
}

// checkConfig wants every line once: of two, nobody could say which holds.
func (a Args) checkConfig(p *component.Problems) {
	seen := map[string]bool{}
	for _, l := range a.lines() {
		p.Check(!seen[l.name], "Service.Settings", "has %s, which is there already: choose another name", l.name)
		seen[l.name] = true
	}
}

// checkPeers judges whom it speaks to in the cluster, and outside.
func (a Args) checkPeers(p *component.Problems) {
	callees := a.Graph.callees(a.Service.Name)
	for _, c := range a.Service.Connections {
		known := slices.ContainsFunc(callees, func(e Edge) bool { return e.To.Service == c.Service && e.Port.Name == c.Port })
		p.Check(c.Service == "" || known, "Graph", "does not know port %q of %s, which the service connects to", c.Port, c.Service)
	}
	byHost := slices.ContainsFunc(a.Graph, func(e Edge) bool {
		return e.From.Service == a.Service.Name && e.To.Host || e.To.Service == a.Service.Name && e.From.Host
	})
	p.Check(!byHost || len(a.Blocks.Media) > 0, "Blocks.Media", "is required: the service speaks with one on the host's network, which policies know by its nodes' addresses")
	for i, party := range a.Parties {
		field := fmt.Sprintf("Parties[%d]", i)
		p.Check(slices.Contains(services.Parties(), party.Kind), field, "%s has the kind %q: choose one of %v", party.Name, party.Kind, services.Parties())
		p.Check(party.Port > 0 && party.Port <= 65535, field, "%s has port %d", party.Name, party.Port)
		wide := slices.ContainsFunc(party.CIDRs, func(cidr netip.Prefix) bool { return !cidr.IsValid() || cidr.Bits() < 24 })
		p.Check(len(party.CIDRs) > 0 && !wide, field, "%s must have blocks of at most 256 addresses, got %v", party.Name, party.CIDRs)
	}
}

// checkStores judges what it was given of its stores.
func (a Args) checkStores(p *component.Problems) {
	for _, c := range a.Service.Connections {
		if c.Store == "" {
			continue
		}
		e, ok := a.Stores[c.Store]
		p.Check(ok && e.Consumer.Name == c.Store && e.Host != nil && e.Port > 0, "Stores", "has no endpoint for %s, which the service connects as", c.Store)
		p.Check(!ok || !e.inVault() || e.ClientsGroupID != nil, "Stores", "has no security group for %s: the vault lets in what carries one", c.Store)
		p.Check(!ok || e.Consumer.Endpoint != stores.Proxy || e.ProxyARN != nil, "Stores", "has no proxy for %s: its role could not be allowed to log in", c.Store)
	}
	p.Check(len(a.endpoints()) == 0 || len(a.Blocks.Vault) > 0, "Blocks.Vault", "is required: stores are there")
	p.Check(len(a.vault()) == 0 || a.ClusterGroupID != nil, "ClusterGroupID", "is required: pods with groups of their own lose it otherwise, and with it DNS")
}

// checkAWS judges what it was given to speak to AWS.
func (a Args) checkAWS(p *component.Problems) {
	p.Check(!a.usesKafka() || a.Brokers != nil, "Brokers", "is required: the service has topics")
	p.Check(!a.usesKafka() || a.KafkaARN != nil, "KafkaARN", "is required: the service's role names its topics")
	p.Check(!a.usesKafka() || len(a.Blocks.Core) > 0, "Blocks.Core", "is required: brokers are there")
	p.Check(len(a.evidence()) == 0 || a.EvidenceKeyARN != nil, "EvidenceKeyARN", "is required: evidence is never stored in the clear")
	p.Check(len(a.evidence()) == 0 || len(a.Blocks.VPC) > 0, "Blocks.VPC", "is required: AWS's endpoints are there")
	p.Check(len(a.grants()) == 0 || a.ClusterName != nil, "ClusterName", "is required: the service has a role in AWS")
}
