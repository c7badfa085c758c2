// Package stateful is the one table of the resource types that the program uses: which of
// them hold something that a swap of the active region may not touch, how each is kept,
// and which are free to change. The tests of the stacks import it; it knows no component.
package stateful

import "slices"

// Keep is how a type is kept from being lost.
type Keep string

// The ways to keep something.
const (
	// Forever: the engine refuses to delete it, and a stack that is destroyed all the same
	// leaves it in the cloud.
	Forever Keep = "forever"
	// Member: the engine refuses to delete it until somebody names it, and then it really
	// goes: the other region holds the same data, or it can be made again at a price.
	Member Keep = "member"
	// Whole: it is kept by what it belongs to (a cluster in production, which takes its
	// node groups with it), and by the law that a swap touches it not.
	Whole Keep = "whole"
)

// Kind is one type that holds something.
type Kind struct {
	Type  string // the engine's token
	Holds string // what would be lost
	Keep  Keep
	// Decided are the inputs that the region's role decides when the resource is made and
	// never again: IgnoreChanges names each.
	Decided []string
	// AWS is the input by which AWS itself refuses a deletion. Empty: it has none.
	AWS string
}

var kinds = []Kind{
	{Type: "aws:kms/key:Key", Holds: "what everything of its class is encrypted with", Keep: Forever},
	{Type: "aws:kms/replicaKey:ReplicaKey", Holds: "the same key in the standby region", Keep: Forever},

	{Type: "aws:s3/bucketV2:BucketV2", Holds: "evidence", Keep: Forever},
	{Type: "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", Holds: "when evidence may go", Keep: Forever},
	{Type: "aws:s3/bucketLoggingV2:BucketLoggingV2", Holds: "who touched evidence", Keep: Forever},
	{Type: "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", Holds: "the lock on evidence", Keep: Forever},
	{Type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls", Holds: "whose evidence is", Keep: Forever},
	{Type: "aws:s3/bucketPolicy:BucketPolicy", Holds: "who may touch evidence", Keep: Forever},
	{Type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", Holds: "that evidence is not public", Keep: Forever},
	{Type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig", Holds: "the second copy of evidence", Keep: Forever},
	{Type: "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", Holds: "how evidence is encrypted", Keep: Forever},
	{Type: "aws:s3/bucketVersioningV2:BucketVersioningV2", Holds: "every version of evidence", Keep: Forever},

	{Type: "aws:cloudwatch/logGroup:LogGroup", Holds: "logs of clusters, databases, caches and brokers", Keep: Forever},
	{Type: "aws:route53/zone:Zone", Holds: "the market's names, and the delegation to them", Keep: Forever},
	{Type: "aws:secretsmanager/secret:Secret", Holds: "the ARN that consumers know", Keep: Forever},
	{Type: "aws:secretsmanager/secretVersion:SecretVersion", Holds: "a password", Keep: Forever},
	{Type: "random:index/randomPassword:RandomPassword", Holds: "a password", Keep: Forever},
	{Type: "random:index/randomUuid:RandomUuid", Holds: "the deployment's name in evidence", Keep: Forever},
	{Type: "aws:backup/vault:Vault", Holds: "backups of databases", Keep: Forever},
	{Type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration", Holds: "the lock on backups", Keep: Forever},
	{Type: "aws:ecr/repository:Repository", Holds: "the images that run, and those that were certified", Keep: Forever},
	{Type: "aws:rds/globalCluster:GlobalCluster", Holds: "a database's identity over both regions", Keep: Forever, AWS: "deletionProtection"},

	{
		Type: "aws:rds/cluster:Cluster", Holds: "a database", Keep: Member, AWS: "deletionProtection",
		Decided: []string{"databaseName", "masterUsername", "masterPassword", "sourceRegion"},
	},
	{Type: "aws:rds/clusterInstance:ClusterInstance", Holds: "a zone's share of a database: another one is a failover", Keep: Member},
	{Type: "random:index/randomId:RandomId", Holds: "the name of a database's last snapshot", Keep: Member},
	{Type: "aws:elasticache/replicationGroup:ReplicationGroup", Holds: "sessions and caches", Keep: Member},
	{Type: "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup", Holds: "a cache's identity over both regions", Keep: Member},
	{Type: "aws:msk/cluster:Cluster", Holds: "topics", Keep: Member},

	{Type: "aws:globalaccelerator/accelerator:Accelerator", Holds: "the two addresses that players and partners know", Keep: Member},
	{Type: "aws:route53recoverycontrol/cluster:Cluster", Holds: "the switch that works when a region does not", Keep: Member},

	{Type: "aws:eks/cluster:Cluster", Holds: "everything that runs", Keep: Whole},
	{Type: "aws:eks/nodeGroup:NodeGroup", Holds: "the nodes that it runs on", Keep: Whole, Decided: []string{"scalingConfig.desiredSize"}},
}

// Kinds is every type that holds something, in the order of the list.
func Kinds() []Kind { return slices.Clone(kinds) }

// Find is the row of a type, and whether it has one.
func Find(typ string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Type == typ })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}
