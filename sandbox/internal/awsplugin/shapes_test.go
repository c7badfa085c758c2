package awsplugin

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShapesGoThereAndBack(t *testing.T) {
	cases := map[string]struct {
		reason, tfType string
		sdk, bridge    map[string]any
	}{
		"Renamed": {"Pulumi's pluraliser and pulumi-aws disagree on egress", "aws_default_security_group",
			map[string]any{"egress": []any{map[string]any{"fromPort": 1.0}}, "vpcId": "v"},
			map[string]any{"egresses": []any{map[string]any{"fromPort": 1.0}}, "vpcId": "v"}},
		"Nested": {"blocks below a list are found in each of its elements", "aws_s3_bucket_lifecycle_configuration",
			map[string]any{"rules": []any{map[string]any{"id": "a", "expiration": map[string]any{"days": 1.0}}, map[string]any{"id": "b"}}},
			map[string]any{"rules": []any{map[string]any{"id": "a", "expirations": []any{map[string]any{"days": 1.0}}}, map[string]any{"id": "b"}}}},
		"Inner": {"a rewritten property may lie in a rewritten one", "aws_s3_bucket_lifecycle_configuration",
			map[string]any{"rules": []any{map[string]any{"filter": map[string]any{"and": map[string]any{"prefix": "a"}}}}},
			map[string]any{"rules": []any{map[string]any{"filters": []any{map[string]any{"ands": []any{map[string]any{"prefix": "a"}}}}}}}},
		"Unknown": {"what is unknown stays so as a whole", "aws_s3_bucket_lifecycle_configuration",
			map[string]any{"rules": []any{map[string]any{"filter": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}},
			map[string]any{"rules": []any{map[string]any{"filters": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}}}},
		"List": {"pulumi-aws has lists where Terraform allows one", "aws_route53_record",
			map[string]any{"aliases": []any{map[string]any{"name": "a"}}, "weightedRoutingPolicies": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"},
			map[string]any{"alias": map[string]any{"name": "a"}, "weightedRoutingPolicy": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}},
		"Words": {"Terraform tells not set from false by words", "aws_elasticache_replication_group",
			map[string]any{"atRestEncryptionEnabled": true, "autoMinorVersionUpgrade": false},
			map[string]any{"atRestEncryptionEnabled": "true", "autoMinorVersionUpgrade": "false"}},
		"Numbers": {"and from 0", "aws_lb_target_group", map[string]any{"deregistrationDelay": 30.0}, map[string]any{"deregistrationDelay": "30"}},
		"UnknownWords": {"what is unknown stays so", "aws_lb_target_group",
			map[string]any{"deregistrationDelay": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, map[string]any{"deregistrationDelay": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}},
		"Alarm":     {"an alarm's name is its name", "aws_cloudwatch_metric_alarm", map[string]any{"name": "lag"}, map[string]any{"alarmName": "lag"}},
		"Untouched": {"most types need nothing", "aws_vpc", map[string]any{"cidrBlock": "x"}, map[string]any{"cidrBlock": "x"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.bridge, toBridge(c.tfType, c.sdk), c.reason)
			require.Equal(t, c.sdk, fromBridge(c.tfType, c.bridge), c.reason)
		})
	}
}

func TestTheCertificateAuthorityIsACopy(t *testing.T) {
	outputs := fromBridge("aws_eks_cluster", map[string]any{"certificateAuthorities": []any{map[string]any{"data": "Q0E="}}})
	require.Equal(t, map[string]any{"data": "Q0E="}, outputs["certificateAuthority"])
	require.Contains(t, outputs, "certificateAuthorities")
	require.NotContains(t, toBridge("aws_eks_cluster", outputs), "certificateAuthority", "the bridge does not know it")
}

func TestDeprecatedSettingsOfABucketAreRefused(t *testing.T) {
	require.Equal(t, []string{"websites"}, refusedInputs("aws_s3_bucket", map[string]any{"bucket": "b", "websites": []any{}}))
	require.Empty(t, refusedInputs("aws_s3_bucket", map[string]any{"bucket": "b"}))
}

func TestPathsOfDiffs(t *testing.T) {
	lifecycle := "aws_s3_bucket_lifecycle_configuration"
	for from, to := range map[string]string{
		"rules[0].expirations[0].days":       "rules[0].expiration.days",
		"rules[1].filters":                   "rules[1].filter",
		"rules[1].filters[0].ands[0].prefix": "rules[1].filter.and.prefix",
		"rules[0].id":                        "rules[0].id",
		"bucket":                             "bucket",
	} {
		require.Equal(t, to, pathFromBridge(lifecycle, from))
	}
	require.Equal(t, "failoverRoutingPolicies[0].type", pathFromBridge("aws_route53_record", "failoverRoutingPolicy.type"))
	require.Equal(t, "aliases", pathFromBridge("aws_route53_record", "alias"))
	require.Equal(t, []string{"weightedRoutingPolicy", "alias.name", "ttl"},
		pathsToBridge("aws_route53_record", []string{"weightedRoutingPolicies", "aliases[0].name", "ttl"}))
	require.Equal(t, "egress[0].fromPort", pathFromBridge("aws_security_group", "egresses[0].fromPort"))
}

func TestWhatIsNotSetHasNoValue(t *testing.T) {
	require.Empty(t, fromBridge("aws_lb_target_group", map[string]any{"deregistrationDelay": ""}))
	require.Empty(t, toBridge("aws_route53_record", map[string]any{"aliases": []any{}}))
}

func TestOverlayTakesOnlyWhatTheProgramSaid(t *testing.T) {
	given := map[string]any{"vpcConfig": map[string]any{"subnetIds": []any{"a", "b"}}, "version": "1.35"}
	now := map[string]any{"vpcConfig": map[string]any{"subnetIds": []any{"a", "c"}, "vpcId": "v"}, "version": "1.36", "arn": "x"}
	require.Equal(t, map[string]any{"vpcConfig": map[string]any{"subnetIds": []any{"a", "c"}}, "version": "1.36"}, overlay(given, now))
}

func TestCredentialsOfAnotherAccountAreRefused(t *testing.T) {
	t.Setenv(accountEnv, "999999999999")
	c, err := readConfig(map[string]any{"region": "eu-south-1", "allowedAccountIds": `["111122223333"]`})
	require.NoError(t, err)
	require.ErrorContains(t, c.check(), "AWS account ID not allowed: 999999999999 (allowed: 111122223333)")
	t.Setenv(accountEnv, "")
	c, err = readConfig(map[string]any{"region": "eu-south-1", "allowedAccountIds": `["111122223333"]`})
	require.NoError(t, err)
	require.NoError(t, c.check())
	require.Equal(t, "111122223333", c.account)
	_, err = readConfig(map[string]any{})
	require.ErrorContains(t, err, "aws:region")
}
