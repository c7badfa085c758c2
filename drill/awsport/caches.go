package awsport

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"

	"pitboss/drill/inventory"
	"pitboss/drill/port"
	"pitboss/regions"
)

// The words of ElastiCache for a datastore that does not change, and for its members.
const (
	primaryOnly = "primary-only"
	associated  = "associated"
	primary     = "PRIMARY"
)

// caches are ElastiCache's global datastores.
type caches struct{ *AWS }

// Describe asks one region, which knows all members.
func (c caches) Describe(ctx context.Context, in regions.Region, cache inventory.Cache) (port.Replicated, error) {
	out, err := ask(ctx, "global datastore "+cache.GlobalID, func(ctx context.Context) (*elasticache.DescribeGlobalReplicationGroupsOutput, error) {
		return c.caches.in(in.String(), c.config).DescribeGlobalReplicationGroups(ctx, &elasticache.DescribeGlobalReplicationGroupsInput{
			GlobalReplicationGroupId: aws.String(cache.GlobalID), ShowMemberInfo: aws.Bool(true),
		})
	})
	if err != nil {
		if strings.HasPrefix(code(err), "GlobalReplicationGroupNotFound") {
			err = fmt.Errorf("%w: %w", port.ErrNotFound, err)
		}
		return port.Replicated{}, err
	}
	if n := len(out.GlobalReplicationGroups); n != 1 {
		return port.Replicated{}, fmt.Errorf("global datastore %s: %s answers with %d of that name, want one", cache.GlobalID, in, n)
	}
	global := out.GlobalReplicationGroups[0]
	var all port.Replicated
	if status := aws.ToString(global.Status); status != available && status != primaryOnly {
		all.Busy = status
	}
	for _, m := range global.Members {
		at, err := regions.Parse(aws.ToString(m.ReplicationGroupRegion))
		if err != nil {
			return port.Replicated{}, fmt.Errorf("global datastore %s: %w", cache.GlobalID, err)
		}
		all.Members = append(all.Members, port.Member{
			Region: at, Writer: strings.EqualFold(aws.ToString(m.Role), primary), // ElastiCache spells both ways
			Ready: aws.ToString(m.Status) == associated, Version: aws.ToString(global.EngineVersion),
		})
	}
	return all, nil
}

// Promote is asked of the region that is promoted: the other one may be gone.
func (c caches) Promote(ctx context.Context, cache inventory.Cache, to regions.Region) error {
	if cache.Groups[to] == "" {
		return fmt.Errorf("cache %s has no member in %q: choose a region of the market", cache.Name, to)
	}
	_, err := ask(ctx, "failover of "+cache.GlobalID+" to "+to.String(), func(ctx context.Context) (*elasticache.FailoverGlobalReplicationGroupOutput, error) {
		return c.caches.in(to.String(), c.config).FailoverGlobalReplicationGroup(ctx, &elasticache.FailoverGlobalReplicationGroupInput{
			GlobalReplicationGroupId: aws.String(cache.GlobalID), PrimaryRegion: aws.String(to.String()), PrimaryReplicationGroupId: aws.String(cache.Groups[to]),
		})
	})
	return err
}
