package gslb

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/internal/component"
	"pitboss/regions"
)

// indicator is one thing that a casino must be able to do. Its path answers 2xx only if
// the region could do it right now, for real, at its own database.
type indicator struct {
	name string // its path is /sli/<name>
	asks string
}

// indicators are what a region is judged by. Deposit and bet write, so both fail in a
// region whose databases follow the other's: see the package comment for why they must.
var indicators = []indicator{
	{"login", "a player can log in: identity, sessions"},
	{"deposit", "a player can pay in: vault and ledger take writes"},
	{"bet", "a player can bet: wallet and ledger take writes"},
}

// check is a health check with the name that the outputs give it.
type check struct {
	name string
	*route53.HealthCheck
}

// addIndicators makes a check an indicator and region. Every checker in the world asks, so
// the paths are public; they say yes or no and nothing else.
func (g *GSLB) addIndicators(s component.Scope) error {
	for _, at := range g.sites {
		for _, one := range indicators {
			made, err := component.Create(s, at.Region.String()+"-sli-"+one.name, route53.NewHealthCheck, &route53.HealthCheckArgs{
				Type: pulumi.String("HTTPS"), Fqdn: pulumi.String(g.args.direct(at.Region)), Port: pulumi.Int(edge.WebPort),
				ResourcePath: pulumi.String("/sli/" + one.name),
				EnableSni:    pulumi.Bool(true), // the services choose their certificate by it
				// Another interval makes another check; the old one goes after its parent has
				// let go of it, which the engine's order is.
				RequestInterval:  pulumi.Int(seconds(g.args.Failover.CheckInterval)),
				FailureThreshold: pulumi.Int(g.args.Failover.FailureThreshold),
				Tags:             g.args.named(at.Region, one.asks),
			})
			if err != nil {
				return err
			}
			at.indicators = append(at.indicators, check{one.name, made})
		}
	}
	return nil
}

// addOpen makes the one check a region that records follow: every indicator and the
// switch. All of them in one, because a calculated check cannot watch another.
func (g *GSLB) addOpen(s component.Scope) error {
	for _, at := range g.sites {
		var children pulumi.StringArray
		for _, one := range append(slices.Clone(at.indicators), at.lever) {
			children = append(children, one.ID())
		}
		made, err := component.Create(s, at.Region.String()+"-open", route53.NewHealthCheck, &route53.HealthCheckArgs{
			Type: pulumi.String("CALCULATED"), ChildHealthchecks: children, ChildHealthThreshold: pulumi.Int(len(children)),
			Tags: g.args.named(at.Region, "open: it serves, and nobody has closed it"),
		})
		if err != nil {
			return err
		}
		at.open = check{"open", made}
	}
	return nil
}

// output is the ids of a region's checks, by what they say.
func (at *site) output() pulumi.Map {
	out := pulumi.Map{at.lever.name: at.lever.ID().ToStringOutput(), at.open.name: at.open.ID().ToStringOutput()}
	for _, one := range at.indicators {
		out[one.name] = one.ID().ToStringOutput()
	}
	return out
}

// direct is the name that is always r's own.
func (a Args) direct(r regions.Region) string { return r.String() + "." + a.Names.API }

// named is what consoles show: a health check has no name of its own.
func (a Args) named(r regions.Region, what string) pulumi.StringMap {
	return pulumi.StringMap{"Name": pulumi.String(a.Market.Name + " " + r.String() + " " + what)}
}
