package market

import (
	"strings"
	"testing"
)

// control is the valid file's switch, with its comment: more of traffic is added after it.
const control = "  switch: routing-control # moves in five regions; its ARC cluster costs about 2.5 USD an hour (not verified)\n"

// traffic adds lines below traffic, from line 24 on.
func traffic(lines string) func(string) string { return swap(control, control+lines) }

// recoverySays writes another recovery section.
func recoverySays(figures string) func(string) string {
	return swap("recovery:\n  enforceRPOIn: eu-south-1 # the ledger stops sooner than lose more than the RPO; never set by a swap", "recovery: "+figures)
}

func TestBadData(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(string) string
		path   string
		line   int
		says   string
	}{
		"NoData":             {"what it would be is said", func(s string) string { return s[:strings.Index(s, "data:")] + s[strings.Index(s, "traffic:"):] }, "data", 0, "postgres, redis and kafka"},
		"NoVersion":          {"a version is never guessed", swap(`version: "17.7", `, ""), "data.postgres.version", 19, "16.10, 17.5, 17.6, 17.7"},
		"DataText":           {"a mapping", swap(`{version: "7.1", node: cache.r7g.large}`, "large"), "data.redis", 20, "write it as a mapping"},
		"UnknownKey":         {"the nearest right key is named", swap("broker:", "brokers:"), "data.kafka.brokers", 21, `did you mean "broker"?`},
		"NoGlobal":           {"no global database", swap(`"17.7"`, `"17.3"`), "data.postgres.version", 19, "does not support global databases: the first 17 that does is 17.4"},
		"NoGlobalAtAll":      {"no global database of any minor version", swap(`"17.7"`, `"12.22"`), "data.postgres.version", 19, "does not support global databases"},
		"NoSwitchover":       {"the patch trap", swap(`"17.7"`, `"16.4"`), "data.postgres.version", 19, "cannot always be switched over"},
		"VersionUnread":      {"nobody looked", swap(`"17.7"`, `"17.8"`), "data.postgres.version", 19, `did you mean "17.5"?`},
		"LedgerBurst":        {"a global database refuses it", swap("db.r7g.xlarge", "db.t4g.large"), "data.postgres.ledger", 19, "memory-optimised"},
		"LedgerServerless":   {"a ledger has fixed capacity", swap("db.r7g.xlarge", "db.serverless"), "data.postgres.ledger", 19, "fixed capacity"},
		"VaultGeneral":       {"a global database refuses it", swap("db.r7g.large", "db.m7g.large"), "data.postgres.vault", 19, "db.r5, db.r6g"},
		"VaultMisspelt":      {"the nearest is named", swap("db.r7g.large", "db.r7g.lagre"), "data.postgres.vault", 19, `did you mean "db.r7g.large"?`},
		"RedisOld":           {"no Global Datastore takes it", swap(`"7.1"`, `"4.0"`), "data.redis.version", 20, "begin with 5.0.6"},
		"RedisSmall":         {"a Global Datastore refuses it", swap("cache.r7g.large", "cache.t4g.small"), "data.redis.node", 20, "size large"},
		"KafkaEnded":         {"MSK upgrades it without asking", swap("3.8.x", "3.6.0"), "data.kafka.version", 21, "has ended"},
		"BrokerSmall":        {"nothing can be replicated from it", swap("kafka.m7g.large", "kafka.t3.small"), "data.kafka.broker", 21, "MSK Replicator"},
		"NoTraffic":          {"what it would be is said", func(s string) string { return s[:strings.Index(s, "traffic:")] + "approvals: {}\n" }, "traffic", 0, "routing-control, inverted-health-check"},
		"NoSwitch":           {"a drill moves something", swap(control, "  ttl: 30s\n"), "traffic.switch", 23, "add the key traffic.switch"},
		"Switch":             {"the nearest is named", swap("routing-control #", "routing-controls #"), "traffic.switch", 23, `did you mean "routing-control"?`},
		"TTLUnit":            {"a number is no time", traffic("  ttl: 30\n"), "traffic.ttl", 24, "write it with its unit"},
		"TTLZero":            {"every request would ask again", traffic("  ttl: 0s\n"), "traffic.ttl", 24, "from 1s to 24h"},
		"TTLWeek":            {"longer than a day is a slip", traffic("  ttl: 168h\n"), "traffic.ttl", 24, "from 1s to 24h"},
		"TTLLong":            {"the sum is said", traffic("  ttl: 20m\n"), "traffic.ttl", 24, "20m30s = 30s to notice (3 checks, one every 10s) + 20m0s until records expire"},
		"Interval":           {"Route 53 has two", traffic("  checkInterval: 20s\n"), "traffic.checkInterval", 24, "10s or 30s"},
		"IntervalLong":       {"the sum is said", func(s string) string { return recoverySays("{rto: 2m}")(traffic("  checkInterval: 30s\n")(s)) }, "traffic.checkInterval", 24, "2m30s = 1m30s to notice (3 checks, one every 30s)"},
		"Threshold":          {"Route 53 has a limit", traffic("  failureThreshold: 11\n"), "traffic.failureThreshold", 24, "from 1 to 10"},
		"ThresholdText":      {"a number", traffic("  failureThreshold: three\n"), "traffic.failureThreshold", 24, "from 1 to 10"},
		"ThresholdLong":      {"the sum is said", func(s string) string { return recoverySays("{rto: 2m}")(traffic("  failureThreshold: 10\n")(s)) }, "traffic.failureThreshold", 24, "2m40s = 1m40s to notice (10 checks"},
		"NameOutside":        {"our zone does not answer for it", traffic("  names: {api: api.example.com}\n"), "traffic.names.api", 24, "answers for mt.example.com and nothing else"},
		"NameSuffix":         {"a name that only ends alike", traffic("  names: {websocket: ws.amt.example.com}\n"), "traffic.names.websocket", 24, "answers for mt.example.com and nothing else"},
		"NameApex":           {"a CNAME stands beside nothing", traffic("  names: {read: mt.example.com}\n"), "traffic.names.read", 24, "choose a name below it"},
		"NameShort":          {"the whole name", traffic("  names: {api: api}\n"), "traffic.names.api", 24, "answers for mt.example.com"},
		"NameForm":           {"no URL", traffic("  names: {api: https://api.mt.example.com}\n"), "traffic.names.api", 24, "write the whole name"},
		"NameTwice":          {"one name is one thing", traffic("  names: {websocket: api.mt.example.com}\n"), "traffic.names.websocket", 24, "traffic.names.api is this one"},
		"NameNested":         {"a region's records stand below its name", traffic("  names: {read: eu-south-1.api.mt.example.com}\n"), "traffic.names.read", 24, "a name that is not below another"},
		"NameKey":            {"the nearest right key is named", traffic("  names: {webSocket: ws.mt.example.com}\n"), "traffic.names.webSocket", 24, `did you mean "websocket"?`},
		"RPOBelow":           {"the engine has a lower bound", recoverySays("{rpo: 10s}"), "recovery.rpo", 24, `did you mean "20s"?`},
		"RPOLax":             {"policy is the least", recoverySays("{rpo: 5m}"), "recovery.rpo", 24, "at most 1m0s (company policy, not law)"},
		"RTOLax":             {"policy is the least", recoverySays("{rto: 1h}"), "recovery.rto", 24, "at most 15m0s"},
		"RTOImpossible":      {"DNS alone takes longer", recoverySays("{rto: 1m}"), "recovery.rto", 24, "1m30s = 30s to notice"},
		"RTONegative":        {"no time", recoverySays("{rto: -5m}"), "recovery.rto", 24, "takes no time"},
		"RTOFraction":        {"whole seconds", recoverySays("{rto: 90500ms}"), "recovery.rto", 24, "whole seconds"},
		"BoundElsewhere":     {"only the market's own regions have a ledger", recoverySays("{enforceRPOIn: eu-west-1}"), "recovery.enforceRPOIn", 24, "eu-south-1 (home) or eu-central-1 (standby)"},
		"BoundMisspelt":      {"the nearest region is named", recoverySays("{enforceRPOIn: eu-sotuh-1}"), "recovery.enforceRPOIn", 24, `did you mean "eu-south-1"?`},
		"RecoveryUnknownKey": {"the nearest right key is named", recoverySays("{rtoo: 5m}"), "recovery.rtoo", 24, `did you mean "rto"?`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { blamesOnce(t, c.edit, c.path, c.line, c.says, c.reason) })
	}
}

// TestTrafficAndRecovery wants what the file says, and policy where it says nothing.
func TestTrafficAndRecovery(t *testing.T) {
	plain, err := Load(fixture, "mt")
	if err != nil {
		t.Fatal(err)
	}
	if n := plain.Traffic.Names; n != (Names{"api.mt.example.com", "ws.mt.example.com", "read.mt.example.com"}) || plain.Traffic.Switch != SwitchRoutingControl {
		t.Errorf("traffic = %+v", plain.Traffic)
	}
	if d := plain.Data; d.Postgres.Version.String() != "17.7" || d.Postgres.Ledger != "db.r7g.xlarge" || d.Postgres.Vault != "db.r7g.large" ||
		d.Redis.Version.String() != "7.1" || d.Redis.Node != "cache.r7g.large" || d.Kafka.Version.String() != "3.8.x" || d.Kafka.Broker != "kafka.m7g.large" {
		t.Errorf("data = %+v", d)
	}
	if p := plain.Recovery(); p.RTO.Minutes() != 15 || p.RPO.Minutes() != 1 || plain.Traffic.Failover.Total().Seconds() != 90 {
		t.Errorf("recovery = %+v, failover takes %s", p, plain.Traffic.Failover.Total())
	}
	own, err := Load(project(t, func(s string) string {
		s = traffic("  ttl: 120s\n  checkInterval: 30s\n  failureThreshold: 2\n  names: {api: play.mt.example.com}\n")(s)
		return recoverySays("{rto: 10m, rpo: 20s, enforceRPOIn: eu-central-1}")(s)
	}), "mt")
	if err != nil {
		t.Fatal(err)
	}
	if own.Traffic.Failover.Total().Seconds() != 180 || own.Traffic.Names != (Names{"play.mt.example.com", "ws.mt.example.com", "read.mt.example.com"}) {
		t.Errorf("traffic = %+v", own.Traffic)
	}
	if p := own.Recovery(); p.RTO.Minutes() != 10 || p.RPO.Seconds() != 20 {
		t.Errorf("recovery = %+v", p)
	}
	// The bound is for one region, and only while that one is active: a failover to the
	// other must not stop its writes.
	if own.EnforcesRPO(own.Home) || own.EnforcesRPO(own.Standby) || !strings.Contains(own.Unenforced(), "enforceRPOIn: found eu-central-1, which is not active") {
		t.Errorf("enforced at home %t, in the standby %t, says %q", own.EnforcesRPO(own.Home), own.EnforcesRPO(own.Standby), own.Unenforced())
	}
	own.Active = own.Standby
	if own.EnforcesRPO(own.Home) || !own.EnforcesRPO(own.Standby) || own.Unenforced() != "" {
		t.Errorf("with the standby active: enforced at home %t, in the standby %t, says %q", own.EnforcesRPO(own.Home), own.EnforcesRPO(own.Standby), own.Unenforced())
	}
}
