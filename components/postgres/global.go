package postgres

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/components/stores"
	"pitboss/regions/engines"
)

const globalToken = "pitboss:components:PostgresGlobal"

// engine is what every database runs on.
const engine = "aurora-postgresql"

// GlobalArgs describes the global identity of one database.
type GlobalArgs struct {
	// Market names it. Required.
	Market naming.Market
	// Database is the row of components/stores. Required.
	Database stores.Database
	// Version is what every member runs: changing it here upgrades them all. Required.
	Version engines.Aurora
}

// Validate reports every problem at once, each naming its field.
func (a GlobalArgs) Validate() error {
	p := component.Problems{Of: "postgres.GlobalArgs"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	blame(&p, "Database", a.Database.Check())
	p.Check(!a.Version.IsZero(), "Version", "is required: choose one of %v", engines.AuroraNames())
	return p.Err()
}

// Global is the global identity of one database.
type Global struct {
	pulumi.ResourceState

	// Endpoint is the writer of whichever member is the primary: AWS moves it with a
	// promotion.
	Endpoint pulumi.StringOutput

	name string
}

// NewGlobal makes the identity, empty: members join it, the first as the primary. It is
// never told of a member as its source. AWS reports the primary there, which a promotion
// changes, and the provider would replace the whole database to change it back.
func NewGlobal(ctx *pulumi.Context, name string, args GlobalArgs, opts ...pulumi.ResourceOption) (*Global, error) {
	g := &Global{name: args.Market.GlobalDatabase(args.Database.Name)}
	s, err := component.Open(ctx, globalToken, name, g, args, pulumi.Map{"database": pulumi.String(args.Database.Name)}, opts)
	if err != nil {
		return nil, err
	}
	made, err := component.Create(s, "database", rds.NewGlobalCluster, &rds.GlobalClusterArgs{
		GlobalClusterIdentifier: pulumi.String(g.name),
		Engine:                  pulumi.String(engine),
		EngineVersion:           pulumi.String(args.Version.String()),
		DatabaseName:            pulumi.String(args.Database.Name),
		StorageEncrypted:        pulumi.Bool(true), // with each member's own key; cannot be changed later
		DeletionProtection:      pulumi.Bool(true),
		// The default enrols in paid support for a version that everybody else has left.
		EngineLifecycleSupport: pulumi.String("open-source-rds-extended-support-disabled"),
	}, component.Stateful(), pulumi.IgnoreChanges([]string{"databaseName", "sourceDbClusterIdentifier"}))
	if err != nil {
		return nil, err
	}
	g.Endpoint = made.Endpoint
	return g, s.Publish(g, pulumi.Map{"endpoint": g.Endpoint})
}

// Output is the identity as a part of a stack's outputs: its id, and the name that always
// leads to whichever member writes. AWS may know that name only once there is a member: a
// refresh of the foundation stack then finds it.
func (g *Global) Output() pulumi.Map {
	return pulumi.Map{"id": pulumi.String(g.name), "endpoint": g.Endpoint}
}
