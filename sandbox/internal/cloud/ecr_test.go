package cloud

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARepository(t *testing.T) {
	w := newWorld(t)
	plan := map[string]any{"name": "pitboss/mt/login", "imageTagMutability": "IMMUTABLE", "arn": Unknown, "registryId": Unknown, "repositoryUrl": Unknown,
		"encryptionConfigurations": []any{map[string]any{"encryptionType": "KMS", "kmsKey": w.key(home)}}}
	r := w.make(home, "aws_ecr_repository", plan)
	require.Equal(t, "pitboss/mt/login", r.ID)
	require.Equal(t, "arn:aws:ecr:eu-south-1:111122223333:repository/pitboss/mt/login", r.String("arn"))
	require.Equal(t, "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/login", r.String("repositoryUrl"))
	require.Equal(t, account, r.String("registryId"))
	_, err := w.try(home, "aws_ecr_repository", with(plan, map[string]any{"imageTagMutability": "MUTABLE"}))
	w.refuses("RepositoryAlreadyExistsException", err)
	require.ErrorContains(t, err, "The repository with name 'pitboss/mt/login' already exists in the registry with id '111122223333'")
	_, err = w.try(standby, "aws_ecr_repository", plan)
	w.refuses("KmsException", err) // the key is another region's
	there := w.make(standby, "aws_ecr_repository", with(plan, map[string]any{
		"encryptionConfigurations": []any{map[string]any{"encryptionType": "KMS", "kmsKey": Unknown}}}))
	require.NotEmpty(t, there.at("encryptionConfigurations.kmsKey").([]any)[0], "ECR's own key, where none is named")

	policy := map[string]any{"repository": r.ID, "policy": `{"rules":[]}`, "registryId": Unknown}
	_, err = w.try(home, "aws_ecr_lifecycle_policy", with(policy, map[string]any{"repository": "none"}))
	w.refuses("RepositoryNotFoundException", err)
	require.Equal(t, r.ID, w.make(home, "aws_ecr_lifecycle_policy", policy).ID)
	w.delete(r, there) // with its policy, and with no image in it
}

func TestARegistryHasOneOfEachSetting(t *testing.T) {
	w := newWorld(t)
	replication := func(region, registry string) map[string]any {
		return map[string]any{"registryId": Unknown, "replicationConfiguration": map[string]any{"rules": []any{map[string]any{
			"destinations": []any{map[string]any{"region": region, "registryId": registry}}}}}}
	}
	scanning := func(scanType, frequency string) map[string]any {
		return map[string]any{"registryId": Unknown, "scanType": scanType, "rules": []any{map[string]any{"scanFrequency": frequency}}}
	}
	_, err := w.try(home, "aws_ecr_replication_configuration", replication(home, account))
	w.refuses("ValidationException", err)
	made := w.make(home, "aws_ecr_replication_configuration", replication(standby, account))
	require.Equal(t, account, made.ID)
	require.Equal(t, account, made.String("registryId"))
	_, err = w.try(home, "aws_ecr_replication_configuration", replication(standby, "999988887777"))
	w.refuses("OverwritesInSilence", err)
	require.ErrorContains(t, err, "111122223333.dkr.ecr.eu-south-1.amazonaws.com")
	w.make(standby, "aws_ecr_replication_configuration", replication(home, account)) // the other way is another registry's
	_, err = w.tryChange(made, replication(home, account))
	w.refuses("ValidationException", err)
	w.change(made, replication(home, "999988887777"))

	_, err = w.try(home, "aws_ecr_registry_scanning_configuration", scanning("BASIC", "CONTINUOUS_SCAN"))
	w.refuses("ValidationException", err)
	made = w.make(home, "aws_ecr_registry_scanning_configuration", scanning("ENHANCED", "CONTINUOUS_SCAN"))
	_, err = w.try(home, "aws_ecr_registry_scanning_configuration", scanning("BASIC", "SCAN_ON_PUSH"))
	w.refuses("OverwritesInSilence", err)
	_, err = w.tryChange(made, map[string]any{"scanType": "BASIC"})
	w.refuses("ValidationException", err)
	w.delete(made)
	w.make(home, "aws_ecr_registry_scanning_configuration", scanning("BASIC", "SCAN_ON_PUSH"))
}

func TestAServiceAccountHasOneRole(t *testing.T) {
	w := newWorld(t)
	role := w.role("wallet")
	plan := map[string]any{"clusterName": "mt", "namespace": "wallet", "serviceAccount": "wallet-ledger", "roleArn": role,
		"associationArn": Unknown, "associationId": Unknown}
	_, err := w.try(home, "aws_eks_pod_identity_association", plan)
	w.refuses("ResourceNotFoundException", err)
	w.make(home, "aws_eks_cluster", map[string]any{"name": "mt", "version": "1.35"})
	const missing = "arn:aws:iam::111122223333:role/none"
	_, err = w.try(home, "aws_eks_pod_identity_association", with(plan, map[string]any{"roleArn": missing}))
	w.refuses("InvalidParameterException", err)
	require.ErrorContains(t, err, missing)
	made := w.make(home, "aws_eks_pod_identity_association", plan)
	require.Regexp(t, `^a-[0-9a-f]{17}$`, made.ID)
	require.Equal(t, made.ID, made.String("associationId"))
	require.Equal(t, "arn:aws:eks:eu-south-1:111122223333:podidentityassociation/mt/"+made.ID, made.String("associationArn"))
	_, err = w.try(home, "aws_eks_pod_identity_association", with(plan, map[string]any{"roleArn": w.role("other")}))
	w.refuses("ResourceInUseException", err)
	require.ErrorContains(t, err, "Association already exists: "+made.ID)
	for _, other := range []map[string]any{{"namespace": "login"}, {"serviceAccount": "other"}} {
		w.make(home, "aws_eks_pod_identity_association", with(plan, other))
	}
	_, err = w.tryChange(made, map[string]any{"roleArn": missing})
	w.refuses("InvalidParameterException", err)
	w.change(made, map[string]any{"roleArn": "arn:aws:iam::111122223333:role/other"})
	w.delete(made)
	w.make(home, "aws_eks_pod_identity_association", plan)
}
