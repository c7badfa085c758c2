package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
	"pitboss/regions"
)

// bucketSpec is what differs between the buckets of a site.
type bucketSpec struct {
	purpose string             // of the name, see naming
	locked  bool               // Object Lock, set at creation: toggling it later replaces the bucket
	key     pulumi.StringInput // nil encrypts with S3's own keys
	policy  pulumi.StringInput // the bucket policy
	access  *s3.BucketV2       // where its access is logged; nil for the log bucket itself
}

// guarded is a bucket with everything around it that every bucket of ours has.
type guarded struct {
	bucket     *s3.BucketV2
	versioning *s3.BucketVersioningV2
}

// addBucket makes a bucket that is private, encrypted, versioned and logged. All of it
// is stateful: when the engine is made to forget a bucket, the cloud keeps both the
// bucket and what protects it.
func addBucket(s component.Scope, a Args, at site, spec bucketSpec) (guarded, error) {
	what := spec.purpose + "-" + at.region.String()
	opts := at.with(component.Stateful())
	bucket, err := component.Create(s, what, s3.NewBucketV2, &s3.BucketV2Args{
		Bucket:            pulumi.String(a.Market.Bucket(at.region, spec.purpose)),
		ObjectLockEnabled: pulumi.Bool(spec.locked),
		ForceDestroy:      pulumi.Bool(false), // could not beat COMPLIANCE, and must not beat the rest
	}, opts...)
	if err != nil {
		return guarded{}, err
	}
	_, err = component.Create(s, what+"-ownership", s3.NewBucketOwnershipControls, &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(),
		Rule:   s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")}, // no ACLs
	}, opts...)
	if err != nil {
		return guarded{}, err
	}
	_, err = component.Create(s, what+"-private", s3.NewBucketPublicAccessBlock, &s3.BucketPublicAccessBlockArgs{
		Bucket:          bucket.ID(),
		BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}, opts...)
	if err != nil {
		return guarded{}, err
	}
	versioning, err := component.Create(s, what+"-versioning", s3.NewBucketVersioningV2, &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}, opts...)
	if err != nil {
		return guarded{}, err
	}
	_, err = component.Create(s, what+"-encryption", s3.NewBucketServerSideEncryptionConfigurationV2, &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules:  s3.BucketServerSideEncryptionConfigurationV2RuleArray{encryption(spec.key)},
	}, opts...)
	if err != nil {
		return guarded{}, err
	}
	_, err = component.Create(s, what+"-policy", s3.NewBucketPolicy, &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: spec.policy,
	}, opts...)
	if err != nil || spec.access == nil {
		return guarded{bucket, versioning}, err
	}
	_, err = component.Create(s, what+"-access", s3.NewBucketLoggingV2, &s3.BucketLoggingV2Args{
		Bucket:       bucket.ID(),
		TargetBucket: spec.access.ID(),
		TargetPrefix: pulumi.String(spec.purpose + "/"),
	}, opts...)
	return guarded{bucket, versioning}, err
}

// encryption is the default encryption of a bucket. The bucket key spares one call to
// KMS an object.
func encryption(key pulumi.StringInput) s3.BucketServerSideEncryptionConfigurationV2RuleArgs {
	if key == nil {
		return s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("AES256"),
			},
		}
	}
	return s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm:   pulumi.String("aws:kms"),
			KmsMasterKeyId: key.ToStringOutput().ToStringPtrOutput(),
		},
		BucketKeyEnabled: pulumi.Bool(true),
	}
}

// addLocked makes the bucket of one record class: nobody, root included, changes or
// deletes an object of it before the class's period since writing is over. AWS asks for
// a quarter of an hour between turning versions on and the first write that matters.
func addLocked(s component.Scope, a Args, at site, r regions.Retention, access *s3.BucketV2) (*locked, error) {
	purpose := naming.AuditPurpose(string(r.Class))
	arn := naming.BucketARN(a.Market.Bucket(at.region, purpose))
	g, err := addBucket(s, a, at, bucketSpec{
		purpose: purpose, locked: true, key: at.key, access: access,
		policy: component.JSON(pulumi.StringArray{at.key}, func(refs []string) any {
			return iam.Document(append(append(onlyTLS(arn), onlyKey(arn, refs[0])...), noDeletion(arn))...)
		}),
	})
	if err != nil {
		return nil, err
	}
	what := purpose + "-" + at.region.String()
	opts := at.with(component.Stateful(), pulumi.DependsOn([]pulumi.Resource{g.versioning}))
	lock, err := component.Create(s, what+"-lock", s3.NewBucketObjectLockConfigurationV2, &s3.BucketObjectLockConfigurationV2Args{
		Bucket: g.bucket.ID(),
		Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String("COMPLIANCE"), Years: pulumi.Int(r.Years),
			},
		},
	}, opts...)
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, what+"-lifecycle", s3.NewBucketLifecycleConfigurationV2, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: g.bucket.ID(),
		Rules:  lifecycle(r),
	}, opts...)
	return &locked{g.bucket, g.versioning, lock}, err
}
