package redis

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// ownedByGlobal are the settings of a member that the Global Datastore sets: ElastiCache
// refuses to change them on a member, so what it reports of them is never a diff.
var ownedByGlobal = []string{
	"automaticFailoverEnabled", "autoMinorVersionUpgrade", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName",
}

// found makes the first member and the Global Datastore over it. Which region founds it is
// decided once: from then on either member may be the one that takes writes, and the
// datastore's name says nothing of it.
func (r *Redis) found(s component.Scope, a Args, group *ec2.SecurityGroup) error {
	settings, err := addParameters(s, a)
	if err != nil {
		return err
	}
	args, err := r.shared(s, a, group)
	if err != nil {
		return err
	}
	args.Engine = pulumi.String("redis")
	args.EngineVersion = pulumi.String(a.Version.String())
	args.NodeType = pulumi.String(a.NodeType)
	args.ClusterMode = pulumi.String("enabled")
	args.NumNodeGroups = pulumi.Int(a.Row.Shards)
	args.ParameterGroupName = settings.Name
	args.AutoMinorVersionUpgrade = pulumi.Bool(false) // a Global Datastore forces it off
	args.AtRestEncryptionEnabled = pulumi.Bool(true)  // cannot be changed later: replaces the group
	args.TransitEncryptionEnabled = pulumi.Bool(true)
	args.TransitEncryptionMode = pulumi.String("required")
	args.SnapshotRetentionLimit = pulumi.Int(0)
	// The founder is never told which datastore it is in, and AWS says it: setting it
	// would replace the member.
	member, err := r.addMember(s, args, append(slices.Clone(ownedByGlobal), "globalReplicationGroupId"))
	if err != nil {
		return err
	}
	// Size, shards and version are changed here, for both members at once. After a
	// failover AWS reports the other member as the primary, which would replace the
	// datastore: ignored.
	global, err := component.Create(s, "global", elasticache.NewGlobalReplicationGroup, &elasticache.GlobalReplicationGroupArgs{
		GlobalReplicationGroupIdSuffix:    pulumi.String(a.Market.GlobalDatabase(a.Row.Name)),
		GlobalReplicationGroupDescription: pulumi.String(describe(a)),
		PrimaryReplicationGroupId:         member.ID(),
		AutomaticFailoverEnabled:          pulumi.Bool(true),
		CacheNodeType:                     pulumi.String(a.NodeType),
		EngineVersion:                     pulumi.String(a.Version.String()),
		NumNodeGroups:                     pulumi.Int(a.Row.Shards),
	}, component.Protected(), pulumi.IgnoreChanges([]string{"primaryReplicationGroupId"}))
	if err != nil {
		return err
	}
	r.GlobalID = global.ID().ToStringOutput()
	return nil
}

// join makes a member of a Global Datastore that exists. It takes version, size, shards,
// parameters and both encryptions from the datastore, and the provider refuses a member
// that names them too; the key at rest is the region's own.
func (r *Redis) join(s component.Scope, a Args, group *ec2.SecurityGroup) error {
	args, err := r.shared(s, a, group)
	if err != nil {
		return err
	}
	r.GlobalID = a.Join.ToStringOutput()
	args.GlobalReplicationGroupId = r.GlobalID.ToStringPtrOutput()
	_, err = r.addMember(s, args, ownedByGlobal)
	return err
}

// shared is what every member says of itself, whether it founds or joins.
//
// The token is not ignored: ElastiCache never tells it, so one that was changed elsewhere
// is no diff. It is changed in one place, the foundation's password, and comes here by the
// next update; with ROTATE the members accept the old one beside it until services have
// restarted. Whether AWS takes a token for a group that joins was not tried.
func (r *Redis) shared(s component.Scope, a Args, group *ec2.SecurityGroup) (*elasticache.ReplicationGroupArgs, error) {
	subnets, err := component.Create(s, "subnets", elasticache.NewSubnetGroup, &elasticache.SubnetGroupArgs{
		Description: pulumi.String("vault subnets"), SubnetIds: a.Network.Vault,
	})
	if err != nil {
		return nil, err
	}
	return &elasticache.ReplicationGroupArgs{
		ReplicationGroupId: pulumi.String(r.name),
		Description:        pulumi.String(describe(a)),
		Port:               pulumi.Int(Port),
		SubnetGroupName:    subnets.Name,
		SecurityGroupIds:   pulumi.StringArray{group.ID()},
		KmsKeyId:           a.KeyARN.ToStringOutput().ToStringPtrOutput(),
		AuthToken:          a.AuthToken.ToStringOutput().ToStringPtrOutput(),
		// A member that joins inherits both, and the provider refuses the second without
		// the first.
		AutomaticFailoverEnabled:  pulumi.Bool(true),
		MultiAzEnabled:            pulumi.Bool(true),
		ReplicasPerNodeGroup:      pulumi.Int(a.Row.Replicas),
		AuthTokenUpdateStrategy:   pulumi.String("ROTATE"),
		LogDeliveryConfigurations: logs(a),
		// Otherwise a change waits for a maintenance window, and is planned again by every
		// run until then.
		ApplyImmediately: pulumi.Bool(true),
	}, nil
}

func (r *Redis) addMember(s component.Scope, args *elasticache.ReplicationGroupArgs, ignored []string) (*elasticache.ReplicationGroup, error) {
	member, err := component.Create(s, "member", elasticache.NewReplicationGroup, args,
		component.Protected(), pulumi.IgnoreChanges(ignored))
	if err != nil {
		return nil, err
	}
	r.Endpoint, r.ARN = member.ConfigurationEndpointAddress, member.Arn
	return member, nil
}

// logs sends both logs to the group that the foundation has made, in streams of their own.
func logs(a Args) elasticache.ReplicationGroupLogDeliveryConfigurationArray {
	var out elasticache.ReplicationGroupLogDeliveryConfigurationArray
	for _, kind := range []string{"slow-log", "engine-log"} {
		out = append(out, elasticache.ReplicationGroupLogDeliveryConfigurationArgs{
			Destination:     pulumi.String(a.Market.CacheLogs(a.Network.Region, a.Row.Name)),
			DestinationType: pulumi.String("cloudwatch-logs"), LogFormat: pulumi.String("json"), LogType: pulumi.String(kind),
		})
	}
	return out
}

// addParameters makes the group that the Global Datastore copies.
func addParameters(s component.Scope, a Args) (*elasticache.ParameterGroup, error) {
	var list elasticache.ParameterGroupParameterArray
	for _, p := range a.Row.parameters() {
		list = append(list, elasticache.ParameterGroupParameterArgs{Name: pulumi.String(p.name), Value: pulumi.String(p.value)})
	}
	return component.Create(s, "parameters", elasticache.NewParameterGroup, &elasticache.ParameterGroupArgs{
		Family: pulumi.String(a.Version.Family()), Description: pulumi.String(describe(a)), Parameters: list,
	})
}

func describe(a Args) string { return "pitboss market " + a.Market.Name + ": " + a.Row.Holds }
