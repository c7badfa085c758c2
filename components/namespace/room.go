package namespace

import (
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/internal/fence"
	"pitboss/components/internal/kube"
	"pitboss/components/pools"
	"pitboss/components/services"
)

const (
	// leastCPU and leastMemory are the least that a pod may ask for, in thousandths and MiB:
	// one that asks for nothing is placed anywhere and takes what it wants.
	leastCPU, leastMemory = 50, 64
	// overcommit is how many times its request a pod may use. What is above the request is
	// taken from neighbours, and memory is not given back.
	overcommit = 2
	// readyAfter is how soon a new pod can be ready and the next old one told to stop: below
	// it, more old pods drain at once than Least counts.
	readyAfter = 30 * time.Second
)

// Room is what the domain's namespace may take: its quota, or Least without one.
func Room(d services.Domain) fence.Limits {
	if d.Quota == (services.Quota{}) {
		return Least(d)
	}
	return fence.Limits(d.Quota)
}

// Least is what the domain takes when all of its services are at their most and all are
// rolled at once: below it a rollout of a busy day waits for its own old pods.
func Least(d services.Domain) fence.Limits {
	var out fence.Limits
	for _, s := range d.Services {
		n := atOnce(s)
		out.CPU, out.Memory, out.Pods = out.CPU+n*s.CPU.Limit, out.Memory+n*s.Memory.Limit, out.Pods+n
	}
	return out
}

// atOnce is the most pods of a service that count at one moment. A pod that was told to
// stop counts until it has.
func atOnce(s services.Service) int {
	most := max(s.Replicas.Full, s.Replicas.Warm, s.Replicas.Most)
	switch s.Runs() {
	case services.CronJob: // the next run waits for this one
		return 1
	case services.DaemonSet: // a node's new pod waits for its old one, which has its ports
		return nodes(s)
	case services.StatefulSet: // a name's new pod waits for its old one
		return most
	case services.Deployment:
	}
	step := s.Tier.Terms().Surge(most)
	steps := int((s.Drain + readyAfter - 1) / readyAfter) // that go by while one pod drains
	return most + step + min(most, step*steps)
}

// nodes is how many nodes a service's pool may have.
func nodes(s services.Service) int {
	row, _ := pools.Find(s.Pool)
	return row.Sizes.Max
}

// largest is the domain's largest pod: a larger one is a change of the table.
func largest(d services.Domain) fence.Limits {
	var out fence.Limits
	for _, s := range d.Services {
		out.CPU, out.Memory = max(out.CPU, s.CPU.Limit), max(out.Memory, s.Memory.Limit)
	}
	return out
}

func amounts(cpu, memory int) pulumi.StringMap {
	return pulumi.StringMap{"cpu": pulumi.String(kube.CPU(cpu)), "memory": pulumi.String(kube.Memory(memory))}
}
