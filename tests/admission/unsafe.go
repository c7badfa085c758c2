package admission

import "slices"

// row is one edit of a safe base that breaks one rule and no other.
type row struct {
	name string
	base func() Object
	edit func(Object)
}

// Unsafe is what every cluster of the platform must refuse, with the rule that must
// refuse it. What Pod Security refuses too is a template here, never a bare pod: Pod
// Security would answer first.
func Unsafe() []Manifest {
	return slices.Concat(unsafeImages(), unsafeContainers(), unsafeHost(), unsafeWorkloads(), unsafePlaces(), unsafeMoney(), unsafeSecrets(), unsafeOthers())
}

// broken is the manifests of rows.
func broken(rule string, rows ...row) []Manifest {
	var out []Manifest
	for _, r := range rows {
		o := r.base()
		r.edit(o)
		spec, _ := o["spec"].(Object)
		out = append(out, Manifest{Name: r.name, Rule: rule, Object: o, Debug: spec["ephemeralContainers"] != nil})
	}
	return out
}

// tool is the container of debug.
func (o Object) tool() Object { return o.at("spec")["ephemeralContainers"].([]Object)[0] }

// volume adds a volume to an object's pods.
func (o Object) volume(v Object) {
	v["name"] = "more"
	o.pod()["volumes"] = append(o.pod()["volumes"].([]Object), v)
}

// second adds a container to an object's pods, and first an init container.
func (o Object) second(edit func(Object)) {
	c := container("second")
	c["readinessProbe"], c["livenessProbe"] = probe("/ready"), probe("/live")
	c["ports"] = []Object{{"name": "http", "containerPort": 8081}}
	edit(c)
	o.pod()["containers"] = append(o.pod()["containers"].([]Object), c)
}

func (o Object) first(edit func(Object)) {
	c := container("first")
	edit(c)
	o.pod()["initContainers"] = []Object{c}
}

func unsafeImages() []Manifest {
	image := func(value string) func(Object) { return func(o Object) { o.app()["image"] = value } }
	return slices.Concat(
		broken("image-digest",
			row{"an image by tag", wallet.deployment, image(Registry + "/pitboss/mt/service:1.4.2")},
			row{"the latest image", gaming.deployment, image(Registry + "/pitboss/mt/service:latest")},
			row{"an image without a word", worker.bare, image(Registry + "/pitboss/mt/service")},
			row{"an image by tag and digest", report.cronJob, image(Registry + "/pitboss/mt/service:1.4.2" + digest)},
			row{"an image by half a digest", media.daemonSet, image(Registry + "/pitboss/mt/service@sha256:0123456789abcdef")},
			row{"an init container by tag", wallet.deployment, func(o Object) {
				o.first(func(c Object) { c["image"] = Registry + "/pitboss/mt/service:warm" })
			}},
			row{"a debug container by tag", debug, func(o Object) { o.tool()["image"] = Registry + "/pitboss/mt/tools:1" }},
		),
		broken("image-registry",
			row{"an image of a public registry", gaming.deployment, image("docker.io/library/nginx" + digest)},
			row{"an image of no registry", report.cronJob, image("nginx" + digest)},
			row{"a registry that begins like ours", wallet.deployment, image(Registry + ".example.com/pitboss/mt/service" + digest)},
			row{"a sidecar of another account", gaming.deployment, func(o Object) {
				o.second(func(c Object) {
					c["image"] = "999999999999.dkr.ecr.eu-south-1.amazonaws.com/pitboss/mt/service" + digest
				})
			}},
			row{"a debug container of a public registry", debug, func(o Object) { o.tool()["image"] = "docker.io/library/busybox" + digest }},
		),
	)
}

func unsafeContainers() []Manifest {
	secure := func(key string, value any) func(Object) { return func(o Object) { o.security()[key] = value } }
	return slices.Concat(
		broken("non-root",
			row{"nobody says the user", gaming.deployment, func(o Object) {
				delete(o.security(), "runAsNonRoot")
				delete(o.pod().at("securityContext"), "runAsNonRoot")
			}},
			row{"a container overrides it", report.cronJob, secure("runAsNonRoot", false)},
			row{"a container of user 0", worker.deployment, secure("runAsUser", 0)},
			row{"a pod of user 0", capture.statefulSet, func(o Object) { o.pod().at("securityContext")["runAsUser"] = 0 }},
		),
		broken("read-only-root",
			row{"a root file system without a word", gaming.deployment, func(o Object) { delete(o.security(), "readOnlyRootFilesystem") }},
			row{"a writable root file system", worker.bare, secure("readOnlyRootFilesystem", false)},
			row{"a writable init container", wallet.deployment, func(o Object) {
				o.first(func(c Object) { delete(c.at("securityContext"), "readOnlyRootFilesystem") })
			}},
			row{"a writable debug container", debug, func(o Object) { o.tool().at("securityContext")["readOnlyRootFilesystem"] = false }},
		),
		broken("privilege",
			row{"escalation without a word", gaming.deployment, func(o Object) { delete(o.security(), "allowPrivilegeEscalation") }},
			row{"escalation", report.cronJob, secure("allowPrivilegeEscalation", true)},
			row{"a privileged container", media.daemonSet, func(o Object) {
				delete(o.security(), "allowPrivilegeEscalation")
				o.security()["privileged"] = true
			}},
			row{"a setting of the kernel", gaming.deployment, func(o Object) {
				o.pod().at("securityContext")["sysctls"] = []Object{{"name": "net.ipv4.tcp_syncookies", "value": "0"}}
			}},
		),
		broken("capabilities",
			row{"none dropped", gaming.deployment, func(o Object) { delete(o.security(), "capabilities") }},
			row{"some dropped", report.cronJob, func(o Object) { o.security().at("capabilities")["drop"] = []string{"NET_RAW"} }},
			row{"one added", media.daemonSet, func(o Object) { o.security().at("capabilities")["add"] = []string{"NET_ADMIN"} }},
		),
		broken("seccomp",
			row{"none", gaming.deployment, func(o Object) { delete(o.pod().at("securityContext"), "seccompProfile") }},
			row{"unconfined", capture.statefulSet, func(o Object) { o.pod().at("securityContext", "seccompProfile")["type"] = "Unconfined" }},
			row{"a container overrides it", wallet.deployment, secure("seccompProfile", Object{"type": "Unconfined"})},
			row{"a container without AppArmor", worker.deployment, secure("appArmorProfile", Object{"type": "Unconfined"})},
		),
	)
}

func unsafeHost() []Manifest {
	set := func(key string, value any) func(Object) { return func(o Object) { o.pod()[key] = value } }
	port := func(number int, protocol string) func(Object) {
		return func(o Object) {
			o.app()["ports"] = append(o.app()["ports"].([]Object), Object{"name": "more", "containerPort": number, "hostPort": number, "protocol": protocol})
		}
	}
	return slices.Concat(
		broken("host-path",
			row{"the kubelet's folder", gaming.deployment, func(o Object) { o.volume(Object{"hostPath": Object{"path": "/var/lib/kubelet"}}) }},
			row{"a socket of the node", media.daemonSet, func(o Object) { o.volume(Object{"hostPath": Object{"path": "/run/containerd/containerd.sock"}}) }},
			row{"a schedule that reads logs of the node", etl.cronJob, func(o Object) { o.volume(Object{"hostPath": Object{"path": "/var/log"}}) }},
		),
		broken("host-namespaces",
			row{"processes of the node", gaming.deployment, set("hostPID", true)},
			row{"memory of the node", media.daemonSet, set("hostIPC", true)},
		),
		broken("host-ports",
			row{"the node's network", gaming.deployment, func(o Object) {
				o.pod()["hostNetwork"], o.app()["ports"] = true, []Object{{"name": "http", "containerPort": 7880}}
				o.at("spec", "strategy", "rollingUpdate")["maxUnavailable"] = 1
			}},
			row{"a port of the node", wallet.deployment, port(8081, "TCP")},
			row{"a media port outside of live", gaming.deployment, port(50001, "UDP")},
			row{"a debug port on the node", media.daemonSet, port(9229, "TCP")},
			row{"media below the range", media.daemonSet, port(49999, "UDP")},
			row{"media above the range", media.daemonSet, port(60001, "UDP")},
			row{"media over TCP", media.daemonSet, port(50001, "TCP")},
			row{"SSH behind a media port", media.deployment, func(o Object) {
				o.app()["ports"] = append(o.app()["ports"].([]Object), Object{"name": "more", "containerPort": 7880, "hostPort": 22})
			}},
			row{"a port that nobody calls the node's", media.daemonSet, func(o Object) {
				o.app()["ports"] = append(o.app()["ports"].([]Object), Object{"name": "more", "containerPort": 6379})
			}},
		),
		broken("scratch",
			row{"as much of the disk as it likes", gaming.deployment, func(o Object) { o.volume(Object{"emptyDir": Object{}}) }},
			row{"memory as a disk", report.cronJob, func(o Object) { o.volume(Object{"emptyDir": Object{"medium": "Memory"}}) }},
		),
		broken("token",
			row{"a token without a word", gaming.deployment, func(o Object) { delete(o.pod(), "automountServiceAccountToken") }},
			row{"a token", worker.bare, set("automountServiceAccountToken", true)},
			row{"a token in a volume of its own", report.cronJob, func(o Object) {
				o.volume(Object{"projected": Object{"sources": []Object{{"serviceAccountToken": Object{"path": "token"}}}}})
			}},
			row{"a token for the API server by name", wallet.deployment, func(o Object) {
				o.volume(Object{"projected": Object{"sources": []Object{{"serviceAccountToken": Object{"path": "token", "audience": "https://kubernetes.default.svc"}}}}})
			}},
		),
	)
}
