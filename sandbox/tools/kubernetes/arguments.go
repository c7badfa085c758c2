package main

import (
	"fmt"
	"os"
	"strconv"
)

const (
	loopback = "127.0.0.1"
	// serviceRange is the range EKS gives services in a VPC of 10.0.0.0/8.
	serviceRange   = "172.20.0.0/16"
	firstServiceIP = "172.20.0.1"
	// podRange is where simulated pods get addresses from: the shared range of
	// RFC 6598, so that none looks like one of the VPC's.
	podRange = "100.64.0.1/10"
)

// part is one child process: its name, arguments, and the memory that Go's
// collector tries to stay within.
type part struct {
	name     string
	args     []string
	memLimit string
}

func etcdPart(l layout) part {
	return part{name: partEtcd, memLimit: "128MiB", args: []string{"--data-dir=" + l.file("etcd")}}
}

// apiServerPart keeps Kubernetes' default admission, RBAC included. What is
// switched off serves many clients or many masters; a sandbox has neither.
func apiServerPart(l layout, version string, port int) part {
	return part{name: partAPIServer, memLimit: "512MiB", args: []string{
		"--etcd-servers=" + etcdURL,
		"--emulated-version=kube=" + version,
		"--bind-address=" + loopback,
		"--advertise-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--endpoint-reconciler-type=none", // a loopback address may not be an endpoint
		"--service-cluster-ip-range=" + serviceRange,
		"--allow-privileged=true", // as on EKS: Pod Security decides
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--client-ca-file=" + l.pki("ca.crt"),
		"--tls-cert-file=" + l.pki("serving.crt"),
		"--tls-private-key-file=" + l.pki("serving.key"),
		"--token-auth-file=" + l.file("tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + l.pki("service-account.key"),
		"--service-account-signing-key-file=" + l.pki("service-account.key"),
		"--enable-priority-and-fairness=false",
		"--max-requests-inflight=400",
		"--max-mutating-requests-inflight=200",
		"--profiling=false",
	}}
}

// controllersPart runs every controller with its own service account, as EKS
// does: admission policies see who really creates a pod.
func controllersPart(l layout) part {
	return part{name: partControllers, memLimit: "160MiB", args: []string{
		"--kubeconfig=" + l.pki(partControllers+".kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0", // nobody reads its metrics; one port less to find free
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + l.pki("service-account.key"),
		"--root-ca-file=" + l.pki("ca.crt"),
		"--cluster-signing-cert-file=" + l.pki("ca.crt"),
		"--cluster-signing-key-file=" + l.pki("ca.key"),
		// A machine busy compiling must not look like a dead node.
		"--node-monitor-grace-period=3m",
		// A new floor is a number of replicas within this: nobody waits 15 s for it.
		"--horizontal-pod-autoscaler-sync-period=5s",
		// Otherwise it makes and watches a folder under /usr/libexec.
		"--flex-volume-plugin-dir=" + l.file("flexvolume"),
		"--profiling=false",
		"--kube-api-qps=100", "--kube-api-burst=200",
	}}
}

func schedulerPart(l layout) part {
	return part{name: partScheduler, memLimit: "96MiB", args: []string{
		"--kubeconfig=" + l.pki(partScheduler+".kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
		"--profiling=false",
		"--kube-api-qps=100", "--kube-api-burst=200",
	}}
}

func kwokPart(l layout) part {
	return part{name: partKwok, memLimit: "96MiB", args: []string{
		"--config=" + l.file("kwok.yaml"),
		"--kubeconfig=" + l.pki(partKwok+".kubeconfig"),
		"--manage-all-nodes=false",
		"--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
		"--node-lease-duration-seconds=40", // the kubelet's default
		"--cidr=" + podRange,
	}}
}

// markEnv names the variable by which the sandbox finds its processes.
const markEnv = "PITBOSS_SANDBOX_MARK"

// environment is what a part runs with: nothing of the user's, so that no
// setting or proxy of theirs reaches into a simulated cluster.
func (p part) environment(l layout, reported string) []string {
	return []string{
		"PATH=/usr/bin:/bin",
		"HOME=" + l.dir, // kwok would read ~/.kwok
		"GOMEMLIMIT=" + p.memLimit,
		fmt.Sprintf("%s=%s", versionEnv, reported),
		markEnv + "=" + os.Getenv(markEnv),
	}
}
