package tests

import (
	"fmt"
	"slices"
	"strings"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

// holdsData are the types whose loss or replacement loses data, keys, evidence or
// identity, by the start of their token.
var holdsData = []string{
	"aws:kms/key", "aws:kms/replicaKey", "aws:s3/", "aws:cloudwatch/logGroup", "aws:rds/", "aws:dynamodb/", "aws:elasticache/", "aws:msk/",
	"aws:secretsmanager/", "aws:route53/zone", "aws:ecr/", "aws:backup/", "random:",
}

func isStateful(r record.Resource) bool {
	return slices.ContainsFunc(holdsData, func(start string) bool { return strings.HasPrefix(r.Type, start) })
}

var evidenceRules = []rule{
	{
		name: "stateful-is-protected", why: "its loss is an incident, not a diff", about: isStateful,
		check: func(_ place, r record.Resource) error {
			if !r.Protect || !r.Retain {
				return fmt.Errorf("protect %t and retain on delete %t, want both", r.Protect, r.Retain)
			}
			return nil
		},
		breaks: func(r *record.Resource) { r.Retain = false },
	},
	{
		name: "keys-last", why: "a key that is lost or never changes is a breach waiting", about: is("kms/key:Key"),
		check: func(_ place, r record.Resource) error {
			return first(want(r, true, "enableKeyRotation"), want(r, true, "multiRegion"), want(r, 30.0, "deletionWindowInDays"))
		},
		breaks: set(false, "enableKeyRotation"),
	},
	{
		name: "replicas-last", why: "a replica has a life of its own", about: is("ReplicaKey"),
		check: func(p place, r record.Resource) error {
			if where := p.all.Region(r); where != p.market.Standby.String() {
				return fmt.Errorf("it is in %s, want the standby region %s", where, p.market.Standby)
			}
			return want(r, 30.0, "deletionWindowInDays")
		},
		breaks: set(7.0, "deletionWindowInDays"),
	},
	keyRule,
}

// stackOf is m's stack of a kind; the home one of regions.
func stackOf(m market.Market, kind market.Kind) market.Stack {
	i := slices.IndexFunc(m.Stacks(), func(s market.Stack) bool { return s.Kind == kind })
	return m.Stacks()[i]
}
