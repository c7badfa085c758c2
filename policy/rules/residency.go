package rules

import (
	"maps"
	"slices"

	"pitboss/regions"
)

func residencyRules() []Rule {
	return append([]Rule{
		{
			ID: "provider-region-of-market", Title: "A provider of AWS works in one of the market's two regions.",
			Protects: "A typing error in a region builds half a market in another country.",
			Source:   Source{House, "a market's file names its home and standby region; nothing is built elsewhere (stacks/market)"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Type == "pulumi:providers:aws" },
			Check: func(c *Case) {
				if region, known := c.Text("region"); known && !c.ofMarket(region) {
					c.Failf("region is %s, want %s or %s", show(region), c.Stack.Market.Home, c.Stack.Market.Standby)
				}
			},
			Holds:  []Example{{Name: "home", Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"region": "eu-south-1"}}}}},
			Breaks: []Example{{Name: "another", Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"region": "eu-north-1"}}}}, {Name: "none", Resources: []Resource{{Type: "pulumi:providers:aws"}}}},
		},
		{
			ID: "provider-account-of-market", Title: "A provider of AWS refuses every account but the market's.",
			Protects: "Somebody with another market's credentials updates, or destroys, that market under this one's name.",
			Source:   Source{House, "one market, one account: a market's file names it (stacks/market)"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Type == "pulumi:providers:aws" },
			Check: func(c *Case) {
				v, known := c.decoded("allowedAccountIds")
				list, _ := v.([]any)
				switch {
				case !known:
				case holdsUnknown(v):
					c.Untold(c.Resource.Name + ".allowedAccountIds")
				case len(list) != 1 || list[0] != c.Stack.Market.Account:
					c.Failf("allowedAccountIds is %s, want only %s", show(v), c.Stack.Market.Account)
				}
			},
			Holds: []Example{
				{Name: "its own", Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"allowedAccountIds": []any{"111122223333"}}}}},
				{Name: "as the engine has it", Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"allowedAccountIds": `["111122223333"]`}}}},
			},
			Breaks: []Example{
				{Name: "any", Resources: []Resource{{Type: "pulumi:providers:aws"}}},
				{Name: "two", Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"allowedAccountIds": `["111122223333","444455556666"]`}}}},
			},
		},
		{
			ID: "resource-region-of-market", Title: "What is built is built in one of the market's two regions, by a provider that says where.",
			Protects: "A resource with a region of its own, or without an explicit provider, lands wherever the caller's environment points.",
			Source:   Source{House, "providers are explicit (stacks/provider.go); the engine's default one takes its region from the environment"},
			Severity: Critical, Scope: One,
			About: Resource.AWS,
			Check: func(c *Case) {
				_, known := c.Text("region")
				region := c.Resource.Region()
				switch {
				case c.Resource.Provider.Name == "" && region == "":
					c.Failf("it is made by the engine's default provider: give it one of the market's")
				case known && region == "":
					c.Untold(c.Resource.Name + ": the region of provider " + c.Resource.Provider.Name)
				case known && !c.ofMarket(region) && !worldwide(c.Resource):
					c.Failf("it is in %s, want %s or %s", region, c.Stack.Market.Home, c.Stack.Market.Standby)
				}
			},
			Holds: []Example{awsExample("the provider's", "ec2/vpc:Vpc", "network", nil), awsExample("its own", "s3/bucketV2:BucketV2", "copy", attrs{"region": "eu-central-1"})},
			Breaks: []Example{
				awsExample("its own", "s3/bucketV2:BucketV2", "copy", attrs{"region": "us-east-1"}),
				{Name: "default provider", Resources: []Resource{{Type: "aws:ec2/vpc:Vpc", Custom: true}}},
			},
		},
		{
			ID: "jurisdiction-admits-region", Title: "The law that the market is licensed under admits the region.",
			Protects: "Players' data or the gambling system stand where the regulator does not allow it: the licence is at risk.",
			Source:   Source{Regulation, "the jurisdiction's rule on location and on personal data, such as MT-location (verified-secondary) and GDPR art. 44-46; regions/law_*.go says for each how far it is verified, and so does the finding"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.AWS() && !worldwide(r) },
			Check: func(c *Case) {
				if _, known := c.Text("region"); !known {
					return
				}
				if c.Resource.Region() == "" {
					c.Untold(c.Resource.Name + ": the region of its provider")
					return
				}
				region, err := regions.Parse(c.Resource.Region())
				if err != nil {
					c.Failf("%v", err)
					return
				}
				res := c.Stack.Market.Resolution()
				if refusal, no := res.Refusal(regions.RoleStandby, region); no && !slices.Contains(res.Home, region) {
					c.Failf("%v", refusal)
				}
			},
			Holds:  []Example{awsExample("inside of the area", "s3/bucketV2:BucketV2", "copy", attrs{"region": "eu-west-1"})},
			Breaks: []Example{awsExample("outside of it", "s3/bucketV2:BucketV2", "copy", attrs{"region": "us-east-1"})},
		},
		{
			ID: "no-foreign-region-named", Title: "Nothing names a region that is not the market's: no ARN, zone, replica, host or source.",
			Protects: "One field of a resource that is itself at home sends players' data over a border.",
			Source:   Source{House, "data stays in the market's two regions; what else is admitted is the jurisdiction's affair"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.AWS() || r.Kubernetes() },
			Check: func(c *Case) {
				for _, input := range slices.Sorted(maps.Keys(c.Resource.Inputs)) {
					if input == "regions" && c.Resource.Is("route53/healthCheck:HealthCheck") {
						continue // where AWS asks from whether a region answers
					}
					v := c.Resource.Inputs[input]
					// What is computed from another resource is judged where that is made.
					if len(c.Resource.From[input]) == 0 {
						if _, known := c.Get(input); known && holdsUnknown(v) {
							c.Untold(c.Resource.Name + "." + input)
						}
					}
					for _, region := range regionsNamed(v) {
						if !c.ofMarket(region) {
							c.Failf("%s names %s, want only %s and %s", input, region, c.Stack.Market.Home, c.Stack.Market.Standby)
						}
					}
				}
			},
			Holds: []Example{awsExample("both regions", "backup/plan:Plan", "daily", attrs{"rules": []any{attrs{"copyActions": []any{attrs{"destinationVaultArn": "arn:aws:backup:eu-central-1:111122223333:backup-vault:x"}}}}, "zone": "eu-south-1a"})},
			Breaks: []Example{
				awsExample("ARN", "backup/plan:Plan", "daily", attrs{"rules": []any{attrs{"copyActions": []any{attrs{"destinationVaultArn": "arn:aws:backup:us-east-1:111122223333:backup-vault:x"}}}}}),
				awsExample("zone", "ec2/subnet:Subnet", "core", attrs{"availabilityZone": "us-east-1a"}),
				awsExample("source", "rds/cluster:Cluster", "ledger", attrs{"sourceRegion": "eu-north-1"}),
				awsExample("document", "iam/rolePolicy:RolePolicy", "role", attrs{"policy": `{"Resource":"arn:aws:s3:ap_southeast_2::x"}`}),
			},
		},
	}, residencyReplicaRules()...)
}
