package topology

import (
	"testing"

	"pitboss/cmd/pitboss/internal/plan"
	"pitboss/policy/rules"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// props and from are the inputs and links of a small resource.
type (
	props = map[string]any
	from  = map[string][]string
)

const (
	milan     = "eu-south-1"
	frankfurt = "eu-central-1"
)

// maltese is a market of two regions that says no more than its plan needs.
func maltese(t *testing.T) market.Market {
	t.Helper()
	home, err := regions.Parse(milan)
	if err != nil {
		t.Fatal(err)
	}
	standby, err := regions.Parse(frankfurt)
	if err != nil {
		t.Fatal(err)
	}
	law, err := regions.ParseJurisdiction("MT")
	if err != nil {
		t.Fatal(err)
	}
	return market.Market{Name: "mt", Jurisdiction: law, Environment: market.EnvironmentProd, Home: home, Standby: standby, Active: home}
}

// urnOf is the short URN by which the resources of these tests know each other.
func urnOf(name string) string { return "urn:pulumi:x::pitboss::t::" + name }

// step is a resource of a component in a region, with links given by short names.
func step(op plan.Op, where, component, typ, name string, in props, links from) plan.Step {
	r := rules.Resource{
		URN: urnOf(where + "-" + name), Type: typ, Name: name, Custom: true,
		Provider: rules.Provider{Name: "aws-" + where, Region: where}, Inputs: in, From: from{},
	}
	if component != "" {
		r.Parent = urnOf(component)
	}
	for input, to := range links {
		for _, one := range to {
			r.From[input] = append(r.From[input], urnOf(where+"-"+one))
		}
	}
	s := plan.Step{Op: op, New: &r}
	if op == plan.Delete {
		s.New, s.Old = nil, &r
	}
	return s
}

// regionSteps are a small region: one subnet of each zone of trust, a cluster with two
// pools, a ledger, sessions and Kafka.
func regionSteps(where string) []plan.Step {
	add := func(component, typ, name string, in props, links from) plan.Step {
		return step(plan.Same, where, component, typ, name, in, links)
	}
	steps := []plan.Step{
		add("network", "aws:ec2/vpc:Vpc", "network-vpc", props{"cidrBlock": "10.16.0.0/16"}, nil),
		add("network", "aws:ec2/natGateway:NatGateway", "network-nat", nil, from{"subnetId": {"network-public"}}),
		add("network", "aws:ec2/routeTable:RouteTable", "network-routes", nil, from{"vpcId": {"network-vpc"}}),
	}
	for _, tier := range []string{"vault", "core", "public"} {
		steps = append(steps, add("network", "aws:ec2/subnet:Subnet", "network-"+tier,
			props{"availabilityZone": where + "a", "cidrBlock": "10.16.1.0/24", "tags": props{"pitboss:tier": tier}}, from{"vpcId": {"network-vpc"}}))
	}
	return append(steps,
		add("edge", "aws:lb/loadBalancer:LoadBalancer", "edge-web", props{"loadBalancerType": "network"}, from{"subnets": {"network-public"}}),
		add("edge", "aws:lb/listener:Listener", "edge-web-tls", props{"protocol": "TCP", "port": 443.0}, from{"loadBalancerArn": {"edge-web"}}),
		add("cluster", "aws:eks/cluster:Cluster", "cluster-control-plane", props{"name": "mt", "version": "1.35",
			"vpcConfig": props{"endpointPublicAccess": false}}, from{"vpcConfig": {"network-core"}}),
		add("cluster", "aws:eks/addon:Addon", "cluster-dns", nil, from{"clusterName": {"cluster-control-plane"}}),
		add("pools", "aws:ec2/launchTemplate:LaunchTemplate", "pools-api-template", nil, nil),
		add("pools", "aws:eks/nodeGroup:NodeGroup", "pools-api", props{
			"capacityType": "ON_DEMAND", "instanceTypes": []any{"c7i.2xlarge", "c6i.2xlarge"}, "labels": props{"pitboss.io/pool": "api"},
			"scalingConfig": props{"minSize": 3.0, "maxSize": 18.0, "desiredSize": 4.0},
		}, from{"subnetIds": {"network-core"}, "launchTemplate": {"pools-api-template"}}),
		add("pools", "aws:eks/nodeGroup:NodeGroup", "pools-batch", props{"capacityType": "SPOT", "instanceTypes": []any{"m7i.2xlarge"},
			"scalingConfig": props{"minSize": 0.0, "maxSize": 10.0}}, from{"subnetIds": {"network-core"}}),
		add("ledger", "aws:rds/subnetGroup:SubnetGroup", "ledger-subnets", nil, from{"subnetIds": {"network-vault"}}),
		add("ledger", "aws:rds/cluster:Cluster", "ledger-cluster", props{"engineVersion": "17.7", "globalClusterIdentifier": rules.Unknown{}},
			from{"dbSubnetGroupName": {"ledger-subnets"}}),
		add("ledger", "aws:rds/clusterInstance:ClusterInstance", "ledger-a", props{"instanceClass": "db.r7g.large"}, from{"clusterIdentifier": {"ledger-cluster"}}),
		add("ledger", "aws:rds/clusterInstance:ClusterInstance", "ledger-b", props{"instanceClass": "db.r7g.large"}, from{"clusterIdentifier": {"ledger-cluster"}}),
		add("sessions", "aws:elasticache/replicationGroup:ReplicationGroup", "sessions-member",
			props{"engineVersion": "7.1", "nodeType": "cache.r7g.large", "numNodeGroups": 2.0, "replicasPerNodeGroup": 1.0, "globalReplicationGroupId": "g"},
			from{"subnetGroupName": {"ledger-subnets"}}),
		add("kafka", "aws:msk/cluster:Cluster", "kafka-brokers", props{"kafkaVersion": "3.8.x", "numberOfBrokerNodes": 3.0,
			"brokerNodeGroupInfo": props{"instanceType": "kafka.m7g.large"}}, from{"brokerNodeGroupInfo": {"network-core"}}),
		add("pools", "aws:iam/role:Role", "pools-node", nil, nil),
		add("wallet", "kubernetes:apps/v1:Deployment", "wallet", nil, nil),
	)
}

// foundationSteps are one key, one bucket of evidence, one secret and a global database.
func foundationSteps() []plan.Step {
	steps := []plan.Step{
		step(plan.Same, milan, "keys", "aws:kms/key:Key", "keys-pii", props{"multiRegion": true}, nil),
		step(plan.Same, milan, "keys", "aws:kms/alias:Alias", "keys-pii-alias", nil, from{"targetKeyId": {"keys-pii"}}),
		step(plan.Same, frankfurt, "keys", "aws:kms/replicaKey:ReplicaKey", "keys-pii-replica", nil, nil),
		step(plan.Same, milan, "secrets", "aws:secretsmanager/secret:Secret", "secrets-wallet",
			props{"replicas": []any{props{"region": frankfurt}}, "tags": props{"pitboss:class": "ledger"}}, nil),
		step(plan.Same, milan, "ledger", "aws:rds/globalCluster:GlobalCluster", "ledger-database", nil, nil),
	}
	for _, where := range []string{milan, frankfurt} {
		name := "trail-audit-aml-" + where
		steps = append(steps,
			step(plan.Same, where, "trail", "aws:s3/bucketV2:BucketV2", name, props{"objectLockEnabled": true}, nil),
			step(plan.Same, where, "trail", "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", name+"-lock",
				props{"rule": props{"defaultRetention": props{"mode": "COMPLIANCE", "years": 5.0}}}, from{"bucket": {name}}),
			step(plan.Same, where, "trail", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", name+"-replication", nil, from{"bucket": {name}}))
	}
	return steps
}

// doorSteps lead players to Milan, and copy topics to Frankfurt.
func doorSteps() []plan.Step {
	steps := []plan.Step{
		step(plan.Same, frankfurt, "replication", "aws:msk/replicator:Replicator", "there", nil, nil),
		step(plan.Same, milan, "replication", "aws:msk/replicator:Replicator", "back", nil, nil),
		step(plan.Same, milan, "gslb", "aws:globalaccelerator/accelerator:Accelerator", "gslb-accelerator", props{"enabled": true}, nil),
		step(plan.Same, milan, "gslb", "aws:route53recoverycontrol/routingControl:RoutingControl", "c", props{"name": "evacuate-" + milan}, nil),
	}
	for i, where := range []string{milan, frankfurt} {
		share := 100 * float64(1-i)
		steps = append(steps,
			step(plan.Same, milan, "gslb", "aws:route53/record:Record", "api-"+where, props{"name": "api.mt.example.com", "setIdentifier": where,
				"weightedRoutingPolicies": []any{props{"weight": share}}}, nil),
			step(plan.Same, milan, "gslb", "aws:globalaccelerator/endpointGroup:EndpointGroup", "to-"+where,
				props{"endpointGroupRegion": where, "trafficDialPercentage": share}, nil))
	}
	return steps
}

// small is the plan of the whole small market, in which nothing changes.
func small(t *testing.T) plan.Market {
	t.Helper()
	m := maltese(t)
	steps := [][]plan.Step{foundationSteps(), regionSteps(milan), regionSteps(frankfurt), doorSteps()}
	p := plan.Market{Market: m}
	for i, s := range m.Stacks() {
		p.Stacks = append(p.Stacks, plan.Stack{Stack: s, Steps: steps[i]})
	}
	return p
}

// set gives the step of a resource another operation.
func set(t *testing.T, p plan.Market, where, name string, op plan.Op, changes ...plan.Change) {
	t.Helper()
	for _, s := range p.Stacks {
		for i := range s.Steps {
			if s.Steps[i].Resource().URN == urnOf(where+"-"+name) {
				s.Steps[i].Op, s.Steps[i].Changes = op, changes
				return
			}
		}
	}
	t.Fatalf("no %s in %s", name, where)
}
