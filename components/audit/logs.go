package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
	"pitboss/regions"
)

// addAccessLogs makes the bucket that records who touched the others. It has no lock,
// because S3 does not deliver access logs into a locked bucket, and S3's own encryption
// keys, because it does not deliver into one encrypted with KMS either.
func addAccessLogs(s component.Scope, a Args, at site) (*s3.BucketV2, error) {
	arn := naming.BucketARN(a.Market.Bucket(at.region, naming.AccessLogs))
	return addLogBucket(s, a, at, bucketSpec{
		purpose: naming.AccessLogs,
		policy:  pulumi.String(iam.Document(append(onlyTLS(arn), fromAccessLogging(arn, a, at))...).String()),
	})
}

// addFlowLogs makes the bucket that the region's network logs to, under the audit key.
// It has no lock: that flow-log delivery can write where a default retention applies is
// stated nowhere, and a delivery that fails silently loses more than a lock keeps.
func addFlowLogs(s component.Scope, a Args, at site, access *s3.BucketV2) error {
	arn := naming.BucketARN(a.Market.Bucket(at.region, naming.FlowLogs))
	_, err := addLogBucket(s, a, at, bucketSpec{
		purpose: naming.FlowLogs, key: at.key, access: access,
		policy: component.JSON(pulumi.StringArray{at.key}, func(refs []string) any {
			statements := append(onlyTLS(arn), onlyKey(arn, refs[0])...)
			return iam.Document(append(statements, fromFlowLogs(arn, a, at)...)...)
		}),
	})
	return err
}

// addLogBucket makes a bucket without a lock that forgets after the platform's period.
func addLogBucket(s component.Scope, a Args, at site, spec bucketSpec) (*s3.BucketV2, error) {
	g, err := addBucket(s, a, at, spec)
	if err != nil {
		return nil, err
	}
	_, err = component.Create(s, spec.purpose+"-"+at.region.String()+"-lifecycle", s3.NewBucketLifecycleConfigurationV2, &s3.BucketLifecycleConfigurationV2Args{
		Bucket: g.bucket.ID(),
		Rules:  forget(days(a.years(regions.RecordPlatform)), s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")}),
	}, at.with(component.Stateful(), pulumi.DependsOn([]pulumi.Resource{g.versioning}))...)
	return g.bucket, err
}
