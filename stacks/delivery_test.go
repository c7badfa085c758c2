package stacks

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// TestFoundationMakesRunnersRolesWhereTheFileSaysSo wants a role for each environment of the
// market, and none for a market that names no forge.
func TestFoundationMakesRunnersRolesWhereTheFileSaysSo(t *testing.T) {
	m, err := market.Load("..", "mt")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*market.Delivery{nil, {
		State:  market.State{Bucket: "acme-pitboss-state", Region: m.Home, KeyAlias: "alias/pitboss-state"},
		GitHub: &market.GitHub{Repository: "acme/casino"}, GitLab: &market.GitLab{Host: "gitlab.com", Project: "acme/casino", Branch: "main"},
	}} {
		m.Delivery = d
		r, err := record.Run(record.Options{Stack: "mt-foundation"}, func(ctx *pulumi.Context) (pulumi.Map, error) { return foundation(ctx, m) })
		if err != nil {
			t.Fatal(err)
		}
		out, _ := r.Outputs["delivery"].(map[string]any)
		roles, _ := out["roles"].(map[string]any)
		want := []string{}
		if d != nil {
			want = []string{"mt-preview", "mt-drift", "mt-foundation", "mt-eu-south-1", "mt-eu-central-1", "mt-gslb"}
		}
		for _, environment := range want {
			if roles[environment] == nil {
				t.Errorf("environment %s has no role: %v", environment, out)
			}
		}
		if len(roles) != len(want) || (len(r.Type("OpenIdConnectProvider")) == 2) != (d != nil) {
			t.Errorf("%d roles, want %d: %v", len(roles), len(want), out)
		}
	}
}
