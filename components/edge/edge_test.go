package edge_test

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/edge"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) edge.Args {
	return edge.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Network: network.Placement{
			Region: componenttest.Region(t, "eu-south-1"), CIDR: netip.MustParsePrefix("10.16.0.0/16"),
			VPCID:  pulumi.String("vpc").ToStringOutput(),
			Public: pulumi.StringArray{pulumi.String("public-a"), pulumi.String("public-b"), pulumi.String("public-c")},
		},
		WebTargetsGroupID: pulumi.String("nodes"), MediaTargetsGroupID: pulumi.String("media-nodes"),
	}
}

func recorded(t *testing.T, edit func(*edge.Args)) record.Recording {
	t.Helper()
	args := valid(t)
	if edit != nil {
		edit(&args)
	}
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		e, err := edge.New(ctx, "edge", args)
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"edge": e.Output(), "webGroup": e.WebGroupID, "mediaGroup": e.MediaGroupID}, nil
	})
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[edge.Args]{
		"Valid":          {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*edge.Args) {}},
		"NoMarket":       {Reason: "load balancers are named after it", Edit: func(a *edge.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoRegion":       {Reason: "load balancers are named after it", Edit: func(a *edge.Args) { a.Network.Region = regions.Region{} }, Blames: "Network.Region"},
		"NoCIDR":         {Reason: "the way out to targets would be to everywhere", Edit: func(a *edge.Args) { a.Network.CIDR = netip.Prefix{} }, Blames: "Network.CIDR"},
		"NoVPC":          {Reason: "groups belong to it", Edit: func(a *edge.Args) { a.Network.VPCID = pulumi.StringOutput{} }, Blames: "Network.VPCID"},
		"NoWebTargets":   {Reason: "no pod would ever be healthy", Edit: func(a *edge.Args) { a.WebTargetsGroupID = nil }, Blames: "WebTargetsGroupID"},
		"NoMediaTargets": {Reason: "no media node would ever be healthy", Edit: func(a *edge.Args) { a.MediaTargetsGroupID = nil }, Blames: "MediaTargetsGroupID"},
		"TwoSubnets":     {Reason: "three zones have nodes, and every one has players' addresses", Edit: func(a *edge.Args) { a.Network.Public = a.Network.Public[:2] }, Blames: "Network.Public"},
	})
}

// TestLoadBalancersAreWholeFromTheFirstDay wants everything from the first day whose
// later change would make another load balancer.
func TestLoadBalancersAreWholeFromTheFirstDay(t *testing.T) {
	r := recorded(t, nil)
	balancers := r.Type("LoadBalancer")
	if len(balancers) != 2 {
		t.Fatalf("%d load balancers, want web and media", len(balancers))
	}
	for _, b := range balancers {
		if got := b.Texts("securityGroups"); len(got) != 1 || got[0] != b.Name+"-group-id" {
			t.Errorf("%s has security groups %v, want its own: without one it is replaced for the first, and Global Accelerator hides the player's address", b.Name, got)
		}
		if got := b.Texts("subnets"); !slices.Equal(got, []string{"public-a", "public-b", "public-c"}) {
			t.Errorf("%s is in %v, want three public subnets", b.Name, got)
		}
		if b.Text("loadBalancerType") != "network" || b.Get("internal") != false || b.Text("ipAddressType") != "ipv4" {
			t.Errorf("%s is %v: UDP needs a network load balancer without IPv6, players one that faces them", b.Name, b.Inputs)
		}
		if b.Get("enableCrossZoneLoadBalancing") != false || b.Get("enableDeletionProtection") != true {
			t.Errorf("%s: cross-zone %v, deletion protection %v, want only the second", b.Name, b.Get("enableCrossZoneLoadBalancing"), b.Get("enableDeletionProtection"))
		}
		if name := b.Text("name"); name != "mt-eu-south-1-"+strings.TrimPrefix(b.Name, "edge-") {
			t.Errorf("%s is named %q", b.Name, name)
		}
	}
}

// TestBalancersWaitForTheirWays wants none to be made before the VPC can face the internet,
// which AWS refuses, nor before its own openings.
func TestBalancersWaitForTheirWays(t *testing.T) {
	args := valid(t)
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		gateway, err := ec2.NewInternetGateway(ctx, "gateway", &ec2.InternetGatewayArgs{})
		if err != nil {
			return nil, err
		}
		args.Network.Ready = []pulumi.Resource{gateway}
		_, err = edge.New(ctx, "edge", args)
		return nil, err
	})
	for balancer, ways := range map[string][]string{"edge-web": {"gateway", "edge-web-from-https", "edge-web-to-https"}, "edge-media": {"gateway", "edge-media-from-ice", "edge-media-to-health"}} {
		b, _ := r.Named(balancer)
		for _, way := range ways {
			one, _ := r.Named(way)
			if one.URN == "" || !slices.Contains(b.DependsOn, one.URN) {
				t.Errorf("%s does not wait for %s", balancer, way)
			}
		}
	}
}

func TestUnprotectedLetsAWSDelete(t *testing.T) {
	for _, b := range recorded(t, func(a *edge.Args) { a.Unprotected = true }).Type("LoadBalancer") {
		if b.Get("enableDeletionProtection") != false {
			t.Errorf("%s could not be torn down", b.Name)
		}
	}
}

// opening is one rule, as a test compares it.
type opening struct{ group, protocol, from, to, source string }

func openings(t *testing.T, r record.Recording, typ string) []opening {
	t.Helper()
	var out []opening
	for _, one := range r.Type(typ) {
		if one.Text("description") == "" {
			t.Errorf("%s does not say what it is for", one.Name)
		}
		out = append(out, opening{one.Text("securityGroupId"), one.Text("ipProtocol"), one.Text("fromPort"), one.Text("toPort"), one.Text("cidrIpv4") + one.Text("referencedSecurityGroupId")})
	}
	return out
}

// TestOpenings wants the internet on the three ports that players use and nothing else,
// a way out to the targets and their health, inside of the VPC, and the targets open to
// their own door.
func TestOpenings(t *testing.T) {
	r := recorded(t, nil)
	in := openings(t, r, "SecurityGroupIngressRule")
	if want := []opening{
		{"edge-media-group-id", "udp", "7882", "7882", "0.0.0.0/0"},
		{"edge-media-group-id", "udp", "3478", "3478", "0.0.0.0/0"},
		{"edge-web-group-id", "tcp", "443", "443", "0.0.0.0/0"},
		{"media-nodes", "udp", "7882", "7882", "edge-media-group-id"},
		{"media-nodes", "udp", "3478", "3478", "edge-media-group-id"},
		{"media-nodes", "tcp", "7880", "7880", "edge-media-group-id"},
		{"nodes", "tcp", "8443", "8443", "edge-web-group-id"},
	}; !sameOpenings(in, want) {
		t.Errorf("in: %v, want %v", in, want)
	}
	out := openings(t, r, "SecurityGroupEgressRule")
	if want := []opening{
		{"edge-media-group-id", "tcp", "7880", "7880", "10.16.0.0/16"},
		{"edge-media-group-id", "udp", "7882", "7882", "10.16.0.0/16"},
		{"edge-media-group-id", "udp", "3478", "3478", "10.16.0.0/16"},
		{"edge-web-group-id", "tcp", "8443", "8443", "10.16.0.0/16"},
	}; !sameOpenings(out, want) {
		t.Errorf("out: %v, want %v", out, want)
	}
	for _, group := range r.Type("ec2/securityGroup:SecurityGroup") {
		if group.Get("ingress") != nil || group.Get("egress") != nil {
			t.Errorf("%s has rules inside, which undo those outside", group.Name)
		}
	}
}

func sameOpenings(a, b []opening) bool {
	less := func(x, y opening) int { return strings.Compare(x.group+x.from, y.group+y.from) }
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortFunc(a, less)
	slices.SortFunc(b, less)
	return slices.Equal(a, b)
}

// TestTargets wants each listener to lead to a group of its own protocol whose targets are
// probed over TCP, and the player's address kept.
func TestTargets(t *testing.T) {
	r := recorded(t, nil)
	want := map[string]struct{ protocol, listen, target, kind, health, client string }{
		"edge-web-https":  {"TCP", "443", "8443", "ip", "8443", "true"},
		"edge-media-ice":  {"UDP", "7882", "7882", "instance", "7880", ""},
		"edge-media-turn": {"UDP", "3478", "3478", "instance", "7880", ""},
	}
	if got := len(r.Type("lb/listener:Listener")); got != len(want) {
		t.Errorf("%d listeners, want %d", got, len(want))
	}
	for name, w := range want {
		listener, ok := r.Named(name)
		group, there := r.Named(name + "-targets")
		if !ok || !there {
			t.Errorf("%s: no listener or no targets", name)
			continue
		}
		if listener.Text("protocol") != w.protocol || listener.Text("port") != w.listen || listener.Text("defaultActions", 0, "targetGroupArn") != "arn:aws:recorded:::"+group.Name {
			t.Errorf("%s is %v", name, listener.Inputs)
		}
		balancer := name[:strings.LastIndex(name, "-")]
		if listener.Text("loadBalancerArn") != "arn:aws:recorded:::"+balancer {
			t.Errorf("%s is at %s, want %s", name, listener.Text("loadBalancerArn"), balancer)
		}
		if group.Text("protocol") != w.protocol || group.Text("port") != w.target || group.Text("targetType") != w.kind || group.Text("preserveClientIp") != w.client {
			t.Errorf("%s is %v", group.Name, group.Inputs)
		}
		if group.Text("healthCheck", "protocol") != "TCP" || group.Text("healthCheck", "port") != w.health {
			t.Errorf("%s is probed over %s on %q, want TCP on %s: UDP is never probed", group.Name, group.Text("healthCheck", "protocol"), group.Text("healthCheck", "port"), w.health)
		}
		if !strings.HasSuffix(group.Text("name"), "-"+w.target) {
			t.Errorf("%s is named %q: another port makes another group, which needs another name", group.Name, group.Text("name"))
		}
	}
}

// TestSpelling wants values as the API spells them. The SDK's comments camel-case them.
func TestSpelling(t *testing.T) {
	camel := regexp.MustCompile(`^[a-z]+[A-Z]`)
	for _, r := range recorded(t, nil).Resources {
		for key, v := range r.Inputs {
			if text, ok := v.(string); ok && camel.MatchString(text) {
				t.Errorf("%s: %s is %q, which no API of AWS takes", r.Name, key, text)
			}
		}
	}
}

func TestNamesFit(t *testing.T) {
	seen := map[string]bool{}
	for _, market := range []string{"mt", strings.Repeat("m", 40)} {
		r := recorded(t, func(a *edge.Args) { a.Market.Name = market })
		for _, one := range append(r.Type("LoadBalancer"), r.Type("TargetGroup")...) {
			name := one.Text("name")
			if len(name) > 32 || seen[name] || strings.HasSuffix(name, "-") {
				t.Errorf("%s is named %q (%d bytes), which AWS refuses or another has", one.Name, name, len(name))
			}
			seen[name] = true
		}
	}
}

// TestReadTakesBackWhatOutputMade goes through a stack reference, as the gslb stack does.
func TestReadTakesBackWhatOutputMade(t *testing.T) {
	made := recorded(t, nil).Outputs
	if made["webGroup"] != "edge-web-group-id" || made["mediaGroup"] != "edge-media-group-id" {
		t.Errorf("groups are %v and %v", made["webGroup"], made["mediaGroup"])
	}
	out := made["edge"].(map[string]any)
	for _, door := range []string{"web", "media"} {
		one := out[door].(map[string]any)
		one["dnsName"], one["zoneId"] = door+".elb.example", "Z"+door // only AWS knows them
		if one["securityGroup"] != "edge-"+door+"-group-id" {
			t.Errorf("%s publishes the group %v", door, one["securityGroup"])
		}
	}
	r, err := record.Run(record.Options{Stack: "s", Stacks: map[string]map[string]any{"o/p/r": {"edge": out}}}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		ref, err := pulumi.NewStackReference(ctx, "o/p/r", nil)
		if err != nil {
			return nil, err
		}
		p := edge.Read("o/p/r", ref.GetOutput(pulumi.String("edge")))
		if p.Web.IsZero() || p.Media.IsZero() {
			t.Error("what was read is zero")
		}
		return pulumi.Map{"web": p.Web.ARN, "webName": p.Web.DNSName, "mediaZone": p.Media.ZoneID}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Outputs["web"] != "arn:aws:recorded:::edge-web" || r.Outputs["webName"] != "web.elb.example" || r.Outputs["mediaZone"] != "Zmedia" {
		t.Errorf("read %v", r.Outputs)
	}
	if !(edge.LoadBalancer{}).IsZero() {
		t.Error("no load balancer is not seen as such")
	}
}

func TestMediaPorts(t *testing.T) {
	if got := edge.MediaPorts(); !slices.Equal(got, []int{edge.ICEPort, edge.TURNPort}) {
		t.Errorf("media ports are %v", got)
	}
}
