package kube

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// VerticalPodAutoscalerKind is what says how much a workload should ask for.
var VerticalPodAutoscalerKind = Kind{APIVersion: "autoscaling.k8s.io/v1", Name: "VerticalPodAutoscaler"}

// VerticalPodAutoscalerArgs describes a recommendation for one workload.
type VerticalPodAutoscalerArgs struct {
	// Meta names it. Required.
	Meta Meta
	// APIVersion, Kind and Target are the workload's. Required.
	APIVersion, Kind, Target string
}

// NewVerticalPodAutoscaler makes a VerticalPodAutoscaler that recommends and does nothing:
// pods that it restarted would lose the run that they are in.
func NewVerticalPodAutoscaler(s component.Scope, what string, args VerticalPodAutoscalerArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if blank(args.Meta.Name) || blank(args.APIVersion) || blank(args.Kind) || blank(args.Target) {
		return nil, fmt.Errorf("VerticalPodAutoscaler %q needs a name and a target, got %q %q %q", args.Meta.Name, args.APIVersion, args.Kind, args.Target)
	}
	return Custom(s, what, VerticalPodAutoscalerKind, args.Meta, pulumi.Map{
		"targetRef":    pulumi.Map{"apiVersion": pulumi.String(args.APIVersion), "kind": pulumi.String(args.Kind), "name": pulumi.String(args.Target)},
		"updatePolicy": pulumi.Map{"updateMode": pulumi.String("Off")},
	}, opts...)
}
