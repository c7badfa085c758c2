package tests

import (
	"fmt"
	"slices"

	"pitboss/internal/record"
	"pitboss/stacks/market"
)

var evidenceRules = []rule{
	{
		name: "stateful-is-protected", why: "its loss is an incident, not a diff", about: isStateful,
		check: keptAsTheTableSays,
		also: map[string]breaking{
			"Retain":  itself(func(r *record.Resource) { r.Retain = !r.Retain }),
			"Protect": itself(func(r *record.Resource) { r.Protect = !r.Protect }),
		},
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
