package market

import (
	"strings"
	"testing"
)

// admin is the valid file's administrator, as a line.
const admin = "  - arn:aws:iam::111122223333:role/platform-admin\n"

func TestBadInput(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(string) string
		path   string // the key that is blamed
		line   int    // 0 means not checked
		says   string // part of the message
	}{
		"UnknownKey":       {"the nearest right key is named", swap("domain:", "domian:"), "domian", 5, `did you mean "domain"?`},
		"UnknownKeyFar":    {"a key like none is to be removed", swap("approvals: {}", "approvals: {}\ncurrency: EUR"), "currency", 48, "next: remove it"},
		"UnknownNested":    {"below a key too", swap("publicCIDRs", "publicCIDR"), "apiEndpoint.publicCIDR", 16, `did you mean "publicCIDRs"?`},
		"Duplicate":        {"YAML would silently take one of the two", swap("environment: prod", "environment: prod\nenvironment: dev"), "environment", 4, "first on line 3"},
		"DuplicateNested":  {"below a key too", swap("home: 10.16.0.0/16", "home: 10.16.0.0/16\n  home: 10.30.0.0/16"), "network.home", 11, "again"},
		"MissingKey":       {"what it would be is said", swap("domain: mt.example.com\n", ""), "domain", 0, "add the key domain"},
		"NullValue":        {"a key without a value is missing", swap("domain: mt.example.com", "domain:"), "domain", 5, "found nothing"},
		"MissingNested":    {"below a key too", swap("  standby: 10.17.0.0/16\n", ""), "network.standby", 0, "add the key network.standby"},
		"HomeIsStandby":    {"losing one region must leave the other", swap("standby: eu-central-1", "standby: eu-south-1"), "standby", 7, "a region other than home"},
		"OutsideArea":      {"the rule and its source are named", swap("standby: eu-central-1", "standby: eu-west-2"), "standby", 7, "MT-location"},
		"HomeOutsideArea":  {"the rule holds for home too, which active follows", func(s string) string { return strings.ReplaceAll(s, "eu-south-1", "sa-east-1") }, "home", 6, "MT-location"},
		"OutsideAreaWhere": {"the source is a URL", swap("standby: eu-central-1", "standby: eu-central-2"), "standby", 7, "http://mgimalta.it/"},
		"NoRegionAtAll":    {"says what is needed and refuses once", swap("jurisdiction: MT", "jurisdiction: NJ"), "jurisdiction", 2, "AWS Outposts in the licensee's own Atlantic City facility"},
		"Jurisdiction":     {"the codes are listed", swap("jurisdiction: MT", "jurisdiction: Malta"), "jurisdiction", 2, "BR, DE, DK"},
		"JurisdictionCase": {"a code in lower case is named right", swap("jurisdiction: MT", "jurisdiction: mt"), "jurisdiction", 2, `did you mean "MT"?`},
		"Region":           {"the nearest region is named", swap("standby: eu-central-1", "standby: eu-centarl-1"), "standby", 7, `did you mean "eu-central-1"?`},
		"ActiveNeither":    {"active is home or standby", swap("active: eu-south-1", "active: eu-west-1"), "active", 8, "eu-south-1 (home) or eu-central-1 (standby)"},
		"Environment":      {"a closed list", swap("environment: prod", "environment: production"), "environment", 3, "prod, staging, dev"},
		"Overlap":          {"markets may be peered one day", swap("10.17.0.0/16", "10.18.0.0/16"), "network.standby", 11, "stacks/markets/gb.yaml has 10.18.0.0/16"},
		"OverlapOwn":       {"the two regions are peered for certain", swap("10.17.0.0/16", "10.16.0.0/16"), "network.standby", 11, "apart from network.home"},
		"BlockSize":        {"a /20 has no room", swap("10.16.0.0/16", "10.16.0.0/20"), "network.home", 10, "use a /16"},
		"BlockHuge":        {"a VPC cannot be larger than a /16", swap("10.16.0.0/16", "10.0.0.0/8"), "network.home", 10, "use a /16"},
		"BlockHost":        {"host bits hide a slip", swap("10.16.0.0/16", "10.16.1.0/16"), "network.home", 10, "10.16.0.0/16"},
		"BlockDocker":      {"172.17 belongs to container bridges", swap("10.16.0.0/16", "172.17.0.0/16"), "network.home", 10, "inside 10.0.0.0/8"},
		"BlockServices":    {"EKS may take it for services", swap("10.16.0.0/16", "10.100.0.0/16"), "network.home", 10, "choose another"},
		"BlockText":        {"a block needs its length", swap("10.16.0.0/16", "10.16.0.0"), "network.home", 10, "write it as"},
		"BlockIPv6":        {"subnets are cut from IPv4", swap("10.16.0.0/16", `"fd00::/16"`), "network.home", 10, "use a /16"},
		"Kubernetes":       {"EKS does not offer it", swap(`"1.35"`, `"1.32"`), "kubernetes", 12, "1.33, 1.34, 1.35, 1.36"},
		"KubernetesPatch":  {"a minor version, not a patch", swap(`"1.35"`, `"1.35.2"`), "kubernetes", 12, `did you mean "1.35"?`},
		"AccountShort":     {"eleven digits", swap(`"111122223333"`, `"11112222333"`), "account", 4, "twelve digits"},
		"AccountZero":      {"a placeholder is no account", swap(`"111122223333"`, `"000000000000"`), "account", 4, "twelve digits"},
		"DomainURL":        {"a name, not a URL", swap("mt.example.com", "https://mt.example.com"), "domain", 5, "without https://"},
		"DomainDot":        {"one label is no domain", swap("mt.example.com", "casino"), "domain", 5, "at least one dot"},
		"DomainTaken":      {"one name cannot be two markets", swap("mt.example.com", "gb.example.com"), "domain", 5, "stacks/markets/gb.yaml has this one"},
		"AdminNone":        {"nobody could repair the cluster", swap("clusterAdmins:\n"+admin, "clusterAdmins: []\n"), "clusterAdmins", 13, "an empty list"},
		"AdminUser":        {"people come by roles", swap(":role/platform-admin", ":user/bob"), "clusterAdmins[0]", 14, "name the role itself"},
		"AdminWildcard":    {"a wildcard is everybody", swap("role/platform-admin", `role/*`), "clusterAdmins[0]", 14, "no wildcard"},
		"AdminElsewhere":   {"another account's role is outside our control", swap("111122223333:role", "999922223333:role"), "clusterAdmins[0]", 14, "a role of account 111122223333"},
		"AdminTwice":       {"an access entry can be made once", swap(admin, admin+admin), "clusterAdmins[1]", 15, "each role once"},
		"AdminText":        {"a list, even of one", swap("clusterAdmins:\n"+admin, "clusterAdmins: arn:aws:iam::111122223333:role/a\n"), "clusterAdmins", 13, "write it as [a, b]"},
		"PublicAll":        {"the API is never open to everybody", swap("publicCIDRs: []", "publicCIDRs: [0.0.0.0/0]"), "apiEndpoint.publicCIDRs[0]", 16, "never open to the whole internet"},
		"PublicAllIPv6":    {"nor over IPv6", swap("publicCIDRs: []", `publicCIDRs: ["::/0"]`), "apiEndpoint.publicCIDRs[0]", 16, "never open to the whole internet"},
		"PublicHalf":       {"half of the internet is the way round", swap("publicCIDRs: []", "publicCIDRs: [128.0.0.0/1]"), "apiEndpoint.publicCIDRs[0]", 16, "name a smaller IPv4 block"},
		"PublicPrivate":    {"private networks use the private endpoint", swap("publicCIDRs: []", "publicCIDRs: [192.168.0.0/16]"), "apiEndpoint.publicCIDRs[0]", 16, "name it in apiEndpoint.privateCIDRs"},
		"PublicHost":       {"host bits hide a slip", swap("publicCIDRs: []", "publicCIDRs: [203.0.113.7/24]"), "apiEndpoint.publicCIDRs[0]", 16, "203.0.113.0/24"},
		"PublicTwice":      {"AWS refuses it later", swap("publicCIDRs: []", "publicCIDRs: [203.0.113.0/24, 203.0.113.0/24]"), "apiEndpoint.publicCIDRs[1]", 16, "each block once"},
		"PublicText":       {"an address is not a block", swap("publicCIDRs: []", "publicCIDRs: [203.0.113.7]"), "apiEndpoint.publicCIDRs[0]", 16, "write it as"},
		"PrivateAll":       {"nor the private one to every network", swap("privateCIDRs: []", "privateCIDRs: [0.0.0.0/0]"), "apiEndpoint.privateCIDRs[0]", 17, "never open to the whole internet"},
		"PrivateWide":      {"all of 10.0.0.0/8 is every market", swap("privateCIDRs: []", "privateCIDRs: [10.0.0.0/8]"), "apiEndpoint.privateCIDRs[0]", 17, "name a smaller IPv4 block"},
		"PrivatePublic":    {"what comes over the internet is named as such", swap("privateCIDRs: []", "privateCIDRs: [203.0.113.0/24]"), "apiEndpoint.privateCIDRs[0]", 17, "apiEndpoint.publicCIDRs"},
		"PrivateHost":      {"host bits hide a slip", swap("privateCIDRs: []", "privateCIDRs: [10.0.0.7/24]"), "apiEndpoint.privateCIDRs[0]", 17, "10.0.0.0/24"},
		"PrivateTwice":     {"AWS refuses it later", swap("privateCIDRs: []", "privateCIDRs: [100.64.0.0/16, 100.64.0.0/16]"), "apiEndpoint.privateCIDRs[1]", 17, "each block once"},
		"PrivateMarket":    {"no market reaches another's API", swap("privateCIDRs: []", "privateCIDRs: [10.18.7.0/24]"), "apiEndpoint.privateCIDRs[0]", 17, "stacks/markets/gb.yaml has 10.18.0.0/16"},
		"PrivateShared":    {"shared space is not the internet's", swap("publicCIDRs: []", "publicCIDRs: [100.64.0.0/16]"), "apiEndpoint.publicCIDRs[0]", 16, "privateCIDRs"},
		"Approval":         {"no rule of Malta opens by approval", swap("approvals: {}", "approvals: {MT-location: letter}"), "approvals.MT-location", 47, "no rule of MT opens by approval"},
		"ApprovalsList":    {"a mapping by rule", swap("approvals: {}", "approvals: [letter]"), "approvals", 47, "write it as a mapping"},
		"NotMapping":       {"a list is no market", func(string) string { return "- mt\n" }, "", 1, "one YAML mapping"},
		"Empty":            {"an empty file is no market", func(string) string { return "" }, "", 0, "an empty file"},
		"TwoDocuments":     {"a second document would be ignored", func(s string) string { return s + "---\njurisdiction: GB\n" }, "", 48, "more than one YAML document"},
		"Syntax":           {"the line that the YAML reader gives is passed on", swap("domain: mt.example.com", "domain: [mt"), "", 4, "one YAML mapping"},
		"Alias":            {"an alias hides the value from review", swap("domain: mt.example.com", "domain: &d mt.example.com\napprovals: *d\n#"), "approvals", 6, "the alias *d"},
		"AliasKey":         {"an alias is no key, whatever it is called", swap("domain: mt.example.com", "domain: &home mt.example.com\n*home : eu-west-2"), "", 6, `the unknown key ""`},
		"Tagged":           {"a tag changes the value out of sight", swap("domain: mt.example.com", "domain: !!binary bXQuZXhhbXBsZS5jb20="), "domain", 5, "the tag !!binary"},
		"Large":            {"nobody reviews a file of 64 KiB", func(s string) string { return s + "#" + strings.Repeat("x", maxFileBytes) }, "", 0, "at most 65536 bytes"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			edit := c.edit
			if name == "Alias" { // its own approvals key would be a duplicate
				edit = func(s string) string { return strings.Replace(c.edit(s), "approvals: {}\n", "", 1) }
			}
			blamesOnce(t, edit, c.path, c.line, c.says, c.reason)
		})
	}
}

// blamesOnce wants one problem of mt's file, at this path and line, that says this.
func blamesOnce(t *testing.T, edit func(string) string, path string, line int, says, reason string) {
	t.Helper()
	m, err := Load(project(t, edit), "mt")
	var on *Problem
	ps := problemsOf(t, err)
	for i := range ps {
		if ps[i].Path == path {
			on = &ps[i]
		}
	}
	if on == nil {
		t.Fatalf("nothing blames %q: %s\n%v", path, reason, err)
	}
	if on.File != "stacks/markets/mt.yaml" || line > 0 && on.Line != line {
		t.Errorf("blamed at %s:%d, want line %d", on.File, on.Line, line)
	}
	if !strings.Contains(on.Error(), says) {
		t.Errorf("does not say %q: %s\n%v", says, reason, on)
	}
	if len(ps) != 1 {
		t.Errorf("one mistake, %d problems: %v", len(ps), err)
	}
	if m.Name != "" {
		t.Error("a market came back with the error")
	}
}

func TestApprovals(t *testing.T) {
	spain := func(approvals string) func(string) string {
		return func(s string) string {
			for _, e := range []func(string) string{
				swap("jurisdiction: MT", "jurisdiction: ES"), swap("\nhome: eu-south-1", "\nhome: eu-south-2"),
				swap("active: eu-south-1", "active: eu-south-2"), swap("enforceRPOIn: eu-south-1", "enforceRPOIn: eu-south-2"), swap("approvals: {}", "approvals: "+approvals),
			} {
				s = e(s)
			}
			return s
		}
	}
	cases := map[string]struct{ reason, approvals, path, says string }{
		"None":     {"without the regulator's word the standby leaves Spain", "{}", "standby", "approvals: ES-location"},
		"Held":     {"with its reference it opens", "{ES-location: DGOJ 2026/114}", "", ""},
		"Misspelt": {"the nearest rule is named", "{ES-locaton: DGOJ 2026/114}", "approvals.ES-locaton", `did you mean "ES-location"?`},
		"Blank":    {"an approval needs a reference", `{ES-location: " "}`, "approvals.ES-location", "reference of the regulator's written approval"},
		"Foreign":  {"another regulator's word opens nothing", "{GI-location: letter}", "approvals.GI-location", "ES-location"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, err := Load(project(t, spain(c.approvals)), "mt")
			if c.path == "" {
				if err != nil || m.Approvals["ES-location"] == "" {
					t.Errorf("refused: %v: %s", err, c.reason)
				}
				return
			}
			for _, p := range problemsOf(t, err) {
				if p.Path == c.path && strings.Contains(p.Error(), c.says) {
					return
				}
			}
			t.Errorf("%v\ndoes not say %q at %s: %s", err, c.says, c.path, c.reason)
		})
	}
}

func TestEverythingIsReportedAtOnce(t *testing.T) {
	_, err := Load(project(t, func(s string) string {
		s = swap("environment: prod", "environment: production")(s)
		s = swap("10.16.0.0/16", "10.16.0.0/20")(s)
		return swap("active: eu-south-1", "active: eu-west-1")(s)
	}), "mt")
	ps := problemsOf(t, err)
	if len(ps) != 3 || ps[0].Line > ps[1].Line || ps[1].Line > ps[2].Line {
		t.Errorf("want three problems in the order of the file, got %v", err)
	}
}

// FuzzParse: whatever a file holds, the answer is a market or problems that say
// everything, and never a panic.
func FuzzParse(f *testing.F) {
	valid := "jurisdiction: MT\nenvironment: prod\naccount: \"111122223333\"\ndomain: mt.example.com\nhome: eu-south-1\nstandby: eu-central-1\nactive: eu-south-1\nnetwork: {home: 10.16.0.0/16, standby: 10.17.0.0/16}\nkubernetes: \"1.35\"\nclusterAdmins: [\"arn:aws:iam::111122223333:role/a\"]\n" +
		"data: {postgres: {version: \"17.7\", ledger: db.r7g.xlarge, vault: db.r7g.large}, redis: {version: \"7.1\", node: cache.r7g.large}, kafka: {version: 3.8.x, broker: kafka.m7g.large}}\ntraffic: {switch: routing-control, names: {api: a.mt.example.com}}\nrecovery: {rto: 10m, rpo: 30s}\n" +
		"images: {login: \"sha256:" + strings.Repeat("0", 64) + "\"}\nparties: {a: {kind: games, cidrs: [203.0.113.0/28], port: 443}}\nevents: [{name: e, from: 2027-05-09T16:00:00Z, until: 2027-05-09T22:00:00Z, nodes: {api: 6}}]\n"
	for _, seed := range []string{valid, "", "a: &a [*a]", "<<: {home: x}", "? [a]\n: b", "network: 1", "clusterAdmins: {a: b}", "a: b\n---\nc: d", "!!binary x: y", "\x00", "approvals: {? {} : x}", "- 1", "images: {? {} : x, ? [] : y}", "parties: {a: b, a: {}, c: {cidrs: [1.2.3.4/32, 1.2.3.0/24]}}", "events: [{}, a, {nodes: {api: -1, x: 1}}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p := parse("mt", data)
		for _, q := range p.problems {
			if q.File == "" || q.Found == "" || q.Allowed == "" || q.Next == "" {
				t.Errorf("a problem that does not say everything: %+v", q)
			}
		}
		if len(p.problems) == 0 && (p.Home.IsZero() || p.Home == p.Standby || !p.Network.Home.IsValid() || p.Account == "" || p.Jurisdiction.IsZero() ||
			p.Data.Postgres.Version.IsZero() || p.Data.Postgres.Vault == "" || p.Data.Kafka.Broker == "" || p.Traffic.Switch == "" || p.Traffic.Names.Read == "" || p.Traffic.Failover.Check(p.Recovery().RTO) != nil) {
			t.Errorf("accepted and not complete: %+v", p.Market)
		}
	})
}
