// Package redis makes one region's member of each cache of a market: an ElastiCache
// replication group in cluster mode, over three zones, joined over both regions by a
// Global Datastore. The region stack imports it; what is kept in which cache is its table.
package redis

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/naming"
	"pitboss/components/network"
	"pitboss/regions/engines"
)

const typeToken = "pitboss:components:Redis"

// Args describes one region's member of one cache.
type Args struct {
	// Market names the member and the Global Datastore. Required.
	Market naming.Market
	// Network is where the nodes are placed: in vault subnets, which have no way out.
	// Required.
	Network network.Placement
	// Row is the cache: one of Table. Required.
	Row Row
	// Version is the engine's version. Required.
	Version engines.Redis
	// NodeType is the size of every node, one that a Global Datastore takes. Required.
	NodeType string
	// Join is the id of the Global Datastore that the member joins. Nil means that this
	// member founds it: the home region's, whichever region is active.
	Join pulumi.StringInput
	// KeyARN encrypts what is at rest: this region's key of the row's class. Required.
	KeyARN pulumi.StringInput
	// AuthToken is what clients say to connect, the same in both regions; a secret.
	// Required.
	AuthToken pulumi.StringInput
	// Clients may connect. Empty means that nobody can.
	Clients []network.Client
}

// Validate reports every problem at once, each naming its field.
func (a Args) Validate() error {
	p := component.Problems{Of: "redis.Args"}
	p.Check(a.Market.Name != "", "Market.Name", "is required")
	p.Check(!a.Network.Region.IsZero(), "Network.Region", "is required")
	p.Check(len(a.Network.Vault) == zones, "Network.Vault", "must be %d subnets, one a zone, got %d", zones, len(a.Network.Vault))
	if err := a.Row.Check(); err != nil {
		p.Check(false, "Row", "%v", err)
	}
	p.Check(!a.Version.IsZero(), "Version", "is required: choose one of %v", engines.RedisNames())
	if err := engines.CheckRedisNode(a.NodeType); err != nil {
		p.Check(false, "NodeType", "%v", err)
	}
	p.Check(a.KeyARN != nil, "KeyARN", "is required: nothing is stored in the clear")
	p.Check(a.AuthToken != nil, "AuthToken", "is required: whoever reaches the port must also know it")
	network.CheckClients(&p, a.Clients)
	return p.Err()
}

// Redis is one region's member of one cache.
type Redis struct {
	pulumi.ResourceState

	// Endpoint is the host that a client of a Redis cluster asks for the shards; ARN is
	// the member's; GlobalID is the Global Datastore's id, which the other region joins.
	Endpoint, ARN, GlobalID pulumi.StringOutput

	name string
}

// New makes the member, and with the first one the Global Datastore.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Redis, error) {
	r := &Redis{name: args.Market.Cache(args.Network.Region, args.Row.Name)}
	s, err := component.Open(ctx, typeToken, name, r, args, pulumi.Map{
		"region": pulumi.String(args.Network.Region.String()), "version": pulumi.String(args.Version.String()),
	}, opts)
	if err != nil {
		return nil, err
	}
	group, err := r.addGroup(s, args)
	if err != nil {
		return nil, err
	}
	if args.Join == nil {
		err = r.found(s, args, group)
	} else {
		err = r.join(s, args, group)
	}
	if err != nil {
		return nil, err
	}
	return r, s.Publish(r, pulumi.Map{"endpoint": r.Endpoint, "arn": r.ARN})
}

// Port is where Redis answers, with TLS and nothing else.
const Port = 6379

// addGroup lets the named clients connect and nobody else. Caches answer and never call:
// the group has no way out.
func (r *Redis) addGroup(s component.Scope, a Args) (*ec2.SecurityGroup, error) {
	group, err := component.Create(s, "nodes", ec2.NewSecurityGroup, &ec2.SecurityGroupArgs{
		VpcId: a.Network.VPCID, Description: pulumi.String("Redis nodes"),
		Tags: pulumi.StringMap{"Name": pulumi.String(r.name)},
	})
	if err != nil {
		return nil, err
	}
	return group, network.LetIn(s, group.ID(), "Redis", Port, a.Clients)
}

// Output is the member as a stack output: endpoint, arn, and global, which the other
// region's stack joins.
func (r *Redis) Output() pulumi.Map {
	return pulumi.Map{"endpoint": r.Endpoint, "port": pulumi.Int(Port), "arn": r.ARN, "global": r.GlobalID}
}
