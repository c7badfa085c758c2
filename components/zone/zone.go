// Package zone makes a market's public hosted zone. The foundation stack imports it: the
// names and the delegation to them outlive every region. What is in the zone is made by
// the gslb stack, which is given the zone's id.
package zone

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
)

const typeToken = "pitboss:components:Zone"

// Args describes a market's zone.
type Args struct {
	// Market is whose zone it is: its comment says so. Required.
	Market naming.Market
	// Domain is the name of the zone, such as mt.example.com. Whoever owns the domain
	// above it delegates to the zone's name servers. Required.
	Domain string
}

// domain is two labels or more, in lower case: Route 53 keeps names in lower case, and a
// name in capitals would differ from it for ever.
var domain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "zone.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(domain.MatchString(a.Domain), "Domain", "must be a domain name in lower case, without a dot at its end, such as mt.example.com, got %q", a.Domain)
	return p.Err()
}

// Zone is a market's public hosted zone.
type Zone struct {
	pulumi.ResourceState

	zone *route53.Zone
}

// New makes the zone. A zone that is made again has other name servers, and until the
// domain above delegates to those, the market has no names: hence Stateful.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Zone, error) {
	z := &Zone{}
	s, err := component.Open(ctx, typeToken, name, z, args, pulumi.Map{"domain": pulumi.String(args.Domain)}, opts)
	if err != nil {
		return nil, err
	}
	z.zone, err = component.Create(s, "public", route53.NewZone, &route53.ZoneArgs{
		Name:         pulumi.String(args.Domain),
		Comment:      pulumi.String("pitboss market " + args.Market.Name),
		ForceDestroy: pulumi.Bool(false), // a zone that still has records is still in use
	}, component.Stateful())
	if err != nil {
		return nil, err
	}
	return z, s.Publish(z, z.Output())
}

// Output is the zone as a stack output: id, name and nameServers, to which the domain
// above must delegate.
func (z *Zone) Output() pulumi.Map {
	return pulumi.Map{"id": z.zone.ID().ToStringOutput(), "name": z.zone.Name, "nameServers": z.zone.NameServers}
}
