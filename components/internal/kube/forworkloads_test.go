package kube_test

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/component"
	"pitboss/components/internal/kube"
	"pitboss/internal/record"
)

// owner is the smallest component that a custom resource can belong to.
type owner struct{ pulumi.ResourceState }

type nothing struct{}

func (nothing) Validate() error { return nil }

// recorded is what one custom resource becomes.
func recorded(add func(component.Scope) error) (record.Resource, error) {
	r, err := record.Run(record.Options{Stack: "s"}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		s, err := component.Open(ctx, "pitboss:test:Owner", "o", &owner{}, nothing{}, pulumi.Map{}, nil)
		if err != nil {
			return nil, err
		}
		return nil, add(s)
	})
	one, _ := r.Named("o-it")
	return one, err
}

// TestKindsOfWorkloads wants each kind as its operator reads it, and nothing that is not
// finished: an operator says so only when it is too late.
func TestKindsOfWorkloads(t *testing.T) {
	meta := kube.Meta{Name: "api", Namespace: pulumi.String("play")}
	pods := pulumi.StringMap{"a": pulumi.String("b")}
	secret := func(a kube.ExternalSecretArgs) func(component.Scope) error {
		return func(s component.Scope) error { _, err := kube.NewExternalSecret(s, "it", a); return err }
	}
	monitor := func(a kube.ServiceMonitorArgs) func(component.Scope) error {
		return func(s component.Scope) error { _, err := kube.NewServiceMonitor(s, "it", a); return err }
	}
	vertical := func(a kube.VerticalPodAutoscalerArgs) func(component.Scope) error {
		return func(s component.Scope) error { _, err := kube.NewVerticalPodAutoscaler(s, "it", a); return err }
	}
	groups := func(n int) func(component.Scope) error {
		a := kube.SecurityGroupPolicyArgs{Meta: meta, Pods: pods}
		for range n {
			a.GroupIDs = append(a.GroupIDs, pulumi.String("sg"))
		}
		return func(s component.Scope) error { _, err := kube.NewSecurityGroupPolicy(s, "it", a); return err }
	}
	measured := kube.ServiceMonitorArgs{Meta: meta, Service: pods, Ports: []string{"metrics"}, Path: "/metrics", Interval: "30s", MostSamples: 5, Labels: []string{"team"}}
	unlimited, everybody := measured, measured
	unlimited.MostSamples, everybody.Service = 0, nil
	for name, c := range map[string]struct {
		reason    string
		add       func(component.Scope) error
		kind      string // empty: refused
		wantsSpec map[string]any
	}{
		"ExternalSecret": {"the Secret has the object's name, and every field of the entry", secret(kube.ExternalSecretArgs{Meta: meta, Store: "aws", Key: "pitboss/mt/x"}), "kubernetes:external-secrets.io/v1:ExternalSecret", map[string]any{
			"refreshInterval": "1h0m0s", "secretStoreRef": map[string]any{"kind": "SecretStore", "name": "aws"},
			"target":   map[string]any{"name": "api", "creationPolicy": "Owner", "deletionPolicy": "Retain"},
			"dataFrom": []any{map[string]any{"extract": map[string]any{"key": "pitboss/mt/x"}}},
		}},
		"ServiceMonitor": {"one Service, with a limit", monitor(measured), "kubernetes:monitoring.coreos.com/v1:ServiceMonitor", map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{"a": "b"}}, "sampleLimit": 5, "targetLabels": []any{"team"},
			"endpoints": []any{map[string]any{"port": "metrics", "path": "/metrics", "interval": "30s"}},
		}},
		"VerticalPodAutoscaler": {"it changes nothing", vertical(kube.VerticalPodAutoscalerArgs{Meta: meta, APIVersion: "apps/v1", Kind: "StatefulSet", Target: "api"}), "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler", map[string]any{
			"targetRef": map[string]any{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "api"}, "updatePolicy": map[string]any{"updateMode": "Off"},
		}},
		"SecurityGroupPolicy": {"some pods, all their groups", groups(2), "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", map[string]any{
			"podSelector": map[string]any{"matchLabels": map[string]any{"a": "b"}}, "securityGroups": map[string]any{"groupIds": []any{"sg", "sg"}},
		}},
		"NoStore":   {"the operator would look nowhere", secret(kube.ExternalSecretArgs{Meta: meta, Key: "x"}), "", nil},
		"NoKey":     {"the Secret would be empty", secret(kube.ExternalSecretArgs{Meta: meta, Store: "aws"}), "", nil},
		"Unlimited": {"one label with an id in it takes Prometheus down", monitor(unlimited), "", nil},
		"Everybody": {"a selector of nothing selects every Service", monitor(everybody), "", nil},
		"NoTarget":  {"it would watch nothing", vertical(kube.VerticalPodAutoscalerArgs{Meta: meta, APIVersion: "apps/v1", Kind: "StatefulSet"}), "", nil},
		"NoGroups":  {"the pods would reach nothing", groups(0), "", nil},
		"SixGroups": {"EKS gives a pod five", groups(6), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := recorded(c.add)
			if c.kind == "" {
				if err == nil {
					t.Errorf("accepted: %s", c.reason)
				}
				return
			}
			if err != nil || got.Type != c.kind || fmt.Sprint(got.Get("spec")) != fmt.Sprint(c.wantsSpec) || got.Text("metadata", "namespace") != "play" {
				t.Errorf("%s is %v, %v, want %v: %s", got.Type, got.Inputs, err, c.wantsSpec, c.reason)
			}
		})
	}
}
