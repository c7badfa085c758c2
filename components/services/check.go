package services

import (
	"regexp"
	"slices"

	"pitboss/components/internal/component"
	"pitboss/components/kafka"
	"pitboss/components/keyring"
	"pitboss/components/stores"
)

// check is one judging of a table of domains.
type check struct {
	domains  []Domain
	problems component.Problems
}

// Check refuses domains that could not run as they are described, or that would reach what
// their zone of trust must not. It reports every problem at once, each naming the service
// and the field. Whether their pods find room on nodes is judged by services/fit.
func Check(domains []Domain) error {
	c := &check{domains: domains, problems: component.Problems{Of: "services"}}
	names := map[string]bool{}
	for _, d := range domains {
		c.refuse(!names[d.Name], d.Name, "Name", "is a namespace already: give the domain another name, or move its services there")
		names[d.Name] = true
		c.domain(d)
	}
	c.uniqueServices()
	c.oneDomainEach()
	return c.problems.Err()
}

// refuse notes a problem with a field of a domain or service.
func (c *check) refuse(ok bool, of, field, format string, args ...any) {
	c.problems.Check(ok, of+"."+field, format, args...)
}

// label is a name that Kubernetes takes for a namespace, a service and a label's value.
// Forty letters leave room for what is put before and behind.
var label = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// others is namespaces that are not ours to name.
func others() []string {
	return append(Exempt(), "capacity", "default", "kube-node-lease", "kube-public")
}

func (c *check) domain(d Domain) {
	c.refuse(label.MatchString(d.Name), d.Name, "Name", "found %q: want lower-case letters, digits and dashes, at most 40", d.Name)
	c.refuse(!slices.Contains(others(), d.Name), d.Name, "Name", "found %q, which is a namespace of the cluster or of an operator: choose another", d.Name)
	c.refuse(label.MatchString(d.Owner), d.Name, "Owner", "found %q: name the team that is called, in lower-case letters, digits and dashes", d.Owner)
	c.refuse(slices.Contains(Zones(), d.Zone), d.Name, "Zone", "found %q: choose one of %v", d.Zone, Zones())
	c.refuse(d.Zone != stores.Vault || d.Restricted, d.Name, "Restricted", "is false in zone %s: its logs and pods show players' documents, so its team may not look inside: set it", d.Zone)
	c.refuse(d.Quota.CPU > 0 && d.Quota.Memory > 0 && d.Quota.Pods > 0, d.Name, "Quota", "found %+v: say how much CPU, memory and how many pods it may ask for: without, it can take the nodes from money", d.Quota)
	c.refuse(len(d.Services) > 0, d.Name, "Services", "is empty: a namespace without services opens rights for nothing")
	for _, owner := range d.Speaks {
		c.refuse(slices.Contains(kafka.Domains(), owner), d.Name, "Speaks", "found %q: choose owners of topics, from %v", owner, kafka.Domains())
	}
	hosted := slices.ContainsFunc(d.Services, func(s Service) bool { return s.Host != nil })
	c.refuse(d.HostNetwork == "" || hosted, d.Name, "HostNetwork", "gives up Pod Security's restricted level, and no service of the domain has Host: leave it empty")
	for _, s := range d.Services {
		c.service(d, s)
	}
}

// uniqueServices wants one service a name over all domains: others connect to the name, and
// secrets, roles and dashboards carry it.
func (c *check) uniqueServices() {
	in := map[string]string{}
	for _, d := range c.domains {
		for _, s := range d.Services {
			c.refuse(in[s.Name] == "", s.Name, "Name", "is a service of %s and of %s: give one of them another name", in[s.Name], d.Name)
			in[s.Name] = d.Name
		}
	}
}

// oneDomainEach wants every user of a store, and every credential, in one domain: the audit
// trail names the user, and a namespace that reads a secret of another's is no border.
func (c *check) oneDomainEach() {
	storesOf, credentialsOf := map[string]string{}, map[string]string{}
	for _, d := range c.domains {
		for _, s := range d.Services {
			for _, conn := range s.Connections {
				owner := storesOf[conn.Store]
				c.refuse(conn.Store == "" || owner == "" || owner == d.Name, s.Name, "Connections",
					"uses the store consumer %q, which domain %s uses: add a consumer of its own to components/stores", conn.Store, owner)
				storesOf[conn.Store] = d.Name
			}
			for _, name := range s.Credentials {
				owner := credentialsOf[name]
				c.refuse(owner == "" || owner == d.Name, s.Name, "Credentials",
					"reads %q, which domain %s reads: ask the party for another, and add it to Credentials", name, owner)
				credentialsOf[name] = d.Name
			}
		}
	}
}

// credentials wants each to be provided, and those of the vault's classes read in the vault.
func (c *check) credentials(d Domain, s Service) {
	for _, name := range s.Credentials {
		i := slices.IndexFunc(credentials, func(one Credential) bool { return one.Name == name })
		c.refuse(i >= 0, s.Name, "Credentials", "reads %q, which nobody provides: choose one of %v, or add it to Credentials in components/services", name, credentialNames())
		if i < 0 {
			continue
		}
		class := credentials[i].Class
		vault := class == keyring.PII || class == keyring.Payments
		c.refuse(!vault || d.Zone == stores.Vault, s.Name, "Credentials", "reads %q of class %s in zone %s: what opens the vault's parties is read in the vault only", name, class, d.Zone)
	}
}

func credentialNames() []string {
	var out []string
	for _, one := range credentials {
		out = append(out, one.Name)
	}
	return out
}
