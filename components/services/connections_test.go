package services_test

import (
	"testing"

	"pitboss/components/services"
)

// add gives a service one more connection.
func add(c services.Connection) func(*service) {
	if c.Why == "" {
		c.Why = "a test"
	}
	return func(s *service) { s.Connections = append(s.Connections, c) }
}

func TestConnectionsAreRefused(t *testing.T) {
	refuse(t, map[string]refusal{
		"NoService":  {reason: "nobody answers", of: "login", edit: add(services.Connection{Service: "wallet", Port: "http"}), blames: "login.Connections", says: []string{`service "wallet"`, "wallet-ledger"}},
		"NoPort":     {reason: "nothing listens", of: "login", edit: add(services.Connection{Service: "wallet-ledger", Port: "grpc"}), blames: "login.Connections", says: []string{`port "grpc"`, "[http metrics]"}},
		"Metrics":    {reason: "Prometheus alone reads those", of: "login", edit: add(services.Connection{Service: "wallet-ledger", Port: "metrics"}), blames: "login.Connections", says: []string{"for metrics"}},
		"Itself":     {reason: "it opens nothing", of: "login", edit: add(services.Connection{Service: "login", Port: "http"}), blames: "login.Connections", says: []string{"to itself"}},
		"PortAlone":  {reason: "of which service?", of: "login", edit: func(s *service) { s.Connections[0].Port = "http" }, blames: "login.Connections", says: []string{"of no service"}},
		"Nothing":    {reason: "it opens nothing", of: "login", edit: add(services.Connection{}), blames: "login.Connections", says: []string{"to 0 things"}},
		"TwoThings":  {reason: "two openings have two reasons", of: "aml-monitor", edit: add(services.Connection{Service: "kyc-api", Port: "http", Store: "kyc"}), blames: "aml-monitor.Connections", says: []string{"to 2 things"}},
		"NoReason":   {reason: "nobody can tell whether it is still needed", of: "login", edit: func(s *service) { s.Connections[0].Why = "" }, blames: "login.Connections", says: []string{"why number 1"}},
		"Again":      {reason: "one of the two stays when the other is closed", of: "login", edit: add(services.Connection{Store: "sessions"}), blames: "login.Connections", says: []string{"store sessions twice"}},
		"NoStore":    {reason: "there is no such user", of: "login", edit: add(services.Connection{Store: "walet"}), blames: "login.Connections", says: []string{`"walet"`, "wallet gaming-api"}},
		"Master":     {reason: "a service with the master's rights", of: "wallet-ledger", edit: add(services.Connection{Store: "ledger-master"}), blames: "wallet-ledger.Connections", says: []string{"administers store ledger"}},
		"Borrowed":   {reason: "the audit trail would name the wrong team", of: "wallet-ledger", edit: add(services.Connection{Store: "cache"}), blames: "gaming-api.Connections", says: []string{`"cache"`, "domain wallet"}},
		"NoTopic":    {reason: "nothing is said there", of: "login", edit: add(services.Connection{Reads: []string{"bets.lost"}}), blames: "login.Connections", says: []string{`"bets.lost"`, "bets.settled"}},
		"NoTopicOut": {reason: "the same", of: "login", edit: add(services.Connection{Writes: []string{"bets.lost"}}), blames: "login.Connections", says: []string{`"bets.lost"`}},
		"Usurper":    {reason: "whoever writes balances makes money", of: "gaming-api", edit: add(services.Connection{Writes: []string{"wallet.balances"}}), blames: "gaming-api.Connections", says: []string{`owner is "wallet"`, "[gaming]"}},
		"NoEvidence": {reason: "no bucket keeps it", of: "login", edit: add(services.Connection{Evidence: "chat"}), blames: "login.Connections", says: []string{`"chat"`, "game platform"}},
		"NoSecret":   {reason: "its pods wait for a file for ever", of: "comms-worker", edit: func(s *service) { s.Credentials = append(s.Credentials, "nobodys") }, blames: "comms-worker.Credentials", says: []string{`"nobodys"`, "nobody provides", "messaging-provider"}},
		"NoParty":    {reason: "no market file can name it", of: "login", edit: add(services.Connection{Party: "press"}), blames: "login.Connections", says: []string{`"press"`, "messaging"}},
	})
}

// TestTrustIsKept wants every border between zones closed, one case a border.
func TestTrustIsKept(t *testing.T) {
	refuse(t, map[string]refusal{
		"PublicToVault":     {reason: "players reach documents in two steps", of: "ws-gateway", edit: add(services.Connection{Service: "kyc-api", Port: "http"}), blames: "ws-gateway.Connections", says: []string{"of zone vault", "[public core]"}},
		"PublicToTopics":    {reason: "players read everybody's bets", of: "ws-gateway", edit: add(services.Connection{Reads: []string{"bets.placed"}}), blames: "ws-gateway.Connections", says: []string{"zone public reaches none"}},
		"PublicToEvidence":  {reason: "evidence by strangers", of: "ws-gateway", edit: add(services.Connection{Evidence: "game"}), blames: "ws-gateway.Connections", says: []string{"zone public reaches none"}},
		"PublicToParty":     {reason: "a way out for whoever took it over", of: "ws-gateway", edit: add(services.Connection{Party: services.Games}), blames: "ws-gateway.Connections", says: []string{"zone public reaches []"}},
		"CoreToPublic":      {reason: "nothing inside needs the door", of: "login", edit: add(services.Connection{Service: "ll-hls", Port: "http"}), blames: "login.Connections", says: []string{"of zone public", "[core vault]"}},
		"CoreToPayments":    {reason: "money leaves past the cashier", of: "provider-bridge", edit: add(services.Connection{Party: services.Payments}), blames: "provider-bridge.Connections", says: []string{"zone core reaches [games messaging regulator]"}},
		"CoreToIdentity":    {reason: "documents leave past the vault", of: "comms-worker", edit: add(services.Connection{Party: services.Identity}), blames: "comms-worker.Connections", says: []string{`"identity"`}},
		"VaultToMessaging":  {reason: "documents leave in a mail", of: "kyc-api", edit: add(services.Connection{Party: services.Messaging}), blames: "kyc-api.Connections", says: []string{"zone vault reaches [payments identity]"}},
		"VaultToGames":      {reason: "studios learn who plays", of: "cashier-psp", edit: add(services.Connection{Party: services.Games}), blames: "cashier-psp.Connections", says: []string{`"games"`}},
		"VaultToPublic":     {reason: "the vault asks nothing of the door", of: "kyc-api", edit: add(services.Connection{Service: "ws-gateway", Port: "health"}), blames: "kyc-api.Connections", says: []string{"of zone public"}},
		"PlayersInTheCore":  {reason: "the core has no door", of: "gaming-api", edit: func(s *service) { s.Ports[0].Players = true }, blames: "gaming-api.Ports", says: []string{"players reach zone public only"}},
		"PlayersInTheVault": {reason: "the same", of: "kyc-api", edit: func(s *service) { s.Ports[0].Players = true }, blames: "kyc-api.Ports", says: []string{"zone vault"}},
	})
}

// TestSecretsAreReadInTheirZone has edits that are refused twice: a user or a credential of
// another domain, and one of another zone.
func TestSecretsAreReadInTheirZone(t *testing.T) {
	blamed(t, "ws-gateway.Connections", "stores of []", "ws-gateway", add(services.Connection{Store: "sessions"}))
	blamed(t, "login.Connections", "store vault of zone vault", "login", add(services.Connection{Store: "kyc"}))
	blamed(t, "login.Credentials", "psp-credentials", "login", func(s *service) { s.Credentials = []string{"psp-credentials"} })
	blamed(t, "cashier-psp.Credentials", "domain login", "login", func(s *service) { s.Credentials = []string{"psp-credentials"} })
}

func TestPortsAndProbesAreRefused(t *testing.T) {
	refuse(t, map[string]refusal{
		"Privileged":    {reason: "root alone may", of: "login", edit: func(s *service) { s.Ports[0].Port = 443 }, blames: "login.Ports", says: []string{"found 443", "1024 to 65535"}},
		"TooHigh":       {reason: "there is none", of: "login", edit: func(s *service) { s.Ports[0].Port = 70000 }, blames: "login.Ports", says: []string{"found 70000"}},
		"Taken":         {reason: "the second does not start", of: "login", edit: func(s *service) { s.Ports[0].Port = s.Ports[1].Port }, blames: "login.Ports", says: []string{"port 9090 twice"}},
		"SameName":      {reason: "who connects to the name gets either", of: "ws-gateway", edit: func(s *service) { s.Ports[2].Name = "health" }, blames: "ws-gateway.Ports", says: []string{`two ports "health"`}},
		"LongName":      {reason: "Kubernetes takes 15", of: "ws-gateway", edit: func(s *service) { s.Ports[2].Name = "a-very-long-name" }, blames: "ws-gateway.Ports", says: []string{"at most 15"}},
		"ForNobody":     {reason: "an opening without a reason", of: "login", edit: func(s *service) { s.Ports[0].Serves = "" }, blames: "login.Ports", says: []string{`"http"`}},
		"Unmeasured":    {reason: "nobody sees it fail", of: "login", edit: func(s *service) { s.Ports = s.Ports[:1] }, blames: "login.Ports", says: []string{"0 ports for metrics"}},
		"NodesPort":     {reason: "the node gives it to a connection of its own", of: "live-edge", edit: func(s *service) { s.Ports[0].Port = 20000 }, blames: "live-edge.Ports", says: []string{"1024 to 10239", "webrtc"}},
		"MediaPort":     {reason: "media has it", of: "live-edge", edit: func(s *service) { s.Ports[1].Port = 50001 }, blames: "live-edge.Ports", says: []string{"50001"}},
		"MediaRange":    {reason: "the security group drops it", of: "live-edge", edit: func(s *service) { s.Host.First = 40000 }, blames: "live-edge.Host", says: []string{"40000 to 60000", "50000 to 60000"}},
		"Backwards":     {reason: "a range without a port", of: "live-edge", edit: func(s *service) { s.Host.First = 60001 }, blames: "live-edge.Host"},
		"DSCP":          {reason: "six bits", of: "live-edge", edit: func(s *service) { s.Host.DSCP = 64 }, blames: "live-edge.Host", says: []string{"DSCP 64"}},
		"HostElsewhere": {reason: "restricted namespaces have no host network", of: "ws-gateway", edit: func(s *service) { s.Host = &services.Host{First: 50000, Last: 60000} }, blames: "ws-gateway.Host"},
		"MetricsUDP":    {reason: "Prometheus does not read it", of: "live-edge", edit: func(s *service) { s.Ports[3].UDP = true }, blames: "live-edge.Ports", says: []string{`"metrics"`, "a port of their own"}},
		"OpenMetrics":   {reason: "players read how much is bet", of: "ws-gateway", edit: func(s *service) { s.Ports[2].Players = true }, blames: "ws-gateway.Ports", says: []string{`"metrics"`}},
		"TwoOnANode":    {reason: "two of them want one port", of: "ll-hls", edit: func(s *service) { s.Host = &services.Host{First: 50000, Last: 60000} }, blames: "ll-hls.Kind", says: []string{"Deployment", "DaemonSet"}},
		"HostOnWS":      {reason: "no security group opens the node", of: "live-edge", edit: func(s *service) { s.Pool = "ws" }, blames: "live-edge.Pool", says: []string{"only pool webrtc"}},
		"JobPorts":      {reason: "it answers nobody", of: "warehouse-daily", edit: func(s *service) { s.Ports = []services.Port{{Name: "http", Port: 8080}} }, blames: "warehouse-daily.Ports"},
		"JobProbes":     {reason: "a run is judged by its end", of: "warehouse-daily", edit: func(s *service) { s.Probes.Live = "/live" }, blames: "warehouse-daily.Probes"},
		"NoProbePort":   {reason: "the kubelet asks nobody", of: "login", edit: func(s *service) { s.Probes.Port = "health" }, blames: "login.Probes.Port", says: []string{`"health"`}},
		"ProbesUDP":     {reason: "HTTP is not spoken there", of: "live-edge", edit: func(s *service) { s.Probes.Port = "ice" }, blames: "live-edge.Probes.Port"},
		"NoLive":        {reason: "a process that hangs stays", of: "login", edit: func(s *service) { s.Probes.Live = "" }, blames: "login.Probes.Live"},
		"NoReady":       {reason: "requests reach what cannot answer", of: "login", edit: func(s *service) { s.Probes.Ready = "" }, blames: "login.Probes.Ready"},
		"OneProbe":      {reason: "a slow database restarts every pod", of: "login", edit: func(s *service) { s.Probes.Live = s.Probes.Ready }, blames: "login.Probes.Live", says: []string{"/ready"}},
		"NoStartup":     {reason: "a slow start is killed, and starts slowly again", of: "login", edit: func(s *service) { s.Probes.StartupSeconds = 0 }, blames: "login.Probes.StartupSeconds"},
		"BlindReady":    {reason: "what it asks is closed", of: "login", edit: func(s *service) { s.Probes.ReadyDependsOn = []string{"wallet-ledger"} }, blames: "login.Probes.ReadyDependsOn", says: []string{`"wallet-ledger"`, "sessions"}},
		"StuckToNobody": {reason: "nobody connects", of: "bonus-worker", edit: func(s *service) { s.Sticky = true }, blames: "bonus-worker.Sticky"},
	})
}
