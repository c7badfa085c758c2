package cluster_test

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/cluster"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions/eks"
)

const admin = "arn:aws:iam::111122223333:role/platform/admin"

func valid(t *testing.T) cluster.Args {
	t.Helper()
	r := componenttest.Region(t, "eu-south-1")
	return cluster.Args{
		Market:  naming.Market{Name: "mt", Account: "111122223333"},
		Network: network.Placement{Region: r, Core: pulumi.ToStringArray([]string{"a", "b", "c"})},
		Version: eks.Default(), Admins: []string{admin}, ClusterKeyARN: pulumi.String("key"),
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[cluster.Args]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*cluster.Args) {}},
		"NoMarket":   {Reason: "the cluster's name carries it", Edit: func(a *cluster.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount": {Reason: "pod roles trust it", Edit: func(a *cluster.Args) { a.Market.Account = "" }, Blames: "Market.Account"},
		"OneSubnet":  {Reason: "EKS wants two zones", Edit: func(a *cluster.Args) { a.Network.Core = a.Network.Core[:1] }, Blames: "Network.Core"},
		"NoVersion":  {Reason: "EKS would choose one, another every year", Edit: func(a *cluster.Args) { a.Version = eks.Version{} }, Blames: "Version"},
		"NoAdmins":   {Reason: "the creator gets nothing by itself", Edit: func(a *cluster.Args) { a.Admins = nil }, Blames: "Admins"},
		"AdminTwice": {Reason: "EKS refuses a second entry", Edit: func(a *cluster.Args) { a.Admins = []string{admin, admin} }, Blames: "Admins"},
		"Everyone":   {Reason: "the internet is not a named block", Edit: func(a *cluster.Args) { a.PublicCIDRs = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} }, Blames: "PublicCIDRs"},
		"NoKey":      {Reason: "secrets would be in the clear", Edit: func(a *cluster.Args) { a.ClusterKeyARN = nil }, Blames: "ClusterKeyARN"},
		"AllPrivate": {Reason: "the internet is not a named block", Edit: func(a *cluster.Args) { a.PrivateCIDRs = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")} }, Blames: "PrivateCIDRs"},
		"Twice": {Reason: "AWS refuses a second rule", Edit: func(a *cluster.Args) {
			p := netip.MustParsePrefix("10.0.0.0/16")
			a.PrivateCIDRs = []netip.Prefix{p, p}
		}, Blames: "PrivateCIDRs"},
	})
}

func TestEveryVersionHasItsAddons(t *testing.T) {
	for _, v := range eks.All() {
		args := valid(t)
		args.Version = v
		if err := args.Validate(); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func recorded(t *testing.T, edit func(*cluster.Args)) record.Recording {
	t.Helper()
	args := valid(t)
	edit(&args)
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		c, err := cluster.New(ctx, "c", args)
		if err != nil {
			return nil, err
		}
		_, err = cluster.NewAddons(ctx, "late", cluster.AddonsArgs{
			Market: args.Market, Cluster: c, DataKeyARN: pulumi.String("data"), Nodes: c.Handle().Ready,
		})
		return pulumi.Map{"administered": pulumi.Int(len(c.Administered())), "kubeconfig": c.Kubeconfig, "group": c.Handle().SecurityGroupID}, err
	})
}

// TestWhatReplacesIsSaid wants every input whose change replaces a cluster to be set:
// a default that AWS or the provider changes would replace it.
func TestWhatReplacesIsSaid(t *testing.T) {
	c, _ := recorded(t, func(*cluster.Args) {}).Named("c-control-plane")
	for _, path := range [][]any{
		{"name"}, {"roleArn"}, {"kubernetesNetworkConfig", "serviceIpv4Cidr"}, {"bootstrapSelfManagedAddons"},
		{"accessConfig", "bootstrapClusterCreatorAdminPermissions"},
	} {
		if c.Get(path...) == nil {
			t.Errorf("%v is left to a default", path)
		}
	}
	if got := c.Text("upgradePolicy", "supportType"); got != "STANDARD" {
		t.Errorf("support is %q: extended support is on by default, at six times the price", got)
	}
}

// TestEndpoint wants the API private, and public only for the blocks that are named.
func TestEndpoint(t *testing.T) {
	c, _ := recorded(t, func(*cluster.Args) {}).Named("c-control-plane")
	if c.Get("vpcConfig", "endpointPublicAccess") != false || c.Get("vpcConfig", "publicAccessCidrs") != nil {
		t.Errorf("without blocks the API is %v", c.Get("vpcConfig"))
	}
	c, _ = recorded(t, func(a *cluster.Args) { a.PublicCIDRs = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }).Named("c-control-plane")
	if c.Get("vpcConfig", "endpointPublicAccess") != true || c.Get("vpcConfig", "endpointPrivateAccess") != true || !slices.Equal(c.Texts("vpcConfig", "publicAccessCidrs"), []string{"192.0.2.0/24"}) {
		t.Errorf("with a block the API is %v", c.Get("vpcConfig"))
	}
}

// TestDoors wants one rule a named private network on the cluster's own group, for the
// API's port and with its reason, and the Kubernetes provider to wait for it.
func TestDoors(t *testing.T) {
	if got := recorded(t, func(*cluster.Args) {}).Type("SecurityGroupIngressRule"); len(got) != 0 {
		t.Errorf("without blocks the rules are %v", got)
	}
	r := recorded(t, func(a *cluster.Args) {
		a.PrivateCIDRs = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16"), netip.MustParsePrefix("100.64.9.0/24")}
	})
	for name, cidr := range map[string]string{"c-api-from-10.0.0.0-16": "10.0.0.0/16", "c-api-from-100.64.9.0-24": "100.64.9.0/24"} {
		rule, ok := r.Named(name)
		if !ok || rule.Text("cidrIpv4") != cidr || rule.Text("ipProtocol") != "tcp" || rule.Get("fromPort") != 443.0 || rule.Get("toPort") != 443.0 ||
			rule.Text("securityGroupId") != "c-control-plane-group" || !strings.Contains(rule.Text("description"), "Kubernetes API from "+cidr) {
			t.Errorf("%s is %v", name, rule.Inputs)
		}
	}
	if r.Outputs["administered"] != 3.0 {
		t.Errorf("an administrator waits for %v, want two rules and one entry", r.Outputs["administered"])
	}
}

// TestNoLogGroup wants the cluster's evidence outside of the stack that is thrown away.
func TestNoLogGroup(t *testing.T) {
	if got := recorded(t, func(*cluster.Args) {}).Type("LogGroup"); len(got) != 0 {
		t.Errorf("the cluster makes %v: the foundation does", got)
	}
}

// TestAdmins wants an entry and EKS's admin policy for each, and none for nodes.
func TestAdmins(t *testing.T) {
	other := "arn:aws:iam::111122223333:role/other/admin" // the same last name
	r := recorded(t, func(a *cluster.Args) { a.Admins = append(a.Admins, other) })
	var got []string
	for _, entry := range r.Type("AccessEntry") {
		got = append(got, entry.Text("principalArn"))
		policy, _ := r.Named(entry.Name + "-policy")
		if !strings.HasSuffix(policy.Text("policyArn"), "/AmazonEKSClusterAdminPolicy") || policy.Text("accessScope", "type") != "cluster" || policy.Text("principalArn") != entry.Text("principalArn") {
			t.Errorf("%s has the policy %v", entry.Name, policy.Inputs)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{other, admin}) {
		t.Errorf("entries are for %v", got)
	}
}

// TestAddons wants the five, in two parts, those with AWS permissions through a role of
// their own.
func TestAddons(t *testing.T) {
	r := recorded(t, func(*cluster.Args) {})
	cases := map[string]struct {
		reason, resource, account, config string
	}{
		"vpc-cni": {"network policies are enforced, pods may have groups of their own, the network's permissions are its own", "c-vpc-cni", "aws-node",
			`{"enableNetworkPolicy":"true","env":{"ENABLE_POD_ENI":"true","POD_SECURITY_GROUP_ENFORCING_MODE":"standard"}}`},
		"kube-proxy":             {"nodes need it to join", "c-kube-proxy", "", ""},
		"eks-pod-identity-agent": {"pods get roles through it", "c-eks-pod-identity-agent", "", ""},
		"coredns":                {"it needs nodes", "late-coredns", "", ""},
		"aws-ebs-csi-driver":     {"it needs nodes, and our key", "late-aws-ebs-csi-driver", "ebs-csi-controller-sa", ""},
	}
	for name, c := range cases {
		a, ok := r.Named(c.resource)
		if !ok || a.Text("addonName") != name || a.Text("configurationValues") != c.config || a.Text("podIdentityAssociations", 0, "serviceAccount") != c.account {
			t.Errorf("%s is %v: %s", name, a.Inputs, c.reason)
		}
	}
	if got := len(r.Type("Addon")); got != len(cases) {
		t.Errorf("%d add-ons, want %d", got, len(cases))
	}
	late, _ := r.Named("late-coredns")
	early, _ := r.Named("c-vpc-cni")
	if !slices.Contains(late.DependsOn, early.URN) { // what stands for nodes here
		t.Errorf("coredns waits for %v, not for nodes", late.DependsOn)
	}
}

// TestPodRolesTrustOnePod wants Pod Identity's two actions, for one service account.
func TestPodRolesTrustOnePod(t *testing.T) {
	role, _ := recorded(t, func(*cluster.Args) {}).Named("late-ebs-csi-role")
	var trust struct {
		Statement []struct {
			Action    []string
			Principal struct{ Service []string }
			Condition map[string]map[string][]string
		}
	}
	if err := role.JSON(&trust, "assumeRolePolicy"); err != nil {
		t.Fatal(err)
	}
	s := trust.Statement[0]
	if !slices.Equal(s.Principal.Service, []string{"pods.eks.amazonaws.com"}) || !slices.Equal(s.Action, []string{"sts:AssumeRole", "sts:TagSession"}) ||
		!slices.Equal(s.Condition["StringEquals"]["aws:RequestTag/kubernetes-service-account"], []string{"ebs-csi-controller-sa"}) {
		t.Errorf("trust is %+v", s)
	}
}

// TestKubeconfig wants a document that kubectl reads, with no secret in it.
func TestKubeconfig(t *testing.T) {
	r := recorded(t, func(*cluster.Args) {})
	var config struct {
		Clusters []struct{ Cluster struct{ Server string } }
		Users    []struct {
			User struct{ Exec struct{ Args []string } }
		}
	}
	if err := json.Unmarshal([]byte(r.Outputs["kubeconfig"].(string)), &config); err != nil {
		t.Fatal(err)
	}
	want := []string{"eks", "get-token", "--cluster-name", "mt-eu-south-1", "--region", "eu-south-1", "--output", "json"}
	if config.Clusters[0].Cluster.Server != "https://c-control-plane.example" || !slices.Equal(config.Users[0].User.Exec.Args, want) {
		t.Errorf("kubeconfig is %s", r.Outputs["kubeconfig"])
	}
	if r.Outputs["group"] != "c-control-plane-group" {
		t.Errorf("the nodes' group is %v", r.Outputs["group"])
	}
}

func TestProtection(t *testing.T) {
	for _, protected := range []bool{true, false} {
		c, _ := recorded(t, func(a *cluster.Args) { a.Protected = protected }).Named("c-control-plane")
		if c.Protect != protected {
			t.Errorf("protect is %t, want %t", c.Protect, protected)
		}
	}
}
