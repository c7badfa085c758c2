package stacks

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/backup"
	"pitboss/components/cluster"
	"pitboss/components/kafka"
	"pitboss/components/network"
	"pitboss/components/postgres"
	"pitboss/components/redis"
	"pitboss/components/stores"
	"pitboss/components/workload"
	"pitboss/regions"
	"pitboss/stacks/market"
)

// plane is what a region's data stores are made with.
type plane struct {
	m       market.Market
	r       regions.Region
	here    *aws.Provider
	net     network.Placement
	nodes   network.Client
	from    foundationOf
	exposed bool // AWS's own deletion protection is off, see unprotected

	endpoints map[string]workload.Endpoint // of what was made, by consumer
}

// held is a region's data stores, as its stack publishes them and as services reach them.
type held struct {
	outputs           pulumi.Map
	endpoints         map[string]workload.Endpoint // by consumer
	brokers, kafkaARN pulumi.StringOutput
}

// data makes the region's members of the market's data plane.
func data(ctx *pulumi.Context, m market.Market, r regions.Region, here *aws.Provider, net network.Placement, c cluster.Handle, from foundationOf) (held, error) {
	p := plane{
		m: m, r: r, here: here, net: net, from: from, exposed: unprotected(ctx),
		nodes:     network.Client{GroupID: c.SecurityGroupID, Reason: "workloads of the cluster"},
		endpoints: map[string]workload.Endpoint{},
	}
	databases, err := p.addDatabases(ctx)
	if err != nil {
		return held{}, err
	}
	caches, err := p.addCaches(ctx)
	if err != nil {
		return held{}, err
	}
	broker, err := kafka.New(ctx, "kafka", kafka.Args{
		Market: names(m), Network: net, Version: m.Data.Kafka.Version, BrokerType: m.Data.Kafka.Broker,
		KeyARN: from.keys.Key(stores.Events, r), Topics: kafka.Topics(), Clients: []network.Client{p.nodes},
	}, pulumi.Providers(here))
	if err != nil {
		return held{}, err
	}
	return held{
		outputs:   pulumi.Map{outputPostgres: databases, outputRedis: caches, outputKafka: broker.Output()},
		endpoints: p.endpoints, brokers: broker.Brokers, kafkaARN: broker.ARN,
	}, nil
}

// addDatabases makes this region's member of each database, and its backups. The ledger
// is open to the cluster; the vault only to what carries its own group.
func (p plane) addDatabases(ctx *pulumi.Context) (pulumi.Map, error) {
	numbers, err := random.NewProvider(ctx, "random", &random.ProviderArgs{})
	if err != nil {
		return nil, err
	}
	class := map[string]string{stores.Ledger: p.m.Data.Postgres.Ledger, stores.VaultDatabase: p.m.Data.Postgres.Vault}
	out := pulumi.Map{}
	var saved []backup.Database
	for _, d := range stores.Databases() {
		master, ok := stores.Master(d.Name, stores.Consumers())
		if !ok {
			return nil, fmt.Errorf("database %s has no administrator in components/stores", d.Name)
		}
		args := postgres.Args{
			Market: names(p.m), Network: p.net, Database: d, Version: p.m.Data.Postgres.Version, InstanceClass: class[d.Name],
			Role: p.m.Role(p.r), Source: p.m.Active, RPO: p.m.Recovery().RPO, Bound: p.m.EnforcesRPO(p.r),
			KeyARN: p.from.keys.Key(d.Key, p.r), MasterPassword: p.from.secrets.Password(master.Name),
			Consumers: stores.Consumers(), SecretARNs: p.secretARNs(d), Unprotected: p.exposed,
		}
		if d.Zone == stores.Core {
			args.Clients = []network.Client{p.nodes}
		}
		made, err := postgres.New(ctx, d.Name, args, pulumi.Providers(p.here, numbers))
		if err != nil {
			return nil, err
		}
		for _, c := range stores.Of(d.Name, stores.Consumers()) {
			p.endpoints[c.Name] = workload.Endpoint{
				Consumer: c, Host: made.Endpoint(c.Endpoint), Port: postgres.Port, ClientsGroupID: made.ClientsGroupID, ProxyARN: made.ProxyARN,
			}
		}
		out[d.Name] = made.Output()
		saved = append(saved, backup.Database{Name: d.Name, ClusterARN: made.ClusterARN})
	}
	_, err = backup.NewPlan(ctx, "backup", backup.PlanArgs{
		Market: names(p.m), Region: p.r, Other: p.m.Other(p.r), Databases: saved,
	}, pulumi.Providers(p.here))
	return out, err
}

// addCaches makes this region's caches. Home founds each, the standby joins it.
func (p plane) addCaches(ctx *pulumi.Context) (pulumi.Map, error) {
	join, err := p.globalCaches(ctx)
	if err != nil {
		return nil, err
	}
	out := pulumi.Map{}
	for _, row := range redis.Table() {
		made, err := redis.New(ctx, row.Name, redis.Args{
			Market: names(p.m), Network: p.net, Row: row, Version: p.m.Data.Redis.Version, NodeType: p.m.Data.Redis.Node,
			Join: join(row), KeyARN: p.from.keys.Key(row.Key, p.r), AuthToken: p.from.secrets.Password(row.Name),
			Clients: []network.Client{p.nodes},
		}, pulumi.Providers(p.here))
		if err != nil {
			return nil, err
		}
		for _, c := range stores.Of(row.Name, stores.Consumers()) {
			p.endpoints[c.Name] = workload.Endpoint{Consumer: c, Host: made.Endpoint, Port: redis.Port}
		}
		out[row.Name] = made.Output()
	}
	return out, nil
}

// globalCaches is which Global Datastore a cache of this region joins: none at home.
func (p plane) globalCaches(ctx *pulumi.Context) (func(redis.Row) pulumi.StringInput, error) {
	if p.m.IsHome(p.r) {
		return func(redis.Row) pulumi.StringInput { return nil }, nil
	}
	home, err := refer(ctx, p.m, market.KindRegion, p.m.Home)
	return func(row redis.Row) pulumi.StringInput { return home.pick(outputRedis, row.Name, "global") }, err
}

// secretARNs is, by consumer, the secret of each consumer of a database, in this region.
func (p plane) secretARNs(d stores.Database) map[string]pulumi.StringOutput {
	out := map[string]pulumi.StringOutput{}
	for _, c := range stores.Consumers() {
		if c.Store == d.Name {
			out[c.Name] = p.from.secrets.ARN(c.Name, p.r)
		}
	}
	return out
}
