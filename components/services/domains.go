package services

import (
	"slices"

	"pitboss/components/stores"
	"pitboss/regions"
)

// Domains is every domain of the platform, in the order in which namespaces are made and
// listed. Every call makes new values: nobody changes the table for others.
func Domains() []Domain {
	return []Domain{
		wallet(), login(), gaming(), engagement(), cashier(), kyc(), live(), gateway(), reporting(), regulator(),
	}
}

// For is the domains that a jurisdiction wants, in order.
func For(j regions.Jurisdiction) []Domain {
	return slices.DeleteFunc(Domains(), func(d Domain) bool { return d.Asked != nil && !d.Asked(j) })
}

// Pause is the image of placeholder pods: it does nothing until it is told to stop.
const Pause = "pause"

// Images is the name of every image that a market of that jurisdiction runs, sorted.
func Images(j regions.Jurisdiction) []string {
	out := []string{Pause}
	for _, d := range For(j) {
		for _, s := range d.Services {
			out = append(out, s.Image)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Find is the service of a name with the domain that it is of, and whether there is one.
func Find(name string) (Domain, Service, bool) { return findIn(Domains(), name) }

func findIn(domains []Domain, name string) (Domain, Service, bool) {
	for _, d := range domains {
		i := slices.IndexFunc(d.Services, func(s Service) bool { return s.Name == name })
		if i >= 0 {
			return d, d.Services[i], true
		}
	}
	return Domain{}, Service{}, false
}

// Zones is the zones of trust, from the one that trusts least.
func Zones() []stores.Zone { return []stores.Zone{Public, stores.Core, stores.Vault} }

// The ports that most services have. Every port is above 1024: below, a process would
// need a privilege.
const (
	apiPort     = 8080
	metricsPort = 9090
)

// answers is the port on which a service answers others over HTTP.
func answers(whom string) Port { return Port{Name: "http", Port: apiPort, Serves: whom} }

// measured is the port that Prometheus reads. What answers nobody has its probes there.
func measured() Port {
	return Port{Name: "metrics", Port: metricsPort, Serves: "Prometheus", Metrics: true}
}

// probed is the probes of a service: the process alone for liveness, and what it cannot
// work without for readiness.
func probed(port string, startup int, needs ...string) Probes {
	return Probes{Port: port, Live: "/live", Ready: "/ready", StartupSeconds: startup, ReadyDependsOn: needs}
}

// audits is the connection that nearly everything has.
func audits() Connection {
	return Connection{Writes: []string{"audit.actions"}, Why: "who did what: the audit trail reads it from there"}
}
