package awsplugin

// shapes is by Terraform type, inner properties before those that hold them.
var shapes = map[string][]shape{
	"aws_default_security_group":  gress,
	"aws_network_acl":             gress,
	"aws_security_group":          gress,
	"aws_cloudwatch_metric_alarm": {{sdk: "name", bridge: "alarmName"}},
	"aws_elasticache_replication_group": {
		{sdk: "atRestEncryptionEnabled", bridge: "atRestEncryptionEnabled", form: bridgeHasText},
		{sdk: "autoMinorVersionUpgrade", bridge: "autoMinorVersionUpgrade", form: bridgeHasText},
	},
	"aws_lb_target_group": {{sdk: "deregistrationDelay", bridge: "deregistrationDelay", form: bridgeHasText}},
	"aws_route53_record": {
		{sdk: "aliases", bridge: "alias", form: sdkHasList},
		{sdk: "failoverRoutingPolicies", bridge: "failoverRoutingPolicy", form: sdkHasList},
		{sdk: "geolocationRoutingPolicies", bridge: "geolocationRoutingPolicy", form: sdkHasList},
		{sdk: "latencyRoutingPolicies", bridge: "latencyRoutingPolicy", form: sdkHasList},
		{sdk: "weightedRoutingPolicies", bridge: "weightedRoutingPolicy", form: sdkHasList},
	},
	"aws_eks_cluster": {
		{sdk: "certificateAuthority", bridge: "certificateAuthorities", form: sdkCopies},
		{sdk: "defaultAddonsToRemoves", form: sdkOnly},
	},
	"aws_s3_bucket_lifecycle_configuration": {
		{path: []string{"rules", "*", "filter"}, sdk: "and", bridge: "ands", form: bridgeHasList},
		{path: []string{"rules", "*", "filter"}, sdk: "tag", bridge: "tags", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "expiration", bridge: "expirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "filter", bridge: "filters", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "noncurrentVersionExpiration", bridge: "noncurrentVersionExpirations", form: bridgeHasList},
		{path: []string{"rules", "*"}, sdk: "abortIncompleteMultipartUpload", bridge: "abortIncompleteMultipartUploads", form: bridgeHasList},
	},
	// pulumi-aws's fork of the provider has these settings of a bucket in a form
	// of its own. They are deprecated: each is a resource of its own now.
	"aws_s3_bucket": {
		{sdk: "lifecycleRules", bridge: "lifecycleRules", form: refused},
		{sdk: "loggings", bridge: "logging", form: refused},
		{sdk: "objectLockConfiguration", bridge: "objectLockConfiguration", form: refused},
		{sdk: "replicationConfigurations", bridge: "replicationConfiguration", form: refused},
		{sdk: "serverSideEncryptionConfigurations", bridge: "serverSideEncryptionConfiguration", form: refused},
		{sdk: "versionings", bridge: "versioning", form: refused},
		{sdk: "websites", bridge: "website", form: refused},
	},
}

// gress: Pulumi's pluraliser makes "egresses"; pulumi-aws kept "egress".
var gress = []shape{{sdk: "ingress", bridge: "ingresses"}, {sdk: "egress", bridge: "egresses"}}
