package workload_test

import (
	"net/netip"
	"strings"
	"testing"

	"pitboss/components/services"
	"pitboss/components/workload"
	"pitboss/internal/componenttest"
	"pitboss/regions"
)

func TestArgs(t *testing.T) {
	type args = workload.Args
	row := func(edit func(*services.Service)) func(*args) { return func(a *args) { edit(&a.Service) } }
	party := func(edit func(*workload.Party)) func(*args) {
		return func(a *args) { p := a.Parties[0]; edit(&p); a.Parties = []workload.Party{p} }
	}
	endpoint := func(name string, edit func(*workload.Endpoint)) func(*args) {
		return func(a *args) {
			all := map[string]workload.Endpoint{}
			for key, e := range a.Stores {
				all[key] = e
			}
			e := all[name]
			edit(&e)
			all[name] = e
			a.Stores = all
		}
	}
	tag := func(a *args) { a.Image = strings.Split(a.Image, "@")[0] + ":latest" }
	for service, cases := range map[string]map[string]componenttest.Case[args]{
		"ledger": {
			"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*args) {}},
			"NoParties":    {Reason: "a market may have none", Edit: func(a *args) { a.Parties = nil }},
			"NoReady":      {Reason: "whoever waits for nothing says so", Edit: func(a *args) { a.Ready = nil }},
			"NoMarket":     {Reason: "secrets carry it", Edit: func(a *args) { a.Market.Name = "" }, Blames: "Market.Name"},
			"NoAccount":    {Reason: "the role's trust names it", Edit: func(a *args) { a.Market.Account = "1" }, Blames: "Market.Account"},
			"NoRegion":     {Reason: "its role is of one", Edit: func(a *args) { a.Region = regions.Region{} }, Blames: "Region"},
			"NoRole":       {Reason: "nobody said how many pods", Edit: func(a *args) { a.Role = "home" }, Blames: "Role"},
			"NoName":       {Reason: "its objects carry it", Edit: row(func(s *services.Service) { s.Name = "" }), Blames: "Service.Name"},
			"OtherDomain":  {Reason: "it would be in another's namespace", Edit: func(a *args) { a.Domain.Services = nil }, Blames: "Domain"},
			"NoOwner":      {Reason: "somebody is called", Edit: func(a *args) { a.Domain.Owner = "" }, Blames: "Domain"},
			"NoKind":       {Reason: "Kubernetes has no such kind", Edit: row(func(s *services.Service) { s.Kind = "Pod" }), Blames: "Service.Kind"},
			"NoTier":       {Reason: "all follows from it", Edit: row(func(s *services.Service) { s.Tier = "gold" }), Blames: "Service.Tier"},
			"NoPool":       {Reason: "it would run anywhere", Edit: row(func(s *services.Service) { s.Pool = "gpu" }), Blames: "Service.Pool"},
			"Host":         {Reason: "its namespace is restricted", Edit: row(func(s *services.Service) { s.Host = &services.Host{} }), Blames: "Service.Host"},
			"Scheduled":    {Reason: "a Deployment has no hour", Edit: row(func(s *services.Service) { s.Schedule = &services.Schedule{} }), Blames: "Service.Schedule"},
			"NoProbes":     {Reason: "nobody would see that it is ill", Edit: row(func(s *services.Service) { s.Probes = services.Probes{} }), Blames: "Service.Probes"},
			"WrongProbe":   {Reason: "no port has that name", Edit: row(func(s *services.Service) { s.Probes.Port = "web" }), Blames: "Service.Probes"},
			"Burstable":    {Reason: "a neighbour throttles wallets", Edit: row(func(s *services.Service) { s.CPU.Limit = 3000 }), Blames: "Service.CPU"},
			"NoMemory":     {Reason: "the node would kill it", Edit: row(func(s *services.Service) { s.Memory = services.Amount{} }), Blames: "Service.Memory"},
			"Scaled":       {Reason: "more wallets are more connections", Edit: row(func(s *services.Service) { s.Scaling = services.Scaling{Signal: services.Requests, Target: 1} }), Blames: "Service.Scaling"},
			"NoSpare":      {Reason: "no node could be drained", Edit: row(func(s *services.Service) { s.Replicas.Warm = 3 }), Blames: "Service.Replicas"},
			"Tag":          {Reason: "a tag can be moved", Edit: tag, Blames: "Image"},
			"ShortDigest":  {Reason: "no image has it", Edit: func(a *args) { a.Image = a.Image[:len(a.Image)-1] }, Blames: "Image"},
			"NoImage":      {Reason: "nothing would run", Edit: func(a *args) { a.Image = "" }, Blames: "Image"},
			"TwiceSet":     {Reason: "of two lines nobody knows which holds", Edit: row(func(s *services.Service) { s.Settings = []services.Setting{{Name: "KAFKA_BROKERS", Value: "x"}} }), Blames: "Service.Settings"},
			"NoStore":      {Reason: "it would find no ledger", Edit: func(a *args) { a.Stores = nil }, Blames: "Stores"},
			"NoHost":       {Reason: "it would find no ledger", Edit: endpoint("wallet", func(e *workload.Endpoint) { e.Host = nil }), Blames: "Stores"},
			"NoProxy":      {Reason: "its role could not log in", Edit: endpoint("wallet", func(e *workload.Endpoint) { e.ProxyARN = nil }), Blames: "Stores"},
			"NoVault":      {Reason: "the stores would be closed", Edit: func(a *args) { a.Blocks.Vault = nil }, Blames: "Blocks.Vault"},
			"NoCore":       {Reason: "the brokers would be closed", Edit: func(a *args) { a.Blocks.Core = nil }, Blames: "Blocks.Core"},
			"NoBrokers":    {Reason: "it would find no topics", Edit: func(a *args) { a.Brokers = nil }, Blames: "Brokers"},
			"NoKafka":      {Reason: "its role names the topics", Edit: func(a *args) { a.KafkaARN = nil }, Blames: "KafkaARN"},
			"NoCluster":    {Reason: "nobody would get its role", Edit: func(a *args) { a.ClusterName = nil }, Blames: "ClusterName"},
			"WideParty":    {Reason: "a party is not half of the internet", Edit: party(func(p *workload.Party) { p.CIDRs = prefixes("128.0.0.0/1") }), Blames: "Parties[0]"},
			"EmptyParty":   {Reason: "a rule without peers is open to all", Edit: party(func(p *workload.Party) { p.CIDRs = []netip.Prefix{} }), Blames: "Parties[0]"},
			"UnknownParty": {Reason: "nobody connects to it", Edit: party(func(p *workload.Party) { p.Kind = "friends" }), Blames: "Parties[0]"},
		},
		"api": {
			"Valid":     {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*args) {}},
			"NoGraph":   {Reason: "it would reach no ledger", Edit: func(a *args) { a.Graph = nil }, Blames: "Graph"},
			"NoMedia":   {Reason: "a rule without peers is open to all", Edit: func(a *args) { a.Blocks.Media = nil }, Blames: "Blocks.Media"},
			"ByCPU":     {Reason: "who waits for others uses none", Edit: row(func(s *services.Service) { s.Scaling.Signal = services.CPU }), Blames: "Service.Scaling"},
			"NoTarget":  {Reason: "nobody said how much is enough", Edit: row(func(s *services.Service) { s.Scaling.Target = 0 }), Blames: "Service.Scaling"},
			"NoMost":    {Reason: "the most is below the least", Edit: row(func(s *services.Service) { s.Replicas.Most = 2 }), Blames: "Service.Replicas"},
			"ByTheNode": {Reason: "one a node is not scaled", Edit: row(func(s *services.Service) { s.Kind = services.StatefulSet }), Blames: "Service.Scaling"},
		},
		"worker": {
			"NoTopic": {Reason: "lag of what", Edit: row(func(s *services.Service) { s.Scaling.Topic = "" }), Blames: "Service.Scaling"},
		},
		"report": {
			"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*args) {}},
			"NoSchedule": {Reason: "it would never run", Edit: row(func(s *services.Service) { s.Schedule = nil }), Blames: "Service.Schedule"},
			"NoKey":      {Reason: "evidence in the clear", Edit: func(a *args) { a.EvidenceKeyARN = nil }, Blames: "EvidenceKeyARN"},
			"NoVPC":      {Reason: "S3 would be closed", Edit: func(a *args) { a.Blocks.VPC = nil }, Blames: "Blocks.VPC"},
		},
		"people": {
			"Valid":          {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*args) {}},
			"NoClients":      {Reason: "the vault would be closed", Edit: endpoint("kyc", func(e *workload.Endpoint) { e.ClientsGroupID = nil }), Blames: "Stores"},
			"NoClusterGroup": {Reason: "its pods would find no DNS", Edit: func(a *args) { a.ClusterGroupID = nil }, Blames: "ClusterGroupID"},
		},
	} {
		t.Run(service, func(t *testing.T) { componenttest.Blame(t, given(t, domains(), service), cases) })
	}
}

// TestErrorsNameTheService: of sixteen services, the error says which.
func TestErrorsNameTheService(t *testing.T) {
	args := given(t, domains(), "ledger")
	args.Image = "ledger:latest"
	if err := args.Validate(); err == nil || !strings.Contains(err.Error(), "service ledger).Image") {
		t.Errorf("error is %v", err)
	}
}

func TestConnectSaysWhatLeadsNowhere(t *testing.T) {
	all := domains()
	all[1].Services[0].Connections = []services.Connection{{Service: "ledgr", Port: "http"}, {Service: "ledger", Port: "grpc"}, {Party: services.Games}}
	_, err := workload.Connect(all)
	for _, text := range []string{`service api: connects to port "http" of "ledgr"`, `port "grpc" of "ledger"`} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("error is %v, want %q", err, text)
		}
	}
}
