//go:build integration

package kube

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"pitboss/sandbox/internal/toolchain"
	"pitboss/sandbox/internal/tooltest"
)

var (
	deploymentsAPI = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	daemonSetsAPI  = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "daemonsets"}
	jobsAPI        = schema.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"}
	hpasAPI        = schema.GroupVersionResource{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"}
)

// TestWorkloads is about what the simulated nodes run and how many of it. The steps share the
// cluster and are otherwise independent.
func TestWorkloads(t *testing.T) {
	dir := t.TempDir()
	t.Cleanup(func() { _ = Stop(dir) })
	info := start(t, Spec{Binary: tooltest.Path(t, "pitboss-kube"), Dir: dir, Name: "mt-eu-south-1", Version: "1.35",
		Definitions: tooltest.Path(t, toolchain.Definitions)})
	group := etl(3)
	group.Taints = nil
	if err := info.ApplyNodeGroup(t.Context(), group); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the namespace has its service account", func() bool {
		_, err := coreOf(t, info).ServiceAccounts("default").Get(t.Context(), "default", metav1.GetOptions{})
		return err == nil
	})
	for _, step := range []struct {
		name string
		run  func(*testing.T, *Info)
	}{
		{"FloorOfAnAutoscaler", floors}, {"FloorOfAScaledObject", kedaFloors}, {"ZeroOfAScaledObject", kedaZero},
		{"DaemonSetOnTheHostsNetwork", hostNetwork}, {"JobCompletes", job}, {"SecretThatIsNotThere", noSecret}, {"NodeLostAndBack", nodeBack},
	} {
		t.Run(step.name, func(t *testing.T) { step.run(t, info) })
	}
}

func (i Info) put(t *testing.T, api schema.GroupVersionResource, kind, name string, spec map[string]any) {
	t.Helper()
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": api.GroupVersion().String(), "kind": kind, "metadata": map[string]any{"name": name}, "spec": spec,
	}}
	if _, err := dynamicOf(t, &i).Resource(api).Namespace("default").Apply(t.Context(), name, object,
		metav1.ApplyOptions{FieldManager: "program", Force: true}); err != nil {
		t.Fatal(err)
	}
}

func (i Info) number(t *testing.T, api schema.GroupVersionResource, name string, path ...string) int64 {
	t.Helper()
	o, err := dynamicOf(t, &i).Resource(api).Namespace("default").Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return -1
	}
	n, _, _ := unstructured.NestedInt64(o.Object, path...)
	return n
}

// pods is the spec of a workload without a number of replicas, as the program declares one that
// is scaled.
func pods(name string, edit func(pod map[string]any)) map[string]any {
	labels := map[string]any{"app": name}
	pod := map[string]any{"containers": []any{map[string]any{"name": "c", "image": "example.com/c:1"}}}
	if edit != nil {
		edit(pod)
	}
	return map[string]any{
		"selector": map[string]any{"matchLabels": labels},
		"template": map[string]any{"metadata": map[string]any{"labels": labels}, "spec": pod},
	}
}

func (i Info) wantReplicas(t *testing.T, name string, want int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s has %d replicas", name, want), func() bool {
		return i.number(t, deploymentsAPI, name, "spec", "replicas") == want && i.number(t, deploymentsAPI, name, "status", "readyReplicas") == want
	})
}

func hpaOf(name string, floor int64) map[string]any {
	return map[string]any{
		"scaleTargetRef": map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
		"minReplicas":    floor, "maxReplicas": int64(10),
		"metrics": []any{map[string]any{"type": "Pods", "pods": map[string]any{
			"metric": map[string]any{"name": "http_requests_per_second"},
			"target": map[string]any{"type": "AverageValue", "averageValue": "100"},
		}}},
	}
}

// floors: without one metric served, the real controller raises to the floor, and a floor that a
// swap lowers is reached too.
func floors(t *testing.T, info *Info) {
	info.put(t, deploymentsAPI, "Deployment", "gaming-api", pods("gaming-api", nil))
	info.put(t, hpasAPI, "HorizontalPodAutoscaler", "gaming-api", hpaOf("gaming-api", 3))
	info.wantReplicas(t, "gaming-api", 3)
	// Applied again as it was, it keeps what the autoscaler made of it.
	info.put(t, deploymentsAPI, "Deployment", "gaming-api", pods("gaming-api", nil))
	if n := info.number(t, deploymentsAPI, "gaming-api", "spec", "replicas"); n != 3 {
		t.Errorf("applying again set %d replicas: the program and the autoscaler fight", n)
	}
	info.put(t, hpasAPI, "HorizontalPodAutoscaler", "gaming-api", hpaOf("gaming-api", 1))
	info.wantReplicas(t, "gaming-api", 1)
	info.put(t, hpasAPI, "HorizontalPodAutoscaler", "gaming-api", hpaOf("gaming-api", 4))
	info.wantReplicas(t, "gaming-api", 4)
}

func scaledSpec(name string, floor int64) map[string]any {
	return map[string]any{
		"scaleTargetRef": map[string]any{"name": name}, "minReplicaCount": floor, "maxReplicaCount": int64(9),
		"triggers": []any{map[string]any{"type": "apache-kafka", "metadata": map[string]any{"topic": "bets", "lagThreshold": "100"}}},
	}
}

func kedaFloors(t *testing.T, info *Info) {
	info.put(t, deploymentsAPI, "Deployment", "bonus", pods("bonus", nil))
	info.put(t, scaledObjects, "ScaledObject", "bonus", scaledSpec("bonus", 2))
	info.wantReplicas(t, "bonus", 2)
	info.put(t, scaledObjects, "ScaledObject", "bonus", scaledSpec("bonus", 3))
	info.wantReplicas(t, "bonus", 3)
	info.put(t, scaledObjects, "ScaledObject", "bonus", scaledSpec("bonus", 1))
	info.wantReplicas(t, "bonus", 1)
	if max := info.number(t, hpasAPI, "keda-hpa-bonus", "spec", "maxReplicas"); max != 9 {
		t.Errorf("the autoscaler goes to %d, want the object's 9", max)
	}
	client := dynamicOf(t, info).Resource(scaledObjects).Namespace("default")
	o, err := client.Get(t.Context(), "bonus", metav1.GetOptions{})
	if name, _, _ := unstructured.NestedString(o.Object, "status", "hpaName"); err != nil || name != "keda-hpa-bonus" {
		t.Errorf("status names the autoscaler %q, %v", name, err)
	}
	if err := client.Delete(t.Context(), "bonus", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the autoscaler goes with its object", func() bool {
		return info.number(t, hpasAPI, "keda-hpa-bonus", "spec", "maxReplicas") == -1
	})
}

func kedaZero(t *testing.T, info *Info) {
	info.put(t, deploymentsAPI, "Deployment", "comms", pods("comms", nil))
	info.put(t, scaledObjects, "ScaledObject", "comms", scaledSpec("comms", 0))
	info.wantReplicas(t, "comms", 0)
	info.put(t, scaledObjects, "ScaledObject", "comms", scaledSpec("comms", 2))
	info.wantReplicas(t, "comms", 2)
}

func hostNetwork(t *testing.T, info *Info) {
	info.put(t, daemonSetsAPI, "DaemonSet", "webrtc", pods("webrtc", func(pod map[string]any) {
		pod["hostNetwork"] = true
		pod["dnsPolicy"] = "ClusterFirstWithHostNet"
		pod["containers"] = []any{map[string]any{"name": "c", "image": "example.com/c:1", "ports": []any{
			map[string]any{"name": "media", "containerPort": int64(7882), "hostPort": int64(7882), "protocol": "UDP"},
		}}}
	}))
	eventually(t, "a pod on each node", func() bool {
		return info.number(t, daemonSetsAPI, "webrtc", "status", "numberReady") == 3
	})
	core := coreOf(t, info)
	list, err := core.Pods("default").List(t.Context(), metav1.ListOptions{LabelSelector: "app=webrtc"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Items {
		if p.Status.PodIP != p.Status.HostIP || p.Status.PodIP == "" {
			t.Errorf("pod %s has the address %q on a node with %q", p.Name, p.Status.PodIP, p.Status.HostIP)
		}
	}
}

func job(t *testing.T, info *Info) {
	spec := pods("settle", func(pod map[string]any) { pod["restartPolicy"] = "Never" })
	delete(spec, "selector")
	info.put(t, jobsAPI, "Job", "settle", spec)
	eventually(t, "the job completed", func() bool { return info.number(t, jobsAPI, "settle", "status", "succeeded") == 1 })
}

// noSecret: nothing plays External Secrets, so no pod may wait for what it would bring.
func noSecret(t *testing.T, info *Info) {
	info.put(t, deploymentsAPI, "Deployment", "login", pods("login", func(pod map[string]any) {
		pod["volumes"] = []any{map[string]any{"name": "s", "secret": map[string]any{"secretName": "nobody-made-it"}}}
		container := pod["containers"].([]any)[0].(map[string]any)
		container["volumeMounts"] = []any{map[string]any{"name": "s", "mountPath": "/var/run/secrets/pitboss/s"}}
	}))
	info.wantReplicas(t, "login", 1)
}

// nodeBack is a zone that is lost and comes back, as a drill plays it: a client deletes the node
// and creates it again.
func nodeBack(t *testing.T, info *Info) {
	core := coreOf(t, info)
	nodes, err := core.Nodes().List(t.Context(), metav1.ListOptions{})
	if err != nil || len(nodes.Items) == 0 {
		t.Fatal(err)
	}
	was := nodes.Items[0]
	was.ResourceVersion, was.UID = "", ""
	declared := was.DeepCopy()
	declared.Status.Conditions = nil
	for _, c := range []struct {
		form  string
		again *corev1.Node
	}{{"as it was read", &was}, {"without conditions", declared}} {
		if err := core.Nodes().Delete(t.Context(), was.Name, metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		// Kubernetes' own collector of pods: it looks every 20 s and gives a node 40 s to return.
		patiently(t, "no pod is left on the lost node", 2*time.Minute, func() bool {
			list, err := core.Pods("").List(t.Context(), metav1.ListOptions{FieldSelector: "spec.nodeName=" + was.Name})
			return err == nil && len(list.Items) == 0
		})
		if _, err := core.Nodes().Create(t.Context(), c.again, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the node is Ready again, "+c.form, func() bool {
			n, err := core.Nodes().Get(t.Context(), was.Name, metav1.GetOptions{})
			return err == nil && !notReady(*n)
		})
		eventually(t, "its daemon runs again, "+c.form, func() bool {
			list, err := core.Pods("default").List(t.Context(), metav1.ListOptions{FieldSelector: "spec.nodeName=" + was.Name, LabelSelector: "app=webrtc"})
			return err == nil && len(list.Items) == 1 && list.Items[0].Status.Phase == corev1.PodRunning
		})
		renewed(t, info, was.Name)
	}
}

// renewed: a node whose lease is not renewed would be lost again after its grace period.
func renewed(t *testing.T, info *Info, node string) {
	t.Helper()
	leases := dynamicOf(t, info).Resource(schema.GroupVersionResource{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"}).Namespace("kube-node-lease")
	read := func() (uid types.UID, at string) {
		l, err := leases.Get(t.Context(), node, metav1.GetOptions{})
		if err != nil {
			return "", ""
		}
		at, _, _ = unstructured.NestedString(l.Object, "spec", "renewTime")
		return l.GetUID(), at
	}
	_, first := read()
	eventually(t, "the node's lease is renewed", func() bool {
		_, now := read()
		return now != "" && now != first
	})
}
