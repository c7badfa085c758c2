package rules

import "strings"

// Short names for what examples are written in.
type (
	jsonMap  = map[string]any
	jsonList = []any
)

// copied is a value of its own, all the way down.
func copied(v any) any {
	switch v := v.(type) {
	case jsonMap:
		out := make(jsonMap, len(v))
		for key, value := range v {
			out[key] = copied(value)
		}
		return out
	case jsonList:
		out := make(jsonList, len(v))
		for i, value := range v {
			out[i] = copied(value)
		}
		return out
	}
	return v
}

// but is r with another value at a path that it has up to the last step.
func but(r Resource, value any, path ...any) Resource {
	r.Inputs = copied(r.Inputs).(jsonMap)
	var at any = r.Inputs
	for _, step := range path[:len(path)-1] {
		switch v := at.(type) {
		case jsonMap:
			at = v[step.(string)]
		case jsonList:
			at = v[step.(int)]
		}
	}
	switch v := at.(type) {
	case jsonMap:
		v[path[len(path)-1].(string)] = value
	case jsonList:
		v[path[len(path)-1].(int)] = value
	}
	return r
}

// butPod is r with another value in its pod's spec.
func butPod(r Resource, value any, path ...any) Resource {
	return but(r, value, inPod(r, path...)...)
}

// shows is an example of one resource, or of one and those that it needs.
func shows(name string, resources ...Resource) Example {
	return Example{Name: name, Resources: resources}
}

// thing is a resource of an example.
func thing(kind, name string, inputs jsonMap) Resource {
	return Resource{URN: "urn:pulumi:example::pitboss::" + kind + "::" + name, Type: kind, Name: name, Custom: true, Inputs: inputs}
}

// in is r in a namespace of that name.
func in(namespace string, r Resource) Resource {
	return but(r, jsonMap{"name": r.Name, "namespace": namespace, "labels": copied(metadata(r)["labels"])}, "metadata")
}

func metadata(r Resource) jsonMap {
	if m, ok := r.Inputs["metadata"].(jsonMap); ok {
		return m
	}
	return jsonMap{}
}

// exampleLabels are those of a service.
func exampleLabels(service, domain, tier, zone, pool string) jsonMap {
	return jsonMap{
		"pitboss.io/service": service, "pitboss.io/domain": domain, "pitboss.io/tier": tier, "pitboss.io/owner": "team",
		"pitboss.io/zone": zone, "pitboss.io/pool": pool,
	}
}

// examplePod is a pod as it should be.
func examplePod(labels jsonMap) jsonMap {
	pool, tier := labels["pitboss.io/pool"].(string), labels["pitboss.io/tier"].(string)
	size := jsonMap{"cpu": "2", "memory": "4Gi"}
	ask := func(path string) jsonMap { return jsonMap{"httpGet": jsonMap{"path": path, "port": "http"}} }
	spec := jsonMap{
		"automountServiceAccountToken": false, "priorityClassName": "pitboss-" + tier, "nodeSelector": jsonMap{"pitboss.io/pool": pool},
		"securityContext": jsonMap{"runAsNonRoot": true, "runAsUser": 65532.0, "seccompProfile": jsonMap{"type": "RuntimeDefault"}},
		"topologySpreadConstraints": jsonList{jsonMap{
			"topologyKey": "topology.kubernetes.io/zone", "maxSkew": 1.0, "whenUnsatisfiable": "DoNotSchedule",
		}},
		"tolerations": jsonList{jsonMap{"key": "pitboss.io/pool", "operator": "Equal", "value": pool, "effect": "NoSchedule"}},
		"volumes":     jsonList{jsonMap{"name": "tmp", "emptyDir": jsonMap{"sizeLimit": "64Mi"}}},
		"containers": jsonList{jsonMap{
			"name": "main", "image": "111122223333.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/main@sha256:" + strings.Repeat("0a", 32),
			"env":            jsonList{jsonMap{"name": "LOG_LEVEL", "value": "info"}, jsonMap{"name": "DB_PASSWORD_FILE", "value": "/var/run/secrets/db"}},
			"ports":          jsonList{jsonMap{"containerPort": 8080.0, "name": "http", "protocol": "TCP"}},
			"readinessProbe": ask("/ready"), "livenessProbe": ask("/live"),
			"resources": jsonMap{"requests": size, "limits": size},
			"securityContext": jsonMap{
				"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": jsonMap{"drop": jsonList{"ALL"}},
			},
		}},
	}
	return jsonMap{"metadata": jsonMap{"labels": labels}, "spec": spec}
}

// What examples of pods start from.
var (
	wallet  = exampleService("wallet", "wallet", "money", "core", "api")
	cashier = exampleService("cashier", "cashier", "money", "vault", "pii")
	nightly = exampleSchedule()
)

func exampleService(name, domain, tier, zone, pool string) Resource {
	labels := exampleLabels(name, domain, tier, zone, pool)
	return thing("kubernetes:apps/v1:Deployment", name, jsonMap{
		"metadata": jsonMap{"name": name, "namespace": domain, "labels": labels},
		"spec": jsonMap{
			"replicas": 3.0, "strategy": jsonMap{"type": "RollingUpdate", "rollingUpdate": jsonMap{"maxUnavailable": 0.0, "maxSurge": 1.0}},
			"template": examplePod(labels),
		},
	})
}

func exampleSchedule() Resource {
	labels := exampleLabels("nightly", "reporting", "batch", "core", "batch")
	pod := examplePod(labels)
	pod["spec"].(jsonMap)["restartPolicy"] = "Never"
	return thing("kubernetes:batch/v1:CronJob", "nightly", jsonMap{
		"metadata": jsonMap{"name": "nightly", "namespace": "reporting", "labels": labels},
		"spec": jsonMap{
			"schedule": "40 3 * * *", "suspend": false, "concurrencyPolicy": "Forbid", "startingDeadlineSeconds": 600.0,
			"jobTemplate": jsonMap{"spec": jsonMap{"activeDeadlineSeconds": 900.0, "template": pod}},
		},
	})
}

// ofPods is a rule about everything that is a pod or makes pods.
func ofPods(r Rule) Rule {
	r.About, r.Scope = makesPods, One
	r.Holds = append(r.Holds, shows("a service", wallet), shows("a scheduled job", nightly))
	return r
}

// firstContainer is a path in the first container of a pod.
func firstContainer(more ...any) []any { return append([]any{"containers", 0}, more...) }
