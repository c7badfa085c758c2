package market

import (
	"strings"
	"testing"
)

const (
	login    = "sha256:a43c5258250b41323ef344781ce486cfb3f8ea186855a8524bdaa8fdb695d05e" // line 32
	acquirer = "acquirer: {kind: payments, cidrs: [203.0.113.0/28], port: 443}"          // line 40
	checks   = "identity-checks: {kind: identity, cidrs: [203.0.113.32/28], port: 443}"  // line 42
	derby    = "{name: derby, from: 2027-05-09T16:00:00Z, until: 2027-05-09T22:00:00Z, nodes: {api: 6, ws: 6}}"
)

// section replaces what a key of the file holds, from its line to the next key's.
func section(name, next, content string) func(string) string {
	return func(s string) string {
		return s[:strings.Index(s, "\n"+name+":")+1] + content + s[strings.Index(s, "\n"+next+":")+1:]
	}
}

func TestBadImages(t *testing.T) {
	cases := map[string]struct {
		reason string
		edit   func(string) string
		path   string
		line   int
		says   string
	}{
		"Tag":        {"a tag may be another build tomorrow", swap(login, "1.4.2"), "images.login", 32, "docker buildx imagetools inspect"},
		"Latest":     {"whatever was pushed last", swap(login, "latest"), "images.login", 32, `found "latest"`},
		"Tagged":     {"a digest is what counts, and it is not here", swap(login, "pitboss/login:1.4"), "images.login", 32, "allowed: the digest of one build"},
		"Reference":  {"the registry is not chosen here", swap(login, "docker.io/pitboss/login@"+login), "images.login", 32, "write what stands behind the @"},
		"Capitals":   {"registries know lower case only", swap(login, "sha256:"+strings.ToUpper(login[7:])), "images.login", 32, "write it in lower case"},
		"Short":      {"a digit was lost in copying", swap(login, login[:70]), "images.login", 32, "64 hexadecimal digits"},
		"Long":       {"a digit too many", swap(login, login+"0"), "images.login", 32, "64 hexadecimal digits"},
		"NotHex":     {"g is no hexadecimal digit", swap(login, login[:70]+"g"), "images.login", 32, "64 hexadecimal digits"},
		"Algorithm":  {"registries store sha256", swap(login, strings.Replace(login, "256", "512", 1)), "images.login", 32, "sha256: and"},
		"Empty":      {"a name without a digest", swap(" "+login, ""), "images.login", 32, "an empty value"},
		"List":       {"one digest for one image", swap(login, "["+login+"]"), "images.login", 32, "a list"},
		"Twice":      {"YAML would silently take one of the two", swap("  login: "+login, "  login: "+login+"\n  login: "+login), "images.login", 33, "first on line 32"},
		"SameDigest": {"login would run what the gateway is", swap("7b1259455a7742244d6185137cb3c05b0c85402c4367998a8038555955512535", login[7:]), "images.ws-gateway", 38, "ws-gateway would run what login is"},
		"Name":       {"a repository in the name", swap("  login:", "  pitboss/login:"), "images.pitboss/login", 32, "name the image alone"},
		"NameCase":   {"registries refuse capitals", swap("  login:", "  Login:"), "images.Login", 32, "lower-case letters"},
		"NameLong":   {"names have a limit", swap("  login:", "  "+strings.Repeat("l", 65)+":"), "images." + strings.Repeat("l", 65), 32, "at most 64"},
		"NoMapping":  {"a mapping by name", section("images", "parties", "images: ["+login+"]\n"), "images", 26, "write it as a mapping"},
		"Text":       {"one digest is not all", section("images", "parties", "images: "+login+"\n"), "images", 26, "write it as a mapping"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { blamesOnce(t, c.edit, c.path, c.line, c.says, c.reason) })
	}
}

func TestBadParties(t *testing.T) {
	cidrs := func(list string) func(string) string { return swap("[203.0.113.0/28]", "["+list+"]") }
	const first = "parties.acquirer.cidrs[0]"
	cases := map[string]struct {
		reason string
		edit   func(string) string
		path   string
		line   int
		says   string
	}{
		"Internet":      {"whoever gets in could send anything anywhere", cidrs("0.0.0.0/0"), first, 40, "no service may call the whole internet"},
		"InternetIPv6":  {"nor over IPv6", cidrs(`"::/0"`), first, 40, "no service may call the whole internet"},
		"Wide":          {"a /16 is a cloud's, not a party's", cidrs("203.0.0.0/16"), first, 40, "name a smaller IPv4 block"},
		"JustTooWide":   {"the limit is a /24", cidrs("203.0.112.0/23"), first, 40, "at most 256 addresses"},
		"Private":       {"our own stores are there", cidrs("10.16.4.0/24"), first, 40, "private networks hold our own stores"},
		"PrivateOther":  {"every private range", cidrs("192.168.1.0/24"), first, 40, "private networks"},
		"Shared":        {"shared space is ours too", cidrs("100.64.0.0/24"), first, 40, "private networks"},
		"Metadata":      {"credentials are read there", cidrs("169.254.169.254/32"), first, 40, "nobody on the internet"},
		"Loopback":      {"the pod itself", cidrs("127.0.0.1/32"), first, 40, "nobody on the internet"},
		"Multicast":     {"no party", cidrs("224.0.0.0/24"), first, 40, "nobody on the internet"},
		"Nowhere":       {"no network", cidrs("0.0.0.0/32"), first, 40, "nobody on the internet"},
		"IPv6":          {"nodes have IPv4", cidrs(`"2001:db8::/120"`), first, 40, "IPv4"},
		"Host":          {"host bits hide a slip", cidrs("203.0.113.7/28"), first, 40, "203.0.113.0/28"},
		"Address":       {"a block needs its length", cidrs("203.0.113.7"), first, 40, "write it as"},
		"HostName":      {"a network policy knows no names", cidrs("psp.example.com"), first, 40, "public IPv4 block"},
		"Again":         {"one of the two is a slip", cidrs("203.0.113.0/28, 203.0.113.0/28"), "parties.acquirer.cidrs[1]", 40, "each block once"},
		"Within":        {"one of the two says nothing", cidrs("203.0.113.0/28, 203.0.113.8/29"), "parties.acquirer.cidrs[1]", 40, "203.0.113.0/28 stands before it"},
		"NoBlocks":      {"an opening to nobody is forgotten", cidrs(""), "parties.acquirer.cidrs", 40, "an empty list"},
		"NoKey":         {"what it would be is said", swap(", cidrs: [203.0.113.0/28]", ""), "parties.acquirer.cidrs", 40, "add the key parties.acquirer.cidrs"},
		"OtherKind":     {"games would reach payments", swap("198.51.100.0/25", "203.0.113.0/29"), "parties.slots-studio.cidrs[0]", 44, "acquirer has 203.0.113.0/28 and is of kind payments"},
		"SameParty":     {"one party under two names", swap(checks, "psp: {kind: payments, cidrs: [203.0.113.0/28], port: 443}"), "parties.psp.cidrs[0]", 42, "acquirer has 203.0.113.0/28"},
		"Kind":          {"the nearest is named", swap("payments", "payment"), "parties.acquirer.kind", 40, `did you mean "payments"?`},
		"KindOnce":      {"whom it meets is not known before its kind is", swap(checks, "psp: {kind: payment, cidrs: [203.0.113.0/28], port: 443}"), "parties.psp.kind", 42, `did you mean "payments"?`},
		"NoKind":        {"which services may call it follows from it", swap("kind: payments, ", ""), "parties.acquirer.kind", 40, "payments, games, identity"},
		"NoPort":        {"an opening says its port", swap("/28], port: 443}\n  gaming", "/28]}\n  gaming"), "parties.acquirer.port", 40, "add the key parties.acquirer.port"},
		"PortZero":      {"no port", swap(acquirer, strings.Replace(acquirer, "443", "0", 1)), "parties.acquirer.port", 40, "from 1 to 65535"},
		"PortHigh":      {"beyond the last", swap(acquirer, strings.Replace(acquirer, "443", "65536", 1)), "parties.acquirer.port", 40, "from 1 to 65535"},
		"PortName":      {"a number", swap(acquirer, strings.Replace(acquirer, "443", "https", 1)), "parties.acquirer.port", 40, `"https"`},
		"PortRange":     {"one port", swap(acquirer, strings.Replace(acquirer, "443", "443-445", 1)), "parties.acquirer.port", 40, "the one port"},
		"UnknownKey":    {"the nearest is named", swap(acquirer, strings.Replace(acquirer, "cidrs", "cidr", 1)), "parties.acquirer.cidr", 40, `did you mean "cidrs"?`},
		"Name":          {"names become those of objects", swap("  acquirer:", "  Acquirer_1:"), "parties.Acquirer_1", 40, "lower-case letters"},
		"Twice":         {"YAML would silently take one of the two", swap("  "+acquirer, "  "+acquirer+"\n  "+acquirer), "parties.acquirer", 41, "first on line 40"},
		"NoParty":       {"a name without a party", swap(acquirer, "acquirer:"), "parties.acquirer", 40, "write it as a mapping"},
		"List":          {"a mapping by name", section("parties", "events", "parties: [acquirer]\n"), "parties", 39, "write it as a mapping"},
		"CIDRsNoList":   {"a list, even of one", swap("[203.0.113.0/28]", "203.0.113.0/28"), "parties.acquirer.cidrs", 40, "write it as [a, b]"},
		"CIDRsAliased":  {"an alias hides the value from review", swap("[203.0.113.32/28]", "&a [203.0.113.32/28]\n  , port: 444}\n  x: {kind: identity, cidrs: *a"), "parties.x.cidrs", 44, "the alias *a"},
		"KindElsewhere": {"a kind is a word", swap("kind: payments", "kind: [payments]"), "parties.acquirer.kind", 40, "a list"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { blamesOnce(t, c.edit, c.path, c.line, c.says, c.reason) })
	}
}

func TestBadEvents(t *testing.T) {
	until := func(s string) func(string) string { return swap("2027-05-09T22:00:00Z", s) }
	nodes := func(s string) func(string) string { return swap("{api: 6, ws: 6}", s) }
	cases := map[string]struct {
		reason string
		edit   func(string) string
		path   string
		says   string
	}{
		"Backwards":   {"it would never begin", until("2027-05-09T15:00:00Z"), "events[0].until", "after from, which is 2027-05-09T16:00:00Z"},
		"NoTime":      {"it would end as it begins", until("2027-05-09T16:00:00Z"), "events[0].until", "a time after from"},
		"Long":        {"what lasts belongs into the pool", until("2027-06-09T16:01:00Z"), "events[0].until", "at most 31 days"},
		"Offset":      {"two zones cannot be compared by eye", until("2027-05-09T22:00:00+02:00"), "events[0].until", "write it in UTC: 2027-05-09T20:00:00Z"},
		"OffsetZero":  {"one way to say it", until("2027-05-09T22:00:00+00:00"), "events[0].until", "in UTC"},
		"Seconds":     {"schedules have none", until("2027-05-09T22:00:30Z"), "events[0].until", "a whole minute: 2027-05-09T22:00:00Z"},
		"Date":        {"a date is no time", until("2027-05-09"), "events[0].until", "write date, T, time and Z"},
		"NoSuchDay":   {"a day that is none", until("2027-02-30T22:00:00Z"), "events[0].until", "write date, T, time and Z"},
		"From":        {"the beginning is judged likewise", swap("2027-05-09T16:00:00Z", "noon"), "events[0].from", `found "noon"`},
		"NoUntil":     {"nodes would stay for ever", swap(", until: 2027-05-09T22:00:00Z", ""), "events[0].until", "add the key events[0].until"},
		"NoName":      {"it is what people see", swap("name: derby, ", ""), "events[0].name", "add the key events[0].name"},
		"Name":        {"names become those of objects", swap("name: derby", "name: The Derby"), "events[0].name", "lower-case letters"},
		"SameName":    {"a name is one event", swap("- "+derby, "- "+derby+"\n  - "+derby), "events[1].name", "events[0] has this one"},
		"NoNodes":     {"what it would be is said", swap(", nodes: {api: 6, ws: 6}", ""), "events[0].nodes", "{api: 6}"},
		"EmptyNodes":  {"an event for nothing", nodes("{}"), "events[0].nodes", "an empty mapping"},
		"NodesNumber": {"of which pool", nodes("6"), "events[0].nodes", "write it as a mapping"},
		"Pool":        {"the nearest is named", nodes("{webrct: 6}"), "events[0].nodes.webrct", `did you mean "webrtc"?`},
		"PoolFar":     {"the pools are listed", nodes("{gpu: 6}"), "events[0].nodes.gpu", "api, etl, webrtc, batch, ws, pii"},
		"PoolTwice":   {"YAML would silently take one of the two", nodes("{api: 6, api: 9}"), "events[0].nodes.api", "again"},
		"Zero":        {"a floor of none is none", nodes("{api: 0}"), "events[0].nodes.api", "from 1 to 100"},
		"Negative":    {"no number of nodes", nodes("{api: -1}"), "events[0].nodes.api", "from 1 to 100"},
		"Many":        {"a slip that costs a fortune", nodes("{api: 600}"), "events[0].nodes.api", "from 1 to 100"},
		"Half":        {"whole nodes", nodes("{api: 1.5}"), "events[0].nodes.api", "from 1 to 100"},
		"Null":        {"a pool without a number", nodes("{api: }"), "events[0].nodes.api", "an empty value"},
		"UnknownKey":  {"the nearest is named", swap("nodes: {api", "node: {api"), "events[0].node", `did you mean "nodes"?`},
		"Text":        {"an event is a mapping", swap(derby, "derby"), "events[0]", "write it as a mapping"},
		"Mapping":     {"a list, in the order of the file", section("events", "approvals", "events: {derby: {}}\n"), "events", "write it as a list"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { blamesOnce(t, c.edit, c.path, 0, c.says, c.reason) })
	}
}
