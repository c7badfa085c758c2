package namespace

import (
	"slices"

	"pitboss/components/internal/component"
	"pitboss/components/services"
	"pitboss/components/stores"
)

// SecretsOf is the names of the secrets that the domain's services read, sorted: what
// outside parties gave them, and the passwords of their stores. Who comes through a proxy
// has no password: the proxy takes its role in AWS.
func SecretsOf(d services.Domain) []string {
	var out []string
	for _, s := range d.Services {
		out = append(out, s.Credentials...)
		for _, c := range s.Connections {
			if c.Store != "" && !proxied(c.Store) {
				out = append(out, c.Store)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func proxied(consumer string) bool {
	return slices.ContainsFunc(stores.Consumers(), func(c stores.Consumer) bool { return c.Name == consumer && c.Endpoint == stores.Proxy })
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "namespace.Args"}
	p.Check(a.Market.Name != "" && a.Market.Account != "", "Market", "is required: name and account")
	p.Check(!a.Region.IsZero(), "Region", "is required")
	p.Check(a.Role.Valid(), "Role", "found %q: a region is active or standby", a.Role)
	a.checkDomain(&p)
	a.checkSecrets(&p)
	return p.Err()
}

func (a Args) checkDomain(p *component.Problems) {
	d := a.Domain
	p.Check(d.Name != "" && d.Owner != "" && d.Zone != "", "Domain", "needs name, owner and zone, got %q, %q and %q", d.Name, d.Owner, d.Zone)
	p.Check(len(d.Services) > 0, "Domain", "%s has no services: nothing would run in its namespace", d.Name)
	room, least := Room(d), Least(d)
	p.Check(room.CPU >= least.CPU && room.Memory >= least.Memory && room.Pods >= least.Pods, "Domain.Quota",
		"%s may take %d thousandths of a CPU, %d MiB and %d pods; at their most and in a rollout, with old pods that still drain, its services take %d, %d MiB and %d: raise the quota in components/services, or lower Replicas.Most or Drain",
		d.Name, room.CPU, room.Memory, room.Pods, least.CPU, least.Memory, least.Pods)
	for _, s := range d.Services {
		p.Check(s.CPU.Limit <= overcommit*s.CPU.Request && s.Memory.Limit <= overcommit*s.Memory.Request, "Domain",
			"%s may use %d thousandths of a CPU and %d MiB and asks for %d and %d: at most %d times as much, what is above is taken from its neighbours",
			s.Name, s.CPU.Limit, s.Memory.Limit, s.CPU.Request, s.Memory.Request, overcommit)
		p.Check(s.CPU.Request >= leastCPU && s.Memory.Request >= leastMemory, "Domain",
			"%s asks for %d thousandths of a CPU and %d MiB: at least %d and %d", s.Name, s.CPU.Request, s.Memory.Request, leastCPU, leastMemory)
	}
}

func (a Args) checkSecrets(p *component.Problems) {
	want := SecretsOf(a.Domain)
	var got []string
	for _, s := range a.Secrets {
		p.Check(slices.Contains(want, s.Name), "Secrets", "%q is read by no service of %s: it may read %v", s.Name, a.Domain.Name, want)
		p.Check(!slices.Contains(got, s.Name), "Secrets", "%q is listed twice", s.Name)
		p.Check(s.ARN != nil && s.KeyARN != nil, "Secrets", "%q needs its ARN and that of its key", s.Name)
		got = append(got, s.Name)
	}
	for _, name := range want {
		p.Check(slices.Contains(got, name), "Secrets", "%q is missing: services of %s read it", name, a.Domain.Name)
	}
	p.Check(len(want) == 0 || a.OperatorRoleARN != nil, "OperatorRoleARN", "is required: it is who reads the secrets of %s", a.Domain.Name)
}
