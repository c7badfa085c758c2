package workload_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/naming"
	"pitboss/components/pools/labels"
	"pitboss/components/services"
	"pitboss/components/stores"
	"pitboss/components/workload"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions/role"
)

var (
	web     = services.Port{Name: "http", Port: 8080, Serves: "others"}
	metrics = services.Port{Name: "metrics", Port: 9090, Serves: "Prometheus", Metrics: true}
)

func probes(port string) services.Probes {
	return services.Probes{Port: port, Live: "/live", Ready: "/ready", StartupSeconds: 31}
}

// domains is a small platform: one service of each tier and kind.
func domains() []services.Domain {
	return []services.Domain{
		{Name: "bank", Owner: "wallet", Zone: stores.Core, Services: []services.Service{{
			Name: "ledger", Does: "moves money", Tier: services.Money, Pool: labels.API, Image: "ledger", Args: []string{"serve"},
			Ports: []services.Port{web, metrics}, Probes: probes("http"),
			CPU: services.Amount{Request: 2000, Limit: 2000}, Memory: services.Amount{Request: 4096, Limit: 4096},
			Replicas: services.Replicas{Full: 5, Warm: 4},
			Connections: []services.Connection{
				{Store: "wallet", Why: "accounts"}, {Store: "cache", Why: "rates"},
				{Reads: []string{"safeguard.limits"}, Writes: []string{"wallet.transactions", "audit.actions"}, Why: "moves"},
			},
			Settings: []services.Setting{{Name: "LEDGER_TIMEOUT", Value: "2s"}}, WarmUp: []string{"warm"}, Drain: 40 * time.Second,
		}}},
		{Name: "play", Owner: "gaming", Zone: stores.Core, Services: []services.Service{
			{
				Name: "api", Does: "plays", Tier: services.Realtime, Pool: labels.WS, Image: "api", Sticky: true,
				Ports:  []services.Port{{Name: "https", Port: 8443, Serves: "players: HTTPS", Players: true}, {Name: "health", Port: 8081, Serves: "probes"}, metrics},
				Probes: probes("health"), CPU: services.Amount{Request: 500, Limit: 1500}, Memory: services.Amount{Request: 768, Limit: 1024},
				Replicas: services.Replicas{Full: 3, Warm: 1, Most: 9}, Scaling: services.Scaling{Signal: services.Requests, Target: 200},
				Connections: []services.Connection{
					{Service: "ledger", Port: "http", Why: "stakes"}, {Service: "media", Port: "signal", Why: "tables"}, {Party: services.Games, Why: "studios"},
				}, Drain: 2 * time.Minute,
			},
			{
				Name: "worker", Does: "follows", Tier: services.Async, Pool: labels.API, Image: "worker", Ports: []services.Port{metrics}, Probes: probes("metrics"),
				CPU: services.Amount{Request: 250, Limit: 500}, Memory: services.Amount{Request: 384, Limit: 768},
				Replicas: services.Replicas{Full: 2, Warm: 1, Most: 12}, Drain: 20 * time.Second,
				Scaling:     services.Scaling{Signal: services.Lag, Target: 1000, Topic: "bets.settled", Group: "workers"},
				Connections: []services.Connection{{Service: "ledger", Port: "http", Why: "pays"}, {Reads: []string{"bets.settled"}, Why: "what counts"}},
			},
			{
				Name: "capture", Does: "copies", Kind: services.StatefulSet, Tier: services.Async, Pool: labels.ETL, Image: "etl", Ports: []services.Port{metrics}, Probes: probes("metrics"),
				CPU: services.Amount{Request: 1000, Limit: 2000}, Memory: services.Amount{Request: 4096, Limit: 8192}, Drain: 60 * time.Second,
				Replicas: services.Replicas{Full: 1, Warm: 1}, Scaling: services.Scaling{Signal: services.Recommended},
			},
			{
				Name: "report", Does: "sums up", Kind: services.CronJob, Tier: services.Batch, Pool: labels.Batch, Image: "etl",
				CPU: services.Amount{Request: 4000, Limit: 4000}, Memory: services.Amount{Request: 8192, Limit: 8192}, Scaling: services.Scaling{Signal: services.Recommended},
				Schedule:    &services.Schedule{Cron: "7 * * * *", Start: 10 * time.Minute, Deadline: 45 * time.Minute, Retries: 2},
				Connections: []services.Connection{{Evidence: "game", Why: "what was played"}, {Store: "ledger-reporting", Why: "sums"}},
			},
		}},
		{Name: "files", Owner: "compliance", Zone: stores.Vault, Services: []services.Service{{
			Name: "people", Does: "knows players", Tier: services.Async, Pool: labels.PII, Image: "people", Ports: []services.Port{metrics}, Probes: probes("metrics"),
			CPU: services.Amount{Request: 500, Limit: 500}, Memory: services.Amount{Request: 1024, Limit: 1024}, Replicas: services.Replicas{Full: 2, Warm: 2},
			Connections: []services.Connection{{Store: "kyc", Why: "names"}, {Store: "cashier", Why: "cards"}}, Credentials: []string{"identity-provider"},
		}}},
		{Name: "live", Owner: "live", Zone: services.Public, HostNetwork: "media", Services: []services.Service{{
			Name: "media", Does: "sends tables", Kind: services.DaemonSet, Tier: services.Realtime, Pool: labels.WebRTC, Image: "media",
			Ports:  []services.Port{{Name: "signal", Port: 9200, Serves: "signalling"}, {Name: "ice", Port: 3478, UDP: true, Serves: "players: media", Players: true}},
			Probes: probes("signal"), CPU: services.Amount{Request: 4000, Limit: 6000}, Memory: services.Amount{Request: 4096, Limit: 6144},
			Host: &services.Host{First: labels.MediaPortFirst, Last: labels.MediaPortLast, DSCP: 34}, Drain: 5 * time.Minute,
		}}},
	}
}

func prefixes(all ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, one := range all {
		out = append(out, netip.MustParsePrefix(one))
	}
	return out
}

// given is the arguments of a service of all, as a stack would pass them.
func given(t testing.TB, all []services.Domain, name string) workload.Args {
	t.Helper()
	graph, err := workload.Connect(all)
	if err != nil {
		t.Fatal(err)
	}
	market, region := naming.Market{Name: "mt", Account: "111122223333"}, componenttest.Region(t, "eu-south-1")
	args := workload.Args{
		Market: market, Region: region, Role: role.Active, Graph: graph, Stores: map[string]workload.Endpoint{},
		Brokers: pulumi.String("broker-1:9098"), KafkaARN: pulumi.String("arn:aws:kafka:r:1:cluster/mt/u-1"),
		ClusterName: pulumi.String("mt-cluster"), ClusterGroupID: pulumi.String("sg-cluster"), EvidenceKeyARN: pulumi.String("arn:audit-key"),
		Blocks: workload.Blocks{
			VPC: prefixes("10.16.0.0/16"), Core: prefixes("10.16.0.0/19", "10.16.32.0/19"), Vault: prefixes("10.16.192.0/21", "10.16.200.0/21"), Media: prefixes("10.16.128.0/20"),
		},
		Parties: []workload.Party{
			{Name: "studio", Kind: services.Games, CIDRs: prefixes("192.0.2.0/28"), Port: 8443},
			{Name: "bank", Kind: services.Payments, CIDRs: prefixes("198.51.100.0/24"), Port: 443},
		},
	}
	for _, c := range stores.Consumers() {
		port := 5432
		if c.Store == "cache" || c.Store == "sessions" {
			port = 6379
		}
		args.Stores[c.Name] = workload.Endpoint{
			Consumer: c, Host: pulumi.String(c.Name + ".db"), Port: port,
			ClientsGroupID: pulumi.String("sg-" + c.Store), ProxyARN: pulumi.String("arn:aws:rds:r:1:db-proxy:prx-01"),
		}
	}
	for _, d := range all {
		for _, s := range d.Services {
			if s.Name == name {
				args.Domain, args.Service = d, s
			}
		}
	}
	args.Image = market.Image(region, args.Service.Image, "sha256:"+strings.Repeat("ab", 32))
	return args
}

// program makes services in one namespace that is there before.
func program(all ...workload.Args) record.Program {
	return func(ctx *pulumi.Context) (pulumi.Map, error) {
		here, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-south-1")})
		if err != nil {
			return nil, err
		}
		inside, err := kubernetes.NewProvider(ctx, "inside", &kubernetes.ProviderArgs{})
		if err != nil {
			return nil, err
		}
		for _, args := range all {
			args.Ready = []pulumi.Resource{inside}
			if _, err := workload.New(ctx, args.Service.Name, args, pulumi.Providers(here, inside)); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

// made is what a service of the small platform becomes.
func made(t *testing.T, name string, edits ...func(*workload.Args)) record.Recording {
	t.Helper()
	args := given(t, domains(), name)
	for _, edit := range edits {
		edit(&args)
	}
	return componenttest.Record(t, program(args))
}

func standby(a *workload.Args) { a.Role = role.Standby }

// object is the one resource of that name.
func object(t *testing.T, r record.Recording, name string) record.Resource {
	t.Helper()
	one, ok := r.Named(name)
	if !ok {
		t.Fatalf("there is no %s, or more than one", name)
	}
	return one
}
