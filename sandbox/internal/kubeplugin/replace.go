package kubeplugin

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// immutable lists the fields whose change replaces an object: those the API
// server never lets change, and those the real provider replaces on so that what
// uses them notices (ConfigMap, Secret). A field stands for all below it; "*" is
// any element of a list. Kinds that are not in settled are judged by the server
// too: see Diff.
var immutable = map[schema.GroupKind][]string{
	{Kind: "ConfigMap"}:                 {"data", "binaryData"},
	{Kind: "Secret"}:                    {"type", "data", "stringData"},
	{Kind: "PersistentVolumeClaim"}:     {"spec"},
	{Kind: "Service"}:                   {"spec.clusterIP"},
	{Kind: "ResourceQuota"}:             {"spec.scopes"},
	{Kind: "Pod"}:                       {"spec"}, // see mutable
	{Group: "apps", Kind: "Deployment"}: {"spec.selector"},
	{Group: "apps", Kind: "DaemonSet"}:  {"spec.selector"},
	{Group: "apps", Kind: "ReplicaSet"}: {"spec.selector"},
	{Group: "apps", Kind: "StatefulSet"}: {"spec.podManagementPolicy", "spec.selector",
		"spec.serviceName", "spec.volumeClaimTemplates"},
	{Group: "batch", Kind: "Job"}:                                    {"spec.completions", "spec.parallelism", "spec.selector", "spec.template"},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:        {"roleRef"},
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}: {"roleRef"},
	{Group: "scheduling.k8s.io", Kind: "PriorityClass"}:              {"value", "preemptionPolicy"},
	{Group: "storage.k8s.io", Kind: "StorageClass"}: {"parameters", "provisioner", "reclaimPolicy",
		"volumeBindingMode"},
	{Group: "storage.k8s.io", Kind: "CSIDriver"}:       {"spec.attachRequired", "spec.volumeLifecycleModes"},
	{Group: "networking.k8s.io", Kind: "IngressClass"}: {"spec.controller"},
	{Group: "node.k8s.io", Kind: "RuntimeClass"}:       {"handler"},
}

// mutable are exceptions below an immutable field.
var mutable = map[schema.GroupKind][]string{
	{Kind: "Pod"}: {"spec.activeDeadlineSeconds", "spec.tolerations"},
}

// settled are the kinds of which immutable has all that there is, so that the
// server need not be asked about each of hundreds of objects. A test asks it.
var settled = map[schema.GroupKind]bool{
	{Kind: "Namespace"}:                                                               true,
	{Kind: "ServiceAccount"}:                                                          true,
	{Kind: "ConfigMap"}:                                                               true, // but see asks
	{Kind: "Secret"}:                                                                  true, // likewise
	{Kind: "ResourceQuota"}:                                                           true,
	{Kind: "LimitRange"}:                                                              true,
	{Group: "apps", Kind: "Deployment"}:                                               true,
	{Group: "apps", Kind: "DaemonSet"}:                                                true,
	{Group: "apps", Kind: "StatefulSet"}:                                              true,
	{Group: "batch", Kind: "CronJob"}:                                                 true,
	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}:                           true,
	{Group: "policy", Kind: "PodDisruptionBudget"}:                                    true,
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}:                               true,
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:                                true,
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:                         true,
	{Group: "scheduling.k8s.io", Kind: "PriorityClass"}:                               true,
	{Group: "admissionregistration.k8s.io", Kind: "ValidatingAdmissionPolicy"}:        true,
	{Group: "admissionregistration.k8s.io", Kind: "ValidatingAdmissionPolicyBinding"}: true,
}

// asks says whether only the server knows if was may change at path in place.
func asks(was object, path resource.PropertyPath) bool {
	if under(path, "metadata.labels") || under(path, "metadata.annotations") {
		return false // of every kind
	}
	frozen := plainValue(was.inputs["immutable"]) // a ConfigMap or Secret may be declared so
	return !settled[was.gvk.GroupKind()] || frozen.IsBool() && frozen.BoolValue()
}

// replaces says whether a change at path replaces the object.
func (s settings) replaces(gk schema.GroupKind, path resource.PropertyPath) bool {
	if under(path, "metadata.name") || under(path, "metadata.namespace") || under(path, "kind") {
		return true
	}
	if gk == (schema.GroupKind{Kind: "ConfigMap"}) && s.configMapMutable ||
		gk == (schema.GroupKind{Kind: "Secret"}) && s.secretMutable && !under(path, "type") {
		return false
	}
	for _, field := range mutable[gk] {
		if under(path, field) {
			return false
		}
	}
	for _, field := range immutable[gk] {
		if under(path, field) {
			return true
		}
	}
	return false
}

// under says whether path is the field or below it.
func under(path resource.PropertyPath, field string) bool {
	parts := strings.Split(field, ".")
	if len(path) < len(parts) {
		return false
	}
	for i, part := range parts {
		if key, ok := path[i].(string); part != "*" && (!ok || key != part) {
			return false
		}
	}
	return true
}

// saysImmutable recognises the API server's refusals of a change in place.
func saysImmutable(err error) bool {
	if !apierrors.IsInvalid(err) {
		return false
	}
	message := err.Error()
	for _, words := range []string{
		"field is immutable",
		"Value is immutable", // the usual words of a custom kind's own rule
		"may not change fields other than",
		"updates to statefulset spec for fields other than",
		"is immutable after creation",
		"may not be changed in an update",
		"cannot change roleRef",
	} {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}
