package postgres

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
)

const (
	// monitorSeconds is how often an instance reports on its operating system.
	monitorSeconds = 15
	// insightDays is how long an instance's load is kept by statement: what AWS includes.
	insightDays = 7
	// authority signs the instances' certificates. Clients trust it by AWS's bundle.
	authority = "rds-ca-rsa2048-g1"
	// usualRPO is what may be lost where the market does not say it: what follows in under
	// a second by design is broken after a minute.
	usualRPO = time.Minute
)

// addMonitor makes the role that instances report with.
func (d *Postgres) addMonitor(s component.Scope) (*roles.Role, error) {
	trust := iam.Trust("monitoring.rds.amazonaws.com", iam.Condition{"StringEquals": {"aws:SourceAccount": {d.args.Market.Account}}})
	return roles.New(s, "monitoring", awsiam.RoleArgs{
		Description:      pulumi.String("monitoring of database " + d.args.identifier("")),
		AssumeRolePolicy: pulumi.String(trust.String()),
	}, "service-role/AmazonRDSEnhancedMonitoringRole")
}

// addAlarm raises an alarm when this region has followed the primary too slowly for three
// minutes of five: at half of what may be lost, because at the whole of it the ledger stops
// taking writes. AWS measures in the secondary only, so each region has the same alarm and
// a swap changes neither. Without data it says so, and neither sounds nor calms: in the
// primary that is right, in the secondary it means that nobody follows.
func (d *Postgres) addAlarm(s component.Scope) error {
	bound := d.args.RPO
	if bound == 0 {
		bound = usualRPO
	}
	id := d.args.identifier("")
	_, err := component.Create(s, "lag", cloudwatch.NewMetricAlarm, &cloudwatch.MetricAlarmArgs{
		AlarmDescription: pulumi.String(fmt.Sprintf("%s follows the primary too slowly: of what may be lost with that region, %s, half is missing here", id, bound)),
		Namespace:        pulumi.String("AWS/RDS"), MetricName: pulumi.String("AuroraGlobalDBRPOLag"),
		Dimensions: pulumi.StringMap{"DBClusterIdentifier": pulumi.String(id)},
		Statistic:  pulumi.String("Maximum"), Period: pulumi.Int(60),
		EvaluationPeriods: pulumi.Int(5), DatapointsToAlarm: pulumi.Int(3),
		ComparisonOperator: pulumi.String("GreaterThanThreshold"), Threshold: pulumi.Float64(float64((bound / 2).Milliseconds())),
		TreatMissingData: pulumi.String("missing"),
	})
	return err
}
