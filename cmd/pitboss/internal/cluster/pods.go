package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The phases of a pod that are told apart here.
const (
	phaseRunning   = "Running"
	phasePending   = "Pending"
	phaseSucceeded = "Succeeded"
	phaseFailed    = "Failed"
)

// A Pod is one pod as the API server sees it.
type Pod struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Domain    string `json:"domain"`  // empty: not one of ours
	Service   string `json:"service"` // else the workload that it belongs to
	Tier      string `json:"tier"`
	Pool      string `json:"pool"` // that it asks for, else that it is on
	Node      string `json:"node"` // empty: it has none
	Zone      string `json:"zone"` // of its node
	Phase     string `json:"phase"`
	Ready     bool   `json:"ready"`  // it runs, and says that it is ready
	Reason    string `json:"reason"` // why it does not, as Kubernetes says it
	// CPURequested is in CPUs, MemoryRequested in MiB.
	CPURequested    float64 `json:"cpuRequested"`
	MemoryRequested int64   `json:"memoryRequested"`

	asks    amount
	leaving bool // being deleted
}

// describe sums a pod up; on is its node, zero when it has none.
func (p pod) describe(on node) Pod {
	out := Pod{
		Namespace: p.Metadata.Namespace, Name: p.Metadata.Name,
		Domain: p.Metadata.Labels[LabelDomain], Tier: p.Metadata.Labels[LabelTier], Service: p.service(),
		Pool: cmp.Or(p.Metadata.Labels[LabelPool], p.Spec.NodeSelector[LabelPool]),
		Node: p.Spec.NodeName, Zone: on.Metadata.Labels[labelZone], Phase: p.Status.Phase,
		asks: p.asks(), leaving: p.Metadata.DeletionTimestamp != "",
	}
	if out.Pool == "" && on.Metadata.Name != "" {
		out.Pool = on.pool()
	}
	out.CPURequested, out.MemoryRequested = cpus(out.asks.cpu), mebibytes(out.asks.memory)
	out.Ready = out.Phase == phaseRunning && !out.leaving && find(p.Status.Conditions, "Ready").Status == "True"
	if !out.Ready {
		out.Reason = p.reason()
	}
	return out
}

// service is the label, else the name of the workload that made the pod, else its own.
func (p pod) service() string {
	if name := p.Metadata.Labels[LabelService]; name != "" {
		return name
	}
	for _, owner := range p.Metadata.OwnerReferences {
		switch hash := p.Metadata.Labels[labelHash]; {
		case !owner.Controller:
		case owner.Kind == "ReplicaSet" && hash != "":
			return strings.TrimSuffix(owner.Name, "-"+hash)
		default:
			return owner.Name
		}
	}
	return p.Metadata.Name
}

// asks is what the scheduler reckons with: all containers at once, or the largest moment
// of the start if that is more. An init container that always restarts is a sidecar: it
// stays.
func (p pod) asks() amount {
	var run, sidecars, start amount
	for _, c := range p.Spec.Containers {
		run = run.plus(c.Resources.Requests.amount())
	}
	for _, c := range p.Spec.InitContainers {
		asks := c.Resources.Requests.amount()
		start = start.most(sidecars.plus(asks))
		if c.RestartPolicy == "Always" {
			sidecars = sidecars.plus(asks)
		}
	}
	return run.plus(sidecars).most(start).plus(p.Spec.Overhead.amount())
}

// reason is why a pod that is not ready is not, in the words of who knows.
func (p pod) reason() string {
	scheduled, ready := find(p.Status.Conditions, "PodScheduled"), find(p.Status.Conditions, "Ready")
	switch {
	case p.Metadata.DeletionTimestamp != "":
		return "is being deleted"
	case p.Status.Phase == phaseSucceeded:
		return ""
	case p.Spec.NodeName == "" && scheduled.Reason != "":
		return said(scheduled.Reason, scheduled.Message)
	case p.Spec.NodeName == "":
		return "the scheduler has not judged it yet"
	}
	for _, c := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		switch ended := c.State.Terminated; {
		case c.State.Waiting != nil && c.State.Waiting.Reason != "PodInitializing":
			return said(c.State.Waiting.Reason, c.State.Waiting.Message)
		case ended != nil && ended.ExitCode != 0:
			return said(ended.Reason, strings.TrimSpace(fmt.Sprintf("exit code %d %s", ended.ExitCode, ended.Message)))
		}
	}
	switch {
	case p.Status.Reason != "":
		return said(p.Status.Reason, p.Status.Message)
	case ready.Reason != "":
		return said(ready.Reason, ready.Message)
	}
	return "has a node and has not started"
}

// said joins what Kubernetes calls a reason with its message, on one line.
func said(reason, message string) string {
	return strings.Join(strings.Fields(strings.TrimSuffix(reason+": "+message, ": ")), " ")
}

// wanted says whether the pod is one that should run: it has not ended and is not leaving.
func (p Pod) wanted() bool {
	return !p.leaving && p.Phase != phaseSucceeded && p.Phase != phaseFailed
}

// holds says whether the pod takes room on its node.
func (p Pod) holds() bool {
	return p.Node != "" && p.Phase != phaseSucceeded && p.Phase != phaseFailed
}

func sortPods(pods []Pod) {
	slices.SortFunc(pods, func(a, b Pod) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
}

func cpus(thousandths int64) float64 { return float64(thousandths) / 1000 }
func mebibytes(bytes int64) int64    { return bytes >> 20 }
