package postgres

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/roles"
	"pitboss/components/stores"
	"pitboss/regions/role"
)

const (
	// backupDays is how far back any second can be restored: the longest that AWS keeps.
	backupDays = 35
	// backupWindow and maintenanceWindow are in UTC: early in the morning, and on a day
	// without matches. Left out, AWS picks them, Saturday evenings included. What changes
	// an instance waits for the second.
	backupWindow      = "03:00-04:00"
	maintenanceWindow = "tue:04:30-tue:05:30"
)

// ignored is what the program says of a cluster when it is made, and never again.
var ignored = []string{
	// A promotion changes both. Changed back, the first promotes the cluster for good, and
	// the second takes it out of the global database.
	"replicationSourceIdentifier", "globalClusterIdentifier",
	// The global database upgrades its members. Afterwards the stack has to be refreshed
	// once, so that what is ignored is the version that runs.
	"engineVersion",
	// AWS chooses the first and reports it; both replace the cluster.
	"availabilityZones", "snapshotIdentifier",
	// The role decides these when the cluster is made; later, after roles have changed,
	// each but the password would replace it.
	"databaseName", "masterUsername", "masterPassword", "sourceRegion",
}

// addCluster makes the cluster, with the global database's other members or as its first.
func (d *Postgres) addCluster(s component.Scope) error {
	a := d.args
	subnets, err := component.Create(s, "subnets", rds.NewSubnetGroup, &rds.SubnetGroupArgs{
		Description: pulumi.String("subnets of database " + a.Database.Name), SubnetIds: a.Network.Vault,
	})
	if err != nil {
		return err
	}
	parameters, err := d.addClusterParameters(s)
	if err != nil {
		return err
	}
	// A name that was used once is taken: a rebuilt cluster needs another for its own last
	// snapshot.
	last, err := component.Create(s, "last-snapshot", random.NewRandomId, &random.RandomIdArgs{
		ByteLength: pulumi.Int(4), Prefix: pulumi.String(a.identifier("-last") + "-"),
	}, component.Protected())
	if err != nil {
		return err
	}
	args := &rds.ClusterArgs{
		ClusterIdentifier:       pulumi.String(a.identifier("")),
		GlobalClusterIdentifier: pulumi.String(a.Market.GlobalDatabase(a.Database.Name)),
		Engine:                  pulumi.String(engine),
		EngineVersion:           pulumi.String(a.Version.String()),

		StorageEncrypted: pulumi.Bool(true),
		KmsKeyId:         a.KeyARN.ToStringOutput(),

		DbSubnetGroupName:                subnets.Name,
		VpcSecurityGroupIds:              pulumi.StringArray{d.groups.database.ID()},
		DbClusterParameterGroupName:      parameters.Name,
		Port:                             pulumi.Int(Port),
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),
		EnableHttpEndpoint:               pulumi.Bool(true),                            // how a drill fences it and tries a write: by IAM and a secret, without a way into the VPC
		EnabledCloudwatchLogsExports:     pulumi.ToStringArray([]string{"postgresql"}), // into the foundation's log group

		BackupRetentionPeriod:      pulumi.Int(backupDays),
		PreferredBackupWindow:      pulumi.String(backupWindow),
		PreferredMaintenanceWindow: pulumi.String(maintenanceWindow),
		CopyTagsToSnapshot:         pulumi.Bool(true),

		DeletionProtection:      pulumi.Bool(!a.Unprotected),
		SkipFinalSnapshot:       pulumi.Bool(false),
		FinalSnapshotIdentifier: last.Hex, // with its prefix
		Tags: pulumi.StringMap{
			"pitboss:database": pulumi.String(a.Database.Name), "pitboss:owner": pulumi.String(a.Database.Owner),
		},
	}
	a.decide(args)
	d.cluster, err = component.Create(s, "cluster", rds.NewCluster, args, component.Protected(), pulumi.IgnoreChanges(ignored))
	if err != nil {
		return err
	}
	d.Writer, d.ClusterARN = d.cluster.Endpoint, d.cluster.Arn
	return nil
}

// decide adds what the role decides when a cluster is made. A primary founds the database.
// A secondary takes users and databases from it (AWS refuses to be told any), and says
// where it is, which is how the provider signs the request for an encrypted copy.
//
// The service cannot keep the password itself: manageMasterUserPassword does not work in a
// global database.
func (a Args) decide(args *rds.ClusterArgs) {
	if a.Role != role.Active {
		args.SourceRegion = pulumi.String(a.Source.String())
		return
	}
	master, _ := stores.Master(a.Database.Name, a.Consumers)
	args.DatabaseName = pulumi.String(a.Database.Name)
	args.MasterUsername = pulumi.String(master.Username)
	args.MasterPassword = a.MasterPassword.ToStringOutput() // which the SDK makes a secret, whatever it was
}

// instance is one instance of a cluster.
type instance struct {
	what       string // in names of ours
	suffix     string // of the identifier
	zone       string
	tier       int // who is promoted first; 15 is last
	parameters pulumi.StringInput
	after      []pulumi.Resource
}

// addInstances makes an instance in each zone, any of which may write, and one more that
// only reports. A region that stands by has as many: one without instances cannot be
// promoted, and one with fewer is too small on the day.
func (d *Postgres) addInstances(s component.Scope) error {
	monitor, err := d.addMonitor(s)
	if err != nil {
		return err
	}
	serving, err := d.addInstanceParameters(s, "serving", servingTable)
	if err != nil {
		return err
	}
	reporting, err := d.addInstanceParameters(s, "reporting", reportingTable)
	if err != nil {
		return err
	}
	region := d.args.Network.Region
	for _, zone := range region.Zones()[:zones] {
		made, err := d.addInstance(s, monitor, instance{
			what: zone.Name, suffix: "-" + strings.TrimPrefix(zone.Name, region.String()), zone: zone.Name, parameters: serving.Name,
		})
		if err != nil {
			return err
		}
		d.instances = append(d.instances, made)
	}
	// The first instance of a cluster becomes its writer, so this one is never the first.
	reports, err := d.addInstance(s, monitor, instance{
		what: "reporting", suffix: "-reporting", zone: region.Zones()[zones-1].Name, tier: 15, parameters: reporting.Name, after: d.instances,
	})
	if err != nil {
		return err
	}
	return d.addEndpoints(s, reports)
}

func (d *Postgres) addInstance(s component.Scope, monitor *roles.Role, i instance) (*rds.ClusterInstance, error) {
	a := d.args
	return component.Create(s, i.what, rds.NewClusterInstance, &rds.ClusterInstanceArgs{
		ClusterIdentifier:          d.cluster.ClusterIdentifier,
		Identifier:                 pulumi.String(a.identifier(i.suffix)),
		Engine:                     pulumi.String(engine),
		InstanceClass:              pulumi.String(a.InstanceClass),
		AvailabilityZone:           pulumi.String(i.zone),
		DbSubnetGroupName:          d.cluster.DbSubnetGroupName,
		DbParameterGroupName:       i.parameters,
		PromotionTier:              pulumi.Int(i.tier),
		PubliclyAccessible:         pulumi.Bool(false),
		CaCertIdentifier:           pulumi.String(authority),
		PreferredMaintenanceWindow: pulumi.String(maintenanceWindow),
		// It has no effect in a global database, and members of another version than the
		// primary's cannot be promoted: upgrades are somebody's decision.
		AutoMinorVersionUpgrade: pulumi.Bool(false),

		MonitoringInterval: pulumi.Int(monitorSeconds), MonitoringRoleArn: monitor.Arn,
		PerformanceInsightsEnabled: pulumi.Bool(true), PerformanceInsightsKmsKeyId: a.KeyARN.ToStringOutput(),
		PerformanceInsightsRetentionPeriod: pulumi.Int(insightDays),
	}, component.Protected(), pulumi.IgnoreChanges([]string{"engineVersion"}), pulumi.DependsOn(slices.Concat(i.after, monitor.Policies)))
}

// addEndpoints tells readers from reports. The cluster's own reader endpoint knows no
// difference: it sends players to the reporting instance, and reports to theirs.
func (d *Postgres) addEndpoints(s component.Scope, reports *rds.ClusterInstance) error {
	readers, err := component.Create(s, "readers", rds.NewClusterEndpoint, &rds.ClusterEndpointArgs{
		ClusterIdentifier: d.cluster.ClusterIdentifier, ClusterEndpointIdentifier: pulumi.String(d.args.identifier("-readers")),
		CustomEndpointType: pulumi.String("READER"), ExcludedMembers: pulumi.StringArray{reports.Identifier},
	})
	if err != nil {
		return err
	}
	reporting, err := component.Create(s, "reports", rds.NewClusterEndpoint, &rds.ClusterEndpointArgs{
		ClusterIdentifier: d.cluster.ClusterIdentifier, ClusterEndpointIdentifier: pulumi.String(d.args.identifier("-reports")),
		CustomEndpointType: pulumi.String("READER"), StaticMembers: pulumi.StringArray{reports.Identifier},
	})
	if err != nil {
		return err
	}
	d.Reader, d.Reporting = readers.Endpoint, reporting.Endpoint
	return nil
}
