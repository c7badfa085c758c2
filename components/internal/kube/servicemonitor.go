package kube

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
)

// ServiceMonitorKind is how Prometheus is told what to read.
var ServiceMonitorKind = Kind{APIVersion: "monitoring.coreos.com/v1", Name: "ServiceMonitor"}

// ServiceMonitorArgs describes how the pods of one Service of the namespace are read.
type ServiceMonitorArgs struct {
	// Meta names it. Required.
	Meta Meta
	// Service is the labels of the Service. Required: without, it would be every one.
	Service pulumi.StringMap
	// Ports are the names of the Service's ports that tell metrics. Required.
	Ports []string
	// Path is where. Required.
	Path string
	// Interval says how often, such as 30s. Required.
	Interval string
	// MostSamples is how many a pod may tell before it is not read at all. Required.
	MostSamples int
	// Labels are labels of the Service that every series gets. None by default.
	Labels []string
}

// NewServiceMonitor makes a ServiceMonitor.
func NewServiceMonitor(s component.Scope, what string, args ServiceMonitorArgs, opts ...pulumi.ResourceOption) (*apiextensions.CustomResource, error) {
	if blank(args.Meta.Name) || len(args.Service) == 0 || len(args.Ports) == 0 || blank(args.Path) || blank(args.Interval) || args.MostSamples <= 0 {
		return nil, fmt.Errorf("ServiceMonitor %q needs a name, a Service, its ports, a path, an interval and a limit", args.Meta.Name)
	}
	endpoints := pulumi.Array{}
	for _, port := range args.Ports {
		endpoints = append(endpoints, pulumi.Map{"port": pulumi.String(port), "path": pulumi.String(args.Path), "interval": pulumi.String(args.Interval)})
	}
	spec := pulumi.Map{
		"selector": pulumi.Map{"matchLabels": args.Service}, "endpoints": endpoints, "sampleLimit": pulumi.Int(args.MostSamples),
	}
	if len(args.Labels) > 0 {
		spec["targetLabels"] = pulumi.ToStringArray(args.Labels)
	}
	return Custom(s, what, ServiceMonitorKind, args.Meta, spec, opts...)
}
