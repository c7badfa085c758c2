// Package roles makes IAM roles whose users wait for the policies as well as for the
// role: a node or an add-on that starts with half of its permissions fails in ways that
// say nothing about permissions. Only packages under components/ import it.
package roles

import (
	"strings"

	awsiam "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/iam"
	"pitboss/components/naming"
)

// Role is a role together with what makes it useful.
type Role struct {
	*awsiam.Role
	// Policies is what a user of the role waits for.
	Policies []pulumi.Resource
}

// New makes a role with policies that AWS maintains, named as AWS names them.
func New(s component.Scope, what string, args awsiam.RoleArgs, policies ...string) (*Role, error) {
	role, err := component.Create(s, what, awsiam.NewRole, &args)
	if err != nil {
		return nil, err
	}
	out := &Role{Role: role}
	for _, policy := range policies {
		short := policy[strings.LastIndex(policy, "/")+1:]
		made, err := component.Create(s, what+"-"+short, awsiam.NewRolePolicyAttachment, &awsiam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String(naming.ManagedPolicy(policy)),
		})
		if err != nil {
			return nil, err
		}
		out.Policies = append(out.Policies, made)
	}
	return out, nil
}

// Allow adds a policy of our own that mentions resources by ARN.
func (r *Role) Allow(s component.Scope, what string, arns pulumi.StringArray, doc func(arns []string) iam.Policy) error {
	made, err := component.Create(s, what, awsiam.NewRolePolicy, &awsiam.RolePolicyArgs{
		Role:   r.Role.ID(),
		Policy: component.JSON(arns, func(arns []string) any { return doc(arns) }),
	})
	if err != nil {
		return err
	}
	r.Policies = append(r.Policies, made)
	return nil
}
