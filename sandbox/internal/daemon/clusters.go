package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"pitboss/sandbox/internal/cloud"
	"pitboss/sandbox/internal/kube"
	"pitboss/sandbox/internal/layout"
	"pitboss/sandbox/internal/procs"
)

// clusters runs one real control plane for each simulated EKS cluster.
type clusters struct {
	binary, definitions string
	layout              layout.Layout
	// wanted lists the clusters that the cloud says exist.
	wanted func() ([]cloud.ClusterSpec, error)
	// dead says that a region was killed: its clusters stay down.
	dead func(region string) bool
	mu   sync.Mutex
}

func (c *clusters) dir(name string) string { return filepath.Join(c.layout.Clusters(), name) }

// Start implements cloud.Clusters.
func (c *clusters) Start(ctx context.Context, name, version string) (endpoint, caPEM string, err error) {
	info, err := kube.Start(ctx, kube.Spec{
		Binary: c.binary, Dir: c.dir(name), Name: name, Version: version, Definitions: c.definitions,
		Env: []string{procs.Mark(c.layout.State)},
	})
	if err != nil {
		return "", "", err
	}
	return info.Endpoint, info.CAPEM, c.publish(name, info)
}

// publish puts the cluster's kubeconfig where people and tools look for it.
func (c *clusters) publish(name string, info *kube.Info) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.MkdirAll(c.layout.Kubeconfigs(), 0o700); err != nil {
		return err
	}
	data, err := os.ReadFile(info.Kubeconfig)
	if err != nil {
		return err
	}
	return os.WriteFile(c.kubeconfig(name), data, 0o600)
}

func (c *clusters) kubeconfig(name string) string {
	return filepath.Join(c.layout.Kubeconfigs(), name+".yaml")
}

// Stop implements cloud.Clusters: what was in the cluster is gone.
func (c *clusters) Stop(_ context.Context, name string) error {
	if err := kube.Stop(c.dir(name)); err != nil {
		return fmt.Errorf("stop cluster %s: %w", name, err)
	}
	return errors.Join(os.RemoveAll(c.dir(name)), os.RemoveAll(c.kubeconfig(name)))
}

// ApplyNodeGroup implements cloud.Clusters and waits until the nodes are Ready,
// as EKS does before it calls a node group active.
func (c *clusters) ApplyNodeGroup(ctx context.Context, g cloud.NodeGroup) error {
	info, err := kube.Load(c.dir(g.Cluster))
	if err != nil {
		return fmt.Errorf("node group %s: cluster %s: %w", g.Name, g.Cluster, err)
	}
	group := kube.NodeGroup{
		Name: g.Name, Region: g.Region, Version: g.Version, InstanceTypes: g.InstanceTypes,
		CapacityType: g.CapacityType, Desired: g.Count, Labels: g.Labels,
	}
	for _, z := range g.Zones {
		group.Zones = append(group.Zones, kube.Zone{Name: z.Name, Subnet: z.Block})
	}
	for _, t := range g.Taints {
		group.Taints = append(group.Taints, kube.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect})
	}
	if err := info.ApplyNodeGroup(ctx, group); err != nil {
		return err
	}
	return info.WaitReady(ctx, g.Name)
}

// DeleteNodeGroup implements cloud.Clusters. A cluster that is gone has no nodes.
func (c *clusters) DeleteNodeGroup(ctx context.Context, cluster, group string) error {
	if _, err := os.Stat(c.dir(cluster)); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	info, err := kube.Load(c.dir(cluster))
	if err != nil {
		return err
	}
	return info.DeleteNodeGroup(ctx, group)
}

// restart brings back the clusters that the cloud remembers and that do not run,
// after a crash or a reboot. They start at once; each keeps its endpoint and CA.
func (c *clusters) restart(ctx context.Context) error {
	specs, err := c.wanted()
	if err != nil {
		return err
	}
	errs := make([]error, len(specs))
	var wg sync.WaitGroup
	for i, s := range specs {
		if !c.dead(s.Region) {
			wg.Go(func() { _, _, errs[i] = c.Start(ctx, s.Name, s.Version) })
		}
	}
	wg.Wait()
	return errors.Join(errs...)
}

// stopRegion ends the control planes of a region and keeps what they hold.
func (c *clusters) stopRegion(region string) error {
	specs, err := c.wanted()
	if err != nil {
		return err
	}
	errs := make([]error, len(specs))
	var wg sync.WaitGroup
	for i, s := range specs {
		if s.Region == region {
			wg.Go(func() { errs[i] = kube.Stop(c.dir(s.Name)) })
		}
	}
	wg.Wait()
	return errors.Join(errs...)
}

// stopAll ends the control planes and keeps what they hold.
func (c *clusters) stopAll() {
	specs, err := c.wanted()
	if err != nil {
		return
	}
	var wg sync.WaitGroup
	for _, s := range specs {
		wg.Go(func() {
			if err := kube.Stop(c.dir(s.Name)); err != nil {
				fmt.Fprintf(os.Stderr, "stop cluster %s: %s\n", s.Name, err)
			}
		})
	}
	wg.Wait()
}
