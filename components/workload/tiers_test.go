package workload_test

import (
	"fmt"
	"slices"
	"testing"

	"pitboss/components/pools/labels"
	"pitboss/components/workload"
	"pitboss/internal/record"
)

// kind is what runs each service of the small platform.
var kind = map[string]string{
	"ledger": "deployment", "api": "deployment", "worker": "deployment", "people": "deployment",
	"capture": "statefulset", "media": "daemonset", "report": "cronjob",
}

// template is where a kind has its pods' template.
func template(what string) []any {
	if what == "cronjob" {
		return []any{"spec", "jobTemplate", "spec", "template"}
	}
	return []any{"spec", "template"}
}

// expect compares what is at each path, whose steps have dots between.
type expect map[string]any

func (want expect) of(t *testing.T, about string, get func(path ...any) any) {
	t.Helper()
	for path, value := range want {
		if got := get(steps(path)...); fmt.Sprint(got) != fmt.Sprint(value) {
			t.Errorf("%s: %s is %v, want %v", about, path, got, value)
		}
	}
}

// pod reads the template of what runs a service.
func pod(t *testing.T, r record.Recording, service string) func(path ...any) any {
	t.Helper()
	runs := object(t, r, service+"-"+kind[service])
	return func(path ...any) any { return runs.Get(slices.Concat(template(kind[service]), path)...) }
}

func TestTiers(t *testing.T) {
	cases := map[string]struct {
		reason       string
		runs, within expect // of what runs it, and of its pods
	}{
		"ledger": {
			"money: decided numbers, nothing missing at a rollout, zones or nothing, all that it may use is its own",
			expect{
				"spec.replicas": 5, "spec.strategy.rollingUpdate.maxUnavailable": 0, "spec.strategy.rollingUpdate.maxSurge": 1,
				"spec.minReadySeconds": 10, "spec.revisionHistoryLimit": 5, "spec.progressDeadlineSeconds": 331,
			},
			expect{
				"spec.priorityClassName": "pitboss-money", "spec.nodeSelector": map[string]any{labels.Key: "api"},
				"spec.containers.0.resources.requests": map[string]any{"cpu": "2", "memory": "4Gi"}, "spec.containers.0.resources.limits": map[string]any{"cpu": "2", "memory": "4Gi"},
				"spec.initContainers.0.resources.limits": map[string]any{"cpu": "2", "memory": "4Gi"}, "spec.initContainers.0.args": "[warm]", "spec.containers.0.args": "[serve]",
				"spec.topologySpreadConstraints.0.whenUnsatisfiable": "DoNotSchedule", "spec.topologySpreadConstraints.0.topologyKey": "topology.kubernetes.io/zone",
				"spec.topologySpreadConstraints.0.nodeTaintsPolicy": "Honor", "spec.topologySpreadConstraints.1.whenUnsatisfiable": "ScheduleAnyway",
				"spec.tolerations.0.tolerationSeconds": 30, "spec.tolerations.1.key": "node.kubernetes.io/unreachable", "spec.tolerations.2": nil,
				"spec.terminationGracePeriodSeconds": 55, "spec.containers.0.lifecycle.preStop.sleep.seconds": 15,
				"spec.containers.0.startupProbe.failureThreshold": 16, "spec.containers.0.livenessProbe.httpGet.path": "/live", "spec.containers.0.readinessProbe.httpGet.path": "/ready",
			},
		},
		"api": {
			"realtime: the autoscaler owns the number, zones are preferred, a pool of its own",
			expect{"spec.replicas": nil, "spec.minReadySeconds": nil, "spec.strategy.rollingUpdate.maxUnavailable": 0},
			expect{
				"spec.priorityClassName": "pitboss-realtime", "spec.tolerations.0.value": "ws", "spec.tolerations.0.effect": "NoSchedule", "spec.tolerations.1.tolerationSeconds": 60,
				"spec.topologySpreadConstraints.0.whenUnsatisfiable": "ScheduleAnyway", "spec.containers.0.resources.requests": map[string]any{"cpu": "500m", "memory": "768Mi"},
				"spec.containers.0.resources.limits": map[string]any{"cpu": "1500m", "memory": "1Gi"}, "spec.terminationGracePeriodSeconds": 135, "spec.initContainers": nil, "spec.hostNetwork": nil,
			},
		},
		"worker": {
			"async: KEDA owns the number, a quarter may go, nobody connects to it so that nobody must learn that it goes",
			expect{"spec.replicas": nil, "spec.strategy.rollingUpdate.maxUnavailable": "25%"},
			expect{"spec.priorityClassName": "pitboss-async", "spec.containers.0.lifecycle": nil, "spec.terminationGracePeriodSeconds": 30},
		},
		"capture": {
			"a StatefulSet: names of its own, one after the other",
			expect{"spec.replicas": 1, "spec.serviceName": "capture", "spec.podManagementPolicy": "OrderedReady", "spec.updateStrategy.type": "RollingUpdate"},
			expect{"spec.terminationGracePeriodSeconds": 60, "spec.topologySpreadConstraints.0.matchLabelKeys": "[controller-revision-hash]"},
		},
		"media": {
			"a DaemonSet on the host's network: one a node, its ports are the node's, and a surge would want them too",
			expect{"spec.replicas": nil, "spec.updateStrategy.rollingUpdate.maxUnavailable": 1, "spec.updateStrategy.rollingUpdate.maxSurge": 0},
			expect{
				"spec.hostNetwork": true, "spec.dnsPolicy": "ClusterFirstWithHostNet", "spec.containers.0.ports.0.hostPort": 9200, "spec.containers.0.ports.1.protocol": "UDP",
				"spec.topologySpreadConstraints": nil, "spec.tolerations.0.value": "webrtc", "spec.tolerations.1": nil, "spec.terminationGracePeriodSeconds": 315,
			},
		},
		"report": {
			"batch: it has an end, never overlaps itself, and an interruption is no failure",
			expect{
				"spec.concurrencyPolicy": "Forbid", "spec.timeZone": "Etc/UTC", "spec.schedule": "7 * * * *", "spec.startingDeadlineSeconds": 600, "spec.suspend": false,
				"spec.jobTemplate.spec.activeDeadlineSeconds": 2700, "spec.jobTemplate.spec.backoffLimit": 2, "spec.jobTemplate.spec.ttlSecondsAfterFinished": 86400,
				"spec.jobTemplate.spec.podFailurePolicy.rules.0.onPodConditions.0.type": "DisruptionTarget", "spec.jobTemplate.spec.podFailurePolicy.rules.0.action": "Ignore",
			},
			expect{
				"spec.restartPolicy": "Never", "spec.priorityClassName": "pitboss-batch", "spec.nodeSelector": map[string]any{labels.Key: "batch"}, "spec.tolerations.0.value": "batch",
				"spec.containers.0.livenessProbe": nil, "spec.containers.0.ports": nil, "spec.topologySpreadConstraints": nil,
			},
		},
	}
	for service, c := range cases {
		t.Run(service, func(t *testing.T) {
			r := made(t, service)
			c.runs.of(t, c.reason, object(t, r, service+"-"+kind[service]).Get)
			c.within.of(t, c.reason, pod(t, r, service))
		})
	}
}

// TestEveryPodIsSafe wants of every kind what Pod Security and our admission rules do.
func TestEveryPodIsSafe(t *testing.T) {
	for service := range kind {
		within := pod(t, made(t, service), service)
		expect{
			"spec.automountServiceAccountToken": false, "spec.enableServiceLinks": false, "spec.serviceAccountName": service,
			"spec.securityContext.runAsNonRoot": true, "spec.securityContext.runAsUser": 65532, "spec.securityContext.seccompProfile.type": "RuntimeDefault",
			"spec.hostPID": nil, "spec.hostIPC": nil, "spec.volumes.1.emptyDir.sizeLimit": "256Mi", "spec.volumes.0.configMap.name": "role",
			"metadata.labels.pitboss.io/service": service,
		}.of(t, service, within)
		for _, list := range []string{"containers", "initContainers"} {
			if within("spec", list) == nil {
				continue
			}
			expect{
				"securityContext.allowPrivilegeEscalation": false, "securityContext.privileged": false, "securityContext.readOnlyRootFilesystem": true, "securityContext.capabilities.drop": "[ALL]",
				"volumeMounts.0.mountPath": "/etc/pitboss/role", "volumeMounts.0.readOnly": true, "imagePullPolicy": "IfNotPresent", "env": nil,
				"envFrom.0.configMapRef.name": service, "envFrom.0.secretRef": nil, "envFrom.1": nil,
			}.of(t, service+" "+list, func(path ...any) any { return within(slices.Concat([]any{"spec", list, 0}, path)...) })
		}
	}
}

// TestLabels wants what finds a pod on the workload, on its template and in its selector.
func TestLabels(t *testing.T) {
	r := made(t, "api")
	want := map[string]any{
		labels.Service: "api", labels.Domain: "play", labels.Tier: "realtime", labels.Owner: "gaming", labels.Zone: "core", labels.Key: "ws",
		"app.kubernetes.io/name": "api", "app.kubernetes.io/part-of": "pitboss",
	}
	runs := object(t, r, "api-deployment")
	expect{"metadata.labels": want, "spec.template.metadata.labels": want, "metadata.name": "api", "metadata.namespace": "play",
		"spec.selector.matchLabels": map[string]any{labels.Service: "api", labels.Domain: "play"}}.of(t, "api", runs.Get)
}

// TestOnlyFloorsFollowTheRole compares a service in both roles: only what a swap may change
// is different, and nothing of any pod.
func TestOnlyFloorsFollowTheRole(t *testing.T) {
	may := map[string][]string{
		"ledger": {"ledger-deployment spec.replicas 5 4"}, "api": {"api-autoscaler spec.minReplicas 3 1"}, "worker": {"worker-scaler spec.minReplicaCount 2 1"},
		"report": {"report-cronjob spec.suspend false true"}, "people": nil, "capture": nil, "media": nil,
	}
	for service, want := range may {
		active, passive := made(t, service), made(t, service, standby)
		if len(active.Resources) != len(passive.Resources) {
			t.Errorf("%s: %d resources active, %d standby: a swap would make or delete some", service, len(active.Resources), len(passive.Resources))
			continue
		}
		var got []string
		for i, one := range active.Resources {
			got = append(got, differences(one.Name+" ", one.Inputs, passive.Resources[i].Inputs)...)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: the role changes %v, want %v", service, got, want)
		}
	}
}

// TestNothingStartsTooEarly wants pods to wait for all that they need.
func TestNothingStartsTooEarly(t *testing.T) {
	r := made(t, "ledger")
	for _, name := range []string{"inside", "ledger-account", "ledger-identity", "ledger-config", "ledger-secret-cache", "ledger-traffic"} {
		if !slices.Contains(object(t, r, "ledger-deployment").DependsOn, object(t, r, name).URN) {
			t.Errorf("pods do not wait for %s", name)
		}
	}
	for _, name := range []string{"ledger-account", "ledger-config", "ledger-secret-cache", "ledger-traffic", "ledger-budget", "ledger-service", "ledger-monitor"} {
		if !slices.Contains(object(t, r, name).DependsOn, object(t, r, "inside").URN) {
			t.Errorf("%s does not wait for the namespace", name)
		}
	}
	if !slices.Contains(object(t, made(t, "people"), "people-deployment").DependsOn, object(t, made(t, "people"), "people-groups").URN) {
		t.Error("pods would start without their security groups")
	}
}

// TestConfigRollsThePods wants another template exactly when a line changes.
func TestConfigRollsThePods(t *testing.T) {
	checksum := func(edits ...func(*workload.Args)) any {
		return pod(t, made(t, "ledger", edits...), "ledger")("metadata", "annotations", "pitboss.io/config-checksum")
	}
	before := checksum()
	if before == nil || before != checksum() || before != checksum(standby) {
		t.Errorf("checksum is %v, %v, %v", before, checksum(), checksum(standby))
	}
	for reason, edit := range map[string]func(*workload.Args){
		"a setting": func(a *workload.Args) { a.Service.Settings[0].Value = "3s" },
		"an endpoint that is known after it is made": func(a *workload.Args) { a.Stores["wallet"] = moved(a.Stores["wallet"]) },
	} {
		if checksum(edit) == before {
			t.Errorf("%s changed and no pod would notice", reason)
		}
	}
}
