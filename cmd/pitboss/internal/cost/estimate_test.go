package cost

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/internal/stateful"
	"pitboss/policy/rules"
	"pitboss/regions"
	"pitboss/regions/prices"
	"pitboss/stacks/market"
)

const (
	home  = "eu-south-1"
	other = "eu-central-1"
)

// testTable has round prices: sums are made by hand below.
const testTable = `
date: "2026-01-02"
source: a test
sources: {t: a test}
prices:
  - {item: eks.cluster, region: "*", unit: hour, usd: "0.10", source: t, confidence: unverified}
  - {item: ec2.c7i.xlarge, region: eu-south-1, unit: hour, usd: "0.20", source: t, confidence: unverified}
  - {item: ec2.c7i.xlarge, region: eu-central-1, unit: hour, usd: "0.30", source: t, confidence: unverified}
  - {item: ebs.gp3, region: eu-south-1, unit: GB-month, usd: "0.08", source: t, confidence: unverified}
  - {item: vpc.ipv4, region: "*", unit: hour, usd: "0.005", source: t, confidence: unverified}
  - {item: kms.key, region: "*", unit: month, usd: "1", source: t, confidence: unverified}
  - {item: secretsmanager.secret, region: "*", unit: month, usd: "0.40", source: t, confidence: unverified}
  - {item: vpc.endpoint, region: eu-south-1, unit: hour, usd: "0.01", source: t, confidence: unverified}
  - {item: vpc.nat, region: us-east-1, unit: hour, usd: "0.045", source: t, confidence: unverified}
  - {item: rds.proxy.vcpu, region: eu-south-1, unit: hour, usd: "0.015", source: t, confidence: unverified}
  - {item: elasticache.redis.cache.r7g.large, region: eu-central-1, unit: hour, usd: "0.2", source: t, confidence: unverified}
  - {item: route53.health-check, region: "*", unit: month, usd: "0.50", source: t, confidence: unverified}
  - {item: route53.health-check.option, region: "*", unit: month, usd: "1", source: t, confidence: unverified}
`

func table(t *testing.T, edit ...string) prices.Table {
	t.Helper()
	out, err := prices.Parse([]byte(strings.NewReplacer(edit...).Replace(testTable)))
	require.NoError(t, err)
	return out
}

type inputs = map[string]any

// thing is a resource of the test's stacks.
func thing(typ, name string, in inputs) *rules.Resource {
	return &rules.Resource{URN: "urn:" + name, Type: typ, Name: name, Custom: true, Provider: rules.Provider{Region: home}, Inputs: in}
}

func nodes(size any, kind string) *rules.Resource {
	return thing("aws:eks/nodeGroup:NodeGroup", "pools-api", inputs{
		"capacityType": kind, "instanceTypes": []any{"c7i.xlarge", "c6i.xlarge"}, "labels": inputs{"pitboss.io/pool": "api"},
		"scalingConfig": inputs{"desiredSize": size, "minSize": 1.0},
	})
}

func created(r *rules.Resource) plan.Step { return plan.Step{Op: plan.Create, New: r} }

// of is the plan of a market whose stacks have these steps: the foundation, the active
// region and the standby.
func of(t *testing.T, stacks ...[]plan.Step) plan.Market {
	t.Helper()
	h, err := regions.Parse(home)
	require.NoError(t, err)
	s, err := regions.Parse(other)
	require.NoError(t, err)
	m := market.Market{Name: "mt", Home: h, Standby: s, Active: h}
	out := plan.Market{Market: m}
	for i, steps := range stacks {
		out.Stacks = append(out.Stacks, plan.Stack{Stack: m.Stacks()[i], Steps: steps})
	}
	return out
}

// inStandby is the resource in the other region.
func inStandby(r *rules.Resource) *rules.Resource {
	there := *r
	there.URN, there.Provider.Region = r.URN+"-there", other
	return &there
}

func lines(b Bill) (out []string) {
	for _, l := range b.Lines {
		out = append(out, fmt.Sprintf("%s|%s|%s|%s|%d|%d", l.Stack, l.Region, l.Role, l.What, l.Before, l.After))
	}
	return out
}

func TestTotalsByHand(t *testing.T) {
	key := thing("aws:kms/key:Key", "key", nil)
	secret := thing("aws:secretsmanager/secret:Secret", "secret", inputs{"replicas": []any{inputs{"region": other}}})
	cluster := thing("aws:eks/cluster:Cluster", "cluster", nil)
	gone := thing("aws:ec2/eip:Eip", "address", nil)
	b := Estimate(of(t,
		[]plan.Step{{Op: plan.Same, Old: key, New: key}, created(secret)},
		[]plan.Step{{Op: plan.Same, New: cluster}, {Op: plan.Update, Old: nodes(3.0, "ON_DEMAND"), New: nodes(4.0, "ON_DEMAND")}, {Op: plan.Delete, Old: gone}},
		[]plan.Step{created(inStandby(cluster)), created(inStandby(nodes(1.0, "ON_DEMAND")))},
	), table(t))

	assert.Equal(t, []string{
		"mt-foundation|eu-central-1|shared|secrets: 1 x replica of a secret|0|40",
		"mt-foundation|eu-south-1|shared|KMS keys: 1 x key|100|100",
		"mt-foundation|eu-south-1|shared|secrets: 1 x secret|0|40",
		"mt-eu-south-1|eu-south-1|active|EKS clusters: 1 x control plane|7300|7300", // 730 h at 0.10
		"mt-eu-south-1|eu-south-1|active|nodes of pool api: 4 x c7i.xlarge, before 3 x c7i.xlarge|43800|58400",
		"mt-eu-south-1|eu-south-1|active|public IPv4 addresses: none, before 1 x elastic address|365|0",
		"mt-eu-central-1|eu-central-1|standby|EKS clusters: 1 x control plane|0|7300",
		"mt-eu-central-1|eu-central-1|standby|nodes of pool api: 1 x c7i.xlarge|0|21900",
	}, lines(b))
	assert.Equal(t, Total{Before: 7300 + 43800 + 365, After: 7300 + 58400}, b.Active)
	assert.Equal(t, Total{After: 7300 + 21900}, b.Standby)
	assert.Equal(t, Total{Before: 100, After: 180}, b.Shared)
	assert.Equal(t, Total{Before: 51565, After: 95080}, b.All)
	assert.Equal(t, Origin{Date: "2026-01-02", Source: "a test"}, b.Prices)
	require.Len(t, b.Unpriced, 2, "the nodes' volumes, of which no launch template is shown, in each region once")
	assert.Equal(t, "urn:pools-api", b.Unpriced[0].URN)
}

func TestRolesFollowTheMarket(t *testing.T) {
	m := of(t, nil, []plan.Step{created(thing("aws:eks/cluster:Cluster", "cluster", nil))})
	m.Market.Active = m.Market.Standby
	b := Estimate(m, table(t))
	assert.Equal(t, Total{After: 7300}, b.Standby, "a swap makes the home region the standby")
	assert.Zero(t, b.Active)
}

func TestOneResource(t *testing.T) {
	interval := func(v any) inputs { return inputs{"type": "HTTPS", "requestInterval": v} }
	cases := map[string]struct {
		reason   string
		resource *rules.Resource
		lines    []string // what: after
		unpriced []string
	}{
		"Spot":          {"half of 730 h at 0.20", nodes(2.0, "SPOT"), []string{"nodes of pool api: 2 x spot c7i.xlarge 14600"}, []string{"the volumes of its nodes: the plan shows no launch template of it"}},
		"UnknownSize":   {"a size that is not known is not zero", nodes(rules.Unknown{}, "ON_DEMAND"), nil, []string{"how many nodes: not known yet"}},
		"NoSize":        {"nothing says how many", thing("aws:eks/nodeGroup:NodeGroup", "x", nil), nil, []string{"how many nodes: not said"}},
		"SecretType":    {"a secret is not shown", thing("aws:rds/clusterInstance:ClusterInstance", "x", inputs{"instanceClass": rules.Secret{}}), nil, []string{"the instance class: not known yet"}},
		"OddSize":       {"what cannot be counted is said", nodes(1.5, "ON_DEMAND"), nil, []string{"how many nodes: found 1.5, which cannot be counted"}},
		"NoPrice":       {"never zero", thing("aws:rds/clusterInstance:ClusterInstance", "x", inputs{"instanceClass": "db.r9.huge"}), nil, []string{"no price of rds.aurora.db.r9.huge in eu-south-1"}},
		"NewType":       {"what nobody classified is not free", thing("aws:sqs/queue:Queue", "x", nil), nil, []string{"it is neither known to be free nor known what it costs by: add aws:sqs/queue:Queue to cmd/pitboss/internal/cost"}},
		"Free":          {"roles are free", thing("aws:iam/role:Role", "x", nil), nil, nil},
		"Gateway":       {"a route to S3 is free", thing("aws:ec2/vpcEndpoint:VpcEndpoint", "x", inputs{"vpcEndpointType": "Gateway"}), nil, nil},
		"UnknownZones":  {"zones that are not known", thing("aws:ec2/vpcEndpoint:VpcEndpoint", "x", inputs{"vpcEndpointType": "Interface", "subnetIds": rules.Unknown{}}), nil, []string{"no price of vpc.endpoint.data in eu-south-1", "the endpoint's zones: not known yet"}},
		"Endpoint":      {"ids that are not known can be counted", thing("aws:ec2/vpcEndpoint:VpcEndpoint", "x", inputs{"vpcEndpointType": "Interface", "subnetIds": []any{rules.Unknown{}, rules.Unknown{}}}), []string{"interface endpoints: 2 x endpoint in a zone 1460"}, []string{"no price of vpc.endpoint.data in eu-south-1"}},
		"HealthCheck":   {"HTTPS and the fast interval are options", thing("aws:route53/healthCheck:HealthCheck", "x", interval(10.0)), []string{"health checks: 1 x check + 2 x option of a check 250"}, nil},
		"UnknownOption": {"the rest is counted", thing("aws:route53/healthCheck:HealthCheck", "x", interval(rules.Unknown{})), []string{"health checks: 1 x check + 1 x option of a check 150"}, []string{"the health check's interval: not known yet"}},
		"NoInputs":      {"a broker that says nothing", thing("aws:msk/cluster:Cluster", "x", nil), nil, []string{"how many brokers: not said"}},
		"ServiceLB":     {"a load balancer that no stack shows", thing("kubernetes:core/v1:Service", "x", inputs{"spec": inputs{"type": "LoadBalancer"}}), nil, []string{"no price of lb.network in eu-south-1"}},
		"LonelyProxy":   {"no instance is shown", thing("aws:rds/proxy:Proxy", "x", nil), nil, []string{"the vCPUs behind it: the plan shows no instance that it leads to"}},
		"LonelyCache":   {"its leader is not shown", thing("aws:elasticache/replicationGroup:ReplicationGroup", "x", inputs{"globalReplicationGroupId": rules.Unknown{}}), nil, []string{"the type of its nodes: it follows a member that the plan does not show"}},
		"Provider":      {"an engine's own thing", thing("pulumi:providers:aws", "x", nil), nil, nil},
		"AnyRegion":     {"the price of another region is none", thing("aws:ec2/natGateway:NatGateway", "x", nil), nil, []string{"no price of vpc.nat in eu-south-1", "no price of vpc.nat.data in eu-south-1"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b := Estimate(of(t, nil, []plan.Step{created(c.resource)}), table(t))
			var found, why []string
			for _, l := range b.Lines {
				found = append(found, fmt.Sprintf("%s %d", l.What, l.After))
			}
			for _, u := range b.Unpriced {
				why = append(why, u.Why)
			}
			assert.Equal(t, c.lines, found, c.reason)
			assert.Equal(t, c.unpriced, why, c.reason)
		})
	}
}

func TestWhatBelongsTogether(t *testing.T) {
	group := nodes(2.0, "ON_DEMAND")
	group.From = map[string][]string{"launchTemplate": {"urn:template"}, "subnetIds": {"urn:subnet"}}
	template := thing("aws:ec2/launchTemplate:LaunchTemplate", "template", inputs{"blockDeviceMappings": []any{inputs{"ebs": inputs{"volumeSize": 50.0, "volumeType": "gp3"}}}})
	subnet := thing("aws:ec2/subnet:Subnet", "subnet", inputs{"mapPublicIpOnLaunch": true})
	proxied := thing("aws:rds/proxy:Proxy", "proxy", nil)
	target := thing("aws:rds/proxyTarget:ProxyTarget", "target", nil)
	target.From = map[string][]string{"dbProxyName": {"urn:proxy"}, "dbClusterIdentifier": {"urn:db"}}
	instance := thing("aws:rds/clusterInstance:ClusterInstance", "one", inputs{"instanceClass": "db.r7g.2xlarge"})
	instance.From = map[string][]string{"clusterIdentifier": {"urn:db"}}
	cacheType := "aws:elasticache/replicationGroup:ReplicationGroup"
	leader := thing(cacheType, "cache-member", inputs{"nodeType": "cache.r7g.large", "numNodeGroups": 2.0, "replicasPerNodeGroup": 1.0})
	follower := thing(cacheType, "cache-member", inputs{"globalReplicationGroupId": rules.Unknown{}, "replicasPerNodeGroup": 2.0})
	b := Estimate(of(t, nil,
		[]plan.Step{created(group), created(template), created(subnet), created(proxied), created(target), created(instance), created(leader)},
		[]plan.Step{created(inStandby(follower))},
	), table(t))
	for _, want := range []string{
		"mt-eu-south-1|eu-south-1|active|volumes of pool api: 2 x 50 GB gp3|0|800",
		"mt-eu-south-1|eu-south-1|active|public IPv4 addresses: 2 x address of a node|0|730",
		"mt-eu-south-1|eu-south-1|active|database proxies: 8 x vCPU behind a proxy|0|8760",
		"mt-eu-central-1|eu-central-1|standby|cache nodes: 6 x cache.r7g.large|0|87600", // two shards of three
	} {
		assert.Contains(t, lines(b), want)
	}
}

func TestStandIn(t *testing.T) {
	nat := thing("aws:ec2/natGateway:NatGateway", "x", nil)
	b := Estimate(of(t, nil, []plan.Step{created(nat)}), table(t, "source: a test\n", "source: a test\nstandIn: us-east-1\n"))
	assert.Equal(t, []string{"mt-eu-south-1|eu-south-1|active|NAT gateways: 1 x gateway at the price of us-east-1|0|3285"}, lines(b))
	assert.Contains(t, b.Assumed[len(b.Assumed)-1], "us-east-1")
}

func TestAssumedNamesWhatWasUsed(t *testing.T) {
	b := Estimate(of(t, nil, []plan.Step{created(nodes(2.0, "SPOT"))}), table(t))
	assert.Equal(t, len(always)+1, len(b.Assumed))
	assert.Contains(t, b.Assumed[len(always)], "50 %")
}

func TestEmptyTableAndPlan(t *testing.T) {
	text, err := json.Marshal(Estimate(of(t), prices.Table{}))
	require.NoError(t, err)
	assert.NotContains(t, string(text), "null")
	b := Estimate(of(t, nil, []plan.Step{created(thing("aws:kms/key:Key", "key", nil))}), prices.Table{})
	assert.Zero(t, b.All)
	assert.Len(t, b.Unpriced, 1, "without a table everything is unpriced")
}

// TestSameInputSameBytes shuffles the steps: their order is the engine's, not the bill's.
func TestSameInputSameBytes(t *testing.T) {
	steps := []plan.Step{created(nodes(2.0, "ON_DEMAND")), created(thing("aws:eks/cluster:Cluster", "a", nil)), created(thing("aws:kms/key:Key", "k", nil)), created(thing("aws:sqs/queue:Queue", "q", nil))}
	want, err := json.Marshal(Estimate(of(t, nil, steps), table(t)))
	require.NoError(t, err)
	slices.Reverse(steps)
	got, err := json.Marshal(Estimate(of(t, nil, steps), table(t)))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got))
}

// TestEveryTypeIsClassified: a type that the program begins to use must be put in one list.
func TestEveryTypeIsClassified(t *testing.T) {
	known := stateful.FreeTypes()
	for _, k := range stateful.Kinds() {
		known = append(known, k.Type)
	}
	for _, typ := range known {
		_, metered := meters[typ]
		assert.NotEqual(t, metered, slices.Contains(free, typ), "%s: put it in meters or in free, and not in both", typ)
	}
	for _, typ := range free {
		assert.Contains(t, known, typ, "the program no longer has it: remove it from free")
	}
}
