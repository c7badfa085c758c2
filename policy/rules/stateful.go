package rules

import (
	"slices"
	"strings"

	"pitboss/internal/stateful"
	"pitboss/stacks/market"
)

// protectedKind is the kind of what the engine must refuse to delete. What is kept as a
// whole is kept by its cluster, in production.
func protectedKind(r Resource) (stateful.Kind, bool) {
	kind, ok := stateful.Find(r.Type)
	return kind, ok && (kind.Keep != stateful.Whole || r.Is("eks/cluster:Cluster"))
}

func statefulRules() []Rule {
	return append([]Rule{
		{
			ID: "stateful-protected", Title: "What holds something is protected: the engine refuses to delete it, what is kept for ever stays when its stack goes, and AWS refuses too where it can.",
			Protects: "One wrong line, or one `destroy` in the wrong window, deletes a ledger.",
			Source:   Source{House, "internal/stateful lists what holds something and how each is kept"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { _, ok := protectedKind(r); return ok },
			Check: func(c *Case) {
				kind, _ := protectedKind(c.Resource)
				if kind.Keep == stateful.Whole && c.Stack.Market.Environment != market.EnvironmentProd {
					return
				}
				if !c.Resource.Protect {
					c.Failf("the engine would delete it: it holds %s; want the option protect", kind.Holds)
				}
				if retain := c.Resource.Retain; kind.Keep == stateful.Forever && retain != nil && !*retain {
					c.Failf("it goes with its stack: it holds %s; want the option retainOnDelete", kind.Holds)
				}
				if kind.AWS != "" {
					c.Want(true, kind.AWS)
				}
			},
			Holds: []Example{exampleKept("a database", "rds/cluster:Cluster", true, nil, attrs{"deletionProtection": true}), exampleKept("a key", "kms/key:Key", true, new(true), nil)},
			Breaks: []Example{
				exampleKept("not protected", "kms/key:Key", false, new(true), nil), exampleKept("goes with its stack", "kms/key:Key", true, new(false), nil),
				exampleKept("AWS would delete it", "rds/cluster:Cluster", true, nil, nil),
			},
		},
		{
			ID: "stateful-decided-once", Title: "What a region's role decides when a resource is made is ignored ever after.",
			Protects: "After a swap the next update sees a difference where there is none, and replaces a database to repair it.",
			Source:   Source{House, "internal/stateful lists the inputs that are decided once; a swap changes nothing stateful (reference: aws.md C.4)"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { kind, ok := stateful.Find(r.Type); return ok && len(kind.Decided) > 0 },
			Check: func(c *Case) {
				kind, _ := stateful.Find(c.Resource.Type)
				for _, input := range kind.Decided {
					if slices.Contains(c.Resource.IgnoreChanges, input) {
						continue
					}
					var path []any
					for _, step := range strings.Split(input, ".") {
						path = append(path, step)
					}
					if v, known := c.Get(path...); known && v != nil {
						c.Failf("%s is not among ignoreChanges %v", input, c.Resource.IgnoreChanges)
					}
				}
			},
			Holds:  []Example{exampleDecided("ignored", "databaseName", "masterUsername", "masterPassword", "sourceRegion"), exampleDecided("not said", "databaseName")},
			Breaks: []Example{exampleDecided("forgotten")},
		},
		{
			ID: "database-leaves-last-snapshot", Title: "A database that goes leaves a last snapshot, under a name of its own.",
			Protects: "A deletion that everybody had agreed to turns out to be of the wrong database.",
			Source:   Source{AWS, "RDS: skip_final_snapshot; without a name the deletion fails halfway"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.IsAny("rds/cluster:Cluster", "rds/instance:Instance") },
			Check: func(c *Case) {
				if skip, known := c.Get("skipFinalSnapshot"); known && skip == true {
					c.Failf("skipFinalSnapshot is true, want false")
				}
				if len(c.Resource.From["finalSnapshotIdentifier"]) == 0 {
					c.WantSet("finalSnapshotIdentifier")
				}
			},
			Holds:  []Example{awsExample("named", "rds/cluster:Cluster", "ledger", attrs{"skipFinalSnapshot": false, "finalSnapshotIdentifier": "last"})},
			Breaks: []Example{awsExample("skipped", "rds/cluster:Cluster", "ledger", attrs{"skipFinalSnapshot": true, "finalSnapshotIdentifier": "last"}), awsExample("nameless", "rds/cluster:Cluster", "ledger", nil)},
		},
	}, slices.Concat(statefulForceRules(), statefulStoreRules())...)
}

func exampleKept(what, typ string, protect bool, retain *bool, inputs attrs) Example {
	r := awsPart(typ, "kept", inputs)
	r.Protect, r.Retain = protect, retain
	return Example{Name: what, Resources: []Resource{r}}
}

// exampleDecided is a database of a home region that ignores some inputs.
func exampleDecided(what string, ignores ...string) Example {
	r := awsPart("rds/cluster:Cluster", "ledger", attrs{"databaseName": "ledger"})
	r.IgnoreChanges = ignores
	return Example{Name: what, Resources: []Resource{r}}
}
