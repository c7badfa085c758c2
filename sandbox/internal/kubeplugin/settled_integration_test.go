//go:build integration

package kubeplugin

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// settledCase is an object of a settled kind and changes of it: what the server says of each is
// what the table must say.
type settledCase struct {
	base    props
	changes map[string]any // path: new value
}

func podTemplate(label string) props {
	return props{"metadata": props{"labels": props{"app": label}}, "spec": props{"containers": []any{props{"name": "c", "image": "example.com/c:1"}}}}
}

func selects(label string) props { return props{"matchLabels": props{"app": label}} }

func workloadSpec(extra props) props {
	spec := props{"selector": selects("a"), "template": podTemplate("a")}
	maps.Copy(spec, extra)
	return props{"spec": spec}
}

var settledCases = map[string]settledCase{
	"core/v1:Namespace":      {props{}, map[string]any{"metadata.labels": props{"a": "b"}}},
	"core/v1:ServiceAccount": {props{}, map[string]any{"automountServiceAccountToken": false, "imagePullSecrets": []any{props{"name": "s"}}}},
	"core/v1:ConfigMap":      {props{"data": props{"a": "b"}}, map[string]any{"data": props{"a": "c"}, "immutable": true}},
	"core/v1:Secret": {props{"type": "Opaque", "stringData": props{"a": "b"}}, map[string]any{
		"type": "example.com/other", "stringData": props{"a": "c"}, "immutable": true}},
	"core/v1:ResourceQuota": {props{"spec": props{"hard": props{"pods": "5"}}}, map[string]any{
		"spec.hard": props{"pods": "6"}, "spec.scopes": []any{"BestEffort"},
		"spec.scopeSelector": props{"matchExpressions": []any{props{"scopeName": "PriorityClass", "operator": "In", "values": []any{"p"}}}}}},
	"core/v1:LimitRange": {props{"spec": props{"limits": []any{props{"type": "Container", "max": props{"cpu": "1"}}}}}, map[string]any{
		"spec.limits": []any{props{"type": "Container", "max": props{"cpu": "2"}}}}},
	"apps/v1:Deployment": {workloadSpec(nil), map[string]any{
		"spec.selector": selects("b"), "spec.replicas": 0, "spec.template": podTemplateWith("serviceAccountName", "x"), "spec.minReadySeconds": 5,
		"spec.strategy": props{"rollingUpdate": props{"maxSurge": 2}}, "spec.revisionHistoryLimit": 5, "spec.progressDeadlineSeconds": 300, "spec.paused": true}},
	"apps/v1:DaemonSet": {workloadSpec(nil), map[string]any{
		"spec.selector": selects("b"), "spec.template": podTemplateWith("hostNetwork", true), "spec.updateStrategy": props{"type": "OnDelete"},
		"spec.minReadySeconds": 5, "spec.revisionHistoryLimit": 5}},
	"apps/v1:StatefulSet": {workloadSpec(props{"serviceName": "a"}), map[string]any{
		"spec.selector": selects("b"), "spec.serviceName": "b", "spec.podManagementPolicy": "Parallel", "spec.replicas": 0,
		"spec.template": podTemplateWith("serviceAccountName", "x"), "spec.updateStrategy": props{"rollingUpdate": props{"partition": 1}}, "spec.minReadySeconds": 5,
		"spec.persistentVolumeClaimRetentionPolicy": props{"whenDeleted": "Delete", "whenScaled": "Retain"}, "spec.ordinals": props{"start": 1},
		"spec.volumeClaimTemplates": []any{props{"metadata": props{"name": "v"}, "spec": props{"accessModes": []any{"ReadWriteOnce"}, "resources": props{"requests": props{"storage": "1Gi"}}}}}}},
	"batch/v1:CronJob": {props{"spec": props{"schedule": "0 0 * * *", "jobTemplate": jobTemplate("a")}}, map[string]any{
		"spec.schedule": "5 0 * * *", "spec.suspend": true, "spec.timeZone": "Etc/UTC", "spec.concurrencyPolicy": "Forbid", "spec.startingDeadlineSeconds": 60,
		"spec.jobTemplate": jobTemplate("b")}},
	"autoscaling/v2:HorizontalPodAutoscaler": {props{"spec": props{"scaleTargetRef": props{"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}, "maxReplicas": 5}}, map[string]any{
		"spec.scaleTargetRef": props{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "b"}, "spec.minReplicas": 2, "spec.maxReplicas": 6,
		"spec.behavior": props{"scaleDown": props{"stabilizationWindowSeconds": 60}}}},
	"policy/v1:PodDisruptionBudget": {props{"spec": props{"maxUnavailable": 1, "selector": selects("a")}}, map[string]any{
		"spec.selector": selects("b"), "spec.maxUnavailable": 2, "spec.unhealthyPodEvictionPolicy": "AlwaysAllow"}},
	"networking.k8s.io/v1:NetworkPolicy": {props{"spec": props{"podSelector": selects("a"), "policyTypes": []any{"Ingress"}}}, map[string]any{
		"spec.podSelector": selects("b"), "spec.policyTypes": []any{"Egress"}, "spec.ingress": []any{props{"ports": []any{props{"port": 80}}}}}},
	"rbac.authorization.k8s.io/v1:Role": {props{"rules": []any{props{"apiGroups": []any{""}, "resources": []any{"pods"}, "verbs": []any{"get"}}}}, map[string]any{
		"rules": []any{props{"apiGroups": []any{""}, "resources": []any{"pods"}, "verbs": []any{"list"}}}}},
	"rbac.authorization.k8s.io/v1:RoleBinding": {props{"roleRef": props{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "a"}}, map[string]any{
		"roleRef":  props{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "b"},
		"subjects": []any{props{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "g"}}}},
	"scheduling.k8s.io/v1:PriorityClass": {props{"value": 10}, map[string]any{
		"value": 11, "preemptionPolicy": "Never", "description": "d", "globalDefault": true}},
	"admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": {props{"spec": policySpec("true")}, map[string]any{
		"spec": policySpec("false"), "spec.failurePolicy": "Ignore", "spec.paramKind": props{"apiVersion": "v1", "kind": "ConfigMap"}}},
	"admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": {props{"spec": props{"policyName": "a", "validationActions": []any{"Deny"}}}, map[string]any{
		"spec.policyName": "b", "spec.validationActions": []any{"Audit"}, "spec.matchResources": props{"namespaceSelector": selects("b")}}},
}

func podTemplateWith(field string, value any) props {
	t := podTemplate("a")
	t["spec"].(props)[field] = value
	return t
}

func jobTemplate(label string) props {
	t := podTemplate(label)
	t["spec"].(props)["restartPolicy"] = "Never"
	return props{"spec": props{"template": t}}
}

func policySpec(expression string) props {
	return props{"matchConstraints": props{"resourceRules": []any{props{"apiGroups": []any{""}, "apiVersions": []any{"v1"}, "operations": []any{"CREATE"}, "resources": []any{"configmaps"}}}},
		"validations": []any{props{"expression": expression}}}
}

// settledKinds holds the table of what replaces an object against the server, for the kinds of
// which the server is not asked.
func settledKinds(t *testing.T, s *session) {
	p := &Provider{cluster: &cluster{settings: s.settings, warnings: &engineLog{}}}
	for gk := range settled {
		found := false
		for kind := range settledCases {
			gvk, err := kindOfToken("kubernetes:" + kind)
			found = found || err == nil && gvk.GroupKind() == gk
		}
		if !found {
			t.Errorf("%v is settled, and nothing here tries it", gk)
		}
	}
	for kind, c := range settledCases {
		was := declared(kind, "", "settled", c.base)
		if err := s.apply(t.Context(), was, false); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		o, err := readObject(was.urn, was.inputs)
		if err != nil {
			t.Fatal(err)
		}
		if !settled[o.gvk.GroupKind()] {
			t.Errorf("%s is tried here and not settled", kind)
		}
		client, err := p.cluster.objects(o.gvk, "")
		if err != nil {
			t.Fatal(err)
		}
		for path, value := range c.changes {
			next := with(was.inputs, path, value)
			body, err := json.Marshal(toJSON(resource.NewProperty(plain(next))))
			if err != nil {
				t.Fatal(err)
			}
			force := true
			_, err = client.Patch(t.Context(), o.name(), types.ApplyPatchType, body, metav1.PatchOptions{
				FieldManager: fieldManager, Force: &force, DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict})
			if err != nil && !saysImmutable(err) {
				t.Errorf("%s %s: %v: no change that anyone would make", kind, path, err)
				continue
			}
			d := s.diff(t, *was, next.Mappable())
			if replaced := len(d.GetReplaces()) > 0; replaced != (err != nil) {
				t.Errorf("%s %s: the table replaces: %v; the server says: %v", kind, path, replaced, err)
			}
		}
		if err := s.forget(t.Context(), was); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// with is inputs with another value at a path of names.
func with(inputs resource.PropertyMap, path string, value any) resource.PropertyMap {
	name, rest, deeper := strings.Cut(path, ".")
	out, key := inputs.Copy(), resource.PropertyKey(name)
	if deeper {
		out[key] = resource.NewProperty(with(child(inputs, key), rest, value))
		return out
	}
	out[key] = resource.NewPropertyValue(value)
	return out
}
