package rules

import (
	"maps"
	"slices"
)

// marketTags are what every resource of a stack says of itself.
func marketTags(s *Stack) map[string]string {
	return map[string]string{
		"pitboss:market": s.Market.Name, "pitboss:jurisdiction": s.Market.Jurisdiction.Code(),
		"pitboss:environment": string(s.Market.Environment), "pitboss:stack": s.Stack.Name,
	}
}

func tagRules() []Rule {
	provider := func(what string, tags any) Example {
		return Example{Name: what, Resources: []Resource{{Type: "pulumi:providers:aws", Inputs: attrs{"defaultTags": tags}}}}
	}
	own := attrs{"pitboss:market": "mt", "pitboss:jurisdiction": "MT", "pitboss:environment": "prod", "pitboss:stack": "mt-eu-south-1"}
	nodes := func(what string, kinds ...any) Example {
		list := []any{}
		for _, kind := range kinds {
			list = append(list, attrs{"resourceType": kind, "tags": attrs{"pitboss:market": "mt"}})
		}
		return awsExample(what, "ec2/launchTemplate:LaunchTemplate", "api", attrs{"tagSpecifications": list})
	}
	return []Rule{
		{
			ID: "provider-tags-everything", Title: "A provider of AWS tags whatever it makes with its market, jurisdiction, environment and stack.",
			Protects: "Nobody can tell what belongs to a market: its cost, its incidents and what may be deleted.",
			Source:   Source{House, "stacks/provider.go sets these tags, and nothing that a swap changes"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Type == "pulumi:providers:aws" },
			Check: func(c *Case) {
				v, known := c.decoded("defaultTags")
				if !known {
					return
				}
				whole, _ := v.(map[string]any)
				if whole["tags"] == (any)(Unknown{}) {
					c.Untold(c.Resource.Name + ".defaultTags.tags")
					return
				}
				tags, _ := whole["tags"].(map[string]any)
				want := marketTags(c.Stack)
				for _, tag := range slices.Sorted(maps.Keys(want)) {
					switch tags[tag] {
					case want[tag]:
					case any(Unknown{}):
						c.Untold(c.Resource.Name + ".defaultTags.tags." + tag)
					default:
						c.Failf("default tag %s is %s, want %s", tag, show(tags[tag]), want[tag])
					}
				}
			},
			Holds: []Example{
				provider("all", attrs{"tags": own}),
				provider("as the engine has it", `{"tags":{"pitboss:market":"mt","pitboss:jurisdiction":"MT","pitboss:environment":"prod","pitboss:stack":"mt-eu-south-1"}}`),
			},
			Breaks: []Example{provider("none", nil), provider("another market", attrs{"tags": attrs{"pitboss:market": "gb", "pitboss:jurisdiction": "MT", "pitboss:environment": "prod", "pitboss:stack": "mt-eu-south-1"}})},
		},
		{
			ID: "tags-tell-the-truth", Title: "No resource says by its own tags that it is of another market, jurisdiction, environment or stack.",
			Protects: "A tag of its own hides a resource from the market that pays and answers for it.",
			Source:   Source{AWS, "a resource's own tags override the provider's default tags"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { _, ok := r.Inputs["tags"]; return ok && r.AWS() },
			Check: func(c *Case) {
				want := marketTags(c.Stack)
				for _, tag := range slices.Sorted(maps.Keys(want)) {
					if text, known := c.Text("tags", tag); known && text != "" && text != want[tag] {
						c.Failf("tag %s is %s, want %s", tag, text, want[tag])
					}
				}
			},
			Holds:  []Example{awsExample("its own name", "ec2/vpc:Vpc", "network", attrs{"tags": attrs{"Name": "mt"}}), awsExample("the same", "ec2/vpc:Vpc", "network", attrs{"tags": attrs{"pitboss:market": "mt"}})},
			Breaks: []Example{awsExample("another", "ec2/vpc:Vpc", "network", attrs{"tags": attrs{"pitboss:market": "gb"}})},
		},
		{
			ID: "database-says-whose", Title: "A database says which it is, and which service owns it.",
			Protects: "At three in the morning nobody knows whom to wake; and two services write to one database.",
			Source:   Source{House, "a database has one owner, the service that may change its form (components/stores)"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.IsAny("rds/cluster:Cluster", "rds/instance:Instance") },
			Check: func(c *Case) {
				c.WantSet("tags", "pitboss:database")
				c.WantSet("tags", "pitboss:owner")
			},
			Holds:  []Example{awsExample("both", "rds/cluster:Cluster", "ledger", attrs{"tags": attrs{"pitboss:database": "ledger", "pitboss:owner": "wallet"}})},
			Breaks: []Example{awsExample("no owner", "rds/cluster:Cluster", "ledger", attrs{"tags": attrs{"pitboss:database": "ledger"}})},
		},
		{
			ID: "secret-says-its-class", Title: "A secret says by a tag which class of data it opens.",
			Protects: "Who may read a secret is decided by its class: without one, rules on keys and roles cannot be judged.",
			Source:   Source{House, "classes of data are those of the keys (components/keyring, components/secrets)"},
			Severity: Medium, Scope: One,
			About:  func(r Resource) bool { return r.Is("secretsmanager/secret:Secret") },
			Check:  func(c *Case) { c.WantSet("tags", "pitboss:class") },
			Holds:  []Example{awsExample("pii", "secretsmanager/secret:Secret", "kyc", attrs{"tags": attrs{"pitboss:class": "pii"}})},
			Breaks: []Example{awsExample("none", "secretsmanager/secret:Secret", "kyc", nil)},
		},
		{
			ID: "nodes-and-disks-tagged", Title: "A launch template tags the instances and the disks that are made of it with their market.",
			Protects: "Machines that scale by themselves belong to nobody: their cost is in no market's bill, and leftovers are never found.",
			Source:   Source{AWS, "default tags of a provider reach the template, and not what an Auto Scaling group makes of it"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Is("ec2/launchTemplate:LaunchTemplate") },
			Check: func(c *Case) {
				list, known := c.List("tagSpecifications")
				tagged := map[string]bool{}
				for i := range list {
					kind, ok := c.Text("tagSpecifications", i, "resourceType")
					text, told := c.Text("tagSpecifications", i, "tags", "pitboss:market")
					known = known && ok && told
					tagged[kind] = tagged[kind] || text == c.Stack.Market.Name
				}
				for _, kind := range []string{"instance", "volume"} {
					if known && !tagged[kind] {
						c.Failf("tagSpecifications do not tag what is of type %s with pitboss:market %s", kind, c.Stack.Market.Name)
					}
				}
			},
			Holds:  []Example{nodes("both", "instance", "volume")},
			Breaks: []Example{nodes("instances only", "instance"), nodes("none")},
		},
	}
}
