package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/regions"
)

// Over-retention is a breach as well, so every bucket also forgets. The lock is only
// the lower bound: it counts from writing, and where no period was verified it is a
// guess. Where the period counts from writing too and is known, an object goes when it
// is old enough. Everywhere else (it counts from the end of a customer relationship or
// from a report; nobody has read the figure) age says nothing: whoever keeps the records
// tags an object Released once its period is over, and only then does it go; until then
// its owner extends the lock object by object.

// Released is the object tag by which the owner of a record says that its period is over.
const (
	ReleasedKey   = "pitboss:retention"
	ReleasedValue = "ended"
)

// sweepDays is how soon leftovers go: versions that the lock no longer holds, and
// uploads that were never completed.
const sweepDays = 1

// lifecycle is how a locked bucket forgets records of r: by age, or by age and release.
func lifecycle(r regions.Retention) s3.BucketLifecycleConfigurationV2RuleArray {
	if r.ExpiresByAge() {
		return forget(days(r.Years), s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")})
	}
	return forget(days(r.Years), s3.BucketLifecycleConfigurationV2RuleFilterArgs{
		Tag: s3.BucketLifecycleConfigurationV2RuleFilterTagArgs{
			Key: pulumi.String(ReleasedKey), Value: pulumi.String(ReleasedValue),
		},
	})
}

// forget expires what filter matches after so many days, and sweeps up. Expiring only
// hides an object behind a delete marker: the version below goes a day later, which S3
// puts off for as long as the version is locked.
func forget(after int, filter s3.BucketLifecycleConfigurationV2RuleFilterArgs) s3.BucketLifecycleConfigurationV2RuleArray {
	return s3.BucketLifecycleConfigurationV2RuleArray{
		s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("forget"), Status: pulumi.String("Enabled"), Filter: filter,
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(after)},
			NoncurrentVersionExpiration: s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
				NoncurrentDays: pulumi.Int(sweepDays),
			},
		},
		s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("sweep"), Status: pulumi.String("Enabled"),
			Filter:     s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
				DaysAfterInitiation: pulumi.Int(sweepDays),
			},
		},
	}
}

// days is the shortest whole number of days that no run of years is longer than: a
// year of 365 days and a leap day for every four years begun.
func days(years int) int { return years*365 + (years+3)/4 }
