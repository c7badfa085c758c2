package namespace

import (
	"slices"

	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/internal/kube"
	"pitboss/components/internal/roles"
)

// SecretStoreName is what the ExternalSecrets of every namespace name as their store.
const SecretStoreName = "aws"

// addSecrets makes the way to the domain's secrets: the operator takes on a role that reads
// exactly those. Nothing of it is made for a domain that reads none.
func (n *Namespace) addSecrets(s component.Scope) error {
	if len(n.args.Secrets) == 0 {
		return nil
	}
	role, err := n.addReader(s)
	if err != nil {
		return err
	}
	store, err := kube.NewSecretStore(s, "secrets", kube.SecretStoreArgs{
		Meta: n.fence.Meta(SecretStoreName), Region: n.args.Region, RoleARN: role.Arn,
	}, pulumi.DependsOn(role.Policies))
	return n.keep(store, err)
}

// addReader makes the role that reads the domain's secrets. Its trust names the operator's
// role, which is all that AWS asks for within an account: the operator's own role allows
// nothing.
func (n *Namespace) addReader(s component.Scope) (*roles.Role, error) {
	role, err := roles.New(s, "secrets-role", awsiam.RoleArgs{
		Description: pulumi.String("secrets of " + n.args.Domain.Name + " of market " + n.args.Market.Name + " in " + n.args.Region.String()),
		AssumeRolePolicy: component.JSON(pulumi.StringArray{n.args.OperatorRoleARN}, func(arns []string) any {
			return iam.Document(iam.Statement{
				Sid: "Operator", Effect: iam.Allow, Principal: iam.Arn(arns[0]),
				// The tags with which Pod Identity says which pod asks are passed on.
				Action: []string{"sts:AssumeRole", "sts:TagSession"},
			})
		}),
	})
	if err != nil {
		return nil, err
	}
	return role, role.Allow(s, "secrets-policy", n.arns(), func(arns []string) iam.Policy {
		half := len(arns) / 2
		return iam.Document(
			iam.Statement{Sid: "Read", Effect: iam.Allow, Resource: arns[:half],
				Action: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"}},
			iam.Statement{Sid: "Decrypt", Effect: iam.Allow, Resource: unique(arns[half:]), Action: []string{"kms:Decrypt"},
				Condition: iam.Condition{"StringEquals": {"kms:ViaService": {"secretsmanager." + n.args.Region.String() + ".amazonaws.com"}}}},
		)
	})
}

// arns is those of the secrets, and then those of their keys.
func (n *Namespace) arns() pulumi.StringArray {
	var secrets, keys pulumi.StringArray
	for _, one := range n.args.Secrets {
		secrets, keys = append(secrets, one.ARN), append(keys, one.KeyARN)
	}
	return append(secrets, keys...)
}

// unique is all, sorted, without repeats.
func unique(all []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(all)))
}
