package postgres_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/postgres"
	"pitboss/components/stores"
	"pitboss/internal/record"
)

// TestInstances wants one in each zone that may write, and one that reports, is promoted
// last and is never the cluster's first: the first one writes.
func TestInstances(t *testing.T) {
	r := recorded(t, as)
	for name, want := range map[string]struct {
		zone, identifier, group string
		tier                    float64
	}{
		"db-eu-south-1a": {"eu-south-1a", "pitboss-mt-eu-south-1-ledger-a", "db-serving-parameters", 0},
		"db-eu-south-1b": {"eu-south-1b", "pitboss-mt-eu-south-1-ledger-b", "db-serving-parameters", 0},
		"db-eu-south-1c": {"eu-south-1c", "pitboss-mt-eu-south-1-ledger-c", "db-serving-parameters", 0},
		"db-reporting":   {"eu-south-1c", "pitboss-mt-eu-south-1-ledger-reporting", "db-reporting-parameters", 15},
	} {
		i, ok := r.Named(name)
		if !ok || i.Text("availabilityZone") != want.zone || i.Text("identifier") != want.identifier || i.Get("promotionTier") != want.tier || i.Text("dbParameterGroupName") != want.group {
			t.Errorf("%s is %v, want %v", name, i.Inputs, want)
		}
		for path, value := range map[string]any{
			"clusterIdentifier": "pitboss-mt-eu-south-1-ledger", "instanceClass": "db.r7g.xlarge", "publiclyAccessible": false,
			"autoMinorVersionUpgrade": false, "caCertIdentifier": "rds-ca-rsa2048-g1", "performanceInsightsEnabled": true,
			"performanceInsightsKmsKeyId": "key", "monitoringInterval": 15.0, "monitoringRoleArn": "arn:aws:recorded:::db-monitoring",
		} {
			if got := i.Get(path); got != value {
				t.Errorf("%s: %s is %v, want %v", name, path, got, value)
			}
		}
		if !i.Protect || i.Retain {
			t.Errorf("%s: protect %t, retain on delete %t", name, i.Protect, i.Retain)
		}
		if waits := len(named(i.DependsOn, "::db-eu-south-1")); waits != map[bool]int{true: 3, false: 0}[name == "db-reporting"] {
			t.Errorf("%s waits for %d of the others", name, waits)
		}
	}
	if got := len(r.Type("ClusterInstance")); got != 4 {
		t.Errorf("%d instances, want 4", got)
	}
}

func named(urns []string, part string) []string {
	return slices.DeleteFunc(slices.Clone(urns), func(urn string) bool { return !strings.Contains(urn, part) })
}

// TestReportsAreApart wants reports on their own instance only, and players' reads on the
// others only.
func TestReportsAreApart(t *testing.T) {
	r := recorded(t, as)
	reports, _ := r.Named("db-reports")
	readers, _ := r.Named("db-readers")
	one := []string{"pitboss-mt-eu-south-1-ledger-reporting"}
	if reports.Text("customEndpointType") != "READER" || !slices.Equal(reports.Texts("staticMembers"), one) || reports.Get("excludedMembers") != nil {
		t.Errorf("reports are read from %v", reports.Inputs)
	}
	if readers.Text("customEndpointType") != "READER" || !slices.Equal(readers.Texts("excludedMembers"), one) || readers.Get("staticMembers") != nil {
		t.Errorf("players read from %v", readers.Inputs)
	}
}

// parameters is the settings of a group by name.
func parameters(r record.Recording, group string) map[string]string {
	g, _ := r.Named(group)
	out := map[string]string{}
	list, _ := g.Get("parameters").([]any)
	for i := range list {
		out[g.Text("parameters", i, "name")] = g.Text("parameters", i, "value") + " " + g.Text("parameters", i, "applyMethod")
	}
	return out
}

// TestParameters wants TLS forced and change data capture prepared, in both databases.
func TestParameters(t *testing.T) {
	for name, database := range map[string]func(*postgres.Args){"ledger": as, "vault": vault} {
		r := recorded(t, database)
		got := parameters(r, "db-parameters")
		if got["rds.force_ssl"] != "1 pending-reboot" || got["rds.logical_replication"] != "1 pending-reboot" || got["log_statement"] != "ddl immediate" {
			t.Errorf("%s: %v", name, got)
		}
		if _, ok := got["log_min_duration_statement"]; ok {
			t.Errorf("%s logs statements with players' data in them", name)
		}
		for _, group := range []string{"db-parameters", "db-serving-parameters", "db-reporting-parameters"} {
			if g, _ := r.Named(group); g.Text("family") != "aurora-postgresql17" {
				t.Errorf("%s: %s is of family %s", name, group, g.Text("family"))
			}
		}
		if parameters(r, "db-serving-parameters")["idle_in_transaction_session_timeout"] != "60000 immediate" {
			t.Errorf("%s: a forgotten transaction keeps its locks", name)
		}
	}
}

// TestLossIsBounded wants the bound where the ledger is written, in seconds, and nowhere
// else: in a secondary it would stop writes right after a promotion.
func TestLossIsBounded(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(*postgres.Args)
		want   string
	}{
		"Primary":   {"a bet that is confirmed is not lost", as, "60 immediate"},
		"Least":     {"the shortest that Aurora bounds", func(a *postgres.Args) { a.RPO = 20 * time.Second }, "20 immediate"},
		"Secondary": {"nobody follows it after a promotion", standby(t), ""},
		"NoRPO":     {"zero means no bound", func(a *postgres.Args) { a.RPO = 0 }, ""},
		"Promoted":  {"nobody follows a member that was promoted because the other region is lost", func(a *postgres.Args) { a.Bound = false }, ""},
		"Vault":     {"a registration can be made again", vault, ""},
	}
	for name, c := range cases {
		if got := parameters(recorded(t, c.edit), "db-parameters")["rds.global_db_rpo"]; got != c.want {
			t.Errorf("%s: the bound is %q, want %q: %s", name, got, c.want, c.reason)
		}
	}
}

// TestAlarm wants the same in both roles, at half of what may be lost, and honest about
// having no data.
func TestAlarm(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*postgres.Args)
		want float64
	}{"primary": {as, 30000}, "secondary": {standby(t), 30000}, "no RPO": {func(a *postgres.Args) { a.RPO = 0 }, 30000}, "20 s": {func(a *postgres.Args) { a.RPO = 20 * time.Second }, 10000}} {
		alarm, _ := recorded(t, c.edit).Named("db-lag")
		if alarm.Text("metricName") != "AuroraGlobalDBRPOLag" || alarm.Text("dimensions", "DBClusterIdentifier") != "pitboss-mt-eu-south-1-ledger" ||
			alarm.Get("threshold") != c.want || alarm.Text("treatMissingData") != "missing" {
			t.Errorf("%s: the alarm is %v, want %v ms", name, alarm.Inputs, c.want)
		}
	}
}

// opening is a rule in one line.
func opening(r record.Resource) string {
	return fmt.Sprintf("%s %s %v-%v %s", r.Text("securityGroupId"), r.Text("ipProtocol"), r.Get("fromPort"), r.Get("toPort"), r.Text("referencedSecurityGroupId"))
}

// TestOpenings lists who may connect to what, and out of what: a database calls nobody, and
// the vault knows only its own clients.
func TestOpenings(t *testing.T) {
	for name, c := range map[string]struct {
		database func(*postgres.Args)
		in, out  []string
	}{
		"ledger": {as,
			[]string{
				"db-instances-id tcp 5432-5432 db-clients-id", "db-instances-id tcp 5432-5432 db-proxy-group-id", "db-instances-id tcp 5432-5432 nodes",
				"db-proxy-group-id tcp 5432-5432 db-clients-id", "db-proxy-group-id tcp 5432-5432 nodes",
			},
			[]string{
				"db-clients-id tcp 5432-5432 db-instances-id", "db-clients-id tcp 5432-5432 db-proxy-group-id", "db-proxy-group-id tcp 5432-5432 db-instances-id",
			}},
		"vault": {vault,
			[]string{"db-instances-id tcp 5432-5432 db-clients-id"}, []string{"db-clients-id tcp 5432-5432 db-instances-id"}},
	} {
		r := recorded(t, c.database)
		for typ, want := range map[string][]string{"SecurityGroupIngressRule": c.in, "SecurityGroupEgressRule": c.out} {
			var got []string
			for _, rule := range r.Type(typ) {
				got = append(got, opening(rule))
				if rule.Text("description") == "" || rule.Get("cidrIpv4") != nil {
					t.Errorf("%s: %s is %v", name, rule.Name, rule.Inputs)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s are %v, want %v", name, typ, got, want)
			}
		}
		for _, group := range r.Type("ec2/securityGroup:SecurityGroup") {
			if group.Get("ingress") != nil || group.Get("egress") != nil {
				t.Errorf("%s: %s has rules of its own", name, group.Name)
			}
		}
	}
}

// TestProxy wants TLS, AWS roles instead of passwords, a limit, one login for each consumer
// behind it, and no more rights than those secrets take.
func TestProxy(t *testing.T) {
	r := recorded(t, as)
	proxy, _ := r.Named("db-proxy")
	if proxy.Get("requireTls") != true || proxy.Get("debugLogging") != false || proxy.Text("engineFamily") != "POSTGRESQL" || !slices.Equal(proxy.Texts("vpcSubnetIds"), []string{"a", "b", "c"}) {
		t.Errorf("the proxy is %v", proxy.Inputs)
	}
	want := []string{"wallet", "gaming-api", "bonus"}
	for i, name := range want {
		if proxy.Text("auths", i, "secretArn") != "secret-"+name || proxy.Text("auths", i, "iamAuth") != "REQUIRED" || proxy.Text("auths", i, "authScheme") != "SECRETS" || proxy.Get("auths", i, "username") != nil {
			t.Errorf("login %d is %v, want %s", i, proxy.Get("auths", i), name)
		}
	}
	if proxy.Get("auths", len(want)) != nil {
		t.Errorf("more than %v log in through the proxy", want)
	}
	pool, _ := r.Named("db-pool")
	if most, _ := pool.Get("connectionPoolConfig", "maxConnectionsPercent").(float64); most < 1 || most > 90 {
		t.Errorf("the pool may take %v percent of the connections", most)
	}
	target, _ := r.Named("db-target")
	if target.Text("dbClusterIdentifier") != "pitboss-mt-eu-south-1-ledger" || len(named(target.DependsOn, "::db-eu-south-1")) != 3 {
		t.Errorf("the target is %v after %v", target.Inputs, target.DependsOn)
	}
	access, _ := r.Named("db-proxy-secrets")
	var policy struct {
		Statement []struct {
			Action, Resource []string
			Condition        map[string]map[string][]string
		}
	}
	if err := json.Unmarshal([]byte(access.Text("policy")), &policy); err != nil || len(policy.Statement) != 2 {
		t.Fatalf("the policy is %s: %v", access.Text("policy"), err)
	}
	read, use := policy.Statement[0], policy.Statement[1]
	if !slices.Equal(read.Resource, []string{"secret-wallet", "secret-gaming-api", "secret-bonus"}) || !slices.Equal(read.Action, []string{"secretsmanager:GetSecretValue"}) {
		t.Errorf("it may read %v", read)
	}
	if !slices.Equal(use.Resource, []string{"key"}) || !slices.Equal(use.Condition["StringEquals"]["kms:ViaService"], []string{"secretsmanager.eu-south-1.amazonaws.com"}) {
		t.Errorf("it may decrypt %v", use)
	}
	if got := len(recorded(t, vault).Type("Proxy")); got != 0 {
		t.Errorf("the vault has %d proxies", got)
	}
}

// marked keeps which inputs came as secrets.
type marked struct {
	mu     sync.Mutex
	inputs map[string]resource.PropertyMap
}

func (m *marked) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func (m *marked) NewResource(a pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inputs[a.Name] = a.Inputs
	out := a.Inputs.Copy()
	if strings.HasSuffix(a.TypeToken, ":RandomId") {
		out["hex"] = resource.NewProperty(a.Inputs["prefix"].StringValue() + "0a1b2c3d") // as the provider does
	}
	return a.Name + "-id", out, nil
}

// TestThePasswordIsSecret hands New a password that nobody has marked, and wants it marked
// in the cluster and nowhere else; and the last snapshot under a name of this cluster only.
func TestThePasswordIsSecret(t *testing.T) {
	m := &marked{inputs: map[string]resource.PropertyMap{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := postgres.New(ctx, "db", valid(t))
		return err
	}, pulumi.WithMocks("pitboss", "s", m))
	if err != nil {
		t.Fatal(err)
	}
	password := m.inputs["db-cluster"]["masterPassword"]
	if !password.IsSecret() || password.SecretValue().Element.StringValue() != "hunter2" {
		t.Errorf("the password is %v", password)
	}
	for name, inputs := range m.inputs {
		inputs = inputs.Copy()
		if name == "db-cluster" {
			delete(inputs, "masterPassword")
		}
		if strings.Contains(fmt.Sprintf("%#v", resource.NewProperty(inputs).Mappable()), "hunter2") {
			t.Errorf("%s shows the password", name)
		}
	}
	if last := m.inputs["db-cluster"]["finalSnapshotIdentifier"].StringValue(); last != "pitboss-mt-eu-south-1-ledger-last-0a1b2c3d" {
		t.Errorf("the last snapshot is called %s: a name that was used is taken", last)
	}
	if master, ok := stores.Master(stores.Ledger, stores.Consumers()); !ok || m.inputs["db-cluster"]["masterUsername"].StringValue() != master.Username {
		t.Errorf("the master user is %v", m.inputs["db-cluster"]["masterUsername"])
	}
}
