package awsport

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitboss/regions"
)

// A store is one global database, datastore and pair of replicators, as AWS would hold it.
type store struct {
	writer, primary   regions.Region
	frozen, tabled    bool
	sessions          int // that began before a freeze
	ports             map[string]int
	carries           map[string]string // the JSON of topics and groups, by replicator
	version           int
	noFollower, noLag bool
}

func newStore() *store {
	s := &store{writer: home, primary: home, sessions: 2, ports: map[string]int{}, carries: map[string]string{}}
	for _, r := range []regions.Region{home, standby} {
		s.ports["sg-"+r.String()] = answers
	}
	s.carries[replicatorOf(home, standby).ARN] = `"topicReplication":{"topicsToReplicate":["bets\\.placed","bets\\.settled"],"copyAccessControlListsForTopics":false,"copyTopicConfigurations":true,"detectAndCopyNewTopics":true},"consumerGroupReplication":{"consumerGroupsToReplicate":[".*"],"detectAndCopyNewConsumerGroups":true,"synchroniseConsumerGroupOffsets":true}`
	s.carries[replicatorOf(standby, home).ARN] = strings.NewReplacer(`"bets\\.placed","bets\\.settled"`, `"nothing-while-standby"`, `".*"`, `"nothing-while-standby"`).Replace(s.carries[replicatorOf(home, standby).ARN])
	return s
}

func fault(code, message string) answer {
	return answer{400, "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message + "</Message></Error><RequestId>r</RequestId></ErrorResponse>"}
}

func (s *store) calls() map[string]func(request) answer {
	return map[string]func(request) answer{
		"rds DescribeGlobalClusters": s.global, "rds DescribeDBClusters": s.cluster,
		"rds SwitchoverGlobalCluster": s.promote, "rds FailoverGlobalCluster": s.promote,
		"rds-data POST /Execute":                      s.sql,
		"ec2 DescribeSecurityGroupRules":              s.rules,
		"ec2 ModifySecurityGroupRules":                s.modify,
		"monitoring GetMetricData":                    s.metrics,
		"monitoring ListMetrics":                      s.listed,
		"elasticache DescribeGlobalReplicationGroups": s.datastore,
		"elasticache FailoverGlobalReplicationGroup":  s.failover,
	}
}

func (s *store) global(r request) answer {
	if r.form.Get("GlobalClusterIdentifier") != ledger.GlobalID {
		return fault("GlobalClusterNotFoundFault", "no such global cluster")
	}
	members := ""
	for _, at := range []regions.Region{home, standby} {
		members += fmt.Sprintf("<GlobalClusterMember><DBClusterArn>%s</DBClusterArn><IsWriter>%t</IsWriter><SynchronizationStatus>connected</SynchronizationStatus></GlobalClusterMember>", ledger.ARNs[at], at == s.writer)
	}
	return ok("<DescribeGlobalClustersResponse><DescribeGlobalClustersResult><GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>%s</GlobalClusterIdentifier><Status>available</Status><GlobalClusterMembers>%s</GlobalClusterMembers></GlobalClusterMember></GlobalClusters></DescribeGlobalClustersResult></DescribeGlobalClustersResponse>", ledger.GlobalID, members)
}

func (s *store) cluster(r request) answer {
	return ok("<DescribeDBClustersResponse><DescribeDBClustersResult><DBClusters><DBCluster><DBClusterIdentifier>%s</DBClusterIdentifier><Status>available</Status><EngineVersion>16.6</EngineVersion></DBCluster></DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>", r.form.Get("DBClusterIdentifier"))
}

func (s *store) promote(r request) answer {
	for _, at := range []regions.Region{home, standby} {
		if ledger.ARNs[at] == r.form.Get("TargetDbClusterIdentifier") && at != s.writer {
			s.writer = at
			return ok("<%[1]sResponse><%[1]sResult></%[1]sResult></%[1]sResponse>", r.operation)
		}
	}
	return fault("InvalidDBClusterStateFault", "the target is the writer already")
}

// sql answers as the Data API over PostgreSQL 15 does; the refusals were seen there.
func (s *store) sql(r request) answer {
	failed := func(message string) answer {
		return answer{400, `DatabaseErrorException|{"message":"ERROR: ` + message + `"}`}
	}
	plain := strings.Contains(r.body, `"database":"postgres"`)
	switch {
	case r.region != s.writer.String() || s.frozen && !plain && strings.Contains(r.body, "ALTER DATABASE"):
		return failed("cannot execute this in a read-only transaction; SQLState: 25006")
	case strings.Contains(r.body, "default_transaction_read_only"):
		s.frozen = strings.Contains(r.body, "= on")
	case strings.Contains(r.body, "clock_timestamp"):
		return ok(`{"records":[[{"stringValue":"1795342252.787768"}]]}`)
	case strings.Contains(r.body, "pg_terminate_backend"):
		was := s.sessions
		s.sessions = 0
		return ok(`{"records":[[{"longValue":%d}]]}`, was)
	case strings.Contains(r.body, "INSERT") && !s.tabled:
		return failed(`relation \"pitboss_drill\" does not exist; Position: 13; SQLState: 42P01`)
	case s.frozen:
		return failed("cannot execute INSERT in a read-only transaction; SQLState: 25006")
	case strings.Contains(r.body, "CREATE TABLE"):
		s.tabled = true
	}
	return ok(`{"numberOfRecordsUpdated":1}`)
}

func (s *store) rules(r request) answer {
	group := r.form.Get("Filter.1.Value.1")
	item := func(id, egress, from string, port int) string {
		return fmt.Sprintf("<item><securityGroupRuleId>%s</securityGroupRuleId><groupId>%s</groupId><isEgress>%s</isEgress><ipProtocol>tcp</ipProtocol><fromPort>%d</fromPort><toPort>%d</toPort>%s<description>why</description></item>", id, group, egress, port, port, from)
	}
	if r.form.Get("NextToken") == "" {
		return ok("<DescribeSecurityGroupRulesResponse><securityGroupRuleSet>%s</securityGroupRuleSet><nextToken>more</nextToken></DescribeSecurityGroupRulesResponse>",
			item("sgr-1", "false", "<referencedGroupInfo><groupId>sg-clients</groupId></referencedGroupInfo>", s.ports[group])+item("sgr-out", "true", "<cidrIpv4>0.0.0.0/0</cidrIpv4>", 443))
	}
	return ok("<DescribeSecurityGroupRulesResponse><securityGroupRuleSet>%s</securityGroupRuleSet></DescribeSecurityGroupRulesResponse>", item("sgr-2", "false", "<cidrIpv4>10.0.0.0/8</cidrIpv4>", s.ports[group]))
}

func (s *store) modify(r request) answer {
	s.ports[r.form.Get("GroupId")], _ = strconv.Atoi(r.form.Get("SecurityGroupRule.1.SecurityGroupRule.ToPort"))
	return ok("<ModifySecurityGroupRulesResponse><return>true</return></ModifySecurityGroupRulesResponse>")
}

func (s *store) metrics(r request) answer {
	out := ""
	for i := 1; ; i++ {
		at := "MetricDataQueries.member." + strconv.Itoa(i)
		id, name := r.form.Get(at+".Id"), r.form.Get(at+".MetricStat.Metric.MetricName")
		if id == "" {
			return ok("<GetMetricDataResponse><GetMetricDataResult><MetricDataResults>%s</MetricDataResults></GetMetricDataResult></GetMetricDataResponse>", out)
		}
		values := map[string]string{"AuroraGlobalDBReplicationLag": "<member>120</member><member>9000</member>", "MessageLag": "<member>3</member>", "MaxOffsetLag": "<member>2</member>"}[name]
		if s.noLag {
			values = ""
		}
		out += "<member><Id>" + id + "</Id><StatusCode>Complete</StatusCode><Timestamps>" + moments(values) + "</Timestamps><Values>" + values + "</Values></member>"
	}
}

// moments is a timestamp for each value, a minute apart.
func moments(values string) (out string) {
	for i := range strings.Count(values, "<member>") {
		out += "<member>" + time.Now().Add(-time.Duration(i)*time.Minute).UTC().Format(time.RFC3339) + "</member>"
	}
	return out
}

func (s *store) listed(r request) answer {
	one := ""
	for _, group := range []string{"wallet", "settlement"} {
		one += "<member><Namespace>AWS/Kafka</Namespace><MetricName>MaxOffsetLag</MetricName><Dimensions><member><Name>Cluster Name</Name><Value>" + r.form.Get("Dimensions.member.1.Value") + "</Value></member><member><Name>Consumer Group</Name><Value>" + group + "</Value></member><member><Name>Topic</Name><Value>bets.placed</Value></member></Dimensions></member>"
	}
	return ok("<ListMetricsResponse><ListMetricsResult><Metrics>%s</Metrics></ListMetricsResult></ListMetricsResponse>", one)
}

func (s *store) datastore(r request) answer {
	if r.form.Get("GlobalReplicationGroupId") != cache.GlobalID {
		return fault("GlobalReplicationGroupNotFoundFault", "no such global datastore")
	}
	members := ""
	for _, at := range []regions.Region{home, standby} {
		role := "SECONDARY"
		if at == s.primary {
			role = "PRIMARY"
		}
		members += fmt.Sprintf("<GlobalReplicationGroupMember><ReplicationGroupId>%s</ReplicationGroupId><ReplicationGroupRegion>%s</ReplicationGroupRegion><Role>%s</Role><Status>associated</Status></GlobalReplicationGroupMember>", cache.Groups[at], at, role)
	}
	return ok("<DescribeGlobalReplicationGroupsResponse><DescribeGlobalReplicationGroupsResult><GlobalReplicationGroups><GlobalReplicationGroup><GlobalReplicationGroupId>%s</GlobalReplicationGroupId><Status>available</Status><EngineVersion>7.1.0</EngineVersion><Members>%s</Members></GlobalReplicationGroup></GlobalReplicationGroups></DescribeGlobalReplicationGroupsResult></DescribeGlobalReplicationGroupsResponse>", cache.GlobalID, members)
}

func (s *store) failover(r request) answer {
	if r.form.Get("PrimaryRegion") == s.primary.String() {
		return fault("InvalidParameterValue", "it is the primary already")
	}
	s.primary = region(r.form.Get("PrimaryRegion"))
	return ok("<FailoverGlobalReplicationGroupResponse><FailoverGlobalReplicationGroupResult></FailoverGlobalReplicationGroupResult></FailoverGlobalReplicationGroupResponse>")
}
