package network_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) network.Args {
	return network.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Region: componenttest.Region(t, "ca-central-1"), CIDR: netip.MustParsePrefix("10.16.0.0/16"), // its zones are a, b and d
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[network.Args]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*network.Args) {}},
		"NoMarket":   {Reason: "subnets are tagged for a cluster", Edit: func(a *network.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount": {Reason: "the endpoint policy names the account", Edit: func(a *network.Args) { a.Market.Account = "1" }, Blames: "Market.Account"},
		"NoRegion":   {Reason: "zones come from it", Edit: func(a *network.Args) { a.Region = regions.Region{} }, Blames: "Region"},
		"NoCIDR":     {Reason: "addresses come from it", Edit: func(a *network.Args) { a.CIDR = netip.Prefix{} }, Blames: "CIDR"},
		"SmallCIDR":  {Reason: "a /24 has no room for four tiers", Edit: func(a *network.Args) { a.CIDR = netip.MustParsePrefix("10.16.0.0/24") }, Blames: "CIDR"},
		"HostBits":   {Reason: "10.16.1.0/16 means something else than it says", Edit: func(a *network.Args) { a.CIDR = netip.MustParsePrefix("10.16.1.0/16") }, Blames: "CIDR"},
		"Services":   {Reason: "172.20.0.0/16 is Kubernetes' own", Edit: func(a *network.Args) { a.CIDR = netip.MustParsePrefix("172.20.0.0/16") }, Blames: "CIDR"},
		"IPv6":       {Reason: "the plan is of IPv4", Edit: func(a *network.Args) { a.CIDR = netip.MustParsePrefix("fd00::/16") }, Blames: "CIDR"},
	})
}

func recorded(t *testing.T) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := network.New(ctx, "net", valid(t))
		return nil, err
	})
}

// TestThreeZonesByTheirSlots wants the catalogue's zones, whatever their letters are.
func TestThreeZonesByTheirSlots(t *testing.T) {
	r := recorded(t)
	if got := len(r.Type("Subnet")); got != 12 {
		t.Fatalf("%d subnets, want four tiers in three zones", got)
	}
	for _, zone := range valid(t).Region.Zones()[:3] {
		for _, tier := range network.Tiers() {
			subnet, ok := r.Named("net-" + string(tier) + "-" + zone.Name)
			if !ok {
				t.Errorf("no %s subnet in %s", tier, zone.Name)
				continue
			}
			block, err := network.Block(valid(t).CIDR, tier, zone)
			if err != nil || subnet.Text("cidrBlock") != block.String() || subnet.Text("availabilityZone") != zone.Name {
				t.Errorf("%s is %s in %s, want %s", subnet.Name, subnet.Text("cidrBlock"), subnet.Text("availabilityZone"), block)
			}
		}
	}
}

// TestWaysOut follows each subnet to its route table and from there out.
func TestWaysOut(t *testing.T) {
	r := recorded(t)
	table := map[string]string{} // subnet -> table
	for _, a := range r.Type("RouteTableAssociation") {
		table[a.Text("subnetId")] = a.Text("routeTableId")
	}
	out := map[string][]string{} // table -> where a route leads
	for _, route := range r.Type("ec2/route:Route") {
		out[route.Text("routeTableId")] = append(out[route.Text("routeTableId")], route.Text("destinationCidrBlock")+" "+route.Text("gatewayId")+route.Text("natGatewayId"))
	}
	for _, subnet := range r.Type("Subnet") {
		zone := subnet.Text("availabilityZone")
		want := []string{"0.0.0.0/0 net-internet-id"}
		switch network.Tier(subnet.Text("tags", "pitboss:tier")) {
		case network.Vault:
			want = nil
		case network.Core:
			want = []string{"0.0.0.0/0 net-nat-" + zone + "-id"}
		case network.Public, network.Media:
		}
		to, ok := table[subnet.Name+"-id"]
		if !ok {
			t.Errorf("%s has no route table and falls to the VPC's main one", subnet.Name)
		}
		if !slices.Equal(out[to], want) {
			t.Errorf("%s leads to %v, want %v", subnet.Name, out[to], want)
		}
	}
	for _, nat := range r.Type("NatGateway") {
		zone := strings.TrimPrefix(nat.Name, "net-nat-")
		if nat.Text("subnetId") != "net-public-"+zone+"-id" {
			t.Errorf("%s is in %s, want the public subnet of its own zone", nat.Name, nat.Text("subnetId"))
		}
	}
}

func TestOnlyMediaGetsPublicAddresses(t *testing.T) {
	for _, subnet := range recorded(t).Type("Subnet") {
		media := subnet.Text("tags", "pitboss:tier") == string(network.Media)
		if subnet.Get("mapPublicIpOnLaunch") != media {
			t.Errorf("%s maps public addresses: %v, want %t", subnet.Name, subnet.Get("mapPublicIpOnLaunch"), media)
		}
	}
}

// TestTagsForLoadBalancers wants what the controller looks for, and nothing on media and
// vault, where it would otherwise put load balancers.
func TestTagsForLoadBalancers(t *testing.T) {
	for _, subnet := range recorded(t).Type("Subnet") {
		tier := network.Tier(subnet.Text("tags", "pitboss:tier"))
		external, internal := subnet.Text("tags", "kubernetes.io/role/elb"), subnet.Text("tags", "kubernetes.io/role/internal-elb")
		if (external == "1") != (tier == network.Public) || (internal == "1") != (tier == network.Core) {
			t.Errorf("%s has elb %q and internal-elb %q", subnet.Name, external, internal)
		}
		if shared := subnet.Text("tags", "kubernetes.io/cluster/mt-ca-central-1") == "shared"; shared == (tier == network.Vault) {
			t.Errorf("%s is shared with the cluster: %t", subnet.Name, shared)
		}
	}
}

// TestEndpoints wants what a private cluster needs, reachable only from the VPC.
func TestEndpoints(t *testing.T) {
	r := recorded(t)
	var got []string
	for _, e := range r.Type("VpcEndpoint") {
		service := strings.TrimPrefix(e.Text("serviceName"), "com.amazonaws.ca-central-1.")
		got = append(got, service)
		if e.Text("vpcEndpointType") == "Gateway" {
			if tables := len(r.Type("RouteTable")); len(e.Texts("routeTableIds")) != tables {
				t.Errorf("S3 is on %d route tables of %d: the vault too must reach it", len(e.Texts("routeTableIds")), tables)
			}
			continue
		}
		if e.Get("privateDnsEnabled") != true || len(e.Texts("subnetIds")) != 3 || !slices.Equal(e.Texts("securityGroupIds"), []string{"net-endpoints-id"}) {
			t.Errorf("%s is reached otherwise than by its own name, in three zones, through its group", e.Name)
		}
	}
	slices.Sort(got)
	want := []string{"autoscaling", "ec2", "ec2messages", "ecr.api", "ecr.dkr", "eks", "eks-auth", "elasticloadbalancing", "kms", "logs", "s3", "s3", "secretsmanager", "ssm", "ssmmessages", "sts"}
	if !slices.Equal(got, want) {
		t.Errorf("endpoints are %v, want %v", got, want)
	}
	rules := r.Type("SecurityGroupIngressRule")
	if len(rules) != 1 || rules[0].Text("cidrIpv4") != "10.16.0.0/16" || rules[0].Text("fromPort") != "443" || len(r.Type("SecurityGroupEgressRule")) != 0 {
		t.Errorf("the endpoints' group has %d rules, want one: TLS from the VPC", len(rules))
	}
}

// TestS3EndpointKeepsDataIn wants every allowance to name whose buckets.
func TestS3EndpointKeepsDataIn(t *testing.T) {
	for _, name := range []string{"net-endpoint-s3", "net-endpoint-s3-inside"} {
		e, _ := recorded(t).Named(name)
		var policy struct {
			Statement []struct {
				Sid, Effect      string
				Action, Resource []string
				Condition        map[string]map[string][]string
			}
		}
		if err := e.JSON(&policy, "policy"); err != nil {
			t.Fatal(err)
		}
		if len(policy.Statement) == 0 {
			t.Fatal("no policy: AWS's default lets everything through")
		}
		for _, s := range policy.Statement {
			ours := slices.Equal(s.Condition["StringEquals"]["aws:ResourceAccount"], []string{"111122223333"})
			named := !slices.Contains(s.Resource, "*") && slices.Equal(s.Action, []string{"s3:GetObject"})
			if s.Effect == "Allow" && !ours && !named {
				t.Errorf("%s: statement %s lets data into any bucket", name, s.Sid)
			}
		}
	}
}

// TestS3IsReachedInside wants S3's own name to mean the address in the VPC for everything
// there: by default AWS answers so only to networks that are connected to it.
func TestS3IsReachedInside(t *testing.T) {
	e, _ := recorded(t).Named("net-endpoint-s3-inside")
	if e.Text("vpcEndpointType") != "Interface" || e.Get("dnsOptions", "privateDnsOnlyForInboundResolverEndpoint") != false {
		t.Errorf("the endpoint is %v", e.Inputs)
	}
}

func TestFlowLogGoesToTheFoundation(t *testing.T) {
	logs := recorded(t).Type("FlowLog")
	if len(logs) != 1 || logs[0].Text("trafficType") != "ALL" || logs[0].Text("logDestination") != "arn:aws:s3:::pitboss-mt-flow-logs-111122223333-ca-central-1" {
		t.Errorf("flow logs are %+v, want all traffic in the foundation's bucket", logs)
	}
}
