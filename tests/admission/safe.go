package admission

// edited is a base with one change.
func edited(o Object, edit func(Object)) Object {
	edit(o)
	return o
}

// Safe is what every cluster of the platform must accept: all that the program makes, in
// every kind, and the variants that a careless rule would refuse.
func Safe() []Manifest {
	return append(safeWorkloads(), safeOthers()...)
}

func safeWorkloads() []Manifest {
	return []Manifest{
		{Name: "a wallet", Object: wallet.deployment()},
		{Name: "a wallet that warms up first", Object: edited(wallet.deployment(), func(o Object) {
			o.pod()["initContainers"] = []Object{container("warm-up")}
		})},
		{Name: "a wallet in thousandths of whole CPUs", Object: edited(wallet.deployment(), func(o Object) {
			o.app()["resources"] = Object{"requests": Object{"cpu": "2000m", "memory": "4096Mi"}, "limits": Object{"cpu": 2, "memory": "4Gi"}}
		})},
		{Name: "a wallet with what EKS Pod Identity adds", Object: edited(wallet.deployment(), func(o Object) {
			o.pod()["volumes"] = append(o.pod()["volumes"].([]Object), Object{"name": "eks-pod-identity-token", "projected": Object{
				"sources": []Object{{"serviceAccountToken": Object{"audience": "pods.eks.amazonaws.com", "path": "eks-pod-identity-token"}}},
			}})
			o.app()["env"] = []Object{
				{"name": "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "value": "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"},
				{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"},
			}
		})},
		{Name: "a wallet as a StatefulSet", Object: wallet.statefulSet()},
		{Name: "a wallet's old ReplicaSet", Object: edited(wallet.replicaSet(), func(o Object) { o.at("spec")["replicas"] = 0 })},
		{Name: "a service that is scaled by requests", Object: gaming.deployment()},
		{Name: "a service whose CPU may burst", Object: edited(gaming.deployment(), func(o Object) { o.app().at("resources", "limits")["cpu"] = "2500m" })},
		{Name: "a service with a sidecar", Object: edited(gaming.deployment(), func(o Object) {
			sidecar := container("sidecar")
			sidecar["restartPolicy"], sidecar["readinessProbe"], sidecar["livenessProbe"] = "Always", probe("/proxy/ready"), probe("/proxy/live")
			sidecar["ports"] = []Object{{"name": "http", "containerPort": 8081}}
			o.pod()["initContainers"] = []Object{sidecar}
		})},
		{Name: "a service that waits for dead nodes", Object: edited(gaming.deployment(), func(o Object) {
			o.pod()["tolerations"] = []Object{{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}}
		})},
		{Name: "a worker that goes a quarter at a time", Object: edited(worker.deployment(), func(o Object) {
			o.at("spec", "strategy", "rollingUpdate")["maxUnavailable"] = "25%"
		})},
		{Name: "a pod by itself", Object: worker.bare()},
		{Name: "the media servers", Object: media.daemonSet()},
		{Name: "a service beside the media servers", Object: media.deployment()},
		{Name: "the capture of the ledger", Object: edited(capture.statefulSet(), func(o Object) { o.at("spec")["replicas"] = 1 })},
		{Name: "a schedule on the etl pool", Object: etl.cronJob()},
		{Name: "a schedule on spot nodes", Object: report.cronJob()},
		{Name: "a run of a schedule", Object: edited(report.job(), func(o Object) { delete(o.at("metadata"), "labels") })},
		{Name: "room for services", Object: roomAPI.placeholder()},
		{Name: "room on spot nodes", Object: roomSpot.placeholder()},
		{Name: "a careful debug container", Object: debug(), Debug: true},
		{Name: "an agent of the cluster", Object: agent()},
	}
}

func safeOthers() []Manifest {
	return []Manifest{
		{Name: "a budget of a quorum", Object: wallet.budget(2)},
		{Name: "a budget of a quorum in per cent", Object: wallet.budget("67%")},
		{Name: "a budget of one at a time", Object: edited(gaming.budget(nil), func(o Object) {
			delete(o.at("spec"), "minAvailable")
			o.at("spec")["maxUnavailable"] = 1
		})},
		{Name: "a policy of a service", Object: wallet.policy()},
		{Name: "a policy that denies all", Object: wallet.denyAll()},
		{Name: "a policy for DNS", Object: wallet.dns()},
		{Name: "a policy for players", Object: edited(gaming.policy(), func(o Object) {
			o.at("metadata")["annotations"] = Object{"pitboss.io/open-because": "players reach it through the front door, which keeps their addresses"}
			o.at("spec")["ingress"] = []Object{{"from": []Object{{"ipBlock": Object{"cidr": "0.0.0.0/0"}}}, "ports": []Object{{"port": 8443}}}}
		})},
		{Name: "a Service", Object: gaming.service()},
		{Name: "a headless Service", Object: edited(capture.service(), func(o Object) { o.at("spec")["clusterIP"] = "None" })},
		{Name: "a sticky Service", Object: edited(gaming.service(), func(o Object) { o.at("spec")["sessionAffinity"] = "ClientIP" })},
		{Name: "a domain's namespace", Object: namespace("corpus", "restricted")},
		{Name: "the namespace of the media servers", Object: namespace("live", "privileged")},
		{Name: "the role of a region", Object: settings(Object{"role": "active", "writes": "true"})},
		{Name: "settings that say where secrets are", Object: settings(Object{
			"DB_PASSWORD_FILE": "/var/run/secrets/pitboss/ledger/password", "TOKEN_TTL": "15m", "DATABASE": "postgres://ledger.internal:5432/ledger", "API_KEY": "",
		})},
		{Name: "a trust store", Object: settings(Object{"ca.crt": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"})},
	}
}
