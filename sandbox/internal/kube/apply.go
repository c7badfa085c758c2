package kube

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
)

// ApplyNodeGroup makes the cluster's nodes what the group says: it creates,
// relabels, and takes away. Nodes that a changed group would create differently
// (instance type, image, version, disk) are replaced: the new ones come first.
// Nodes that go are drained. It returns when the new nodes are Ready.
func (i Info) ApplyNodeGroup(ctx context.Context, group NodeGroup) error {
	group = group.withDefaults(i)
	if err := group.validate(); err != nil {
		return err
	}
	core, err := i.core()
	if err != nil {
		return err
	}
	plan, err := i.place(ctx, core, group)
	if err != nil {
		return fmt.Errorf("cluster %s: %w", i.Name, err)
	}
	if len(plan.create) > 0 {
		if err := i.WaitReady(ctx, group.Name); err != nil {
			return err
		}
	}
	return i.removeNodes(ctx, core, plan.remove)
}

// placing lets one group at a time choose addresses that no node has: groups are created
// at the same time.
var placing sync.Mutex

// place brings what the group already has up to date, and creates what it lacks.
func (i Info) place(ctx context.Context, core typedcore.CoreV1Interface, group NodeGroup) (nodePlan, error) {
	placing.Lock()
	defer placing.Unlock()
	all, err := core.Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nodePlan{}, fmt.Errorf("list nodes: %w", err)
	}
	plan := planNodes(group, all.Items)
	if err := updateNodes(ctx, core, group, plan.keep); err != nil {
		return plan, err
	}
	for _, n := range plan.create {
		if _, err := core.Nodes().Create(ctx, n, metav1.CreateOptions{}); err != nil {
			return plan, fmt.Errorf("create node %s: %w", n.Name, err)
		}
	}
	return plan, nil
}

// DeleteNodeGroup drains and removes all nodes of the group. It is no error if
// there are none.
func (i Info) DeleteNodeGroup(ctx context.Context, name string) error {
	core, err := i.core()
	if err != nil {
		return err
	}
	nodes, err := i.groupNodes(ctx, core, name)
	if err != nil {
		return err
	}
	return i.removeNodes(ctx, core, nodes)
}

// WaitReady waits until every node that the group has is Ready and takes pods.
func (i Info) WaitReady(ctx context.Context, name string) error {
	const within = 2 * time.Minute // kwok takes a second; a machine busy compiling, thirty
	core, err := i.core()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		nodes, err := i.groupNodes(ctx, core, name)
		if err == nil && !slices.ContainsFunc(nodes, notReady) {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("cluster %s: the nodes of group %s are not Ready: %w; see logs/kwok.log beside %s",
				i.Name, name, errors.Join(ctx.Err(), err), i.Kubeconfig)
		}
		sleep(ctx, 4*poll)
	}
}

func notReady(n corev1.Node) bool {
	tainted := slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeNotReady })
	ready := slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
	return tainted || !ready
}

func (i Info) groupNodes(ctx context.Context, core typedcore.CoreV1Interface, name string) ([]corev1.Node, error) {
	list, err := core.Nodes().List(ctx, metav1.ListOptions{LabelSelector: labelNodeGroup + "=" + name})
	if err != nil {
		return nil, fmt.Errorf("cluster %s: list the nodes of group %s: %w", i.Name, name, err)
	}
	return list.Items, nil
}

// nodePlan is what to do to get from the nodes there are to those asked for.
type nodePlan struct {
	keep, remove []corev1.Node
	create       []*corev1.Node
}

// planNodes decides without touching anything: which of the group's nodes stay,
// which go, which come. all are the cluster's nodes, whose addresses are taken.
func planNodes(group NodeGroup, all []corev1.Node) nodePlan {
	var plan nodePlan
	taken := map[netip.Addr]bool{}
	for _, n := range all {
		for _, a := range n.Status.Addresses {
			if addr, err := netip.ParseAddr(a.Address); err == nil {
				taken[addr] = true
			}
		}
		if n.Labels[labelNodeGroup] != group.Name {
			continue
		}
		if group.fits(&n) {
			plan.keep = append(plan.keep, n)
		} else {
			plan.remove = append(plan.remove, n)
		}
	}
	slices.SortFunc(plan.keep, func(a, b corev1.Node) int { return a.CreationTimestamp.Compare(b.CreationTimestamp.Time) })
	spread := newSpread(group, plan.keep)
	for len(plan.keep) > group.Desired {
		zone := spread.fullest()
		at := len(plan.keep) - 1 // the newest of the fullest zone
		for plan.keep[at].Labels[corev1.LabelTopologyZone] != zone.Name {
			at--
		}
		plan.remove = append(plan.remove, plan.keep[at])
		plan.keep = slices.Delete(plan.keep, at, at+1)
		spread.perZone[zone.Name]--
	}
	for len(plan.keep)+len(plan.create) < group.Desired {
		zone, kind := spread.next()
		addr := freeAddress(group.Name, zone.Subnet, taken)
		taken[addr] = true
		plan.create = append(plan.create, group.node(kind, zone, addr))
	}
	return plan
}

// updateNodes gives the nodes that stay the group's present labels and taints.
func updateNodes(ctx context.Context, core typedcore.CoreV1Interface, group NodeGroup, nodes []corev1.Node) error {
	const attempts = 5 // kwok and the controllers write to nodes too
	for _, n := range nodes {
		for try := 1; ; try++ {
			current, err := core.Nodes().Get(ctx, n.Name, metav1.GetOptions{})
			if err == nil && group.decorate(current) {
				_, err = core.Nodes().Update(ctx, current, metav1.UpdateOptions{})
			}
			if err == nil {
				break
			}
			if !apierrors.IsConflict(err) || try == attempts {
				return fmt.Errorf("relabel node %s: %w", n.Name, err)
			}
		}
	}
	return nil
}
