// Package postgres makes a market's databases: the global identity of each, which belongs
// to no region and outlives every member, and one region's member, an Aurora PostgreSQL
// cluster over three zones. The foundation stack imports it for the first, the region
// stack for the second; what is kept in which database is the table of components/stores.
package postgres

import (
	"time"

	awsrds "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/components/stores"
	"pitboss/regions"
	"pitboss/regions/engines"
	"pitboss/regions/role"
)

const typeToken = "pitboss:components:Postgres"

// zones is how many zones a member has an instance in.
const zones = 3

// Args describes one region's member of one database.
type Args struct {
	// Market names the member and everything of it. Required.
	Market naming.Market
	// Network is where the instances are: in vault subnets, which have no way out. Who may
	// connect follows from the database's zone of trust, not from its subnets. Required.
	Network network.Placement
	// Database is the row of components/stores. Required.
	Database stores.Database
	// Version is what the member is made with. The global database upgrades it. Required.
	Version engines.Aurora
	// InstanceClass is that of every instance, one that a global database takes. Required.
	InstanceClass string
	// Role decides, when the member is made, whether it is the primary or a secondary, and
	// afterwards one parameter that AWS changes in place. Required.
	Role role.Role
	// Source is the region that has the primary: this one if its role is active, else the
	// market's other. Required.
	Source regions.Region
	// RPO is how much work may be lost with the active region: an alarm is raised at half of
	// it. Zero means the usual minute.
	RPO time.Duration
	// Bound makes the ledger stop taking writes sooner than lose more than the RPO, while
	// its role is active. It must not come with a promotion: nobody follows yet. The
	// default is not to.
	Bound bool
	// KeyARN is this region's key of the database's class. Required.
	KeyARN pulumi.StringInput
	// MasterPassword is that of the administrator, a secret. Only a primary is told, a
	// secondary copies it. Required.
	MasterPassword pulumi.StringInput
	// Consumers is everybody who has a secret, of whom this database picks its own.
	// Required: an administrator, and whoever connects through the proxy.
	Consumers []stores.Consumer
	// SecretARNs is, by consumer, the secret in this region. Required for those who connect
	// through the proxy.
	SecretARNs map[string]pulumi.StringOutput
	// Clients may connect, besides what carries the database's own clients group. The
	// default is nobody, and for the vault zone it has to be.
	Clients []network.Client
	// Unprotected takes off AWS's own deletion protection. The default is to have it on.
	Unprotected bool
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "postgres.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(len(a.Market.Account) == 12, "Market.Account", "must be an account id of 12 digits, got %q", a.Market.Account)
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(len(a.Network.Vault) == zones, "Network.Vault", "must be %d subnets, one a zone, got %d", zones, len(a.Network.Vault))
	blame(&p, "Database", a.Database.Check())
	p.Check(!a.Version.IsZero(), "Version", "is required: choose one of %v", engines.AuroraNames())
	blame(&p, "InstanceClass", engines.CheckAuroraClass(a.InstanceClass))
	p.Check(a.Role.Valid(), "Role", "must be %s or %s, got %q", role.Active, role.Standby, a.Role)
	p.Check(!a.Source.IsZero(), "Source", "is required")
	p.Check((a.Role == role.Active) == (a.Source == a.Network.Region), "Source", "is %s for a member in %s, which is %s: the active region has the primary", a.Source, a.Network.Region, a.Role)
	if a.RPO != 0 {
		blame(&p, "RPO", engines.CheckRPO(a.RPO))
	}
	p.Check(a.KeyARN != nil, "KeyARN", "is required: nothing is stored in the clear")
	p.Check(a.MasterPassword != nil, "MasterPassword", "is required")
	a.checkConsumers(&p)
	a.checkClients(&p)
	return p.Err()
}

func blame(p *component.Problems, field string, err error) { p.Check(err == nil, field, "%v", err) }

func (a Args) checkConsumers(p *component.Problems) {
	blame(p, "Consumers", stores.CheckConsumers(a.Consumers))
	_, ok := stores.Master(a.Database.Name, a.Consumers)
	p.Check(ok, "Consumers", "has no administrator of %s: AWS makes the master user with the database", a.Database.Name)
	through := a.throughProxy()
	p.Check(!a.Database.Proxy || len(through) > 0, "Consumers", "has nobody who connects to %s through the proxy, which needs somebody's secret", a.Database.Name)
	for _, c := range through {
		_, ok := a.SecretARNs[c.Name]
		p.Check(ok, "SecretARNs", "has no secret of %s: the proxy could not log in for it", c.Name)
		p.Check(c.Class == a.Database.Key, "Consumers", "has %s, of class %s, behind the proxy of %s: it may use the key of %s only", c.Name, c.Class, a.Database.Name, a.Database.Key)
	}
}

func (a Args) checkClients(p *component.Problems) {
	p.Check(a.Database.Zone != stores.Vault || len(a.Clients) == 0, "Clients", "must be empty for %s, got %d: the vault zone is open to what carries its own clients group, and to nothing else", a.Database.Name, len(a.Clients))
	network.CheckClients(p, a.Clients)
}

// throughProxy is who connects through the proxy, in the order of the list.
func (a Args) throughProxy() []stores.Consumer {
	var out []stores.Consumer
	for _, c := range stores.Of(a.Database.Name, a.Consumers) {
		if c.Endpoint == stores.Proxy {
			out = append(out, c)
		}
	}
	return out
}

// identifier is the member's, or with a suffix that of something of it.
func (a Args) identifier(suffix string) string {
	return a.Market.DatabaseCluster(a.Network.Region, a.Database.Name+suffix)
}

// Postgres is one region's member of one database.
type Postgres struct {
	pulumi.ResourceState

	// Writer follows the instance that writes. In a secondary nobody does, and AWS resolves
	// it only after a promotion.
	Writer pulumi.StringOutput
	// Reader is the instances that share the players' reads: all that neither write nor
	// report. Reporting is the one that reports.
	Reader, Reporting pulumi.StringOutput
	// Proxy is the writer through a pool with limits, and ProxyARN that pool's ARN; only a
	// database with a proxy has them.
	Proxy, ProxyARN pulumi.StringOutput
	// ClusterARN is the member's.
	ClusterARN pulumi.StringOutput
	// ClientsGroupID is a security group: whatever carries it may connect.
	ClientsGroupID pulumi.StringOutput

	args      Args
	cluster   *awsrds.Cluster
	instances []pulumi.Resource // those that may become the writer
	groups    groups
}

// New makes the member. It needs two providers, that of AWS in the region and that of
// random numbers.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Postgres, error) {
	d := &Postgres{args: args}
	s, err := component.Open(ctx, typeToken, name, d, args, pulumi.Map{
		"region": pulumi.String(args.Network.Region.String()), "database": pulumi.String(args.Database.Name),
	}, opts)
	if err != nil {
		return nil, err
	}
	if err := d.addGroups(s); err != nil {
		return nil, err
	}
	if err := d.addCluster(s); err != nil {
		return nil, err
	}
	if err := d.addInstances(s); err != nil {
		return nil, err
	}
	if err := d.addProxy(s); err != nil {
		return nil, err
	}
	if err := d.addAlarm(s); err != nil {
		return nil, err
	}
	return d, s.Publish(d, pulumi.Map{"arn": d.ClusterARN})
}

// Endpoint is where a consumer of that endpoint connects, and the zero output for what the
// database does not have.
func (d *Postgres) Endpoint(e stores.Endpoint) pulumi.StringOutput {
	switch e {
	case stores.Writer:
		return d.Writer
	case stores.Reader:
		return d.Reader
	case stores.ReportingReader:
		return d.Reporting
	case stores.Proxy:
		return d.Proxy
	}
	return pulumi.StringOutput{}
}

// Output is the member as a part of a stack's outputs.
func (d *Postgres) Output() pulumi.Map {
	out := pulumi.Map{
		"writer": d.Writer, "reader": d.Reader, "reporting": d.Reporting,
		"arn": d.ClusterARN, "clientsGroup": d.ClientsGroupID, "group": d.groups.database.ID().ToStringOutput(),
		"global": pulumi.String(d.args.Market.GlobalDatabase(d.args.Database.Name)),
	}
	if d.args.Database.Proxy {
		out["proxy"] = d.Proxy
	}
	return out
}
