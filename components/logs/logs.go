// Package logs makes the log groups that AWS services write to: who did what in a cluster,
// a database, a cache or a broker is evidence, and evidence outlives them. The foundation
// stack imports it, so that the groups exist before what writes to them does: AWS makes
// one without key and retention where it finds none.
package logs

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/stores"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Logs"

// Args describes a market's log groups.
type Args struct {
	// Market names the groups. Required.
	Market naming.Market
	// Home and Standby have a cluster and data stores each. Required, and not the same.
	Home, Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// KeyARNs is the key of each class in both regions. Required: one for each class that
	// Groups has a group of.
	KeyARNs map[keyring.Class]keyring.Pair
	// Days is how long logs are kept: a value that CloudWatch offers, see DaysFor.
	// Required.
	Days int
}

// days are the retentions that CloudWatch Logs offers from one year up.
var days = []int{365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// DaysFor is the shortest retention that CloudWatch offers for so many years; zero if it
// offers none that is long enough.
func DaysFor(years int) int {
	for _, d := range days {
		if d >= years*365 {
			return d
		}
	}
	return 0
}

// Groups is every log group of a market, with the class of what is logged. The names are
// those that each service writes to: it is told nothing. The keyring needs them too, for
// CloudWatch Logs to be let in. One is missing because it belongs to the whole account:
// RDSOSMetrics, where RDS writes the load of all instances' operating systems.
func Groups(m naming.Market, home, standby regions.Region) []keyring.LogGroup {
	var out []keyring.LogGroup
	for _, r := range []regions.Region{home, standby} {
		add := func(what string, class keyring.Class, name string) {
			out = append(out, keyring.LogGroup{What: what, Class: class, Region: r, Name: name})
		}
		add("control-plane", keyring.Cluster, naming.ClusterLogs(m.Cluster(r)))
		for _, d := range stores.Databases() {
			add("database-"+d.Name, d.Key, naming.DatabaseLogs(m.DatabaseCluster(r, d.Name)))
			if d.Proxy { // named like the database that it is in front of
				add("proxy-"+d.Name, d.Key, naming.ProxyLogs(m.DatabaseCluster(r, d.Name)))
			}
		}
		for _, c := range stores.Caches() {
			add("cache-"+c.Name, c.Key, m.CacheLogs(r, c.Name))
		}
		add("kafka", stores.Events, m.KafkaLogs(r))
	}
	return out
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "logs.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: each has its own cluster", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: a group is in the region of what writes to it")
	for _, class := range classes(a) {
		p.Check(a.KeyARNs[class].Complete(), "KeyARNs", "has no key of class %s in both regions: logs are never stored in the clear", class)
	}
	p.Check(slices.Contains(days, a.Days), "Days", "must be one of %v, got %d", days, a.Days)
	return p.Err()
}

// classes is the classes of all groups, each once.
func classes(a Args) []keyring.Class {
	var out []keyring.Class
	for _, g := range Groups(a.Market, a.Home, a.Standby) {
		if !slices.Contains(out, g.Class) {
			out = append(out, g.Class)
		}
	}
	return out
}

// Logs is the log groups of one market.
type Logs struct {
	pulumi.ResourceState
}

// New makes the log groups, each in the region of what writes to it and under the key of
// its class there.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Logs, error) {
	l := &Logs{}
	s, err := component.Open(ctx, typeToken, name, l, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, g := range Groups(args.Market, args.Home, args.Standby) {
		key, there := args.KeyARNs[g.Class].Home, []pulumi.ResourceOption{component.Stateful()}
		if g.Region == args.Standby {
			key, there = args.KeyARNs[g.Class].Standby, append(there, pulumi.Provider(args.StandbyProvider))
		}
		_, err := component.Create(s, g.What+"-"+g.Region.String(), cloudwatch.NewLogGroup, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(g.Name),
			KmsKeyId:        key.ToStringOutput(),
			RetentionInDays: pulumi.Int(args.Days),
		}, there...)
		if err != nil {
			return nil, err
		}
	}
	return l, s.Publish(l, pulumi.Map{})
}
