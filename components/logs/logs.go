// Package logs makes the log groups that EKS writes to: who did what in a cluster is
// evidence, and evidence outlives the cluster. The foundation stack imports it, so that
// the groups exist before any cluster does: EKS makes one without key and retention
// where it finds none.
package logs

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Logs"

// Args describes a market's log groups.
type Args struct {
	// Market names the groups. Required.
	Market naming.Market
	// Home and Standby have a cluster each. Required, and not the same.
	Home, Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// HomeKeyARN and StandbyKeyARN are the cluster key in each region. Required.
	HomeKeyARN, StandbyKeyARN pulumi.StringInput
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

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "logs.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: each has its own cluster", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: a group is in its cluster's region")
	p.Check(a.HomeKeyARN != nil, "HomeKeyARN", "is required: logs are never stored in the clear")
	p.Check(a.StandbyKeyARN != nil, "StandbyKeyARN", "is required: logs are never stored in the clear")
	p.Check(slices.Contains(days, a.Days), "Days", "must be one of %v, got %d", days, a.Days)
	return p.Err()
}

// Logs is the log groups of one market.
type Logs struct {
	pulumi.ResourceState
}

// New makes the control-plane log group of each region's cluster, by the name that EKS
// writes to. The cluster itself is told nothing of it.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Logs, error) {
	l := &Logs{}
	s, err := component.Open(ctx, typeToken, name, l, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, at := range []struct {
		region regions.Region
		key    pulumi.StringInput
		opts   []pulumi.ResourceOption // reach AWS there
	}{
		{args.Home, args.HomeKeyARN, nil},
		{args.Standby, args.StandbyKeyARN, []pulumi.ResourceOption{pulumi.Provider(args.StandbyProvider)}},
	} {
		_, err := component.Create(s, "control-plane-"+at.region.String(), cloudwatch.NewLogGroup, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(naming.ClusterLogs(args.Market.Cluster(at.region))),
			KmsKeyId:        at.key.ToStringOutput().ToStringPtrOutput(),
			RetentionInDays: pulumi.Int(args.Days),
		}, append(at.opts, component.Stateful())...)
		if err != nil {
			return nil, err
		}
	}
	return l, s.Publish(l, pulumi.Map{})
}
