package namespace_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/namespace"
	"pitboss/components/naming"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
	"pitboss/regions/role"
)

// domain is a row of the table, with a quota that holds it: the tests of the table itself
// are elsewhere.
func domain(t *testing.T, name string) services.Domain {
	t.Helper()
	for _, d := range services.Domains() {
		if d.Name == name {
			d.Quota = services.Quota{}
			return d
		}
	}
	t.Fatalf("no domain is called %s", name)
	return services.Domain{}
}

func valid(t *testing.T, name string) namespace.Args {
	t.Helper()
	args := namespace.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"}, Region: componenttest.Region(t, "eu-south-1"),
		Role: role.Active, Domain: domain(t, name), OperatorRoleARN: pulumi.String("arn:aws:iam::111122223333:role/operator"),
	}
	for _, secret := range namespace.SecretsOf(args.Domain) {
		args.Secrets = append(args.Secrets, namespace.Secret{Name: secret, ARN: pulumi.String("secret-" + secret), KeyARN: pulumi.String("key")})
	}
	return args
}

func made(t *testing.T, args namespace.Args) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		n, err := namespace.New(ctx, "ns", args)
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"name": n.Name, "ready": pulumi.Int(len(n.Ready))}, nil
	})
}

func named(t *testing.T, r record.Recording, name string) record.Resource {
	t.Helper()
	one, ok := r.Named(name)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	return one
}

func TestArgs(t *testing.T) {
	service := func(edit func(*services.Service)) func(*namespace.Args) {
		return func(a *namespace.Args) {
			a.Domain.Services = slices.Clone(a.Domain.Services)
			edit(&a.Domain.Services[0])
		}
	}
	componenttest.Blame(t, valid(t, "cashier"), map[string]componenttest.Case[namespace.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*namespace.Args) {}},
		"NoMarket":  {Reason: "roles would be nobody's", Edit: func(a *namespace.Args) { a.Market = naming.Market{} }, Blames: "Market"},
		"NoRegion":  {Reason: "secrets are read somewhere", Edit: func(a *namespace.Args) { a.Region = regions.Region{} }, Blames: "Region"},
		"NoRole":    {Reason: "services would not know whether to write", Edit: func(a *namespace.Args) { a.Role = "home" }, Blames: "Role"},
		"NoOwner":   {Reason: "nobody could look inside", Edit: func(a *namespace.Args) { a.Domain.Owner = "" }, Blames: "Domain"},
		"NoService": {Reason: "a namespace for nothing", Edit: func(a *namespace.Args) { a.Domain.Services = nil }, Blames: "Domain"},
		"SmallCPU": {Reason: "a rollout would never end", Edit: func(a *namespace.Args) { a.Domain.Quota = services.Quota{CPU: 3000, Memory: 1 << 20, Pods: 99} },
			Blames: "Domain.Quota"},
		"FewPods":    {Reason: "a rollout would never end", Edit: func(a *namespace.Args) { a.Domain.Quota = services.Quota{CPU: 99_000, Memory: 1 << 20, Pods: 3} }, Blames: "Domain.Quota"},
		"Greedy":     {Reason: "neighbours pay for it", Edit: service(func(s *services.Service) { s.Memory = services.Amount{Request: 512, Limit: 2048} }), Blames: "Domain"},
		"Unsaid":     {Reason: "it would be placed anywhere", Edit: service(func(s *services.Service) { s.CPU = services.Amount{} }), Blames: "Domain"},
		"SecretGone": {Reason: "a pod would wait for it for ever", Edit: func(a *namespace.Args) { a.Secrets = a.Secrets[1:] }, Blames: "Secrets"},
		"SecretOfElse": {Reason: "what nobody reads is read by who takes over a pod", Edit: func(a *namespace.Args) {
			a.Secrets = append(slices.Clone(a.Secrets), namespace.Secret{Name: "kyc", ARN: pulumi.String("a"), KeyARN: pulumi.String("k")})
		}, Blames: "Secrets"},
		"SecretTwice": {Reason: "which one is it?", Edit: func(a *namespace.Args) { a.Secrets = append(slices.Clone(a.Secrets), a.Secrets[0]) }, Blames: "Secrets"},
		"NoKey": {Reason: "it could not be decrypted", Edit: func(a *namespace.Args) {
			a.Secrets = slices.Clone(a.Secrets)
			a.Secrets[0].KeyARN = nil
		}, Blames: "Secrets"},
		"NoOperator": {Reason: "nobody could read them", Edit: func(a *namespace.Args) { a.OperatorRoleARN = nil }, Blames: "OperatorRoleARN"},
	})
}

// TestNamespaces wants every domain's namespace to say whose it is, and to enforce Pod
// Security's restricted level, but for the one that says why it cannot.
func TestNamespaces(t *testing.T) {
	for _, d := range services.Domains() {
		r := made(t, valid(t, d.Name))
		ns := named(t, r, "ns-namespace")
		label := func(key string) string { return ns.Text("metadata", "labels", key) }
		if ns.Text("metadata", "name") != d.Name || label(labels.Domain) != d.Name || label(labels.Owner) != d.Owner || label(labels.Zone) != string(d.Zone) {
			t.Errorf("%s: the namespace is %v", d.Name, ns.Inputs)
		}
		want := "restricted"
		if d.HostNetwork != "" {
			want = "privileged"
		}
		if said := ns.Text("metadata", "annotations", "pitboss.io/host-network"); said != d.HostNetwork {
			t.Errorf("%s: it says %q of its network, want %q", d.Name, said, d.HostNetwork)
		}
		const security = "pod-security.kubernetes.io/"
		if label(security+"enforce") != want || label(security+"warn") != want || label(security+"audit") != "restricted" || label(security+"enforce-version") != "latest" {
			t.Errorf("%s: Pod Security is %s, want %s", d.Name, label(security+"enforce"), want)
		}
		if r.Outputs["name"] != d.Name {
			t.Errorf("%s publishes the name %v", d.Name, r.Outputs["name"])
		}
		for _, one := range r.Resources {
			if strings.HasPrefix(one.Type, "kubernetes:") && one.Name != "ns-namespace" && one.Text("metadata", "namespace") != d.Name {
				t.Errorf("%s is in the namespace %q", one.Name, one.Text("metadata", "namespace"))
			}
		}
	}
}

// TestTheNetworkIsClosed wants nothing open but the cluster's DNS.
func TestTheNetworkIsClosed(t *testing.T) {
	r := made(t, valid(t, "gaming"))
	if n := len(r.Type("NetworkPolicy")); n != 2 {
		t.Errorf("%d network policies, want the denial and DNS", n)
	}
	denial := named(t, r, "ns-default-deny")
	if got := denial.Texts("spec", "policyTypes"); !slices.Equal(got, []string{"Ingress", "Egress"}) || denial.Get("spec", "ingress") != nil || denial.Get("spec", "egress") != nil {
		t.Errorf("the denial is %v", denial.Get("spec"))
	}
	if selector, ok := denial.Get("spec", "podSelector").(map[string]any); !ok || len(selector) != 0 {
		t.Errorf("the denial selects %v, want every pod", denial.Get("spec", "podSelector"))
	}
	dns := named(t, r, "ns-dns")
	if dns.Text("spec", "egress", 0, "to", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name") != "kube-system" ||
		dns.Text("spec", "egress", 0, "to", 0, "podSelector", "matchLabels", "k8s-app") != "kube-dns" ||
		dns.Get("spec", "egress", 1) != nil || dns.Get("spec", "egress", 0, "to", 1) != nil || dns.Get("spec", "ingress") != nil {
		t.Errorf("DNS opens %v", dns.Get("spec"))
	}
	for i, protocol := range []string{"UDP", "TCP"} {
		if dns.Text("spec", "egress", 0, "ports", i, "protocol") != protocol || dns.Get("spec", "egress", 0, "ports", i, "port") != 53.0 {
			t.Errorf("DNS opens %v", dns.Get("spec", "egress", 0, "ports"))
		}
	}
}

// TestMoneysClassIsMoneys wants a pod of another domain to have no way to money's
// priority, nor to none, which would be more than a placeholder's.
func TestMoneysClassIsMoneys(t *testing.T) {
	for _, d := range services.Domains() {
		var want []string
		for _, s := range d.Services {
			want = append(want, s.Tier.PriorityClass())
		}
		slices.Sort(want)
		quota := named(t, made(t, valid(t, d.Name)), "ns-priorities")
		at := func(path ...any) []any { return append([]any{"spec", "scopeSelector", "matchExpressions", 0}, path...) }
		if got := quota.Texts(at("values")...); !slices.Equal(got, slices.Compact(want)) || quota.Text(at("operator")...) != "NotIn" ||
			quota.Text(at("scopeName")...) != "PriorityClass" || quota.Text("spec", "hard", "pods") != "0" {
			t.Errorf("%s: pods outside of %v number %s, want none outside of %v", d.Name, got, quota.Text("spec", "hard", "pods"), want)
		}
	}
}

// TestQuota wants the domain's own numbers where it has some, and no way in beside the
// front door.
func TestQuota(t *testing.T) {
	args := valid(t, "wallet")
	args.Domain.Quota = services.Quota{CPU: 12_500, Memory: 30 << 10, Pods: 9}
	hard, _ := named(t, made(t, args), "ns-quota").Get("spec", "hard").(map[string]any)
	want := map[string]any{
		"requests.cpu": "12500m", "limits.cpu": "12500m", "requests.memory": "30Gi", "limits.memory": "30Gi", "pods": "9",
		"services.loadbalancers": "0", "services.nodeports": "0",
	}
	got, _ := json.Marshal(hard)
	if expected, _ := json.Marshal(want); string(got) != string(expected) {
		t.Errorf("the quota is %s, want %s", got, expected)
	}
	limits := named(t, made(t, args), "ns-limits")
	item := func(path ...any) string { return limits.Text(append([]any{"spec", "limits", 0}, path...)...) }
	if item("type") != "Pod" || item("max", "cpu") != "2" || item("max", "memory") != "4Gi" || item("maxLimitRequestRatio", "memory") != "2" || item("min", "cpu") != "50m" || item("default") != "" {
		t.Errorf("a pod may be %v", limits.Get("spec"))
	}
}

// TestASwapChangesFlagsOnly wants a region that becomes active to change the role's file,
// and nothing that a pod was made of.
func TestASwapChangesFlagsOnly(t *testing.T) {
	args := valid(t, "wallet")
	before := made(t, args)
	args.Role = role.Standby
	after := made(t, args)
	if len(before.Resources) != len(after.Resources) {
		t.Fatalf("%d resources became %d", len(before.Resources), len(after.Resources))
	}
	for i, one := range before.Resources {
		was, _ := json.Marshal(one.Inputs)
		is, _ := json.Marshal(after.Resources[i].Inputs)
		if (string(was) != string(is)) != (one.Name == "ns-role") {
			t.Errorf("%s was %s, is %s", one.Name, was, is)
		}
	}
	for r, want := range map[*record.Recording][2]string{&before: {"active", "true"}, &after: {"standby", "false"}} {
		flags := named(t, *r, "ns-role")
		if flags.Text("metadata", "name") != "role" || flags.Text("data", "role") != want[0] || flags.Text("data", "writes") != want[1] {
			t.Errorf("the flags are %v, want %v", flags.Inputs, want)
		}
	}
}
