package cloud

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSubnetLaws(t *testing.T) {
	cases := map[string]struct{ reason, cidr, code string }{
		"Outside": {"a subnet lies in its VPC's range", "10.99.0.0/20", "InvalidSubnet.Range"},
		"Larger":  {"a subnet is no larger than its VPC", "10.0.0.0/8", "InvalidSubnet.Range"},
		"Overlap": {"two subnets share no address", "10.16.8.0/21", "InvalidSubnet.Conflict"},
		"Fits":    {"the laws refuse nothing that AWS takes", "10.16.16.0/20", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			vpc := w.vpc()
			w.make(home, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.16.0.0/20"})
			_, err := w.try(home, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": c.cidr})
			if c.code == "" {
				require.NoError(t, err, c.reason)
				return
			}
			w.refuses(c.code, err)
		})
	}
}

func TestReferencesHold(t *testing.T) {
	w := newWorld(t)
	_, err := w.try(home, "aws_subnet", map[string]any{"vpcId": "vpc-none", "cidrBlock": "10.16.0.0/20"})
	w.refuses("InvalidVpcID.NotFound", err)
	vpc := w.vpc()
	w.make(home, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.16.0.0/20"})
	w.refuses("DependencyViolation", w.cloud.Delete(t.Context(), account, home, "aws_vpc", vpc.ID))
	w.make(home, "aws_iam_role", map[string]any{"name": "r"})
	w.make(home, "aws_iam_role_policy_attachment", map[string]any{"role": "r", "policyArn": "arn:aws:iam::aws:policy/x"})
	w.refuses("DeleteConflict", w.cloud.Delete(t.Context(), account, standby, "aws_iam_role", "r"))
	_, err = w.try(home, "aws_s3_bucket_object_lock_configuration", map[string]any{"bucket": "none"})
	w.refuses("NoSuchBucket", err)
}

func TestReferencesInsideAnObjectHold(t *testing.T) {
	w := newWorld(t)
	vpc := w.vpc()
	subnet := w.make(home, "aws_subnet", map[string]any{"vpcId": vpc.ID, "cidrBlock": "10.16.0.0/20"})
	w.make(home, "aws_eks_cluster", map[string]any{"name": "c", "version": "1.35", "vpcConfig": map[string]any{"subnetIds": []any{subnet.ID}}})
	w.refuses("DependencyViolation", w.cloud.Delete(t.Context(), account, home, "aws_subnet", subnet.ID))
}

func TestNamesAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.make(home, "aws_s3_bucket", map[string]any{"bucket": "audit"})
	_, err := w.try(standby, "aws_s3_bucket", map[string]any{"bucket": "audit"})
	w.refuses("BucketAlreadyOwnedByYou", err)
	_, err = w.cloud.Create(t.Context(), Request{Account: "999988887777", Region: home, Type: "aws_s3_bucket", Planned: map[string]any{"bucket": "audit"}})
	w.refuses("BucketAlreadyExists", err)
	w.make(home, "aws_kms_alias", map[string]any{"name": "alias/a", "targetKeyId": "k"})
	w.make(standby, "aws_kms_alias", map[string]any{"name": "alias/a", "targetKeyId": "k"})
	_, err = w.try(home, "aws_kms_alias", map[string]any{"name": "alias/a", "targetKeyId": "another"})
	w.refuses("AlreadyExistsException", err)
}

func TestKubernetesVersionLaws(t *testing.T) {
	w := newWorld(t)
	_, err := w.try(home, "aws_eks_cluster", map[string]any{"name": "old", "version": "1.29"})
	w.refuses("InvalidParameterException", err)
	cluster := w.make(home, "aws_eks_cluster", map[string]any{"name": "c", "version": "1.33"})
	update := func(version string) error {
		_, err := w.cloud.Update(t.Context(), Request{Account: account, Region: home, Type: cluster.Type, ID: cluster.ID,
			Planned: map[string]any{"name": "c", "version": version}})
		return err
	}
	w.refuses("InvalidParameterException", update("1.35")) // skips a minor version
	require.NoError(t, update("1.34"))
	w.refuses("InvalidParameterException", update("1.33")) // goes back
}

func TestAKeyWaitsBeforeItGoes(t *testing.T) {
	w := newWorld(t)
	key := w.make(home, "aws_kms_key", map[string]any{"deletionWindowInDays": 3})
	w.refuses("ValidationException", w.cloud.Delete(t.Context(), account, home, key.Type, key.ID))
}

func TestComplianceLockedObjectsCannotGo(t *testing.T) {
	w := newWorld(t)
	w.make(home, "aws_s3_bucket", map[string]any{"bucket": "audit", "forceDestroy": true})
	w.make(home, "aws_s3_bucket_object_lock_configuration", map[string]any{"bucket": "audit",
		"rule": map[string]any{"defaultRetention": map[string]any{"mode": "COMPLIANCE", "years": 5}}})
	o, err := w.cloud.PutObject("audit", "trail.json", 10)
	require.NoError(t, err)
	require.Equal(t, "COMPLIANCE", o.Mode)
	w.refuses("AccessDenied", w.cloud.DeleteObject("audit", "trail.json"))
	w.refuses("AccessDenied", w.cloud.Delete(t.Context(), account, home, "aws_s3_bucket", "audit"))
	objects, err := w.cloud.Objects("audit")
	require.NoError(t, err)
	require.Len(t, objects, 1, "the refused deletion took nothing")

	w.make(home, "aws_s3_bucket", map[string]any{"bucket": "plain"})
	_, err = w.cloud.PutObject("plain", "a", 1)
	require.NoError(t, err)
	w.refuses("BucketNotEmpty", w.cloud.Delete(t.Context(), account, home, "aws_s3_bucket", "plain"))
	require.NoError(t, w.cloud.DeleteObject("plain", "a"))
	require.NoError(t, w.cloud.Delete(t.Context(), account, home, "aws_s3_bucket", "plain"))
}
