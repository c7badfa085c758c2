package tests

import (
	"fmt"
	"strings"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// mandatoryTags are what every resource says of itself, through its provider.
var mandatoryTags = []string{"pitboss:market", "pitboss:jurisdiction", "pitboss:environment", "pitboss:stack"}

func isAWS(r record.Resource) bool { return r.Custom && strings.HasPrefix(r.Type, "aws:") }

var placementRules = []rule{
	{
		name:  "stays-in-its-area",
		why:   "data may not leave the area that the jurisdiction allows",
		about: isAWS,
		check: func(p place, r record.Resource) error {
			where := p.all.Region(r)
			if where != p.market.Home.String() && where != p.market.Standby.String() {
				return fmt.Errorf("its provider %q works in %q, the market is in %s and %s", r.Provider, where, p.market.Home, p.market.Standby)
			}
			if p.stack.Kind == market.KindRegion && where != p.stack.Region.String() {
				return fmt.Errorf("it is in %s, the stack in %s", where, p.stack.Region)
			}
			if r.Get("region") != nil {
				return fmt.Errorf("it names a region of its own, %v, which overrules the provider's", r.Get("region"))
			}
			return p.market.Resolution().Check(p.market.Home, p.market.Standby)
		},
		breaks: func(r *record.Resource) { r.Provider = "" },
	},
	{
		name:  "one-account",
		why:   "credentials of another account must not build this market",
		about: is("pulumi:providers:aws"),
		check: func(p place, r record.Resource) error {
			if got := r.Texts("allowedAccountIds"); len(got) != 1 || got[0] != p.market.Account {
				return fmt.Errorf("allowed accounts are %v, want only %s", got, p.market.Account)
			}
			return nil
		},
		breaks: set([]any{}, "allowedAccountIds"),
	},
	{
		name:  "outlives-a-region",
		why:   "traffic must move while one of the regions is gone, and a provider asks whose it is first",
		about: is("pulumi:providers:aws"),
		check: func(p place, r record.Resource) error {
			asks := r.Text("stsRegion")
			if p.stack.Kind != market.KindGSLB {
				return want(r, nil, "stsRegion")
			}
			if asks == "" || asks == p.market.Home.String() || asks == p.market.Standby.String() {
				return fmt.Errorf("it asks in %q whose credentials it has", asks)
			}
			return nil
		},
		breaks: func(r *record.Resource) {
			if r.Get("stsRegion") == nil {
				r.Inputs["stsRegion"] = "eu-west-3"
				return
			}
			r.Inputs["stsRegion"] = r.Text("region")
		},
	},
	{
		name:  "mandatory-tags",
		why:   "whoever finds a resource must see whose it is",
		about: is("pulumi:providers:aws"),
		check: func(p place, r record.Resource) error {
			for _, tag := range mandatoryTags {
				if r.Text("defaultTags", "tags", tag) == "" {
					return fmt.Errorf("no default tag %s", tag)
				}
			}
			return first(want(r, p.market.Name, "defaultTags", "tags", "pitboss:market"), want(r, p.stack.Name, "defaultTags", "tags", "pitboss:stack"))
		},
		breaks: set("", "defaultTags", "tags", "pitboss:jurisdiction"),
	},
	{
		name:  "explicit-provider",
		why:   "a default provider works wherever the machine's credentials point",
		about: func(r record.Resource) bool { return r.Custom && !strings.HasPrefix(r.Type, "pulumi:providers:") },
		check: func(_ place, r record.Resource) error {
			if r.Provider == "" {
				return fmt.Errorf("it uses a default provider")
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Provider = "" },
	},
	{
		name:  "has-a-parent",
		why:   "a resource outside of its component escapes its provider and its protection",
		about: func(r record.Resource) bool { return r.Custom && !strings.HasPrefix(r.Type, "pulumi:providers:") },
		check: func(_ place, r record.Resource) error {
			if r.Parent == "" {
				return fmt.Errorf("only the stack is above it")
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Parent = "" },
	},
	{
		name:  "names-fit",
		why:   "AWS refuses longer names, and only when they are created",
		about: is("BucketV2", "iam/role:Role"),
		check: func(_ place, r record.Resource) error {
			limit, name := 64, r.Text("name")
			if r.Is("BucketV2") {
				limit, name = 63, r.Text("bucket")
				if name == "" || name != strings.ToLower(name) {
					return fmt.Errorf("bucket name %q must be given and in lower case", name)
				}
			}
			if len(name) > limit {
				return fmt.Errorf("%q has %d bytes, the limit is %d", name, len(name), limit)
			}
			return nil
		},
		breaks: func(r *record.Resource) {
			r.Inputs["name"], r.Inputs["bucket"] = strings.Repeat("n", 65), strings.Repeat("n", 64)
		},
	},
}
