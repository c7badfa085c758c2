package pools_test

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"gopkg.in/yaml.v3"

	"pitboss/components/cluster"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/components/pools"
	"pitboss/components/pools/labels"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/eks"
	"pitboss/regions/role"
)

func valid(t *testing.T) pools.Args {
	t.Helper()
	r := componenttest.Region(t, "eu-south-1")
	return pools.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Network: network.Placement{
			Region: r, VPCID: pulumi.String("vpc").ToStringOutput(),
			Core: pulumi.ToStringArray([]string{"core-a", "core-b", "core-c"}), Media: pulumi.ToStringArray([]string{"media-a", "media-b", "media-c"}),
		},
		Cluster: cluster.Handle{
			Name: pulumi.String("mt-eu-south-1").ToStringOutput(), Version: eks.Default(), SecurityGroupID: pulumi.String("cluster-group").ToStringOutput(),
		},
		DataKeyARN: pulumi.String("data"),
		Role:       role.Active,
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[pools.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*pools.Args) {}},
		"NoMarket":  {Reason: "nodes are named for it", Edit: func(a *pools.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoRegion":  {Reason: "nodes are named for it", Edit: func(a *pools.Args) { a.Network.Region = regions.Region{} }, Blames: "Network.Region"},
		"TwoZones":  {Reason: "api is over three", Edit: func(a *pools.Args) { a.Network.Core = a.Network.Core[:2] }, Blames: "Network.Core"},
		"NoMedia":   {Reason: "webrtc has nowhere to go", Edit: func(a *pools.Args) { a.Network.Media = nil }, Blames: "Network.Media"},
		"NoCluster": {Reason: "nodes have nothing to join", Edit: func(a *pools.Args) { a.Cluster = cluster.Handle{} }, Blames: "Cluster"},
		"NoKey":     {Reason: "disks would be in the clear", Edit: func(a *pools.Args) { a.DataKeyARN = nil }, Blames: "DataKeyARN"},
		"NoRole":    {Reason: "a pool of no size would be made", Edit: func(a *pools.Args) { a.Role = "" }, Blames: "Role"},
		"BadRole":   {Reason: "home is what a region is, not what it does", Edit: func(a *pools.Args) { a.Role = "home" }, Blames: "Role"},
	})
}

func recorded(t *testing.T, now role.Role) record.Recording {
	t.Helper()
	args := valid(t)
	args.Role = now
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := pools.New(ctx, "p", args)
		return nil, err
	})
}

// TestTable wants the pools as they are meant.
func TestTable(t *testing.T) {
	r := recorded(t, role.Active)
	cases := map[labels.Pool]struct {
		reason, family, capacity, subnets string
		types                             int
		tainted                           bool
	}{
		labels.API:    {"compute-optimised, on demand, three zones, open to all", "c", "ON_DEMAND", "core-a core-b core-c", 2, false},
		labels.ETL:    {"memory-optimised, tainted", "r", "ON_DEMAND", "core-a core-b core-c", 2, true},
		labels.WebRTC: {"in the public media tier, tainted", "c", "ON_DEMAND", "media-a media-b media-c", 1, true},
		labels.Batch:  {"spot, several types, tainted", "m", "SPOT", "core-a core-b core-c", 6, true},
		labels.WS:     {"compute-optimised, tainted: connections share a node with nothing", "c", "ON_DEMAND", "core-a core-b core-c", 2, true},
		labels.PII:    {"general purpose, tainted: documents share a node with nothing", "m", "ON_DEMAND", "core-a core-b core-c", 2, true},
	}
	for _, pool := range labels.Pools() {
		c := cases[pool]
		g, ok := r.Named("p-" + string(pool))
		types := g.Texts("instanceTypes")
		odd := slices.ContainsFunc(types, func(one string) bool { return !strings.HasPrefix(one, c.family) })
		taints, _ := g.Get("taints").([]any)
		if !ok || len(types) != c.types || odd || g.Text("capacityType") != c.capacity || strings.Join(g.Texts("subnetIds"), " ") != c.subnets || (len(taints) > 0) != c.tainted {
			t.Errorf("%s is %v: %s", pool, g.Inputs, c.reason)
		}
		if g.Text("version") != eks.Default().String() || g.Text("amiType") != "AL2023_x86_64_STANDARD" {
			t.Errorf("%s runs %s on %s: a pool follows its cluster", pool, g.Text("version"), g.Text("amiType"))
		}
	}
	if got := len(r.Type("NodeGroup")); got != len(cases) {
		t.Errorf("%d pools, want %d", got, len(cases))
	}
}

// TestSpotTypesAreAlike wants one size: an autoscaler takes the first for all.
func TestSpotTypesAreAlike(t *testing.T) {
	for _, row := range pools.Table() {
		for _, one := range row.InstanceTypes {
			if size := one[strings.Index(one, "."):]; !strings.HasSuffix(row.InstanceTypes[0], size) {
				t.Errorf("%s has %s beside %s", row.Pool, one, row.InstanceTypes[0])
			}
		}
	}
}

// TestRoleDecidesOnlyTheFirstSize wants bounds that a swap does not move: EKS refuses a
// minimum above the size that it has, and the size is not ours.
func TestRoleDecidesOnlyTheFirstSize(t *testing.T) {
	active, standby := recorded(t, role.Active), recorded(t, role.Standby)
	for _, row := range pools.Table() {
		a, _ := active.Named("p-" + string(row.Pool))
		b, _ := standby.Named("p-" + string(row.Pool))
		for _, same := range []string{"minSize", "maxSize"} {
			if a.Text("scalingConfig", same) != b.Text("scalingConfig", same) {
				t.Errorf("%s: %s differs by role", row.Pool, same)
			}
		}
		if a.Get("scalingConfig", "desiredSize") != float64(row.Sizes.Active) || b.Get("scalingConfig", "desiredSize") != float64(row.Sizes.Standby) {
			t.Errorf("%s starts with %s and %s nodes, want %+v", row.Pool, a.Text("scalingConfig", "desiredSize"), b.Text("scalingConfig", "desiredSize"), row.Sizes)
		}
		if row.Desired(role.Active) != row.Sizes.Active || row.Desired(role.Standby) != row.Sizes.Standby {
			t.Errorf("%s wants %d and %d", row.Pool, row.Desired(role.Active), row.Desired(role.Standby))
		}
		for _, size := range []int{row.Sizes.Active, row.Sizes.Standby} {
			if size < row.Sizes.Min || size > row.Sizes.Max {
				t.Errorf("%s starts with %d nodes, outside of %+v", row.Pool, size, row.Sizes)
			}
		}
		a.Inputs["scalingConfig"], b.Inputs["scalingConfig"] = nil, nil
		if len(a.Inputs) != len(b.Inputs) {
			t.Errorf("%s: roles differ in more than the size", row.Pool)
		}
	}
}

// TestOnlyWebRTCIsReached wants one pool with groups of its own, the cluster's among
// them (EKS adds it only where none is named), and one opening: media over UDP.
func TestOnlyWebRTCIsReached(t *testing.T) {
	r := recorded(t, role.Active)
	for _, template := range r.Type("LaunchTemplate") {
		want := []string(nil)
		if template.Name == "p-webrtc-template" {
			want = []string{"cluster-group", "p-webrtc-media-id"}
		}
		if got := template.Texts("vpcSecurityGroupIds"); !slices.Equal(got, want) {
			t.Errorf("%s has the groups %v, want %v", template.Name, got, want)
		}
	}
	rules := r.Type("SecurityGroupIngressRule")
	if len(rules) != 1 || rules[0].Text("ipProtocol") != "udp" || rules[0].Text("fromPort") != "50000" || rules[0].Text("toPort") != "60000" {
		t.Errorf("openings are %+v", rules)
	}
}

// TestMediaNodesAreTuned reads the user data as a node does: MIME, with a NodeConfig and
// a script.
func TestMediaNodesAreTuned(t *testing.T) {
	r := recorded(t, role.Active)
	for _, template := range r.Type("LaunchTemplate") {
		if media := template.Name == "p-webrtc-template"; (template.Get("userData") != nil) != media {
			t.Errorf("%s has user data: %t", template.Name, template.Get("userData") != nil)
		}
	}
	template, _ := r.Named("p-webrtc-template")
	raw, err := base64.StdEncoding.DecodeString(template.Text("userData"))
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 16<<10 {
		t.Errorf("%d bytes of user data, EC2 takes 16 KiB", len(raw))
	}
	parts := mimeParts(t, string(raw))
	var config struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Spec       struct {
			Containerd struct {
				BaseRuntimeSpec struct {
					Process struct {
						Rlimits []struct {
							Type       string
							Soft, Hard int
						}
					}
				} `yaml:"baseRuntimeSpec"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(parts["application/node.eks.aws"]), &config); err != nil {
		t.Fatal(err)
	}
	limits := config.Spec.Containerd.BaseRuntimeSpec.Process.Rlimits
	if config.APIVersion != "node.eks.aws/v1alpha1" || config.Kind != "NodeConfig" || len(limits) != 1 || limits[0].Type != "RLIMIT_NOFILE" || limits[0].Hard != 1048576 {
		t.Errorf("node configuration is %+v", config)
	}
	script := parts["text/x-shellscript"]
	for _, needed := range []string{"#!/bin/bash", "net.core.rmem_max=", "net.netfilter.nf_conntrack_max=", "fs.nr_open=", "ip_local_port_range=10240 49999", "modprobe nf_conntrack\n", "sysctl --system"} {
		if !strings.Contains(script, needed) {
			t.Errorf("the script says nothing of %s:\n%s", needed, script)
		}
	}
	if strings.Index(script, "modprobe nf_conntrack") > strings.Index(script, "sysctl --system") {
		t.Error("conntrack is loaded after its settings are made")
	}
}

func mimeParts(t *testing.T, raw string) map[string]string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for reader := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := reader.NextPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = string(body)
	}
}

// TestNodesWait wants policies, add-ons and ways out before the first node.
func TestNodesWait(t *testing.T) {
	g, _ := recorded(t, role.Active).Named("p-api")
	for _, policy := range []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"} {
		if !slices.ContainsFunc(g.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::p-node-"+policy) }) {
			t.Errorf("nodes start before they have %s", policy)
		}
	}
}

// TestLabels wants each pool told apart, and only api open to whoever names no pool.
func TestLabels(t *testing.T) {
	seen := map[string]bool{}
	for _, pool := range labels.Pools() {
		value := labels.Of(pool)[labels.Key]
		if value == "" || seen[value] {
			t.Errorf("%s has the label %q", pool, value)
		}
		seen[value] = true
		if open := len(labels.Taints(pool)) == 0; open != (pool == labels.API) {
			t.Errorf("%s is open to all: %t", pool, open)
		}
	}
}
