package gslb

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/globalaccelerator"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/regions"
	"pitboss/regions/role"
)

const typeToken = "pitboss:components:GSLB"

// Switch is how a drill closes a region to players.
type Switch string

// The switches; the package comment says what each costs.
const (
	RoutingControl Switch = "routing-control"
	InvertedCheck  Switch = "inverted-health-check"
)

// Switches is every switch.
func Switches() []Switch { return []Switch{RoutingControl, InvertedCheck} }

// Member is one of the two regions that players are sent to.
type Member struct {
	Region regions.Region
	Role   role.Role
	Front  edge.Published
}

// Names are the names that players use.
type Names struct {
	API       string // the active region
	WebSocket string // the active region
	Read      string // the nearest region: what needs no write
}

// Args describes a market's traffic.
type Args struct {
	// Market is whose traffic it is: health checks are tagged with it. Required.
	Market naming.Market
	// ZoneID is the market's hosted zone. Required.
	ZoneID pulumi.StringInput
	// Domain is the name of that zone. Required.
	Domain string
	// Members are the two regions, home first. Required, and exactly one of them active.
	Members []Member
	// Switch is how a drill closes a region. Required.
	Switch Switch
	// Failover is how fast a region that fails is noticed and left. Required.
	Failover regions.Failover
	// RTO is the market's bound on what Failover adds up to. Required.
	RTO time.Duration
	// Names are the names that players use, below Domain. Required.
	Names Names
}

// GSLB is a market's traffic.
type GSLB struct {
	pulumi.ResourceState

	args        Args
	sites       []*site
	control     *control // only with routing controls
	accelerator *globalaccelerator.Accelerator
}

// site is one region as it is judged.
type site struct {
	Member
	indicators []check // one a business indicator, in the order of the table
	lever      check   // the switch
	open       check
	groups     pulumi.StringArray // of the accelerator
}

// New makes the health checks, the switch, the records and the accelerator.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*GSLB, error) {
	g := &GSLB{args: args}
	s, err := component.Open(ctx, typeToken, name, g, args, pulumi.Map{
		"domain": pulumi.String(args.Domain), "switch": pulumi.String(string(args.Switch)),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, m := range args.Members {
		g.sites = append(g.sites, &site{Member: m})
	}
	if err := g.addIndicators(s); err != nil {
		return nil, err
	}
	if err := g.addSwitch(s); err != nil {
		return nil, err
	}
	if err := g.addOpen(s); err != nil {
		return nil, err
	}
	if err := g.addRecords(s); err != nil {
		return nil, err
	}
	if err := g.addAccelerator(s); err != nil {
		return nil, err
	}
	return g, s.Publish(g, g.Output())
}

// activeFirst is the sites in the order in which a swap turns them: what gets players
// before what loses them.
func (g *GSLB) activeFirst() []*site {
	if g.sites[1].Role == role.Active {
		return []*site{g.sites[1], g.sites[0]}
	}
	return g.sites
}

// other is the site that players of at go to when it is closed.
func (g *GSLB) other(at *site) *site {
	if at == g.sites[0] {
		return g.sites[1]
	}
	return g.sites[0]
}

// Output is the traffic as a stack output, with all that a drill needs:
//
//	names           api, websocket, read
//	direct          region -> the name that is always that region's
//	healthChecks    region -> login, deposit, bet, switch, open
//	switch          kind; for routing controls also controls (region -> ARN) and endpoints
//	ttlSeconds      how long clients keep an answer
//	accelerator     dnsName, addresses, and groups: region -> ARNs of its endpoint groups
//	failoverSeconds what the package comment adds up; failover says so term by term
func (g *GSLB) Output() pulumi.Map {
	direct, checks := pulumi.Map{}, pulumi.Map{}
	for _, at := range g.sites {
		direct[at.Region.String()] = pulumi.String(g.args.direct(at.Region))
		checks[at.Region.String()] = at.output()
	}
	moved := pulumi.Map{"kind": pulumi.String(string(g.args.Switch))}
	if g.control != nil {
		controls := pulumi.Map{}
		for i, at := range g.sites {
			controls[at.Region.String()] = g.control.switches[i].Arn
		}
		moved["controls"], moved["endpoints"] = controls, g.control.cluster.ClusterEndpoints
	}
	return pulumi.Map{
		"names": pulumi.Map{
			"api": pulumi.String(g.args.Names.API), "websocket": pulumi.String(g.args.Names.WebSocket), "read": pulumi.String(g.args.Names.Read),
		},
		"direct": direct, "healthChecks": checks, "switch": moved,
		"ttlSeconds":      pulumi.Int(seconds(g.args.Failover.TTL)),
		"accelerator":     pulumi.Map{"dnsName": g.accelerator.DnsName, "addresses": g.accelerator.IpSets, "groups": g.groups()},
		"failoverSeconds": pulumi.Int(seconds(g.args.Failover.Total())),
		"failover":        pulumi.String(g.args.Failover.String()),
	}
}

// groups is the endpoint groups of each region, as an output.
func (g *GSLB) groups() pulumi.Map {
	out := pulumi.Map{}
	for _, at := range g.sites {
		out[at.Region.String()] = at.groups
	}
	return out
}

func seconds(d time.Duration) int { return int(d / time.Second) }
