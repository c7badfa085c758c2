package workload

import (
	"errors"
	"fmt"
	"slices"

	"pitboss/components/services"
)

// End is a service as one end of a connection.
type End struct {
	Domain, Service string
	// Host says that it is on its nodes' own network: others see its nodes' addresses.
	Host bool
}

// Edge is a connection between two services, from the one that opens it.
type Edge struct {
	From, To End
	Port     services.Port
	Why      string
}

// Graph is every connection between services, in the order of the domains.
type Graph []Edge

// Connect is the graph of domains. It reports every connection that leads nowhere.
func Connect(domains []services.Domain) (Graph, error) {
	known, ends := map[string]services.Service{}, map[string]End{}
	for _, d := range domains {
		for _, s := range d.Services {
			known[s.Name], ends[s.Name] = s, End{d.Name, s.Name, s.Host != nil}
		}
	}
	var out Graph
	var problems []error
	for _, d := range domains {
		for _, s := range d.Services {
			for _, c := range s.Connections {
				if c.Service == "" {
					continue
				}
				port, ok := portOf(known[c.Service], c.Port)
				if !ok {
					problems = append(problems, fmt.Errorf("service %s: connects to port %q of %q: there is no such service with such a port", s.Name, c.Port, c.Service))
					continue
				}
				out = append(out, Edge{From: ends[s.Name], To: ends[c.Service], Port: port, Why: c.Why})
			}
		}
	}
	return out, errors.Join(problems...)
}

// portOf is the port of a name, and whether the service has it.
func portOf(s services.Service, name string) (services.Port, bool) {
	i := slices.IndexFunc(s.Ports, func(p services.Port) bool { return p.Name == name })
	if i < 0 {
		return services.Port{}, false
	}
	return s.Ports[i], true
}

// callers is who connects to a port of a service.
func (g Graph) callers(service, port string) []End {
	var out []End
	for _, e := range g {
		if e.To.Service == service && e.Port.Name == port {
			out = append(out, e.From)
		}
	}
	return out
}

// callees is what a service connects to.
func (g Graph) callees(service string) []Edge {
	return slices.DeleteFunc(slices.Clone(g), func(e Edge) bool { return e.From.Service != service })
}
