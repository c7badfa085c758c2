package operators_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/naming"
	"pitboss/components/operators"
	"pitboss/internal/componenttest"
	"pitboss/regions"
)

func valid(t *testing.T) operators.Args {
	return operators.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"}, Region: componenttest.Region(t, "eu-south-1"),
		ClusterName: pulumi.String("mt-eu-south-1"), KafkaARN: pulumi.String("arn:aws:kafka:eu-south-1:111122223333:cluster/k/1"),
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[operators.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*operators.Args) {}},
		"NoAccount": {Reason: "the trust would let in other accounts' pods", Edit: func(a *operators.Args) { a.Market.Account = "" }, Blames: "Market"},
		"Nowhere":   {Reason: "the roles say where", Edit: func(a *operators.Args) { a.Region = regions.Region{} }, Blames: "Region"},
		"NoCluster": {Reason: "nobody would get the role", Edit: func(a *operators.Args) { a.ClusterName = nil }, Blames: "ClusterName"},
		"NoBrokers": {Reason: "workers would never be scaled", Edit: func(a *operators.Args) { a.KafkaARN = nil }, Blames: "KafkaARN"},
	})
}

// TestOperatorsMayLittle wants External Secrets to read nothing by itself, KEDA to count
// and neither to read nor to write, and each role to be for one service account.
func TestOperatorsMayLittle(t *testing.T) {
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := operators.New(ctx, "operators", valid(t))
		return nil, err
	})
	policies := r.Type("iam/rolePolicy:RolePolicy")
	if len(policies) != 1 || len(r.Type("RolePolicyAttachment")) != 0 {
		t.Fatalf("policies are %v, want KEDA's alone", policies)
	}
	text := policies[0].Text("policy")
	for _, never := range []string{"ReadData", "WriteData", "Alter", "Create", "Delete", `"*"`, "secretsmanager"} {
		if strings.Contains(text, never) {
			t.Errorf("KEDA may %s: %s", never, text)
		}
	}
	for namespace, account := range map[string]string{"external-secrets": "external-secrets", "keda": "keda-operator"} {
		role, _ := r.Named("operators-" + namespace)
		if trust := role.Text("assumeRolePolicy"); !strings.Contains(trust, `"`+namespace+`"`) || !strings.Contains(trust, `"`+account+`"`) {
			t.Errorf("the role of %s trusts %s", namespace, trust)
		}
		identity, _ := r.Named("operators-" + namespace + "-identity")
		if identity.Text("namespace") != namespace || identity.Text("serviceAccount") != account {
			t.Errorf("the role of %s goes to %v", namespace, identity.Inputs)
		}
	}
}
