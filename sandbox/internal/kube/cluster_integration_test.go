//go:build integration

package kube

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"

	"pitboss/sandbox/internal/tooltest"
)

// TestCluster follows one cluster through its life. The steps build on each
// other, and starting a cluster for each would take most of a minute.
//
//	go test -tags integration ./internal/kube
func TestCluster(t *testing.T) {
	dir := t.TempDir()
	spec := Spec{Binary: tooltest.Path(t, "pitboss-kube"), Dir: dir, Name: "mt-eu-south-1", Version: "1.35"}
	t.Cleanup(func() { _ = Stop(dir) })
	info := start(t, spec)
	t.Logf("API ready after %.2f s", info.ReadySeconds)

	t.Run("AdoptsTheLivingOne", func(t *testing.T) {
		if again := start(t, spec); again.PID != info.PID {
			t.Errorf("a second Start has pid %d, want the first's %d", again.PID, info.PID)
		}
	})
	t.Run("ServesTheVersion", func(t *testing.T) {
		body, err := coreOf(t, info).RESTClient().Get().AbsPath("/version").DoRaw(t.Context())
		if err != nil || !strings.Contains(string(body), `"v1.35.0-eks`) {
			t.Errorf("/version: %v %s", err, body)
		}
	})
	t.Run("PodsOfATaintedPool", func(t *testing.T) { taintedPool(t, info) })
	t.Run("Resize", func(t *testing.T) { resize(t, info) })
	t.Run("LoadBalancerGetsAName", func(t *testing.T) { loadBalancer(t, info) })
	t.Run("KilledLeavesNothing", func(t *testing.T) { killed(t, spec, info) })
	t.Run("Upgrade", func(t *testing.T) {
		spec.Version = "1.36"
		up := start(t, spec)
		if up.Version != "1.36" || up.Endpoint != info.Endpoint || up.CAPEM != info.CAPEM {
			t.Errorf("after the upgrade: version %s at %s; want 1.36 at the same endpoint with the same CA", up.Version, up.Endpoint)
		}
	})
	t.Run("StopLeavesNothing", func(t *testing.T) {
		if err := Stop(dir); err != nil {
			t.Fatal(err)
		}
		if left := processes(t, dir); left != "" || Alive(dir) {
			t.Errorf("after Stop: alive %v, processes:\n%s", Alive(dir), left)
		}
		if err := Stop(dir); err != nil {
			t.Errorf("stopping a stopped cluster: %v", err)
		}
	})
}

func start(t *testing.T, spec Spec) *Info {
	t.Helper()
	info, err := Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func coreOf(t *testing.T, info *Info) typedcore.CoreV1Interface {
	t.Helper()
	core, err := info.core()
	if err != nil {
		t.Fatal(err)
	}
	return core
}

func etl(size int) NodeGroup {
	return NodeGroup{
		Name: "etl", InstanceTypes: []string{"r7i.xlarge"}, Desired: size, Region: "eu-south-1",
		Zones:  []Zone{{Name: "eu-south-1a"}, {Name: "eu-south-1b"}, {Name: "eu-south-1c"}},
		Labels: map[string]string{"pitboss.io/pool": "etl"},
		Taints: []Taint{{"pitboss.io/pool", "etl", "NO_SCHEDULE"}},
	}
}

func pod(name string, tolerant bool) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "c", Image: "example.com/c:1",
			Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
				corev1.ResourceCPU: resource.MustParse("3"),
			}},
		}}},
	}
	if tolerant {
		p.Spec.Tolerations = []corev1.Toleration{{Key: "pitboss.io/pool", Value: "etl"}}
	}
	return p
}

func taintedPool(t *testing.T, info *Info) {
	if err := info.ApplyNodeGroup(t.Context(), etl(1)); err != nil {
		t.Fatal(err)
	}
	core := coreOf(t, info)
	for _, p := range []*corev1.Pod{pod("intolerant", false), pod("tolerant", true), pod("one-too-many", true)} {
		eventually(t, "create "+p.Name, func() bool { // until the namespace has its service account
			_, err := core.Pods("default").Create(t.Context(), p, metav1.CreateOptions{})
			return err == nil
		})
	}
	eventually(t, "tolerant pod Running", func() bool { return phase(core, "tolerant") == corev1.PodRunning })
	for _, name := range []string{"intolerant", "one-too-many"} {
		eventually(t, name+" refused by the scheduler", func() bool {
			p, err := core.Pods("default").Get(t.Context(), name, metav1.GetOptions{})
			return err == nil && len(p.Status.Conditions) > 0 && p.Status.Conditions[0].Reason == corev1.PodReasonUnschedulable
		})
	}
}

func resize(t *testing.T, info *Info) {
	core := coreOf(t, info)
	if err := info.ApplyNodeGroup(t.Context(), etl(3)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new node takes the waiting pod", func() bool { return phase(core, "one-too-many") == corev1.PodRunning })
	if err := info.ApplyNodeGroup(t.Context(), etl(1)); err != nil {
		t.Fatal(err)
	}
	nodes, err := core.Nodes().List(t.Context(), metav1.ListOptions{LabelSelector: labelNodeGroup + "=etl"})
	if err != nil || len(nodes.Items) != 1 {
		t.Errorf("after shrinking: %d nodes, %v; want 1", len(nodes.Items), err)
	}
}

func loadBalancer(t *testing.T, info *Info) {
	core := coreOf(t, info)
	svc := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "edge"},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, Ports: []corev1.ServicePort{{Port: 443}}},
	}
	if _, err := core.Services("default").Create(t.Context(), svc, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "load balancer has a name", func() bool {
		s, err := core.Services("default").Get(t.Context(), "edge", metav1.GetOptions{})
		return err == nil && len(s.Status.LoadBalancer.Ingress) == 1 &&
			strings.HasSuffix(s.Status.LoadBalancer.Ingress[0].Hostname, ".elb.eu-south-1.amazonaws.com")
	})
}

// killed proves that nothing outlives a supervisor that had no chance to clean
// up, and that the next start has the same content at the same place.
func killed(t *testing.T, spec Spec, before *Info) {
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no process left", func() bool { return processes(t, spec.Dir) == "" })
	after := start(t, spec)
	t.Logf("API ready again after %.2f s", after.ReadySeconds)
	if after.Endpoint != before.Endpoint || after.CAPEM != before.CAPEM || after.Token != before.Token {
		t.Error("endpoint, CA or token changed: clients that remember them would be lost")
	}
	if _, err := coreOf(t, after).Services("default").Get(t.Context(), "edge", metav1.GetOptions{}); err != nil {
		t.Errorf("what was created before is gone: %v", err)
	}
	// A part that dies alone is the supervisor's to bring back.
	pids, err := exec.Command("pgrep", "-f", "kube-scheduler --kubeconfig="+filepath.Join(spec.Dir, "")).Output()
	if err != nil {
		t.Fatalf("find the scheduler: %v", err)
	}
	if err := exec.Command("kill", "-9", strings.Fields(string(pids))[0]).Run(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the scheduler is back", func() bool {
		now, err := exec.Command("pgrep", "-f", "kube-scheduler --kubeconfig="+filepath.Join(spec.Dir, "")).Output()
		return err == nil && string(now) != string(pids)
	})
}

func phase(core typedcore.CoreV1Interface, name string) corev1.PodPhase {
	p, err := core.Pods("default").Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		return ""
	}
	return p.Status.Phase
}

// processes lists what runs with dir in its command line.
func processes(t *testing.T, dir string) string {
	t.Helper()
	entries, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		if line, err := os.ReadFile(e); err == nil && strings.Contains(string(line), dir) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return strings.Join(found, "\n")
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	patiently(t, what, 30*time.Second, ok)
}

func patiently(t *testing.T, what string, within time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", within, what)
}
