//go:build integration

package kubeplugin

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// region is what a region's cluster has, in small: domains of services, with every kind that the
// program declares. A wave needs what those before it made.
func region() (waves [3][]*living) {
	for i := range 9 {
		ns := fmt.Sprintf("domain-%d", i)
		waves[0] = append(waves[0], declared("core/v1:Namespace", "", ns, props{}))
		waves[1] = append(waves[1],
			declared("core/v1:ResourceQuota", ns, "all", props{"spec": props{"hard": props{"requests.cpu": "20", "limits.cpu": "40", "pods": "50"}}}),
			declared("core/v1:LimitRange", ns, "all", props{"spec": props{"limits": []any{props{"type": "Container", "default": props{"cpu": "100m"}}}}}),
			declared("networking.k8s.io/v1:NetworkPolicy", ns, "default-deny", props{"spec": props{"podSelector": props{}, "policyTypes": []any{"Ingress", "Egress"}}}),
			declared("networking.k8s.io/v1:NetworkPolicy", ns, "dns", props{"spec": props{"podSelector": props{}, "policyTypes": []any{"Egress"}, "egress": []any{props{"ports": []any{props{"port": 53, "protocol": "UDP"}}}}}}),
			declared("core/v1:ConfigMap", ns, "role", props{"data": props{"role": "active", "writes": "true"}}),
			declared("rbac.authorization.k8s.io/v1:Role", ns, "team", props{"rules": []any{props{"apiGroups": []any{""}, "resources": []any{"pods"}, "verbs": []any{"get", "list"}}}}),
			declared("rbac.authorization.k8s.io/v1:RoleBinding", ns, "team", props{
				"roleRef":  props{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "team"},
				"subjects": []any{props{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "pitboss:team"}}}),
			declared("external-secrets.io/v1:SecretStore", ns, "aws", props{"spec": props{"provider": props{"aws": props{"service": "SecretsManager", "region": "eu-south-1"}}}}))
		for j := range 2 {
			before, after := service(ns, fmt.Sprintf("service-%d", j))
			waves[1] = append(waves[1], before...)
			waves[2] = append(waves[2], after...)
		}
	}
	return waves
}

func service(ns, name string) (before, after []*living) {
	selector := props{"matchLabels": props{"app": name}}
	target := props{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
	before = []*living{
		declared("core/v1:ServiceAccount", ns, name, props{"automountServiceAccountToken": false}),
		declared("core/v1:ConfigMap", ns, name, props{"data": props{"PORT": "8080"}}),
		declared("core/v1:Service", ns, name, props{"spec": props{"selector": props{"app": name}, "ports": []any{props{"name": "http", "port": 8080}}}}),
		declared("networking.k8s.io/v1:NetworkPolicy", ns, name, props{"spec": props{"podSelector": selector, "policyTypes": []any{"Ingress"}}}),
		declared("policy/v1:PodDisruptionBudget", ns, name, props{"spec": props{"maxUnavailable": 1, "selector": selector}}),
		declared("external-secrets.io/v1:ExternalSecret", ns, name, props{"spec": props{
			"secretStoreRef": props{"name": "aws", "kind": "SecretStore"}, "target": props{"name": name},
			"dataFrom": []any{props{"extract": props{"key": "pitboss/mt/" + name}}}}}),
		declared("monitoring.coreos.com/v1:ServiceMonitor", ns, name, props{"spec": props{"selector": selector, "endpoints": []any{props{"port": "metrics"}}}}),
	}
	workload := deployment(name, 1)
	pod := workload["spec"].(props)["template"].(props)["spec"].(props)
	pod["serviceAccountName"] = name
	pod["containers"].([]any)[0].(props)["resources"] = props{"requests": props{"cpu": "100m"}, "limits": props{"cpu": "200m"}}
	delete(workload["spec"].(props), "replicas")
	after = []*living{
		declared("apps/v1:Deployment", ns, name, props{"spec": workload["spec"]}),
		declared("autoscaling.k8s.io/v1:VerticalPodAutoscaler", ns, name, props{"spec": props{"targetRef": target, "updatePolicy": props{"updateMode": "Off"}}}),
	}
	if strings.HasSuffix(name, "0") {
		return before, append(after, declared("keda.sh/v1alpha1:ScaledObject", ns, name, props{"spec": props{
			"scaleTargetRef": props{"name": name}, "minReplicaCount": 2,
			"triggers": []any{props{"type": "apache-kafka", "metadata": props{"topic": "bets"}}}}}))
	}
	return before, append(after, declared("autoscaling/v2:HorizontalPodAutoscaler", ns, name, props{"spec": props{
		"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 5,
		"metrics": []any{props{"type": "Pods", "pods": props{"metric": props{"name": "open_connections"}, "target": props{"type": "AverageValue", "averageValue": "100"}}}}}}))
}

func declared(kind, namespace, name string, content props) *living {
	metadata := props{"name": name}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	content["metadata"] = metadata
	token := "kubernetes:" + kind
	return &living{urn: urn(token, namespace+"-"+name), inputs: resource.NewPropertyMapFromMap(content)}
}

func relabelled(inputs resource.PropertyMap) resource.PropertyMap {
	out, metadata := inputs.Copy(), child(inputs, "metadata")
	metadata["labels"] = resource.NewProperty(resource.PropertyMap{"pitboss.io/release": resource.NewProperty("2")})
	out["metadata"] = resource.NewProperty(metadata)
	return out
}

func (s *session) apply(ctx context.Context, l *living, preview bool) error {
	in, err := marshal(l.inputs)
	if err != nil {
		return err
	}
	checked, err := s.client.Check(ctx, &pulumirpc.CheckRequest{Urn: l.urn, News: in})
	if err != nil {
		return err
	}
	made, err := s.client.Create(ctx, &pulumirpc.CreateRequest{Urn: l.urn, Properties: checked.GetInputs(), Preview: preview, Timeout: 60})
	if err != nil || preview {
		return err
	}
	l.id = made.GetId()
	if l.inputs, err = unmarshal(checked.GetInputs()); err != nil {
		return err
	}
	l.before = l.inputs
	l.state, err = unmarshal(made.GetProperties())
	return err
}

// expect compares what is declared with what was.
func (s *session) expect(ctx context.Context, l *living, want pulumirpc.DiffResponse_DiffChanges) error {
	was, err := marshal(l.before)
	if err != nil {
		return err
	}
	is, err := marshal(l.inputs)
	if err != nil {
		return err
	}
	d, err := s.client.Diff(ctx, &pulumirpc.DiffRequest{Id: l.id, Urn: l.urn, OldInputs: was, News: is})
	if err == nil && (d.GetChanges() != want || len(d.GetReplaces()) > 0) {
		err = fmt.Errorf("%v, want %v", d, want)
	}
	return err
}

func (s *session) refresh(ctx context.Context, l *living) error {
	in, err := marshal(l.before)
	if err != nil {
		return err
	}
	now, err := s.client.Read(ctx, &pulumirpc.ReadRequest{Id: l.id, Urn: l.urn, Inputs: in})
	if err != nil {
		return err
	}
	l.before, err = unmarshal(now.GetInputs())
	return err
}

func (s *session) change(ctx context.Context, l *living) error {
	in, err := marshal(l.inputs)
	if err != nil {
		return err
	}
	_, err = s.client.Update(ctx, &pulumirpc.UpdateRequest{Id: l.id, Urn: l.urn, News: in, Timeout: 60})
	return err
}

func (s *session) forget(ctx context.Context, l *living) error {
	in, err := marshal(l.inputs)
	if err != nil {
		return err
	}
	_, err = s.client.Delete(ctx, &pulumirpc.DeleteRequest{Id: l.id, Urn: l.urn, OldInputs: in, Timeout: 60})
	return err
}
