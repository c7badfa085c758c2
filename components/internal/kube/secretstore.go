package kube

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/regions"
)

// SecretStoreKind is how the External Secrets operator is told where a namespace's
// secrets are.
var SecretStoreKind = Kind{APIVersion: "external-secrets.io/v1", Name: "SecretStore"}

// SecretStoreArgs describes AWS Secrets Manager as one namespace sees it.
type SecretStoreArgs struct {
	// Meta names it. Required.
	Meta Meta
	// Region is where the secrets are read. Required.
	Region regions.Region
	// RoleARN is the role that the operator takes on before it reads: what the namespace
	// may see is decided there. Required: without, the operator would read as itself.
	RoleARN pulumi.StringInput
}

// NewSecretStore makes a SecretStore.
func NewSecretStore(s component.Scope, what string, args SecretStoreArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if blank(args.Meta.Name) || args.Region.IsZero() || args.RoleARN == nil {
		return nil, fmt.Errorf("SecretStore %q needs a name, a region and a role", args.Meta.Name)
	}
	return Custom(s, what, SecretStoreKind, args.Meta, pulumi.Map{"provider": pulumi.Map{"aws": pulumi.Map{
		"service": pulumi.String("SecretsManager"), "region": pulumi.String(args.Region.String()), "role": args.RoleARN,
	}}}, opts...)
}
