package kube

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// SecurityGroupPolicyKind is how EKS is told which pods carry security groups of their own.
var SecurityGroupPolicyKind = Kind{APIVersion: "vpcresources.k8s.aws/v1beta1", Name: "SecurityGroupPolicy"}

// mostGroups is how many EKS gives a pod.
const mostGroups = 5

// SecurityGroupPolicyArgs describes the security groups of some pods of a namespace.
type SecurityGroupPolicyArgs struct {
	// Meta names it. Required.
	Meta Meta
	// Pods is the labels of the pods. Required: without, it would be every one.
	Pods pulumi.StringMap
	// GroupIDs is all that they carry: the cluster's own group is not added to it. Required.
	GroupIDs pulumi.StringArray
}

// NewSecurityGroupPolicy makes a SecurityGroupPolicy.
func NewSecurityGroupPolicy(s component.Scope, what string, args SecurityGroupPolicyArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if blank(args.Meta.Name) || len(args.Pods) == 0 || len(args.GroupIDs) == 0 || len(args.GroupIDs) > mostGroups {
		return nil, fmt.Errorf("SecurityGroupPolicy %q needs a name, the labels of pods and 1 to %d groups, got %d", args.Meta.Name, mostGroups, len(args.GroupIDs))
	}
	return Custom(s, what, SecurityGroupPolicyKind, args.Meta, pulumi.Map{
		"podSelector":    pulumi.Map{"matchLabels": args.Pods},
		"securityGroups": pulumi.Map{"groupIds": args.GroupIDs},
	}, opts...)
}
