package postgres

import (
	"slices"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/keyring"
)

// Parameter is one setting of the engine that is not left to its default.
type Parameter struct {
	Name, Value string
	Static      bool // as told to AWS: at the next restart; the others apply at once
	Why         string
}

// clusterTable is what every database of ours says of its whole cluster.
var clusterTable = []Parameter{
	// Both may be the engine's default already. AWS reports such a value as pending-reboot,
	// whatever it was told, and another method would differ for ever.
	{Name: "rds.force_ssl", Value: "1", Static: true, Why: "a connection without TLS is refused"},
	{Name: "ssl_min_protocol_version", Value: "TLSv1.2", Static: true, Why: "and so is an old one"},
	{Name: "rds.logical_replication", Value: "1", Static: true, Why: "change data capture reads the log; on from the first day, because turning it on restarts every instance"},
	{Name: "log_statement", Value: "ddl", Why: "who changed the schema is evidence; data statements stay out, they carry players' data"},
	{Name: "log_connections", Value: "1", Why: "who came is evidence"},
	{Name: "log_disconnections", Value: "1", Why: "and how long they stayed"},
}

// servingTable and reportingTable are what the two kinds of instances say of themselves, in
// milliseconds. Groups of our own from the first day: those of AWS cannot be changed, and
// changing the group restarts the instance.
var (
	servingTable = []Parameter{
		{Name: "idle_in_transaction_session_timeout", Value: "60000", Why: "a session that holds locks and does nothing stops wallets"},
	}
	reportingTable = []Parameter{
		{Name: "idle_in_transaction_session_timeout", Value: "1800000", Why: "reports think between statements"},
		{Name: "statement_timeout", Value: "3600000", Why: "a report that never ends keeps the writer from cleaning up"},
	}
)

// lossParameter bounds how much work a lost region takes with it: the primary stops
// committing while every secondary is further behind.
const lossParameter = "rds.global_db_rpo"

// clusterParameters is the table, and for the ledger the bound on loss. Only the member
// that writes has it: a secondary that had it would stop taking writes with its promotion,
// because nobody follows it yet. So this one setting follows the role. It is dynamic: a
// swap changes it in place, at once.
//
// After a region was lost, the same is true of the member that was promoted, until the lost
// one is rebuilt and follows: hence Args.Bound.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
func (a Args) clusterParameters() []Parameter {
	out := slices.Clone(clusterTable)
	if a.Database.Key == keyring.Ledger && a.Bound && a.RPO > 0 && a.Role.Numbers().Writes {
		out = append(out, Parameter{
			Name: lossParameter, Value: strconv.Itoa(int(a.RPO / time.Second)), Why: "the market's RPO: a bet that is confirmed is not lost",
		})
	}
	return out
}

func (p Parameter) method() pulumi.StringInput {
	if p.Static {
		return pulumi.String("pending-reboot")
	}
	return pulumi.String("immediate")
}

func (d *Postgres) addClusterParameters(s component.Scope) (*rds.ClusterParameterGroup, error) {
	var list rds.ClusterParameterGroupParameterArray
	for _, p := range d.args.clusterParameters() {
		list = append(list, rds.ClusterParameterGroupParameterArgs{Name: pulumi.String(p.Name), Value: pulumi.String(p.Value), ApplyMethod: p.method()})
	}
	return component.Create(s, "parameters", rds.NewClusterParameterGroup, &rds.ClusterParameterGroupArgs{
		Description: pulumi.String("database " + d.args.Database.Name),
		Family:      pulumi.String(d.args.Version.Family()), Parameters: list,
	})
}

func (d *Postgres) addInstanceParameters(s component.Scope, what string, table []Parameter) (*rds.ParameterGroup, error) {
	var list rds.ParameterGroupParameterArray
	for _, p := range table {
		list = append(list, rds.ParameterGroupParameterArgs{Name: pulumi.String(p.Name), Value: pulumi.String(p.Value), ApplyMethod: p.method()})
	}
	return component.Create(s, what+"-parameters", rds.NewParameterGroup, &rds.ParameterGroupArgs{
		Description: pulumi.String(what + " instances of database " + d.args.Database.Name),
		Family:      pulumi.String(d.args.Version.Family()), Parameters: list,
	})
}
