package rules

import (
	"slices"
	"strings"
)

func transportRules() []Rule {
	group := thing("aws:rds/clusterParameterGroup:ClusterParameterGroup", "ledger", jsonMap{"family": "aurora-postgresql17", "parameters": jsonList{
		jsonMap{"name": "rds.force_ssl", "value": "1"}, jsonMap{"name": "ssl_min_protocol_version", "value": "TLSv1.2"},
	}})
	database := thing("aws:rds/cluster:Cluster", "ledger", jsonMap{"engine": "aurora-postgresql", "dbClusterParameterGroupName": "pitboss-ledger"})
	proxy := thing("aws:rds/proxy:Proxy", "ledger", jsonMap{"requireTls": true})
	redis := thing("aws:elasticache/replicationGroup:ReplicationGroup", "cache", jsonMap{"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "globalReplicationGroupId": ""})
	kafka := thing("aws:msk/cluster:Cluster", "kafka", jsonMap{
		"encryptionInfo":       jsonMap{"encryptionInTransit": jsonMap{"clientBroker": "TLS", "inCluster": true}},
		"clientAuthentication": jsonMap{"unauthenticated": false},
	})
	listener := thing("aws:lb/listener:Listener", "web", jsonMap{"port": 443.0, "protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"})
	return []Rule{
		{
			ID: "rds-force-tls", Title: "Parameter groups of databases refuse connections without TLS 1.2",
			Protects: "a report read players' names from the database in the clear, through a network that somebody else could read",
			Source:   Source{AWS, "Aurora PostgreSQL: requiring SSL/TLS, rds.force_ssl and ssl_min_protocol_version"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("rds/clusterParameterGroup:ClusterParameterGroup") },
			Check: func(c *Case) {
				c.wantParameter("rds.force_ssl", "1")
				c.wantParameter("ssl_min_protocol_version", "TLSv1.2", "TLSv1.3")
			},
			Holds: []Example{shows("forced", group)},
			Breaks: []Example{
				shows("not forced", but(group, "0", "parameters", 0, "value")),
				shows("an old version", but(group, "TLSv1", "parameters", 1, "value")),
				shows("nothing said", but(group, jsonList{}, "parameters")),
			},
		},
		{
			ID: "rds-own-parameters", Title: "Every database has a parameter group of its own, never AWS's default",
			Protects: "a database was made with the default group, which forces nothing and logs nothing",
			Source:   Source{AWS, "Aurora: working with parameter groups"},
			Severity: High, Scope: One,
			About: func(r Resource) bool { return r.Is("rds/cluster:Cluster") },
			Check: func(c *Case) {
				if name, known := c.Text("dbClusterParameterGroupName"); known && (name == "" || strings.HasPrefix(name, "default.")) {
					c.Failf("dbClusterParameterGroupName is %q: name a group that forces TLS", name)
				}
			},
			Holds:  []Example{shows("its own", database)},
			Breaks: []Example{shows("none", but(database, nil, "dbClusterParameterGroupName")), shows("the default", but(database, "default.aurora-postgresql17", "dbClusterParameterGroupName"))},
		},
		{
			ID: "rds-proxy-tls", Title: "Proxies of databases require TLS",
			Protects: "the database refused what came in the clear, and the proxy in front of it took it",
			Source:   Source{AWS, "RDS Proxy: using TLS/SSL"},
			Severity: Critical, Scope: One,
			About:  func(r Resource) bool { return r.Is("rds/proxy:Proxy") },
			Check:  func(c *Case) { c.Want(true, "requireTls") },
			Holds:  []Example{shows("required", proxy)},
			Breaks: []Example{shows("not said", but(proxy, nil, "requireTls"))},
		},
		{
			ID: "redis-tls", Title: "Redis takes connections over TLS alone",
			Protects: "sessions of players crossed the network in the clear, password included",
			Source:   Source{AWS, "ElastiCache in-transit encryption"},
			Severity: Critical, Scope: One,
			About:  func(r Resource) bool { return r.Is("elasticache/replicationGroup:ReplicationGroup") },
			Check:  checkRedisTLS,
			Holds:  []Example{shows("required", redis), shows("as its global one says", but(but(redis, nil, "transitEncryptionEnabled"), "global", "globalReplicationGroupId"))},
			Breaks: []Example{shows("off", but(redis, false, "transitEncryptionEnabled")), shows("as clients like", but(redis, "preferred", "transitEncryptionMode"))},
		},
		{
			ID: "msk-tls", Title: "Kafka speaks TLS to clients and between brokers, and asks who is there",
			Protects: "bets crossed the network in the clear, and anything in the cluster could read all of them",
			Source:   Source{AWS, "Security Hub MSK.1 and MSK.6"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.Is("msk/cluster:Cluster") },
			Check: func(c *Case) {
				c.Want("TLS", "encryptionInfo", "encryptionInTransit", "clientBroker")
				if v, known := c.Get("encryptionInfo", "encryptionInTransit", "inCluster"); known && v == false {
					c.Failf("encryptionInfo.encryptionInTransit.inCluster is false, want true")
				}
				if yes, known := c.is("clientAuthentication", "unauthenticated"); known && yes {
					c.Failf("clientAuthentication.unauthenticated is true: clients say who they are by IAM")
				}
			},
			Holds: []Example{shows("TLS alone", kafka)},
			Breaks: []Example{
				shows("the clear as well", but(kafka, "TLS_PLAINTEXT", "encryptionInfo", "encryptionInTransit", "clientBroker")),
				shows("the clear between brokers", but(kafka, false, "encryptionInfo", "encryptionInTransit", "inCluster")),
				shows("anybody", but(kafka, true, "clientAuthentication", "unauthenticated")),
			},
		},
		{
			ID: "listener-tls", Title: "Listeners end TLS 1.2 or later, or pass it through on 443; none speaks HTTP in the clear",
			Protects: "players' passwords went to a listener on port 80 that somebody had opened to debug",
			Source:   Source{AWS, "Security Hub ELB.1 and ELB.17; Elastic Load Balancing security policies"},
			Severity: Critical, Scope: One,
			About: func(r Resource) bool { return r.IsAny("lb/listener:Listener", "alb/listener:Listener") },
			Check: checkListener,
			Holds: []Example{
				shows("TLS 1.3", listener), shows("passed through", but(but(listener, "TCP", "protocol"), nil, "sslPolicy")),
				shows("media, which has its own encryption", but(but(listener, "UDP", "protocol"), 7882.0, "port")),
				shows("on to HTTPS", but(but(but(listener, "HTTP", "protocol"), 80.0, "port"), jsonList{jsonMap{"type": "redirect", "redirect": jsonMap{"protocol": "HTTPS"}}}, "defaultActions")),
			},
			Breaks: []Example{
				shows("HTTP", but(but(listener, "HTTP", "protocol"), jsonList{jsonMap{"type": "forward"}}, "defaultActions")),
				shows("an old policy", but(listener, "ELBSecurityPolicy-2016-08", "sslPolicy")),
				shows("AWS's default policy", but(listener, nil, "sslPolicy")),
				shows("something else in the clear", but(but(listener, "TCP", "protocol"), 8080.0, "port")),
			},
		},
	}
}

// wantParameter wants a parameter of a group to be one of values.
func (c *Case) wantParameter(name string, values ...string) {
	all, known := c.List("parameters")
	for i := range all {
		its, told := c.Text("parameters", i, "name")
		if !told || its != name {
			known = known && told
			continue
		}
		c.WantOneOf(values, "parameters", i, "value")
		return
	}
	if known {
		c.Failf("parameter %s is not set, want one of %v", name, values)
	}
}

// checkRedisTLS leaves a secondary of a Global Datastore what it may decide itself: it has
// its primary's encryption.
func checkRedisTLS(c *Case) {
	global, known := c.Text("globalReplicationGroupId")
	on, told := c.Get("transitEncryptionEnabled")
	mode, said := c.Text("transitEncryptionMode")
	if known && told && on != true && (on != nil || global == "") {
		c.Failf("transitEncryptionEnabled is %s, want true", show(on))
	}
	if said && mode != "" && mode != "required" {
		c.Failf("transitEncryptionMode is %s, want required", mode)
	}
}

func checkListener(c *Case) {
	protocol, known := c.Text("protocol")
	if !known {
		return
	}
	switch protocol {
	case "HTTPS", "TLS":
		policy, known := c.Text("sslPolicy")
		if known && !slices.ContainsFunc([]string{"ELBSecurityPolicy-TLS13-1-2-", "ELBSecurityPolicy-TLS13-1-3-", "ELBSecurityPolicy-FS-1-2-", "ELBSecurityPolicy-TLS-1-2-"}, func(good string) bool {
			return strings.HasPrefix(policy, good)
		}) {
			c.Failf("sslPolicy is %q: name one of TLS 1.2 or later, such as ELBSecurityPolicy-TLS13-1-2-2021-06", policy)
		}
	case "TCP", "TCP_UDP":
		if port, known := c.Get("port"); known && port != 443.0 {
			c.Failf("port %s passes %s through: only 443 does, where the gateway ends TLS", show(port), protocol)
		}
	case "HTTP":
		kind, known := c.Text("defaultActions", 0, "type")
		to, told := c.Text("defaultActions", 0, "redirect", "protocol")
		if known && told && (kind != "redirect" || to != "HTTPS") {
			c.Failf("protocol HTTP is in the clear: redirect it to HTTPS, or leave it out")
		}
	}
}
