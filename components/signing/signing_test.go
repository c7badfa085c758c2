package signing_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/signing"
	"pitboss/internal/componenttest"
	"pitboss/regions"
)

func valid(t *testing.T) signing.Args {
	return signing.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"),
		Key: keyring.Pair{Home: pulumi.String("audit-home"), Standby: pulumi.String("audit-standby")},
	}
}

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[signing.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*signing.Args) {}},
		"NoMarket":  {Reason: "two markets would sign with one key", Edit: func(a *signing.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoHome":    {Reason: "the secret is made there", Edit: func(a *signing.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby": {Reason: "a drill signs where it ends", Edit: func(a *signing.Args) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":      {Reason: "a replica is elsewhere", Edit: func(a *signing.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoKey":     {Reason: "AWS's own key would open it", Edit: func(a *signing.Args) { a.Key = keyring.Pair{} }, Blames: "Key"},
	})
}

// TestTheSeedIsKept wants it in both regions, kept for good, secret, and its public half
// open.
func TestTheSeedIsKept(t *testing.T) {
	r := componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		s, err := signing.New(ctx, "signing", valid(t))
		if err != nil {
			return nil, err
		}
		return s.Output(), nil
	})
	secret, ok := r.Named("signing-seed")
	if !ok || secret.Text("kmsKeyId") != "audit-home" || secret.Text("replicas", 0, "region") != "eu-central-1" || secret.Text("replicas", 0, "kmsKeyId") != "audit-standby" {
		t.Errorf("the secret is %v", secret.Inputs)
	}
	for _, name := range []string{"signing-seed", "signing-random", "signing-version"} {
		if one, ok := r.Named(name); !ok || !one.Protect || !one.Retain {
			t.Errorf("%s: protect %t, retain on delete %t, want both", name, one.Protect, one.Retain)
		}
	}
	if len(r.Outputs["publicKey"].(string)) != 44 {
		t.Errorf("the public key is %v, want 32 bytes in base64", r.Outputs["publicKey"])
	}
}
