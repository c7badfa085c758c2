// Package audit makes the buckets that a regulator may ask for: one a record class, in
// both regions, whose objects nobody can change or delete before the class's own period
// is over, and which do not keep them for longer than that either. The foundation stack
// imports it, because evidence outlives any cluster.
package audit

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/regions"
)

const typeToken = "pitboss:components:Audit"

// Args describes a market's audit trail.
type Args struct {
	// Market names the buckets. Required.
	Market naming.Market
	// Home and Standby hold the two copies. Required, and not the same.
	Home, Standby regions.Region
	// StandbyProvider reaches AWS in Standby; the component's own provider is Home's.
	// Required.
	StandbyProvider pulumi.ProviderResource
	// HomeKeyARN and StandbyKeyARN are the audit key in each region. Required.
	HomeKeyARN, StandbyKeyARN pulumi.StringInput
	// Retentions is the period of each record class, one of each: from the
	// jurisdiction. Required, with the platform's own class among them.
	Retentions []regions.Retention
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "audit.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Home.IsZero(), "Home", "is required")
	p.Check(!a.Standby.IsZero(), "Standby", "is required")
	p.Check(a.Home.IsZero() || a.Home != a.Standby, "Standby", "must not be the home region %s: the copy exists to survive it", a.Home)
	p.Check(a.StandbyProvider != nil, "StandbyProvider", "is required: the copies are made in the standby region")
	p.Check(a.HomeKeyARN != nil, "HomeKeyARN", "is required: evidence is never stored in the clear")
	p.Check(a.StandbyKeyARN != nil, "StandbyKeyARN", "is required: evidence is never stored in the clear")
	a.validateRetentions(&p)
	return p.Err()
}

func (a Args) validateRetentions(p *component.Problems) {
	seen := map[regions.RecordClass]bool{}
	for _, r := range a.Retentions {
		p.Check(!seen[r.Class], "Retentions", "has class %q twice: each class has one period", r.Class)
		seen[r.Class] = true
		p.Check(r.Years >= 1 && r.Years <= maxYears, "Retentions", "class %q must be kept for 1 to %d years, got %d", r.Class, maxYears, r.Years)
	}
	p.Check(seen[regions.RecordPlatform], "Retentions", "must include class %q: access and flow logs follow it", regions.RecordPlatform)
}

// maxYears is the longest default retention that S3 accepts: 100 years.
const maxYears = 100

// Audit is the audit trail of one market.
type Audit struct {
	pulumi.ResourceState

	home, standby site
	classes       []regions.RecordClass
	buckets       map[bucketKey]*locked
}

type bucketKey struct {
	class  regions.RecordClass
	region regions.Region
}

// site is one of the two regions, with what its buckets need.
type site struct {
	region regions.Region
	key    pulumi.StringInput
	opts   []pulumi.ResourceOption // reach AWS there
}

// with is the site's options and more.
func (at site) with(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return slices.Concat(at.opts, more)
}

// New makes the log buckets, the locked buckets and their replication, in both regions.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Audit, error) {
	a := &Audit{
		home:    site{args.Home, args.HomeKeyARN, nil},
		standby: site{args.Standby, args.StandbyKeyARN, []pulumi.ResourceOption{pulumi.Provider(args.StandbyProvider)}},
		buckets: map[bucketKey]*locked{},
	}
	s, err := component.Open(ctx, typeToken, name, a, args, pulumi.Map{
		"home": pulumi.String(args.Home.String()), "standby": pulumi.String(args.Standby.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	for _, at := range []site{a.home, a.standby} {
		if err := a.addSite(s, args, at); err != nil {
			return nil, err
		}
	}
	for _, way := range [][2]site{{a.home, a.standby}, {a.standby, a.home}} {
		if err := a.addReplication(s, args, way[0], way[1]); err != nil {
			return nil, err
		}
	}
	return a, s.Publish(a, pulumi.Map{})
}

// Classes is every record class that has buckets, in the order of the jurisdiction.
func (a *Audit) Classes() []regions.RecordClass { return a.classes }

// Bucket is the name of the bucket of one record class in r.
func (a *Audit) Bucket(class regions.RecordClass, r regions.Region) pulumi.StringOutput {
	return a.buckets[bucketKey{class, r}].bucket.Bucket
}

// addSite makes one region's buckets: those that AWS logs to, then one a class.
func (a *Audit) addSite(s component.Scope, args Args, at site) error {
	access, err := addAccessLogs(s, args, at)
	if err != nil {
		return err
	}
	if err := addFlowLogs(s, args, at, access); err != nil {
		return err
	}
	for _, r := range args.Retentions {
		bucket, err := addLocked(s, args, at, r, access)
		if err != nil {
			return err
		}
		a.buckets[bucketKey{r.Class, at.region}] = bucket
		if at.region == args.Home {
			a.classes = append(a.classes, r.Class)
		}
	}
	return nil
}

// years is the period of one class; zero if the jurisdiction does not name it.
func (a Args) years(class regions.RecordClass) int {
	for _, r := range a.Retentions {
		if r.Class == class {
			return r.Years
		}
	}
	return 0
}

// locked is one class's bucket and the two settings that replication waits for.
type locked struct {
	bucket     *s3.BucketV2
	versioning *s3.BucketVersioningV2
	lock       *s3.BucketObjectLockConfigurationV2
}

// Output is the audit trail as a stack output: class -> region -> bucket name.
func (a *Audit) Output() pulumi.Map {
	out := pulumi.Map{}
	for _, class := range a.classes {
		out[string(class)] = pulumi.Map{
			a.home.region.String():    a.Bucket(class, a.home.region),
			a.standby.region.String(): a.Bucket(class, a.standby.region),
		}
	}
	return out
}
