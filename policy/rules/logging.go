package rules

import (
	"fmt"
	"slices"
)

func loggingRules() []Rule {
	return append([]Rule{
		{
			ID: "control-plane-logged", Title: "A cluster writes all five logs of its control plane.",
			Protects: "Nobody can tell afterwards who took over the cluster, by which call, and since when.",
			Source:   Source{AWS, "EKS: control plane logging is off by default; Security Hub EKS.8"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("eks/cluster:Cluster") },
			Check: func(c *Case) {
				c.wantAll([]string{"api", "audit", "authenticator", "controllerManager", "scheduler"}, "enabledClusterLogTypes")
			},
			Holds:  []Example{awsExample("all", "eks/cluster:Cluster", "mt", attrs{"enabledClusterLogTypes": []any{"api", "audit", "authenticator", "controllerManager", "scheduler"}})},
			Breaks: []Example{awsExample("not audit", "eks/cluster:Cluster", "mt", attrs{"enabledClusterLogTypes": []any{"api", "authenticator", "controllerManager", "scheduler"}}), awsExample("none", "eks/cluster:Cluster", "mt", nil)},
		},
		{
			ID: "network-logged", Title: "Every network writes flow logs of all traffic, accepted and refused.",
			Protects: "Where data went to, and from where somebody knocked, is known to nobody.",
			Source:   Source{AWS, "VPC flow logs; Security Hub EC2.6"},
			Severity: High, Scope: Whole,
			About: func(r Resource) bool { return r.Is("ec2/vpc:Vpc") },
			Check: func(c *Case) {
				logs, known := c.partners("ec2/flowLog:FlowLog", "vpcId", "")
				if known && len(logs) == 0 {
					c.Failf("it has no flow log")
				}
				for _, one := range logs {
					c.Of(one).Want("ALL", "trafficType")
				}
			},
			Holds:  []Example{awsExample("all", "ec2/vpc:Vpc", "network", nil, computed(awsPart("ec2/flowLog:FlowLog", "log", attrs{"trafficType": "ALL"}), "vpcId", "network"))},
			Breaks: []Example{awsExample("none", "ec2/vpc:Vpc", "network", nil), awsExample("refused only", "ec2/vpc:Vpc", "network", nil, computed(awsPart("ec2/flowLog:FlowLog", "log", attrs{"trafficType": "REJECT"}), "vpcId", "network"))},
		},
		{
			ID: "database-logged", Title: "A database exports its log.",
			Protects: "Who logged in to the ledger, and what they changed of it, is lost with the instance's disk.",
			Source:   Source{AWS, "RDS: enabledCloudwatchLogsExports; Security Hub RDS.9, RDS.37"},
			Severity: High, Scope: One, About: isDatabase,
			Check:  func(c *Case) { c.wantAll([]string{"postgresql"}, "enabledCloudwatchLogsExports") },
			Holds:  []Example{awsExample("exported", "rds/cluster:Cluster", "ledger", attrs{"enabledCloudwatchLogsExports": []any{"postgresql"}})},
			Breaks: []Example{awsExample("not", "rds/cluster:Cluster", "ledger", attrs{"enabledCloudwatchLogsExports": []any{}})},
		},
		{
			ID: "database-logs-who-and-what", Title: "A database's log says who came and went, and what changed of its tables' form.",
			Protects: "The log is there, and says nothing of who it was.",
			Source:   Source{House, "a ledger's log names sessions and changes of schema (components/postgres)"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("rds/clusterParameterGroup:ClusterParameterGroup") },
			Check: func(c *Case) {
				set := map[string]string{}
				list, known := c.List("parameters")
				for i := range list {
					name, ok := c.Text("parameters", i, "name")
					value, told := c.Text("parameters", i, "value")
					set[name] = value
					known = known && ok && told
				}
				for _, one := range []struct{ name, value string }{{"log_connections", "1"}, {"log_disconnections", "1"}, {"log_statement", "ddl"}} {
					if got := set[one.name]; known && got != one.value {
						c.Failf("parameter %s is %q, want %q", one.name, got, one.value)
					}
				}
			},
			Holds:  []Example{awsExample("both", "rds/clusterParameterGroup:ClusterParameterGroup", "ledger", exampleParameters("1", "1", "ddl"))},
			Breaks: []Example{awsExample("not who", "rds/clusterParameterGroup:ClusterParameterGroup", "ledger", exampleParameters("0", "1", "ddl")), awsExample("not what", "rds/clusterParameterGroup:ClusterParameterGroup", "ledger", exampleParameters("1", "1", "none"))},
		},
		{
			ID: "brokers-logged", Title: "Brokers write their log to CloudWatch.",
			Protects: "Why topics stood still is known only to a broker that AWS has replaced meanwhile.",
			Source:   Source{AWS, "MSK: broker logs are off by default"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Is("msk/cluster:Cluster") },
			Check: func(c *Case) {
				c.Want(true, "loggingInfo", "brokerLogs", "cloudwatchLogs", "enabled")
				if len(c.Resource.From["loggingInfo"]) == 0 {
					c.WantSet("loggingInfo", "brokerLogs", "cloudwatchLogs", "logGroup")
				}
			},
			Holds:  []Example{awsExample("written", "msk/cluster:Cluster", "kafka", exampleBrokerLogs(true))},
			Breaks: []Example{awsExample("off", "msk/cluster:Cluster", "kafka", exampleBrokerLogs(false)), awsExample("none", "msk/cluster:Cluster", "kafka", nil)},
		},
		{
			ID: "cache-logged", Title: "A cache writes its engine's log and what was slow.",
			Protects: "Players are thrown out of their sessions, and nothing says why.",
			Source:   Source{AWS, "ElastiCache: log delivery of slow-log and engine-log"},
			Severity: Medium, Scope: One,
			About: func(r Resource) bool { return r.Is("elasticache/replicationGroup:ReplicationGroup") },
			Check: func(c *Case) {
				list, known := c.List("logDeliveryConfigurations")
				var types []string
				for i := range list {
					text, ok := c.Text("logDeliveryConfigurations", i, "logType")
					types, known = append(types, text), known && ok
				}
				for _, want := range []string{"slow-log", "engine-log"} {
					if known && !slices.Contains(types, want) {
						c.Failf("logDeliveryConfigurations has %v, want %s", types, want)
					}
				}
			},
			Holds:  []Example{awsExample("both", "elasticache/replicationGroup:ReplicationGroup", "cache", attrs{"logDeliveryConfigurations": []any{attrs{"logType": "slow-log"}, attrs{"logType": "engine-log"}}})},
			Breaks: []Example{awsExample("one", "elasticache/replicationGroup:ReplicationGroup", "cache", attrs{"logDeliveryConfigurations": []any{attrs{"logType": "slow-log"}}})},
		},
	}, loggingKeepRules()...)
}

// wantAll breaks the rule unless each of some strings is in the list at path.
func (c *Case) wantAll(want []string, path ...any) {
	got, known := c.Texts(path...)
	for _, one := range want {
		if known && !slices.Contains(got, one) {
			c.Failf("%s is %v, want %s among them", pathText(path), got, one)
		}
	}
}

func exampleParameters(values ...string) attrs {
	var list []any
	for i, name := range []string{"log_connections", "log_disconnections", "log_statement"} {
		list = append(list, attrs{"name": name, "value": fmt.Sprint(values[i])})
	}
	return attrs{"parameters": list}
}

func exampleBrokerLogs(on bool) attrs {
	return attrs{"loggingInfo": attrs{"brokerLogs": attrs{"cloudwatchLogs": attrs{"enabled": on, "logGroup": "/x"}}}}
}
