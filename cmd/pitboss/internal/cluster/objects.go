package cluster

import "k8s.io/apimachinery/pkg/api/resource"

// The labels that say which pool a node belongs to (ours, else the one that EKS itself
// sets), and what a pod is. They are those of components/pools/labels; a test of the
// whole holds them equal.
const (
	LabelPool    = "pitboss.io/pool"
	LabelService = "pitboss.io/service"
	LabelDomain  = "pitboss.io/domain"
	LabelTier    = "pitboss.io/tier"

	labelNodeGroup = "eks.amazonaws.com/nodegroup"
	labelZone      = "topology.kubernetes.io/zone"
	labelType      = "node.kubernetes.io/instance-type"
	labelHash      = "pod-template-hash"
)

// TierPlaceholder is the tier of pods that only keep room free. They give it up first,
// and one that waits is no harm.
const TierPlaceholder = "placeholder"

// The types below are the parts of objects that are read here, as the API spells them.

type metadata struct {
	Name              string            `json:"name"`
	Namespace         string            `json:"namespace"`
	Labels            map[string]string `json:"labels"`
	DeletionTimestamp string            `json:"deletionTimestamp"`
	OwnerReferences   []struct {
		Kind       string `json:"kind"`
		Name       string `json:"name"`
		Controller bool   `json:"controller"`
	} `json:"ownerReferences"`
}

type condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// find is the condition of this type; zero when it is not there.
func find(all []condition, kind string) condition {
	for _, c := range all {
		if c.Type == kind {
			return c
		}
	}
	return condition{}
}

type quantities map[string]resource.Quantity

// amount is what pods ask for and nodes have: CPU in thousandths, memory in bytes.
type amount struct{ cpu, memory int64 }

func (q quantities) amount() amount {
	cpu, memory := q["cpu"], q["memory"]
	return amount{cpu.MilliValue(), memory.Value()}
}

func (a amount) plus(b amount) amount  { return amount{a.cpu + b.cpu, a.memory + b.memory} }
func (a amount) minus(b amount) amount { return amount{a.cpu - b.cpu, a.memory - b.memory} }
func (a amount) most(b amount) amount  { return amount{max(a.cpu, b.cpu), max(a.memory, b.memory)} }

type node struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Unschedulable bool `json:"unschedulable"`
	} `json:"spec"`
	Status struct {
		Allocatable quantities  `json:"allocatable"`
		Conditions  []condition `json:"conditions"`
	} `json:"status"`
}

func (n node) ready() bool { return find(n.Status.Conditions, "Ready").Status == "True" }

// open says whether the node takes new pods.
func (n node) open() bool { return n.ready() && !n.Spec.Unschedulable }

func (n node) pool() string {
	for _, label := range []string{LabelPool, labelNodeGroup} {
		if name := n.Metadata.Labels[label]; name != "" {
			return name
		}
	}
	return "(none)"
}

type container struct {
	RestartPolicy string `json:"restartPolicy"`
	Resources     struct {
		Requests quantities `json:"requests"`
	} `json:"resources"`
}

type containerStatus struct {
	State struct {
		Waiting    *ending `json:"waiting"`
		Terminated *ending `json:"terminated"`
	} `json:"state"`
}

// ending is why a container does not run.
type ending struct {
	Reason   string `json:"reason"`
	Message  string `json:"message"`
	ExitCode int    `json:"exitCode"`
}

type pod struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		NodeName       string            `json:"nodeName"`
		NodeSelector   map[string]string `json:"nodeSelector"`
		Containers     []container       `json:"containers"`
		InitContainers []container       `json:"initContainers"`
		Overhead       quantities        `json:"overhead"`
	} `json:"spec"`
	Status struct {
		Phase                 string            `json:"phase"`
		Reason                string            `json:"reason"`
		Message               string            `json:"message"`
		Conditions            []condition       `json:"conditions"`
		ContainerStatuses     []containerStatus `json:"containerStatuses"`
		InitContainerStatuses []containerStatus `json:"initContainerStatuses"`
	} `json:"status"`
}

// workload is a Deployment, a StatefulSet or a DaemonSet.
type workload struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		Replicas *int `json:"replicas"`
		Template struct {
			Metadata metadata `json:"metadata"`
			Spec     struct {
				NodeSelector map[string]string `json:"nodeSelector"`
			} `json:"spec"`
		} `json:"template"`
	} `json:"spec"`
	Status struct {
		DesiredNumberScheduled int         `json:"desiredNumberScheduled"`
		Conditions             []condition `json:"conditions"`
	} `json:"status"`
}
