package namespace_test

import (
	"slices"
	"strings"
	"testing"

	"pitboss/components/namespace"
	"pitboss/components/services"
	"pitboss/internal/record"
)

// TestTeamsLookAndDoNotTouch wants each team to read what runs, nobody to read a secret or
// enter a pod, and no logs where players' documents could be in them.
func TestTeamsLookAndDoNotTouch(t *testing.T) {
	for _, d := range services.Domains() {
		r := made(t, valid(t, d.Name))
		binding := named(t, r, "ns-team-binding")
		if binding.Text("subjects", 0, "kind") != "Group" || binding.Text("subjects", 0, "name") != "pitboss:"+d.Owner || binding.Get("subjects", 1) != nil ||
			binding.Text("roleRef", "name") != "team" || binding.Text("roleRef", "kind") != "Role" {
			t.Errorf("%s: the binding is %v", d.Name, binding.Inputs)
		}
		seen := resources(t, d.Name, named(t, r, "ns-team"))
		for _, never := range []string{"secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers", "serviceaccounts/token", "*"} {
			if slices.Contains(seen, never) {
				t.Errorf("%s: the team may use %s", d.Name, never)
			}
		}
		if slices.Contains(seen, "pods/log") == d.Restricted {
			t.Errorf("%s: logs are among %v, and the domain's restriction is %t", d.Name, seen, d.Restricted)
		}
		for _, needed := range []string{"pods", "events", "deployments", "cronjobs"} {
			if !slices.Contains(seen, needed) {
				t.Errorf("%s: the team does not see %s", d.Name, needed)
			}
		}
	}
}

// resources is what a role speaks of. All of its rules read and nothing else.
func resources(t *testing.T, domain string, of record.Resource) (out []string) {
	t.Helper()
	rules, _ := of.Get("rules").([]any)
	for i := range rules {
		out = append(out, of.Texts("rules", i, "resources")...)
		if verbs := of.Texts("rules", i, "verbs"); !slices.Equal(verbs, []string{"get", "list", "watch"}) {
			t.Errorf("%s: the team may %v", domain, verbs)
		}
		if groups := of.Texts("rules", i, "apiGroups"); len(groups) != 1 || groups[0] == "*" {
			t.Errorf("%s: a rule is of %v", domain, groups)
		}
	}
	return out
}

type statement struct {
	Sid       string
	Principal struct{ AWS []string }
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string
}

func statements(t *testing.T, of record.Resource, input string) []statement {
	t.Helper()
	var doc struct{ Statement []statement }
	if err := of.JSON(&doc, input); err != nil {
		t.Fatal(err)
	}
	return doc.Statement
}

// TestTheWayToSecrets wants the operator alone to take on a role that reads exactly the
// domain's secrets.
func TestTheWayToSecrets(t *testing.T) {
	for _, d := range services.Domains() {
		r := made(t, valid(t, d.Name))
		names := namespace.SecretsOf(d)
		if len(names) == 0 {
			if n := len(r.Type("Role")) + len(r.Type("SecretStore")); n != 1 { // the team's role has the same last word
				t.Errorf("%s reads no secrets and has a way to some: %d", d.Name, n)
			}
			continue
		}
		store := named(t, r, "ns-secrets")
		aws := func(field string) string { return store.Text("spec", "provider", "aws", field) }
		if store.Type != "kubernetes:external-secrets.io/v1:SecretStore" || store.Text("metadata", "name") != "aws" ||
			aws("service") != "SecretsManager" || aws("region") != "eu-south-1" || aws("role") != "arn:aws:recorded:::ns-secrets-role" {
			t.Errorf("%s: the store is %s %v", d.Name, store.Type, store.Inputs)
		}
		if !slices.ContainsFunc(store.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::ns-secrets-policy") }) {
			t.Errorf("%s: the store is there before its role may read", d.Name)
		}
		trust := statements(t, named(t, r, "ns-secrets-role"), "assumeRolePolicy")
		if len(trust) != 1 || !slices.Equal(trust[0].Principal.AWS, []string{"arn:aws:iam::111122223333:role/operator"}) ||
			!slices.Equal(trust[0].Action, []string{"sts:AssumeRole", "sts:TagSession"}) {
			t.Errorf("%s: the role is for %v", d.Name, trust)
		}
		var want []string
		for _, name := range names {
			want = append(want, "secret-"+name)
		}
		policy := statements(t, named(t, r, "ns-secrets-policy"), "policy")
		if len(policy) != 2 || !slices.Equal(policy[0].Resource, want) || !slices.Equal(policy[0].Action, []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}) {
			t.Errorf("%s may read %v, want %v", d.Name, policy[0].Resource, want)
		}
		if key := policy[1]; !slices.Equal(key.Resource, []string{"key"}) || !slices.Equal(key.Action, []string{"kms:Decrypt"}) ||
			!slices.Equal(key.Condition["StringEquals"]["kms:ViaService"], []string{"secretsmanager.eu-south-1.amazonaws.com"}) {
			t.Errorf("%s may decrypt %+v", d.Name, key)
		}
	}
}

// TestSecretsOf wants what services are told, and no password where a proxy takes their
// role.
func TestSecretsOf(t *testing.T) {
	for name, want := range map[string][]string{
		"wallet":  nil,                                 // through the proxy
		"cashier": {"cashier", "psp-credentials"},      // the vault has no proxy
		"kyc":     {"aml", "identity-provider", "kyc"}, // sorted, of two services
		"gateway": {"web-certificate"},                 // no store
	} {
		if got := namespace.SecretsOf(domain(t, name)); !slices.Equal(got, want) {
			t.Errorf("%s reads %v, want %v", name, got, want)
		}
	}
}
