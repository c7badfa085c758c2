package registry_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/components/registry"
	"pitboss/internal/componenttest"
)

func valid(t *testing.T, standby pulumi.ProviderResource) registry.Args {
	return registry.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: standby,
		Key:    keyring.Pair{Home: pulumi.String("home-key"), Standby: pulumi.String("standby-key")},
		Images: []string{"wallet-ledger", "login"},
	}
}

type someProvider struct{ pulumi.ProviderResourceState }

func TestArgs(t *testing.T) {
	componenttest.Blame(t, valid(t, &someProvider{}), map[string]componenttest.Case[registry.Args]{
		"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*registry.Args) {}},
		"NoAccount": {Reason: "AWS refuses a destination without one", Edit: func(a *registry.Args) { a.Market.Account = "" }, Blames: "Market.Account"},
		"OneRegion": {Reason: "a copy in the same region is none", Edit: func(a *registry.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoWay":     {Reason: "the standby's repositories would land at home", Edit: func(a *registry.Args) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"HalfAKey":  {Reason: "the copies would have AWS's key", Edit: func(a *registry.Args) { a.Key.Standby = nil }, Blames: "Key"},
		"NoImages":  {Reason: "nothing could run", Edit: func(a *registry.Args) { a.Images = nil }, Blames: "Images"},
		"Twice":     {Reason: "two resources cannot have one name", Edit: func(a *registry.Args) { a.Images = []string{"login", "login"} }, Blames: "Images"},
	})
}

// TestImagesStayWhatTheyAre wants every repository in both regions immutable, scanned,
// under our key and kept, and the copies made before anything is copied.
func TestImagesStayWhatTheyAre(t *testing.T) {
	home, standby := componenttest.Region(t, "eu-south-1"), componenttest.Region(t, "eu-central-1")
	r := componenttest.RecordIn(t, home, standby, func(ctx *pulumi.Context, there pulumi.ResourceOption, other pulumi.ProviderResource) (pulumi.Map, error) {
		_, err := registry.New(ctx, "images", valid(t, other), there)
		return nil, err
	})
	repositories := r.Type("ecr/repository:Repository")
	if len(repositories) != 4 {
		t.Fatalf("%d repositories, want two images in two regions", len(repositories))
	}
	for _, one := range repositories {
		key := map[string]string{home.String(): "home-key", standby.String(): "standby-key"}[r.Region(one)]
		if one.Text("imageTagMutability") != "IMMUTABLE" || one.Get("imageScanningConfiguration", "scanOnPush") != true ||
			one.Text("encryptionConfigurations", 0, "kmsKey") != key || one.Get("forceDelete") != false || !one.Protect || !one.Retain {
			t.Errorf("%s in %s is %+v", one.Name, r.Region(one), one)
		}
		if !strings.HasPrefix(one.Text("name"), "pitboss/mt/") {
			t.Errorf("%s is named %q: replication would not copy it", one.Name, one.Text("name"))
		}
	}
	copying := r.Type("ReplicationConfiguration")
	if len(copying) != 1 || r.Region(copying[0]) != home.String() {
		t.Fatalf("replication is %+v, want one, at home", copying)
	}
	rule := []any{"replicationConfiguration", "rules", 0}
	if got := copying[0].Text(append(rule, "destinations", 0, "region")...); got != standby.String() {
		t.Errorf("images are copied to %q", got)
	}
	if got := copying[0].Text(append(rule, "repositoryFilters", 0, "filter")...); got != "pitboss/mt/" {
		t.Errorf("what is copied is %q", got)
	}
	for _, one := range repositories {
		if r.Region(one) == standby.String() && !slices.Contains(copying[0].DependsOn, one.URN) {
			t.Errorf("images are copied before %s exists: ECR would make it without our key", one.Name)
		}
	}
}
