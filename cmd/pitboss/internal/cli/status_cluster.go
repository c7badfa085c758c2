package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"pitboss/cmd/pitboss/internal/cluster"
)

// print writes what a cluster runs: nodes by pool, pods by domain, and what does not run.
func (c *clusterStatus) print(w io.Writer) error {
	fmt.Fprintf(w, "\n  cluster %s  %s, Kubernetes %s, %s\n", c.Name, c.Region, c.Version, c.Role)
	if c.Kubeconfig != "" {
		fmt.Fprintf(w, "    kubeconfig  %s\n    %s\n", c.Kubeconfig, c.Kubectl)
	}
	if c.Unreachable != "" {
		fmt.Fprintf(w, "    unreachable: %s\n", c.Unreachable)
		return nil
	}
	if err := c.printPools(w); err != nil {
		return err
	}
	if err := c.printServices(w); err != nil {
		return err
	}
	for _, p := range c.Pools {
		if p.PlaceholdersWaiting > 0 {
			fmt.Fprintf(w, "    pool %s has no room to spare: %d of its placeholders wait\n", p.Name, p.PlaceholdersWaiting)
		}
	}
	for _, s := range c.Services {
		for _, why := range s.Failures(c.Pods) {
			fmt.Fprintf(w, "    failed: %s/%s: %s\n", s.Namespace, s.Name, why)
		}
	}
	for _, sentence := range c.Unhealthy {
		fmt.Fprintf(w, "    unhealthy: %s\n", sentence)
	}
	return nil
}

func (c *clusterStatus) printPools(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "    POOL\tREADY\tCPU ASKED\tGIB ASKED\tPODS\tZONES\tINSTANCE TYPES")
	for _, p := range c.Pools {
		ready := fmt.Sprintf("%d/%d", p.Ready, p.Total)
		if p.Open < p.Ready {
			ready += fmt.Sprintf(", %d cordoned", p.Ready-p.Open) // what it has and is asked is told without these
		}
		fmt.Fprintf(tw, "    %s\t%s\t%s/%s\t%s/%s\t%d/%d\t%s\t%s\n", p.Name, ready,
			cluster.CPU(p.CPURequested), cluster.CPU(p.CPUAllocatable), cluster.GiB(p.MemoryRequested), cluster.GiB(p.MemoryAllocatable),
			p.Pods, p.PodsAllocatable, strings.Join(p.Zones, " "), strings.Join(p.InstanceTypes, " "))
	}
	if len(c.Pools) == 0 {
		fmt.Fprintln(tw, "    (no nodes)")
	}
	return tw.Flush()
}

func (c *clusterStatus) printServices(w io.Writer) error {
	if len(c.Services) == 0 {
		return nil
	}
	tw := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\n    DOMAIN\tSERVICE\tTIER\tPOOL\tRUNNING\tZONES")
	for _, s := range c.Services {
		zones := make([]string, 0, len(s.Zones))
		for _, z := range s.Zones {
			zones = append(zones, fmt.Sprintf("%s:%d", z.Name, z.Pods))
		}
		domain := cmp.Or(s.Domain, "("+s.Namespace+")") // not one of ours
		fmt.Fprintf(tw, "    %s\t%s\t%s\t%s\t%d/%d\t%s\n", domain, s.Name, cmp.Or(s.Tier, "-"), cmp.Or(s.Pool, "-"), s.Running, s.Wanted, strings.Join(zones, " "))
	}
	return tw.Flush()
}
