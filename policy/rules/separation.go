package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pitboss/components/pools/labels"
)

func separationRules() []Rule {
	return slices.Concat(separationReportRules(), separationVaultRules(), separationReplicaRules())
}

func separationReportRules() []Rule {
	writer := thing("aws:rds/cluster:Cluster", "ledger", jsonMap{})
	endpoint := thing("aws:rds/clusterEndpoint:ClusterEndpoint", "reports", jsonMap{
		"customEndpointType": "READER", "staticMembers": jsonList{"ledger-reporting"}, "clusterEndpointIdentifier": "ledger-reports",
	})
	config := thing("kubernetes:core/v1:ConfigMap", "nightly", jsonMap{
		"metadata": jsonMap{"name": "nightly", "namespace": "reporting", "labels": exampleLabels("nightly", "reporting", batch, "core", "etl")},
		"data":     jsonMap{"STORE_LEDGER_REPORTING_HOST": "ledger-reports.example"},
	})
	config.From = map[string][]string{"data": {endpoint.URN}}
	onWriter := config
	onWriter.From = map[string][]string{"data": {writer.URN}}
	return []Rule{
		{
			ID: "reports-read-reports", Title: "Reports and batches read the endpoint that is kept for them, never the writer",
			Protects: "a report of a quarter held locks in the database that takes bets, and bets timed out",
			Source:   Source{House, "OLTP and OLAP share no instance"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("core/v1:ConfigMap") },
			Check: checkReports,
			Holds: []Example{shows("the reports' endpoint", config, endpoint)},
			Breaks: []Example{
				shows("the writer", onWriter, writer),
				shows("a reader of the services", config, but(but(endpoint, jsonList{"x"}, "excludedMembers"), nil, "staticMembers")),
			},
		},
		{
			ID: "reports-endpoint-apart", Title: "The endpoint for reports has members of its own, and the one for services leaves them out",
			Protects: "the services' readers and the reports' were the same instance, and a report slowed every login",
			Source:   Source{AWS, "Aurora: custom endpoints"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Is("rds/clusterEndpoint:ClusterEndpoint") },
			Check: func(c *Case) {
				c.Want("READER", "customEndpointType")
				own, known := c.List("staticMembers")
				out, told := c.List("excludedMembers")
				if known && told && len(own)+len(out) == 0 {
					c.Failf("neither staticMembers nor excludedMembers is set, so that it is every reader: say which")
				}
			},
			Holds:  []Example{shows("reports", endpoint)},
			Breaks: []Example{shows("also the writer", but(endpoint, "ANY", "customEndpointType")), shows("every reader", but(endpoint, nil, "staticMembers"))},
		},
	}
}

// checkReports looks at the settings of what is of tier batch: which resource the address
// of its store is computed from. A capture of changes is of tier async and reads the
// writer's log, which is nowhere else.
func checkReports(c *Case) {
	tier, known := c.label(nil, labelTier)
	data, told := c.Get("data")
	settings, ok := data.(map[string]any)
	if !known || !told || !ok || tier != batch {
		return
	}
	hosts := 0
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if !strings.HasPrefix(key, "STORE_") || !strings.HasSuffix(key, "_HOST") {
			continue
		}
		hosts++
		if host, known := c.Text("data", key); known && strings.Contains(host, ".cluster-") && !strings.Contains(host, ".cluster-ro-") && !strings.Contains(host, ".cluster-custom-") {
			c.Failf("data.%s is %s, which is a writer: read the endpoint for reports", key, host)
		}
	}
	if hosts == 0 {
		return
	}
	for _, urn := range c.Resource.From["data"] {
		r, ok := c.Stack.Find(urn)
		switch {
		case !ok:
		case r.IsAny("rds/cluster:Cluster", "rds/proxy:Proxy"):
			c.Failf("its data is computed from %s, which is for writing: read the endpoint for reports", r.Name)
		case r.Is("rds/clusterEndpoint:ClusterEndpoint"):
			if members, known := c.Of(r).List("staticMembers"); known && len(members) == 0 {
				c.Failf("its data is computed from %s, whose members serve players: read one with staticMembers for reports", r.Name)
			}
		}
	}
}

// zoneOf is the zone of trust of a namespace of the stack. found is false where the stack
// has none of that name.
func (c *Case) zoneOf(namespace string) (zone string, found, known bool) {
	known = true
	for _, r := range c.Stack.OfType("core/v1:Namespace") {
		n := c.Of(r)
		name, told := n.glance("metadata", "name")
		if told && name == namespace {
			zone, told := n.label(nil, labels.Zone)
			return zone, true, told
		}
		known = known && told
	}
	return "", false, known
}

// keyClass is the class of a key by its ARN or id, or by its alias.
func (c *Case) keyClass(arn string) string {
	if class := c.Stack.Keys[arn]; class != "" {
		return class
	}
	if i := strings.LastIndex(arn, ":key/"); i >= 0 {
		return c.Stack.Keys[arn[i+len(":key/"):]]
	}
	if name, found := strings.CutPrefix(arn, fmt.Sprintf("alias/pitboss/%s/", c.Stack.Market.Name)); found {
		return name
	}
	return ""
}

// closed are the classes of keys whose data is the vault's alone.
var closed = []string{"pii", "payments"}
