package audit

import (
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
)

// onlyTLS refuses every request to a bucket that is not encrypted on the wire.
func onlyTLS(arn string) []iam.Statement {
	all := []string{arn, arn + "/*"}
	return []iam.Statement{
		{
			Sid: "OnlyTLS", Effect: iam.Deny, Principal: iam.Anyone(), Action: []string{"s3:*"}, Resource: all,
			Condition: iam.Condition{"Bool": {"aws:SecureTransport": {"false"}}},
		},
		{
			Sid: "OnlyTLS12", Effect: iam.Deny, Principal: iam.Anyone(), Action: []string{"s3:*"}, Resource: all,
			Condition: iam.Condition{"NumericLessThan": {"s3:TlsVersion": {"1.2"}}},
		},
	}
}

// onlyKey refuses objects that are encrypted in any other way than with key. A request
// that names no encryption gets the bucket's default, which is the same key; that is how
// AWS's own log delivery writes. Both statements therefore speak only of requests that
// name one: in a Deny, a negated operator matches a missing header too, with IfExists or
// without. A request that names aws:kms and no key would get S3's own key, so it is
// refused as well.
func onlyKey(arn, key string) []iam.Statement {
	objects := []string{arn + "/*"}
	named := map[string][]string{"s3:x-amz-server-side-encryption": {"false"}}
	return []iam.Statement{
		{
			Sid: "OnlyEncrypted", Effect: iam.Deny, Principal: iam.Anyone(), Action: []string{"s3:PutObject"}, Resource: objects,
			Condition: iam.Condition{"Null": named, "StringNotEquals": {"s3:x-amz-server-side-encryption": {"aws:kms"}}},
		},
		{
			Sid: "OnlyOurKey", Effect: iam.Deny, Principal: iam.Anyone(), Action: []string{"s3:PutObject"}, Resource: objects,
			Condition: iam.Condition{"Null": named, "StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": {key}}},
		},
	}
}

// noDeletion refuses deletions by anybody: of a version, which the lock refuses for its
// time only, and of the current one, which would hide evidence behind a delete marker.
// What is over goes by the lifecycle, which S3 itself carries out.
func noDeletion(arn string) iam.Statement {
	return iam.Statement{
		Sid: "OnlyLifecycleDeletes", Effect: iam.Deny, Principal: iam.Anyone(),
		Action: []string{"s3:DeleteObject", "s3:DeleteObjectVersion"}, Resource: []string{arn + "/*"},
	}
}

// fromAccessLogging lets S3 deliver access logs of this market's buckets in the site.
func fromAccessLogging(arn string, a Args, at site) iam.Statement {
	return iam.Statement{
		Sid: "AccessLogs", Effect: iam.Allow, Principal: iam.Service("logging.s3.amazonaws.com"),
		Action: []string{"s3:PutObject"}, Resource: []string{arn + "/*"},
		Condition: iam.Condition{
			"StringEquals": {"aws:SourceAccount": {a.Market.Account}},
			"ArnEquals":    {"aws:SourceArn": a.loggedBuckets(at)},
		},
	}
}

// loggedBuckets is the ARN of every bucket in the site whose access is logged.
func (a Args) loggedBuckets(at site) []string {
	arns := []string{naming.BucketARN(a.Market.Bucket(at.region, naming.FlowLogs))}
	for _, r := range a.Retentions {
		arns = append(arns, naming.BucketARN(a.Market.Bucket(at.region, naming.AuditPurpose(string(r.Class)))))
	}
	return arns
}

// fromFlowLogs lets AWS deliver flow logs of this account in the site's region. Without
// our own statements AWS would write them into the policy itself, as drift.
func fromFlowLogs(arn string, a Args, at site) []iam.Statement {
	source := map[string][]string{"aws:SourceArn": {a.Market.LogsARN(at.region, "*")}}
	return []iam.Statement{
		{
			Sid: "FlowLogsWrite", Effect: iam.Allow, Principal: iam.Service("delivery.logs.amazonaws.com"),
			Action: []string{"s3:PutObject"}, Resource: []string{arn + "/AWSLogs/*"},
			Condition: iam.Condition{
				"StringEquals": {"aws:SourceAccount": {a.Market.Account}, "s3:x-amz-acl": {"bucket-owner-full-control"}},
				"ArnLike":      source,
			},
		},
		{
			Sid: "FlowLogsCheck", Effect: iam.Allow, Principal: iam.Service("delivery.logs.amazonaws.com"),
			Action: []string{"s3:GetBucketAcl", "s3:ListBucket"}, Resource: []string{arn},
			Condition: iam.Condition{"StringEquals": {"aws:SourceAccount": {a.Market.Account}}, "ArnLike": source},
		},
	}
}
