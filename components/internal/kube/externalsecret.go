package kube

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// ExternalSecretKind is how a secret of a SecretStore becomes a Secret.
var ExternalSecretKind = Kind{APIVersion: "external-secrets.io/v1", Name: "ExternalSecret"}

// ExternalSecretArgs describes one Secret that is a copy of a secret elsewhere.
type ExternalSecretArgs struct {
	// Meta names it, and the Secret. Required.
	Meta Meta
	// Store is the SecretStore of the namespace. Required.
	Store string
	// Key is the secret's name there. Its fields become the Secret's. Required.
	Key string
}

// NewExternalSecret makes an ExternalSecret, and with it the Secret: it goes with it, and is
// read anew every hour. A secret that was deleted at its source stays here, because pods that
// start anew could not without.
func NewExternalSecret(s component.Scope, what string, args ExternalSecretArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if blank(args.Meta.Name) || blank(args.Store) || blank(args.Key) {
		return nil, fmt.Errorf("ExternalSecret %q needs a name, a store and a key, got store %q and key %q", args.Meta.Name, args.Store, args.Key)
	}
	return Custom(s, what, ExternalSecretKind, args.Meta, pulumi.Map{
		"refreshInterval": pulumi.String("1h0m0s"),
		"secretStoreRef":  pulumi.Map{"kind": pulumi.String("SecretStore"), "name": pulumi.String(args.Store)},
		"target": pulumi.Map{
			"name": pulumi.String(args.Meta.Name), "creationPolicy": pulumi.String("Owner"), "deletionPolicy": pulumi.String("Retain"),
		},
		"dataFrom": pulumi.Array{pulumi.Map{"extract": pulumi.Map{"key": pulumi.String(args.Key)}}},
	}, opts...)
}
