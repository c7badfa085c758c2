package audit

import (
	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/roles"
	"pitboss/components/naming"
)

// replicationMinutes is the age at which an object that is not copied yet raises an
// event: the only value that S3 accepts.
const replicationMinutes = 15

// addReplication copies every class's bucket from one site to the other. Both ways are
// always on, so that after a swap the evidence written in the standby region is copied
// too, and the swap itself changes nothing here; S3 does not copy copies back.
//
// A copy keeps its object's lock: both buckets have Object Lock, and the role may read
// retention and legal hold. Delete markers are not copied.
func (a *Audit) addReplication(s component.Scope, args Args, from, to site) error {
	role, err := a.addReplicationRole(s, args, from, to)
	if err != nil {
		return err
	}
	for _, class := range a.classes {
		source, target := a.buckets[bucketKey{class, from.region}], a.buckets[bucketKey{class, to.region}]
		// S3 refuses the rule until both buckets are versioned, a copy into a bucket
		// whose lock is not there yet would not be locked, and one tried before the
		// role may copy fails for good.
		wait := pulumi.DependsOn(append([]pulumi.Resource{source.versioning, target.versioning, source.lock, target.lock}, role.Policies...))
		what := naming.AuditPurpose(string(class)) + "-" + from.region.String() + "-replication"
		_, err := component.Create(s, what, s3.NewBucketReplicationConfig, &s3.BucketReplicationConfigArgs{
			Bucket: source.bucket.ID(),
			Role:   role.Arn,
			Rules:  s3.BucketReplicationConfigRuleArray{copyAll(target.bucket, to)},
		}, from.with(component.Stateful(), wait)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// copyAll is the one rule of a bucket. Objects under KMS are copied only if they are
// selected and given a key of the target's region. Both directions also synchronise what
// is changed on a copy: after a swap, locks are extended and records released there.
func copyAll(target *s3.BucketV2, to site) s3.BucketReplicationConfigRuleArgs {
	return s3.BucketReplicationConfigRuleArgs{
		Id: pulumi.String("all"), Status: pulumi.String("Enabled"), Priority: pulumi.Int(0),
		Filter:                  s3.BucketReplicationConfigRuleFilterArgs{Prefix: pulumi.String("")},
		DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: pulumi.String("Disabled")},
		SourceSelectionCriteria: s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
			SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{Status: pulumi.String("Enabled")},
			ReplicaModifications:   s3.BucketReplicationConfigRuleSourceSelectionCriteriaReplicaModificationsArgs{Status: pulumi.String("Enabled")},
		},
		Destination: s3.BucketReplicationConfigRuleDestinationArgs{
			Bucket: target.Arn,
			EncryptionConfiguration: s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
				ReplicaKmsKeyId: to.key,
			},
			Metrics: s3.BucketReplicationConfigRuleDestinationMetricsArgs{
				Status:         pulumi.String("Enabled"),
				EventThreshold: s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{Minutes: pulumi.Int(replicationMinutes)},
			},
			ReplicationTime: s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
				Status: pulumi.String("Enabled"),
				Time:   s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{Minutes: pulumi.Int(replicationMinutes)},
			},
		},
	}
}

// addReplicationRole makes the role that S3 copies with, in one direction.
func (a *Audit) addReplicationRole(s component.Scope, args Args, from, to site) (*roles.Role, error) {
	what := "replication-" + from.region.String()
	// AWS documents this trust without a condition (S3 user guide, "Setting up permissions
	// for live replication"). One that S3 does not send would stop every copy in silence.
	trust := iam.Trust("s3.amazonaws.com", nil)
	role, err := roles.New(s, what, awsiam.RoleArgs{
		Name:             pulumi.String(args.Market.Role(from.region, naming.RoleReplication)),
		Description:      pulumi.String("copies audit buckets from " + from.region.String() + " to " + to.region.String()),
		AssumeRolePolicy: pulumi.String(trust.String()),
	})
	if err != nil {
		return nil, err
	}
	return role, role.Allow(s, what+"-policy", pulumi.StringArray{from.key, to.key}, func(keys []string) iam.Policy {
		return a.mayReplicate(args, from, to, keys[0], keys[1])
	})
}

// mayReplicate is what copying takes: to read every version with its lock, and to write
// the copy under the other region's key. It may not delete.
func (a *Audit) mayReplicate(args Args, from, to site, fromKey, toKey string) iam.Policy {
	var sources, targets []string
	for _, class := range a.classes {
		purpose := naming.AuditPurpose(string(class))
		sources = append(sources, naming.BucketARN(args.Market.Bucket(from.region, purpose)))
		targets = append(targets, naming.BucketARN(args.Market.Bucket(to.region, purpose))+"/*")
	}
	via := func(at site) iam.Condition {
		return iam.Condition{"StringEquals": {"kms:ViaService": {"s3." + at.region.String() + ".amazonaws.com"}}}
	}
	return iam.Document(
		iam.Statement{Sid: "Source", Effect: iam.Allow, Resource: sources,
			Action: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}},
		iam.Statement{Sid: "Versions", Effect: iam.Allow, Resource: suffixed(sources, "/*"), Action: []string{
			"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging",
			"s3:GetObjectRetention", "s3:GetObjectLegalHold",
		}},
		iam.Statement{Sid: "Copies", Effect: iam.Allow, Resource: targets,
			Action: []string{"s3:ReplicateObject", "s3:ReplicateTags"}},
		iam.Statement{Sid: "Read", Effect: iam.Allow, Resource: []string{fromKey},
			Action: []string{"kms:Decrypt"}, Condition: via(from)},
		iam.Statement{Sid: "Write", Effect: iam.Allow, Resource: []string{toKey},
			Action: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Condition: via(to)},
	)
}

func suffixed(all []string, suffix string) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = one + suffix
	}
	return out
}
