package admission

import (
	"strings"

	"pitboss/components/pools/labels"
)

// workload is a service of the platform, as small as a corpus needs it.
type workload struct{ name, domain, tier, pool string }

// Services as the platform has them.
var (
	wallet   = workload{"corpus-wallet", "wallet", "money", "api"}
	gaming   = workload{"corpus-gaming", "gaming", "realtime", "api"}
	worker   = workload{"corpus-worker", "engagement", "async", "api"}
	media    = workload{"corpus-media", "live", "realtime", "webrtc"}
	capture  = workload{"corpus-capture", "reporting", "async", "etl"}
	etl      = workload{"corpus-etl", "reporting", "batch", "etl"}
	report   = workload{"corpus-report", "reporting", "batch", "batch"}
	roomAPI  = workload{"corpus-room", "capacity", "placeholder", "api"}
	roomSpot = workload{"corpus-room", "capacity", "placeholder", "batch"}
)

var digest = "@sha256:" + strings.Repeat("0123456789abcdef", 4)

func (w workload) labels() Object {
	return Object{
		labels.Service: w.name, labels.Domain: w.domain, labels.Tier: w.tier, labels.Owner: w.domain,
		labels.Zone: "core", labels.Key: w.pool, "app.kubernetes.io/name": w.name, "app.kubernetes.io/part-of": "pitboss",
	}
}

func (w workload) object(version, kind string, spec Object) Object {
	return Object{
		"apiVersion": version, "kind": kind, "spec": spec,
		"metadata": Object{"name": w.name, "namespace": w.domain, "labels": w.labels()},
	}
}

func (w workload) selector() Object {
	return Object{"matchLabels": Object{labels.Service: w.name, labels.Domain: w.domain}}
}

// container asks for as much as it may use, of whole CPUs: every tier may.
func container(name string) Object {
	amount := Object{"cpu": "1", "memory": "256Mi"}
	return Object{
		"name": name, "image": Registry + "/pitboss/mt/service" + digest,
		"resources": Object{"requests": amount, "limits": Object{"cpu": "1", "memory": "256Mi"}},
		"securityContext": Object{
			"runAsNonRoot": true, "runAsUser": 65532, "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
			"capabilities": Object{"drop": []string{"ALL"}},
		},
		"volumeMounts": []Object{{"name": "tmp", "mountPath": "/tmp"}},
	}
}

func probe(path string) Object {
	return Object{"httpGet": Object{"path": path, "port": "http"}, "periodSeconds": 5}
}

// template is the pods of a service that answers.
func (w workload) template() Object {
	app := container("app")
	app["ports"] = []Object{{"name": "http", "containerPort": 8080}}
	app["startupProbe"], app["readinessProbe"], app["livenessProbe"] = probe("/live"), probe("/ready"), probe("/live")
	app["envFrom"] = []Object{{"configMapRef": Object{"name": w.name}}}
	app["lifecycle"] = Object{"preStop": Object{"sleep": Object{"seconds": 10}}}
	spec := Object{
		"containers": []Object{app}, "priorityClassName": "pitboss-" + w.tier,
		"automountServiceAccountToken": false, "enableServiceLinks": false, "terminationGracePeriodSeconds": 40,
		"securityContext": Object{"runAsNonRoot": true, "runAsUser": 65532, "seccompProfile": Object{"type": "RuntimeDefault"}},
		"nodeSelector":    Object{labels.Key: w.pool},
		"topologySpreadConstraints": []Object{{
			"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": w.selector(),
		}},
		"volumes": []Object{
			{"name": "tmp", "emptyDir": Object{"sizeLimit": "64Mi"}},
			{"name": "role", "configMap": Object{"name": "role"}},
			{"name": "database", "secret": Object{"secretName": "database"}},
		},
	}
	if w.pool != string(labels.API) {
		spec["tolerations"] = []Object{{"key": labels.Key, "value": w.pool, "effect": labels.NoSchedule}}
	}
	return Object{"metadata": Object{"labels": w.labels()}, "spec": spec}
}

func (w workload) deployment() Object {
	o := w.object("apps/v1", "Deployment", Object{
		"selector": w.selector(), "template": w.template(),
		"strategy": Object{"type": "RollingUpdate", "rollingUpdate": Object{"maxUnavailable": 0, "maxSurge": 1}},
	})
	if w.tier == "money" {
		o.at("spec")["replicas"] = 3
	}
	return o
}

func (w workload) statefulSet() Object {
	return w.object("apps/v1", "StatefulSet", Object{
		"selector": w.selector(), "template": w.template(), "replicas": 3, "serviceName": w.name,
	})
}

func (w workload) replicaSet() Object {
	return w.object("apps/v1", "ReplicaSet", Object{"selector": w.selector(), "template": w.template(), "replicas": 1})
}

// daemonSet is the media servers, on their nodes' own network.
func (w workload) daemonSet() Object {
	o := w.object("apps/v1", "DaemonSet", Object{"selector": w.selector(), "template": w.template()})
	o.pod()["hostNetwork"], o.pod()["dnsPolicy"] = true, "ClusterFirstWithHostNet"
	o.app()["ports"] = []Object{
		{"name": "http", "containerPort": 7880, "hostPort": 7880},
		{"name": "ice", "containerPort": 7882, "hostPort": 7882, "protocol": "UDP"},
		{"name": "turn", "containerPort": 3478, "hostPort": 3478, "protocol": "UDP"},
		{"name": "metrics", "containerPort": 9090, "hostPort": 9090},
		{"name": "media", "containerPort": 50000, "hostPort": 50000, "protocol": "UDP"},
		{"name": "media-last", "containerPort": 60000, "hostPort": 60000, "protocol": "UDP"},
	}
	return o
}

// job is what runs to its end.
func (w workload) job() Object {
	template := w.template()
	app := template.at("spec")["containers"].([]Object)[0]
	for _, key := range []string{"ports", "startupProbe", "readinessProbe", "livenessProbe", "lifecycle"} {
		delete(app, key)
	}
	template.at("spec")["restartPolicy"] = "Never"
	return w.object("batch/v1", "Job", Object{"activeDeadlineSeconds": 3600, "backoffLimit": 2, "ttlSecondsAfterFinished": 3600, "template": template})
}

func (w workload) cronJob() Object {
	return w.object("batch/v1", "CronJob", Object{
		"schedule": "15 * * * *", "timeZone": "Etc/UTC", "suspend": true, "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 600,
		"jobTemplate": Object{"spec": w.job()["spec"]},
	})
}

// bare is a pod by itself: a small one, because quotas and limits of its namespace are
// asked before our rules.
func (w workload) bare() Object {
	o := w.object("v1", "Pod", w.template().at("spec"))
	o.app()["resources"] = Object{"requests": Object{"cpu": "50m", "memory": "64Mi"}, "limits": Object{"cpu": "100m", "memory": "64Mi"}}
	return o
}

// placeholder keeps room on a node and serves nobody.
func (w workload) placeholder() Object {
	o := w.deployment()
	app := container("pause")
	o.pod()["containers"], o.pod()["volumes"] = []Object{app}, []Object{{"name": "tmp", "emptyDir": Object{"sizeLimit": "1Mi"}}}
	return o
}
