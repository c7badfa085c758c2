package engines

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pitboss/regions"
)

// TestEveryRowHasItsEvidence: a version without a source is a guess.
func TestEveryRowHasItsEvidence(t *testing.T) {
	facts := append(ClassFacts(), AuroraGlobalFact(), AuroraParityFact(), GlobalRPOFact())
	for _, rows := range [][]row{aurora, redis, kafka} {
		for _, r := range rows {
			facts = append(facts, r.fact)
		}
	}
	for _, f := range facts {
		if u, err := url.Parse(f.Source); err != nil || u.Host == "" || f.Text == "" || !f.Confidence.Verified() {
			t.Errorf("no evidence: %+v", f)
		}
		if f.Confidence == regions.VerifiedSecondary && f.Note == "" {
			t.Errorf("a secondary source is not named: %+v", f)
		}
	}
}

// TestAuroraRowsCanBeSwitchedOver: each is above the first version of its major one that
// supports global databases, and out of the patch trap.
func TestAuroraRowsCanBeSwitchedOver(t *testing.T) {
	for _, name := range AuroraNames() {
		v, err := ParseAurora(name)
		if err != nil {
			t.Fatal(err)
		}
		if why, _ := auroraRefused(name); why != notChecked {
			t.Errorf("%s is in the table, %s", name, why)
		}
		major, _, _ := strings.Cut(name, ".")
		if v.String() != name || v.Family() != "aurora-postgresql"+major || v.IsZero() || !v.Fact().Confidence.Verified() {
			t.Errorf("%s is %s, family %s", name, v, v.Family())
		}
	}
}

func TestDefaults(t *testing.T) {
	if v := DefaultAurora(); !slices.Contains(AuroraNames(), v.String()) || v.Family() == "" {
		t.Errorf("Aurora %s is in no row", v)
	}
	if v := DefaultRedis(); !slices.Contains(RedisNames(), v.String()) || v.Family() != "redis7" {
		t.Errorf("Redis %s is in no row, or of family %s", v, v.Family())
	}
	if v := DefaultKafka(); !slices.Contains(KafkaNames(), v.String()) || v.Fact().Source == "" {
		t.Errorf("Kafka %s is in no row", v)
	}
	if !(Aurora{}).IsZero() || !(Redis{}).IsZero() || !(Kafka{}).IsZero() || (Aurora{}).Family() != "" || (Redis{}).Family() != "" {
		t.Error("no version is one")
	}
}

// TestVersions wants every refusal to say what was found, what is allowed, why, where that
// was read, and the nearest one that is allowed.
func TestVersions(t *testing.T) {
	pg := func(s string) error { _, err := ParseAurora(s); return err }
	re := func(s string) error { _, err := ParseRedis(s); return err }
	ka := func(s string) error { _, err := ParseKafka(s); return err }
	cases := map[string]struct {
		reason  string
		parse   func(string) error
		version string
		says    string // "" means accepted
		near    string
	}{
		"Aurora":         {"the default", pg, "17.7", "", ""},
		"AuroraTooOld":   {"no global database", pg, "17.2", "the first 17 that does is 17.4", "17.5"},
		"AuroraAncient":  {"no global database of any minor version", pg, "12.22", "does not support global databases", ""},
		"AuroraTrap":     {"regions with different patches refuse a switchover", pg, "16.4", "cannot always be switched over", "16.10"},
		"AuroraTrap15":   {"the same, one major version before", pg, "15.8", "cannot always be switched over", "17.5"},
		"AuroraAbove":    {"it may work, and nobody looked", pg, "17.9", "not checked", "17.5"},
		"AuroraMajor":    {"AWS would choose the minor version, one for each region", pg, "17", "a major and a minor number", "17.7"},
		"AuroraPatch":    {"a patch level is AWS's", pg, "17.7.1", "a major and a minor number", "17.7"},
		"AuroraEmpty":    {"nothing is no version", pg, "", "a major and a minor number", ""},
		"Redis":          {"the default", re, "7.1", "", ""},
		"RedisOld":       {"no Global Datastore", re, "4.0", "begin with 5.0.6", "7.0"},
		"RedisSix":       {"it may work, and nobody looked", re, "6.2", "not checked", ""},
		"RedisValkey":    {"another engine", re, "7.2", "Valkey", "7.0"},
		"RedisValkey8":   {"another engine", re, "8.0", "Valkey", "7.0"},
		"RedisWord":      {"no version", re, "latest", "a major and a minor number", ""},
		"Kafka":          {"the default", ka, "3.8.x", "", ""},
		"KafkaNumber":    {"MSK spells it with an x", ka, "3.8.1", "with an x", "3.8.x"},
		"KafkaEnded":     {"upgraded by AWS at any time", ka, "3.6.0", "has ended", "3.7.x"},
		"KafkaOld":       {"topics would be renamed", ka, "2.7.1", "2.8.1", "3.7.x"},
		"KafkaKRaft":     {"another mode, for good", ka, "3.9.x.kraft", "KRaft", ""},
		"KafkaFour":      {"only in the other mode", ka, "4.0.x", "KRaft", "3.7.x"},
		"KafkaWord":      {"no version", ka, "newest", "not checked", ""},
		"KafkaTwoPoints": {"without its x", ka, "3.8", "with an x", "3.8.x"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := c.parse(c.version)
			if c.says == "" {
				if err != nil {
					t.Errorf("refused: %v: %s", err, c.reason)
				}
				return
			}
			blames(t, err, c.version, c.says, c.near, c.reason)
		})
	}
}

func blames(t *testing.T, err error, found, says, near, reason string) {
	t.Helper()
	var no Refusal
	if !errors.As(err, &no) {
		t.Fatalf("%q: %v: %s", found, err, reason)
	}
	if no.Found != found || !strings.Contains(no.Why, says) || no.Near != near || no.Allowed == "" || no.Source == "" {
		t.Errorf("%+v\nwant the words %q and near %q: %s", no, says, near, reason)
	}
	for _, part := range []string{fmt.Sprintf("%q", found), no.Allowed, near, no.Source} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestClasses(t *testing.T) {
	cases := map[string]struct {
		reason string
		check  func(string) error
		class  string
		says   string // "" means accepted
		near   string
	}{
		"Aurora":           {"memory-optimised", CheckAuroraClass, "db.r7g.xlarge", "", ""},
		"AuroraOldest":     {"db.r5 is the first", CheckAuroraClass, "db.r5.large", "", ""},
		"AuroraBurst":      {"refused by global databases", CheckAuroraClass, "db.t4g.large", "memory-optimised", "db.r6g.large"},
		"AuroraGeneral":    {"refused by global databases", CheckAuroraClass, "db.m7g.large", "memory-optimised", "db.r7g.large"},
		"AuroraCompute":    {"refused by global databases", CheckAuroraClass, "db.c6gd.large", "memory-optimised", "db.r6g.large"},
		"AuroraServerless": {"a ledger has fixed capacity", CheckAuroraClass, "db.serverless", "no fixed capacity", ""},
		"AuroraFour":       {"before db.r5", CheckAuroraClass, "db.r4.large", "older than db.r5", "db.r5.large"},
		"AuroraSize":       {"a slip of the pen", CheckAuroraClass, "db.r7g.xlagre", "not known", "db.r7g.xlarge"},
		"AuroraNoSize":     {"half a class", CheckAuroraClass, "db.r7g", "not known", ""},
		"AuroraPrefix":     {"another service's class", CheckAuroraClass, "cache.r7g.large", `does not begin with "db."`, "db.r7g.large"},
		"Redis":            {"of the list", CheckRedisNode, "cache.r7g.large", "", ""},
		"RedisTiering":     {"of the list", CheckRedisNode, "cache.r6gd.xlarge", "", ""},
		"RedisBurst":       {"refused by Global Datastores", CheckRedisNode, "cache.t4g.medium", "size large", ""},
		"RedisFour":        {"too old", CheckRedisNode, "cache.r4.large", "older", "cache.r5.large"},
		"RedisFamily":      {"a slip of the pen", CheckRedisNode, "cache.r7.large", "not known", "cache.r5.large"},
		"Kafka":            {"of the list", CheckBroker, "kafka.m7g.large", "", ""},
		"KafkaLargest":     {"of the list", CheckBroker, "kafka.m5.24xlarge", "", ""},
		"KafkaSmall":       {"nothing can be replicated from it", CheckBroker, "kafka.t3.small", "MSK Replicator", ""},
		"KafkaExpress":     {"its storage is not ours to scale", CheckBroker, "express.m7g.large", "its own storage", "kafka.m7g.large"},
		"KafkaBeyond":      {"m7g ends at 16xlarge", CheckBroker, "kafka.m7g.24xlarge", "not known", "kafka.m7g.2xlarge"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := c.check(c.class)
			if c.says == "" {
				if err != nil {
					t.Errorf("refused: %v: %s", err, c.reason)
				}
				return
			}
			var no Refusal
			if !errors.As(err, &no) {
				t.Fatalf("accepted: %s", c.reason)
			}
			near := c.near
			if near == "" {
				near = no.Near // any, or none
			}
			blames(t, err, c.class, c.says, near, c.reason)
		})
	}
}

func TestCheckRPO(t *testing.T) {
	cases := map[string]struct {
		reason string
		rpo    time.Duration
		says   string
	}{
		"Least":      {"the engine's own bound", MinGlobalRPO, ""},
		"Minute":     {"the policy", time.Minute, ""},
		"Below":      {"the engine refuses it", 19 * time.Second, "below"},
		"None":       {"no bound is not a bound of nothing", 0, "below"},
		"Negative":   {"time does not run back", -time.Minute, "below"},
		"Fraction":   {"the parameter is whole seconds", 20500 * time.Millisecond, "whole seconds"},
		"Impossible": {"more than the parameter holds", 1 << 62, "above"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			rpo := c.rpo
			if name == "Impossible" {
				rpo = rpo.Truncate(time.Second)
			}
			err := CheckRPO(rpo)
			if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("CheckRPO(%s) = %v: %s", rpo, err, c.reason)
			}
		})
	}
}

func ExampleParseAurora() {
	_, err := ParseAurora("17.2")
	fmt.Println(strings.SplitN(err.Error(), ";", 2)[0])
	// Output: Aurora PostgreSQL version: found "17.2", which does not support global databases: the first 17 that does is 17.4: choose one of 16.10, 17.5, 17.6, 17.7
}
